/* mo_test.c — catalogues made here byte by byte, then broken in every way; plural rules of many languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "embed.h"
#include "mo.h"

extern const struct embed_set i18n_catalogues;

#define HEADER(rule) "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: " rule "\n"
#define ARABIC "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"

struct pair {
	str id, text;
};

static int setup(void **state)
{
	*state = arena_create(16 << 20);
	return 0;
}

static int teardown(void **state)
{
	arena_destroy(*state);
	return 0;
}

static void word_put(struct buf *b, size_t v)
{
	uint32_t w = (uint32_t)v;

	buf_put(b, &w, sizeof w);
}

/* The bytes that msgfmt would write. */
static str compile(struct arena *a, const struct pair *pairs, size_t n)
{
	size_t at = 28 + 16 * n;
	struct buf b;

	buf_init(&b, a, 1 << 20);
	word_put(&b, 0x950412de);
	word_put(&b, 0);
	word_put(&b, n);
	word_put(&b, 28);
	word_put(&b, 28 + 8 * n);
	word_put(&b, 0);
	word_put(&b, 0);
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < n; i++) {
			str s = side ? pairs[i].text : pairs[i].id;

			word_put(&b, s.n);
			word_put(&b, at);
			at += s.n + 1;
		}
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < n; i++) {
			buf_str(&b, side ? pairs[i].text : pairs[i].id);
			buf_c(&b, '\0');
		}
	return buf_done(&b);
}

static void finding(void **state)
{
	const struct pair pairs[] = {
		{STR(""), STR(HEADER(ARABIC))},
		{STR("Yes"), STR("نعم")},
		{STR("verb\004Open"), STR("افتح")},
		{STR("{n} day\0{n} days"), STR("f0\0f1\0f2\0f3\0f4\0f5")},
	};
	static const struct {
		uint64_t n;
		const char *form;
	} forms[] = {{0, "f0"},  {1, "f1"},  {2, "f2"},   {3, "f3"},   {10, "f3"},
		     {11, "f4"}, {99, "f4"}, {100, "f5"}, {103, "f3"}, {UINT64_MAX, "f4"}};
	struct mo mo;

	assert_null(mo_open(*state, compile(*state, pairs, 4), &mo));
	assert_int_equal(mo.count, 3);
	assert_string_equal(mo_find(&mo, "Yes"), "نعم");
	assert_string_equal(mo_find(&mo, "verb\004Open"), "افتح");
	assert_string_equal(mo_find(&mo, "{n} day"), "f0");
	assert_null(mo_find(&mo, "Ye"));
	assert_null(mo_find(&mo, ""));
	assert_null(mo_find_plural(&mo, "Yes", 1));
	assert_null(mo_find_plural(&mo, "no", 1));
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		assert_string_equal(mo_find_plural(&mo, "{n} day", forms[i].n), forms[i].form);
}

static void built_in(void **state)
{
	struct mo mo;

	assert_int_equal(i18n_catalogues.n, 2);
	for (size_t i = 0; i < i18n_catalogues.n; i++) {
		assert_null(mo_open(*state, i18n_catalogues.files[i].data, &mo));
		assert_int_equal(mo.plural.forms, i == 0 ? 6 : 2);
	}
	assert_int_equal(plural_form(&mo.plural, 0), 0);
	assert_int_equal(plural_form(&mo.plural, 1), 0);
	assert_int_equal(plural_form(&mo.plural, 2), 1);
}

static void refuses(struct arena *a, const struct pair *pairs, size_t n)
{
	struct mo mo = {.count = 77};

	assert_non_null(mo_open(a, compile(a, pairs, n), &mo));
	assert_int_equal(mo.count, 77);
}

static void refused(void **state)
{
	const struct pair head = {STR(""), STR(HEADER("nplurals=2; plural=n>1;"))};
	const struct pair heads[] = {
		{STR("a"), STR("b")},
		{STR(""), STR("Content-Type: text/plain; charset=UTF-8\n")},
		{STR(""), STR("Plural-Forms: nplurals=1; plural=0;\n")},
		{STR(""), STR("Content-Type: text/plain; charset=ISO-8859-1\nPlural-Forms: nplurals=1; plural=0;\n")},
		{STR(""), STR(HEADER("nplurals=2; plural=m;"))},
	};
	const struct pair seconds[] = {
		{STR(""), STR("x")},        /* not after the header */
		{STR("a"), STR("")},        /* empty */
		{STR("a"), STR("b\0c")},    /* forms where there is no plural */
		{STR("a\0as"), STR("b")},   /* forms missing */
		{STR("a\0as"), STR("b\0")}, /* an empty form */
		{STR("a\0as"), STR("b\0c\0d")},
		{STR("a\0as\0ass"), STR("b\0c")},
		{STR("a\0"), STR("b\0c")},
		{STR("a"), STR("\xFF")},
		{STR("\xC0\x80"), STR("b")},
	};
	const struct pair unsorted[] = {head, {STR("b"), STR("x")}, {STR("a"), STR("x")}};
	const struct pair twice[] = {head, {STR("a"), STR("x")}, {STR("a\0as"), STR("x\0y")}};
	struct arena *a = *state;

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		refuses(a, &heads[i], 1);
	for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
		const struct pair both[] = {head, seconds[i]};

		refuses(a, both, 2);
	}
	refuses(a, unsorted, 3);
	refuses(a, twice, 3);
	refuses(a, NULL, 0);
}

