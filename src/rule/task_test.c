/* task_test.c — what a case asks to be done, state by state, until the journey (after it: task_follow_test.c). */
#include "task_testing.h"

static struct head referred(struct arena *a)
{
	struct head h = complete(a, STATE_REFERRED, TODAY);

	h.form[FORM_TRI] = (struct form_mark){.on = NO_DAY};
	h.created = h.state_since = on(2018, 9, 7); /* a Friday */
	h.fact[FACT_departure] = NO_FACT;
	return h;
}

static void a_referral_is_sorted(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = referred(*state);
	struct listed l = tasks(*state, p, &h, TODAY);
	const struct task *t = must(&l, TASK_TRIAGE, "TRI");

	assert_int_equal(l.n, 1); /* nothing else is asked before it */
	assert_true(t->due == on(2018, 9, 11) && t->rank == RANK_LEGAL && t->roles == (ROLE(CMF) | ROLE(COO)));
	set_code(*state, &h, FACT_urgent_medical, "YES");
	l = tasks(*state, p, &h, TODAY);
	t = must(&l, TASK_TRIAGE, "TRI");
	assert_true(t->due == h.created && t->rank == RANK_SAFETY);
}

static void after_triage(void **state)
{
	static const struct {
		const char *triage;
		int days;
	} rows[] = {{"RED", 1}, {"ORANGE", 3}, {"GREEN", 10}};
	struct programme *p = shipped(*state);
	struct listed l;

	for (size_t i = 0; i < 3; i++) {
		struct head h = referred(*state);

		h.form[FORM_TRI] = (struct form_mark){true, 1, TODAY, 5};
		set_code(*state, &h, FACT_triage, rows[i].triage);
		h.assignee = (user_id){0};
		l = tasks(*state, p, &h, TODAY);
		assert_int_equal(must(&l, TASK_MOVE, NULL)->due, h.state_since + rows[i].days);
		assert_int_equal(must(&l, TASK_ASSIGN, NULL)->roles, ROLE(COO));
		set_code(*state, &h, FACT_triage_action, "ORIENT");
		l = tasks(*state, p, &h, TODAY);
		assert_int_equal(l.n, 1);
		must(&l, TASK_CLOSE, NULL);
	}
}

/* What is missing before each next step is asked of the right people. */
static void the_next_step_asks_for_its_forms(void **state)
{
	static const struct {
		enum state s;
		enum form_no without;
		enum task_kind kind;
		uint32_t roles;
	} rows[] = {
		{STATE_SCREENING, FORM_F02, TASK_FORM, ROLE(CMF)},
		{STATE_SCREENING, FORM_F02R, TASK_SECOND_READ, ROLE(CMF) | ROLE(CPF) | ROLE(COO)},
		{STATE_COUNSELLING, FORM_F04, TASK_FORM, ROLE(CMF)},
		{STATE_ASSESSMENT, FORM_F05, TASK_FORM, ROLE(CMF)},
		{STATE_ASSESSMENT, FORM_F05R, TASK_SECOND_READ, ROLE(RSK)},
		{STATE_ASSESSMENT, FORM_F05C, TASK_CONTRIBUTION, ROLE(CMR)},
		{STATE_ASSESSMENT, FORM_F06, TASK_FORM, ROLE(CMF)},
		{STATE_ASSESSMENT, FORM_F07, TASK_FORM, ROLE(CMF)},
		{STATE_ASSESSMENT, FORM_F08, TASK_FORM, ROLE(CMF) | ROLE(MED)},
		{STATE_DECISION, FORM_DEC, TASK_DECISION, ROLE(COO)},
		{STATE_PLANNING, FORM_F10, TASK_FORM, ROLE(CMF) | ROLE(CMR)},
		{STATE_PLANNING, FORM_F15, TASK_FORM, ROLE(CMR)},
		{STATE_ARRIVED, FORM_RSS, TASK_FORM, ROLE(CMR)},
	};
	struct programme *p = shipped(*state);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct head h = complete(*state, rows[i].s, TODAY);
		struct listed l;
		const struct task *t;

		h.form[rows[i].without] = (struct form_mark){.on = NO_DAY};
		l = tasks(*state, p, &h, TODAY);
		t = must(&l, rows[i].kind, form_codes[rows[i].without]);
		assert_int_equal(t->roles, rows[i].roles);
		assert_true(t->why && t->due != NO_DAY);
		assert_null(find(&l, TASK_MOVE, NULL));
	}
}

