/* hold_test.c — with a real vault and a real store: a hold set or lifted half-way, sent again; what the list of holds says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "desk.h"
#include "heads.h"
#include "house_fixture.h"
#include "store.h"

static struct person coo = {.login = "coo", .role = ROLE_COO, .office = "PARIS"},
		     cmf = {.login = "cmf", .role = ROLE_CMF, .office = "PARIS"},
		     dpo = {.login = "dpo", .role = ROLE_DPO, .office = "PARIS"};

static struct op as(const struct person *p)
{
	return house_op(p, day_of(2018, 11, 20));
}

static int setup(void **state)
{
	struct person *all[] = {&coo, &cmf, &dpo};

	(void)state;
	house_new(all, sizeof all / sizeof *all);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	house_end();
	return 0;
}

static struct kase *desk(struct op *op)
{
	struct op chief = as(&coo);
	struct kase *k;

	OK(object_open(&chief, OBJECT_DESK, PURPOSE_WRITE, &k));
	OK(object_open(op, OBJECT_DESK, PURPOSE_WRITE, &k));
	return k;
}

static case_id new_case(str *code)
{
	struct op op = as(&cmf);
	case_id id;

	OK(kase_create(
		&op, (record_id){id_random()},
		json_of(STR("{\"agrees\":\"YES\",\"return_wish\":\"YES\",\"return_country\":\"NG\",\"birth_date\":"
			    "\"1990-01-01\",\"age_certainty\":\"DOCUMENT\",\"given_name\":\"Ada\","
			    "\"safe_contact\":\"1\"}")),
		NULL, &id, code));
	return id;
}

static struct json *said(str code, const char *act, const char *why)
{
	return json_of(
		arena_fmt(w.a, "{\"case_code\":\"%.*s\",\"act\":\"%s\",\"why\":\"%s\"}", STR_ARG(code), act, why));
}

static struct err *file(record_id id, str code, const char *act, const char *why)
{
	struct op op = as(&dpo);

	return hold_file(&op, desk(&op), form_find(house->forms, STR("HOLD"), 0), id, 0, said(code, act, why), STR(""));
}

static record_id fresh(void)
{
	return (record_id){id_random()};
}

/* Only the entry in the register: what a crash leaves of a lift. */
static void only_written(record_id id, str code, const char *act, const char *why)
{
	struct op op = as(&dpo);

	OK(object_file(&op, desk(&op), form_find(house->forms, STR("HOLD"), 0), id, 0, said(code, act, why), STR("")));
}

/* Only the head of the file: what a crash between the two leaves. */
static void only_head(case_id id, int32_t held)
{
	struct op op = as(&dpo);
	struct kase k = {.head.id = id};
	struct change change = {.k = &k};

	OK(store_head(&op, &k));
	k.head.fact[FACT_legal_hold] = held;
	OK(store_change(&op, &change));
}

static void stands(case_id id, bool head, bool vault)
{
	struct op op = as(&dpo);
	struct head h;
	bool is;

	assert_true(heads_get(house->heads, id, &h));
	assert_int_equal(h.fact[FACT_legal_hold] == 1, head);
	OK(vault_held(op.vault, op.a, op.token, id, &is));
	assert_int_equal(is, vault);
}

static void refused_at(const char *question, struct err *e)
{
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_INVALID);
	assert_non_null(e->fields);
	assert_true(str_eqz(e->fields->field, question));
}

static void a_lift_sent_again_is_completed(void **state)
{
	record_id lift = fresh();
	str code;
	case_id id = new_case(&code);

	(void)state;
	OK(file(fresh(), code, "SET", "court"));
	stands(id, true, true);
	only_written(lift, code, "LIFTED", "over"); /* neither head nor vault */
	OK(file(lift, code, "LIFTED", "over"));
	stands(id, false, false);
	OK(file(fresh(), code, "SET", "again"));
	OK(file(lift, code, "LIFTED", "over")); /* of long ago: a newer entry stands */
	stands(id, true, true);
	lift = fresh();
	only_written(lift, code, "LIFTED", "over");
	only_head(id, NO_FACT); /* all but the vault */
	OK(file(lift, code, "LIFTED", "over"));
	stands(id, false, false);
	assert_int_equal(file(lift, code, "LIFTED", "other words")->kind, ERR_CONFLICT);
}

static void a_lift_asks_the_vault(void **state)
{
	str code;
	case_id id = new_case(&code);

	(void)state;
	refused_at("act", file(fresh(), code, "LIFTED", "none"));
	OK(file(fresh(), code, "SET", "court"));
	refused_at("act", file(fresh(), code, "SET", "court"));
	only_head(id, NO_FACT);
	OK(file(fresh(), code, "LIFTED", "over")); /* anew, by someone who saw that it did not go through */
	stands(id, false, false);
	refused_at("case_code", file(fresh(), STR("ZZZ-ZZZ-ZZ"), "SET", "x"));
}

/* First the hold, then its entry: when the entry is missing, it can be written. */
static void a_hold_without_entry_gets_one(void **state)
{
	struct op op = as(&dpo);
	str code;
	case_id id = new_case(&code);

	(void)state;
	OK(kase_hold(&op, id, true));
	OK(file(fresh(), code, "SET", "court"));
	stands(id, true, true);
	refused_at("act", file(fresh(), code, "SET", "court"));
}

static struct held_file listed(str code)
{
	struct op op = as(&dpo);
	struct held_file *list;
	size_t n;

	OK(files_held(&op, desk(&op), &list, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].code, code))
			return list[i];
	fail_msg("not in the list");
	return (struct held_file){0};
}

static void the_reason_of_a_lift_is_none_of_a_hold(void **state)
{
	struct op op = as(&dpo);
	struct held_file f;
	str code;
	case_id id = new_case(&code);

	(void)state;
	OK(file(fresh(), code, "SET", "court"));
	f = listed(code);
	assert_true(str_eqz(f.why, "court") && f.since == op.today && f.lifted == NO_DAY);
	only_written(fresh(), code, "LIFTED", "over");
	f = listed(code);
	assert_true(f.why.n == 0 && f.since == NO_DAY && f.lifted == op.today);
	OK(file(fresh(), code, "LIFTED", "over"));
	OK(kase_hold(&op, id, true));
	assert_true(listed(code).why.n == 0);
	OK(file(fresh(), code, "SET", "appeal"));
	assert_true(str_eqz(listed(code).why, "appeal"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_lift_sent_again_is_completed),
					   cmocka_unit_test(a_lift_asks_the_vault),
					   cmocka_unit_test(a_hold_without_entry_gets_one),
					   cmocka_unit_test(the_reason_of_a_lift_is_none_of_a_hold)};

	return cmocka_run_group_tests_name("hold", tests, setup, teardown);
}
