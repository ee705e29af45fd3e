/* entries_test.c — with a real vault and a real store: which entries of registers and accounts may go on a day, which are
 * still needed, and what is left when they are gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "entries.h"

#include "desk.h"
#include "house_fixture.h"
#include "object.h"

static struct person coo = {.login = "coo", .role = ROLE_COO, .office = "PARIS"},
		     cmf = {.login = "cmf", .role = ROLE_CMF, .office = "PARIS"},
		     dpo = {.login = "dpo", .role = ROLE_DPO, .office = "PARIS"};

#define FIRST day_of(2018, 6, 1)
#define OVER day_of(2023, 6, 1)    /* 60 months later */
#define BOOKS day_of(2024, 12, 31) /* 60 months after the year in which the programme ends */

static int setup(void **state)
{
	struct person *all[] = {&coo, &cmf, &dpo};
	struct op op;
	struct kase *k;

	(void)state;
	house_new(all, sizeof all / sizeof *all);
	op = house_op(&coo, FIRST);
	OK(object_open(&op, OBJECT_DESK, PURPOSE_WRITE, &k)); /* makes the objects */
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	house_end();
	return 0;
}

static struct kase *opened(struct op *op, enum object o)
{
	struct kase *k;

	OK(object_open(op, o, PURPOSE_WRITE, &k));
	return k;
}

/* Without the rules of a page: what stood there once may not be typed any more. */
static record_id put(enum object o, day on, const char *form, str answers)
{
	struct op op = house_op(&coo, on);
	record_id id = {id_random()};

	OK(object_file(&op, opened(&op, o), form_find(house->forms, str_of(form), 0), id, 0, json_of(answers),
		       STR("")));
	return id;
}

static void correct(enum object o, day on, const char *form, record_id id, str answers)
{
	struct op op = house_op(&coo, on);

	OK(object_file(&op, opened(&op, o), form_find(house->forms, str_of(form), 0), id, 1, json_of(answers),
		       STR("more is known")));
}

static struct entries of_rule(const struct person *p, day on, const char *rule)
{
	struct op op = house_op(p, on);
	struct entries *list;
	size_t n;

