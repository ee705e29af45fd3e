/* condition.c — the named conditions of the gates up to the risk assessment, and the table of all of them (domain §3,
 * design §10.19).  Pure: no clock, no database.  A condition that cannot be judged is not met. */
#include "condition.h"
#include "geo.h"
#include "risk.h"

CONDITION(form_final)
{
	const struct form_mark *m = &in->h->form[p->form];

	(void)a;
	if (!m->present)
		lacks(r, "The form “{arg}” has not been filled.", form_codes[p->form]);
	else if (p->days && in->today - m->on > p->days)
		lacks(r, "The form “{arg}” is too old: fill it again.", form_codes[p->form]);
	else
		met_by(r, m);
	if (!r->met)
		r->arg = str_of(form_codes[p->form]);
}

CONDITION(consent)
{
	const struct consent_mark *c = &in->h->consent[p->consent];

	if (head_consents(in->h, p->consent, in->today)) {
		met(r, c->on, 0);
		return;
	}
	lacks(r,
	      c->state == CONSENT_GIVEN       ? N_("Consent {arg} has expired: ask the person again.")
	      : c->state == CONSENT_WITHDRAWN ? N_("Consent {arg} was withdrawn.")
	      : c->state == CONSENT_REFUSED   ? N_("Consent {arg} was refused.")
					      : N_("Consent {arg} has not been given."),
	      "F03");
	r->arg = arena_fmt(a, "C%d", p->consent);
}

/* Asked, and answered by the person: a refusal is an answer too, and is respected. */
CONDITION(consent_recorded)
{
	const struct consent_mark *c = &in->h->consent[p->consent];

	if (c->state == CONSENT_REFUSED || c->state == CONSENT_WITHDRAWN)
		met(r, c->on, 0);
	else
		c_consent(a, in, p, r);
}

CONDITION(fact_is)
{
	int32_t v = fact(in, p->fact);

	(void)a;
	if (v >= 0 && v < 32 && (p->codes & (1u << v)))
		met_by(r, &in->h->form[p->form]);
	else
		lacks(r, "The answer to “{arg}” does not allow this step yet.", form_codes[p->form]);
	r->arg = str_of(fact_rows[p->fact].name);
}

CONDITION(fact_present)
{
	(void)a;
	if (fact(in, p->fact) != NO_FACT)
		met_by(r, &in->h->form[p->form]);
	else
		lacks(r, "“{arg}” has not been answered.", form_codes[p->form]);
	r->arg = str_of(fact_rows[p->fact].name);
}

/* Adulthood is judged on the day that matters: the departure when it is known, else today. */
CONDITION(adult)
{
	UNUSED;
	if (head_minor(in->h, leaves_on(in)) || head_minor(in->h, in->today))
		lacks(r,
		      "The person is a minor, or her age is in doubt: the file is held until the children's path is "
		      "open.",
		      in->h->form[FORM_F02].present || fact(in, FACT_maybe_minor) != NO_FACT
			      ? "F02"
			      : "F01"); /* where the age was asked last, or is settled */
	else
		met_by(r, &in->h->form[FORM_F01]);
}

CONDITION(not_suspended)
{
	UNUSED;
	if (in->h->flags & FLAG_SUSPENDED)
		lacks(r, "The file is suspended: decide to resume it first.", "RESUME");
	else
		met(r, NO_DAY, 0);
}

CONDITION(danger_answered)
{
	enum { YES, NO, UNKNOWN };
	enum { NONE_YET = 8 };
	int32_t danger = fact(in, FACT_immediate_danger), action = fact(in, FACT_danger_action);

	UNUSED;
	if (danger == NO_FACT)
		lacks(r, "Whether the person is in danger has not been answered.", "F01");
	else if (action == NONE_YET || (danger != NO && action == NO_FACT))
		lacks(r, "Danger cannot be excluded and what was done about it is not recorded.", "TRI");
	else
		met_by(r, &in->h->form[FORM_TRI]);
}

/* A channel was named, and it is not "none" (the last of list CHANNEL). */
CONDITION(safe_channel)
{
	enum { NONE = 9 };
	int32_t v = fact(in, FACT_safe_contact);

	UNUSED;
	if (v == NO_FACT || v == NONE)
		lacks(r, "No safe way to reach the person is recorded.", "TRI");
	else
		met_by(r, &in->h->form[FORM_F01]);
}

