/* erase.c — asking, confirming, and the rows of the database that go with the key.  The vault comes first: once it has
 * destroyed the key nothing of the file can be read, whatever happens to the rows behind it. */
#include "erase.h"

#include <string.h>

#include "heads.h"
#include "kase.h"
#include "log.h"
#include "names.h"
#include "privacy_sql.h"
#include "reseal.h"
#include "store.h"

const struct erasure_reason_row erasure_reasons[ERASE_REASONS] = {
	[ERASE_RETENTION] = {"RETENTION", N_("The time it may be kept is over")},
	[ERASE_REQUEST] = {"REQUEST", N_("The person asked for it")},
	[ERASE_ORDER] = {"ORDER", N_("An authority ordered it")},
	[ERASE_MISTAKE] = {"MISTAKE", N_("It was made by mistake")},
};

/* The day and the object of the row, as the database has them. */
static day row_day(const struct erasure_row *r)
{
	return r->state == ERASURE_ASKED ? r->asked_on : r->ended_on;
}

static case_id row_object(const struct erasure_row *r)
{
	return r->state == ERASURE_ASKED ? r->object : (case_id){0};
}

static struct seal_at row_at(const struct op *op, struct id id, enum erasure_state state, case_id object, day on)
{
	struct seal_at at = {.tenant = op->house->keys.tenant,
			     .table = SEAL_HEAD,
			     .row = id,
			     .object = object.v,
			     .compartment = 0xff, /* of no case's head */
			     .version = (uint64_t)state};

	memcpy(at.about, &on, sizeof on);
	return at;
}

static void put_text(struct op *op, struct json *o, const char *key, str s)
{
	json_set(op->a, o, str_of(key), json_new_str(op->a, s));
}

static struct err *seal_row(struct op *op, const struct erasure_row *r, str *out)
{
	struct seal_at at = row_at(op, r->id, r->state, row_object(r), row_day(r));
	struct json *o = json_object(op->a);

	put_text(op, o, "code", r->code);
	put_text(op, o, "reason", str_of(erasure_reasons[r->reason].code));
	put_text(op, o, "asked", id_text(op->a, r->asked.v));
	put_text(op, o, "ended", id_text(op->a, r->ended.v));
	put_text(op, o, "created", day_iso(op->a, r->created));
	put_text(op, o, "asked_on", day_iso(op->a, r->asked_on));
	json_set(op->a, o, STR("reached"), json_new_int(op->a, r->reached));
	json_set(op->a, o, STR("returned"), json_new_int(op->a, r->returned));
	return crypt_seal(op->a, &op->house->keys.head, &at, json_dump(op->a, o, 4096), out);
}

static struct err *open_row(struct op *op, const struct erasures_all_row *row, struct erasure_row *r)
{
	struct seal_at at;
	struct json *o;
	int64_t reached;
	str plain;

	*r = (struct erasure_row){.id = row->id, .object = {row->object}, .ended_on = row->day};
	r->state = row->state >= 0 && row->state < ERASURE_STATES ? (enum erasure_state)row->state : ERASURE_WITHDRAWN;
	at = row_at(op, row->id, r->state, r->object, row->day);
	TRY(crypt_open(op->a, &op->house->keys.head, &at, row->sealed, &plain));
	TRY(json_parse(op->a, plain, &o));
	reached = json_int(json_get(o, "reached"), -1);
	r->code = json_text(o, "code");
	while (r->reason < ERASE_REASONS - 1 && !json_says(o, "reason", erasure_reasons[r->reason].code))
		r->reason++;
	if (!id_parse(json_text(o, "asked"), &r->asked.v) || !id_parse(json_text(o, "ended"), &r->ended.v) ||
	    !day_parse(json_text(o, "created"), &r->created) || !day_parse(json_text(o, "asked_on"), &r->asked_on) ||
	    reached < 0 || reached >= STATES)
		return FAIL(op->a, INTERNAL, NULL, "the row of an erasure cannot be read");
	r->reached = (enum state)reached;
	r->returned = json_int(json_get(o, "returned"), 0) == 1;
	return NULL;
}

static struct err *find_row(struct op *op, struct id id, struct erasure_row *out)
{
	struct erasures_all_row *rows;
	size_t n;