	OK(entries_over(&op, on, &list, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eqz(list[i].rule->code, rule))
			return list[i];
	fail_msg("no such rule");
	return (struct entries){0};
}

static void are(const struct person *p, day on, const char *rule, size_t over, size_t kept)
{
	struct entries e = of_rule(p, on, rule);

	assert_true(e.read);
	assert_int_equal(e.over, over);
	assert_int_equal(e.kept, kept);
}

static size_t erase(const struct person *p, day on)
{
	struct op op = house_op(p, on);
	size_t n;

	OK(entries_erase(&op, &n));
	return n;
}

static bool is_there(enum object o, record_id id)
{
	struct op op = house_op(&coo, OVER);
	struct record r;
	struct err *e = record_find(&op, opened(&op, o), id, 0, &r);

	if (e)
		assert_int_equal(e->kind, ERR_NOT_FOUND);
	return !e;
}

static case_id new_case(str *code)
{
	struct op op = house_op(&cmf, FIRST);
	case_id id;

	OK(kase_create(&op, (record_id){id_random()},
		       json_of(STR("{\"agrees\":\"YES\",\"return_wish\":\"YES\",\"return_country\":\"NG\"}")), NULL,
		       &id, code));
	return id;
}

static str about(str code, const char *more)
{
	return arena_fmt(w.a, "{\"case_code\":\"%.*s\",%s}", STR_ARG(code), more);
}

static void what_is_needed_stays(void **state)
{
	str code;
	case_id id = new_case(&code);
	struct op desk = house_op(&dpo, FIRST);
	record_id answered = put(OBJECT_DESK, FIRST, "REQ", STR("{\"right\":\"ACCESS\",\"state\":\"DONE\"}"));
	record_id closed = put(OBJECT_DESK, FIRST, "BRE", STR("{\"closed\":\"YES\",\"authority\":\"DONE\"}"));
	record_id gone = put(OBJECT_DESK, FIRST, "COPY",
			     STR("{\"case_code\":\"ZZZ-ZZZ-ZZ\"}")); /* its file is erased */
	record_id needed[] = {
		put(OBJECT_DESK, FIRST, "REQ", STR("{\"right\":\"ACCESS\",\"state\":\"OPEN\"}")),
		put(OBJECT_DESK, FIRST, "REQ",
		    STR("{\"right\":\"RESTRICTION\",\"state\":\"PARTLY\",\"answered_on\":\"2018-05-02\"}")),
		put(OBJECT_DESK, FIRST, "BRE", STR("{\"closed\":\"NO\",\"authority\":\"DONE\"}")),
		put(OBJECT_DESK, FIRST, "HOLD", about(code, "\"act\":\"SET\"")),
		put(OBJECT_DESK, FIRST, "DISC", about(code, "\"to\":\"A\"")),
	};

	(void)state;
	OK(kase_hold(&desk, id, true));
	are(&dpo, OVER - 1, "desk", 0, 0);
	assert_int_equal(of_rule(&dpo, OVER - 1, "desk").next, OVER);
	assert_int_equal(erase(&dpo, OVER - 1), 0);
	are(&dpo, OVER, "desk", 3, 5);
	assert_int_equal(erase(&dpo, OVER), 3);
	assert_int_equal(erase(&dpo, OVER), 0);
	assert_false(is_there(OBJECT_DESK, answered) || is_there(OBJECT_DESK, closed) || is_there(OBJECT_DESK, gone));
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		assert_true(is_there(OBJECT_DESK, needed[i]));
	OK(kase_hold(&desk, id, false));
	correct(OBJECT_DESK, OVER, "REQ", needed[1],
		STR("{\"right\":\"RESTRICTION\",\"state\":\"PARTLY\",\"answered_on\":\"2018-05-02\",\"lifted_on\":"
		    "\"2023-06-01\"}"));
	are(&dpo, OVER, "desk", 1, 3); /* the hold is lifted; the request was just written */
	are(&dpo, day_of(2028, 6, 1), "desk", 2, 3);
}

static void a_training_goes_with_its_last_participant(void **state)
{
	record_id held = put(OBJECT_PROGRAMME, FIRST, "TRN", STR("{\"session\":\"Lyon 1\",\"date\":\"2018-03-15\"}"));
	record_id one = put(OBJECT_PROGRAMME, FIRST, "TRP", STR("{\"session\":\"Lyon 1\",\"name\":\"Ana\"}"));
	record_id late = put(OBJECT_PROGRAMME, day_of(2021, 3, 1), "TRP",
			     STR("{\"session\":\"lyon 1\",\"name\":\"Bo\"}"));
	record_id cost = put(OBJECT_PROGRAMME, FIRST, "COST", STR("{\"piece\":\"P1\",\"amount_eur\":\"10.00\"}"));

	(void)state;
	are(&coo, BOOKS - 1, "training", 0, 0); /* recorded in 2018, and the grant may be audited until then */
	are(&coo, BOOKS, "training", 1, 1);
	are(&coo, BOOKS, "accounts", 1, 0);
	assert_false(of_rule(&dpo, BOOKS, "accounts").read || of_rule(&dpo, BOOKS, "training").read);
	assert_int_equal(of_rule(&dpo, BOOKS, "accounts").over, 0);
	assert_true(erase(&coo, BOOKS) >= 2); /* and of the desk, which she reads too */
	assert_false(is_there(OBJECT_PROGRAMME, one) || is_there(OBJECT_PROGRAMME, cost));
	assert_true(is_there(OBJECT_PROGRAMME, held) && is_there(OBJECT_PROGRAMME, late));
	are(&coo, day_of(2026, 3, 1), "training", 2, 0);
	assert_int_equal(erase(&coo, day_of(2026, 3, 1)), 2);
	assert_false(is_there(OBJECT_PROGRAMME, held) || is_there(OBJECT_PROGRAMME, late));
}

static void its_drafts_go_too(void **state)
{
	record_id cost = put(OBJECT_PROGRAMME, FIRST, "COST", STR("{\"piece\":\"P2\",\"amount_eur\":\"5.00\"}"));
	struct op op = house_op(&coo, FIRST);
	const struct form *f = form_find(house->forms, STR("COST"), 0);
	struct json *answers;
	int based_on;
	bool found;

	(void)state;
	OK(draft_save(&op, opened(&op, OBJECT_PROGRAMME), f, cost, 1, json_of(STR("{\"piece\":\"P3\"}"))));
	OK(draft_read(&op, opened(&op, OBJECT_PROGRAMME), f, cost, &answers, &based_on, &found));
	assert_true(found);
	(void)erase(&coo, BOOKS);
	OK(draft_read(&op, opened(&op, OBJECT_PROGRAMME), f, cost, &answers, &based_on, &found));
	assert_false(found);
	KIND(NOT_FOUND, object_file(&op, opened(&op, OBJECT_PROGRAMME), f, cost, 1, json_of(STR("{\"piece\":\"P3\"}")),
				    STR("late")));
}

struct meanwhile {
	record_id wanted;
	int asked;
};

static struct err *one_of(struct op *op, const struct kase *k, void *arg, struct record **out, size_t *n)
{
	struct meanwhile *m = arg;

	if (m->asked++ == 0)
		put(OBJECT_PROGRAMME, FIRST, "COST", STR("{\"piece\":\"P5\",\"amount_eur\":\"1.00\"}"));
	*out = NEW(op->a, struct record);
	*n = 1;
	return record_find(op, k, m->wanted, 0, *out);
}

static void who_files_meanwhile_loses_nothing(void **state)
{
	struct meanwhile m = {.wanted = put(OBJECT_PROGRAMME, FIRST, "COST", STR("{\"piece\":\"P4\"}"))};
	struct erasing e = {.over = one_of, .arg = &m};
	struct op op = house_op(&coo, FIRST);
	struct filled *all;
	size_t n;

	(void)state;
	OK(records_erase(&op, opened(&op, OBJECT_PROGRAMME), &e));
	assert_int_equal(m.asked, 2);
	assert_int_equal(e.n, 1);
	OK(record_all(&op, opened(&op, OBJECT_PROGRAMME), "COST", &all, &n));
	assert_int_equal(n, 1);
	assert_true(json_says(all[0].answers, "piece", "P5"));
}

static void others_erase_nothing(void **state)
{
	struct op manager = house_op(&cmf, BOOKS);
	struct erasing e = {.over = one_of};
	struct entries *list;
	size_t n;
	str code;

	(void)state;
	KIND(DENIED, entries_over(&manager, BOOKS, &list, &n));
	KIND(DENIED, entries_erase(&manager, &n));
	KIND(INVALID, records_erase(&manager, open_case(&manager, new_case(&code)), &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_needed_stays), cmocka_unit_test(a_training_goes_with_its_last_participant),
		cmocka_unit_test(its_drafts_go_too), cmocka_unit_test(who_files_meanwhile_loses_nothing),
		cmocka_unit_test(others_erase_nothing)};

	return cmocka_run_group_tests_name("entries", tests, setup, teardown);
}
