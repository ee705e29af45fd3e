/* condition_test.c — the conditions before a gate, one by one: which answers meet them, which do not, how long they do, and what is
 * said of them. */
#include "risk.h"
#include "gate_testing.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests_name("conditions", tests, NULL, NULL);
}
