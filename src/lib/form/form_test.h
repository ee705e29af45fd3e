/* form_test.h — what the tests of this library share: short spellings of labels, two code lists, an arena each. */
#pragma once
#include "form.h"
#include "testing.h"

#define WORDS "{\"fr\":\"t\",\"en\":\"T\",\"ar\":\"ع\"}"
#define LABEL "\"label\":" WORDS
#define TITLE "\"title\":" WORDS
#define IDENTITY "\"compartment\":\"identity\",\"sensitivity\":\"P2\""
#define WHY "\"purpose\":\"HELP\",\"basis\":[\"A6\"]"
#define OWN "\"about\":\"person\""
#define CODE(code) "{\"code\":\"" code "\",\"fr\":\"t " code "\",\"en\":\"T " code "\",\"ar\":\"ع\"}"
#define LIST(name, codes)                                                                                              \
	"{\"list\":\"" name "\",\"version\":1,\"source\":\"test\",\"official\":false,\"codes\":[" codes "]}"

static const struct form_source test_codes[] = {
	{"YN.json", STR(LIST("YN", CODE("YES") "," CODE("NO")))},
	{"PURPOSE.json", STR(LIST("PURPOSE", CODE("HELP")))},
	{"LEGAL_BASIS.json", STR(LIST("LEGAL_BASIS", CODE("A6") "," CODE("A9")))},
	{"KIND.json", STR(LIST("KIND", CODE("A") "," CODE("B") "," CODE("ND")))},
	{"LONG.json", STR(LIST("LONG", CODE("A") "," CODE("B") "," CODE("C") "," CODE("D") "," CODE("E") "," CODE(
					       "F") "," CODE("G")))},
	{"STAR.json",
	 STR(LIST("STAR", "{\"code\":\"A\",\"fr\":\"t A\",\"en\":\"T A\",\"ar\":\"ع\",\"starred\":true}," CODE("B")))},
};
#define TEST_CODES (sizeof test_codes / sizeof *test_codes)

static struct arena *i18n_arena; /* for the whole run */

static inline int start_i18n(void **state)
{
	*state = NULL;
	i18n_arena = arena_create(16 << 20);
	return i18n_start(i18n_arena) ? -1 : 0;
}

static inline int end_i18n(void **state)
{
	(void)state;
	arena_destroy(i18n_arena);
	return 0;
}

static inline struct forms *load_ok(struct arena *a, str text)
{
	struct form_source file = {"T.json", text};
	struct forms *f = NULL;
	struct err *e = forms_load(a, test_codes, TEST_CODES, &file, 1, NULL, &f);

	for (const struct err_field *at = e ? e->fields : NULL; at; at = at->next)
		print_error("%.*s: %s %.*s\n", STR_ARG(at->field), at->message, STR_ARG(at->arg));
	assert_null(e);
	return f;
}