static void a_complete_case_moves_on(void **state)
{
	struct programme *p = shipped(*state);
	static const enum state states[] = {STATE_SCREENING, STATE_COUNSELLING, STATE_ASSESSMENT, STATE_DECISION,
					    STATE_PLANNING};

	for (size_t i = 0; i < 5; i++) {
		struct head h = complete(*state, states[i], TODAY);
		struct listed l = tasks(*state, p, &h, TODAY);
		enum transition t = transition_next(states[i]);

		assert_string_equal(must(&l, TASK_MOVE, NULL)->what, transition_rows[t].label);
	}
}

/* One task a form, the message of the first condition; consents one each. */
static void forms_are_asked_once(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_PLANNING, TODAY);
	struct listed l;
	int f09 = 0, f03 = 0;

	h.fact[FACT_departure] = NO_FACT;
	set_code(*state, &h, FACT_doc_status, "REQUESTED");
	set_code(*state, &h, FACT_clearance, "PENDING");
	h.consent[5].state = h.consent[9].state = CONSENT_NONE;
	l = tasks(*state, p, &h, TODAY);
	for (size_t i = 0; i < l.n; i++) {
		f09 += l.task[i].form && strcmp(l.task[i].form, "F09") == 0;
		f03 += l.task[i].form && strcmp(l.task[i].form, "F03") == 0;
	}
	assert_int_equal(f09, 1);
	assert_int_equal(f03, 2);
	assert_true(must(&l, TASK_FORM, "F03")->arg.n == 2);
}

static void time_to_reflect_is_not_a_task(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_COUNSELLING, TODAY);
	struct listed l;

	h.fact[FACT_wish_on] = TODAY - 1;
	h.consent[4].state = CONSENT_NONE;
	l = tasks(*state, p, &h, TODAY);
	assert_null(find(&l, TASK_FORM, NULL));
	assert_null(find(&l, TASK_MOVE, NULL));
	h = complete(*state, STATE_PLANNING, TODAY);
	h.fact[FACT_wish_on] = h.consent[4].on;
	l = tasks(*state, p, &h, TODAY);
	assert_string_equal(must(&l, TASK_FORM, "F03")->what, "Have the return declaration signed again");
}

static void the_country_of_return(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_ASSESSMENT, TODAY);
	struct listed l;

	h.form[FORM_F05C] = (struct form_mark){.on = NO_DAY};
	h.cor_assignee = (user_id){0};
	l = tasks(*state, p, &h, TODAY);
	must(&l, TASK_CONTRIBUTION, "F05C");
	assert_int_equal(must(&l, TASK_ASSIGN, NULL)->roles, ROLE(COO));
	h.flags = 0; /* the file abroad is not open yet */
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(must(&l, TASK_CONTRIBUTION, NULL)->roles, ROLE(CMF));
	h.consent[3].state = CONSENT_NONE;
	l = tasks(*state, p, &h, TODAY);
	assert_null(find(&l, TASK_CONTRIBUTION, NULL));
	assert_true(str_eqz(must(&l, TASK_FORM, "F03")->arg, "C3"));
}

/* A reason that forbids the return is brought to the meeting, not "assessed again". */
static void a_veto_goes_to_the_meeting(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_READY, TODAY);
	struct listed l;

	h.fact[FACT_risk_vetoes] = 1;
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(must(&l, TASK_DECISION, "DEC")->rank, RANK_DEPARTURE);
	assert_null(find(&l, TASK_FORM, "F05"));
}

