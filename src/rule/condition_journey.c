/* condition_journey.c — the named conditions of the gates from the decision on.  As in condition.c: pure, and what cannot
 * be judged is not met. */
#include "condition.h"

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
	enum { YES, NO };
	int32_t v = fact(in, FACT_capacity_doubt);

	UNUSED;
	if (v == YES)
		lacks(r, "It is in doubt whether the person can decide for herself: a medical opinion is needed.",
		      "DEC");
	else if (v != NO)
		lacks(r, "Whether the person can decide for herself has not been answered.", "DEC");
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
	int32_t iga = fact(in, FACT_plan_iga);

	UNUSED;
	if (iga == NO_FACT || !in->h->form[FORM_F10].present)
		lacks(r, "The reintegration plan has not been filled.", "F10");
	else if (iga != 0)
		lacks(r,
		      "The plan holds an income-generating activity: the file is held until its business plan exists.",
		      "F10");
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

/* Somewhere to sleep, something to live on, care: each with someone who said yes. */
CONDITION(first_days)
{
	UNUSED;
	if (fact(in, FACT_first_days) == NO_FACT || !in->h->form[FORM_F10].present)
		lacks(r, "The reintegration plan has not been filled.", "F10");
	else if (fact(in, FACT_first_days) != 1)
		lacks(r, "A service of the first 30 days after the return is not confirmed.", "F10");
	else
		met_by(r, &in->h->form[FORM_F10]);
}

CONDITION(document_valid)
{
	enum { TO_REQUEST, REQUESTED, APPOINTMENT, ISSUED, REFUSED }; /* list DOC_STATUS */
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

/* Measured from the day she left, when that is recorded; else from the day planned, which must not have passed by
 * without her. */
CONDITION(reconfirmed)
{
	day left = fact(in, FACT_departed_on), on = left == NO_FACT ? fact(in, FACT_departure) : left;
	day said = fact(in, FACT_voluntary_on);
	int days = in->p->reconfirm_hours / 24;

	UNUSED;
	if (said == NO_FACT || on == NO_FACT)
		lacks(r, "The person has not confirmed again that she wishes to leave.", "VOL");
	else if (fact(in, FACT_last_check) != 1)
		lacks(r,
		      "The last check was not a free one: see the person alone, tell her that she can stop, settle any "
		      "doubt or new danger, then ask again.",
		      "VOL");
	else if (on - said > days || said > in->today || said > on || (left == NO_FACT && in->today - said > days))
		lacks(r, "The confirmation of the wish to leave is older than 72 hours.", "VOL");
	else
		met(r, said, in->h->form[FORM_VOL].author);
}

/* By the day on which they were assessed, not that of a correction. */
CONDITION(risk_rechecked)
{
	day seen = fact(in, FACT_risk_on);
	day left = fact(in, FACT_departed_on), on = left == NO_FACT ? fact(in, FACT_departure) : left;

	UNUSED;
	if (on == NO_FACT || seen == NO_FACT || on - seen > in->p->recheck_days)
		lacks(r, "The risks were not checked again in the last 7 days before departure.", "F05");
	else
		met(r, seen, in->h->form[FORM_F05].author);
}

/* Until the last moment she may stay: nobody travels on paper only. */
CONDITION(boarded)
{
	enum { YES }; /* list BOARDED */
	int32_t v = fact(in, FACT_boarded);

	UNUSED;
	if (v == NO_FACT)
		lacks(r, "Whether the person boarded is not recorded yet.", "F09");
	else if (v != YES)
		lacks(r, "The person did not board: her file stays here.", "F09");
	else
		met(r, fact(in, FACT_departed_on) == NO_FACT ? NO_DAY : fact(in, FACT_departed_on),
		    in->h->form[FORM_F09].author);
}

CONDITION(receiver)
{
	enum { YES };

	UNUSED;
	if (fact(in, FACT_receiver_ok) == YES && fact(in, FACT_partner_ok) == YES)
		met_by(r, &in->h->form[FORM_F09C]);
	else
		lacks(r,
		      "Nobody is confirmed to receive the person on arrival: by name, in writing, checked, and "
		      "accepted by her.",
		      "F09C");
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
	day over = closed == NO_FACT ? NO_DAY : day_add_months(closed, in->p->retention_months);

	UNUSED;
	if (over == NO_DAY || over > in->today)
		lacks(r, "The time for keeping the file is not over.", NULL);
	else if (fact(in, FACT_legal_hold) == 1)
		lacks(r, "The file is kept for legal proceedings.", NULL);
	else
		met(r, over, 0);
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

/* Weaker than wish_stands: a wish not asked yet does not stop the first interviews, a withdrawal does. */
CONDITION(not_withdrawn)
{
	enum { YES, CONSIDERING, NO, UNKNOWN };

	UNUSED;
	if ((in->h->flags & FLAG_WITHDRAWN) || fact(in, FACT_return_wish) == NO)
		lacks(r, "The person no longer wishes to return.", "F04");
	else
		met(r, NO_DAY, 0);
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
