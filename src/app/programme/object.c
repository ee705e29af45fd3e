/* object.c — making, opening and filling what is no case. */
#include "object.h"

#include <string.h>

#include "case_sql.h"
#include "seal.h"

static const struct object_row {
	const char *label; /* from which its id is made */
	enum dossier dossier;
	uint32_t compartments;
} rows[OBJECTS] = {
	[OBJECT_PROGRAMME] = {"programme", DOSSIER_FR,
			      COMP_BIT(COMP_STAFF) | COMP_BIT(COMP_TRAINING) | COMP_BIT(COMP_ACCOUNTS)},
	[OBJECT_DESK] = {"desk", DOSSIER_FR, COMP_BIT(COMP_DESK)},
};

/* The same in every process and after every restart, and nothing in the database can point to another. */
static case_id object_id(const struct op *op, const struct object_row *r)
{
	struct key k = crypt_derive(&op->house->keys.token, "object", str_of(r->label));
	case_id id;

	memcpy(id.v.b, k.b, sizeof id.v.b);
	return id;
}

static struct err *is_made(struct op *op, struct db *db, const struct object_row *r, bool *made)
{
	struct wraps_of_row *wraps;
	size_t n;

	TRY(wraps_of(db, op->a, object_id(op, r), &wraps, &n));
	*made = n > 0;
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

static struct err *make_tx(struct op *op, struct db *tx, const struct object_row *r, const struct wrap *wraps, size_t n)
{
	bool made;

	TRY(is_made(op, tx, r, &made));
	return made ? NULL /* meanwhile */ : wraps_store(op, tx, object_id(op, r), wraps, n);
}

static struct err *make(struct op *op, const struct object_row *r)
{
	const struct programme *p = op->house->programme;
	str *offices = NEWS(op->a, str, p->n_offices + 1);
	size_t n_offices = home_offices(p, offices), n_wraps, n_keys;
	struct case_key *keys;
	struct wrap *wraps;
	struct db *tx;
	struct err *e;

	TRY(vault_object_new(op->vault, op->a, op->token, object_id(op, r), r->dossier, r->compartments, offices,
			     n_offices, &wraps, &n_wraps, &keys, &n_keys));
	crypt_wipe(keys, n_keys * sizeof *keys);
	TRY(db_begin(op->house->pool, op->db, op->a, &tx));
	e = make_tx(op, tx, r, wraps, n_wraps);
	if (!e)
		return db_commit(tx, op->a);
	db_rollback(tx);
	return e;
}

/* Roles that see every case reach an object by their role; the others are given access by name. */
static bool needs_grant(const struct staff *s, const struct object_row *r)
{
	return s->active && (roles[s->role].reads[r->dossier] & r->compartments) && !roles[s->role].every_case;
}

static struct err *make_one(struct op *op, const struct object_row *r, const struct staff *list, size_t n)
{
	bool made;

	TRY(is_made(op, op->db, r, &made));
	if (!made)
		TRY(make(op, r));
	for (size_t i = 0; i < n; i++)
		if (needs_grant(&list[i], r))
			TRY(vault_assign(op->vault, op->a, op->token, object_id(op, r), list[i].id, NO_DAY));
	return NULL;
}

struct err *object_make(struct op *op)
{
	struct staff *list;
	size_t n;

	if (!op_may(op, MAY_ASSIGN))
		return FAIL(op->a, DENIED, NULL, "role may not make objects");
	TRY(staff_list(op->house, op->vault, op->a, &list, &n));
	for (size_t o = 0; o < OBJECTS; o++)
		TRY(make_one(op, &rows[o], list, n));
	return NULL;
}

bool object_read_by(const struct op *op, enum object o)
{
	return roles[op->actor.role].reads[rows[o].dossier] & rows[o].compartments;
}

struct err *object_open(struct op *op, enum object o, enum purpose p, struct kase **out)
{
	struct kase *k = NEW(op->a, struct kase);
	bool made;

	head_init(&k->head);
	k->bare = true;
	k->head.id = object_id(op, &rows[o]);
	TRY(is_made(op, op->db, &rows[o], &made));
	if (!made && !op_may(op, MAY_ASSIGN))
		return FAIL(op->a, NOT_FOUND, NULL, "object %s is not made", rows[o].label);
	if (!made)
		TRY(object_make(op));
	TRY(kase_open(op, k, p));
	*out = k;
	return NULL;
}

static bool of_an_object(const struct form *f)
{
	for (size_t o = 0; o < OBJECTS; o++)
		if (f->dossier == rows[o].dossier && f->compartments && !(f->compartments & ~rows[o].compartments))
			return true;
	return false;
}

struct err *object_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
			struct json *answers, str reason)
{
	if (!of_an_object(f))
		return FAIL(op->a, INVALID, NULL, "form %.*s is none of an object's", STR_ARG(f->code));
	return record_file(op, k, f, id, based_on, answers, reason);
}
