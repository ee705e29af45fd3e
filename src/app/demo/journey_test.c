/* journey_test.c — the script of the demonstration: days, anchors, faults; and the shipped script against the model
 * (domain §10: who the fifteen are) and the forms (each step by a role that fills them). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "demo/journey.h"
#include "gate.h"
#include "i18n.h"
#include "house.h"

static struct arena *a;

static int setup(void **state)
{
	(void)state;
	a = arena_create(64 << 20);
	return i18n_start(a) != NULL;
}

static int teardown(void **state)
{
	(void)state;
	arena_destroy(a);
	return 0;
}

#define SCRIPT(path, people) "{\"clock\":\"2018-11-20T09:00\",\"paths\":{\"p\":[" path "]},\"people\":[" people "]}"
#define ANNA(more)                                                                                                     \
	"{\"referral\":\"2018-01-31\",\"departure\":\"2018-03-14\",\"path\":[\"p\"],\"cmf\":\"cmf1\"" more "}"
#define ON(day) "{\"on\":\"" day "\",\"by\":\"cmf\",\"form\":\"NOTE\"}"

static void test_days(void **state)
{
	static const struct {
		const char *on, *day;
	} cases[] = {
		{ON("R"), "2018-01-31"},    {ON("R+5"), "2018-02-05"},    {ON("R-1"), "2018-01-30"},
		{ON("R+1m"), "2018-02-28"}, {ON("R+1m+1"), "2018-03-01"}, {ON("D"), "2018-03-14"},
		{ON("D-2"), "2018-03-12"},  {ON("A"), "2018-03-15"},      {ON("A+3m-4"), "2018-06-11"},
		{ON("R+3"), "2018-02-05"}, /* a Saturday: Monday */
		{ON("R+4"), "2018-02-05"}, /* a Sunday: the same Monday */
	};
	struct script s;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		str text = arena_fmt(a, SCRIPT("%s", "%s"), cases[i].on, ANNA(",\"travel_days\":1"));

		assert_null(script_read(a, text, &s));
		assert_int_equal(s.n_steps, 1);
		assert_string_equal(day_iso(a, s.steps[0].on).p, cases[i].day);
		assert_string_equal(arena_z(a, step_by(&s.steps[0])), "cmf1");
	}
}

static void test_order(void **state)
{
	struct script s;

	(void)state;
	assert_null(script_read(
		a, STR(SCRIPT(ON("R+6") "," ON("R+1") "," ON("R+6"), ANNA("") "," ANNA(",\"steps\":[" ON("R+1") "]"))),
		&s));
	assert_int_equal(s.n_steps, 7);
	for (size_t i = 1; i < s.n_steps; i++) {
		const struct step *x = &s.steps[i - 1], *y = &s.steps[i];

		assert_true(x->on < y->on ||
			    (x->on == y->on && (x->person < y->person || (x->person == y->person && x->at < y->at))));
	}
}

/* The demonstration begins in the morning: nothing of that day has been done. */
static void test_nothing_after_the_clock(void **state)
{
	struct script s;

	(void)state;
	assert_null(script_read(a, STR(SCRIPT(ON("R") "," ON("R+293") "," ON("R+292") "," ON("R+12m"), ANNA(""))), &s));
	assert_int_equal(s.n_steps, 2);
	assert_string_equal(day_iso(a, s.steps[1].on).p, "2018-11-19");
}

static void test_faults(void **state)
{
	static const char *const bad[] = {
		"{",
		"{\"people\":[]}",
		SCRIPT(ON("X+1"), ANNA("")),
		SCRIPT(ON(""), ANNA("")),
		SCRIPT(ON("R+"), ANNA("")),
		SCRIPT(ON("R+1x"), ANNA("")),
		SCRIPT(ON("R1"), ANNA("")),
		SCRIPT(ON("R+99999"), ANNA("")),
		SCRIPT(ON("R"), "{\"referral\":\"2018-02-30\",\"path\":[\"p\"]}"),
		SCRIPT(ON("R"), "{\"referral\":\"2018-02-28\",\"path\":[\"q\"]}"),
		SCRIPT(ON("D"),
		       "{\"referral\":\"2018-02-28\",\"path\":[\"p\"]}"), /* who does not leave has no such day */
	};
	struct script s;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_non_null(script_read(a, str_of(bad[i]), &s));
}

static struct forms *load_forms(void)
{
	struct forms *forms;

	assert_null(house_forms(a, &forms));
	return forms;
}

