/* gate_test.c — the gates: a complete case passes each; each safeguard taken from it shuts its gate, waiver or not; the
 * positions that conditions compare with are those of the lists. */
#include "risk.h"
#include "rule_testing.h"

static const enum transition forward[] = {T_SCREEN, T_COUNSEL, T_ASSESS,      T_DECIDE, T_PLAN,    T_READY,
					  T_DEPART, T_ARRIVE,  T_REINTEGRATE, T_CLOSE,  T_ARCHIVE, T_PAY};
#define EACH_FORWARD(t) for (const enum transition *t = forward; t < forward + sizeof forward / sizeof *forward; t++)

static size_t open_of(struct arena *a, const struct programme *p, const struct head *h, enum transition t)
{
	struct gate_in in = {h, p, TODAY};
	struct gate_item *items;
	size_t n, open;

	gate_check(a, &in, t, &items, &n, &open);
	return open;
}

static const struct gate_answer *answer_of(struct arena *a, const struct programme *p, const struct head *h,
					   const struct gate_row *g)
{
	struct gate_in in = {h, p, TODAY};
	struct gate_item *items;
	size_t n, open;

	gate_check(a, &in, g->transition, &items, &n, &open);
	for (size_t i = 0; i < n; i++)
		if (items[i].row->condition == g->condition && gate_about(items[i].row) == gate_about(g))
			return &items[i].answer;
	fail_msg("%s is not before %s", condition_rows[g->condition].name, transition_rows[g->transition].code);
	return NULL;
}

static void a_complete_case_passes(void **state)
{
	struct programme *p = shipped(*state);

	EACH_FORWARD(t)
	{
		enum state s = transition_rows[*t].from;
		struct head h = complete(*state, s, TODAY);
		struct gate_in in = {&h, p, TODAY};
		struct gate_item *items;
		size_t n, open;

		gate_check(*state, &in, *t, &items, &n, &open);
		for (size_t i = 0; i < n; i++)
			if (!items[i].answer.met)
				fail_msg("%s: %s: %s", transition_rows[*t].code,
					 condition_rows[items[i].row->condition].name, items[i].answer.missing);
		assert_true(n > 0);
	}
}

static void withdraw(struct head *h)
{
	h->flags |= FLAG_WITHDRAWN;
}

/* One answer that says no. */
static bool answer_no(struct arena *a, struct head *h, const struct gate_row *g)
{
	static const struct {
		int condition;
		enum fact fact;
		const char *code;
	} rows[] = {{COND_adult, FACT_age_certainty, "DISPUTED"},
		    {COND_health_clear, FACT_health_flag, "YES"},
		    {COND_abroad_agrees, FACT_abroad_advice, "NO_GO"},
		    {COND_boarded, FACT_boarded, "REFUSED"}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].condition == (int)g->condition) {
			set_code(a, h, rows[i].fact, rows[i].code);
			return true;
		}
	return false;
}

/* The form is not there, or is of the wrong hand. */
static bool unwrite(struct head *h, const struct gate_row *g)
{
	switch ((int)g->condition) {
	case COND_closing_told:
		h->form[FORM_CLO] = (struct form_mark){0};
		return true;
	case COND_reviewer_is_not_author:
		h->form[FORM_F05R].author = h->form[FORM_F05].author;
		return true;
	case COND_contribution_from_return:
		h->form[FORM_F05C] = (struct form_mark){0};
		return true;
	case COND_form_final:
		h->form[g->param.form] = (struct form_mark){0};
		return true;
	default:
		return false;
	}
}

/* Takes away what the safeguard asks for. */
static void break_it(struct arena *a, struct head *h, const struct gate_row *g)
{
	if (answer_no(a, h, g) || unwrite(h, g))
		return;
	switch ((int)g->condition) {
	case COND_agreed_to_referral:
		h->consent[0].state = CONSENT_WITHDRAWN;
		break;
	case COND_not_withdrawn:
	case COND_wish_stands:
		withdraw(h);
		break;
	case COND_consent:
		h->consent[g->param.consent].state = CONSENT_WITHDRAWN;
		break;
	case COND_third_country:
		h->fact[FACT_country] = fact_country(STR("RO"));
		break;
	case COND_payable:
	case COND_not_suspended:
		h->flags |= FLAG_SUSPENDED;
		break;
	case COND_reflection:
		h->fact[FACT_wish_on] = TODAY - 2;
		break;
	case COND_no_pressure:
		h->fact[FACT_pressure] = 1 << code(a, "PRESSURE", "FAMILY");
		break;
	case COND_risk_at_most_high:
		h->fact[FACT_risk_level] = RISK_EXTREME;
		break;
	case COND_no_veto:
		h->fact[FACT_risk_vetoes] = 1 << code(a, "VETO", "V8");
		break;
	case COND_no_iga:
		h->fact[FACT_plan_iga] = 1;
		break;
	case COND_reconfirmed:
		h->fact[FACT_voluntary_on] = TODAY - 3;
		break;
	case COND_retention_over:
		h->fact[FACT_legal_hold] = 1;
		break;
	default:
		fail_msg("no way to break %s", condition_rows[g->condition].name);
	}
}

