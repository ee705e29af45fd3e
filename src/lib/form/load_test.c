/* load_test.c — every error of the loader, all of them in one run; and the definitions of the source tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form_test.h"

#define HEAD                                                                                                           \
	"{\"form\":\"T\",\"version\":1,\"dossier\":\"FR\"," TITLE ",\"write\":[\"CMF\"],\"retention\":\"case\"," WHY   \
	",\"sections\":["
#define FORM(fields) HEAD "{" TITLE ",\"fields\":[" fields "]}]}"
#define TEXT_A "{\"name\":\"a\",\"type\":\"text\"," OWN "," LABEL "," IDENTITY "}"
#define DATE_D "{\"name\":\"d\",\"type\":\"date\"," LABEL "," IDENTITY ",\"unknown\":true}"
#define ONE_O "{\"name\":\"o\",\"type\":\"select_one\",\"choices\":\"YN\"," LABEL "," IDENTITY "}"
#define MANY_M "{\"name\":\"m\",\"type\":\"select_multiple\",\"choices\":\"KIND\"," LABEL "," IDENTITY "}"
#define INT_I "{\"name\":\"i\",\"type\":\"integer\"," LABEL "," IDENTITY "}"
#define MONEY_C "{\"name\":\"c\",\"type\":\"money\"," LABEL "," IDENTITY "}"
#define ALL TEXT_A "," DATE_D "," ONE_O "," MANY_M "," INT_I "," MONEY_C ","
/* A field x behind the others, with something more in it. */
#define X(more) FORM(ALL "{\"name\":\"x\",\"type\":\"text\"," OWN "," LABEL "," IDENTITY "," more "}")
#define COND_X(cond) X("\"relevant\":{" cond "}")
#define AT_X "T.json: sections[0].fields[6]"

