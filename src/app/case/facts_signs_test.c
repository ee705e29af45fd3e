/* facts_signs_test.c — what filing a form changes in the head: flags and their days, alarms, reminders, doubts about the age. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "facts.h"
#include "programme.h"

static struct arena *a;
static struct op op;
static struct house house;
static struct programme programme;

static struct forms *load_forms(void)
{
	struct forms *forms;

	assert_null(house_forms(a, &forms));
	return forms;
}

static int setup(void **state)
{
	(void)state;
	a = arena_create(64 << 20);
	programme = (struct programme){.n_points = 2, .risk_valid_days = 60, .reconfirm_hours = 72};
	programme.points[0].code = STR("D1");
	programme.points[1].code = STR("M1");
	house = (struct house){.programme = &programme, .forms = load_forms()};
	op = (struct op){.a = a, .house = &house, .today = 17784, .actor = {.id = {{{7}}}, .role = ROLE_COO}};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_destroy(a);
	return 0;
}

static struct head blank(enum state s)
{
	struct head h;

	head_init(&h);
	h.state = s;
	h.created = h.state_since = op.today - 50;
	return h;
}

static void file(struct head *h, const char *form, const char *answers)
{
	struct json *v;

	assert_null(json_parse(a, str_of(answers), &v));
	assert_null(facts_apply(&op, h, form_find(house.forms, str_of(form), 0), v, NULL));
}

static str iso(int days)
{
	return day_iso(a, op.today + days);
}

static void a_doubt_about_the_age_holds(void **state)
{
	static const struct {
		const char *interview;
		bool minor;
	} rows[] = {
		{"{\"birth_date\":\"1990-01-01\",\"age_certainty\":\"DOCUMENT\"}", false},
		{"{\"birth_date\":\"1990-01-01\",\"age_certainty\":\"DECLARED\"}", true},
		{"{\"birth_date\":\"UNKNOWN\",\"age_certainty\":\"ESTIMATED\",\"age_lower\":19}", false},
		{"{\"birth_date\":\"UNKNOWN\",\"age_certainty\":\"ESTIMATED\",\"age_lower\":16}", true},
		{"{\"birth_date\":\"1990-01-01\",\"age_certainty\":\"DISPUTED\"}", true},
	};
	static const char *const doubts[] = {"{\"maybe_minor\":\"YES\"}", "{\"maybe_minor\":\"UNKNOWN\"}"};

	(void)state;
	for (size_t d = 0; d < 2; d++)
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			struct head h = blank(STATE_REFERRED);

			file(&h, "F01", "{\"birth_date\":\"1990-01-01\",\"age_certainty\":\"DOCUMENT\"}");
			assert_false(head_minor(&h, op.today));
			file(&h, "TRI", doubts[d]);
			assert_true(head_minor(&h, op.today));
			file(&h, "F01", "{\"birth_date\":\"1990-01-01\",\"age_certainty\":\"DOCUMENT\"}");
			assert_true(head_minor(&h, op.today)); /* the referral does not settle it */
			file(&h, "F02", rows[i].interview);
			assert_int_equal(head_minor(&h, op.today), rows[i].minor);
			file(&h, "TRI", doubts[d]); /* a word corrected at the first reading */
			assert_int_equal(head_minor(&h, op.today), rows[i].minor);
		}
}

static void each_flag_has_its_day(void **state)
{
	struct head h = blank(STATE_PLANNING);
	day began = op.today;

	(void)state;
	file(&h, "SUSP", arena_fmt(a, "{\"review_on\":\"%s\"}", iso(20).p).p);
	assert_int_equal(h.fact[FACT_review_on], began + 20);
	op.today += 10;
	file(&h, "EMER", arena_fmt(a, "{\"debrief_on\":\"%s\"}", iso(2).p).p);
	file(&h, "SUSP", "{}");
	assert_int_equal(h.fact[FACT_suspended_on], began); /* neither an emergency nor a correction begins it anew */
	assert_int_equal(h.fact[FACT_emergency_on], began + 10);
	file(&h, "RESUME", arena_fmt(a, "{\"outcome\":\"PROLONG\",\"review_on\":\"%s\"}", iso(30).p).p);
	assert_int_equal(h.fact[FACT_review_on], began + 40);
	assert_true((h.flags & FLAG_SUSPENDED) && (h.flags & FLAG_EMERGENCY));
	file(&h, "RESUME", "{\"outcome\":\"RESUME\",\"ends\":\"EMERGENCY\",\"debrief_held\":\"NO\"}");
	assert_true((h.flags & FLAG_SUSPENDED) && !(h.flags & FLAG_EMERGENCY));
	assert_int_equal(h.fact[FACT_debrief_on], began + 12); /* still to be talked over */
	assert_int_equal(h.fact[FACT_review_on], began + 40);
	op.today += 3;
	file(&h, "NOTE", "{}");
	assert_int_equal(h.fact[FACT_debrief_on], NO_FACT);
	file(&h, "RESUME", "{\"outcome\":\"RESUME\",\"ends\":\"PAUSE\"}");
	assert_false(h.flags & FLAG_SUSPENDED);
	assert_true(h.fact[FACT_suspended_on] == NO_FACT && h.fact[FACT_review_on] == NO_FACT);
	op.today = began;
}

