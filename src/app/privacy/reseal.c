/* reseal.c — heads and names under the shred key, and out again.  They are gathered first: a reader may not be open while
 * its own rows are written. */
#include "reseal.h"

#include <string.h>

#include "case_sql.h"
#include "privacy_sql.h"

enum { PART_HEAD = 1, PART_NAME };

static struct seal_at part_at(const struct reseal *r, case_id object, struct id row, unsigned part, uint64_t version)
{
	return (struct seal_at){.tenant = r->tenant,
				.table = SEAL_BACKUP,
				.row = row,
				.object = object.v,
				.compartment = (uint8_t)part,
				.version = version};
}

struct row {
	struct row *next;
	case_id object;
	struct id grp;
	unsigned part;
	uint64_t version;
	str sealed;
};
struct pass {
	struct reseal *r;
	struct arena *a;
	struct row *rows;
	bool out;
};

static struct err *keep_head(const struct heads_all_row *row, void *arg)
{
	struct pass *p = arg;
	struct row *mine = NEW(p->a, struct row);

	*mine = (struct row){.next = p->rows,
			     .object = row->id,
			     .grp = row->id.v,
			     .part = PART_HEAD,
			     .version = (uint64_t)row->version,
			     .sealed = arena_str(p->a, row->head)};
	p->rows = mine;
	return NULL;
}

static struct err *keep_name(const struct names_all_row *row, void *arg)
{
	struct pass *p = arg;
	struct row *mine = NEW(p->a, struct row);

	*mine = (struct row){.next = p->rows,
			     .object = row->object,
			     .grp = row->grp,
			     .part = PART_NAME,
			     .sealed = arena_str(p->a, row->sealed)};
	p->rows = mine;
	return NULL;
}

struct err *erase_rows(struct db *tx, struct arena *a, case_id object)
{
	TRY(erase_kase(tx, a, object, NULL));
	TRY(erase_wraps(tx, a, object, NULL));
	TRY(erase_records(tx, a, object, NULL));
	TRY(erase_drafts(tx, a, object, NULL));
	TRY(erase_names(tx, a, object, NULL));
	return erase_receipts(tx, a, object, NULL);
}

static struct err *write_row(struct db *tx, struct pass *p, struct arena *one, const struct row *row)
{
	struct seal_at at = part_at(p->r, row->object, row->grp, row->part, row->version);
	struct key key;
	str sealed;

	if (p->r->gone(p->r->arg, row->object)) {
		p->r->erased += row->part == PART_HEAD;
		return erase_rows(tx, one, row->object);
	}
	if (!p->r->key(p->r->arg, row->object, &key)) {
		p->r->lost += row->part == PART_HEAD;
		return p->r->keep_lost ? NULL : erase_rows(tx, one, row->object);
	}
	if (p->out)
		TRY(crypt_unwrap(one, &key, &at, row->sealed, &sealed));
	else
		TRY(crypt_wrap(one, &key, &at, row->sealed, &sealed));
	crypt_wipe(&key, sizeof key);
	if (row->part == PART_HEAD) {
		p->r->cases++;
		return head_put(tx, one, row->object, sealed, NULL);
	}
	p->r->names++;
	return name_put(tx, one, row->object, row->grp, sealed, NULL);
}

static struct err *write_rows(struct db_pool *pool, struct db *reader, struct pass *p)
{
	struct arena *one = arena_create(64u << 20);
	struct err *e;
	struct db *tx;

	e = db_begin(pool, reader, p->a, &tx);
	if (!e && !p->out)
		e = stash_clear(tx, p->a, NULL);
	for (struct row *row = p->rows; row && !e; row = row->next) {
		struct err *bad = write_row(tx, p, one, row);

		if (bad)
			e = err_make(p->r->a, bad->kind, bad->where, bad->message, "%.*s", STR_ARG(bad->detail));
		arena_reset(one);
	}
	arena_destroy(one);
	if (e) {
		db_rollback(tx);
		return e;
	}
	return db_commit(tx, p->a);
}

static struct err *run(struct db_pool *pool, struct reseal *r, bool out)
{
	struct pass p = {.r = r, .a = arena_create((size_t)2 << 30), .out = out};
	struct db *reader;
	struct err *e;

	e = db_reader(pool, p.a, &reader);
	if (!e) {
		e = heads_all(reader, p.a, keep_head, &p);
		if (!e)
			e = names_all(reader, p.a, keep_name, &p);
		if (!e)
			e = write_rows(pool, reader, &p);
		db_reader_close(reader);
	}
	if (e)
		e = err_make(r->a, e->kind, e->where, e->message, "%.*s", STR_ARG(e->detail));
	arena_destroy(p.a);
	return e;
}

struct err *reseal_in(struct db_pool *p, struct reseal *r)
{
	return run(p, r, false);
}

struct err *reseal_out(struct db_pool *p, struct reseal *r)
{
	return run(p, r, true);
}
