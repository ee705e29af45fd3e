/* move.c — moving a case on, assigning it, opening the file of the country of return. */
#include <string.h>

#include "case_sql.h"
#include "kase.h"
#include "names.h"
#include "seal.h"
#include "store.h"

struct moving {
	struct kase *k;
	enum transition t;
	struct gate_item *items;
	size_t n;
};

static struct json *gate_record(struct op *op, const struct moving *m)
{
	struct json *o = json_object(op->a), *list = json_array(op->a);

	json_set(op->a, o, STR("transition"), json_new_str(op->a, str_of(transition_rows[m->t].code)));
	json_set(op->a, o, STR("to"), json_new_str(op->a, str_of(state_codes[m->k->head.state])));
	for (size_t i = 0; i < m->n; i++) {
		struct json *item = json_object(op->a);

		json_set(op->a, item, STR("condition"),
			 json_new_str(op->a, str_of(condition_rows[m->items[i].row->condition].name)));
		json_set(op->a, item, STR("waived"), json_new_bool(op->a, m->items[i].answer.waived));
		json_push(list, item);
	}
	json_set(op->a, o, STR("gate"), list);
	return o;
}

/* Kept where the mover writes: with the plan, or for who sees only the journey, with the journey. */
static struct err *move_tx(struct op *op, struct db *tx, void *arg)
{
	static const enum compartment kept[] = {COMP_PLAN, COMP_TRAVEL, COMP_FINANCE};
	struct moving *m = arg;

	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		for (enum dossier d = DOSSIER_FR; d < DOSSIERS; d++)
			if (case_key_of(m->k, d, kept[i]))
				return store_part(op, tx, m->k, STR("MOVE"), 1, d, kept[i], (record_id){id_random()}, 1,
						  gate_record(op, m));
	return FAIL(op->a, DENIED, "Your role does not open this part of the file.", "no key to keep the move with");
}

static struct err *shut(struct op *op, const struct moving *m)
{
	const struct gate_item *first = gate_first_open(m->items, m->n);
	struct err *e;

	if (!first)
		return NULL;
	e = FAIL(op->a, INVALID, first->answer.missing, "gate shut: %s", condition_rows[first->row->condition].name);
	e->arg = first->answer.arg;
	return e;
}

struct err *kase_move(struct op *op, struct kase *k, enum transition t)
{
	const struct transition_row *row = &transition_rows[t];
	struct moving m = {.k = k, .t = t};
	struct gate_in in = {&k->head, op->house->programme, op->today};
	size_t open;

	if (!(row->roles & (1u << op->actor.role)))
		return FAIL(op->a, DENIED, NULL, "role may not move the case");
	TRY(store_head(op, k));
	if (t == T_CLOSE_EARLY ? k->head.state >= STATE_TRAVELLING : k->head.state != row->from)
		return FAIL(op->a, CONFLICT, NULL, "case is not in that state");
	gate_check(op->a, &in, t, &m.items, &m.n, &open);
	TRY(shut(op, &m));
	k->head.from_state = k->head.state;
	k->head.state = row->to;
	k->head.state_since = op->today;
	if (row->to == STATE_CLOSED)
		k->head.fact[FACT_closed_on] = op->today;
	return store_change(op, k, move_tx, &m); /* refuses if the head moved since store_head */
}

struct sharing {
	struct kase *k;
	struct wrap *wraps;
	size_t n;
	struct json *what;
	struct name_rows *names; /* for the index of the office abroad */
};

#define COR_COMPARTMENTS                                                                                               \
	(COMP_BIT(COMP_IDENTITY) | COMP_BIT(COMP_LOCATION) | COMP_BIT(COMP_RISK) | COMP_BIT(COMP_HEALTH) |             \
	 COMP_BIT(COMP_CHILD) | COMP_BIT(COMP_TRAVEL) | COMP_BIT(COMP_PLAN) | COMP_BIT(COMP_FINANCE))

