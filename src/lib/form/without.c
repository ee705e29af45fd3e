/* without.c — a form of which the program knows some answers: the questions that are left, and of their conditions what is
 * left to judge.
 *
 * A field that is neither given nor asked has no answer, so a condition that names only such fields is judged here.  Of one
 * that names asked fields too, the judged halves go, and the page and its script see the rest: a page without a question
 * would take it for one left empty.  On filing the whole condition is judged again, with the answers of both. */
#include "inside.h"

struct without {
	struct arena *a;
	const struct json *given;
	struct form *left; /* so far: conditions name fields above */
	day today;
};

static struct cond *rest(const struct without *w, const struct cond *c, bool *holds);

static struct cond *rest_of_group(const struct without *w, const struct cond *c, bool *holds)
{
	struct cond *group = NEW(w->a, struct cond), **end = &group->first;
	bool neutral = c->op == COND_AND;

	*group = (struct cond){.op = c->op};
	for (const struct cond *k = c->first; k; k = k->next) {
		struct cond *r = rest(w, k, holds);

		if (!r && *holds != neutral)
			return NULL;
		if (r) {
			*end = r;
			end = &r->next;
		}
	}
	*holds = neutral;
	return group->first && !group->first->next ? group->first : group->first ? group : NULL;
}

/* What nobody can know before the questions left are answered; NULL: nothing, and *holds says it. */
static struct cond *rest(const struct without *w, const struct cond *c, bool *holds)
{
	struct cond *open;

	if (c->op == COND_AND || c->op == COND_OR)
		return rest_of_group(w, c, holds);
	if (!form_field(w->left, c->field)) {
		*holds = cond_holds(c, w->given, NULL, w->today);
		return NULL;
	}
	open = NEW(w->a, struct cond);
	*open = *c;
	open->next = NULL;
	return open;
}

static bool asked(const struct without *w, const struct field *from, struct field *to)
{
	bool holds = true;

	*to = *from;
	if (json_get_s(w->given, from->name))
		return false;
	if (from->relevant)
		to->relevant = rest(w, from->relevant, &holds);
	return to->relevant || holds;
}

static void copy_fields(const struct without *w, const struct field *from, size_t n, struct field **to, size_t *n_to)
{
	*to = NEWS(w->a, struct field, n + 1);
	*n_to = 0;
	for (size_t i = 0; i < n; i++) {
		struct field *f = &(*to)[*n_to];

		if (!asked(w, &from[i], f))
			continue;
		++*n_to;
		if (from[i].n_fields)
			copy_fields(w, from[i].fields, from[i].n_fields, &f->fields, &f->n_fields);
	}
}

const struct form *form_without(struct arena *a, const struct form *form, const struct json *given, day today)
{
	struct form *left = NEW(a, struct form);
	struct without w = {a, given, left, today};

	*left = *form;
	left->sections = NEWS(a, struct section, form->n_sections + 1);
	left->n_sections = 0;
	for (size_t i = 0; i < form->n_sections; i++) {
		const struct section *from = &form->sections[i];
		struct section *to = &left->sections[left->n_sections++];

		*to = *from;
		to->n_fields = 0;
		copy_fields(&w, from->fields, from->n_fields, &to->fields, &to->n_fields);
		if (to->n_fields == 0)
			left->n_sections--;
	}
	return left;
}