static void who_was_reached(void **state)
{
	static const struct {
		const char *form, *answers;
		bool found;
	} rows[] = {
		{"CONT", "{\"outcome\":\"REACHED\"}", true},
		{"CONTC", "{\"outcome\":\"REACHED\"}", true},
		{"CONT", "{\"outcome\":\"PROXY\"}", false},
		{"CONTC", "{\"outcome\":\"OTHER_ANSWERED\"}", false},
		{"F11", "{\"contact_made\":\"YES\"}", true},
		{"F11", "{\"contact_made\":\"NO\"}", false},
		{"F14", "{\"point\":\"M1\",\"reached\":\"YES\"}", true},
		{"F14", "{\"point\":\"M1\",\"reached\":\"PROXY\"}", false},
		{"F14", "{\"point\":\"M1\",\"reached\":\"NO\"}", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct head h = blank(STATE_REINTEGRATION);

		h.fact[FACT_missed] = 2;
		file(&h, "LOST", "{}");
		file(&h, "LOSTC", "{}");
		file(&h, rows[i].form, rows[i].answers);
		assert_int_equal(!(h.flags & FLAG_CONTACT_LOST), rows[i].found);
		assert_int_equal(h.fact[FACT_missed] == 0, rows[i].found);
		assert_int_equal(h.fact[FACT_lost_before], rows[i].found ? 2 : NO_FACT);
		if (!strcmp(rows[i].form, "F14"))
			assert_int_equal(h.fact[FACT_followed], rows[i].found ? 2 : 0);
	}
}

static void what_alarms(void **state)
{
	static const struct {
		const char *form, *answers;
		int alert; /* -1: none */
	} rows[] = {
		{"F11", "{\"alert_needed\":\"YES\"}", ALERT_ASKED},
		{"F11", "{\"alert_needed\":\"NO\"}", -1},
		{"F14", "{\"alert_needed\":\"YES\"}", ALERT_ASKED},
		{"F14", "{\"threats\":\"YES\"}", ALERT_THREATS},
		{"F14", "{\"threats\":\"UNKNOWN\"}", -1},
		{"F14", "{\"expl_contact\":\"ATTEMPTED\"}", ALERT_EXPLOITER},
		{"F14", "{\"expl_contact\":\"NONE\"}", -1},
		{"F14", "{\"risk_change\":\"UP\"}", ALERT_RISK_UP},
		{"F14", "{\"risk_change\":\"DOWN\"}", -1},
		{"F14", "{\"free_now\":\"NO\"}", ALERT_NOT_FREE},
		{"F14", "{\"free_now\":\"UNKNOWN\"}", -1},
		{"F14", "{\"rtf\":[\"S_CONTROL\"]}", ALERT_SIGNS},
		{"F14", "{\"rtf\":[\"W_MISSED\"]}", -1},
		{"F14", "{\"rtf\":[\"W_MISSED\",\"W_MONEY\"]}", ALERT_SIGNS},
		{"LOST", "{\"warning_signs\":[\"S_MOVED\"]}", ALERT_SIGNS},
		{"LOSTC", "{\"warning_signs\":[\"W_OFFER\"]}", -1},
		{"VOL", "{\"new_danger\":\"YES\"}", ALERT_DANGER},
		{"VOL", "{\"new_danger\":\"NO\"}", -1},
	};
	static const char *const answers[] = {"F05", "F05R", "ALR"};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct head h = blank(STATE_REINTEGRATION);

		file(&h, rows[i].form, rows[i].answers);
		assert_int_equal(h.fact[FACT_alert], rows[i].alert < 0 ? NO_FACT : 1 << rows[i].alert);
		file(&h, "F14", "{\"threats\":\"NO\",\"alert_needed\":\"NO\"}"); /* a quiet answer does not end it */
		assert_int_equal(h.fact[FACT_alert_on], rows[i].alert < 0 ? NO_FACT : op.today);
		file(&h, answers[i % 3], "{}");
		assert_int_equal(h.fact[FACT_alert], NO_FACT);
	}
}

static void a_second_sign_gives_no_more_time(void **state)
{
	struct head h = blank(STATE_REINTEGRATION);

	(void)state;
	file(&h, "F14", "{\"threats\":\"YES\"}");
	op.today += 4;
	file(&h, "F14", "{\"risk_change\":\"UP\"}");
	op.today -= 4;
	assert_int_equal(h.fact[FACT_alert_on], op.today);
	assert_int_equal(h.fact[FACT_alert], 1 << ALERT_THREATS | 1 << ALERT_RISK_UP);
}