static void each_safeguard_shuts_its_gate(void **state)
{
	struct programme *p = shipped(*state);

	for (size_t s = 0; s < gate_safeguards_n; s++) {
		const struct gate_row *g = &gate_safeguards[s];
		struct head h = complete(*state, transition_rows[g->transition].from, TODAY);
		const struct gate_answer *r;

		break_it(*state, &h, g);
		h.waiver[0] = (struct waiver){
			(uint8_t)g->condition, (uint8_t)g->transition, gate_about(g), 11, 22, TODAY};
		r = answer_of(*state, p, &h, g);
		if (r->met || r->waived || !r->missing || open_of(*state, p, &h, g->transition) == 0)
			fail_msg("%s at %s", condition_rows[g->condition].name, transition_rows[g->transition].code);
	}
}

/* Even a programme whose rows were tampered with in memory does not waive a safeguard. */
static void a_waivable_row_of_a_safeguard_is_not_believed(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_READY, TODAY);

	for (size_t i = 0; i < p->n_gates; i++)
		p->gates[i].waivable = true;
	h.fact[FACT_risk_vetoes] = 1;
	h.waiver[0] = (struct waiver){COND_no_veto, T_DEPART, 0, 11, 22, TODAY};
	assert_int_equal(open_of(*state, p, &h, T_DEPART), 1);
}

/* A withdrawal stops every step before the departure, however it was said. */
static void a_withdrawal_always_stops(void **state)
{
	struct programme *p = shipped(*state);

	for (int t = T_SCREEN; t <= T_DEPART; t++) {
		struct head flag = complete(*state, transition_rows[t].from, TODAY), wish = flag, c4 = flag;

		withdraw(&flag);
		set_code(*state, &wish, FACT_return_wish, "NO");
		c4.consent[4].state = CONSENT_WITHDRAWN;
		assert_true(open_of(*state, p, &flag, (enum transition)t) > 0);
		assert_true(open_of(*state, p, &wish, (enum transition)t) > 0);
		assert_true(t < T_READY || open_of(*state, p, &c4, (enum transition)t) > 0);
	}
}

/* Before the departure money follows the wish; after it, what was promised is honoured.  A file at rest pays nothing. */
static void what_may_be_paid(void **state)
{
	static const struct {
		enum state s;
		uint32_t flag;
		bool paid;
	} rows[] = {
		{STATE_PLANNING, 0, true},
		{STATE_PLANNING, FLAG_WITHDRAWN, false},
		{STATE_REINTEGRATION, 0, true},
		{STATE_REINTEGRATION, FLAG_WITHDRAWN, true},
		{STATE_REINTEGRATION, FLAG_SUSPENDED, false},
		{STATE_CLOSED, 0, false},
	};
	struct programme *p = shipped(*state);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct head h = complete(*state, rows[i].s, TODAY);

		h.flags |= rows[i].flag;
		assert_int_equal(open_of(*state, p, &h, T_PAY) == 0, rows[i].paid);
		h.fact[FACT_plan_cents] = 180001;
		assert_true(open_of(*state, p, &h, T_PAY) > 0);
		h.waiver[0] = (struct waiver){COND_within_ceiling, T_READY, 0, 11, 22, TODAY};
		assert_int_equal(open_of(*state, p, &h, T_PAY) == 0, rows[i].paid); /* granted for the plan */
	}
}

/* The side exit: told first, from any state before the reintegration, confirmed by the coordinator unless the person
 * herself gave up before leaving. */
static void the_side_exit(void **state)
{
	struct programme *p = shipped(*state);

	for (enum state s = STATE_REFERRED; s < STATE_CLOSED; s++) {
		struct head h = complete(*state, s, TODAY), hers = h;

		hers.flags |= FLAG_WITHDRAWN;
		assert_int_equal(transition_from(&h, T_CLOSE_EARLY), s < STATE_REINTEGRATION);
		assert_int_equal(transition_roles(&h, T_CLOSE_EARLY), 1u << ROLE_COO);
		assert_int_equal(transition_roles(&hers, T_CLOSE_EARLY) & 1u << ROLE_CMF,
				 s < STATE_TRAVELLING ? 1u << ROLE_CMF : 0);
		assert_int_equal(open_of(*state, p, &h, T_CLOSE_EARLY), 1);
		h.form[FORM_CLO] = (struct form_mark){true, 1, TODAY, 3};
		assert_int_equal(open_of(*state, p, &h, T_CLOSE_EARLY), 0);
	}
	struct head declined = complete(*state, STATE_REFERRED, TODAY);

	set_code(*state, &declined, FACT_triage_action, "ORIENT");
	assert_int_equal(open_of(*state, p, &declined, T_CLOSE_EARLY), 0); /* the first reading says it all */
}

