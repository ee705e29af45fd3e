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
static struct err *keep_move(struct op *op, struct change *w, const struct moving *m)
{
	static const enum compartment kept[] = {COMP_PLAN, COMP_TRAVEL, COMP_FINANCE};

	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		for (enum dossier d = DOSSIER_FR; d < DOSSIERS; d++)
			if (case_key_of(m->k, d, kept[i]))
				return store_part(op, w, STR("MOVE"), 1, d, kept[i], (record_id){id_random()}, 1,
						  gate_record(op, m));
	return FAIL(op->a, DENIED, "Your role does not open this part of the file.", "no key to keep the move with");
}

static bool may_write(const struct op *op, const char *form)
{
	const struct form *f = form ? form_find(op->house->forms, str_of(form), 0) : NULL;

	return form_filled_by(f, op->actor.role);
}

/* Why the step waits, in the words of the first condition that is shut; whoever does not see that condition on the page
 * of the case does not learn it here. */
static struct err *shut(struct op *op, const struct moving *m)
{
	const struct gate_item *first = gate_first_open(m->items, m->n);
	struct err *e;

	if (!first)
		return NULL;
	if (!kase_insider(m->k) && !may_write(op, first->answer.form))
		return FAIL(op->a, INVALID, N_("A condition before this step is missing: ask the case manager."),
			    "gate shut: %s", condition_rows[first->row->condition].name);
	e = FAIL(op->a, INVALID, first->answer.missing, "gate shut: %s", condition_rows[first->row->condition].name);
	e->arg = first->answer.arg;
	return e;
}

struct err *kase_move(struct op *op, struct kase *k, enum transition t)
{
	const struct transition_row *row = &transition_rows[t];
	struct moving m = {.k = k, .t = t};
	struct gate_in in = {&k->head, op->house->programme, op->today};
	struct change change = {.k = k};
	size_t open;

	if (!(row->roles & (1u << op->actor.role)))
		return FAIL(op->a, DENIED, NULL, "role may not move the case");
	TRY(store_head(op, k));
	if (!transition_from(&k->head, t))
		return FAIL(op->a, CONFLICT, NULL, "case is not in that state");
	if (!(transition_roles(&k->head, t) & (1u << op->actor.role)))
		return FAIL(op->a, DENIED, "The coordinator confirms this closing.",
			    "role may not close this case alone");
	if (t != T_CLOSE_EARLY || !(k->head.flags & FLAG_WITHDRAWN)) /* that is her own word, however restricted */
		TRY(kase_use_allowed(op, &k->head, NULL));
	gate_check(op->a, &in, t, &m.items, &m.n, &open);
	TRY(shut(op, &m));
	k->head.from_state = k->head.state;
	k->head.state = row->to;
	k->head.state_since = op->today;
	if (row->to == STATE_CLOSED)
		k->head.fact[FACT_closed_on] = op->today;
	else
		k->head.form[FORM_CLO] = (struct form_mark){.on = NO_DAY}; /* the file goes on after all */
	TRY(keep_move(op, &change, &m));
	return store_change(op, &change); /* refuses if the head moved since store_head */
}

struct sharing {
	struct kase *k;
	struct wrap *wraps;
	size_t n;
	struct name_rows *names; /* for the index of the office abroad */
};

#define COR_COMPARTMENTS                                                                                               \
	(COMP_BIT(COMP_IDENTITY) | COMP_BIT(COMP_LOCATION) | COMP_BIT(COMP_RISK) | COMP_BIT(COMP_HEALTH) |             \
	 COMP_BIT(COMP_CHILD) | COMP_BIT(COMP_TRAVEL) | COMP_BIT(COMP_PLAN) | COMP_BIT(COMP_FINANCE))

static struct err *cor_tx(struct op *op, struct db *tx, void *arg)
{
	struct sharing *s = arg;

	TRY(wraps_store(op, tx, s->k->head.id, s->wraps, s->n));
	return names_write(op, tx, s->k, s->names);
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
	struct sharing s = {.k = k};
	struct change change = {.k = k, .also = cor_tx, .arg = &s};
	struct case_key *keys, *all;
	struct record referral;
	struct json *answers;
	uint32_t readable;
	size_t n;
	bool found;

	if (!form_filled_by(form_find(op->house->forms, STR("F03"), 0), op->actor.role))
		return FAIL(op->a, DENIED, "Who records consents opens it: the case manager, or the coordinator.",
			    "role may not open the file abroad");
	TRY(store_head(op, k));
	if (k->head.flags & FLAG_COR_OPEN)
		return NULL;
	TRY(kase_use_allowed(op, &k->head, NULL));
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
	names_mark(&k->head, s.names);
	TRY(store_part(op, &change, STR("OPENCOR"), 1, DOSSIER_FR, COMP_PLAN, (record_id){id_random()}, 1,
		       json_object(op->a)));
	TRY(store_change(op, &change));
	names_tell(op, k, s.names);
	return NULL;
}

struct assigning {
	user_id who;
	bool abroad;
	day until;
};

/* Whom a replacement replaces stays known, so that the file can be given back; only a mark of the account. */
static void set_replacement(struct head *h, const struct assigning *w)
{
	int32_t *until = &h->fact[w->abroad ? FACT_abroad_until : FACT_here_until];
	int32_t *before = &h->fact[w->abroad ? FACT_abroad_before : FACT_here_before];
	user_id was = w->abroad ? h->cor_assignee : h->assignee;

	if (w->until == NO_DAY) {
		*until = *before = NO_FACT;
		return;
	}
	if (*until == NO_FACT && !id_is_zero(was.v))
		*before = account_mark(was);
	*until = w->until;
}

static void set_assignee(struct head *h, void *arg)
{
	struct assigning *w = arg;

	set_replacement(h, w);
	if (w->abroad)
		h->cor_assignee = w->who;
	else
		h->assignee = w->who;
}

struct err *kase_assign(struct op *op, struct kase *k, user_id who, bool abroad, day until)
{
	struct assigning w = {who, abroad, until};
	user_id was = abroad ? k->head.cor_assignee : k->head.assignee;
	user_id other = abroad ? k->head.assignee : k->head.cor_assignee; /* the same person may follow both sides */
	struct json *what = json_object(op->a);
	day real = NO_DAY;

	if (!op_may(op, MAY_ASSIGN))
		return FAIL(op->a, DENIED, NULL, "role may not assign");
	if (abroad && !(k->head.flags & FLAG_COR_OPEN))
		return not_agreed(op, "COR file not open");
	json_set(op->a, what, STR("user"), json_new_str(op->a, id_text(op->a, who.v)));
	json_set(op->a, what, STR("abroad"), json_new_bool(op->a, abroad));
	if (until != NO_DAY)
		json_set(op->a, what, STR("until"), json_new_str(op->a, day_iso(op->a, until)));
	if (until != NO_DAY) /* the vault counts real days, whatever clock the pages show */
		real = until - op->ahead;
	/* Whoever has the file keeps it until the next one has it: cut short anywhere here, nobody is left without. */
	TRY(vault_assign(op->vault, op->a, op->token, k->head.id, who, real));
	TRY(act_file(op, k, "ASSIGN", COMP_PLAN, what, set_assignee, &w));
	if (!id_is_zero(was.v) && !id_eq(was.v, who.v) && !id_eq(was.v, other.v))
		TRY(vault_unassign(op->vault, op->a, op->token, k->head.id, was));
	return NULL;
}