static const struct bad_form {
	const char *text, *place, *message, *arg;
} bad_forms[] = {
	{"{\"form\":", "T.json", "This is not valid JSON: {arg}", NULL},
	{"[]", "T.json", "This must be an object.", ""},
	{FORM("7"), "T.json: sections[0].fields[0]", "This must be an object.", ""},
	{FORM(""), "T.json: sections[0].fields", "This must be a list that is not empty.", ""},
	{HEAD "7]}", "T.json: sections[0]", "This must be an object.", ""},
	{X("\"labels\":1"), AT_X, "The key {arg} is unknown.", "labels"},
	{X("\"choices\":\"YN\""), AT_X, "The key {arg} does not go with this type of field.", "choices"},
	{X("\"min\":1"), AT_X, "The key {arg} does not go with this type of field.", "min"},
	{FORM("{\"name\":\"x\",\"type\":\"text\"," LABEL "," IDENTITY "}"), "T.json: sections[0].fields[0]",
	 "The key {arg} is missing.", "about"},
	{FORM("{\"name\":\"x\",\"type\":\"text\",\"about\":\"me\"," LABEL "," IDENTITY "}"),
	 "T.json: sections[0].fields[0].about", "Nobody is called {arg} here.", "me"},
	{FORM("{\"name\":\"x\",\"type\":\"note\"," OWN "," LABEL "}"), "T.json: sections[0].fields[0]",
	 "The key {arg} does not go with this type of field.", "about"},
	{FORM("{\"name\":\"x\",\"type\":\"repeat\"," LABEL "," IDENTITY
	      ",\"fields\":[{\"name\":\"y\",\"type\":\"phone\"," LABEL "}]}"),
	 "T.json: sections[0].fields[0].fields[0]", "The key {arg} is missing.", "about"},
	{"{\"form\":\"T\",\"version\":1,\"dossier\":\"FR\"," TITLE ",\"write\":[\"CMF\"],\"retention\":\"case\","
	 "\"purpose\":\"FUN\",\"basis\":[\"A6\"],\"sections\":[{" TITLE ",\"fields\":[" TEXT_A "]}]}",
	 "T.json: purpose", "This is not a code of the list {arg}.", "PURPOSE"},
	{"{\"form\":\"T\",\"version\":1,\"dossier\":\"FR\"," TITLE ",\"write\":[\"CMF\"],\"retention\":\"case\","
	 "\"purpose\":\"HELP\",\"basis\":[\"A6\",\"A7\"],\"sections\":[{" TITLE ",\"fields\":[" TEXT_A "]}]}",
	 "T.json: basis[1]", "This is not a code of the list {arg}.", "LEGAL_BASIS"},
	{X("\"required\":\"yes\""), AT_X ".required", "This must be true or false.", ""},
	{X("\"max\":\"5\""), AT_X ".max", "This must be a whole number.", ""},
	{X("\"max\":0"), AT_X ".max", "This must be between 1 and {arg}.", "20000"},
	{X("\"max\":20001"), AT_X ".max", "This must be between 1 and {arg}.", "20000"},
	{X("\"appearance\":\"big\""), AT_X ".appearance", "The appearance {arg} is unknown.", "big"},
	{X("\"hint\":{\"fr\":\"x\",\"en\":\"x\"}"), AT_X ".hint", "The key {arg} is missing.", "ar"},
	{X("\"hint\":{\"fr\":\"x\",\"en\":\" \",\"ar\":\"x\"}"), AT_X ".hint.en",
	 "This must be a text that is not empty.", ""},
	{X("\"hint\":{\"fr\":\"x\",\"en\":\"x\",\"ar\":\"x\",\"es\":\"x\"}"), AT_X ".hint", "The key {arg} is unknown.",
	 "es"},
	{X("\"hint\":\"x\""), AT_X ".hint", "This must be an object.", ""},
	{FORM("{\"name\":\"x\",\"type\":\"text\"," OWN "," IDENTITY "}"), "T.json: sections[0].fields[0]",
	 "The key {arg} is missing.", "label"},
	{FORM("{\"name\":\"x\",\"type\":\"number\"," LABEL "," IDENTITY "}"), "T.json: sections[0].fields[0].type",
	 "The type {arg} is unknown.", "number"},
	{FORM("{\"type\":\"text\"," OWN "," LABEL "," IDENTITY "}"), "T.json: sections[0].fields[0]",
	 "The key {arg} is missing.", "name"},
	{FORM("{\"name\":\"X\",\"type\":\"text\"," OWN "," LABEL "," IDENTITY "}"),
	 "T.json: sections[0].fields[0].name", "A name starts with", ""},
	{FORM(TEXT_A "," TEXT_A), "T.json: sections[0].fields[1].name", "The name {arg} stands twice in this form.",
	 "a"},
	{FORM(TEXT_A ",{\"name\":\"r\",\"type\":\"repeat\"," LABEL "," IDENTITY
		     ",\"fields\":[{\"name\":\"a\",\"type\":\"text\"," OWN "," LABEL "}]}"),
	 "T.json: sections[0].fields[1].fields[0].name", "The name {arg} stands twice in this form.", "a"},
	{FORM("{\"name\":\"x\",\"type\":\"text\"," OWN "," LABEL ",\"sensitivity\":\"P2\"}"),
	 "T.json: sections[0].fields[0]", "The key {arg} is missing.", "compartment"},
	{FORM("{\"name\":\"x\",\"type\":\"text\"," OWN "," LABEL ",\"compartment\":\"secret\",\"sensitivity\":\"P2\"}"),
	 "T.json: sections[0].fields[0].compartment", "The compartment {arg} is unknown.", "secret"},
	{FORM("{\"name\":\"x\",\"type\":\"text\"," OWN "," LABEL
	      ",\"compartment\":\"story\",\"sensitivity\":\"high\"}"),
	 "T.json: sections[0].fields[0].sensitivity", "The sensitivity must be P1, P2, P3 or P4.", ""},
	{FORM("{\"name\":\"x\",\"type\":\"select_one\"," LABEL "," IDENTITY "}"), "T.json: sections[0].fields[0]",
	 "The key {arg} is missing.", "choices"},
	{FORM("{\"name\":\"x\",\"type\":\"select_one\",\"choices\":\"NONE\"," LABEL "," IDENTITY "}"),
	 "T.json: sections[0].fields[0].choices", "The code list {arg} is unknown.", "NONE"},
	{FORM("{\"name\":\"x\",\"type\":\"integer\",\"min\":5,\"max_value\":4," LABEL "," IDENTITY "}"),
	 "T.json: sections[0].fields[0].min", "The least value is above the greatest.", ""},
	{FORM("{\"name\":\"x\",\"type\":\"date\",\"head\":\"shoe_size\"," LABEL "," IDENTITY "}"),
	 "T.json: sections[0].fields[0].head", "The fact {arg} is unknown.", "shoe_size"},
	{X("\"head\":\"birth\""), AT_X, "The key {arg} does not go with this type of field.", "head"},
	{FORM("{\"name\":\"r\",\"type\":\"repeat\"," LABEL "," IDENTITY
	      ",\"fields\":[{\"name\":\"a\",\"type\":\"date\"," LABEL ",\"head\":\"birth\"}]}"),
	 "T.json: sections[0].fields[0].fields[0].head", "A field inside rows cannot set a fact.", ""},
	{FORM("{\"name\":\"r\",\"type\":\"repeat\"," LABEL "," IDENTITY
	      ",\"fields\":[{\"name\":\"a\",\"type\":\"repeat\"," LABEL ",\"fields\":[" TEXT_A "]}]}"),
	 "T.json: sections[0].fields[0].fields[0].type", "Rows cannot stand inside rows.", ""},
	{FORM("{\"name\":\"r\",\"type\":\"repeat\"," LABEL "," IDENTITY
	      ",\"fields\":[{\"name\":\"a\",\"type\":\"text\"," OWN "," LABEL ",\"compartment\":\"health\"}]}"),
	 "T.json: sections[0].fields[0].fields[0].compartment", "Inside rows the compartment is that of the rows.", ""},
	{FORM("{\"name\":\"r\",\"type\":\"grid\",\"choices\":\"YN\"," LABEL "," IDENTITY
	      ",\"fields\":[{\"name\":\"code\",\"type\":\"text\"," OWN "," LABEL "}]}"),
	 "T.json: sections[0].fields[0].fields[0].name", "The name code is that of the row itself.", ""},
	{FORM("{\"name\":\"r\",\"type\":\"repeat\"," LABEL "," IDENTITY "}"), "T.json: sections[0].fields[0]",
	 "The key {arg} is missing.", "fields"},
	{X("\"constraint\":{\"field\":\"x\",\"op\":\"not_empty\"}"), AT_X, "The key {arg} is missing.",
	 "constraint_message"},
	{X("\"relevant\":7"), AT_X ".relevant", "This must be an object.", ""},
	{COND_X("\"field\":\"zz\",\"op\":\"empty\""), AT_X ".relevant.field",
	 "No field above this one is called {arg}.", "zz"},
	{COND_X("\"field\":\"x\",\"op\":\"empty\""), AT_X ".relevant.field", "No field above this one is called {arg}.",
	 "x"},
	{FORM("{\"name\":\"x\",\"type\":\"text\"," OWN "," LABEL "," IDENTITY
	      ",\"relevant\":{\"field\":\"a\",\"op\":\"empty\"}}," TEXT_A),
	 "T.json: sections[0].fields[0].relevant.field", "No field above this one is called {arg}.", "a"},
	{COND_X("\"field\":\"a\",\"op\":\"like\",\"value\":\"b\""), AT_X ".relevant.op",
	 "The operator {arg} is unknown.", "like"},
	{COND_X("\"field\":\"a\",\"op\":\"=\""), AT_X ".relevant", "The key {arg} is missing.", "value"},
	{COND_X("\"field\":\"a\",\"op\":\"empty\",\"value\":\"b\""), AT_X ".relevant.value",
	 "This operator takes no value.", ""},
	{COND_X("\"field\":\"a\",\"op\":\"empty\",\"script\":\"b\""), AT_X ".relevant", "The key {arg} is unknown.",
	 "script"},
	{COND_X("\"field\":\"a\",\"op\":\"<\",\"value\":\"b\""), AT_X ".relevant.op",
	 "This operator does not go with the type of {arg}.", "a"},
	{COND_X("\"field\":\"a\",\"op\":\"selected\",\"value\":\"b\""), AT_X ".relevant.op",
	 "This operator does not go with the type of {arg}.", "a"},
	{COND_X("\"field\":\"m\",\"op\":\"=\",\"value\":\"A\""), AT_X ".relevant.op",
	 "This operator does not go with the type of {arg}.", "m"},
	{COND_X("\"field\":\"o\",\"op\":\"=\",\"value\":\"Q\""), AT_X ".relevant.value",
	 "The value {arg} does not go with the type of that field.", "Q"},
	{COND_X("\"field\":\"o\",\"op\":\"=\",\"value\":\"UNKNOWN\""), AT_X ".relevant.value",
	 "The value {arg} does not go with the type of that field.", "UNKNOWN"},
	{COND_X("\"field\":\"d\",\"op\":\">\",\"value\":\"20/11/2018\""), AT_X ".relevant.value",
	 "The value {arg} does not go with the type of that field.", "20/11/2018"},
	{COND_X("\"field\":\"d\",\"op\":\">\",\"value\":\"today*2\""), AT_X ".relevant.value",
	 "The value {arg} does not go with the type of that field.", "today*2"},
	{COND_X("\"field\":\"i\",\"op\":\">\",\"value\":\"x\""), AT_X ".relevant.value",
	 "The value {arg} does not go with the type of that field.", "x"},
	{COND_X("\"field\":\"c\",\"op\":\">\",\"value\":\"-1\""), AT_X ".relevant.value",
	 "The value {arg} does not go with the type of that field.", "-1"},
	{COND_X("\"and\":[]"), AT_X ".relevant.and", "This must be a list that is not empty.", ""},
	{COND_X("\"and\":[{\"field\":\"zz\",\"op\":\"empty\"}]"), AT_X ".relevant.and[0].field",
	 "No field above this one is called {arg}.", "zz"},
	{COND_X("\"or\":[{\"field\":\"a\",\"op\":\"empty\"}],\"op\":\"=\""), AT_X ".relevant",
	 "The key {arg} is unknown.", "op"},
};

