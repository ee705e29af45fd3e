/* task_test.c — the calendar against dates computed by hand, and what a case asks to be done, state by state. */
#include "task.h"

#include "rule_testing.h"

static void calendar_by_hand(void **state)
{
	static const struct {
		const char *point, *mode, *due, *from, *to;
		bool minor;
	} rows[] = {
		{"D1", "CALL", "2018-03-16", "2018-03-15", "2018-03-23", false},
		{"D7", "CALL", "2018-03-22", "2018-03-15", "2018-03-29", false},
		{"M1", "VISIT", "2018-04-15", "2018-04-08", "2018-04-22", false},
		{"M3", "CALL", "2018-06-15", "2018-05-31", "2018-06-30", false},
		{"M6", "VISIT", "2018-09-15", "2018-08-31", "2018-09-30", false},
		{"M9", "CALL", "2018-12-15", "2018-11-30", "2018-12-30", false},
		{"M12", "VISIT", "2019-03-15", "2019-02-28", "2019-03-30", false},
		{"D1", "CALL", "2018-03-16", "2018-03-15", "2018-03-23", true},
		{"D7", "VISIT", "2018-03-22", "2018-03-15", "2018-03-29", true},
		{"M1", "VISIT", "2018-04-15", "2018-04-08", "2018-04-22", true},
		{"M2", "CONTACT", "2018-05-15", "2018-04-30", "2018-05-30", true},
		{"M3", "VISIT", "2018-06-15", "2018-05-31", "2018-06-30", true},
		{"M4", "CONTACT", "2018-07-15", "2018-06-30", "2018-07-30", true},
		{"M5", "CONTACT", "2018-08-15", "2018-07-31", "2018-08-30", true},
		{"M6", "VISIT", "2018-09-15", "2018-08-31", "2018-09-30", true},
		{"M9", "VISIT", "2018-12-15", "2018-11-30", "2018-12-30", true},
		{"M12", "VISIT", "2019-03-15", "2019-02-28", "2019-03-30", true},
	};
	struct programme *p = shipped(*state);
	struct contact_due due[POINTS_MAX];
	size_t n = 0, at = 0;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (i == 0 || rows[i].minor != rows[i - 1].minor) {
			n = schedule(p, on(2018, 3, 15), rows[i].minor, NULL, TODAY, due);
			assert_int_equal(n, rows[i].minor ? 10 : 7);
			at = 0;
		}
		assert_true(str_eqz(due[at].point->code, rows[i].point) && str_eqz(due[at].mode, rows[i].mode));
		assert_string_equal(day_iso(*state, due[at].due).p, rows[i].due);
		assert_string_equal(day_iso(*state, due[at].from).p, rows[i].from);
		assert_string_equal(day_iso(*state, due[at].to).p, rows[i].to);
		assert_false(due[at++].beyond_programme);
	}
	/* the end of a month: 31 January + 1 month */
	(void)schedule(p, on(2018, 1, 31), false, NULL, TODAY, due);
	assert_string_equal(day_iso(*state, due[2].due).p, "2018-02-28");
	/* after the programme's end, 2019-04-30 */
	n = schedule(p, on(2018, 8, 1), false, NULL, TODAY, due);
	assert_true(due[n - 2].beyond_programme && !due[n - 3].beyond_programme); /* M9 falls on 2019-05-01 */
}

static void reached_and_overdue(void **state)
{
	struct programme *p = shipped(*state);
	struct head h = complete(*state, STATE_REINTEGRATION, TODAY);
	struct contact_due due[POINTS_MAX];

	h.fact[FACT_followed] = 1 << 0 | 1 << 2; /* D1, M1 */
	(void)schedule(p, TODAY - 29, false, &h, TODAY, due);
	assert_true(due[0].reached && !due[0].overdue);
	assert_true(!due[1].reached && due[1].overdue);
	assert_true(due[2].reached);
	assert_true(!due[3].reached && !due[3].overdue);
}

/* A longer follow-up never drops a contact: neither a later end of the programme nor more points. */
static void a_longer_follow_up_drops_nothing(void **state)
{
	struct programme *p = shipped(*state), more = *p;
	uint32_t seed = 3;

	more.points[more.n_points] = (struct point){STR("M13"), 0, 13, 15, 15, STR("CALL"), STR("CALL")};
	more.n_points++;
	for (int round = 0; round < 2000; round++) {
		struct contact_due was[POINTS_MAX], now[POINTS_MAX];
		bool minor;
		day arrival;
		size_t n, m;

		seed = seed * 1664525u + 1013904223u;
		minor = seed >> 31;
		arrival = on(2017, 11, 1) + (day)((seed >> 8) % 600);
		p->end = arrival + (day)((seed >> 4) % 400);
		more.end = p->end + (day)((seed >> 2) % 400);
		n = schedule(p, arrival, minor, NULL, TODAY, was);
		m = schedule(&more, arrival, minor, NULL, TODAY, now);
		assert_int_equal(m, n + 1);
		for (size_t i = 0; i < n; i++) {
			assert_true(was[i].due == now[i].due && was[i].from == now[i].from && was[i].to == now[i].to);
			assert_true(was[i].from >= arrival && was[i].from <= was[i].due && was[i].due <= was[i].to);
			assert_true(was[i].beyond_programme >= now[i].beyond_programme);
		}
	}
}

struct listed {
	struct task task[TASKS_MAX];
	size_t n;
};

static struct listed tasks(struct arena *a, const struct programme *p, const struct head *h, day today)
{
	struct listed l;

	l.n = tasks_of(a, h, p, today, l.task);
	return l;
}

static const struct task *find(const struct listed *l, enum task_kind kind, const char *form)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->task[i].kind == kind && (!form || (l->task[i].form && strcmp(l->task[i].form, form) == 0)))
			return &l->task[i];
	return NULL;
}

static const struct task *must(const struct listed *l, enum task_kind kind, const char *form)
{
	const struct task *t = find(l, kind, form);

	if (!t) {
		for (size_t i = 0; i < l->n; i++)
			print_error("  %d %s: %s\n", l->task[i].kind, l->task[i].form ? l->task[i].form : "-",
				    l->task[i].what);
		fail_msg("no task of kind %d, form %s", kind, form ? form : "any");
	}
	return t;
}

#define ROLE(r) (1u << ROLE_##r)

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
	assert_null(t->form);
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
	h.flag_since = TODAY;
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
	h.flag_since = abroad.flag_since = TODAY;
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
		h.flag_since = TODAY;
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
	h.flag_since = TODAY - 1;
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
	const struct CMUnitTest tests[] = {TEST(calendar_by_hand),
					   TEST(reached_and_overdue),
					   TEST(a_longer_follow_up_drops_nothing),
					   TEST(a_referral_is_sorted),
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
					   TEST(the_arrival),
					   TEST(follow_up_contacts),
					   TEST(the_ladder_of_a_lost_contact),
					   TEST(the_ladder_is_fast_and_discreet),
					   TEST(the_end),
					   TEST(tasks_are_asked_of_those_who_may),
					   TEST(late_before_today_before_later)};

	return cmocka_run_group_tests_name("task", tests, NULL, NULL);
}