CONDITION(accepted)
{
	enum { ACCEPT };

	UNUSED;
	if (fact(in, FACT_triage_action) == ACCEPT)
		met_by(r, &in->h->form[FORM_TRI]);
	else
		lacks(r, "The referral has not been accepted.", "TRI");
}

CONDITION(agreed_to_referral)
{
	enum { YES, NO, EMERGENCY_NO_CONSENT };
	int32_t v = fact(in, FACT_agrees);

	UNUSED;
	if (in->h->consent[0].state == CONSENT_WITHDRAWN || in->h->consent[0].state == CONSENT_REFUSED)
		lacks(r, "The person does not agree, or no longer agrees, to be referred.", "F03");
	else if (v == YES || v == EMERGENCY_NO_CONSENT || head_consents(in->h, 0, in->today))
		met_by(r, &in->h->form[FORM_F01]);
	else
		lacks(r, "The person has not agreed to be referred.", "F03");
}

CONDITION(second_reader)
{
	const struct form_mark *first = &in->h->form[FORM_F02], *second = &in->h->form[FORM_F02R];

	UNUSED;
	if (!second->present || second->on < first->on || fact(in, FACT_second_reader_ok) == NO_FACT)
		lacks(r, "The first interview has not been read by a second person.", "F02R");
	else if (second->author == first->author)
		lacks(r, "The second reader must not be the author of the first interview.", "F02R");
	else if (fact(in, FACT_second_reader_ok) != 0)
		lacks(r, "The second reader does not agree with the first interview.", "F02");
	else
		met_by(r, second);
}

CONDITION(found_in_territory)
{
	UNUSED;
	if (fact(in, FACT_metropolitan) == 1 || !in->p->metropolitan_only)
		met_by(r, &in->h->form[FORM_F01]);
	else
		lacks(r, "The place where the person was identified is not in metropolitan France, or is not known.",
		      "F01");
}

/* Judged on the day that matters: the departure when it is known, else today (data-standards §8.1). */
CONDITION(third_country)
{
	const struct office *o = programme_office(in->p, str_of(in->h->cor_office));
	char country[3];

	UNUSED;
	fact_country_text(fact(in, FACT_country), country);
	if (!country[0])
		lacks(r, "The country of return is not known.", "F01");
	else if (!geo_third_country(str_of(country), leaves_on(in)))
		lacks(r, "The country of return is in the European Union, or belongs to one of its members.", "F01");
	else if (o && (in->h->flags & FLAG_COR_OPEN) && programme_office_for(in->p, str_of(country)) != o)
		lacks(r, "The file abroad is open at the office of another country: ask the coordinator.", "F01");
	else if (!o || programme_office_for(in->p, str_of(country)) != o)
		lacks(r, "No office of the programme serves this country outside the European Union.", "F01");
	else
		met_by(r, &in->h->form[FORM_F01]);
}

CONDITION(not_eu_citizen)
{
	UNUSED;
	if (fact(in, FACT_eu_citizen) == NO_FACT)
		lacks(r, "The citizenships are not recorded.", "F01");
	else if (fact(in, FACT_eu_citizen) != 0)
		lacks(r, "The person also holds a citizenship of the European Union: the coordinator must look at it.",
		      "WAIV");
	else
		met_by(r, &in->h->form[FORM_F01]);
}

CONDITION(alternatives_explained)
{
	enum { ALTERNATIVES = 9 }; /* every code of list ALT */

	UNUSED;
	if (fact(in, FACT_alternatives) != NO_FACT &&
	    __builtin_popcount((unsigned)fact(in, FACT_alternatives)) >= ALTERNATIVES)
		met_by(r, &in->h->form[FORM_F04]);
	else
		lacks(r, "Not all alternatives to return have been explained.", "F04");
}

/* At least 72 hours between the first wish (or, where the wish was withdrawn since, the withdrawal) and the signature of
 * the declaration (C4), and before going on: days are compared, so three full days (design §10.19). */
CONDITION(reflection)
{
	int least = in->p->reflection_hours > 72 ? (in->p->reflection_hours + 23) / 24 : 3;
	int days = p->days > least ? p->days : least;
	int32_t wish = fact(in, FACT_wish_on),
		since = fact(in, FACT_withdrawn_on) > wish ? fact(in, FACT_withdrawn_on) : wish;
	const struct consent_mark *c4 = &in->h->consent[4];

	(void)a;
	if (wish == NO_FACT)
		lacks(r, "The day of the first wish to return is not recorded.", "F04");
	else if (c4->state == CONSENT_GIVEN && c4->on - since < days)
		lacks(r, "The return declaration was signed before the time to reflect was over: sign it again.",
		      "F03");
	else if (in->today - since < days)
		lacks(r, "The time to reflect (72 hours after the first wish) is not over.", "F04");
	else
		met(r, since + days, 0);
}