/* Cut anywhere, or with any one word overwritten: refused or read in bounds (the sanitizer watches). */
static void damaged(void **state)
{
	static const uint32_t words[] = {0, 1, 27, 28, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff};
	const struct pair pairs[] = {
		{STR(""), STR(HEADER("nplurals=2; plural=n>1;"))}, {STR("a"), STR("b")}, {STR("c\0d"), STR("e\0f")}};
	struct arena *a = *state;
	str whole = compile(a, pairs, 3), copy;
	struct mo mo;

	for (size_t n = 0; n < whole.n; n++)
		assert_non_null(mo_open(a, arena_str(a, str_sub(whole, 0, n)), &mo));
	for (size_t at = 0; at + 4 <= 28 + 48; at += 4)
		for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
			char *p = arena_alloc(a, whole.n);

			memcpy(p, whole.p, whole.n);
			memcpy(p + at, &words[i], 4);
			copy = (str){p, whole.n};
			if (mo_open(a, copy, &mo) == NULL)
				mo_find_plural(&mo, "c", 5);
			else
				assert_true(at != 20 && at != 24);
		}
}

static void rules(void **state)
{
	static const struct {
		const char *rule;
		uint64_t n;
		uint32_t form;
	} rows[] = {
		{"nplurals=1; plural=0;", 5, 0},
		{"nplurals=2; plural=n != 1;", 1, 0},
		{"nplurals=2; plural=n != 1", 2, 1},
		{" nplurals = 2 ; plural = ( n > 1 ) ; ", 2, 1},
		{"nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2;",
		 21, 0},
		{"nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2;",
		 12, 2},
		{"nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2;",
		 23, 1},
		{"nplurals=8; plural=1+2*3;", 0, 7},
		{"nplurals=8; plural=(1+2)*2;", 0, 6},
		{"nplurals=8; plural=9-3-2;", 0, 4},
		{"nplurals=8; plural=n/3/2;", 30, 5},
		{"nplurals=2; plural=!n;", 0, 1},
		{"nplurals=2; plural=!!n;", 7, 1},
		{"nplurals=2; plural=n<2 == n<=1;", 1, 1},
		{"nplurals=4; plural=n ? n>5 ? 3 : 2 : 1;", 6, 3},
		{"nplurals=4; plural=n ? n>5 ? 3 : 2 : 1;", 5, 2},
		{"nplurals=4; plural=n ? n>5 ? 3 : 2 : 1;", 0, 1},
		{"nplurals=2; plural=0 || n && 1;", 3, 1},
		/* Wrong sums never leave the table. */
		{"nplurals=2; plural=n/0;", 3, 0},
		{"nplurals=2; plural=n%0;", 3, 0},
		{"nplurals=2; plural=n;", 2, 0},
		{"nplurals=2; plural=0-1;", 2, 0},
	};
	struct plural p;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!plural_parse(str_of(rows[i].rule), &p))
			fail_msg("refused: %s", rows[i].rule);
		if (plural_form(&p, rows[i].n) != rows[i].form)
			fail_msg("%s: %u", rows[i].rule, plural_form(&p, rows[i].n));
	}
}

static void bad_rules(void **state)
{
	static const char *const rows[] = {
		"",
		"nplurals",
		"nplurals=",
		"nplurals=0; plural=0;",
		"nplurals=9; plural=0;",
		"nplurals=2",
		"nplurals=2; plural",
		"nplurals=2; plural=",
		"nplurals=2; plural=;",
		"nplurals=2; plural=n n",
		"nplurals=2; plural=(n",
		"nplurals=2; plural=n)",
		"nplurals=2; plural=n?1",
		"nplurals=2; plural=n?1:",
		"nplurals=2; plural=n=1",
		"nplurals=2; plural=n&1",
		"nplurals=2; plural=-1",
		"nplurals=2; plural=n++",
		"nplurals=2; plural=1234567890",
		"nplurals=2; plural=0x1",
		"nplurals=2; plural=n;;",
		"nplurals=2; plural=system(n);",
		"nplurals=-1; plural=0;",
	};
	struct arena *a = *state;
	struct plural p;
	struct buf b;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (plural_parse(str_of(rows[i]), &p))
			fail_msg("taken: %s", rows[i]);
	/* Too deep, and too many nodes. */
	buf_init(&b, a, 10000);
	buf_z(&b, "nplurals=2; plural=");
	for (int i = 0; i < 200; i++)
		buf_c(&b, '(');
	assert_false(plural_parse(buf_done(&b), &p));
	buf_init(&b, a, 10000);
	buf_z(&b, "nplurals=2; plural=n");
	for (int i = 0; i < 79; i++)
		buf_z(&b, "+n");
	assert_true(plural_parse(buf_done(&b), &p));
	buf_z(&b, "+n");
	assert_false(plural_parse(buf_done(&b), &p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finding), cmocka_unit_test(built_in), cmocka_unit_test(refused),
		cmocka_unit_test(damaged), cmocka_unit_test(rules),    cmocka_unit_test(bad_rules),
	};

	return cmocka_run_group_tests_name("mo", tests, setup, teardown);
}