static void waivers_take_two_people_and_one_thing(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_ASSESSMENT, TODAY);
	struct waiver w = {COND_form_final, T_DECIDE, FORM_F06, 11, 22, TODAY};

	h.form[FORM_F06] = h.form[FORM_F07] = (struct form_mark){0};
	assert_int_equal(open_of(*state, p, &h, T_DECIDE), 2);
	h.waiver[3] = w;
	assert_int_equal(open_of(*state, p, &h, T_DECIDE), 1); /* F06 only, never F07 */
	h.waiver[3].granted_by = 11;
	assert_int_equal(open_of(*state, p, &h, T_DECIDE), 2);
	h.waiver[3].granted_by = 0;
	assert_int_equal(open_of(*state, p, &h, T_DECIDE), 2);
	h.waiver[3] = w;
	h.waiver[3].transition = T_PLAN;
	assert_int_equal(open_of(*state, p, &h, T_DECIDE), 2);
	h.waiver[3] = w;
	h.form[FORM_F05] = (struct form_mark){0}; /* not waivable: nobody can ask */
	h.waiver[4] = (struct waiver){COND_form_final, T_DECIDE, FORM_F05, 11, 22, TODAY};
	assert_true(open_of(*state, p, &h, T_DECIDE) >= 2);
}

/* One change to a complete case in that state, and the condition that must no longer be met. */
struct change {
	enum state s;
	enum transition t;
	enum condition c;
	uint8_t about;
	enum fact f;
	const char *code; /* of the fact's list; a "+" before: the mask without it; NULL: the value */
	int32_t value;
};
static const struct change changes[] = {
	{STATE_REFERRED, T_SCREEN, COND_danger_answered, 0, FACT_danger_action, "NONE_YET", 0},
	{STATE_REFERRED, T_SCREEN, COND_danger_answered, 0, FACT_immediate_danger, NULL, NO_FACT},
	{STATE_REFERRED, T_SCREEN, COND_safe_channel, 0, FACT_safe_contact, "NONE", 0},
	{STATE_REFERRED, T_SCREEN, COND_safe_channel, 0, FACT_safe_contact, NULL, NO_FACT},
	{STATE_REFERRED, T_SCREEN, COND_accepted, 0, FACT_triage_action, "ORIENT", 0},
	{STATE_REFERRED, T_SCREEN, COND_fact_is, FACT_duplicate_checked, FACT_duplicate_checked, "NO", 0},
	{STATE_REFERRED, T_SCREEN, COND_adult, 0, FACT_adult_from, NULL, 20000},
	{STATE_SCREENING, T_COUNSEL, COND_second_reader, 0, FACT_second_reader_ok, "MORE", 0},
	{STATE_SCREENING, T_COUNSEL, COND_fact_is, FACT_trafficking_status, FACT_trafficking_status, "NOT_VOT", 0},
	{STATE_SCREENING, T_COUNSEL, COND_fact_is, FACT_trafficking_status, FACT_trafficking_status, "INSUFF", 0},
	{STATE_SCREENING, T_COUNSEL, COND_found_in_territory, 0, FACT_metropolitan, NULL, 0},
	{STATE_SCREENING, T_COUNSEL, COND_not_eu_citizen, 0, FACT_eu_citizen, NULL, 1},
	{STATE_SCREENING, T_COUNSEL, COND_not_eu_citizen, 0, FACT_eu_citizen, NULL, NO_FACT},
	{STATE_SCREENING, T_COUNSEL, COND_third_country, 0, FACT_country, NULL, NO_FACT},
	{STATE_SCREENING, T_COUNSEL, COND_third_country, 0, FACT_country, NULL, 'U' << 8 | 'S'}, /* no office */
	{STATE_SCREENING, T_COUNSEL, COND_third_country, 0, FACT_country, NULL, 'A' << 8 | 'L'}, /* another office */
	{STATE_SCREENING, T_COUNSEL, COND_wish_stands, 0, FACT_return_wish, "UNKNOWN", 0},
	{STATE_SCREENING, T_COUNSEL, COND_eligible_dates, 0, FACT_found_on, NULL, 20000},
	{STATE_COUNSELLING, T_ASSESS, COND_alternatives_explained, 0, FACT_alternatives, "+COMPENSATION", 0},
	{STATE_COUNSELLING, T_ASSESS, COND_alternatives_explained, 0, FACT_alternatives, NULL, NO_FACT},
	{STATE_COUNSELLING, T_ASSESS, COND_no_pressure, 0, FACT_pressure, "+NONE", 0},
	{STATE_COUNSELLING, T_ASSESS, COND_no_pressure, 0, FACT_pressure, NULL, NO_FACT},
	{STATE_COUNSELLING, T_ASSESS, COND_reflection, 0, FACT_wish_on, NULL, NO_FACT},
	{STATE_COUNSELLING, T_ASSESS, COND_fact_present, FACT_judicial_status, FACT_judicial_status, NULL, NO_FACT},
	{STATE_COUNSELLING, T_ASSESS, COND_fact_is, FACT_legal_advice, FACT_legal_advice, "PENDING", 0},
	{STATE_COUNSELLING, T_ASSESS, COND_fact_is, FACT_interpreter, FACT_interpreter, "NOT_INDEPENDENT", 0},
	{STATE_COUNSELLING, T_ASSESS, COND_fact_is, FACT_seen_alone, FACT_seen_alone, "NO", 0},
	{STATE_ASSESSMENT, T_DECIDE, COND_reviewer_is_not_author, 0, FACT_risk_agreed, NULL, 0},
	{STATE_DECISION, T_PLAN, COND_risk_fresh, 0, FACT_risk_until, NULL, 17000},
	{STATE_DECISION, T_PLAN, COND_risk_fresh, 0, FACT_risk_until, NULL, NO_FACT},
	{STATE_DECISION, T_PLAN, COND_risk_at_most_high, 0, FACT_risk_level, NULL, NO_FACT},
	{STATE_DECISION, T_PLAN, COND_mitigation_confirmed, 0, FACT_risk_unconfirmed, NULL, 1},
	{STATE_DECISION, T_PLAN, COND_mitigation_confirmed, 0, FACT_risk_level, NULL, NO_FACT},
	{STATE_DECISION, T_PLAN, COND_decision_go, 0, FACT_decision, "DELAY", 0},
	{STATE_DECISION, T_PLAN, COND_decision_go, 0, FACT_decision, "NO_GO", 0},
	{STATE_DECISION, T_PLAN, COND_decision_go, 0, FACT_decision, NULL, NO_FACT},
	{STATE_DECISION, T_PLAN, COND_capacity, 0, FACT_capacity_doubt, "YES", 0},
	{STATE_DECISION, T_PLAN, COND_capacity, 0, FACT_capacity_doubt, NULL, NO_FACT},
	{STATE_PLANNING, T_READY, COND_plan_signed, 0, FACT_plan_signed, NULL, NO_FACT},
	{STATE_PLANNING, T_READY, COND_within_ceiling, 0, FACT_plan_cents, NULL, 180001},
	{STATE_PLANNING, T_READY, COND_within_ceiling, 0, FACT_plan_cents, NULL, NO_FACT},
	{STATE_PLANNING, T_READY, COND_opportunity, 0, FACT_opportunity, NULL, 0},
	{STATE_PLANNING, T_READY, COND_opportunity, 0, FACT_opportunity, NULL, NO_FACT},
	{STATE_PLANNING, T_READY, COND_document_valid, 0, FACT_doc_status, "APPOINTMENT", 0},
	{STATE_PLANNING, T_READY, COND_document_valid, 0, FACT_doc_status, "REFUSED", 0},
	{STATE_PLANNING, T_READY, COND_document_valid, 0, FACT_doc_expiry, NULL, 17000},
	{STATE_PLANNING, T_READY, COND_departure_set, 0, FACT_departure, NULL, NO_FACT},
	{STATE_PLANNING, T_READY, COND_departure_set, 0, FACT_departure, NULL, 17700},
	{STATE_PLANNING, T_READY, COND_within_programme, 0, FACT_departure, NULL, 18100},
	{STATE_PLANNING, T_READY, COND_fact_is, FACT_clearance, FACT_clearance, "PENDING", 0},
	{STATE_PLANNING, T_READY, COND_health_clear, 0, FACT_health_flag, NULL, NO_FACT},
	{STATE_DECISION, T_PLAN, COND_abroad_agrees, 0, FACT_abroad_advice, NULL, NO_FACT},
	{STATE_DECISION, T_PLAN, COND_reviewer_is_not_author, 0, FACT_risk_agreed, NULL, READ_AGREES_NO_GO},
	{STATE_READY, T_DEPART, COND_reviewer_is_not_author, 0, FACT_risk_agreed, NULL, READ_AGREES_NO_GO},
	{STATE_ASSESSMENT, T_DECIDE, COND_reviewer_is_not_author, 0, FACT_risk_agreed, NULL, NO_FACT},
	{STATE_SCREENING, T_COUNSEL, COND_second_reader, 0, FACT_second_reader_ok, NULL, NO_FACT},
	{STATE_PLANNING, T_READY, COND_reflection, 0, FACT_withdrawn_on, NULL, 17784 - 2},
	{STATE_PLANNING, T_READY, COND_decision_go, 0, FACT_decision, "NO_GO", 0},
	{STATE_PLANNING, T_READY, COND_capacity, 0, FACT_capacity_doubt, "YES", 0},
	{STATE_PLANNING, T_READY, COND_mitigation_confirmed, 0, FACT_risk_unconfirmed, NULL, 1},
	{STATE_PLANNING, T_READY, COND_first_days, 0, FACT_first_days, NULL, 0},
	{STATE_PLANNING, T_READY, COND_first_days, 0, FACT_first_days, NULL, NO_FACT},
	{STATE_READY, T_DEPART, COND_decision_go, 0, FACT_decision, "DELAY", 0},
	{STATE_READY, T_DEPART, COND_capacity, 0, FACT_capacity_doubt, "YES", 0},
	{STATE_READY, T_DEPART, COND_mitigation_confirmed, 0, FACT_risk_unconfirmed, NULL, 1},
	{STATE_READY, T_DEPART, COND_reflection, 0, FACT_withdrawn_on, NULL, 17784 - 2},
	{STATE_READY, T_DEPART, COND_reflection, 0, FACT_withdrawn_on, NULL, 17784 - 60}, /* signed before it */
	{STATE_READY, T_DEPART, COND_boarded, 0, FACT_boarded, "DENIED", 0},
	{STATE_READY, T_DEPART, COND_boarded, 0, FACT_boarded, NULL, NO_FACT},
	{STATE_READY, T_DEPART, COND_reconfirmed, 0, FACT_last_check, NULL, 0},
	{STATE_READY, T_DEPART, COND_reconfirmed, 0, FACT_last_check, NULL, NO_FACT},
	{STATE_READY, T_DEPART, COND_risk_rechecked, 0, FACT_risk_on, NULL, NO_FACT},
	{STATE_READY, T_DEPART, COND_risk_rechecked, 0, FACT_risk_on, NULL, 17784 - 7},
	{STATE_READY, T_DEPART, COND_receiver, 0, FACT_receiver_ok, "NO", 0},
	{STATE_READY, T_DEPART, COND_receiver, 0, FACT_partner_ok, "NO", 0},
	{STATE_READY, T_DEPART, COND_fact_is, FACT_card_given, FACT_card_given, "NO", 0},
	{STATE_READY, T_DEPART, COND_risk_rechecked, 0, FACT_departure, NULL, 17792 + 5}, /* TODAY is 17784 */
	{STATE_READY, T_DEPART, COND_reconfirmed, 0, FACT_departure, NULL, 17784 + 3},
	{STATE_READY, T_DEPART, COND_reconfirmed, 0, FACT_voluntary_on, NULL, NO_FACT},
	{STATE_READY, T_DEPART, COND_reconfirmed, 0, FACT_departure, NULL, 17784 - 2}, /* passed by without her */
	{STATE_TRAVELLING, T_ARRIVE, COND_arrival_contact, 0, FACT_contact_made, "NO", 0},
	{STATE_ARRIVED, T_REINTEGRATE, COND_after_arrival, FORM_F05, FACT_arrival, NULL, 17784},
	{STATE_REINTEGRATION, T_CLOSE, COND_fact_is, FACT_open_risks, FACT_open_risks, "YES", 0},
	{STATE_CLOSED, T_ARCHIVE, COND_retention_over, 0, FACT_closed_on, NULL, 17700},
	{STATE_CLOSED, T_ARCHIVE, COND_retention_over, 0, FACT_closed_on, NULL, NO_FACT},
};