CONDITION(no_pressure)
{
	enum { NONE_BIT = 1 }; /* position 0 of list PRESSURE is NONE */
	int32_t v = fact(in, FACT_pressure);

	UNUSED;
	if (v == NO_FACT)
		lacks(r, "Whether someone puts pressure on the person has not been asked.", "F04");
	else if (v != NONE_BIT)
		lacks(r, "Someone puts pressure on the person: the decision is not free.", "F04");
	else
		met_by(r, &in->h->form[FORM_F04]);
}

/* A reader who agrees that the return is too dangerous brings the file to the meeting, and no further. */
CONDITION(reviewer_is_not_author)
{
	const struct form_mark *first = &in->h->form[FORM_F05], *second = &in->h->form[FORM_F05R];

	UNUSED;
	if (!first->present)
		lacks(r, "The risk assessment has not been filled.", "F05");
	else if (!second->present || second->on < first->on || fact(in, FACT_risk_agreed) == NO_FACT)
		lacks(r, "The risk assessment waits for its second reader.", "F05R");
	else if (second->author == first->author)
		lacks(r, "The second reader of the risks must not be their author.", "F05R");
	else if (fact(in, FACT_risk_agreed) == READ_AGREES_NO_GO && in->h->state >= STATE_DECISION)
		lacks(r, "The second reader of the risks advises against the return.", "F05R");
	else if (fact(in, FACT_risk_agreed) != READ_AGREES && fact(in, FACT_risk_agreed) != READ_AGREES_NO_GO)
		lacks(r, "The second reader does not agree with the risk assessment.", "F05");
	else
		met_by(r, second);
}

CONDITION(contribution_from_return)
{
	UNUSED;
	if (in->h->form[FORM_F05C].present)
		met_by(r, &in->h->form[FORM_F05C]);
	else
		lacks(r, "The office in the country of return has not given its part of the risk assessment.", "F05C");
}

/* Who is there says no: only they can lift it, by looking again. */
CONDITION(abroad_agrees)
{
	enum { GO, GO_CONDITIONS, DELAY, NO_GO }; /* list RISK_ADVICE */
	int32_t v = fact(in, FACT_abroad_advice);

	UNUSED;
	if (!in->h->form[FORM_F05C].present || v == NO_FACT)
		lacks(r, "The office in the country of return has not given its part of the risk assessment.", "F05C");
	else if (v == NO_GO)
		lacks(r, "The office in the country of return advises against the return.", "F05C");
	else
		met_by(r, &in->h->form[FORM_F05C]);
}

CONDITION(risk_fresh)
{
	UNUSED;
	if (fact(in, FACT_risk_until) == NO_FACT)
		lacks(r, "The risk assessment has not been filled.", "F05");
	else if (fact(in, FACT_risk_until) < in->today)
		lacks(r, "The risk assessment has expired: assess the risks again.", "F05");
	else
		met_by(r, &in->h->form[FORM_F05]);
}

CONDITION(risk_at_most_high)
{
	int32_t v = fact(in, FACT_risk_level);

	UNUSED;
	if (v < RISK_LOW)
		lacks(r, "The risk assessment has not been filled.", "F05");
	else if (v >= RISK_EXTREME)
		lacks(r, "The remaining risk is extreme: the person cannot leave.", "F05");
	else
		met_by(r, &in->h->form[FORM_F05]);
}

CONDITION(no_veto)
{
	int32_t v = fact(in, FACT_risk_vetoes);

	UNUSED;
	if (v == NO_FACT || !in->h->form[FORM_F05].present)
		lacks(r, "The risk assessment has not been filled.", "F05");
	else if (v != 0)
		lacks(r, "A reason that forbids the return was found in the risk assessment.", "F05");
	else
		met_by(r, &in->h->form[FORM_F05]);
}

/* A risk that is low only thanks to a measure counts too, until the measure is confirmed. */
CONDITION(mitigation_confirmed)
{
	UNUSED;
	if (fact(in, FACT_risk_level) == NO_FACT || fact(in, FACT_risk_unconfirmed) == NO_FACT)
		lacks(r, "The risk assessment has not been filled.", "F05");
	else if (fact(in, FACT_risk_unconfirmed) > 0)
		lacks(r, "A protective measure against a high risk is not confirmed yet.", "F05");
	else
		met_by(r, &in->h->form[FORM_F05]);
}