/* What holds for the person, the form, the step; days of the journey in it. */
static void test_answers(void **state)
{
	const struct forms *forms = load_forms();
	struct json *v;
	struct script s;

	(void)state;
	assert_null(script_read(
		a,
		STR(SCRIPT("{\"on\":\"R+1\",\"by\":\"cmf\",\"form\":\"VOL\",\"set\":{\"voluntary_on\":\"@D-2\"}}",
			   ANNA(",\"any\":{\"language\":\"sq\",\"sex\":\"F\"},\"forms\":{\"VOL\":{\"seen_alone\":"
				"\"YES\"}}"))),
		&s));
	v = step_answers(a, &s.steps[0], form_find(forms, STR("VOL"), 0), true);
	assert_string_equal(json_dump(a, v, 1000).p,
			    "{\"language\":\"sq\",\"seen_alone\":\"YES\",\"voluntary_on\":\"2018-03-12\"}");
	v = step_answers(a, &s.steps[0], form_find(forms, STR("VOL"), 0), false);
	assert_string_equal(json_dump(a, v, 1000).p, "{\"voluntary_on\":\"2018-03-12\"}");
}

static enum role role_of(const struct script *s, str login)
{
	if (str_eqz(login, "public"))
		return ROLE_PUBLIC;
	JSON_EACH (row, json_get(s->json, "accounts"))
		if (str_eq(json_text(row, "login"), login))
			return role_find(json_text(row, "role"));
	return ROLE_NONE;
}

/* Each step is one its account's role may do: the forms it fills, the moves it makes. */
static void test_shipped_steps(void **state)
{
	const struct forms *forms = load_forms();
	struct script s;
	int faults = 0;

	(void)state;
	assert_null(script_load(a, &s));
	assert_true(s.n_steps > 500);
	for (size_t i = 0; i < s.n_steps; i++) {
		const struct step *x = &s.steps[i];
		enum role r = role_of(&s, step_by(x));
		const struct form *f = form_find(forms, json_text(x->what, "form"), 0);
		enum transition t = transition_find(json_text(x->what, "to"));
		bool referral = f && f->public_ && r == ROLE_PUBLIC;
		bool good = f ? referral || form_filled_by(f, r)
			      : t == TRANSITIONS || (transition_rows[t].roles & (1u << r));

		if (good && r != ROLE_NONE)
			continue;
		print_error("person %zu step %zu\n", x->person + 1, x->at + 1);
		faults++;
	}
	assert_int_equal(faults, 0);
}

struct tallied {
	const char *what;
	int want, got;
};

static void count(struct tallied *t, size_t n, str what)
{
	for (size_t i = 0; i < n; i++)
		t[i].got += str_eqz(what, t[i].what);
}

/* Domain §10, last paragraph: exactly who they are. */
static void test_composition(void **state)
{
	struct tallied sex[] = {{"F", 11, 0}, {"M", 4, 0}};
	struct tallied country[] = {{"NG", 5, 0}, {"AL", 2, 0}, {"MA", 2, 0}, {"BR", 1, 0}, {"CN", 1, 0},
				    {"VN", 1, 0}, {"CI", 1, 0}, {"GH", 1, 0}, {"UA", 1, 0}};
	struct tallied exploitation[] = {{"SEX", 9, 0}, {"LAB", 3, 0}, {"DOM", 1, 0}, {"BEG", 1, 0}, {"CRIM", 1, 0}};
	struct tallied age[] = {{"16", 1, 0}, {"14", 1, 0}};
	struct script s;

	(void)state;
	assert_null(script_load(a, &s));
	assert_int_equal(json_count(json_get(s.json, "people")), 15);
	JSON_EACH (who, json_get(s.json, "people")) {
		const struct json *f01 = json_get(json_get(who, "forms"), "F01");
		day born;

		assert_true(day_parse(json_text(json_get(who, "any"), "birth_date"), &born));
		count(sex, 2, json_text(f01, "sex"));
		count(country, 9, json_text(f01, "return_country"));
		count(exploitation, 5, json_str(json_first(json_get(f01, "suspected_exploitation"))));
		count(age, 2, arena_fmt(a, "%d", day_age(born, s.today)));
	}
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(sex[i].got, sex[i].want);
	for (size_t i = 0; i < 9; i++)
		assert_int_equal(country[i].got, country[i].want);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(exploitation[i].got, exploitation[i].want);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(age[i].got, age[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days),        cmocka_unit_test(test_order),
		cmocka_unit_test(test_faults),      cmocka_unit_test(test_nothing_after_the_clock),
		cmocka_unit_test(test_answers),     cmocka_unit_test(test_shipped_steps),
		cmocka_unit_test(test_composition),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
