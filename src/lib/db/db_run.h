/* db_run.h — what the functions made by tools/sqlc call: a query, its values, a row described by a table.
 * Only generated code includes this. */
#pragma once
#include <stddef.h>

#include "db.h"

/* A member of a row struct.  kind: i int64_t, d day, t str of text, b str of bytes, I an id.
 * NULL is allowed when `null`: absent str, NO_DAY, zero id; for an int it is told at null_at. */
struct db_field {
	const char *name;
	char kind;
	bool null;
	size_t at, null_at;
};
struct db_shape {
	size_t size;
	const struct db_field *fields;
	int n;
};
typedef struct err *db_row_fn(const void *row, void *arg);

struct err *db_run_exec(struct db *c, struct arena *a, const struct db_query *q, const struct db_value *args,
			int64_t *changed) MUST_CHECK;
struct err *db_run_one(struct db *c, struct arena *a, const struct db_query *q, const struct db_value *args,
		       const struct db_shape *shape, void *out, bool *found) MUST_CHECK;
struct err *db_run_many(struct db *c, struct arena *a, const struct db_query *q, const struct db_value *args,
			const struct db_shape *shape, void **out, size_t *n) MUST_CHECK;
/* A row and its strings live until fn returns; the arena does not grow by the row.  fn must not use c. */
struct err *db_run_each(struct db *c, struct arena *a, const struct db_query *q, const struct db_value *args,
			const struct db_shape *shape, db_row_fn *fn, void *arg) MUST_CHECK;

static inline struct db_value db_int(int64_t v)
{
	return (struct db_value){.type = DB_INT, .i = v};
}

static inline struct db_value db_int_or_null(const int64_t *v)
{
	return v ? db_int(*v) : (struct db_value){.type = DB_NULL};
}

static inline struct db_value db_day(day v)
{
	return v == NO_DAY ? (struct db_value){.type = DB_NULL} : db_int(v);
}

static inline struct db_value db_text(str v)
{
	return (struct db_value){.type = v.p ? DB_TEXT : DB_NULL, .s = v};
}

static inline struct db_value db_bytes(str v)
{
	return (struct db_value){.type = v.p ? DB_BYTES : DB_NULL, .s = v};
}

static inline struct db_value db_id(const struct id *v)
{
	return v ? db_bytes((str){(const char *)v->b, sizeof v->b}) : (struct db_value){.type = DB_NULL};
}
