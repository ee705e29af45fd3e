/* waiver_test.c — which conditions may be waived, by whom, and what the head keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "programme.h"
#include "waiver.h"

static struct arena *a;
static const user_id asker = {{{1}}}, answerer = {{{2}}};
static const struct gate_row rows[] = {
	{.transition = T_DECIDE, .condition = COND_form_final, .param = {.form = FORM_F06}, .waivable = true},
	{.transition = T_DECIDE, .condition = COND_form_final, .param = {.form = FORM_F07}, .waivable = true},
	{.transition = T_DECIDE,
	 .condition = COND_form_final,
	 .param = {.form = FORM_F05},
	 .waivable = true}, /* a safeguard */
	{.transition = T_DECIDE, .condition = COND_form_final, .param = {.form = FORM_F08}, .waivable = false},
	{.transition = T_DEPART, .condition = COND_risk_rechecked, .waivable = true},
	{.transition = T_PAY, .condition = COND_within_ceiling, .waivable = true},
};
enum { NEEDS, SKILLS, RISK, HEALTH, LATER, CEILING };

static int setup(void **state)
{
	(void)state;
	a = arena_create(1 << 24);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_destroy(a);
	return 0;
}

static struct programme programme(void)
{
	/* The rule reads rows only. */
	return (struct programme){.gates = (struct gate_row *)(uintptr_t)rows, .n_gates = sizeof rows / sizeof *rows};
}

static struct head assessing(void)
{
	struct head h;

	head_init(&h);
	h.state = STATE_ASSESSMENT;
	return h;
}

static struct json *asking(const struct gate_row *row)
{
	struct json *v = json_object(a);

	json_set(a, v, STR("condition"), json_new_str(a, waiver_text(a, STR("Words [of] a condition"), row)));
	return v;
}

static struct json *saying(const struct json *asked, str request, const char *what, const char *until)
{
	struct json *v = json_copy(a, asked);

	json_set(a, v, STR("request"), json_new_str(a, request));
	json_set(a, v, STR("answer"), json_new_str(a, str_of(what)));
	json_set(a, v, STR("until"), json_new_str(a, str_of(until)));
	return v;
}

static void refused(const struct err *e, const char *words)
{
	if (!words) {
		assert_null(e);
		return;
	}
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_INVALID);
	assert_non_null(strstr(e->message, words));
}

static void keys_in_words(void **state)
{
	static const char *const bad[] = {"",
					  "words",
					  "[",
					  "]",
					  "[]",
					  "[decide/form_final]",
					  "[decide/form_final/]",
					  "[decide/form_final/-1]",
					  "[decide/form_final/256]",
					  "[nowhere/form_final/1]",
					  "[decide/nothing/1]",
					  "[decide/form_final/1] ",
					  "[decide/form_final/1x]"};
	str text = waiver_text(a, STR("Words [of] a condition"), &rows[NEEDS]);
	struct waiver_key k;

	(void)state;
	assert_true(waiver_parse(text, &k));
	assert_int_equal(k.transition, T_DECIDE);
	assert_int_equal(k.condition, COND_form_final);
	assert_int_equal(k.about, FORM_F06);
	assert_true(str_eqz(waiver_words(text), "Words [of] a condition"));
	assert_true(str_eqz(waiver_words(STR("no key")), "no key"));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(waiver_parse(str_of(bad[i]), &k));
}

static void what_may_be_asked(void **state)
{
	struct programme p = programme();
	struct head h = assessing();
	struct gate_in in = {&h, &p, 1000};

	(void)state;
	refused(waiver_may_ask(a, &in, asking(&rows[NEEDS])), NULL);
	refused(waiver_may_ask(a, &in, asking(&rows[RISK])), "nobody can waive it");
	refused(waiver_may_ask(a, &in, asking(&rows[HEALTH])), "nobody can waive it");
	refused(waiver_may_ask(a, &in, asking(&rows[LATER])), "no condition of the next step");
	refused(waiver_may_ask(a, &in, json_object(a)), "no condition of the next step");
	h.form[FORM_F06] = (struct form_mark){.present = true, .on = 990};
	refused(waiver_may_ask(a, &in, asking(&rows[NEEDS])), "met or waived");
	waiver_asked(&h, asking(&rows[SKILLS]), asker, 1000);
	refused(waiver_may_ask(a, &in, asking(&rows[SKILLS])), "waits for its answer");
}

/* A plan that grows over the ceiling after the departure: its payments wait for two people. */
static void the_ceiling_of_payments(void **state)
{
	struct programme p = programme();
	struct head h = assessing();
	struct gate_in in = {&h, &p, 1000};

	(void)state;
	p.ceiling_child = 100;
	h.fact[FACT_plan_cents] = 101;
	refused(waiver_may_ask(a, &in, asking(&rows[CEILING])), "no condition of the next step");
	h.state = STATE_REINTEGRATION;
	refused(waiver_may_ask(a, &in, asking(&rows[CEILING])), NULL);
	h.state = STATE_CLOSED;
	refused(waiver_may_ask(a, &in, asking(&rows[CEILING])), "no condition of the next step");
}

static size_t open_of(const struct head *h, day today)
{
	struct programme p = programme();
	struct gate_in in = {h, &p, today};
	struct gate_item *items;
	size_t n, open;

	gate_check(a, &in, T_DECIDE, &items, &n, &open);
	return open;
}

