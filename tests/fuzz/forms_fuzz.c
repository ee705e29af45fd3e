/* forms_fuzz.c — any bytes as a form definition, and as a code list: refused or loaded, and then drawn. */
#include <stdlib.h>

#include "form_lists.h"

static struct arena *shared; /* for the whole run */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	shared = arena_create(16 << 20);
	return i18n_start(shared) ? -1 : 0;
}

static void draw(struct arena *a, const struct form *f)
{
	struct json *v = json_object(a);
	struct err *e = form_check(a, f, v, ~0u, day_of(2018, 11, 20), false);
	struct html h;

	html_init(&h, a, locale_get(STR("fr")), 16 << 20);
	form_inputs(&h, f, v, e, ~0u, (str){0});
	form_show(&h, f, v, ~0u);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_create((size_t)256 << 20);
	struct form_source in = {"in.json", {(const char *)data, n}}, lists[] = {lists_known[0], in};
	struct forms *f = NULL;

	if (setjmp(*arena_guard(a)) == 0) {
		if (!forms_load(a, lists_known, 3, &in, 1, NULL, &f))
			for (size_t i = 0; i < f->n; i++)
				draw(a, &f->forms[i]);
		if (forms_load(a, lists, 2, NULL, 0, NULL, &f) == NULL && f->n_lists != 2)
			abort();
	}
	arena_unguard(a);
	arena_destroy(a);
	return 0;
}
