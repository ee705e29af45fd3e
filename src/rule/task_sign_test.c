/* task_sign_test.c — what a case asks to be done beside its way: leaving it early, a suspension, alarms, days to come back,
 * replacements. */
#include "task_testing.h"

/* Whoever is on the way is looked for, whatever she wishes; a closing that is told waits for who may confirm it. */
static void the_side_exit(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_TRAVELLING, TODAY);
	struct listed l;

	h.flags |= FLAG_WITHDRAWN | FLAG_CONTACT_LOST;
	h.fact[FACT_withdrawn_on] = h.fact[FACT_lost_on] = TODAY;
	h.form[FORM_F11] = (struct form_mark){.on = NO_DAY};
	h.form[FORM_LOST] = (struct form_mark){true, 1, TODAY, 4};
	l = tasks(*state, p, &h, TODAY);
	must(&l, TASK_ARRIVAL, "F11");
	must(&l, TASK_MISSED, "CONTC");
	assert_int_equal(must(&l, TASK_CLOSE, "CLO")->roles, ROLE(CMF) | ROLE(COO));
	h.form[FORM_CLO] = (struct form_mark){true, 1, TODAY, 4};
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(must(&l, TASK_CLOSE, NULL)->roles, ROLE(COO)); /* told, to be confirmed */
	must(&l, TASK_ARRIVAL, "F11");
	h = complete(*state, STATE_DECISION, TODAY);
	set_code(*state, &h, FACT_decision, "NO_GO");
	h.form[FORM_CLO] = (struct form_mark){true, 1, TODAY, 4};
	l = tasks(*state, p, &h, TODAY);
	assert_string_equal(must(&l, TASK_CLOSE, NULL)->what, "Confirm that the file is closed");
	assert_int_equal(l.n, 1);
}

/* A suspension is reviewed on the day that was said, else 30 days after the last review; six months count from its own
 * beginning. */
static void a_suspension_is_reviewed(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_PLANNING, TODAY);
	struct listed l;

	h.flags = FLAG_COR_OPEN | FLAG_SUSPENDED;
	h.fact[FACT_suspended_on] = TODAY - 40;
	h.form[FORM_RESUME] = (struct form_mark){true, 1, TODAY - 10, 4};
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(must(&l, TASK_SUSPENSION_REVIEW, "RESUME")->due, TODAY + 20);
	h.fact[FACT_review_on] = TODAY + 5;
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(must(&l, TASK_SUSPENSION_REVIEW, "RESUME")->due, TODAY + 5);
	h.flags |= FLAG_EMERGENCY;
	h.fact[FACT_emergency_on] = TODAY;
	h.fact[FACT_suspended_on] = day_add_months(TODAY, -6) - 1;
	l = tasks(*state, p, &h, TODAY);
	assert_string_equal(must(&l, TASK_SUSPENSION_REVIEW, "RESUME")->what, "Resume this file, or close it");
}

static void alarms_are_heard(void **state)
{
	struct programme *p = shipped(*state);

	for (enum state s = STATE_REFERRED; s < STATE_CLOSED; s++)
		for (int what = 0; what < ALERTS; what++) {
			struct head h = complete(*state, s, TODAY);
			struct listed l;
			const struct task *t;

			h.fact[FACT_alert] = 1 << what;
			h.fact[FACT_alert_on] = TODAY - 1;
			h.flags |= what % 2 ? FLAG_SUSPENDED : FLAG_WITHDRAWN;
			l = tasks(*state, p, &h, TODAY);
			t = must(&l, TASK_ALERT, "ALR");
			assert_true(t->due == TODAY && t->rank == RANK_SAFETY && t->why);
			assert_int_equal(t->roles, ROLE(COO) | ROLE(RSK));
			h.fact[FACT_alert] = NO_FACT;
			l = tasks(*state, p, &h, TODAY);
			assert_null(find(&l, TASK_ALERT, NULL));
		}
}

static void days_come_back(void **state)
{
	static const struct {
		enum fact when;
		enum state s;
		const char *form;
	} rows[] = {
		{FACT_note_on, STATE_SCREENING, "NOTE"},     {FACT_note_on, STATE_REINTEGRATION, "NOTEC"},
		{FACT_debrief_on, STATE_PLANNING, "NOTE"},   {FACT_meet_on, STATE_PLANNING, "DEC"},
		{FACT_visit_on, STATE_REINTEGRATION, "F14"},
	};
	struct programme *p = shipped(*state);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct head h = complete(*state, rows[i].s, TODAY);
		struct listed l;

		h.fact[FACT_arrival] = TODAY - 75; /* between two points of the calendar */
		h.fact[rows[i].when] = TODAY + 8;
		l = tasks(*state, p, &h, TODAY);
		assert_null(find(&l, TASK_REMINDER, NULL));
		h.fact[rows[i].when] = TODAY - 3; /* and it stays until somebody came back to it */
		l = tasks(*state, p, &h, TODAY);
		assert_int_equal(must(&l, TASK_REMINDER, rows[i].form)->due, TODAY - 3);
	}
}

static void replacements_end(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_REINTEGRATION, TODAY);
	struct listed l;

	for (int side = 0; side < 2; side++) {
		h.fact[FACT_here_until] = side ? NO_FACT : TODAY + 2;
		h.fact[FACT_abroad_until] = side ? TODAY + 2 : NO_FACT;
		l = tasks(*state, p, &h, TODAY);
		assert_null(find(&l, TASK_ASSIGN, NULL));
		l = tasks(*state, p, &h, TODAY + 1);
		assert_int_equal(must(&l, TASK_ASSIGN, NULL)->roles, ROLE(COO));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(the_side_exit), TEST(a_suspension_is_reviewed), TEST(alarms_are_heard),
					   TEST(days_come_back), TEST(replacements_end)};

	return cmocka_run_group_tests_name("task-sign", tests, NULL, NULL);
}
