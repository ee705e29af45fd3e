/* gate.c — evaluating the gates of a transition.  The conditions themselves stand in condition.c. */
#include "gate.h"

#include <string.h>

#include "programme.h"

#define R(role) (1u << ROLE_##role)

const struct transition_row transition_rows[TRANSITIONS] = {
	[T_SCREEN] = {"screen", "G1", N_("Start the interviews"), STATE_REFERRED, STATE_SCREENING,
		      R(CMF) | R(COO) | R(CPF)},
	[T_COUNSEL] = {"counsel", "G2", N_("Open return counselling"), STATE_SCREENING, STATE_COUNSELLING,
		       R(CMF) | R(COO)},
	[T_ASSESS] = {"assess", "G3", N_("Start the assessments"), STATE_COUNSELLING, STATE_ASSESSMENT,
		      R(CMF) | R(COO)},
	[T_DECIDE] = {"decide", "G4", N_("Bring the file to the decision meeting"), STATE_ASSESSMENT, STATE_DECISION,
		      R(CMF) | R(COO)},
	[T_PLAN] = {"plan", "G4", N_("Record the decision and start planning"), STATE_DECISION, STATE_PLANNING, R(COO)},
	[T_READY] = {"ready", "G5–G6", N_("Declare the person ready to leave"), STATE_PLANNING, STATE_READY,
		     R(CMF) | R(COO)},
	[T_DEPART] = {"depart", "G7", N_("Confirm the departure"), STATE_READY, STATE_TRAVELLING,
		      R(CMF) | R(COO) | R(TRV)},
	[T_ARRIVE] = {"arrive", "G8", N_("Confirm the arrival"), STATE_TRAVELLING, STATE_ARRIVED, R(CMR) | R(COO)},
	[T_REINTEGRATE] = {"reintegrate", "G9", N_("Start the reintegration"), STATE_ARRIVED, STATE_REINTEGRATION,
			   R(CMR) | R(COO)},
	[T_CLOSE] = {"close", "G11", N_("Close the file"), STATE_REINTEGRATION, STATE_CLOSED, R(COO)},
	[T_ARCHIVE] = {"archive", "G12", N_("Archive the file"), STATE_CLOSED, STATE_ARCHIVED, R(DPO) | R(COO)},
	[T_PAY] = {"pay", "G10", N_("Approve the payment"), STATE_REINTEGRATION, STATE_REINTEGRATION, R(COO) | R(FIN)},
	[T_CLOSE_EARLY] = {"close-early", "—", N_("Close before departure"), STATES, STATE_CLOSED, R(COO) | R(CMF)},
};

enum transition transition_find(str code)
{
	for (int t = 0; t < TRANSITIONS; t++)
		if (str_eqz(code, transition_rows[t].code))
			return (enum transition)t;
	return TRANSITIONS;
}

enum transition transition_next(enum state from)
{
	for (int t = 0; t <= T_ARCHIVE; t++)
		if (transition_rows[t].from == from)
			return (enum transition)t;
	return TRANSITIONS;
}

enum condition condition_find(str name)
{
	for (int c = 0; c < CONDITIONS; c++)
		if (str_eqz(name, condition_rows[c].name))
			return (enum condition)c;
	return CONDITIONS;
}

