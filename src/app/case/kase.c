/* kase.c — finding, opening and making cases. */
#include "kase.h"

#include <string.h>

#include "case_sql.h"
#include "core_sql.h"
#include "facts.h"
#include "heads.h"
#include "names.h"
#include "rows.h"
#include "store.h"

static bool same_user(user_id a, user_id b)
{
	return id_eq(a.v, b.v);
}

/* Need-to-know (domain §2): roles with every_case see those of their scope, the others what is assigned by name.
 * The vault judges again before it gives a key. */
static office_mark office_mark_of(const char *code)
{
	office_mark m = 0;

	memcpy(&m, code, strnlen(code, sizeof m));
	return m;
}

struct viewer kase_viewer(const struct op *op)
{
	const struct role_row *r = &roles[op->actor.role];
	bool staff = op->actor.role != ROLE_PUBLIC && op->actor.role != ROLE_NONE;

	return (struct viewer){
		.every = staff && r->every_case && r->every_office,
		.office = staff && r->every_case,
		.triage = staff && role_may(op->actor.role, MAY_TRIAGE),
		.staff = staff,
		.own = office_mark_of(op->actor.office),
	};
}

bool kase_visible_at(const struct viewer *v, const struct standing *s)
{
	if (v->every || (v->staff && s->own))
		return true;
	if (!v->own)
		return false;
	if (v->triage && s->untaken && v->own == s->office)
		return true; /* a referral nobody has yet belongs to those who answer referrals */
	return v->office && (v->own == s->office || v->own == s->cor_office);
}

/* Whose by name; a replacement until its last day. */
static bool still(const struct op *op, const struct head *h, enum fact until)
{
	return h->fact[until] == NO_FACT || op->today <= h->fact[until];
}

bool kase_own(const struct op *op, const struct head *h)
{
	return (same_user(h->assignee, op->actor.id) && still(op, h, FACT_here_until)) ||
	       (same_user(h->cor_assignee, op->actor.id) && still(op, h, FACT_abroad_until)) || op_given(op, h->id.v);
}

struct standing kase_standing(const struct head *h)
{
	return (struct standing){
		.office = office_mark_of(h->office),
		.cor_office = h->flags & FLAG_COR_OPEN ? office_mark_of(h->cor_office) : 0,
		.untaken = id_is_zero(h->assignee.v) && h->state == STATE_REFERRED,
	};
}

bool kase_visible(const struct op *op, const struct head *h)
{
	struct viewer v = kase_viewer(op);
	struct standing s = kase_standing(h);

	s.own = kase_own(op, h);
	return kase_visible_at(&v, &s);
}

static struct err *absent(struct op *op)
{
	return FAIL(op->a, NOT_FOUND, NULL, "case absent or not for this actor");
}

struct err *kase_find(struct op *op, case_id id, struct kase **out)
{
	struct kase *k = NEW(op->a, struct kase);

	if (!heads_get(op->house->heads, id, &k->head))
		return absent(op);
	if (!kase_visible(op, &k->head))
		return absent(op);
	*out = k;
	return NULL;
}

/* The head in memory is for lists; the vault judges this one with the opening. */
struct err *kase_open(struct op *op, struct kase *k, enum purpose p)
{
	struct records_of_row *rows;
	size_t n;

	k->rows = NEW(op->a, struct rows_seen);
	TRY(store_read(op, k));
	TRY(rows_of(op, k, &rows, &n));
	TRY(wraps_load(op, k->head.id, &k->wraps, &k->n_wraps));
	TRY(vault_open(op->vault, op->a, op->token, k->head.id, p, k->digest, k->wraps, k->n_wraps, &k->keys,
		       &k->n_keys));
	for (size_t i = 0; i < k->n_keys; i++)
		k->readable[k->keys[i].dossier] |= COMP_BIT(k->keys[i].compartment);
	return NULL;
}

uint32_t kase_reaches(const struct op *op, const struct kase *k, enum dossier d)
{
	uint32_t asked = roles[op->actor.role].reads[d] & COMP_BIT(COMP_LOCATION);

	return k->readable[d] | (k->readable[d] ? asked : 0);
}

bool kase_insider(const struct kase *k)
{
	return k->readable[DOSSIER_FR] & COMP_BIT(COMP_RISK);
}

enum state kase_state(const struct op *op, const struct head *h)
{
	day closed = h->fact[FACT_closed_on];

	if (h->state != STATE_CLOSED || closed == NO_FACT || h->fact[FACT_legal_hold] == 1)
		return h->state;
	return day_add_months(closed, op->house->programme->retention_months) <= op->today ? STATE_ARCHIVED
											   : STATE_CLOSED;
}