	TRY(erasures_all(op->db, op->a, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (id_eq(rows[i].id, id) && rows[i].state == ERASURE_ASKED)
			return open_row(op, &rows[i], out);
	return FAIL(op->a, NOT_FOUND, NULL, "no erasure waits under this id");
}

/* The head as the database has it now: a hold may have been set since. */
static struct err *may_be_erased(struct op *op, case_id id, struct kase *k)
{
	*k = (struct kase){.head.id = id};
	TRY(store_head(op, k));
	if (k->head.fact[FACT_legal_hold] == 1)
		return FAIL(op->a, INVALID,
			    "A legal hold is on this file: it may not be erased before the hold is lifted.",
			    "legal hold");
	if (k->head.fact[FACT_restricted_on] != NO_FACT)
		return FAIL(op->a, INVALID,
			    "The use of this file is restricted (GDPR, Art. 18): it may not be erased before the "
			    "restriction "
			    "is lifted.",
			    "restricted");
	if (kase_state(op, &k->head) < STATE_CLOSED)
		return FAIL(op->a, INVALID, "The file is open: it must be closed before it can be erased.",
			    "not closed");
	return NULL;
}

static struct err *write_row(struct op *op, struct erasure_row *r, bool drop, case_id gone)
{
	int64_t changed = 1;
	struct db *tx;
	struct err *e;
	str sealed;

	TRY(seal_row(op, r, &sealed));
	TRY(db_begin(op->house->pool, op->db, op->a, &tx));
	e = drop ? erase_rows(tx, op->a, gone) : NULL;
	if (!e && r->state == ERASURE_ASKED)
		e = erasure_insert(tx, op->a, r->id, row_object(r), row_day(r), r->state, sealed, NULL);
	else if (!e)
		e = erasure_set(tx, op->a, r->id, row_object(r), row_day(r), r->state, sealed, ERASURE_ASKED, &changed);
	if (!e && changed != 1)
		e = FAIL(op->a, CONFLICT, NULL, "the erasure was ended meanwhile");
	if (e) {
		db_rollback(tx);
		return e;
	}
	return db_commit(tx, op->a);
}

/* What memory still shows, then the rows. */
static struct err *finish(struct op *op, struct erasure_row *r, user_id by)
{
	case_id gone = r->object;

	heads_drop(op->house->heads, gone);
	names_forget(op->house->names, gone);
	r->state = ERASURE_DONE;
	r->ended = by;
	r->ended_on = op->today;
	return write_row(op, r, true, gone);
}

/* The vault goes first: a fault in between left the rows behind. */
static struct err *follow_vault(struct op *op, struct erasure_row *r)
{
	struct erasure said;
	bool is;

	TRY(vault_erased(op->vault, op->a, r->object, &is, &said));
	return is ? finish(op, r, said.confirmed) : NULL;
}

struct err *erasures_finish(struct op *op)
{
	struct erasures_all_row *rows;
	struct erasure_row r;
	struct err *e;
	size_t n;

	TRY(erasures_all(op->db, op->a, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (rows[i].state != ERASURE_ASKED)
			continue;
		TRY(open_row(op, &rows[i], &r));
		e = follow_vault(op, &r);
		if (e) /* out of the lists all the same; the page of erasures tries again */
			log_err(e);
	}
	return NULL;
}

struct err *erasures_read(struct op *op, struct erasure_row **out, size_t *n)
{
	struct erasures_all_row *rows;

	TRY(erasures_all(op->db, op->a, &rows, n));
	*out = NEWS(op->a, struct erasure_row, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		struct erasure_row *r = &(*out)[i];

		TRY(open_row(op, &rows[i], r));
		if (r->state == ERASURE_ASKED)
			TRY(follow_vault(op, r));
	}
	return NULL;
}

static bool waits(const struct erasures_all_row *rows, size_t n, case_id object)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].state == ERASURE_ASKED && id_eq(rows[i].object, object.v))
			return true;
	return false;
}

struct err *erasure_ask(struct op *op, str code, enum erasure_reason reason)
{
	struct erasure_row r = {.id = id_random(), .state = ERASURE_ASKED, .reason = reason, .asked_on = op->today};
	struct erasures_all_row *rows;
	struct kase *k = NEW(op->a, struct kase);
	struct head h;
	struct err *e;
	size_t n;

	if (!heads_by_code(op->house->heads, str_trim(code), &h))
		return FAIL(op->a, INVALID, "There is no file with this code.", "no such code");
	TRY(may_be_erased(op, h.id, k));
	TRY(erasures_all(op->db, op->a, &rows, &n));
	if (waits(rows, n, h.id))
		return FAIL(op->a, INVALID, "The erasure of this file has been asked for already.", "asked already");
	e = vault_erase_ask(op->vault, op->a, op->token, h.id);
	if (e && e->kind != ERR_CONFLICT) /* CONFLICT: it was asked of the vault, and the row did not follow */
		return e;
	r.object = h.id;
	r.code = arena_str(op->a, str_of(k->head.code));
	r.asked = op->actor.id;
	r.reached = head_reached(&k->head);
	r.returned = head_returned(&k->head);
	r.created = k->head.created;
	return write_row(op, &r, false, h.id);
}

struct err *erasure_confirm(struct op *op, struct id id)
{
	struct kase *k = NEW(op->a, struct kase);
	struct erasure_row r;
	struct err *e;

	TRY(find_row(op, id, &r));
	TRY(may_be_erased(op, r.object, k));
	e = vault_erase(op->vault, op->a, op->token, r.object);
	if (e && e->kind == ERR_DENIED)
		return FAIL(
			op->a, DENIED,
			id_eq(r.asked.v, op->actor.id.v)
				? N_("Another person than the one who asked must confirm.")
				: N_("You cannot confirm this erasure: whoever asked must still work here, and neither "
				     "of you may have made the account of the other, or a link for it. A third person "
				     "can "
				     "confirm it."),
			"asker confirms, or may be one hand with her");
	if (e)
		return e;
	return finish(op, &r, op->actor.id);
}

struct err *erasure_withdraw(struct op *op, struct id id)
{
	struct erasure_row r;
	struct err *e;

	TRY(find_row(op, id, &r));
	e = vault_erase_withdraw(op->vault, op->a, op->token, r.object);
	if (e && e->kind != ERR_NOT_FOUND) /* NOT_FOUND: the vault has let it go, and the row did not follow */
		return e;
	r.state = ERASURE_WITHDRAWN;
	r.ended = op->actor.id;
	r.ended_on = op->today;
	return write_row(op, &r, false, r.object);
}