static void the_meeting_said_no_or_not_yet(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_DECISION, TODAY);
	const struct task *t;
	struct listed l;

	set_code(*state, &h, FACT_decision, "DELAY");
	l = tasks(*state, p, &h, TODAY);
	assert_string_equal(must(&l, TASK_DECISION, "DEC")->what, "Hold the decision meeting again");
	set_code(*state, &h, FACT_decision, "NO_GO");
	l = tasks(*state, p, &h, TODAY);
	t = must(&l, TASK_CLOSE, NULL);
	assert_string_equal(t->what, "Tell the person why, offer support in France, and close the file");
	assert_string_equal(t->form, "CLO"); /* nobody leaves without somewhere to turn */
	assert_null(find(&l, TASK_DECISION, NULL));
	assert_null(find(&l, TASK_FORM, NULL));
}

/* So it is when the meeting says it later: the plan, even the ticket, does not outweigh it. */
static void the_meeting_said_no_later(void **state)
{
	struct programme *p = shipped(*state);

	for (int s = STATE_PLANNING; s <= STATE_READY; s++) {
		struct head h = complete(*state, (enum state)s, TODAY);
		struct listed l;

		h.fact[FACT_risk_until] = TODAY - 1;
		set_code(*state, &h, FACT_decision, "NO_GO");
		l = tasks(*state, p, &h, TODAY);
		assert_int_equal(l.n, 1);
		must(&l, TASK_CLOSE, NULL);
		set_code(*state, &h, FACT_decision, "DELAY");
		l = tasks(*state, p, &h, TODAY);
		assert_string_equal(must(&l, TASK_DECISION, "DEC")->what, "Hold the decision meeting again");
	}
}

static void she_did_not_board(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_READY, TODAY);
	struct listed l;

	h.fact[FACT_departure] = TODAY;
	set_code(*state, &h, FACT_boarded, "REFUSED");
	l = tasks(*state, p, &h, TODAY);
	assert_string_equal(must(&l, TASK_DEPARTURE, "F09")->what, "Talk with the person: a new day, or no departure");
	assert_null(find(&l, TASK_MOVE, NULL));
	h.fact[FACT_boarded] = NO_FACT;
	l = tasks(*state, p, &h, TODAY);
	assert_string_equal(must(&l, TASK_DEPARTURE, "F09")->what, "Record whether the person left");
	h.fact[FACT_departure] = TODAY + 3; /* not asked before the day */
	l = tasks(*state, p, &h, TODAY);
	assert_null(find(&l, TASK_DEPARTURE, NULL));
	assert_null(find(&l, TASK_FORM, "F09"));
}

static void before_the_departure(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_READY, TODAY);
	struct listed l;
	const struct task *t;

	h.fact[FACT_departure] = TODAY + 6;
	l = tasks(*state, p, &h, TODAY);
	t = must(&l, TASK_RECONFIRM, "VOL");
	assert_true(t->from == TODAY + 3 && t->to == TODAY + 6 && t->due == TODAY + 6 && t->rank == RANK_DEPARTURE);
	t = must(&l, TASK_FORM, "F05"); /* last seen 3 days ago: more than 7 before the flight */
	assert_true(t->from == TODAY - 1 && t->to == TODAY + 6);
	assert_null(find(&l, TASK_DEPARTURE, NULL));
	h.fact[FACT_departure] = TODAY - 1;
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(must(&l, TASK_DEPARTURE, "F09")->roles, ROLE(TRV) | ROLE(CMF));
	h.fact[FACT_departed_on] = TODAY - 1;
	l = tasks(*state, p, &h, TODAY);
	assert_null(find(&l, TASK_DEPARTURE, NULL));
	must(&l, TASK_MOVE, NULL);
}

static void what_expires(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_PLANNING, TODAY);
	struct listed l;

	h.fact[FACT_departure] = NO_FACT;
	h.fact[FACT_risk_until] = TODAY + 15;
	l = tasks(*state, p, &h, TODAY);
	assert_null(find(&l, TASK_RISK_EXPIRES, NULL));
	h.fact[FACT_risk_until] = TODAY + 14;
	l = tasks(*state, p, &h, TODAY);
	assert_true(must(&l, TASK_RISK_EXPIRES, "F05")->due == TODAY + 14);
	assert_null(find(&l, TASK_DOCUMENT_EXPIRES, NULL));
	h.fact[FACT_doc_expiry] = TODAY + 30;
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(must(&l, TASK_DOCUMENT_EXPIRES, "F09")->rank, RANK_REST);
	h.fact[FACT_departure] = TODAY + 31;
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(must(&l, TASK_DOCUMENT_EXPIRES, "F09")->rank, RANK_DEPARTURE);
}

