/* rule_cost_test.c — the rules of costs as JSON: what is left of an amount, which rules spoke, and input refused. */
#include "cost.h"
#include "rule_run_testing.h"

#define COST(rest) "{\"invoiced\":\"2018-05-02\",\"paid\":\"2018-06-02\",\"currency\":\"EUR\"," rest "}"

/* What is left of the amount in cents, and the rules that spoke. */
static const struct {
	const char *input;
	money left;
	const char *rules;
} costs[] = {
	{COST("\"post\":\"E\",\"amount\":\"1200.50\""), 120050, ""},
	/* equipment: full price only when bought before February 2019 */
	{"{\"post\":\"C\",\"paid\":\"2019-02-20\",\"amount\":1200,\"currency\":\"EUR\"}", 0, "equipment_late"},
	{"{\"post\":\"C\",\"invoiced\":\"2019-01-31\",\"paid\":\"2019-02-20\",\"amount\":1200}", 120000, ""},
	{"{\"post\":\"C\",\"invoiced\":\"2019-02-01\",\"paid\":\"2019-02-20\",\"amount\":1200}", 0, "equipment_late"},
	{"{\"post\":\"E\",\"equipment\":\"YES\",\"paid\":\"2019-03-20\",\"amount\":1200}", 0, "equipment_late"},
	{COST("\"post\":\"C\",\"amount\":25000,\"competition\":\"DONE\""), 2500000, "equipment_large"},
	{COST("\"post\":\"C\",\"amount\":300,\"second_hand\":true"), 0, "second_hand"},
	{COST("\"post\":\"C\",\"amount\":300,\"second_hand\":true,\"second_hand_declared\":true"), 30000, ""},
	/* dates */
	{"{\"post\":\"E\",\"invoiced\":\"2017-10-31\",\"paid\":\"2017-12-01\",\"amount\":10}", 0, "incurred"},
	{"{\"post\":\"E\",\"invoiced\":\"2019-05-01\",\"paid\":\"2019-05-02\",\"amount\":10}", 0, "incurred"},
	{"{\"post\":\"E\",\"invoiced\":\"2018-05-01\",\"amount\":10}", 0, "not_paid"},
	{"{\"post\":\"E\",\"invoiced\":\"2019-04-01\",\"paid\":\"2019-09-30\",\"amount\":10}", 1000, ""},
	{"{\"post\":\"E\",\"invoiced\":\"2019-04-01\",\"paid\":\"2019-10-01\",\"amount\":10}", 0, "paid_late"},
	{"{\"post\":\"E\",\"invoiced\":\"2019-04-01\",\"paid\":\"2019-05-02\",\"amount\":10,\"grant\":{"
	 "\"signed\":\"2018-08-01\"}}",
	 0, "paid_late"},
	{"{\"post\":\"E\",\"invoiced\":\"2018-04-01\",\"paid\":\"2018-05-02\",\"amount\":10,\"grant\":{"
	 "\"start\":\"2018-01-01\","
	 "\"end\":\"2018-12-31\",\"paid_by\":\"2018-05-01\"}}",
	 0, "paid_late"},
	{"{\"post\":\"E\",\"invoiced\":\"2018-01-02\",\"paid\":\"2017-12-31\",\"amount\":10,\"grant\":{"
	 "\"from\":\"2018-01-01\","
	 "\"to\":\"2018-12-31\"}}",
	 0, "paid_before"},
	{"{\"post\":\"E\",\"invoiced\":\"2023-01-02\",\"paid\":\"2023-02-02\",\"amount\":10,\"grant\":{"
	 "\"from\":\"2022-01-01\","
	 "\"to\":\"2023-12-31\"}}",
	 0, "fund_period"},
	/* deductions */
	{COST("\"post\":\"E\",\"amount\":\"120.00\",\"recoverable_vat\":\"20.00\",\"exchange_loss\":\"1.50\""), 9850,
	 "recoverable_vat exchange_loss"},
	{COST("\"post\":\"E\",\"amount\":10,\"exchange_loss\":50"), 0, "exchange_loss"},
	{COST("\"post\":\"E\",\"amount\":\"99.99\",\"share_percent\":50"), 5000, "share share_key"},
	{COST("\"post\":\"E\",\"amount\":100,\"share_percent\":50,\"share_justified\":\"YES\""), 5000, "share"},
	/* refusals */
	{COST("\"post\":\"E\",\"amount\":10,\"in_kind\":\"YES\""), 0, "in_kind"},
	{COST("\"post\":\"E\",\"amount\":10,\"other_eu_fund\":\"YES\""), 0, "double_funding"},
	{COST("\"post\":\"E\",\"amount\":10,\"nature\":\"FINE\""), 0, "nature"},
	{COST("\"post\":\"E\",\"amount\":10,\"foreseen\":\"NO\""), 0, "foreseen"},
	{COST("\"post\":\"E\",\"amount\":10,\"proof\":false"), 0, "proof"},
	{COST("\"post\":\"F\",\"amount\":10,\"percent_fee\":\"YES\""), 0, "percent_fee"},
	/* territory */
	{COST("\"post\":\"E\",\"amount\":10,\"territory\":\"NC\""), 0, "territory"},
	{COST("\"post\":\"E\",\"amount\":10,\"territory\":\"FR-974\""), 1000, ""},
	{COST("\"post\":\"E\",\"amount\":10,\"territory\":\"FR-69\""), 1000, ""},
	{COST("\"post\":\"E\",\"amount\":10,\"territory\":\"NG\""), 1000, ""},
	/* competition above 5,000 before tax */
	{COST("\"post\":\"F\",\"amount\":5000"), 500000, ""},
	{COST("\"post\":\"F\",\"amount\":\"5000.01\""), 500001, "competition"},
	{COST("\"post\":\"F\",\"amount\":\"5000.01\",\"competition\":\"NO\""), 0, "competition"},
	{COST("\"post\":\"F\",\"amount\":\"6000\",\"competition\":\"DONE\""), 600000, ""},
	{COST("\"post\":\"F\",\"amount\":\"6000\",\"competition\":\"TODO\""), 600000, "competition"},
	{COST("\"post\":\"F\",\"amount\":\"6300.00\",\"recoverable_vat\":\"1050.00\",\"competition\":\"NO\""), 0,
	 "recoverable_vat competition"}, /* 5,250 before tax */
	{COST("\"post\":\"F\",\"amount\":\"6000.00\",\"recoverable_vat\":\"1000.00\""), 500000, "recoverable_vat"},
	{COST("\"post\":\"F\",\"amount\":8000,\"share_percent\":50,\"share_justified\":\"YES\",\"competition\":\"NO\""),
	 0, "share competition"}, /* the price decides, not the share */
	/* by post */
	{COST("\"post\":\"A\",\"amount\":10"), 1000, "timesheet"},
	{COST("\"post\":\"A\",\"amount\":10,\"timesheet\":\"NO\""), 0, "timesheet"},
	{COST("\"post\":\"A\",\"amount\":10,\"timesheet\":\"YES\""), 1000, ""},
	{COST("\"post\":\"B\",\"amount\":10"), 1000, "travel"},
	{COST("\"post\":\"D\",\"amount\":10"), 1000, "real_estate"},
	{COST("\"post\":\"G\",\"amount\":10"), 1000, "target_proof"},
	{COST("\"post\":\"G\",\"amount\":10,\"target_proof\":\"NO\""), 0, "target_proof"},
	{COST("\"post\":\"G\",\"amount\":10,\"target_proof\":\"DONE\""), 1000, ""},
	/* indirect: 15 % of 100,000 = 15,000; 7 % of 300,000 = 21,000; the better; less what was claimed */
	{"{\"post\":\"I\",\"amount\":30000}", 3000000, "indirect"},
	{"{\"post\":\"I\",\"amount\":30000,\"grant\":{\"staff\":100000,\"direct\":300000}}", 2100000, "indirect"},
	{"{\"post\":\"I\",\"amount\":20000,\"grant\":{\"staff\":100000,\"direct\":300000,\"indirect_claimed\":"
	 "5000}}",
	 1600000, "indirect"},
	{"{\"post\":\"I\",\"amount\":15000,\"grant\":{\"staff\":100000}}", 1500000, ""},
	{"{\"post\":\"I\",\"amount\":600000,\"grant\":{\"staff\":100000000}}", 50000000, "indirect"},
	/* the Union's share */
	{COST("\"post\":\"E\",\"amount\":10,\"grant\":{\"rate_percent\":80}"), 1000, "union_rate"},
	{COST("\"post\":\"E\",\"amount\":10,\"grant\":{\"rate_percent\":90,\"specific_action\":true}"), 1000, ""},
	/* currencies: 655,957 XOF at 0.001524 */
	{"{\"post\":\"E\",\"paid\":\"2018-06-02\",\"amount\":655957,\"currency\":\"XOF\",\"rate\":\"0."
	 "001524\"}",
	 99968, ""},
	{"{\"post\":\"E\",\"paid\":\"2018-06-02\",\"amount\":100,\"currency\":\"USD\",\"rate\":0.85}", 8500, ""},
	{"{\"post\":\"E\",\"paid\":\"2018-06-02\",\"amount\":100,\"currency\":\"USD\",\"rate\":2}", 20000, ""},
	{"{\"post\":\"E\",\"paid\":\"2018-06-02\",\"amount\":100,\"currency\":\"USD\"}", 0, "currency"},
};

