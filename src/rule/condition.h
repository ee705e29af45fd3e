/* condition.h — between the files that hold the conditions of the gates; nobody else includes it.
 * Positions of code lists stand in enums in the order of data/codes; condition_test.c reads the lists and compares. */
#pragma once
#include "gate.h"
#include "programme.h"

#define CONDITION(name)                                                                                                \
	void c_##name(struct arena *a, const struct gate_in *in, const struct gate_param *p, struct gate_answer *r)
#define UNUSED ((void)a, (void)in, (void)p)

static inline void met(struct gate_answer *r, day on, uint32_t by)
{
	*r = (struct gate_answer){.met = true, .on = on, .by = by};
}

static inline void met_by(struct gate_answer *r, const struct form_mark *m)
{
	met(r, m->on, m->author);
}

static inline void lacks(struct gate_answer *r, const char *missing, const char *form)
{
	*r = (struct gate_answer){.missing = missing, .form = form, .on = NO_DAY};
}

static inline int32_t fact(const struct gate_in *in, enum fact f)
{
	return in->h->fact[f];
}

/* The day she leaves when it is known and not past, else today. */
static inline day leaves_on(const struct gate_in *in)
{
	int32_t on = fact(in, FACT_departure);

	return on != NO_FACT && on > in->today ? on : in->today;
}

condition_fn c_form_final, c_consent, c_fact_is, c_fact_present, c_adult, c_not_suspended, c_danger_answered,
	c_safe_channel, c_accepted, c_agreed_to_referral, c_second_reader, c_found_in_territory, c_third_country,
	c_not_eu_citizen, c_alternatives_explained, c_reflection, c_no_pressure, c_reviewer_is_not_author,
	c_contribution_from_return, c_risk_fresh, c_risk_at_most_high, c_no_veto, c_mitigation_confirmed, c_decision_go,
	c_capacity, c_health_clear, c_no_iga, c_opportunity, c_plan_signed, c_within_ceiling, c_document_valid,
	c_departure_set, c_within_programme, c_reconfirmed, c_risk_rechecked, c_receiver, c_arrival_contact,
	c_after_arrival, c_retention_over, c_wish_stands, c_eligible_dates, c_not_withdrawn, c_abroad_agrees,
	c_consent_recorded, c_first_days, c_boarded;
