/* schedule_test.c — the calendar of contacts against dates computed by hand. */
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

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(calendar_by_hand), TEST(reached_and_overdue),
					   TEST(a_longer_follow_up_drops_nothing)};

	return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