#define ROW(name, title, needs) [COND_##name] = {#name, title, c_##name, needs}
const struct condition_row condition_rows[CONDITIONS] = {
	ROW(form_final, "Form filled: {arg}", "form,days?"),
	ROW(consent, "Consent: {arg}", "consent"),
	ROW(fact_is, "{arg}", "fact,codes,form"),
	ROW(fact_present, "{arg}", "fact,form"),
	ROW(adult, "The person is an adult, without doubt", ""),
	ROW(not_suspended, "The file is not suspended", ""),
	ROW(danger_answered, "Immediate danger has been answered", ""),
	ROW(safe_channel, "A safe way to reach the person is known", ""),
	ROW(accepted, "The referral is accepted", ""),
	ROW(agreed_to_referral, "The person agreed to be referred", ""),
	ROW(second_reader, "The first interview was read by a second person", ""),
	ROW(found_in_territory, "Identified in metropolitan France", ""),
	ROW(third_country, "Return to a country outside the European Union", ""),
	ROW(not_eu_citizen, "No citizenship of the European Union", ""),
	ROW(alternatives_explained, "All alternatives were explained", ""),
	ROW(reflection, "Time to reflect is over", "days?"),
	ROW(no_pressure, "The decision is free: no pressure found", ""),
	ROW(reviewer_is_not_author, "Risks read by a second person", ""),
	ROW(contribution_from_return, "Risks seen from the country of return", ""),
	ROW(risk_fresh, "Risk assessment still valid", ""),
	ROW(risk_at_most_high, "Remaining risk is not extreme", ""),
	ROW(no_veto, "No reason that forbids the return", ""),
	ROW(mitigation_confirmed, "Protective measures confirmed", ""),
	ROW(decision_go, "The decision meeting agreed", ""),
	ROW(capacity, "The person can decide for herself", ""),
	ROW(health_clear, "No open health question", ""),
	ROW(no_iga, "No activity without its business plan", ""),
	ROW(opportunity, "A likely opportunity after the return", ""),
	ROW(plan_signed, "Plan signed by the person", ""),
	ROW(within_ceiling, "Plan within the ceiling", ""),
	ROW(document_valid, "Travel document valid", ""),
	ROW(departure_set, "Day of departure set", ""),
	ROW(within_programme, "Departure within the programme", ""),
	ROW(reconfirmed, "Wish to leave confirmed again", ""),
	ROW(risk_rechecked, "Risks checked again before departure", ""),
	ROW(receiver, "Someone receives the person on arrival", ""),
	ROW(arrival_contact, "The person was reached after landing", ""),
	ROW(after_arrival, "Reviewed since the arrival: {arg}", "form"),
	ROW(retention_over, "Time for keeping the file is over", ""),
	ROW(wish_stands, "The person wishes to return", ""),
	ROW(eligible_dates, "Identified within the dates of the programme", ""),
	ROW(not_withdrawn, "The person has not withdrawn her wish", ""),
	ROW(abroad_agrees, "The country of return does not advise against it", ""),
	ROW(consent_recorded, "Consent answered: {arg}", "consent"),
	ROW(first_days, "Services of the first 30 days confirmed", ""),
	ROW(boarded, "The person boarded", ""),
	ROW(closing_told, "Reason for closing and orientation recorded", ""),
	ROW(payable, "The file may pay", ""),
};

/* Conditions on one answer bear the question that was asked.  Where the way forward is to answer it with no, a question
 * beside “Done” would say the opposite of what is true: these are statements. */
static const struct {
	enum fact fact;
	uint32_t codes; /* of which it is true */
	const char *title;
} statements[] = {
	{FACT_clearance, 1u << 0 | 1u << 1, N_("No procedure prevents the departure")}, /* NA, OK of list CLEARANCE */
	{FACT_open_risks, 1u << 1, N_("No risk is left that nobody has taken over")},   /* NO of list YESNO */
};

const char *gate_row_title(const struct gate_row *g)
{
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
		if (g->condition == COND_fact_is && g->param.fact == statements[i].fact &&
		    !(g->param.codes & ~statements[i].codes))
			return statements[i].title;
	return condition_rows[g->condition].title;
}