static struct err *cor_tx(struct op *op, struct db *tx, void *arg)
{
	struct sharing *s = arg;

	TRY(wraps_store(op, tx, s->k->head.id, s->wraps, s->n));
	TRY(names_write(op, tx, s->k, s->names));
	return store_part(op, tx, s->k, STR("OPENCOR"), 1, DOSSIER_FR, COMP_PLAN, (record_id){id_random()}, 1, s->what);
}

static struct err *not_agreed(struct op *op, const char *detail)
{
	struct err *e = FAIL(op->a, INVALID, "Consent {arg} has not been given.", "%s", detail);

	e->arg = STR("C3");
	return e;
}

/* The file of the country of return is opened at consent C3, with keys of its own that its office and the office
 * in France read (design §5).  Never the French file. */
struct err *kase_open_cor(struct op *op, struct kase *k)
{
	str offices[2] = {str_of(k->head.office), str_of(k->head.cor_office)};
	struct sharing s = {.k = k, .what = json_object(op->a)};
	struct case_key *keys, *all;
	struct record referral;
	struct json *answers;
	uint32_t readable;
	size_t n;
	bool found;

	TRY(store_head(op, k));
	if (k->head.flags & FLAG_COR_OPEN)
		return NULL;
	if (!head_consents(&k->head, 3, op->today))
		return not_agreed(op, "C3 not given, or past its last day");
	if (!offices[1].n)
		return FAIL(op->a, INVALID,
			    "No office of the programme serves this country outside the European Union.", "no office");
	TRY(vault_object_new(op->vault, op->a, op->token, k->head.id, DOSSIER_COR, COR_COMPARTMENTS, offices, 2,
			     &s.wraps, &s.n, &keys, &n));
	all = NEWS(op->a, struct case_key, k->n_keys + n);
	if (k->n_keys)
		memcpy(all, k->keys, k->n_keys * sizeof *all);
	memcpy(all + k->n_keys, keys, n * sizeof *all);
	k->keys = all;
	k->n_keys += n;
	k->readable[DOSSIER_COR] = COR_COMPARTMENTS;
	k->head.flags |= FLAG_COR_OPEN;
	k->head.dossiers |= 1u << DOSSIER_COR;
	TRY(record_last(op, k, "F01", &referral, &found));
	if (found) {
		TRY(record_read(op, k, &referral, &answers, &readable));
		TRY(names_seal(op, k, answers, &s.names));
	}
	TRY(store_change(op, k, cor_tx, &s));
	names_tell(op, k, s.names);
	return NULL;
}

struct assigning {
	user_id who;
	bool abroad;
};

static void set_assignee(struct head *h, void *arg)
{
	struct assigning *w = arg;

	if (w->abroad)
		h->cor_assignee = w->who;
	else
		h->assignee = w->who;
}

struct err *kase_assign(struct op *op, struct kase *k, user_id who, bool abroad, day until)
{
	struct assigning w = {who, abroad};
	user_id was = abroad ? k->head.cor_assignee : k->head.assignee;
	struct json *what = json_object(op->a);

	if (!op_may(op, MAY_ASSIGN))
		return FAIL(op->a, DENIED, NULL, "role may not assign");
	if (abroad && !(k->head.flags & FLAG_COR_OPEN))
		return not_agreed(op, "COR file not open");
	json_set(op->a, what, STR("user"), json_new_str(op->a, id_text(op->a, who.v)));
	json_set(op->a, what, STR("abroad"), json_new_bool(op->a, abroad));
	TRY(vault_assign(op->vault, op->a, op->token, k->head.id, who, until));
	if (!id_is_zero(was.v) && !id_eq(was.v, who.v))
		TRY(vault_unassign(op->vault, op->a, op->token, k->head.id, was));
	return act_file(op, k, "ASSIGN", COMP_PLAN, what, set_assignee, &w);
}
