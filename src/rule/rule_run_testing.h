/* rule_run_testing.h — a rule run as JSON in, JSON out: the answer it must give, or the place at which it must refuse. */
#pragma once
#include "rule.h"

#include "rule_testing.h"

static inline struct json *run(struct arena *a, const char *name, const char *input)
{
	struct json *out = NULL;
	struct err *e = rule_run(a, &rule_data, str_of(name), str_of(input), TODAY, &out);

	for (const struct err_field *f = e ? e->fields : NULL; f; f = f->next)
		print_error("%.*s: %s (%.*s)\n", STR_ARG(f->field), f->message, STR_ARG(f->arg));
	if (e)
		fail_msg("%s %s: %s", name, input, e->message);
	return out;
}

static inline void refused(struct arena *a, const char *name, const char *input, const char *place)
{
	struct json *out = NULL;
	struct err *e = rule_run(a, &rule_data, str_of(name), str_of(input), TODAY, &out);

	if (!e)
		fail_msg("%s %s was taken", name, input);
	assert_int_equal(err_kinds[e->kind].exit, 6);
	assert_null(out);
	if (!place)
		return;
	for (const struct err_field *f = e->fields; f; f = f->next)
		if (str_eqz(f->field, place))
			return;
	fail_msg("%s %s: nothing at %s; first: %.*s", name, input, place, e->fields ? (int)e->fields->field.n : 0,
		 e->fields ? e->fields->field.p : "");
}

/* No straight apostrophe, no plain space where French wants one that does not break. */
static inline bool french_typography(str text)
{
	static const char *const wrong[] = {"'", " :", " ;", " ?", " !", " %", " 000"};
	bool good = text.n > 10;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		good &= str_find(text, str_of(wrong[i])) < 0;
	return good;
}