static void cost_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < cost_rules_n; i++)
		if (!french_typography(str_of(cost_rules[i].text_fr)))
			fail_msg("%s", cost_rules[i].text_fr);
}

static void cost(void **state)
{
	for (size_t i = 0; i < sizeof costs / sizeof *costs; i++) {
		struct json *out = run(*state, "cost", costs[i].input);
		struct buf b;
		money left;

		buf_init(&b, *state, 1000);
		JSON_EACH (f, json_get(out, "findings")) {
			buf_str(&b, b.n ? STR(" ") : STR(""));
			buf_str(&b, json_text(f, "rule"));
			assert_true(json_text(f, "article").n && json_text(f, "text").n && json_text(f, "text_fr").n);
		}
		assert_true(money_parse(json_text(out, "eligible_eur"), &left));
		if (left != costs[i].left || !str_eqz(buf_done(&b), costs[i].rules))
			fail_msg("%s: %lld cents, %s", costs[i].input, (long long)left, b.n ? b.p : "nothing");
	}
}

static void amounts_come_back_as_they_were_given(void **state)
{
	assert_true(
		str_eqz(json_text(run(*state, "cost", COST("\"post\":\"E\",\"amount\":\"12.50\"")), "eligible_amount"),
			"12.50"));
	assert_int_equal(
		json_int(json_get(run(*state, "cost", COST("\"post\":\"E\",\"amount\":12")), "eligible_amount"), 0),
		12);
	assert_int_equal(json_get(run(*state, "cost", COST("\"post\":\"E\",\"amount\":12.5")), "eligible_amount")->type,
			 JSON_REAL);
}

