/* op_test.c — the days of Paris against moments of the world. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "op.h"

static msec at(const char *iso)
{
	msec t = 0;

	assert_true(msec_parse(str_of(iso), &t));
	return t;
}

static void days_begin_in_paris(void **state)
{
	static const struct {
		const char *at;
		int year, month, day;
	} rows[] = {
		{"2026-11-23T22:59:59Z", 2026, 11, 23}, {"2026-11-23T23:00:00Z", 2026, 11, 24},
		{"2018-07-01T21:59:59Z", 2018, 7, 1},   {"2018-07-01T22:00:00Z", 2018, 7, 2},
		{"2018-12-31T23:30:00Z", 2019, 1, 1},   {"2018-03-25T00:59:59Z", 2018, 3, 25},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(op_day_at(at(rows[i].at)), day_of(rows[i].year, rows[i].month, rows[i].day));
	for (day d = day_of(2018, 1, 1); d < day_of(2022, 1, 1); d++) {
		assert_int_equal(op_day_at(op_midnight(d)), d);
		assert_int_equal(op_day_at(op_midnight(d) - 1), d - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(days_begin_in_paris)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