static void answers_that_do_not_pass(void **state)
{
	struct programme *p = shipped(*state);

	assert_int_equal(TODAY, 17784);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		const struct change *x = &changes[i];
		struct head h = complete(*state, x->s, TODAY);
		struct gate_row g = {.transition = x->t, .condition = x->c};

		if (!x->code)
			h.fact[x->f] = x->value;
		else if (*x->code == '+')
			h.fact[x->f] &= ~(1 << code(*state, fact_rows[x->f].list, x->code + 1));
		else
			set_code(*state, &h, x->f, x->code);
		g.param = (struct gate_param){.fact = (enum fact)x->about, .form = (enum form_no)x->about};
		if (answer_of(*state, p, &h, &g)->met)
			fail_msg("row %zu: %s with %s", i, condition_rows[x->c].name, fact_rows[x->f].name);
	}
}

/* What passes too, so that nothing is refused that should not be. */
static void answers_that_pass(void **state)
{
	static const struct change rows[] = {
		{STATE_REFERRED, T_SCREEN, COND_agreed_to_referral, 0, FACT_agrees, "EMERGENCY_NO_CONSENT", 0},
		{STATE_REFERRED, T_SCREEN, COND_not_withdrawn, 0, FACT_return_wish, "UNKNOWN", 0},
		{STATE_REFERRED, T_SCREEN, COND_danger_answered, 0, FACT_danger_action, "PLAN", 0},
		{STATE_REFERRED, T_SCREEN, COND_safe_channel, 0, FACT_safe_contact, "POST", 0},
		{STATE_SCREENING, T_COUNSEL, COND_fact_is, FACT_trafficking_status, FACT_trafficking_status,
		 "IDENTIFIED", 0},
		{STATE_SCREENING, T_COUNSEL, COND_wish_stands, 0, FACT_return_wish, "CONSIDERING", 0},
		{STATE_COUNSELLING, T_ASSESS, COND_fact_is, FACT_legal_advice, FACT_legal_advice, "REFUSED", 0},
		{STATE_COUNSELLING, T_ASSESS, COND_fact_is, FACT_interpreter, FACT_interpreter, "NOT_NEEDED", 0},
		{STATE_COUNSELLING, T_ASSESS, COND_reflection, 0, FACT_wish_on, NULL, 17784 - 100},
		{STATE_DECISION, T_PLAN, COND_decision_go, 0, FACT_decision, "GO_CONDITIONS", 0},
		{STATE_DECISION, T_PLAN, COND_abroad_agrees, 0, FACT_abroad_advice, "DELAY", 0},
		{STATE_ASSESSMENT, T_DECIDE, COND_reviewer_is_not_author, 0, FACT_risk_agreed, NULL, READ_AGREES_NO_GO},
		{STATE_READY, T_DEPART, COND_reflection, 0, FACT_withdrawn_on, NULL, 17784 - 93},
		{STATE_READY, T_DEPART, COND_risk_rechecked, 0, FACT_risk_on, NULL, 17784 - 6},
		{STATE_DECISION, T_PLAN, COND_risk_at_most_high, 0, FACT_risk_level, NULL, RISK_HIGH},
		{STATE_PLANNING, T_READY, COND_within_ceiling, 0, FACT_plan_cents, NULL, 180000},
		{STATE_PLANNING, T_READY, COND_opportunity, 0, FACT_opportunity, NULL, 1},
		{STATE_PLANNING, T_READY, COND_fact_is, FACT_clearance, FACT_clearance, "NA", 0},
		{STATE_READY, T_DEPART, COND_reconfirmed, 0, FACT_departure, NULL, 17784 + 2},
		{STATE_READY, T_DEPART, COND_risk_rechecked, 0, FACT_departure, NULL, 17784 + 4},
	};
	struct programme *p = shipped(*state);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct head h = complete(*state, rows[i].s, TODAY);
		struct gate_row g = {.transition = rows[i].t, .condition = rows[i].c};

		if (rows[i].code)
			set_code(*state, &h, rows[i].f, rows[i].code);
		else
			h.fact[rows[i].f] = rows[i].value;
		g.param = (struct gate_param){.fact = (enum fact)rows[i].about, .form = (enum form_no)rows[i].about};
		if (!answer_of(*state, p, &h, &g)->met)
			fail_msg("row %zu: %s: %s", i, condition_rows[rows[i].c].name,
				 answer_of(*state, p, &h, &g)->missing);
	}
}

