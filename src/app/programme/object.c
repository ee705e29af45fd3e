/* object.c — making, opening and filling the programme's object. */
#include "object.h"

#include <string.h>

#include "core_sql.h"
#include "seal.h"

#define OBJECT_COMPARTMENTS (COMP_BIT(COMP_STAFF) | COMP_BIT(COMP_TRAINING) | COMP_BIT(COMP_ACCOUNTS))

/* From the setting, not from the house: another command may have made it since this process started. */
static struct err *object_id(struct op *op, struct db *db, case_id *out, bool *found)
{
	struct setting_get_row row;

	*out = op->house->programme_object;
	*found = !id_is_zero(out->v);
	if (*found)
		return NULL;
	TRY(setting_get(db, op->a, STR("programme"), &row, found));
	*found = *found && row.value.n == sizeof out->v.b;
	if (*found)
		memcpy(out->v.b, row.value.p, row.value.n);
	return NULL;
}

static size_t home_offices(const struct programme *p, str *out)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_offices; i++)
		if (!p->offices[i].abroad)
			out[n++] = p->offices[i].code;
	return n;
}

static struct err *make_tx(struct op *op, struct db *tx, case_id id, const struct wrap *wraps, size_t n)
{
	case_id there;
	bool found;

	TRY(object_id(op, tx, &there, &found));
	if (found)
		return FAIL(op->a, CONFLICT, NULL, "the programme's object was made meanwhile");
	TRY(wraps_store(op, tx, id, wraps, n));
	return setting_put(tx, op->a, STR("programme"), (str){(const char *)id.v.b, sizeof id.v.b}, NULL);
}

static struct err *make(struct op *op, case_id *out)
{
	const struct programme *p = op->house->programme;
	str *offices = NEWS(op->a, str, p->n_offices + 1);
	size_t n_offices = home_offices(p, offices), n_wraps, n_keys;
	case_id id = {id_random()};
	struct case_key *keys;
	struct wrap *wraps;
	struct db *tx;
	struct err *e;

	TRY(vault_object_new(op->vault, op->a, op->token, id, DOSSIER_FR, OBJECT_COMPARTMENTS, offices, n_offices,
			     &wraps, &n_wraps, &keys, &n_keys));
	crypt_wipe(keys, n_keys * sizeof *keys);
	TRY(db_begin(op->house->pool, op->db, op->a, &tx));
	e = make_tx(op, tx, id, wraps, n_wraps);
	if (e) {
		db_rollback(tx);
		return e;
	}
	*out = id;
	return db_commit(tx, op->a);
}

/* Roles that see every case reach the object by their role; a trainer is given access by name. */
static bool needs_grant(const struct staff *s)
{
	return s->active && (roles[s->role].reads[DOSSIER_FR] & COMP_BIT(COMP_TRAINING)) && !roles[s->role].every_case;
}

struct err *object_make(struct op *op)
{
	struct staff *list;
	case_id id;
	bool found;
	size_t n;

	if (!op_may(op, MAY_ASSIGN))
		return FAIL(op->a, DENIED, NULL, "role may not make the programme's object");
	TRY(object_id(op, op->db, &id, &found));
	if (!found)
		TRY(make(op, &id));
	TRY(staff_list(op->house, op->vault, op->a, &list, &n));
	for (size_t i = 0; i < n; i++)
		if (needs_grant(&list[i]))
			TRY(vault_assign(op->vault, op->a, op->token, id, list[i].id, NO_DAY));
	return NULL;
}

struct err *object_open(struct op *op, enum purpose p, struct kase **out)
{
	struct kase *k = NEW(op->a, struct kase);
	bool found;

	head_init(&k->head);
	TRY(object_id(op, op->db, &k->head.id, &found));
	if (!found)
		return FAIL(op->a, NOT_FOUND, NULL, "the programme's object is not made");
	TRY(kase_open(op, k, p));
	*out = k;
	return NULL;
}

struct err *object_file(struct op *op, const struct kase *k, const struct form *f, record_id id, int based_on,
			struct json *answers, str reason)
{
	if (f->dossier != DOSSIER_FR || !f->compartments || (f->compartments & ~OBJECT_COMPARTMENTS))
		return FAIL(op->a, INVALID, NULL, "form %.*s is none of the programme's", STR_ARG(f->code));
	return record_file_headless(op, k, f, id, based_on, answers, reason);
}
