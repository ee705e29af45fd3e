/* condition.c — the named conditions of the gates, each over the head of a case (domain §3, design §10.19).
 * Pure: no clock, no database.  A condition that cannot be judged is not met. */
#include <string.h>

#include "gate.h"
#include "programme.h"

#define CONDITION(name)                                                                                       \
	static void c_##name(struct arena *a, const struct gate_in *in, const struct gate_param *p, struct gate_answer *r)
#define UNUSED ((void)a, (void)in, (void)p)

static void met(struct gate_answer *r, day on, uint32_t by)
{
	*r = (struct gate_answer){.met = true, .on = on, .by = by};
}

static void lacks(struct gate_answer *r, const char *missing, const char *form)
{
	*r = (struct gate_answer){.missing = missing, .form = form, .on = NO_DAY};
}

static void met_by(struct gate_answer *r, const struct form_mark *m)
{
	met(r, m->on, m->author);
}

static int32_t fact(const struct gate_in *in, enum fact f)
{
	return in->h->fact[f];
}

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

	if (c->state == CONSENT_GIVEN) {
		met(r, c->on, 0);
		return;
	}
	lacks(r,
	      c->state == CONSENT_WITHDRAWN ? "Consent {arg} was withdrawn."
	      : c->state == CONSENT_REFUSED ? "Consent {arg} was refused."
	                                    : "Consent {arg} has not been given.",
	      "F03");
	r->arg = arena_fmt(a, "C%d", p->consent);
}

CONDITION(fact_is)
{
	int32_t v = fact(in, p->fact);

	(void)a;
	if (v != NO_FACT && v >= 0 && v < 32 && (p->codes & (1u << v)))
		met_by(r, &in->h->form[p->form]);
	else
		lacks(r, "An answer in the form “{arg}” does not allow this step yet.", form_codes[p->form]);
	r->arg = str_of(form_codes[p->form]);
}

CONDITION(fact_present)
{
	(void)a;
	if (fact(in, p->fact) != NO_FACT)
		met_by(r, &in->h->form[p->form]);
	else
		lacks(r, "An answer is missing in the form “{arg}”.", form_codes[p->form]);
	r->arg = str_of(form_codes[p->form]);
}

/* Adulthood is judged on the day that matters: the departure when it is known, else today. */
CONDITION(adult)
{
	day on = fact(in, FACT_departure) != NO_FACT ? fact(in, FACT_departure) : in->today;

	UNUSED;
	if (on < in->today)
		on = in->today;
	if (head_minor(in->h, on) || head_minor(in->h, in->today))
		lacks(r, "The person is a minor, or her age is in doubt: the file is held until the children's path is open.",
		      "F01");
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
	int32_t action = fact(in, FACT_danger_action);

	UNUSED;
	if (fact(in, FACT_immediate_danger) == YES && (action == NO_FACT || action == NONE_YET))
		lacks(r, "Immediate danger was reported and what was done about it is not recorded.", "TRI");
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
	if (v == YES || v == EMERGENCY_NO_CONSENT || in->h->consent[0].state == CONSENT_GIVEN)
		met_by(r, &in->h->form[FORM_F01]);
	else
		lacks(r, "The person has not agreed to be referred.", "F03");
}

CONDITION(second_reader)
{
	const struct form_mark *first = &in->h->form[FORM_F02], *second = &in->h->form[FORM_F02R];

	UNUSED;
	if (!second->present || second->on < first->on)
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
		lacks(r, "The place where the person was identified is not in metropolitan France, or is not known.", "F01");
}

CONDITION(third_country)
{
	UNUSED;
	if (fact(in, FACT_country) == NO_FACT)
		lacks(r, "The country of return is not known.", "F01");
	else if (in->h->cor_office[0] == '\0')
		lacks(r, "No office of the programme serves this country outside the European Union.", "F01");
	else
		met_by(r, &in->h->form[FORM_F01]);
}