/* The declaration signed too soon after the first wish has to be signed again, however late it is today. */
static void a_hasty_signature_does_not_count(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_PLANNING, TODAY);
	struct gate_row g = {.transition = T_READY, .condition = COND_reflection};

	h.fact[FACT_wish_on] = TODAY - 50;
	h.consent[4].on = TODAY - 48;
	assert_string_equal(answer_of(*state, p, &h, &g)->form, "F03");
	h.consent[4].on = TODAY - 47;
	assert_true(answer_of(*state, p, &h, &g)->met);
	p->reflection_hours = 24 * 10; /* a programme may ask for more */
	assert_false(answer_of(*state, p, &h, &g)->met);
}

/* A departure recorded some days later is judged by the day she left. */
static void a_departure_recorded_late(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_READY, TODAY);

	h.fact[FACT_departure] = h.fact[FACT_departed_on] = TODAY - 6;
	h.fact[FACT_voluntary_on] = TODAY - 8;
	assert_int_equal(open_of(*state, p, &h, T_DEPART), 0);
	h.fact[FACT_voluntary_on] = TODAY - 10;
	assert_int_equal(open_of(*state, p, &h, T_DEPART), 1);
}

static void forms_age(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_REFERRED, TODAY);
	struct gate_row g = {.transition = T_SCREEN, .condition = COND_form_final, .param = {.form = FORM_F01}};

	for (size_t i = 0; i < p->n_gates; i++)
		if (p->gates[i].transition == T_SCREEN && p->gates[i].condition == COND_form_final)
			p->gates[i].param.days = 3;
	assert_true(answer_of(*state, p, &h, &g)->met);
	h.form[FORM_F01].on--;
	assert_string_equal(answer_of(*state, p, &h, &g)->missing, "The form “{arg}” is too old: fill it again.");
}

