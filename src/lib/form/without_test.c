/* without_test.c — the form of which some answers are known: which questions are left, and on what they still depend. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "form_test.h"
#include "inside.h"

#define TODAY day_of(2018, 11, 20)
#define IS(field, value) "{\"field\":\"" field "\",\"op\":\"=\",\"value\":\"" value "\"}"
#define ISNT(field, value) "{\"field\":\"" field "\",\"op\":\"!=\",\"value\":\"" value "\"}"
#define AND(x, y) "{\"and\":[" x "," y "]}"
#define OR(x, y) "{\"or\":[" x "," y "]}"
#define QUESTION(name, extra)                                                                                          \
	"{\"name\":\"" name "\",\"type\":\"select_one\",\"choices\":\"YN\"," LABEL "," IDENTITY extra "}"
#define WHEN(cond) ",\"relevant\":" cond

/* a, b and c may be given; x hangs on them, y on x; r is a row with two questions. */
static const struct form *form_where(struct arena *a, const char *x)
{
	str text = arena_fmt(
		a,
		"{\"form\":\"T2\",\"version\":1,\"dossier\":\"FR\"," TITLE
		",\"write\":[\"CMF\"],\"retention\":\"case\"," WHY ",\"sections\":[{" TITLE
		",\"fields\":[" QUESTION("a", "") "," QUESTION("b", "") "," QUESTION(
			"c",
			"") "]},{" TITLE
			    ",\"fields\":[" QUESTION("x", ",\"relevant\":%s") "," QUESTION(
				    "y",
				    WHEN(IS("x", "YES"))) "]},{" TITLE
							  ",\"fields\":[{\"name\":\"r\",\"type\":\"repeat\"," LABEL
							  "," IDENTITY
							  ",\"max\":2,\"fields\":[{\"name\":\"p\",\"type\":\"select_"
							  "one\",\"choices\":\"YN\"," LABEL
							  "},{\"name\":\"q\",\"type\":\"select_one\",\"choices\":"
							  "\"YN\"," LABEL WHEN(
								  AND(IS("a", "YES"), IS("p", "YES"))) "}]}]}]}",
		x);

	return form_find(load_ok(a, text), STR("T2"), 0);
}

static struct json *parsed(struct arena *a, const char *text)
{
	struct json *v = NULL;

	assert_null(json_parse(a, str_of(text), &v));
	return v;
}

static const char *written(struct arena *a, const struct cond *c)
{
	struct buf b;

	if (!c)
		return "";
	buf_init(&b, a, 4096);
	cond_write(&b, c);
	return buf_done(&b).p;
}

static void conditions_half_known(void **state)
{
	static const struct {
		const char *x, *given;
		bool asked;
		const char *left; /* of its condition */
	} rows[] = {
		{IS("a", "YES"), "{}", true, IS("a", "YES")},
		{IS("a", "YES"), "{\"a\":\"YES\"}", true, ""},
		{IS("a", "YES"), "{\"a\":\"NO\"}", false, ""},
		/* one half says it all */
		{AND(IS("a", "YES"), IS("b", "YES")), "{\"a\":\"NO\"}", false, ""},
		{AND(IS("b", "YES"), IS("a", "YES")), "{\"a\":\"NO\"}", false, ""},
		{OR(IS("a", "YES"), IS("b", "YES")), "{\"a\":\"YES\"}", true, ""},
		{OR(IS("b", "YES"), IS("a", "YES")), "{\"a\":\"YES\"}", true, ""},
		/* one half says nothing, the other is asked */
		{AND(IS("a", "YES"), IS("b", "YES")), "{\"a\":\"YES\"}", true, IS("b", "YES")},
		{OR(IS("a", "YES"), IS("b", "YES")), "{\"a\":\"NO\"}", true, IS("b", "YES")},
		{OR(IS("b", "YES"), IS("a", "YES")), "{\"a\":\"NO\"}", true, IS("b", "YES")},
		/* groups in groups */
		{AND(OR(IS("a", "YES"), IS("b", "YES")), IS("c", "YES")), "{\"a\":\"NO\"}", true,
		 AND(IS("b", "YES"), IS("c", "YES"))},
		{AND(OR(IS("a", "YES"), IS("b", "YES")), IS("c", "YES")), "{\"a\":\"NO\",\"c\":\"NO\"}", false, ""},
		{OR(AND(IS("a", "YES"), IS("b", "YES")), AND(IS("c", "NO"), ISNT("a", "NO"))), "{\"a\":\"NO\"}", false,
		 ""},
		{OR(AND(IS("a", "YES"), IS("b", "YES")), IS("c", "YES")), "{\"a\":\"NO\"}", true, IS("c", "YES")},
		{OR(AND(IS("a", "YES"), IS("b", "YES")), IS("c", "YES")), "{\"a\":\"YES\",\"c\":\"NO\"}", true,
		 IS("b", "YES")},
		{OR(AND(IS("a", "YES"), IS("b", "YES")), IS("c", "YES")), "{\"a\":\"YES\",\"b\":\"NO\",\"c\":\"YES\"}",
		 true, ""},
		{AND(IS("a", "YES"), IS("b", "YES")), "{}", true, AND(IS("a", "YES"), IS("b", "YES"))},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct form *f = form_where(*state, rows[i].x);
		const struct form *left = form_without(*state, f, parsed(*state, rows[i].given), TODAY);
		const struct field *x = form_field(left, STR("x"));

		if ((x != NULL) != rows[i].asked)
			print_error("row %zu\n", i);
		assert_int_equal(x != NULL, rows[i].asked);
		assert_string_equal(x ? written(*state, x->relevant) : "", rows[i].left);
	}
}