static void cost_refuses(void **state)
{
	static const char *const rows[][2] = {
		{"{}", "post"},
		{"{\"post\":\"Z\",\"amount\":1}", "post"},
		{"{\"post\":\"A\"}", "amount"},
		{"{\"post\":\"A\",\"amount\":-1}", "amount"},
		{"{\"post\":\"A\",\"amount\":1.234}", "amount"},
		{"{\"post\":\"A\",\"amount\":true}", "amount"},
		{"{\"post\":\"A\",\"amount\":1,\"paid\":\"2018-02-30\"}", "paid"},
		{"{\"post\":\"A\",\"amount\":1,\"currency\":\"ZZZ\"}", "currency"},
		{"{\"post\":\"A\",\"amount\":1,\"rate\":\"x\"}", "rate"},
		{"{\"post\":\"A\",\"amount\":1,\"rate\":\"1.\"}", "rate"},
		{"{\"post\":\"A\",\"amount\":1,\"rate\":-2}", "rate"},
		{"{\"post\":\"A\",\"amount\":1,\"rate\":[]}", "rate"},
		{"{\"post\":\"A\",\"amount\":1,\"share_percent\":101}", "share_percent"},
		{"{\"post\":\"A\",\"amount\":1,\"in_kind\":\"PERHAPS\"}", "in_kind"},
		{"{\"post\":\"A\",\"amount\":1,\"territory\":\"Mars\"}", "territory"},
		{"{\"post\":\"A\",\"amount\":1,\"nature\":\"GIFT\"}", "nature"},
		{"{\"post\":\"A\",\"amount\":1,\"grant\":[]}", "grant"},
		{"{\"post\":\"A\",\"amount\":1,\"grant\":{\"from\":\"2019-01-01\",\"to\":\"2018-01-01\"}}", "grant.to"},
		{"{\"post\":\"A\",\"amount\":1,\"grant\":{\"staff\":\"many\"}}", "grant.staff"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		refused(*state, "cost", rows[i][0], rows[i][1]);
}

/* No rule makes a line worth more than it is. */
static void a_cost_never_grows(void **state)
{
	uint32_t seed = 41;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct cost_in in = {.currency = STR("EUR"),
				     .grant = {on(2017, 11, 1), on(2019, 4, 30), NO_DAY, NO_DAY, -1, -1, 0, 0, false}};
		enum answer3 *const said[] = {&in.foreseen,     &in.proof,
					      &in.in_kind,      &in.other_eu_fund,
					      &in.competition,  &in.timesheet,
					      &in.target_proof, &in.share_justified,
					      &in.second_hand,  &in.second_hand_declared,
					      &in.percent_fee,  &in.is_equipment};
		struct cost_result r;

#define NEXT(n) ((seed = seed * 1664525u + 1013904223u) >> 8) % (n)
		in.post = (char)('A' + NEXT(9));
		in.nature = (enum cost_nature)(NEXT(3) ? NATURE_ORDINARY : NEXT(NATURES));
		in.invoiced = on(2017, 10, 1) + (day)(NEXT(600));
		in.paid = NEXT(5) ? in.invoiced + (day)(NEXT(200)) : NO_DAY;
		in.amount = (money)(NEXT(3000000));
		in.exchange_loss = (money)(NEXT(1000));
		in.share_percent = (int)(NEXT(101));
		in.grant.staff = (money)(NEXT(5000000)) - 1;
		for (size_t i = 0; i < 12; i++)
			*said[i] = (enum answer3)(NEXT(3));
		r = cost_judge(&in);
		assert_true(r.eligible >= 0 && r.eligible <= in.amount);
		for (size_t i = 0; i < r.n; i++)
			assert_true(r.finding[i].effect != EFFECT_REFUSED || r.eligible == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(cost_texts), TEST(cost), TEST(amounts_come_back_as_they_were_given),
					   TEST(cost_refuses), TEST(a_cost_never_grows)};

	return cmocka_run_group_tests_name("rule_cost", tests, NULL, NULL);
}
