/* retention_test.c — the table that is shipped, what is refused in one, and the day a file is due. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "retention.h"
#include "rule_data.h"

static struct arena *a;

static int start(void **state)
{
	(void)state;
	a = arena_create(16 << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_destroy(a);
	return 0;
}

static const struct retention *shipped(void)
{
	const struct embed_file *f = embed_find(&rule_data, STR("data/retention.json"));
	const struct retention *r;

	assert_non_null(f);
	assert_null(retention_load(a, f->path, f->data, 24, day_of(2019, 4, 30), &r));
	return r;
}

static uint32_t bit(const struct retention *r, const char *code)
{
	int at = retention_find(r, str_of(code));

	assert_true(at >= 0);
	return 1u << at;
}

static void the_day_a_file_is_due(void **state)
{
	const struct retention *r = shipped();
	uint32_t care = bit(r, "case"), paid = care | bit(r, "finance"), notes = bit(r, "desk");
	struct head h;

	(void)state;
	head_init(&h);
	h.state = STATE_REINTEGRATION;
	assert_int_equal(retention_due(r, &h, care), NO_DAY); /* it is not closed */
	h.state = STATE_CLOSED;
	assert_int_equal(retention_due(r, &h, care), NO_DAY); /* nor known since when */
	h.fact[FACT_closed_on] = day_of(2018, 8, 31);
	assert_int_equal(retention_due(r, &h, care), day_of(2020, 8, 31));
	assert_int_equal(retention_due(r, &h, paid), day_of(2024, 12, 31)); /* the programme ends in 2019 */
	assert_int_equal(retention_due(r, &h, notes), NO_DAY);              /* not of a person */
	assert_int_equal(retention_due(r, &h, 0), NO_DAY);
	h.fact[FACT_adult_from] = day_of(2017, 1, 1); /* grown up before it was closed */
	assert_int_equal(retention_due(r, &h, care), day_of(2020, 8, 31));
	h.fact[FACT_adult_from] = day_of(2021, 3, 1);
	assert_int_equal(retention_due(r, &h, care), day_of(2023, 3, 1));
	h.fact[FACT_closed_on] = day_of(2020, 2, 1); /* later than that year's end */
	assert_int_equal(retention_due(r, &h, paid), day_of(2025, 2, 1));
}

static void the_day_an_entry_is_due(void **state)
{
	const struct retention *r = shipped();
	const struct retention_rule *books = &r->rules[retention_find(r, STR("accounts"))],
				    *notes = &r->rules[retention_find(r, STR("desk"))],
				    *file = &r->rules[retention_find(r, STR("case"))];

	(void)state;
	assert_int_equal(retention_entry_due(notes, day_of(2018, 6, 1)), day_of(2023, 6, 1));
	assert_int_equal(retention_entry_due(books, day_of(2018, 6, 1)), day_of(2024, 12, 31));
	assert_int_equal(retention_entry_due(books, day_of(2020, 2, 29)), day_of(2025, 2, 28));
	assert_int_equal(retention_entry_due(file, day_of(2018, 6, 1)), NO_DAY);
}

#define WORDS "{\"fr\":\"x\",\"en\":\"x\",\"ar\":\"x\"}"
#define RULE(code, from, months, more)                                                                                 \
	"{\"code\":\"" code "\",\"from\":\"" from "\",\"months\":" months ",\"label\":" WORDS ",\"why\":" WORDS more "}"
#define TABLE(rules) "{\"retention\":\"x\",\"version\":1,\"source\":\"x\",\"rules\":[" rules "]}"

static void what_a_table_may_not_say(void **state)
{
	static const struct {
		const char *text;
		size_t errors;
	} rows[] = {
		{TABLE(RULE("a", "CLOSED", "12", "")), 0},
		{TABLE(RULE("a", "CLOSED", "12", "") "," RULE("a", "RECORDED", "12", "")), 1},
		{TABLE(RULE("a", "SOMEDAY", "12", "")), 1},
		{TABLE(RULE("a", "CLOSED", "-1", "")), 1},
		{TABLE(RULE("a", "CLOSED", "1201", "")), 1},
		{TABLE(RULE("a", "CLOSED", "12", ",\"for_ever\":true")), 1},
		{TABLE("7"), 1},
		{TABLE("{}"), 5},
		{"[]", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct retention *r;
		struct err *e = retention_load(a, "t.json", str_of(rows[i].text), 24, NO_DAY, &r);
		size_t n = 0;

		for (const struct err_field *f = e ? e->fields : NULL; f; f = f->next)
			n++;
		if (n != rows[i].errors)
			print_error("row %zu: %zu errors\n", i, n);
		assert_int_equal(n, rows[i].errors);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_day_a_file_is_due),
		cmocka_unit_test(the_day_an_entry_is_due),
		cmocka_unit_test(what_a_table_may_not_say),
	};

	return cmocka_run_group_tests(tests, start, end);
}
