/* json_test.c — reading, refusing, building, writing. */
#include "testing.h"

#include <string.h>

#include "json.h"

static struct json *parse(struct arena *a, str text)
{
	struct json *v = NULL;

	assert_null(json_parse(a, text, &v));
	return v;
}

static void round_trips(void **state)
{
	static const struct {
		str in, out;
	} rows[] = {
		{STR(" null "), STR("null")},
		{STR("true"), STR("true")},
		{STR("-9223372036854775808"), STR("-9223372036854775808")},
		{STR("{\"z\" : 1, \"a\":[ ], \"m\":{}}"), STR("{\"z\":1,\"a\":[],\"m\":{}}")},
		{STR("[1,\"x\",false,[null]]"), STR("[1,\"x\",false,[null]]")},
		{STR("[0.5,1e3,-0.25]"), STR("[0.5,1000.0,-0.25]")},
		{STR("\"é العربية 🙂\""), STR("\"é العربية 🙂\"")},
		{STR("\"<a href='x'>&\""), STR("\"\\u003ca href='x'\\u003e\\u0026\"")},
		{STR("\"\\u0001\\b\\t\\n\\r\\\"\\\\\\/\""), STR("\"\\u0001\\u0008\\t\\n\\r\\\"\\\\/\"")},
		{STR("\"a\\u2028b\\u2029c\\u202A\""), STR("\"a\\u2028b\\u2029c\xE2\x80\xAA\"")},
		{STR("\"\xE2\x80\""), {0}},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct json *v = NULL, *again = NULL;
		struct err *e = json_parse(*state, rows[i].in, &v);
		str text;

		if (!rows[i].out.p) {
			assert_non_null(e);
			continue;
		}
		assert_null(e);
		text = json_dump(*state, v, 1000);
		assert_string_equal(text.p, rows[i].out.p);
		assert_null(json_parse(*state, text, &again));
		assert_true(json_equal(v, again));
		assert_true(json_equal(v, json_copy(*state, v)));
	}
}

static void refusals(void **state)
{
	static const struct {
		str in;
		const char *place;
	} rows[] = {
		{STR(""), "line 1, column 0: "},        {STR("{\"a\":1,\"a\":2}"), "line 1, column "},
		{STR("{\"a\":1,}"), "line 1, column "}, {STR("[1,\n2,\n x]"), "line 3, column "},
		{STR("{} {}"), "line 1, column "},      {STR("'x'"), "line 1, column "},
		{STR("[01]"), "line 1, column "},       {STR("\"\\u0000\""), "line 1, column "},
		{STR("\"a\0b\""), "line 1, column "},   {STR("\"\\ud800\""), "line 1, column "},
		{STR("\"\xFF\""), "line 1, column "},   {STR("\"tab\there\""), "line 1, column "},
		{STR("NaN"), "line 1, column "},        {STR("9223372036854775808"), "line 1, column "},
		{STR("1e999"), "line 1, column "},      {STR("// c\n1"), "line 1, column "},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct json *v = NULL;
		struct err *e = json_parse(*state, rows[i].in, &v);

		assert_non_null(e);
		assert_int_equal(e->kind, ERR_INVALID);
		assert_non_null(e->message);
		assert_true(str_starts(e->arg, str_of(rows[i].place)));
		assert_null(v); /* never written on failure */
	}
}

static void limits(void **state)
{
	static char deep[40], fine[64], big[(16 << 20) + 1];
	struct json *v = NULL;
	struct err *e;

	memset(deep, '[', sizeof deep);
	deep[0] = '\n';
	e = json_parse(*state, (str){deep, sizeof deep}, &v);
	assert_non_null(e);
	assert_string_equal(e->arg.p, "line 2, column 33: nested deeper than 32 levels");
	memset(fine, '[', 32);
	memset(fine + 32, ']', 32);
	assert_null(json_parse(*state, (str){fine, 64}, &v));
	assert_null(json_parse(*state, STR("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[\""), &v));
	memset(big, ' ', sizeof big);
	assert_int_equal(json_parse(*state, (str){big, sizeof big}, &v)->kind, ERR_TOO_BIG);
	assert_null(json_dump(*state, json_new_str(*state, STR("abcdef")), 4).p);
}

/* Running out of arena in the middle must leave nothing of jansson's behind: the leak checker watches. */
static void abandoned(void **state)
{
	struct arena *small = arena_create(40000);
	static char text[40001];
	struct json *v = NULL;
	volatile int landed = 0;

	(void)state;
	for (size_t i = 1; i < sizeof text - 1; i += 2)
		memcpy(text + i, "1,", 2);
	text[0] = '[';
	text[sizeof text - 2] = ' ';
	text[sizeof text - 1] = ']';
	text[sizeof text - 3] = '1';
	text[sizeof text - 4] = ' ';
	if (setjmp(*arena_guard(small)))
		landed = 1;
	else
		assert_non_null(json_parse(small, (str){text, sizeof text}, &v));
	assert_int_equal(landed, 1);
	arena_unguard(small);
	arena_destroy(small);
}