static struct err *load(struct arena *a, const char *text)
{
	static const char *const heads[] = {"birth", "safe_contact", NULL};
	struct form_source file = {"T.json", str_of(text)};
	struct forms *f = NULL;

	return forms_load(a, test_codes, TEST_CODES, &file, 1, heads, &f);
}

static void reports_errors(void **state)
{
	for (size_t i = 0; i < sizeof bad_forms / sizeof *bad_forms; i++) {
		const struct bad_form *b = &bad_forms[i];
		struct err *e = load(*state, b->text);

		if (!e)
			fail_msg("accepted: %s", b->text);
		assert_int_equal(e->kind, ERR_CONFIG);
		assert_string_equal(e->fields->field.p, b->place);
		assert_true(str_starts(str_of(e->fields->message), str_of(b->message)));
		if (b->arg)
			assert_string_equal(e->fields->arg.p ? e->fields->arg.p : "", b->arg);
	}
}

static void accepts_conditions(void **state)
{
	static const char *const good[] = {
		COND_X("\"field\":\"d\",\"op\":\">=\",\"value\":\"today-30\""),
		COND_X("\"field\":\"d\",\"op\":\"=\",\"value\":\"UNKNOWN\""),
		COND_X("\"field\":\"i\",\"op\":\"=\",\"value\":18"),
		COND_X("\"field\":\"m\",\"op\":\"not_selected\",\"value\":\"B\""),
		COND_X("\"or\":[{\"field\":\"a\",\"op\":\"empty\"},{\"and\":[{\"field\":\"o\",\"op\":\"!=\",\"value\":"
		       "\"NO\"}]}]"),
	};

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_null(load(*state, good[i]));
}