static void consents_say_what_happened(void **state)
{
	static const struct {
		enum consent_state s;
		const char *missing;
	} rows[] = {{CONSENT_NONE, "Consent {arg} has not been given."},
		    {CONSENT_REFUSED, "Consent {arg} was refused."},
		    {CONSENT_WITHDRAWN, "Consent {arg} was withdrawn."},
		    {CONSENT_NOT_ASKED, "Consent {arg} has not been given."},
		    {CONSENT_NA, "Consent {arg} has not been given."}};
	struct programme *p = shipped(*state);
	struct gate_row g = {.transition = T_DECIDE, .condition = COND_consent, .param = {.consent = 3}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct head h = complete(*state, STATE_ASSESSMENT, TODAY);
		const struct gate_answer *r;

		h.consent[3].state = rows[i].s;
		r = answer_of(*state, p, &h, &g);
		assert_string_equal(r->missing, rows[i].missing);
		assert_true(str_eqz(r->arg, "C3"));
		assert_string_equal(r->form, "F03");
	}
}

/* A consent ends when the person said it would; until its last day it holds. */
static void consents_end(void **state)
{
	struct programme *p = shipped(*state);
	struct gate_row g = {.transition = T_DECIDE, .condition = COND_consent, .param = {.consent = 3}};
	struct head h = complete(*state, STATE_ASSESSMENT, TODAY);

	h.consent[3].until = TODAY;
	assert_true(answer_of(*state, p, &h, &g)->met);
	h.consent[3].until = TODAY - 1;
	assert_string_equal(answer_of(*state, p, &h, &g)->missing, "Consent {arg} has expired: ask the person again.");
}

/* Follow-up: her answer is needed, not her yes.  And her no is nobody's to waive. */
static void a_refusal_is_an_answer(void **state)
{
	struct programme *p = shipped(*state);
	struct gate_row c9 = {.transition = T_READY, .condition = COND_consent_recorded, .param = {.consent = 9}};
	struct gate_row c5 = {.transition = T_READY, .condition = COND_consent, .param = {.consent = 5}};
	struct head h = complete(*state, STATE_PLANNING, TODAY);

	h.consent[9].state = CONSENT_REFUSED;
	assert_int_equal(open_of(*state, p, &h, T_READY), 0);
	h.consent[9].state = CONSENT_NONE;
	assert_false(answer_of(*state, p, &h, &c9)->met);
	h.consent[9].state = CONSENT_GIVEN;
	h.waiver[0] = (struct waiver){COND_consent, T_READY, 5, 11, 22, TODAY};
	h.consent[5].state = CONSENT_NONE;
	assert_true(answer_of(*state, p, &h, &c5)->waived);
	h.consent[5].state = CONSENT_REFUSED;
	assert_false(answer_of(*state, p, &h, &c5)->waived);
	h.consent[5].state = CONSENT_WITHDRAWN;
	assert_false(answer_of(*state, p, &h, &c5)->waived);
}

