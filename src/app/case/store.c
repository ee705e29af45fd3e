/* store.c — one change, one transaction. */
#include "store.h"

#include <string.h>
#include <time.h>

#include "case_sql.h"
#include "heads.h"
#include "rows.h"

void publish(struct op *op, const struct head *h, int64_t seq)
{
	struct task tasks[TASKS_MAX];
	size_t n = tasks_of(op->a, h, op->house->programme, op->today, tasks);

	heads_put(op->house->heads, h, seq, n ? &tasks[0] : NULL);
}

static struct err *read_tally(struct op *op, struct kase *k)
{
	struct tally_row_row row;
	bool found;

	TRY(tally_row(op->db, op->a, k->head.id, &row, &found));
	k->head.version = 0;
	k->head.tally = (struct tally){0};
	memset(k->digest, 0, sizeof k->digest);
	if (!found)
		return NULL; /* nothing filed yet; the vault knows whether that is so */
	TRY(open_tally(op, k->head.id, row.version, row.sealed, &k->head.tally));
	k->head.version = row.version;
	crypt_sha256(row.sealed, k->digest);
	return NULL;
}

struct err *store_read(struct op *op, struct kase *k)
{
	struct kase_row_row row;
	bool found;

	rows_forget(k);
	if (k->bare)
		return read_tally(op, k);
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
	if (k->bare && k->head.version == 0)
		return NULL;
	return vault_head_check(op->vault, op->a, k->head.id, k->digest);
}

static struct err *write_tally(struct op *op, struct db *tx, const struct kase *k, str sealed)
{
	int64_t version = k->head.version + 1, changed = 1;

	if (k->head.version == 0)
		return tally_insert(tx, op->a, k->head.id, version, sealed, NULL);
	TRY(tally_update(tx, op->a, k->head.id, version, sealed, k->head.version, &changed));
	if (changed != 1)
		return FAIL(op->a, CONFLICT, NULL, "tally changed meanwhile");
	return NULL;
}

static struct err *write_head(struct op *op, struct db *tx, const struct kase *k, str sealed, int64_t *seq)
{
	int64_t version = k->head.version + 1, changed = 1;
	struct change_next_row next;
	bool found;

	if (k->bare)
		return write_tally(op, tx, k, sealed);
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

static struct err *insert_part(struct op *op, struct db *tx, const struct part *p)
{
	const struct row_clear *r = &p->clear;

	return record_insert(tx, op->a, r->object, r->id, r->compartment, r->version, r->dossier, r->form,
			     r->form_version, r->author, r->on, r->turn, p->sealed, NULL);
}

static struct err *write_change(struct op *op, struct db *tx, const struct change *c, str head, int64_t *seq)
{
	if (c->also)
		TRY(c->also(op, tx, c->arg));
	for (const struct part *p = c->parts; p; p = p->next)
		TRY(insert_part(op, tx, p));
	return write_head(op, tx, c->k, head, seq);
}

static struct err *commit(struct op *op, const struct change *c, int64_t *seq)
{
	struct kase *k = c->k;
	uint8_t next[32];
	struct db *tx;
	struct err *e;
	str sealed;

	if (k->bare)
		TRY(seal_tally(op, k->head.id, k->head.version + 1, &k->head.tally, &sealed));
	else
		TRY(seal_head(op, &k->head, k->head.version + 1, &sealed));
	crypt_sha256(sealed, next);
	TRY(vault_head_next(op->vault, op->a, k->head.id, k->digest, next));
	TRY(db_begin(op->house->pool, op->db, op->a, &tx));
	e = write_change(op, tx, c, sealed, seq);
	if (e) {
		db_rollback(tx);
		return e;
	}
	TRY(db_commit(tx, op->a));
	memcpy(k->digest, next, sizeof next);
	return NULL;
}

#define ATTEMPTS 16
#define WAIT_MAX_NS 64000000 /* with all of them: about 0.7 s */

bool store_again(const struct err *e, int *attempt)
{
	struct timespec wait = {.tv_nsec = 1000000L << *attempt};

	if (!e || e->kind != ERR_CONFLICT || *attempt == ATTEMPTS)
		return false;
	if (wait.tv_nsec > WAIT_MAX_NS)
		wait.tv_nsec = WAIT_MAX_NS;
	nanosleep(&wait, NULL);
	++*attempt;
	return true;
}

struct err *store_change(struct op *op, struct change *c)
{
	struct kase *k = c->k;
	struct tally was = k->head.tally;
	int64_t seq = 0;
	struct err *e;

	k->head.touched = op->today;
	for (const struct part *p = c->parts; p; p = p->next)
		tally_add(op->house, &k->head.tally, &p->clear);
	e = commit(op, c, &seq);
	if (e) {
		k->head.tally = was;
		return e;
	}
	k->head.version++;
	rows_forget(k);
	if (!k->bare)
		publish(op, &k->head, seq);
	return NULL;
}

struct err *store_part(struct op *op, struct change *c, str form, int form_version, enum dossier d, enum compartment m,
		       record_id id, int version, const struct json *part)
{
	const struct kase *k = c->k;
	struct row_clear clear = {.object = k->head.id,
				  .id = id,
				  .dossier = d,
				  .compartment = m,
				  .version = version,
				  .form = form,
				  .form_version = form_version,
				  .author = op->actor.id,
				  .on = op->today,
				  .turn = k->head.version + 1};
	struct seal_at at = seal_row_at(op->house, &clear, false);
	const struct key *key = case_key_of(k, d, m);
	struct part *p = NEW(op->a, struct part);

	if (!key)
		return FAIL(op->a, DENIED, "Your role does not open this part of the file.", "no key of compartment %d",
			    (int)m);
	*p = (struct part){.clear = clear, .next = c->parts};
	TRY(seal_answers(op->a, key, &at, part, &p->sealed));
	c->parts = p;
	return NULL;
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

struct err *store_record(struct op *op, struct change *w, const struct form *f, record_id id, int version,
			 const struct json *answers, str reason)
{
	const struct kase *k = w->k;
	struct json *parts[COMPARTMENTS] = {0};
	int keeps;

	form_split(op->a, f, answers, parts);
	keeps = reason_part(k, f, parts);
	for (int c = 0; c < COMPARTMENTS; c++) {
		if (!written(k, f, parts, c))
			continue;
		if (c == keeps && reason.n)
			json_set(op->a, parts[c], STR("_reason"), json_new_str(op->a, reason));
		TRY(store_part(op, w, f->code, f->version, f->dossier, (enum compartment)c, id, version, parts[c]));
	}
	return NULL;
}
