/* ok_test.c — renders the templates in ok/ and compares each with its golden page, ok/NAME.expected.
 * With a second argument it writes the golden pages instead: read the difference before you keep it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "attributes_html.h"
#include "blocks_html.h"
#include "page_html.h"
#include "space_html.h"
#include "words_html.h"

static const char *folder;
static bool write_golden;

static const char *const tags[] = {"a<b", "c"};
static const struct row rows[] = {
	{.name = {"one & only", 10}, .z = "\"1\"", .n = 1, .on = true, .tags = tags, .ntags = 2},
	{.name = {"<two>", 5}, .z = "2", .n = 2},
	{.name = {"three", 5}, .z = "3", .n = 3, .tags = tags, .ntags = 1},
};

static struct view view(void)
{
	return (struct view){.title = STR("A <title> & \"more\""),
			     .evil = STR("\"><script>alert('1')</script>&"),
			     .url = STR("javascript:alert(1)"),
			     .path = STR("/a?b"),
			     .code = STR("K7-\"x/y"),
			     .due = day_of(2018, 11, 20),
			     .at = INT64_C(1542704400000),
			     .sum = 280050,
			     .status = "\n<open>",
			     .currency = "NGN",
			     .count = 3,
			     .rows = rows,
			     .nrows = 3,
			     .yes = true};
}

static void render(struct html *h, const char *name)
{
	struct view v = view();

	if (str_eqz(STR("attributes"), name))
		attributes(h, &v);
	else if (str_eqz(STR("blocks"), name))
		blocks(h, &v);
	else if (str_eqz(STR("page"), name))
		page(h, &v, (html_frag){STR("<p>body</p>")});
	else if (str_eqz(STR("space"), name))
		space(h, &v);
	else
		words(h, &v);
}

static void golden(void **state)
{
	struct arena *a = arena_create(1 << 20);
	str path = arena_fmt(a, "%s/%s.expected", folder, (const char *)*state);
	char *expected = arena_alloc(a, 1 << 16);
	struct html h;
	FILE *f;

	html_init(&h, a, locale_get(STR("fr")), 1 << 16);
	h.csrf = STR("token");
	render(&h, *state);
	f = fopen(path.p, write_golden ? "w" : "r");
	assert_non_null(f);
	if (write_golden)
		fprintf(f, "%s\n", html_done(&h).s.p);
	else {
		html_lit(&h, "\n", 1);
		expected[fread(expected, 1, (1 << 16) - 1, f)] = '\0';
		assert_string_equal(html_done(&h).s.p, expected);
	}
	fclose(f);
	arena_destroy(a);
}

int main(int argc, char **argv)
{
	static char names[][16] = {"attributes", "blocks", "page", "space", "words"};
	struct CMUnitTest tests[5] = {0};

	if (argc < 2)
		return 2;
	folder = argv[1];
	write_golden = argc > 2;
	for (size_t i = 0; i < 5; i++)
		tests[i] = (struct CMUnitTest){.name = names[i], .test_func = golden, .initial_state = names[i]};
	return cmocka_run_group_tests_name("tmplc", tests, NULL, NULL);
}