static void flags_come_first(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_PLANNING, TODAY);
	struct listed l;

	h.flags |= FLAG_EMERGENCY;
	h.fact[FACT_emergency_on] = h.fact[FACT_suspended_on] = TODAY;
	h.fact[FACT_departure] = NO_FACT;
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(l.task[0].kind, TASK_EMERGENCY);
	h.flags = FLAG_COR_OPEN | FLAG_SUSPENDED;
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(l.n, 1); /* nothing is pursued meanwhile */
	assert_true(must(&l, TASK_SUSPENSION_REVIEW, "RESUME")->due == TODAY + 30);
	l = tasks(*state, p, &h, day_add_months(TODAY, 6) + 1);
	assert_string_equal(must(&l, TASK_SUSPENSION_REVIEW, "RESUME")->what, "Resume this file, or close it");
}

static void a_withdrawn_wish_is_honoured(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_READY, TODAY), abroad = complete(*state, STATE_REINTEGRATION, TODAY);
	struct listed l;

	h.flags |= FLAG_WITHDRAWN;
	abroad.flags |= FLAG_WITHDRAWN;
	h.fact[FACT_withdrawn_on] = abroad.fact[FACT_withdrawn_on] = TODAY;
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(l.n, 1);
	assert_int_equal(must(&l, TASK_CLOSE, NULL)->roles, ROLE(CMF) | ROLE(COO));
	l = tasks(*state, p, &abroad, TODAY);
	assert_int_equal(l.n, 1);
	must(&l, TASK_CLOSE, "F17");
}

static void minors_are_held(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_PLANNING, TODAY);
	struct listed l;

	h.fact[FACT_adult_from] = TODAY + 300;
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(l.n, 1);
	assert_null(must(&l, TASK_HELD, NULL)->form);
	assert_true(must(&l, TASK_HELD, NULL)->due == h.created + 1);
	h.fact[FACT_held_since] = TODAY; /* found today: not late today */
	l = tasks(*state, p, &h, TODAY);
	assert_true(must(&l, TASK_HELD, NULL)->due == TODAY + 1);
	h.fact[FACT_adult_from] = NO_FACT;
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(must(&l, TASK_HELD, "F02")->rank, RANK_LEGAL);
	h.form[FORM_F02] = (struct form_mark){.on = NO_DAY};
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(must(&l, TASK_HELD, "F01")->rank, RANK_LEGAL);
	h = complete(*state, STATE_SCREENING, TODAY);
	set_code(*state, &h, FACT_maybe_minor, "UNKNOWN"); /* doubted at the first reading: the interview settles it */
	l = tasks(*state, p, &h, TODAY);
	must(&l, TASK_HELD, "F02");
}

static void payments_and_waivers(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_REINTEGRATION, TODAY);
	struct listed l;

	h.form[FORM_PAY] = (struct form_mark){true, 2, TODAY, 5};
	h.form[FORM_PAYA] = (struct form_mark){true, 1, TODAY, 6};
	h.waiver[1] = (struct waiver){COND_capacity, T_READY, 0, 5, 0, TODAY};
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(must(&l, TASK_PAYMENT, "PAYA")->roles, ROLE(COO) | ROLE(FIN));
	assert_int_equal(must(&l, TASK_WAIVER, "WAIA")->roles, ROLE(COO));
	h.form[FORM_PAYA].count = 2;
	h.waiver[1].granted_by = 6;
	l = tasks(*state, p, &h, TODAY);
	assert_null(find(&l, TASK_PAYMENT, NULL));
	assert_null(find(&l, TASK_WAIVER, NULL));
}