#define FR_COMPARTMENTS                                                                                                \
	(COMP_BIT(COMP_IDENTITY) | COMP_BIT(COMP_LOCATION) | COMP_BIT(COMP_STORY) | COMP_BIT(COMP_RISK) |              \
	 COMP_BIT(COMP_HEALTH) | COMP_BIT(COMP_CHILD) | COMP_BIT(COMP_LEGAL) | COMP_BIT(COMP_TRAVEL) |                 \
	 COMP_BIT(COMP_PLAN) | COMP_BIT(COMP_FINANCE))

static const char *home_office(const struct house *house, struct arena *a)
{
	for (size_t i = 0; i < house->programme->n_offices; i++)
		if (!house->programme->offices[i].abroad)
			return arena_z(a, house->programme->offices[i].code);
	return "";
}

#define ANSWERS_MAX ((size_t)1 << 20)

struct creation {
	struct kase *k;
	struct id mark; /* of what was submitted */
	const struct form *form;
	record_id rid;
	struct json *answers;
	const struct id *receipt; /* or NULL */
	struct name_rows *names;
};

static struct err *create_tx(struct op *op, struct db *tx, void *arg)
{
	struct creation *c = arg;

	TRY(wraps_store(op, tx, c->k->head.id, c->k->wraps, c->k->n_wraps));
	TRY(receipt_put(tx, op->a, c->mark, c->k->head.id, op->today, NULL));
	if (c->receipt)
		TRY(receipt_put(tx, op->a, *c->receipt, c->k->head.id, op->today, NULL));
	return names_write(op, tx, c->k, c->names);
}

static struct err *create_sealed(struct op *op, struct creation *c, const str *office)
{
	struct kase *k = c->k;
	struct change change = {.k = k, .also = create_tx, .arg = c};

	TRY(vault_object_new(op->vault, op->a, op->token, k->head.id, DOSSIER_FR, FR_COMPARTMENTS, office, 1, &k->wraps,
			     &k->n_wraps, &k->keys, &k->n_keys));
	k->readable[DOSSIER_FR] = FR_COMPARTMENTS;
	TRY(facts_apply(op, &k->head, c->form, c->answers, NULL));
	TRY(names_seal(op, k, c->answers, &c->names));
	names_mark(&k->head, c->names);
	TRY(store_record(op, &change, c->form, c->rid, 1, c->answers, STR("")));
	TRY(store_change(op, &change));
	names_tell(op, k, c->names);
	return NULL;
}

/* The same submit, twice at once, and the other one was first: its case is the one. */
static bool made_meanwhile(struct op *op, struct kase *k, const struct err *e)
{
	return (e->kind == ERR_CONFLICT || e->kind == ERR_NOT_FOUND) && !store_head(op, k);
}

/* A keyed hash of the referral's id and answers: a second submit is the same one, or says something else. */
static struct id submit_mark(const struct op *op, record_id rid, const struct json *answers)
{
	str what[] = {{(const char *)rid.v.b, sizeof rid.v.b}, json_dump(op->a, answers, ANSWERS_MAX)};
	struct key k = crypt_derive(&op->house->keys.token, "referral", arena_join(op->a, what, 2, STR("")));
	struct id v;

	memcpy(v.b, k.b, sizeof v.b);
	return v;
}

static struct err *known_already(struct op *op, struct id mark)
{
	struct receipt_get_row row;
	bool found;

	TRY(receipt_get(op->db, op->a, mark, &row, &found));
	return found ? NULL : FAIL(op->a, CONFLICT, NULL, "referral known with other answers");
}

/* The id of the case is the id of its referral: a double submit meets its own row (design §10.4). */
struct err *kase_create(struct op *op, record_id rid, struct json *answers, const struct id *receipt, case_id *out,
			str *code)
{
	struct creation c = {
		.form = form_find(op->house->forms, STR("F01"), 0), .rid = rid, .answers = answers, .receipt = receipt};
	struct kase *k = c.k = NEW(op->a, struct kase);
	struct head known;
	struct err *e;
	str office;

	*out = (case_id){rid.v};
	c.mark = submit_mark(op, rid, answers);
	if (heads_get(op->house->heads, *out, &known)) {
		*code = arena_str(op->a, str_of(known.code));
		return known_already(op, c.mark);
	}
	head_init(&k->head);
	k->head.id = *out;
	case_code_new(k->head.code);
	str_put(k->head.office, sizeof k->head.office, str_of(home_office(op->house, op->a)));
	k->head.created = k->head.state_since = k->head.touched = op->today;
	k->head.dossiers = 1u << DOSSIER_FR;
	if (op->actor.role != ROLE_PUBLIC && !roles[op->actor.role].every_case)
		k->head.assignee = op->actor.id; /* whoever took the call keeps the file until it is assigned */
	k->head.flags = op->house->demo ? FLAG_DEMO : 0;
	office = str_of(k->head.office);
	e = create_sealed(op, &c, &office);
	if (e && !made_meanwhile(op, k, e))
		return e;
	if (e)
		TRY(known_already(op, c.mark));
	*code = arena_str(op->a, str_of(k->head.code));
	return NULL;
}
