/* task_follow_test.c — what a case asks to be done after the journey: arrival, contacts, the ladder of a lost contact, the
 * end. */
#include "task_testing.h"

static void the_arrival(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_TRAVELLING, TODAY);
	struct listed l;
	const struct task *t;

	h.form[FORM_F11] = (struct form_mark){.on = NO_DAY};
	h.fact[FACT_departed_on] = TODAY;
	l = tasks(*state, p, &h, TODAY);
	t = must(&l, TASK_ARRIVAL, "F11");
	assert_true(t->due == TODAY + 1 && t->rank == RANK_SAFETY);
	assert_string_equal(t->why, "The person is on her way.");
	l = tasks(*state, p, &h, TODAY + 2);
	t = must(&l, TASK_ARRIVAL, "F11");
	assert_string_equal(t->why, "No news 24 hours after landing: alert the coordinator.");
	h.fact[FACT_departed_on] = NO_FACT;
	l = tasks(*state, p, &h, TODAY);
	assert_true(must(&l, TASK_ARRIVAL, "F11")->due == h.state_since + 1);
}

static struct head followed(struct arena *a, day arrival, int32_t reached)
{
	struct head h = complete(a, STATE_REINTEGRATION, TODAY);

	h.fact[FACT_arrival] = arrival;
	h.fact[FACT_followed] = reached;
	return h;
}

static void follow_up_contacts(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = followed(*state, TODAY - 80, 0x7); /* D1, D7, M1 reached; M3 in 12 days */
	struct listed l = tasks(*state, p, &h, TODAY);
	const struct task *t = must(&l, TASK_FOLLOWUP, "F14");

	assert_int_equal(l.n, 1);
	assert_true(str_eqz(t->arg, "M3") && t->due == day_add_months(TODAY - 80, 3) && t->roles == ROLE(CMR));
	assert_string_equal(t->what, "Call the person: follow-up {arg}");
	h = followed(*state, TODAY - 80, 0x1); /* D7 and M1 missed: only the later is asked for, late */
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(l.n, 2);
	assert_true(str_eqz(l.task[0].arg, "M1") && l.task[0].due < TODAY);
	assert_string_equal(l.task[0].why, "The time for this contact is over and nobody was reached.");
	h.consent[9].state = CONSENT_WITHDRAWN; /* nobody is followed who does not want it */
	l = tasks(*state, p, &h, TODAY);
	assert_null(find(&l, TASK_FOLLOWUP, NULL));
	h = followed(*state, on(2018, 9, 9), 0);
	l = tasks(*state, p, &h, TODAY);
	assert_true(must(&l, TASK_FOLLOWUP, "F14")->rank == RANK_SAFETY && str_eqz(l.task[0].arg, "D1"));
}

/* The ladder of domain §5: 2, 7, 14, 30, 60, 90 days; hours in the first month. */
static void the_ladder_of_a_lost_contact(void **state)
{
	static const struct {
		int missed, lost, wait;
		const char *form, *what;
	} rows[] = {
		{1, 0, 2, "F14", "Try again on the safe channel, at another hour"},
		{2, 0, 5, "LOST", "Ask the trusted contact, as agreed with the person"},
		{2, 1, 7, "LOST", "Ask the partner for a visit, only if it is safe"},
		{2, 2, 16, "LOST", "Hold a case conference about the lost contact"},
		{2, 3, 30, "LOST", "Record that contact is lost, and keep a channel open"},
		{2, 4, 30, NULL, "Decide whether to close the file, or go on looking"},
		{9, 9, 30, NULL, "Decide whether to close the file, or go on looking"},
	};
	struct programme *p = shipped(*state);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct head h = followed(*state, TODAY - 120, 0xF);
		struct listed l;
		const struct task *t;

		h.fact[FACT_missed] = rows[i].missed;
		h.form[FORM_F14].on = TODAY - 10;
		if (rows[i].lost) {
			h.flags |= FLAG_CONTACT_LOST;
			h.form[FORM_LOST] = (struct form_mark){true, (uint8_t)rows[i].lost, TODAY - 1, 4};
		}
		l = tasks(*state, p, &h, TODAY);
		t = must(&l, TASK_MISSED, rows[i].form);
		assert_string_equal(t->what, rows[i].what);
		assert_int_equal(t->due, (rows[i].lost ? TODAY - 1 : TODAY - 10) + rows[i].wait);
	}
}