static void a_file_open_abroad_keeps_its_country(void **state)
{
	struct programme *p = shipped(*state);
	struct gate_row g = {.transition = T_READY, .condition = COND_third_country};
	struct head h = complete(*state, STATE_PLANNING, TODAY);

	h.fact[FACT_country] = fact_country(STR("AL")); /* the file is open in Lagos */
	assert_string_equal(answer_of(*state, p, &h, &g)->missing,
			    "The file abroad is open at the office of another country: ask the coordinator.");
}

/* What stops everything is said before what is only missing. */
static void what_matters_is_said_first(void **state)
{
	static const struct {
		uint32_t flags;
		const char *decision, *age;
		enum condition first;
	} rows[] = {
		{0, "GO", "DOCUMENT", COND_form_final},
		{0, "NO_GO", "DOCUMENT", COND_decision_go},
		{0, "NO_GO", "DISPUTED", COND_adult},
		{FLAG_WITHDRAWN, "NO_GO", "DISPUTED", COND_wish_stands},
		{FLAG_WITHDRAWN | FLAG_SUSPENDED, "NO_GO", "DISPUTED", COND_not_suspended},
	};
	struct programme *p = shipped(*state);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct head h = complete(*state, STATE_PLANNING, TODAY);
		struct gate_in in = {&h, p, TODAY};
		struct gate_item *items;
		size_t n, open;

		h.form[FORM_F10].present = false;
		h.flags |= rows[i].flags;
		set_code(*state, &h, FACT_decision, rows[i].decision);
		set_code(*state, &h, FACT_age_certainty, rows[i].age);
		gate_check(*state, &in, T_READY, &items, &n, &open);
		assert_int_equal(gate_first_open(items, n)->row->condition, rows[i].first);
	}
	assert_null(gate_first_open(NULL, 0));
}

/* Whether she boarded is no gap in the file before the day; after it, it is. */
static void boarding_is_asked_on_the_day(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_READY, TODAY);
	struct gate_item *items;
	size_t n, open;

	h.fact[FACT_boarded] = NO_FACT;
	for (int days = -1; days <= 1; days++) {
		struct gate_in in = {&h, p, TODAY + 1 + days}; /* the departure is TODAY + 1 */

		gate_check(*state, &in, T_DEPART, &items, &n, &open);
		assert_int_equal(gate_first_open(items, n)->row->condition, COND_boarded);
		assert_int_equal(gate_waits_for_the_day(&in, &items[n - 1]), days < 0);
	}
}

static void second_readers(void **state)
{
	struct programme *p = shipped(*state);
	struct gate_row f02 = {.transition = T_COUNSEL, .condition = COND_second_reader};
	struct gate_row f05 = {.transition = T_DECIDE, .condition = COND_reviewer_is_not_author};
	struct head h = complete(*state, STATE_SCREENING, TODAY);

	h.form[FORM_F02R].author = h.form[FORM_F02].author;
	assert_false(answer_of(*state, p, &h, &f02)->met);
	h = complete(*state, STATE_SCREENING, TODAY);
	h.form[FORM_F02].on++; /* the interview changed since it was read */
	assert_string_equal(answer_of(*state, p, &h, &f02)->form, "F02R");
	h = complete(*state, STATE_ASSESSMENT, TODAY);
	h.form[FORM_F05].on++;
	assert_string_equal(answer_of(*state, p, &h, &f05)->form, "F05R");
	h.form[FORM_F05].present = false;
	assert_string_equal(answer_of(*state, p, &h, &f05)->form, "F05");
}

static uint32_t seed = 99;

