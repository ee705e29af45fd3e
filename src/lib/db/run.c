/* run.c — runs a generated query and puts its rows into structs. */
#include "db_run.h"

#include <string.h>

struct err *db_run_exec(struct db *c, struct arena *a, const struct db_query *q, const struct db_value *args,
			int64_t *changed)
{
	struct db_stmt *s;
	struct err *e;
	bool row;

	TRY(db_start(c, a, q, args, (size_t)q->params, &s));
	e = db_step(s, a, &row);
	if (!e && changed)
		*changed = db_changed(s);
	db_finish(s);
	return e;
}

static struct err *null_field(struct arena *a, const struct db_query *q, const struct db_field *f, char *row)
{
	if (!f->null)
		return FAIL(a, INTERNAL, NULL, "%s: column %s is NULL", q->name, f->name);
	if (f->kind == 'i')
		memcpy(row + f->null_at, &(bool){true}, sizeof(bool));
	else if (f->kind == 'd')
		memcpy(row + f->at, &(day){NO_DAY}, sizeof(day));
	return NULL; /* the row is zeroed: absent str, zero id */
}

/* copy: strings go into a; otherwise they point into the statement's row. */
static struct err *field(struct db_stmt *s, struct arena *a, const struct db_query *q, const struct db_field *f,
			 int col, bool copy, char *row)
{
	int64_t i;
	str v;

	if (db_col_null(s, col))
		return null_field(a, q, f, row);
	if (f->kind == 'i' || f->kind == 'd') {
		i = db_col_int(s, col);
		if (f->kind == 'i') {
			memcpy(row + f->at, &i, sizeof i);
			return NULL;
		}
		if (i < INT32_MIN || i > INT32_MAX)
			return FAIL(a, INTERNAL, NULL, "%s: column %s is no day", q->name, f->name);
		memcpy(row + f->at, &(day){(day)i}, sizeof(day));
		return NULL;
	}
	v = db_col_view(s, col);
	if (f->kind == 'I') {
		if (v.n != sizeof(struct id))
			return FAIL(a, INTERNAL, NULL, "%s: column %s is no id", q->name, f->name);
		memcpy(row + f->at, v.p, v.n);
		return NULL;
	}
	if (copy)
		v = arena_str(a, v);
	memcpy(row + f->at, &v, sizeof v);
	return NULL;
}

static struct err *fetch(struct db_stmt *s, struct arena *a, const struct db_query *q, const struct db_shape *shape,
			 bool copy, void *row)
{
	memset(row, 0, shape->size);
	for (int i = 0; i < shape->n; i++)
		TRY(field(s, a, q, &shape->fields[i], i, copy, row));
	return NULL;
}

static struct err *one(struct db_stmt *s, struct arena *a, const struct db_query *q, const struct db_shape *shape,
		       void *out, bool *found)
{
	void *row = arena_alloc(a, shape->size);
	bool more;

	TRY(db_step(s, a, &more));
	if (more) {
		TRY(fetch(s, a, q, shape, true, row));
		memcpy(out, row, shape->size); /* only now: `out` is not touched on failure */
	}
	*found = more;
	return NULL;
}

struct err *db_run_one(struct db *c, struct arena *a, const struct db_query *q, const struct db_value *args,
		       const struct db_shape *shape, void *out, bool *found)
{
	struct db_stmt *s;
	struct err *e;

	TRY(db_start(c, a, q, args, (size_t)q->params, &s));
	e = one(s, a, q, shape, out, found);
	db_finish(s);
	return e;
}

static struct err *many(struct db_stmt *s, struct arena *a, const struct db_query *q, const struct db_shape *shape,
			void **out, size_t *n)
{
	char *rows = NULL;
	size_t used = 0, room = 0;
	bool more;

	for (;;) {
		TRY(db_step(s, a, &more));
		if (!more)
			break;
		if (used == room) {
			char *bigger = arena_array(a, room ? room * 2 : 16, shape->size);

			if (used)
				memcpy(bigger, rows, used * shape->size);
			rows = bigger;
			room = room ? room * 2 : 16;
		}
		TRY(fetch(s, a, q, shape, true, rows + used * shape->size));
		used++;
	}
	*out = rows;
	*n = used;
	return NULL;
}

struct err *db_run_many(struct db *c, struct arena *a, const struct db_query *q, const struct db_value *args,
			const struct db_shape *shape, void **out, size_t *n)
{
	struct db_stmt *s;
	struct err *e;

	TRY(db_start(c, a, q, args, (size_t)q->params, &s));
	e = many(s, a, q, shape, out, n);
	db_finish(s);
	return e;
}

static struct err *each(struct db_stmt *s, struct arena *a, const struct db_query *q, const struct db_shape *shape,
			db_row_fn *fn, void *arg)
{
	void *row = arena_alloc(a, shape->size);
	bool more;

	for (;;) {
		TRY(db_step(s, a, &more));
		if (!more)
			return NULL;
		TRY(fetch(s, a, q, shape, false, row));
		TRY(fn(row, arg));
	}
}

struct err *db_run_each(struct db *c, struct arena *a, const struct db_query *q, const struct db_value *args,
			const struct db_shape *shape, db_row_fn *fn, void *arg)
{
	struct db_stmt *s;
	struct err *e;

	TRY(db_start(c, a, q, args, (size_t)q->params, &s));
	e = each(s, a, q, shape, fn, arg);
	db_finish(s);
	return e;
}