/* In France before the departure: no calendar, no consent C9 needed, no step skipped; after she was found, a new search
 * begins at its first step; a day that was agreed on wins. */
static void the_ladder_before_the_departure(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_PLANNING, TODAY);
	struct listed l;
	const struct task *t;

	h.consent[9].state = CONSENT_REFUSED;
	h.flags |= FLAG_CONTACT_LOST;
	h.form[FORM_LOST] = (struct form_mark){true, 1, TODAY - 1, 4};
	l = tasks(*state, p, &h, TODAY);
	t = must(&l, TASK_MISSED, "CONT");
	assert_string_equal(t->what, "Try again on the safe channel, at another hour");
	assert_int_equal(t->roles, ROLE(CMF));
	h.form[FORM_LOST].count = 6;
	l = tasks(*state, p, &h, TODAY);
	must(&l, TASK_MISSED, "CLO");
	h.fact[FACT_lost_before] = 5;
	h.fact[FACT_look_on] = TODAY + 12;
	l = tasks(*state, p, &h, TODAY);
	assert_int_equal(must(&l, TASK_MISSED, "CONT")->due, TODAY + 12);
}

static void the_ladder_is_fast_and_discreet(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = followed(*state, TODAY - 20, 0x1);
	struct listed l;

	h.fact[FACT_missed] = 2;
	h.form[FORM_F14].on = TODAY - 1;
	l = tasks(*state, p, &h, TODAY);
	assert_true(must(&l, TASK_MISSED, NULL)->due == TODAY);
	assert_int_equal(l.task[0].rank, RANK_SAFETY);
	h.consent[9].state = CONSENT_NONE; /* no third person without consent C9 */
	l = tasks(*state, p, &h, TODAY);
	assert_string_equal(must(&l, TASK_MISSED, NULL)->what, "Ask the partner for a visit, only if it is safe");
}

static void the_end(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = followed(*state, day_add_months(TODAY, -11), 0x3FF),
		    closed = complete(*state, STATE_CLOSED, TODAY);
	struct listed l;

	h.form[FORM_F17] = h.form[FORM_F16] = (struct form_mark){.on = NO_DAY};
	l = tasks(*state, p, &h, TODAY - 1);
	assert_int_equal(l.n, 0); /* not before the last month */
	l = tasks(*state, p, &h, TODAY + 1);
	must(&l, TASK_CLOSE, "F17");
	must(&l, TASK_FORM, "F16");
	l = tasks(*state, p, &closed, TODAY);
	assert_int_equal(must(&l, TASK_CLOSE, NULL)->roles, ROLE(DPO));
	closed.fact[FACT_legal_hold] = 1;
	l = tasks(*state, p, &closed, TODAY);
	assert_int_equal(l.n, 0);
	closed.fact[FACT_legal_hold] = NO_FACT;
	closed.fact[FACT_closed_on] = TODAY - 30;
	l = tasks(*state, p, &closed, TODAY);
	assert_int_equal(l.n, 0);
	closed.state = STATE_ARCHIVED;
	l = tasks(*state, p, &closed, TODAY);
	assert_int_equal(l.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(the_arrival),
					   TEST(follow_up_contacts),
					   TEST(the_ladder_of_a_lost_contact),
					   TEST(the_ladder_before_the_departure),
					   TEST(the_ladder_is_fast_and_discreet),
					   TEST(the_end)};

	return cmocka_run_group_tests_name("task_follow", tests, NULL, NULL);
}