static void readers(void **state)
{
	struct json *v = parse(
		*state, STR("{\"s\":\"x\",\"i\":7,\"b\":true,\"l\":[\"p\",1,\"q\"],\"n\":null,\"d\":\"2018-11-20\"}"));

	assert_true(str_eq(json_text(v, "s"), STR("x")));
	assert_null(json_text(v, "i").p);
	assert_true(json_says(v, "s", "x") && !json_says(v, "s", "y"));
	assert_true(json_day(v, "d") == day_of(2018, 11, 20) && json_day(v, "s") == NO_DAY &&
		    json_day(v, "i") == NO_DAY);
	assert_null(json_text(NULL, "i").p);
	assert_null(json_text(json_get(v, "l"), "i").p);
	assert_true(json_int(json_get(v, "i"), -1) == 7);
	assert_true(json_int(json_get(v, "s"), -1) == -1);
	assert_true(json_int(NULL, -1) == -1);
	assert_true(json_true(json_get(v, "b")));
	assert_false(json_true(json_get(v, "i")));
	assert_false(json_true(NULL));
	assert_int_equal(json_count(v), 6);
	assert_int_equal(json_count(json_get(v, "l")), 3);
	assert_int_equal(json_count(json_get(v, "s")), 0);
	assert_true(json_has_str(json_get(v, "l"), STR("q")));
	assert_false(json_has_str(json_get(v, "l"), STR("1")));
	assert_false(json_has_str(v, STR("x")));
	assert_null(json_first(json_get(v, "s")));
	assert_null(json_first(NULL));
}

static void check_dump(struct arena *a, const struct json *v, const char *want)
{
	assert_string_equal(json_dump(a, v, 1000).p, want);
}

static void builders(void **state)
{
	struct arena *a = *state;
	struct json *o = json_object(a), *l = json_array(a);

	json_set(a, o, STR("a"), json_new_int(a, 1));
	json_set(a, o, STR("b"), json_new_bool(a, false));
	json_set(a, o, STR("c"), json_new_str(a, (str){0}));
	check_dump(a, o, "{\"a\":1,\"b\":false,\"c\":\"\"}");
	json_set(a, o, STR("c"), json_null(a)); /* replaces in place: last, first, middle */
	json_set(a, o, STR("a"), l);
	json_set(a, o, STR("b"), json_new_str(a, STR("<")));
	json_set(a, o, STR("a"), l);
	json_push(l, json_new_int(a, 2));
	check_dump(a, o, "{\"a\":[2],\"b\":\"\\u003c\",\"c\":null}");
	json_set(a, o, STR("d"), json_new_int(a, 3));
	json_remove(o, STR("nothing"));
	json_remove(o, STR("d"));
	json_remove(o, STR("b"));
	check_dump(a, o, "{\"a\":[2],\"c\":null}");
	json_remove(o, STR("a"));
	json_remove(o, STR("c"));
	assert_int_equal(json_count(o), 0);
	json_set(a, o, STR("e"), json_new_int(a, 4));
	check_dump(a, o, "{\"e\":4}");
	assert_null(json_copy(a, NULL));
	check_dump(a, NULL, "null");
}

static void equality(void **state)
{
	static const struct {
		str a, b;
		bool equal;
	} rows[] = {
		{STR("{\"a\":1,\"b\":[1,2]}"), STR("{\"b\":[1,2],\"a\":1}"), true},
		{STR("{\"a\":1}"), STR("{\"b\":1}"), false},
		{STR("{\"a\":1}"), STR("{\"a\":1,\"b\":1}"), false},
		{STR("[1,2]"), STR("[2,1]"), false},
		{STR("1"), STR("\"1\""), false},
		{STR("1.5"), STR("1.5"), true},
		{STR("1.5"), STR("1.25"), false},
		{STR("true"), STR("false"), false},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(json_equal(parse(*state, rows[i].a), parse(*state, rows[i].b)), rows[i].equal);
	assert_true(json_equal(NULL, NULL));
	assert_false(json_equal(NULL, parse(*state, STR("1"))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(round_trips, test_arena, test_arena_end),
		cmocka_unit_test_setup_teardown(refusals, test_arena, test_arena_end),
		cmocka_unit_test_setup_teardown(limits, test_arena, test_arena_end),
		cmocka_unit_test(abandoned),
		cmocka_unit_test_setup_teardown(readers, test_arena, test_arena_end),
		cmocka_unit_test_setup_teardown(builders, test_arena, test_arena_end),
		cmocka_unit_test_setup_teardown(equality, test_arena, test_arena_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
