/* progress_test.c — pace, months, small counts, and cost lines judged and added up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "accounts.h"
#include "progress.h"

static struct arena *a;
static struct programme programme = {.target_people = 15};

static int setup(void **state)
{
	(void)state;
	a = arena_create(1 << 24);
	programme.start = day_of(2017, 11, 1);
	programme.end = day_of(2019, 4, 30);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_destroy(a);
	return 0;
}

static void pace(void **state)
{
	static const struct programme backwards = {.start = 10, .end = 5};

	(void)state;
	assert_int_equal(pace_by(&programme, 15, day_of(2017, 10, 31)), 0);
	assert_int_equal(pace_by(&programme, 15, day_of(2017, 11, 1)), 0);
	assert_int_equal(pace_by(&programme, 15, day_of(2018, 11, 20)), 10);
	assert_int_equal(pace_by(&programme, 15, day_of(2019, 4, 29)), 14);
	assert_int_equal(pace_by(&programme, 15, day_of(2019, 4, 30)), 15);
	assert_int_equal(pace_by(&programme, 15, day_of(2025, 1, 1)), 15);
	assert_int_equal(pace_by(&backwards, 15, 7), 0);
}

static void eighteen_months(void **state)
{
	struct month *m;
	size_t n = months_of(a, &programme, &m);

	(void)state;
	assert_int_equal(n, 18);
	assert_int_equal(m[0].from, day_of(2017, 11, 1));
	assert_int_equal(m[3].to, day_of(2018, 2, 28));
	assert_int_equal(m[17].to, day_of(2019, 4, 30));
	assert_int_equal(m[17].expected, 15);
	assert_ptr_equal(month_with(m, n, day_of(2018, 2, 28)), &m[3]);
	assert_null(month_with(m, n, day_of(2019, 5, 1)));
	assert_null(month_with(m, n, NO_DAY));
}

static void small_counts_are_pooled(void **state)
{
	static const struct {
		int64_t in[5];
		size_t n, alone;
		int64_t pooled;
	} rows[] = {
		{{7, 5, 0}, 2, 2, 0},
		{{7, 6, 3, 2}, 4, 2, 5}, /* 3 + 2 is no small count */
		{{7, 6, 3}, 3, 1, 9},    /* 3 alone would follow from the total: 6 joins it */
		{{4}, 1, 0, 4},          /* nothing else to hide behind */
		{{1, 9, 1, 1, 1}, 5, 0, 13},
		{{0}, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cell cells[5] = {0};
		int64_t pooled;

		for (size_t k = 0; k < rows[i].n; k++)
			cells[k] = (struct cell){.label = STR("x"), .n = rows[i].in[k]};
		assert_int_equal(cells_pool(cells, rows[i].n, 5, &pooled), rows[i].alone);
		assert_int_equal(pooled, rows[i].pooled);
	}
}

static void small_counts_are_hidden(void **state)
{
	struct cell cells[] = {{.label = STR("a"), .n = 4}, {.label = STR("b"), .n = 5}, {.label = STR("c"), .n = 1}};

	(void)state;
	cells_hide(cells, 3, 5);
	assert_int_equal(cells[0].n, 5);
	assert_false(cells[0].hidden);
	assert_true(cells[1].hidden);
	assert_true(cells[2].hidden);
	cells_hide(cells, 3, 1);
	assert_false(cells[2].hidden);
}

static struct filled cost(const char *json)
{
	struct filled f = {.r = {.id = {id_random()}, .version = 1}};

	assert_null(json_parse(a, str_of(json), &f.answers));
	return f;
}

static void costs(void **state)
{
	struct filled list[] = {
		cost("{\"piece\":\"P1\",\"post\":\"E\",\"funder\":\"FAMI\",\"amount_eur\":\"100.00\",\"invoice_date\":"
		     "\"2018-02-01\","
		     "\"payment_date\":\"2018-02-10\",\"paper_where\":\"box\",\"in_kind\":\"NO\",\"other_eu_fund\":"
		     "\"NO\"}"),
		cost("{\"piece\":\"P2\",\"post\":\"E\",\"funder\":\"OFII\",\"amount_eur\":\"200.00\",\"share_percent\":"
		     "50,"
		     "\"invoice_date\":\"2018-03-01\",\"payment_date\":\"2018-03-02\",\"paper_where\":\"box\"}"),
		cost("{\"piece\":\"P3\",\"post\":\"G\",\"funder\":\"FAMI\",\"amount_eur\":\"80.00\",\"invoice_date\":"
		     "\"2017-10-15\","
		     "\"payment_date\":\"2017-10-20\",\"paper_where\":\"box\",\"target_proof\":\"DONE\"}"),
		cost("{\"piece\":\"P4\",\"post\":\"E\",\"funder\":\"FAMI\",\"amount_eur\":\"50.00\",\"invoice_date\":"
		     "\"2018-04-01\","
		     "\"paper_where\":\"box\"}"),
	};
	struct accounts acc;
	struct cost_sum all, post, funder;

	(void)state;
	accounts_build(a, &programme, list, 4, &acc);
	assert_true(str_eqz(acc.lines[0].piece, "P4"));    /* newest first */
	assert_int_equal(acc.lines[0].judged.eligible, 0); /* not paid */
	assert_int_equal(acc.lines[3].judged.eligible, 0); /* before the programme */
	assert_int_equal(acc.lines[1].charged, 10000);
	assert_int_equal(acc.lines[1].judged.eligible, 10000);
	all = accounts_sum(&acc, &(struct cost_query){0});
	assert_int_equal(all.n, 4);
	assert_int_equal(all.charged, 33000);
	assert_int_equal(all.eligible, 20000);
	post = accounts_sum(&acc, &(struct cost_query){.post = STR("E")});
	assert_int_equal(post.n, 3);
	assert_int_equal(post.charged, 25000);
	funder = accounts_sum(&acc, &(struct cost_query){.post = STR("E"), .funder = STR("OFII")});
	assert_int_equal(funder.n, 1);
	assert_int_equal(funder.eligible, 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pace),
		cmocka_unit_test(eighteen_months),
		cmocka_unit_test(small_counts_are_pooled),
		cmocka_unit_test(small_counts_are_hidden),
		cmocka_unit_test(costs),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
