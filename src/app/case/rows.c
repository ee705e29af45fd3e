/* rows.c — reading the rows of records, and judging them by the tally. */
#include "rows.h"

#include <string.h>

#include "seal.h"
#include "store.h"

struct row_clear row_clear_of(case_id object, const struct records_of_row *row)
{
	return (struct row_clear){
		.object = object,
		.id = row->id,
		.dossier = (enum dossier)row->dossier,
		.compartment = (enum compartment)row->compartment,
		.version = (int)row->version,
		.form = row->form,
		.form_version = (int)row->form_version,
		.author = row->author,
		.on = row->day,
		.turn = row->turn,
	};
}

/* Numbers from the database are used as places in tables here. */
static bool good_place(const struct records_of_row *r)
{
	return r->dossier >= 0 && r->dossier < DOSSIERS && r->compartment >= 0 && r->compartment < COMPARTMENTS &&
	       r->version > 0 && r->version <= INT32_MAX && r->form_version >= 0 && r->form_version <= INT32_MAX;
}

static bool agree(const struct house *house, const struct head *h, const struct records_of_row *row, size_t n)
{
	struct tally t = {0};

	for (size_t i = 0; i < n; i++) {
		struct row_clear clear = row_clear_of(h->id, &row[i]);

		if (!good_place(&row[i]))
			return false;
		tally_add(house, &t, &clear);
	}
	return t.n == h->tally.n && memcmp(t.all, h->tally.all, sizeof t.all) == 0;
}

/* Someone may file between the reading of the head and that of the rows: then there is a newer head, and it agrees. */
static struct err *read_rows(struct op *op, const struct kase *k, struct records_of_row **out, size_t *n)
{
	struct kase at = *k;

	for (;;) {
		int64_t version = at.head.version;

		TRY(records_of(op->db, op->a, k->head.id, out, n));
		if (agree(op->house, &at.head, *out, *n))
			return NULL;
		TRY(store_read(op, &at));
		if (at.head.version > version)
			continue;
		TRY(vault_rows_wrong(op->vault, op->a, k->head.id));
		return FAIL(op->a, INTERNAL, NULL, "the rows of the records are not those the head tells of");
	}
}

struct err *rows_of(struct op *op, const struct kase *k, struct records_of_row **out, size_t *n)
{
	struct rows_seen *seen = k->rows;

	if (!seen || !seen->known) {
		TRY(read_rows(op, k, out, n));
		if (seen)
			*seen = (struct rows_seen){*out, *n, true};
		return NULL;
	}
	*out = seen->row;
	*n = seen->n;
	return NULL;
}

void rows_forget(const struct kase *k)
{
	if (k->rows)
		k->rows->known = false;
}
