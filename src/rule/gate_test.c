/* gate_test.c — the gates: a complete case passes each; each safeguard taken from it shuts its gate, waiver or not; the
 * positions that conditions compare with are those of the lists. */
#include "risk.h"
#include "gate_testing.h"

static const enum transition forward[] = {T_SCREEN, T_COUNSEL, T_ASSESS,      T_DECIDE, T_PLAN,    T_READY,
					  T_DEPART, T_ARRIVE,  T_REINTEGRATE, T_CLOSE,  T_ARCHIVE, T_PAY};
#define EACH_FORWARD(t) for (const enum transition *t = forward; t < forward + sizeof forward / sizeof *forward; t++)

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
	const struct CMUnitTest tests[] = {
		TEST(a_complete_case_passes),
		TEST(each_safeguard_shuts_its_gate),
		TEST(a_waivable_row_of_a_safeguard_is_not_believed),
		TEST(a_withdrawal_always_stops),
		TEST(what_may_be_paid),
		TEST(the_side_exit),
		TEST(waivers_take_two_people_and_one_thing),
		TEST(nobody_departs_without_the_safeguards),
		TEST(titles_say_what_is_true),
		TEST(tables),
	};

	return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