static size_t count(const struct err *e)
{
	size_t n = 0;

	for (const struct err_field *f = e ? e->fields : NULL; f; f = f->next)
		n++;
	return n;
}

static void identity_of_forms(void **state)
{
	static const char text[] =
		"{\"form\":\"T\",\"version\":0,\"dossier\":\"XX\",\"write\":[\"CMF\",\"BOSS\"],\"x\":1,"
		"\"retention\":\"case\"," WHY ",\"once\":1,\"sections\":[{\"fields\":[" TEXT_A "]}]}";
	struct err *e = load(*state, text);

	/* x, version, dossier, title, once, role, title of the section: all in one run */
	assert_int_equal(count(e), 7);
	assert_string_equal(e->message, "The forms have errors.");
}

static void twice_and_versions(void **state)
{
	const struct form_source files[] = {
		{"1.json", STR(FORM(TEXT_A))},
		{"2.json", STR(FORM(TEXT_A))},
		{"3.json", STR("{\"form\":\"T\",\"version\":3,\"dossier\":\"COR\"," TITLE
			       ",\"write\":[\"CMR\"],\"once\":true,\"public\":true,"
			       "\"retention\":\"case\"," WHY ",\"sections\":[{" TITLE ",\"fields\":[" TEXT_A "]}]}")},
	};
	const struct form_source two[] = {files[2], files[0]};
	struct forms *f = NULL;
	struct err *e = forms_load(*state, test_codes, TEST_CODES, files, 3, NULL, &f);

	assert_non_null(e);
	assert_null(f);
	assert_int_equal(count(e), 1);
	assert_string_equal(e->fields->field.p, "2.json: form");
	assert_null(forms_load(*state, test_codes, TEST_CODES, two, 2, NULL, &f));
	assert_int_equal(form_find(f, STR("T"), 0)->version, 3);
	assert_int_equal(form_find(f, STR("T"), 1)->version, 1);
	assert_null(form_find(f, STR("T"), 2));
	assert_null(form_find(f, STR("U"), 0));
	assert_int_equal(form_find(f, STR("T"), 3)->dossier, DOSSIER_COR);
	assert_true(form_filled_by(form_find(f, STR("T"), 3), ROLE_CMR));
	assert_false(form_filled_by(form_find(f, STR("T"), 3), ROLE_CMF));
	assert_false(form_filled_by(form_find(f, STR("U"), 0), ROLE_CMR));
	assert_true(str_eq(form_field(form_find(f, STR("T"), 1), STR("a"))->retention, STR("case")));
}