static bool writes(struct arena *a, const char *form, enum role r)
{
	const struct embed_file *f = embed_find(&rule_data, arena_fmt(a, "forms/%s.json", form));
	struct json *o = NULL;

	assert_non_null(f);
	assert_null(json_parse(a, f->data, &o));
	return json_has_str(json_get(o, "write"), str_of(roles[r].code));
}

/* Whoever is asked to fill a form may write it: over many cases, damaged at random. */
static void tasks_are_asked_of_those_who_may(void **state)
{
	struct programme *p = shipped(*state);
	uint32_t seed = 17;
	static bool known[FORMS][ROLES], checked[FORMS][ROLES];

	for (int round = 0; round < 400; round++) {
		struct arena *a = arena_create(8 << 20);
		struct head h;
		struct listed l;

		seed = seed * 1664525u + 1013904223u;
		h = complete(a, (enum state)((seed >> 8) % STATES), TODAY);
		for (int i = 0; i < 6; i++) {
			seed = seed * 1664525u + 1013904223u;
			if (seed >> 31)
				h.form[(seed >> 8) % FORMS] = (struct form_mark){.on = NO_DAY};
			else
				h.fact[(seed >> 8) % FACTS] = NO_FACT;
		}
		h.flags |= (seed >> 4) % 7 == 0 ? FLAG_EMERGENCY | FLAG_CONTACT_LOST : 0;
		h.fact[FACT_emergency_on] = h.fact[FACT_lost_on] = TODAY;
		l = tasks(a, p, &h, TODAY);
		for (size_t i = 0; i < l.n; i++) {
			enum form_no f = l.task[i].form ? form_no_find(str_of(l.task[i].form)) : FORMS;

			assert_true(l.task[i].what && l.task[i].kind && l.task[i].roles);
			for (int r = 1; f != FORMS && r < ROLES; r++) {
				if (!(l.task[i].roles & (1u << r)))
					continue;
				if (!checked[f][r])
					known[f][r] = writes(*state, form_codes[f], (enum role)r);
				checked[f][r] = true;
				if (!known[f][r])
					fail_msg("%s is asked of %s", form_codes[f], roles[r].code);
			}
		}
		arena_destroy(a);
	}
}

static void late_before_today_before_later(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_READY, TODAY);
	struct listed l;

	h.fact[FACT_departure] = TODAY + 5;
	h.form[FORM_F09C] = h.form[FORM_VOL] = (struct form_mark){.on = NO_DAY};
	h.fact[FACT_receiver_ok] = h.fact[FACT_voluntary_on] = NO_FACT;
	h.flags |= FLAG_EMERGENCY;
	h.fact[FACT_emergency_on] = TODAY - 1;
	h.form[FORM_PAY] = (struct form_mark){true, 1, TODAY - 5, 5};
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(l.task[0].kind, TASK_EMERGENCY); /* late */
	assert_int_equal(l.task[1].kind, TASK_PAYMENT);   /* today */
	assert_int_equal(l.task[2].rank, RANK_DEPARTURE);
	for (size_t i = 3; i < l.n; i++)
		assert_true(l.task[i].due >= l.task[i - 1].due || l.task[i].rank > l.task[i - 1].rank);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(a_referral_is_sorted),
					   TEST(after_triage),
					   TEST(the_next_step_asks_for_its_forms),
					   TEST(a_complete_case_moves_on),
					   TEST(forms_are_asked_once),
					   TEST(time_to_reflect_is_not_a_task),
					   TEST(the_country_of_return),
					   TEST(a_veto_goes_to_the_meeting),
					   TEST(the_meeting_said_no_or_not_yet),
					   TEST(the_meeting_said_no_later),
					   TEST(she_did_not_board),
					   TEST(before_the_departure),
					   TEST(what_expires),
					   TEST(flags_come_first),
					   TEST(a_withdrawn_wish_is_honoured),
					   TEST(minors_are_held),
					   TEST(payments_and_waivers),
					   TEST(tasks_are_asked_of_those_who_may),
					   TEST(late_before_today_before_later)};

	return cmocka_run_group_tests_name("task", tests, NULL, NULL);
}