static void days_come_back(void **state)
{
	struct head h = blank(STATE_REINTEGRATION);

	(void)state;
	file(&h, "NOTE", arena_fmt(a, "{\"follow_up_on\":\"%s\"}", iso(9).p).p);
	file(&h, "NOTEC", arena_fmt(a, "{\"follow_up_on\":\"%s\"}", iso(5).p).p);
	file(&h, "NOTE", arena_fmt(a, "{\"follow_up_on\":\"%s\"}", iso(7).p).p);
	assert_int_equal(h.fact[FACT_note_on], op.today + 5);
	op.today += 6;
	file(&h, "NOTE", "{}");
	op.today -= 6;
	assert_int_equal(h.fact[FACT_note_on], NO_FACT);
	file(&h, "DEC", arena_fmt(a, "{\"review_on\":\"%s\"}", iso(60).p).p);
	assert_int_equal(h.fact[FACT_meet_on], op.today + 60);
	file(&h, "DEC", "{}");
	assert_int_equal(h.fact[FACT_meet_on], NO_FACT);
	file(&h, "LOST", arena_fmt(a, "{\"next_on\":\"%s\"}", iso(3).p).p);
	assert_int_equal(h.fact[FACT_look_on], op.today + 3);
	file(&h, "F14", arena_fmt(a, "{\"next_on\":\"%s\",\"reached\":\"YES\"}", iso(30).p).p);
	assert_int_equal(h.fact[FACT_visit_on], op.today + 30);
	assert_int_equal(h.fact[FACT_look_on], NO_FACT);
	file(&h, "CONTC", "{\"outcome\":\"REACHED\"}");
	assert_int_equal(h.fact[FACT_visit_on], op.today + 30); /* too early to be the contact agreed on */
	op.today += 23;
	file(&h, "CONTC", "{\"outcome\":\"REACHED\"}");
	op.today -= 23;
	assert_int_equal(h.fact[FACT_visit_on], NO_FACT);
}

#define BUDGET(amount)                                                                                                 \
	"{\"signed_on\":\"%s\",\"budget\":[{\"line\":\"L1\",\"service\":\"RENT\",\"amount_eur\":\"" amount "\"}]}"

static void a_changed_budget_is_signed_again(void **state)
{
	struct head h = blank(STATE_REINTEGRATION);

	(void)state;
	file(&h, "F10", arena_fmt(a, BUDGET("900.00"), iso(-40).p).p);
	assert_int_equal(h.fact[FACT_plan_signed], op.today - 40);
	h.waiver[1] = (struct waiver){.condition = COND_within_ceiling, .transition = T_READY, .asked_by = 3};
	file(&h, "F10", arena_fmt(a, BUDGET("900.00"), iso(-40).p).p);
	assert_int_equal(h.fact[FACT_plan_signed], op.today - 40); /* the same budget */
	assert_int_equal(h.waiver[1].asked_by, 3);
	file(&h, "F10", arena_fmt(a, BUDGET("1900.00"), iso(-40).p).p);
	assert_int_equal(h.fact[FACT_plan_signed], NO_FACT);
	assert_int_equal(h.waiver[1].asked_by, 0);
	file(&h, "F10", arena_fmt(a, BUDGET("1900.00"), iso(0).p).p);
	assert_int_equal(h.fact[FACT_plan_signed], op.today);
	file(&h, "F10", arena_fmt(a, BUDGET("2100.00"), iso(0).p).p);
	assert_int_equal(h.fact[FACT_plan_signed], op.today);
}

static void closing_and_reopening(void **state)
{
	struct head h = blank(STATE_DECISION);

	(void)state;
	file(&h, "CLO", "{\"reason\":\"NO_GO_RISK\",\"legal_hold\":\"YES\"}");
	assert_true(h.fact[FACT_legal_hold] == 1 && h.form[FORM_CLO].present && h.fact[FACT_closure_reason] >= 0);
	h.from_state = h.state;
	h.state = STATE_CLOSED;
	file(&h, "REOP", "{}");
	assert_int_equal(h.state, STATE_DECISION);
	assert_false(h.form[FORM_CLO].present);
	h.state = STATE_REINTEGRATION;
	file(&h, "WDRC", "{}");
	assert_true((h.flags & FLAG_WITHDRAWN) && h.fact[FACT_withdrawn_on] == op.today);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_doubt_about_the_age_holds),
		cmocka_unit_test(each_flag_has_its_day),
		cmocka_unit_test(who_was_reached),
		cmocka_unit_test(what_alarms),
		cmocka_unit_test(a_second_sign_gives_no_more_time),
		cmocka_unit_test(days_come_back),
		cmocka_unit_test(a_changed_budget_is_signed_again),
		cmocka_unit_test(closing_and_reopening),
	};

	return cmocka_run_group_tests_name("facts-signs", tests, setup, teardown);
}