/* What is not asked has no answer: what hangs on it falls too, its section with it, and the form itself stays as it was. */
static void what_falls_with_it(void **state)
{
	const struct form *f = form_where(*state, IS("a", "YES"));
	const struct form *left = form_without(*state, f, parsed(*state, "{\"a\":\"NO\"}"), TODAY);

	assert_null(form_field(left, STR("a")));
	assert_null(form_field(left, STR("x")));
	assert_null(form_field(left, STR("y")));
	assert_int_equal(left->n_sections, 2);
	assert_non_null(form_field(left, STR("p")));
	assert_null(form_field(left, STR("q")));
	assert_int_equal(f->n_sections, 3);
	assert_non_null(form_field(f, STR("q")));
	assert_non_null(form_field(f, STR("x"))->relevant);
}

static void rows_keep_their_own_conditions(void **state)
{
	const struct form *f = form_where(*state, IS("a", "YES"));
	const struct form *left = form_without(*state, f, parsed(*state, "{\"a\":\"YES\"}"), TODAY);

	assert_string_equal(written(*state, form_field(left, STR("q"))->relevant), IS("p", "YES"));
	assert_string_equal(written(*state, form_field(left, STR("y"))->relevant), IS("x", "YES"));
}

/* Every answer to a question that is asked, and whose condition holds on the page, is kept on filing; and no other. */
static void what_is_asked_is_kept(void **state)
{
	static const char *const of[] = {NULL, "NO", "YES"};
	const struct form *f = form_where(*state, OR(AND(IS("a", "YES"), IS("b", "YES")), ISNT("c", "NO")));

	for (size_t i = 0; i < 81; i++) {
		const char *given_a = of[i % 3], *given_c = of[i / 3 % 3], *a = of[i / 9 % 3], *b = of[i / 27];
		struct json *given = json_object(*state), *all = json_object(*state), *page = json_object(*state);
		const struct form *left;
		const struct field *x;
		bool shown;

		if (given_a)
			json_set(*state, given, STR("a"), json_new_str(*state, str_of(given_a)));
		if (given_c)
			json_set(*state, given, STR("c"), json_new_str(*state, str_of(given_c)));
		if (!given_a && a)
			json_set(*state, page, STR("a"), json_new_str(*state, str_of(a)));
		if (b)
			json_set(*state, page, STR("b"), json_new_str(*state, str_of(b)));
		left = form_without(*state, f, given, TODAY);
		x = form_field(left, STR("x"));
		shown = x && (!x->relevant || cond_holds(x->relevant, page, NULL, TODAY));
		json_set(*state, page, STR("x"), json_new_str(*state, STR("YES")));
		JSON_EACH (v, page)
			json_set(*state, all, v->key, json_copy(*state, v));
		JSON_EACH (v, given)
			json_set(*state, all, v->key, json_copy(*state, v));
		assert_null(form_check(*state, f, all, UINT32_MAX, TODAY, false));
		assert_int_equal(json_get(all, "x") != NULL, shown);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(conditions_half_known),
		TEST(what_falls_with_it),
		TEST(rows_keep_their_own_conditions),
		TEST(what_is_asked_is_kept),
	};

	return cmocka_run_group_tests(tests, start_i18n, end_i18n);
}