static void code_lists(void **state)
{
	static const struct {
		const char *text, *place, *message;
	} rows[] = {
		{"[]", "C.json", "This must be an object."},
		{LIST("YN", CODE("A")), "C.json: list", "Another file already has the list {arg}."},
		{LIST("C", CODE("A") "," CODE("A")), "C.json: codes[1].code",
		 "The code {arg} stands twice in this list."},
		{LIST("C", CODE("a.b")), "C.json: codes[0].code", "A code has 1 to 40 characters"},
		{LIST("C", ""), "C.json: codes", "This must be a list that is not empty."},
		{LIST("C", "1"), "C.json: codes[0]", "This must be an object."},
		{LIST("C", "{\"code\":\"A\",\"fr\":\"x\",\"en\":\"x\"}"), "C.json: codes[0]",
		 "The key {arg} is missing."},
		{LIST("C", "{\"code\":\"A\",\"fr\":\"x\",\"en\":\"x\",\"ar\":\"x\",\"de\":\"x\"}"), "C.json: codes[0]",
		 "The key {arg} is unknown."},
		{"{\"list\":\"C\",\"version\":0,\"source\":\"x\",\"official\":true,\"codes\":[" CODE("A") "]}",
		 "C.json: version", "The version must be 1 or more."},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct form_source files[] = {test_codes[0], {"C.json", str_of(rows[i].text)}};
		struct forms *f = NULL;
		struct err *e = forms_load(*state, files, 2, NULL, 0, NULL, &f);

		assert_int_equal(count(e), 1);
		assert_string_equal(e->fields->field.p, rows[i].place);
		assert_true(str_starts(str_of(e->fields->message), str_of(rows[i].message)));
	}
}

/* ---- what the program ships ---- */

static struct form_source *read_all(struct arena *a, const char *root, const char *pattern, size_t *n)
{
	struct form_source *to;
	glob_t g;

	*n = 0;
	if (glob(arena_fmt(a, "%s/%s", root, pattern).p, 0, NULL, &g) != 0)
		return NULL;
	to = NEWS(a, struct form_source, g.gl_pathc);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		FILE *f = fopen(g.gl_pathv[i], "rb");
		char *p = arena_alloc(a, 1 << 20);

		assert_non_null(f);
		to[(*n)++] = (struct form_source){arena_str(a, str_of(g.gl_pathv[i] + strlen(root) + 1)).p,
						  {p, fread(p, 1, 1 << 20, f)}};
		fclose(f);
	}
	globfree(&g);
	return to;
}

static void shipped_forms(void **state)
{
	struct arena *a = arena_create((size_t)1 << 30);
	const char *root = getenv("SOURCE_ROOT");
	struct form_source *codes, *files;
	size_t n_codes = 0, n_files = 0;
	struct forms *f = NULL;
	struct err *e;

	(void)state;
	assert_non_null(root);
	codes = read_all(a, root, "data/codes/*.json", &n_codes);
	files = read_all(a, root, "forms/*.json", &n_files);
	e = forms_load(a, codes, n_codes, files, n_files, NULL, &f);
	for (const struct err_field *at = e ? e->fields : NULL; at; at = at->next)
		print_error("%.*s: %s %.*s\n", STR_ARG(at->field), at->message, STR_ARG(at->arg));
	if (e)
		fail_msg("the forms of the source tree do not load");
	for (size_t i = 0; i < f->n; i++) {
		struct html h;

		html_init(&h, a, locale_get(STR("fr")), 4 << 20);
		form_inputs(&h, &f->forms[i], json_object(a), NULL, ~0u, (str){0});
		assert_non_null(html_done(&h).s.p);
	}
	arena_destroy(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reports_errors),     TEST(accepts_conditions), TEST(identity_of_forms),
		TEST(twice_and_versions), TEST(code_lists),         TEST(shipped_forms),
	};

	return cmocka_run_group_tests(tests, start_i18n, end_i18n);
}