#define FORM(t, f)                                                                                                     \
	{                                                                                                              \
		.transition = t, .condition = COND_form_final, .param = {.form = FORM_##f }                            \
	}
#define CONSENT(t, c)                                                                                                  \
	{                                                                                                              \
		.transition = t, .condition = COND_consent, .param = {.consent = c }                                   \
	}
#define PLAIN(t, c)                                                                                                    \
	{                                                                                                              \
		.transition = t, .condition = COND_##c                                                                 \
	}

/* domain §3 end ("not overridable") and design §10.19, in the order a person would read them. */
const struct gate_row gate_safeguards[] = {
	PLAIN(T_SCREEN, agreed_to_referral),
	PLAIN(T_SCREEN, adult),
	PLAIN(T_SCREEN, not_withdrawn),
	CONSENT(T_COUNSEL, 1),
	PLAIN(T_COUNSEL, adult),
	PLAIN(T_COUNSEL, third_country),
	PLAIN(T_COUNSEL, wish_stands),
	PLAIN(T_COUNSEL, not_suspended),
	CONSENT(T_ASSESS, 1),
	PLAIN(T_ASSESS, adult),
	PLAIN(T_ASSESS, wish_stands),
	{.transition = T_ASSESS, .condition = COND_reflection, .param = {.days = 3}},
	PLAIN(T_ASSESS, no_pressure),
	PLAIN(T_ASSESS, not_suspended),
	CONSENT(T_DECIDE, 1),
	CONSENT(T_DECIDE, 3),
	PLAIN(T_DECIDE, reviewer_is_not_author),
	PLAIN(T_DECIDE, contribution_from_return),
	PLAIN(T_DECIDE, adult),
	PLAIN(T_DECIDE, wish_stands),
	PLAIN(T_DECIDE, not_suspended),
	CONSENT(T_PLAN, 1),
	CONSENT(T_PLAN, 3),
	PLAIN(T_PLAN, adult),
	PLAIN(T_PLAN, wish_stands),
	FORM(T_PLAN, F05),
	PLAIN(T_PLAN, reviewer_is_not_author),
	PLAIN(T_PLAN, contribution_from_return),
	PLAIN(T_PLAN, abroad_agrees),
	PLAIN(T_PLAN, risk_at_most_high),
	PLAIN(T_PLAN, no_veto),
	PLAIN(T_PLAN, not_suspended),
	CONSENT(T_READY, 1),
	CONSENT(T_READY, 3),
	CONSENT(T_READY, 4),
	PLAIN(T_READY, adult),
	PLAIN(T_READY, third_country),
	PLAIN(T_READY, wish_stands),
	{.transition = T_READY, .condition = COND_reflection, .param = {.days = 3}},
	PLAIN(T_READY, no_pressure),
	PLAIN(T_READY, contribution_from_return),
	PLAIN(T_READY, abroad_agrees),
	PLAIN(T_READY, reviewer_is_not_author),
	PLAIN(T_READY, risk_at_most_high),
	PLAIN(T_READY, no_veto),
	PLAIN(T_READY, health_clear),
	PLAIN(T_READY, no_iga),
	PLAIN(T_READY, not_suspended),
	CONSENT(T_DEPART, 1),
	CONSENT(T_DEPART, 3),
	CONSENT(T_DEPART, 4),
	PLAIN(T_DEPART, adult),
	PLAIN(T_DEPART, third_country),
	PLAIN(T_DEPART, wish_stands),
	{.transition = T_DEPART, .condition = COND_reflection, .param = {.days = 3}},
	PLAIN(T_DEPART, reconfirmed),
	PLAIN(T_DEPART, no_pressure),
	PLAIN(T_DEPART, contribution_from_return),
	PLAIN(T_DEPART, abroad_agrees),
	PLAIN(T_DEPART, reviewer_is_not_author),
	PLAIN(T_DEPART, risk_at_most_high),
	PLAIN(T_DEPART, no_veto),
	PLAIN(T_DEPART, health_clear),
	PLAIN(T_DEPART, no_iga),
	PLAIN(T_DEPART, not_suspended),
	PLAIN(T_DEPART, boarded), /* asked last, on the day itself */
	PLAIN(T_ARCHIVE, retention_over),
	PLAIN(T_PAY, wish_stands),
};
const size_t gate_safeguards_n = sizeof gate_safeguards / sizeof *gate_safeguards;

static bool same(const struct gate_row *g, enum condition c, const struct gate_param *p)
{
	return g->condition == c && g->param.form == p->form && g->param.consent == p->consent;
}

bool gate_is_safeguard(enum transition t, enum condition c, const struct gate_param *p)
{
	for (size_t i = 0; i < gate_safeguards_n; i++)
		if (gate_safeguards[i].transition == t && same(&gate_safeguards[i], c, p))
			return true;
	return false;
}

bool gate_never_waivable(enum condition c, const struct gate_param *p)
{
	for (size_t i = 0; i < gate_safeguards_n; i++)
		if (same(&gate_safeguards[i], c, p))
			return true;
	return false;
}

uint8_t gate_about(const struct gate_row *g)
{
	const char *needs = condition_rows[g->condition].needs;

	if (strstr(needs, "consent"))
		return (uint8_t)g->param.consent;
	if (strstr(needs, "fact"))
		return (uint8_t)g->param.fact;
	return strstr(needs, "form") ? (uint8_t)g->param.form : 0;
}

const struct waiver *gate_waiver(const struct head *h, const struct gate_row *g)
{
	for (int w = 0; w < WAIVERS_MAX; w++) {
		const struct waiver *v = &h->waiver[w];

		if (v->asked_by && v->condition == g->condition && v->transition == g->transition &&
		    v->about == gate_about(g))
			return v;
	}
	return NULL;
}

bool gate_person_said_no(const struct head *h, const struct gate_row *g)
{
	enum consent_state s = h->consent[g->param.consent].state;

	return g->condition == COND_consent && (s == CONSENT_REFUSED || s == CONSENT_WITHDRAWN);
}

/* Two people, until its day, and never a safeguard nor the person's own no, whatever the row says. */
static bool waived(const struct head *h, const struct gate_row *g, day today)
{
	const struct waiver *v = gate_waiver(h, g);

	if (!g->waivable || gate_never_waivable(g->condition, &g->param) || gate_person_said_no(h, g) || !v)
		return false;
	return v->granted_by && v->granted_by != v->asked_by && (v->until == 0 || today <= v->until);
}

void gate_check(struct arena *a, const struct gate_in *in, enum transition t, struct gate_item **items, size_t *n,
		size_t *open)
{
	struct gate_item *list = NEWS(a, struct gate_item, in->p->n_gates + 1);
	size_t at = 0, missing = 0;

	for (size_t i = 0; i < in->p->n_gates; i++) {
		const struct gate_row *g = &in->p->gates[i];
		struct gate_answer *r = &list[at].answer;

		if (g->transition != t)
			continue;
		list[at].row = g;
		r->on = NO_DAY;
		condition_rows[g->condition].fn(a, in, &g->param, r);
		r->waived = !r->met && waived(in->h, g, in->today);
		missing += !r->met && !r->waived;
		at++;
	}
	*items = list;
	*n = at;
	*open = missing;
}

/* A pause, a withdrawal, a child, a no: each makes all the rest idle. */
static int weight(enum condition c)
{
	static const enum condition first[] = {COND_not_suspended, COND_not_withdrawn, COND_wish_stands, COND_adult,
					       COND_no_veto,       COND_abroad_agrees, COND_decision_go};
	int n = sizeof first / sizeof *first;

	for (int i = 0; i < n; i++)
		if (first[i] == c)
			return i;
	return n;
}

const struct gate_item *gate_first_open(const struct gate_item *items, size_t n)
{
	const struct gate_item *best = NULL;

	for (size_t i = 0; i < n; i++)
		if (!items[i].answer.met && !items[i].answer.waived &&
		    (!best || weight(items[i].row->condition) < weight(best->row->condition)))
			best = &items[i];
	return best;
}

bool gate_waits_for_the_day(const struct gate_in *in, const struct gate_item *item)
{
	int32_t leaves = in->h->fact[FACT_departure];

	return item->row->condition == COND_boarded && !item->answer.met && leaves != NO_FACT && in->today < leaves;
}
