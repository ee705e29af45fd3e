/* base_test.c — strings, arenas, days, money, ids. */
#include "testing.h"

#include "base.h"
#include "csv.h"
#include "money.h"

static void strings(void **state)
{
	int64_t v = 7;
	str rest = STR("a,,b");

	(void)state;
	assert_true(str_eq(str_split(&rest, ','), STR("a")));
	assert_true(str_eq(str_split(&rest, ','), STR("")));
	assert_true(str_eq(str_split(&rest, ','), STR("b")));
	assert_null(rest.p);
	assert_true(str_eq(str_trim(STR(" \t x\r\n")), STR("x")));
	assert_true(str_to_i64(STR("-9223372036854775808"), &v));
	assert_true(v == INT64_MIN);
	assert_false(str_to_i64(STR("9223372036854775808"), &v));
	assert_false(str_to_i64(STR("1 "), &v));
	assert_false(str_to_i64(STR("-"), &v));
	assert_int_equal(str_find(STR("abcabd"), STR("abd")), 3);
}

static void utf8(void **state)
{
	static const str bad[] = {STR("\xC0\x80"), STR("\xED\xA0\x80"), STR("\xF4\x90\x80\x80"),
				  STR("\xE2\x82"), STR("\x80"),         STR("\xFF")};

	(void)state;
	assert_true(str_utf8_ok(STR("é العربية 🙂")));
	assert_int_equal(str_utf8_len(STR("é🙂a")), 3);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(str_utf8_ok(bad[i]));
}

static void arenas(void **state)
{
	struct arena *a = arena_create(100000);
	volatile int landed = 0;
	char *p;

	(void)state;
	p = arena_alloc(a, 10);
	assert_int_equal(p[9], 0);
	assert_true(str_eq(arena_fmt(a, "%d-%s", 3, "x"), STR("3-x")));
	if (setjmp(*arena_guard(a)) == 0)
		arena_alloc(a, 200000);
	else
		landed = 1;
	assert_int_equal(landed, 1);
	arena_unguard(a);
	arena_reset(a);
	assert_int_equal(arena_used(a), 0);
	arena_destroy(a);
}

static void days(void **state)
{
	struct arena *a = *state;
	day d;

	assert_int_equal(day_of(1970, 1, 1), 0);
	assert_int_equal(day_of(2000, 2, 30), NO_DAY);
	assert_int_equal(day_of(1900, 2, 29), NO_DAY);
	assert_true(day_parse(STR("2018-11-20"), &d));
	assert_int_equal(day_weekday(d), 2);
	assert_true(str_eq(day_iso(a, day_add_months(day_of(2018, 1, 31), 1)), STR("2018-02-28")));
	assert_true(str_eq(day_iso(a, day_add_months(day_of(2018, 3, 15), 12)), STR("2019-03-15")));
	assert_true(str_eq(day_iso(a, day_add_months(day_of(2018, 3, 31), -1)), STR("2018-02-28")));
	assert_int_equal(day_age(day_of(2000, 2, 29), day_of(2018, 2, 28)), 17);
	assert_int_equal(day_age(day_of(2000, 2, 29), day_of(2018, 3, 1)), 18);
	assert_false(day_parse(STR("2018-11-31"), &d));
	assert_false(day_parse(STR("2018-1-01"), &d));
	for (day i = -800000; i < 800000; i += 37) {
		struct civil c = day_civil(i);

		if (c.year >= 1)
			assert_int_equal(day_of(c.year, c.month, c.day), i);
	}
	assert_int_equal(day_add_working(day_of(2018, 11, 23), 2), day_of(2018, 11, 27));
}

static void amounts(void **state)
{
	struct arena *a = *state;
	money m;

	assert_true(money_parse(STR("1 234,50"), &m));
	assert_int_equal(m, 123450);
	assert_true(money_parse(STR("7"), &m));
	assert_int_equal(m, 700);
	assert_false(money_parse(STR("1.234"), &m));
	assert_false(money_parse(STR("-5"), &m));
	assert_false(money_parse(STR("5."), &m));
	assert_false(money_parse(STR(""), &m));
	assert_true(str_eq(money_plain(a, -5), STR("-0.05")));
	assert_true(money_convert(10000, 655957, &m));
	assert_int_equal(m, 6560);
	assert_false(money_share(INT64_MAX, 3, 1, &m));
}

static void ids(void **state)
{
	struct arena *a = *state;
	struct id x, y;
	str t;

	for (int i = 0; i < 1000; i++) {
		x = id_random();
		t = id_text(a, x);
		assert_int_equal(t.n, ID_TEXT);
		assert_true(id_parse(t, &y));
		assert_true(id_eq(x, y));
	}
	assert_false(id_parse(STR("0000000000000000000000000z"), &y));
	assert_false(id_parse(STR("short"), &y));
}

static void cells(void **state)
{
	static const struct {
		const char *cell, *written;
	} rows[] = {
		{"", "\"\""},           {"a, b", "\"a, b\""},    {"say \"no\"", "\"say \"\"no\"\"\""},
		{"=1+1", "\"'=1+1\""},  {"+33 6", "\"'+33 6\""}, {"-5", "\"'-5\""},
		{"@x", "\"'@x\""},      {"\t=1", "\"'\t=1\""},   {"\r=1", "\"'\r=1\""},
		{"1=1-1", "\"1=1-1\""}, {"\"=1", "\"\"\"=1\""},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf b;

		buf_init(&b, *state, 64);
		csv_cell(&b, str_of(rows[i].cell));
		assert_string_equal(buf_done(&b).p, rows[i].written);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings), cmocka_unit_test(utf8), cmocka_unit_test(arenas), cmocka_unit_test(days),
		cmocka_unit_test(amounts), cmocka_unit_test(ids),  cmocka_unit_test(cells),
	};

	return cmocka_run_group_tests_name("base", tests, test_arena, test_arena_end);
}
