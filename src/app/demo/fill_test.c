/* fill_test.c — every form of the tree, many seeds and days: form_check accepts what demo_fill makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "demo/fill.h"
#include "i18n.h"
#include "house.h"
#include "rivage_data.h"

#define SEEDS 50
#define ALL UINT32_MAX

static struct arena *world; /* the forms, loaded once */
static struct forms *forms;

static int load(void **state)
{
	(void)state;
	world = arena_create(64 << 20);
	if (i18n_start(world)) /* names of countries and languages */
		return 1;
	return house_forms(world, &forms) != NULL;
}

static int unload(void **state)
{
	(void)state;
	arena_destroy(world);
	return 0;
}

static void complain(const struct form *f, uint32_t seed, const struct err *e)
{
	for (const struct err_field *x = e->fields; x; x = x->next)
		print_error("%.*s seed %u: %.*s: %s (%.*s)\n", STR_ARG(f->code), seed, STR_ARG(x->field), x->message,
			    STR_ARG(x->arg));
}

static void test_every_form(void **state)
{
	struct arena *a = arena_create(64 << 20);
	int refused = 0;

	(void)state;
	assert_true(forms->n >= 40);
	for (size_t i = 0; i < forms->n; i++) {
		for (uint32_t seed = 0; seed < SEEDS; seed++) {
			day today = day_of(2017, 11, 6) + (day)seed * 11;
			struct json *answers = demo_fill(a, &forms->forms[i], NULL, today, seed);
			struct err *e = form_check(a, &forms->forms[i], answers, ALL, today, false);

			if (e && refused < 10)
				complain(&forms->forms[i], seed, e);
			refused += e != NULL;
			arena_reset(a);
		}
	}
	assert_int_equal(refused, 0);
	arena_destroy(a);
}

/* The same seed says the same; another says something else somewhere. */
static void test_deterministic(void **state)
{
	struct arena *a = arena_create(64 << 20);
	const struct form *f = form_find(forms, STR("F02"), 0);
	day today = day_of(2018, 2, 1);

	(void)state;
	assert_true(json_equal(demo_fill(a, f, NULL, today, 7), demo_fill(a, f, NULL, today, 7)));
	assert_false(json_equal(demo_fill(a, f, NULL, today, 7), demo_fill(a, f, NULL, today, 8)));
	arena_destroy(a);
}

/* What is given stands; the rest follows from it. */
static void test_given(void **state)
{
	struct arena *a = arena_create(64 << 20);
	const struct form *f = form_find(forms, STR("F05"), 0);
	day today = day_of(2018, 3, 30);
	struct json *given, *answers, *row;

	(void)state;
	assert_null(json_parse(a,
			       STR("{\"done_on\":\"@today-2\",\"code_word\":\"Essai\",\"advice\":\"GO_CONDITIONS\","
				   "\"factors\":[{\"code\":\"RK_T2\",\"present\":\"YES\",\"likelihood\":4}]}"),
			       &given));
	answers = demo_fill(a, f, given, today, 3);
	assert_null(form_check(a, f, answers, ALL, today, false));
	assert_true(json_says(answers, "done_on", "2018-03-28"));
	assert_true(json_says(answers, "code_word", "Essai"));
	assert_true(json_text(answers, "conditions").n > 0); /* asked for only because of the advice given */
	row = json_first(json_get(answers, "factors"));
	assert_true(json_says(row, "present", "NO"));
	row = row->next;
	assert_true(json_says(row, "code", "RK_T2"));
	assert_int_equal(json_int(json_get(row, "likelihood"), 0), 4);
	assert_true(json_int(json_get(row, "residual_severity"), 0) > 0);
	arena_destroy(a);
}

/* An answer to a question that the form does not have is a fault of whoever gave it, and is found. */
static void test_given_unknown(void **state)
{
	struct arena *a = arena_create(64 << 20);
	const struct form *f = form_find(forms, STR("VOL"), 0);
	day today = day_of(2018, 3, 30);
	struct json *given, *answers;
	struct err *e;

	(void)state;
	assert_null(json_parse(a, STR("{\"no_such_question\":\"x\"}"), &given));
	answers = demo_fill(a, f, given, today, 3);
	e = form_check(a, f, answers, ALL, today, false);
	assert_non_null(e);
	assert_true(str_eqz(e->fields->field, "no_such_question"));
	arena_destroy(a);
}

static void test_days(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{"\"@today\"", "\"2018-02-28\""},
		{"\"@today+1\"", "\"2018-03-01\""},
		{"\"@today-59\"", "\"2017-12-31\""},
		{"\"@todayx\"", "\"@todayx\""},
		{"\"@tomorrow\"", "\"@tomorrow\""},
		{"\"today\"", "\"today\""},
		{"[\"@today\",7]", "[\"2018-02-28\",7]"},
		{"{\"a\":{\"b\":\"@today\"}}", "{\"a\":{\"b\":\"2018-02-28\"}}"},
	};
	struct arena *a = arena_create(1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct json *v;

		assert_null(json_parse(a, str_of(cases[i].in), &v));
		v = demo_days(a, v, day_of(2018, 2, 28));
		assert_true(str_eqz(json_dump(a, v, 100), cases[i].out));
	}
	arena_destroy(a);
}

static bool known(str key)
{
	ptrdiff_t dot = str_index(key, '.');
	str code = dot < 0 ? (str){0} : str_sub(key, 0, (size_t)dot), name = str_sub(key, (size_t)(dot + 1), key.n);

	for (size_t i = 0; i < forms->n; i++)
		if ((!code.p || str_eq(forms->forms[i].code, code)) && form_field(&forms->forms[i], name))
			return true;
	return false;
}

/* A field renamed in a form must be renamed in the words file. */
static void test_words_name_fields(void **state)
{
	const struct embed_file *file = embed_find(&rivage_data, STR("data/demo-words.json"));
	struct arena *a = arena_create(8 << 20);
	struct json *words;
	int strangers = 0;

	(void)state;
	assert_non_null(file);
	assert_null(json_parse(a, file->data, &words));
	JSON_EACH (m, json_get(words, "fields")) {
		if (known(m->key))
			continue;
		print_error("no form has %.*s\n", STR_ARG(m->key));
		strangers++;
	}
	JSON_EACH (m, json_get(words, "lists"))
		JSON_EACH (code, m)
			if (code_index(list_find(forms, m->key), json_str(code)) < 0) {
				print_error("list %.*s has no %.*s\n", STR_ARG(m->key), STR_ARG(json_str(code)));
				strangers++;
			}
	assert_int_equal(strangers, 0);
	arena_destroy(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_form), cmocka_unit_test(test_deterministic),
		cmocka_unit_test(test_given),      cmocka_unit_test(test_given_unknown),
		cmocka_unit_test(test_days),       cmocka_unit_test(test_words_name_fields),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
