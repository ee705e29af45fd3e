/* split.c — one JSON object per compartment for sealing, and back into one in the order of the form. */
#include "inside.h"

void form_split(struct arena *a, const struct form *form, const struct json *answers, struct json *parts[COMPARTMENTS])
{
	for (int c = 0; c < COMPARTMENTS; c++)
		parts[c] = form->compartments & COMP_BIT(c) ? json_object(a) : NULL;
	EACH_SECTION (s, form) {
		EACH_FIELD (f, s) {
			const struct json *v = json_get_s(answers, f->name);

			if (v && field_is(f, T_ANSWER))
				json_set(a, parts[f->compartment], f->name, json_copy(a, v));
		}
	}
}

struct json *form_join(struct arena *a, const struct form *form, struct json *const parts[COMPARTMENTS])
{
	struct json *answers = json_object(a);

	EACH_SECTION (s, form) {
		EACH_FIELD (f, s) {
			const struct json *v;

			if (!field_is(f, T_ANSWER))
				continue;
			v = json_get_s(parts[f->compartment], f->name);
			if (v)
				json_set(a, answers, f->name, json_copy(a, v));
		}
	}
	return answers;
}