CONDITION(not_eu_citizen)
{
	UNUSED;
	if (fact(in, FACT_eu_citizen) == 1)
		lacks(r, "The person also holds a citizenship of the European Union: the coordinator must look at it.", "WAIV");
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

/* At least 72 hours between the first wish and going on: days are compared, so three full days (design §10.19). */
CONDITION(reflection)
{
	int days = p->days > 3 ? p->days : 3;

	(void)a;
	if (fact(in, FACT_wish_on) == NO_FACT)
		lacks(r, "The day of the first wish to return is not recorded.", "F04");
	else if (in->today - fact(in, FACT_wish_on) < days)
		lacks(r, "The time to reflect (72 hours after the first wish) is not over.", "F04");
	else
		met(r, fact(in, FACT_wish_on) + days, 0);
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

CONDITION(reviewer_is_not_author)
{
	const struct form_mark *first = &in->h->form[FORM_F05], *second = &in->h->form[FORM_F05R];

	UNUSED;
	if (!first->present)
		lacks(r, "The risk assessment has not been filled.", "F05");
	else if (!second->present || second->on < first->on)
		lacks(r, "The risk assessment waits for its second reader.", "F05R");
	else if (second->author == first->author)
		lacks(r, "The second reader of the risks must not be their author.", "F05R");
	else if (fact(in, FACT_risk_agreed) != 1)
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
	enum { LOW = 1, MEDIUM, HIGH, EXTREME };
	int32_t v = fact(in, FACT_risk_level);

	UNUSED;
	if (v == NO_FACT)
		lacks(r, "The risk assessment has not been filled.", "F05");
	else if (v >= EXTREME)
		lacks(r, "The remaining risk is extreme: the person cannot leave.", "F05");
	else
		met_by(r, &in->h->form[FORM_F05]);
}

CONDITION(no_veto)
{
	int32_t v = fact(in, FACT_risk_vetoes);

	UNUSED;
	if (v != NO_FACT && v != 0)
		lacks(r, "A reason that forbids the return was found in the risk assessment.", "F05");
	else if (!in->h->form[FORM_F05].present)
		lacks(r, "The risk assessment has not been filled.", "F05");
	else
		met_by(r, &in->h->form[FORM_F05]);
}

CONDITION(mitigation_confirmed)
{
	enum { HIGH = 3 };

	UNUSED;
	if (fact(in, FACT_risk_level) == HIGH && fact(in, FACT_risk_unconfirmed) > 0)
		lacks(r, "The risk is high and a protective measure is not confirmed yet.", "F05");
	else if (fact(in, FACT_risk_level) == NO_FACT)
		lacks(r, "The risk assessment has not been filled.", "F05");
	else
		met_by(r, &in->h->form[FORM_F05]);
}

CONDITION(decision_go)
{
	enum { GO, GO_CONDITIONS };
	int32_t v = fact(in, FACT_decision);

	UNUSED;
	if (v == GO || v == GO_CONDITIONS)
		met_by(r, &in->h->form[FORM_DEC]);
	else if (v == NO_FACT)
		lacks(r, "The decision meeting has not been recorded.", "DEC");
	else
		lacks(r, "The decision meeting did not agree to the return.", "DEC");
}

CONDITION(capacity)
{
	enum { YES };

	UNUSED;
	if (fact(in, FACT_capacity_doubt) == YES)
		lacks(r, "It is in doubt whether the person can decide for herself: a medical opinion is needed.", "DEC");
	else
		met_by(r, &in->h->form[FORM_DEC]);
}

CONDITION(health_clear)
{
	enum { YES, NO };

	UNUSED;
	if (!in->h->form[FORM_F08].present)
		lacks(r, "The health questionnaire has not been filled.", "F08");
	else if (fact(in, FACT_health_flag) != NO)
		lacks(r, "A health question is open: the file is held until the medical file exists.", "F08");
	else
		met_by(r, &in->h->form[FORM_F08]);
}

CONDITION(no_iga)
{
	UNUSED;
	if (fact(in, FACT_plan_iga) == 1)
		lacks(r, "The plan holds an income-generating activity: the file is held until its business plan exists.", "F10");
	else if (!in->h->form[FORM_F10].present)
		lacks(r, "The reintegration plan has not been filled.", "F10");
	else
		met_by(r, &in->h->form[FORM_F10]);
}

CONDITION(opportunity)
{
	enum { LIKELY = 1 };

	UNUSED;
	if (fact(in, FACT_opportunity) != NO_FACT && fact(in, FACT_opportunity) >= LIKELY)
		met_by(r, &in->h->form[FORM_F07]);
	else
		lacks(r, "No opportunity after the return is at least likely.", "F07");
}

CONDITION(plan_signed)
{
	UNUSED;
	if (fact(in, FACT_plan_signed) != NO_FACT)
		met(r, fact(in, FACT_plan_signed), in->h->form[FORM_F10].author);
	else
		lacks(r, "The reintegration plan has not been signed by the person.", "F10");
}

CONDITION(within_ceiling)
{
	money ceiling = head_minor(in->h, in->today) ? in->p->ceiling_child : in->p->ceiling_adult;

	(void)p;
	if (fact(in, FACT_plan_cents) == NO_FACT)
		lacks(r, "The reintegration plan has no budget lines.", "F10");
	else if (fact(in, FACT_plan_cents) > ceiling)
		lacks(r, "The plan is over the ceiling by {arg} EUR: reduce it, or ask for a derogation.", "F10");
	else
		met_by(r, &in->h->form[FORM_F10]);
	if (!r->met && fact(in, FACT_plan_cents) != NO_FACT)
		r->arg = money_plain(a, fact(in, FACT_plan_cents) - ceiling);
}

CONDITION(document_valid)
{
	enum { ISSUED = 3 }; /* position in list DOCSTATUS */
	day on = fact(in, FACT_departure);

	UNUSED;
	if (fact(in, FACT_doc_status) != ISSUED)
		lacks(r, "The travel document has not been issued.", "F09");
	else if (fact(in, FACT_doc_expiry) == NO_FACT || (on != NO_FACT && fact(in, FACT_doc_expiry) < on))
		lacks(r, "The travel document is not valid on the day of departure.", "F09");
	else
		met_by(r, &in->h->form[FORM_F09]);
}

CONDITION(departure_set)
{
	UNUSED;
	if (fact(in, FACT_departure) == NO_FACT)
		lacks(r, "No day of departure is set.", "F09");
	else if (fact(in, FACT_departure) < in->today)
		lacks(r, "The day of departure has passed: set a new one.", "F09");
	else
		met_by(r, &in->h->form[FORM_F09]);
}

CONDITION(within_programme)
{
	day on = fact(in, FACT_departure);

	UNUSED;
	if (on == NO_FACT || (in->p->departure_from != NO_DAY && on < in->p->departure_from) ||
	    (in->p->departure_to != NO_DAY && on > in->p->departure_to))
		lacks(r, "The departure is not within the dates of the programme.", "F09");
	else
		met_by(r, &in->h->form[FORM_F09]);
}

CONDITION(reconfirmed)
{
	day on = fact(in, FACT_departure), said = fact(in, FACT_voluntary_on);
	int days = in->p->reconfirm_hours / 24;

	UNUSED;
	if (said == NO_FACT || on == NO_FACT)
		lacks(r, "The person has not confirmed again that she wishes to leave.", "VOL");
	else if (on - said > days || said > in->today || in->today - said > days)
		lacks(r, "The confirmation of the wish to leave is older than 72 hours.", "VOL");
	else
		met(r, said, in->h->form[FORM_VOL].author);
}

CONDITION(risk_rechecked)
{
	day on = fact(in, FACT_departure);
	day last = in->h->form[FORM_F05].on > in->h->form[FORM_F05R].on ? in->h->form[FORM_F05].on : in->h->form[FORM_F05R].on;

	UNUSED;
	if (on == NO_FACT || last == NO_DAY || on - last > in->p->recheck_days)
		lacks(r, "The risks were not checked again in the last 7 days before departure.", "F05");
	else
		met(r, last, in->h->form[FORM_F05R].author);
}

CONDITION(receiver)
{
	enum { YES };

	UNUSED;
	if (fact(in, FACT_receiver_ok) == YES && fact(in, FACT_partner_ok) == YES)
		met_by(r, &in->h->form[FORM_F09C]);
	else
		lacks(r, "Nobody is confirmed, by name and in writing, to receive the person on arrival.", "F09C");
}

CONDITION(arrival_contact)
{
	enum { YES };

	UNUSED;
	if (in->h->form[FORM_F11].present && fact(in, FACT_contact_made) == YES)
		met_by(r, &in->h->form[FORM_F11]);
	else
		lacks(r, "The person herself has not been reached since landing.", "F11");
}

/* The named form was filled again after the arrival. */
CONDITION(after_arrival)
{
	const struct form_mark *m = &in->h->form[p->form];

	(void)a;
	if (m->present && fact(in, FACT_arrival) != NO_FACT && m->on >= fact(in, FACT_arrival))
		met_by(r, m);
	else
		lacks(r, "The form “{arg}” has not been reviewed since the arrival.", form_codes[p->form]);
	r->arg = str_of(form_codes[p->form]);
}

CONDITION(retention_over)
{
	day closed = fact(in, FACT_closed_on);

	UNUSED;
	if (closed == NO_FACT || day_add_months(closed, in->p->retention_months) > in->today)
		lacks(r, "The time for keeping the file is not over.", NULL);
	else if (fact(in, FACT_legal_hold) == 1)
		lacks(r, "The file is kept for legal proceedings.", NULL);
	else
		met(r, day_add_months(closed, in->p->retention_months), 0);
}

CONDITION(wish_stands)
{
	enum { YES, CONSIDERING, NO, UNKNOWN };

	UNUSED;
	if (in->h->flags & FLAG_WITHDRAWN)
		lacks(r, "The person no longer wishes to return.", "F04");
	else if (fact(in, FACT_return_wish) == YES || fact(in, FACT_return_wish) == CONSIDERING)
		met(r, fact(in, FACT_wish_on) == NO_FACT ? NO_DAY : fact(in, FACT_wish_on), 0);
	else
		lacks(r, "The person has not said that she wishes to return.", "F04");
}

CONDITION(eligible_dates)
{
	day on = fact(in, FACT_found_on);

	UNUSED;
	if (in->p->identified_from != NO_DAY && (on == NO_FACT || on < in->p->identified_from))
		lacks(r, "The person was not identified within the dates of the programme.", "F01");
	else if (in->p->identified_to != NO_DAY && on > in->p->identified_to)
		lacks(r, "The person was not identified within the dates of the programme.", "F01");
	else
		met_by(r, &in->h->form[FORM_F01]);
}

#define ROW(name, title, needs) [COND_##name] = {#name, title, c_##name, needs}
const struct condition_row condition_rows[CONDITIONS] = {
	ROW(form_final, "Form filled: {arg}", "form"),
	ROW(consent, "Consent: {arg}", "consent"),
	ROW(fact_is, "Answer in the form {arg}", "fact,codes,form"),
	ROW(fact_present, "Answer given in the form {arg}", "fact,form"),
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
	ROW(reflection, "Time to reflect is over", ""),
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
};
