/* store.c — one change, one transaction. */
#include "store.h"

#include <string.h>

#include "case_sql.h"
#include "heads.h"
#include "seal.h"

void publish(struct op *op, const struct head *h, int64_t seq)
{
	struct task tasks[TASKS_MAX];
	size_t n = tasks_of(op->a, h, op->house->programme, op->today, tasks);

	heads_put(op->house->heads, h, seq, n ? &tasks[0] : NULL);
}

struct err *store_read(struct op *op, struct kase *k)
{
	struct kase_row_row row;
	bool found;

	TRY(kase_row(op->db, op->a, k->head.id, &row, &found));
	if (!found)
		return FAIL(op->a, NOT_FOUND, NULL, "case row absent");
	TRY(open_head(op->a, op->house, k->head.id, row.version, row.head, &k->head));
	crypt_sha256(row.head, k->digest);
	return NULL;
}

struct err *store_head(struct op *op, struct kase *k)
{
	TRY(store_read(op, k));
	return vault_head_check(op->vault, op->a, k->head.id, k->digest);
}

static struct err *write_head(struct op *op, struct db *tx, const struct kase *k, str sealed, int64_t *seq)
{
	int64_t version = k->head.version + 1, changed = 1;
	struct change_next_row next;
	bool found;

	TRY(change_next(tx, op->a, &next, &found));
	*seq = next.n;
	if (k->head.version == 0)
		TRY(kase_insert(tx, op->a, k->head.id, version, *seq, sealed, NULL));
	else
		TRY(kase_update(tx, op->a, k->head.id, version, *seq, sealed, k->head.version, &changed));
	if (changed != 1)
		return FAIL(op->a, CONFLICT, NULL, "head changed meanwhile");
	return NULL;
}

struct err *store_change(struct op *op, struct kase *k, struct err *(*write)(struct op *, struct db *, void *),
			 void *arg)
{
	uint8_t next[32];
	int64_t seq = 0;
	struct db *tx;
	struct err *e;
	str sealed;

	k->head.touched = op->today;
	TRY(seal_head(op, &k->head, k->head.version + 1, &sealed));
	crypt_sha256(sealed, next);
	TRY(vault_head_next(op->vault, op->a, k->head.id, k->digest, next));
	TRY(db_begin(op->house->pool, op->db, op->a, &tx));
	e = write(op, tx, arg);
	if (!e)
		e = write_head(op, tx, k, sealed, &seq);
	if (e) {
		db_rollback(tx);
		return e;
	}
	TRY(db_commit(tx, op->a));
	k->head.version++;
	memcpy(k->digest, next, sizeof next);
	publish(op, &k->head, seq);
	return NULL;
}

struct err *store_part(struct op *op, struct db *tx, const struct kase *k, str form, int form_version, enum dossier d,
		       enum compartment c, record_id id, int version, const struct json *part)
{
	struct seal_at at = seal_record_at(op, k->head.id, id, d, c, version, false);
	const struct key *key = case_key_of(k, d, c);
	str sealed;

	if (!key)
		return FAIL(op->a, DENIED, "Your role does not open this part of the file.", "no key of compartment %d",
			    (int)c);
	TRY(seal_answers(op->a, key, &at, part, &sealed));
	return record_insert(tx, op->a, k->head.id, id, c, version, d, form, form_version, op->actor.id, op->today,
			     k->head.version + 1, sealed, NULL);
}

/* A part that the author cannot read is not written; she was not asked what belongs in it. */
static bool written(const struct kase *k, const struct form *f, struct json *const parts[COMPARTMENTS], int c)
{
	return parts[c] && (json_count(parts[c]) || case_key_of(k, f->dossier, (enum compartment)c));
}

/* The part that keeps the reason of a correction: the first, but not the one that is hidden until it is asked for. */
static int reason_part(const struct kase *k, const struct form *f, struct json *const parts[COMPARTMENTS])
{
	for (int c = 0; c < COMPARTMENTS; c++)
		if (c != COMP_LOCATION && written(k, f, parts, c))
			return c;
	return COMP_LOCATION;
}

struct err *store_record(struct op *op, struct db *tx, const struct kase *k, const struct form *f, record_id id,
			 int version, const struct json *answers, str reason)
{
	struct json *parts[COMPARTMENTS] = {0};
	int keeps;

	form_split(op->a, f, answers, parts);
	keeps = reason_part(k, f, parts);
	for (int c = 0; c < COMPARTMENTS; c++) {
		if (!written(k, f, parts, c))
			continue;
		if (c == keeps && reason.n)
			json_set(op->a, parts[c], STR("_reason"), json_new_str(op->a, reason));
		TRY(store_part(op, tx, k, f->code, f->version, f->dossier, (enum compartment)c, id, version, parts[c]));
	}
	return NULL;
}
