/* record_erase.c — records of an object that go when their time is over.  Their rows, their drafts and the tally of what is
 * left change in one transaction, so that a missing row is never mistaken for one that somebody took. */
#include "case_sql.h"
#include "rows.h"
#include "store.h"

struct going {
	case_id object;
	const struct record *list;
	size_t n;
};

static struct err *drop_tx(struct op *op, struct db *tx, void *arg)
{
	const struct going *g = arg;

	for (size_t i = 0; i < g->n; i++) {
		TRY(record_drop(tx, op->a, g->object, g->list[i].id, NULL));
		TRY(drafts_drop(tx, op->a, g->object, g->list[i].id, NULL));
	}
	return NULL;
}

static bool goes(const struct going *g, record_id id)
{
	for (size_t i = 0; i < g->n; i++)
		if (id_eq(g->list[i].id.v, id.v))
			return true;
	return false;
}

static struct err *tally_of_rest(struct op *op, const struct kase *k, const struct going *g, struct tally *out)
{
	struct records_of_row *rows;
	size_t n;

	*out = (struct tally){0};
	TRY(rows_of(op, k, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct row_clear clear = row_clear_of(k->head.id, &rows[i]);

		if (!goes(g, clear.id))
			tally_add(op->house, out, &clear);
	}
	return NULL;
}

static struct err *erase_once(struct op *op, struct kase *k, struct erasing *e)
{
	struct record *list;
	struct going going = {.object = k->head.id};
	struct change change = {.k = k, .also = drop_tx, .arg = &going};

	e->n = 0;
	TRY(store_head(op, k));
	TRY(e->over(op, k, e->arg, &list, &going.n));
	going.list = list;
	if (!going.n)
		return NULL;
	TRY(tally_of_rest(op, k, &going, &k->head.tally));
	TRY(store_change(op, &change));
	e->n = going.n;
	return NULL;
}

struct err *records_erase(struct op *op, struct kase *k, struct erasing *e)
{
	if (!k->bare)
		return FAIL(op->a, INVALID, NULL, "records of a case go with the case");
	for (int attempt = 0;;) {
		struct err *failed = erase_once(op, k, e);

		if (!store_again(failed, &attempt))
			return failed; /* else someone filed meanwhile */
	}
}