static uint32_t next(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

/* The safeguards of the departure, spelled a second time. */
static bool may_leave(struct arena *a, const struct head *h)
{
	bool wishes = h->fact[FACT_return_wish] == code(a, "WISH", "YES") ||
		      h->fact[FACT_return_wish] == code(a, "WISH", "CONSIDERING");

	return h->consent[1].state == CONSENT_GIVEN && h->consent[3].state == CONSENT_GIVEN &&
	       h->consent[4].state == CONSENT_GIVEN && !head_minor(h, TODAY) &&
	       !(h->flags & (FLAG_WITHDRAWN | FLAG_SUSPENDED)) && wishes &&
	       h->fact[FACT_pressure] == 1 << code(a, "PRESSURE", "NONE") && h->form[FORM_F05C].present &&
	       h->form[FORM_F05R].author != h->form[FORM_F05].author && h->fact[FACT_risk_vetoes] == 0 &&
	       h->fact[FACT_risk_level] <= RISK_HIGH && h->fact[FACT_health_flag] == code(a, "YESNO", "NO") &&
	       h->fact[FACT_plan_iga] == 0 && h->fact[FACT_voluntary_on] != NO_FACT &&
	       h->fact[FACT_boarded] == code(a, "BOARDED", "YES") &&
	       h->fact[FACT_abroad_advice] != code(a, "RISK_ADVICE", "NO_GO") && h->fact[FACT_last_check] == 1;
}

static void change_something(struct head *h)
{
	static const enum fact facts[] = {FACT_age_certainty, FACT_return_wish, FACT_pressure,   FACT_risk_vetoes,
					  FACT_risk_level,    FACT_health_flag, FACT_plan_iga,   FACT_voluntary_on,
					  FACT_risk_agreed,   FACT_country,     FACT_doc_status, FACT_boarded,
					  FACT_abroad_advice, FACT_last_check};
	static const enum consent_state states[] = {CONSENT_NONE, CONSENT_GIVEN, CONSENT_REFUSED, CONSENT_WITHDRAWN};

	switch (next(6)) {
	case 0:
		h->consent[next(CONSENT_KINDS)].state = states[next(4)];
		break;
	case 1:
		h->flags ^= 1u << next(6);
		break;
	case 2:
		h->form[next(FORMS)].present = next(2);
		break;
	case 3:
		h->form[next(FORMS)].author = next(2) ? 101 : 202;
		break;
	case 4:
		h->waiver[next(WAIVERS_MAX)] = (struct waiver){
			(uint8_t)next(CONDITIONS), T_DEPART, (uint8_t)next(8), 11, 22, TODAY};
		break;
	default:
		h->fact[facts[next(14)]] = next(3) ? (int32_t)next(5) : NO_FACT;
	}
}

/* From random cases, with random waivers: whoever may depart keeps every safeguard. */
static void nobody_departs_without_the_safeguards(void **state)
{
	struct programme *p = shipped(*state);
	struct head good = complete(*state, STATE_READY, TODAY);
	int left = 0, stayed = 0;

	for (int round = 0; round < 8000; round++) {
		struct arena *a = arena_create(4 << 20);
		struct head h = good;

		for (uint32_t i = next(4); i > 0; i--)
			change_something(&h);
		if (open_of(a, p, &h, T_DEPART) == 0) {
			left++;
			assert_true(may_leave(a, &h));
		} else {
			stayed++;
		}
		arena_destroy(a);
	}
	assert_true(left > 500 && stayed > 500); /* the test sees both */
}

static void titles_say_what_is_true(void **state)
{
	const struct programme *p = shipped(*state);
	int stated = 0;

	for (size_t i = 0; i < p->n_gates; i++) {
		struct gate_row g = p->gates[i];

		if (g.condition != COND_fact_is || (g.param.fact != FACT_clearance && g.param.fact != FACT_open_risks))
			continue;
		assert_string_not_equal(gate_row_title(&g), "{arg}");
		g.param.codes = UINT32_MAX; /* a programme that takes any answer: nothing is stated */
		assert_string_equal(gate_row_title(&g), "{arg}");
		stated++;
	}
	assert_int_equal(stated, 2);
}

static void tables(void **state)
{
	(void)state;
	for (int t = 0; t < TRANSITIONS; t++)
		assert_int_equal(transition_find(str_of(transition_rows[t].code)), t);
	assert_int_equal(transition_find(STR("fly")), TRANSITIONS);
	assert_int_equal(transition_next(STATE_READY), T_DEPART);
	assert_int_equal(transition_next(STATE_ARCHIVED), TRANSITIONS);
	for (int c = 0; c < CONDITIONS; c++) {
		assert_int_equal(condition_find(str_of(condition_rows[c].name)), c);
		assert_non_null(condition_rows[c].title);
	}
	assert_int_equal(condition_find(STR("luck")), CONDITIONS);
	for (size_t s = 0; s < gate_safeguards_n; s++) {
		const struct gate_row *g = &gate_safeguards[s];

		assert_true(gate_is_safeguard(g->transition, g->condition, &g->param));
		assert_true(g->transition == T_CLOSE_EARLY ||
			    !gate_is_safeguard(T_CLOSE_EARLY, g->condition, &g->param));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(a_complete_case_passes),
					   TEST(each_safeguard_shuts_its_gate),
					   TEST(a_waivable_row_of_a_safeguard_is_not_believed),
					   TEST(a_withdrawal_always_stops),
					   TEST(what_may_be_paid),
					   TEST(the_side_exit),
					   TEST(waivers_take_two_people_and_one_thing),
					   TEST(answers_that_do_not_pass),
					   TEST(answers_that_pass),
					   TEST(a_hasty_signature_does_not_count),
					   TEST(a_departure_recorded_late),
					   TEST(forms_age),
					   TEST(consents_say_what_happened),
					   TEST(consents_end),
					   TEST(a_refusal_is_an_answer),
					   TEST(a_file_open_abroad_keeps_its_country),
					   TEST(what_matters_is_said_first),
					   TEST(boarding_is_asked_on_the_day),
					   TEST(second_readers),
					   TEST(nobody_departs_without_the_safeguards),
					   TEST(titles_say_what_is_true),
					   TEST(tables)};

	return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