static void only_its_own_condition_is_waived(void **state)
{
	struct head h = assessing();
	struct json *ask = asking(&rows[NEEDS]);

	(void)state;
	assert_int_equal(open_of(&h, 1000), 4);
	waiver_asked(&h, ask, asker, 1000);
	assert_int_equal(open_of(&h, 1000), 4); /* asking changes nothing */
	waiver_answered(&h, saying(ask, STR("x"), "APPROVE", "1972-10-01"), answerer, 1000);
	assert_int_equal(open_of(&h, 1000), 3); /* F07, F05 and F08 still stand */
	assert_int_equal(open_of(&h, day_of(1972, 10, 1)), 3);
	assert_int_equal(open_of(&h, day_of(1972, 10, 2)), 4); /* it has ended */
}

static void a_refusal_waives_nothing(void **state)
{
	struct head h = assessing();
	struct json *ask = asking(&rows[NEEDS]);

	(void)state;
	waiver_asked(&h, ask, asker, 1000);
	waiver_answered(&h, saying(ask, STR("x"), "REFUSE", ""), answerer, 1000);
	assert_int_equal(open_of(&h, 1000), 4);
	assert_int_equal(h.waiver[0].asked_by, 0);
	waiver_answered(&h, saying(ask, STR("x"), "APPROVE", ""), answerer, 1000); /* nobody asked any more */
	assert_int_equal(open_of(&h, 1000), 4);
}

/* Even a head that was written wrongly never waives for one person, or a safeguard. */
static void one_person_waives_nothing(void **state)
{
	struct head h = assessing();

	(void)state;
	waiver_asked(&h, asking(&rows[NEEDS]), asker, 1000);
	waiver_answered(&h, saying(asking(&rows[NEEDS]), STR("x"), "APPROVE", ""), asker, 1000);
	assert_int_equal(open_of(&h, 1000), 4);
	waiver_asked(&h, asking(&rows[RISK]), asker, 1000);
	waiver_answered(&h, saying(asking(&rows[RISK]), STR("x"), "APPROVE", ""), answerer, 1000);
	assert_int_equal(open_of(&h, 1000), 4);
}

static void who_may_answer(void **state)
{
	struct filled asked[2] = {{.r = {.id = {id_random()}, .author = asker}, .answers = asking(&rows[NEEDS])},
				  {.r = {.id = {id_random()}, .author = asker}, .answers = asking(&rows[SKILLS])}};
	str first = id_text(a, asked[0].r.id.v), second = id_text(a, asked[1].r.id.v);
	struct filled said = {.r = {.author = answerer, .on = 5},
			      .answers = saying(asked[1].answers, second, "APPROVE", "2018-01-01")};
	struct waiver_case list[2];

	(void)state;
	waivers_build(a, asked, 2, &said, 1, list);
	assert_int_equal(list[0].state, WAIVER_ASKED);
	assert_int_equal(list[1].state, WAIVER_GRANTED);
	assert_int_equal(list[1].until, day_of(2018, 1, 1));
	refused(waiver_may_answer(a, answerer, list, 2, saying(asked[0].answers, first, "APPROVE", "")), NULL);
	refused(waiver_may_answer(a, asker, list, 2, saying(asked[0].answers, first, "APPROVE", "")),
		"another person must answer");
	refused(waiver_may_answer(a, answerer, list, 2, saying(asked[1].answers, second, "REFUSE", "")),
		"answered already");
	refused(waiver_may_answer(a, answerer, list, 2, saying(asked[1].answers, first, "APPROVE", "")),
		"no such request");
	refused(waiver_may_answer(a, answerer, list, 2, saying(asked[0].answers, STR("x"), "APPROVE", "")),
		"no such request");
}

static void room_for_six(void **state)
{
	struct programme p = programme();
	struct head h = assessing();
	struct gate_in in = {&h, &p, 1000};

	(void)state;
	for (int i = 0; i < WAIVERS_MAX; i++)
		h.waiver[i] = (struct waiver){
			.condition = COND_receiver, .transition = T_DEPART, .about = (uint8_t)i, .asked_by = 9};
	refused(waiver_may_ask(a, &in, asking(&rows[NEEDS])), "Too many");
	h.waiver[3].transition = T_SCREEN; /* of a step the file is past: the forms tell of it */
	refused(waiver_may_ask(a, &in, asking(&rows[NEEDS])), NULL);
	waiver_asked(&h, asking(&rows[NEEDS]), asker, 1000);
	assert_int_equal(h.waiver[3].about, FORM_F06);
}

static void heads_keep_waivers(void **state)
{
	struct head h = assessing(), back;
	struct json *ask = asking(&rows[NEEDS]);

	(void)state;
	h.created = h.state_since = h.touched = 17000;
	waiver_asked(&h, ask, asker, 17500);
	waiver_answered(&h, saying(ask, STR("x"), "APPROVE", "2018-12-31"), answerer, 17501);
	assert_null(head_decode(a, head_encode(a, &h), &back));
	assert_memory_equal(&h.waiver[0], &back.waiver[0], sizeof h.waiver[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_in_words),
		cmocka_unit_test(what_may_be_asked),
		cmocka_unit_test(the_ceiling_of_payments),
		cmocka_unit_test(only_its_own_condition_is_waived),
		cmocka_unit_test(a_refusal_waives_nothing),
		cmocka_unit_test(one_person_waives_nothing),
		cmocka_unit_test(who_may_answer),
		cmocka_unit_test(room_for_six),
		cmocka_unit_test(heads_keep_waivers),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
