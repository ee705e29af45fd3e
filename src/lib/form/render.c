/* render.c — the inputs of a form: error summary, sections, fields; what the reader may not see is named, with
 * those who may. */
#include "form_html.h"
#include "view.h"

#define LISTED_MOST 20 /* errors with a link in the summary: more is a wall, and each is marked at its place */

/* The field of an input called NAME or NAME.ROW.CELL, and the words for the place: "Family: 2: Name". */
static const struct field *place_of(struct viewer *w, str input, str *words)
{
	str rest = input, name = str_split(&rest, '.'), row = str_split(&rest, '.');
	const struct field *f = form_field(w->form, name), *cell;
	str parts[3];
	int64_t i;

	*words = f ? label_in(&f->label, w->l) : input;
	cell = f && rest.p ? form_field(w->form, rest) : NULL;
	if (!cell)
		return f;
	parts[0] = *words;
	parts[1] = f->type == FIELD_GRID ? code_label(f->choices, row, w->l)
		   : str_to_i64(row, &i) ? fmt_int(w->a, w->l, i + 1)
					 : row;
	parts[2] = label_in(&cell->label, w->l);
	*words = arena_join(w->a, parts, 3, str_of(tr(w->l, ": ")));
	return cell;
}

static void summary(struct html *h, struct viewer *w)
{
	struct problems p = {.all = NEWS(w->a, struct problem, LISTED_MOST)};

	for (const struct err_field *e = w->errors->fields; e; e = e->next, p.total++) {
		struct problem *to = &p.all[p.n];
		const struct field *f;

		if (p.n == LISTED_MOST)
			continue;
		f = place_of(w, e->field, &to->label);
		to->id = view_id(w->a, e->field);
		to->message = error_words(w->a, w->l, f, e);
		p.n++;
	}
	if (p.n)
		form_summary(h, &p);
}

static void fields(struct html *h, struct viewer *w, const struct section *s, const struct json *answers,
		   uint32_t readable)
{
	uint32_t said = 0;

	EACH_FIELD (f, s) {
		struct input_view v;

		if (!masked(f, readable)) {
			v = view_field(w, f, answers, STR(""));
			form_input(h, &v);
			continue;
		}
		if (!(said & COMP_BIT(f->compartment)))
			form_masked(h, compartment_labels[f->compartment],
				    readers_words(w->a, w->l, w->form, f->compartment));
		said |= COMP_BIT(f->compartment);
	}
}

void form_inputs(struct html *h, const struct form *form, const struct json *answers, const struct err *errors,
		 uint32_t readable, str more)
{
	struct viewer w = {h->a, h->l, form, errors, more};

	if (errors)
		summary(h, &w);
	EACH_SECTION (s, form) {
		form_section(h, label_in(&s->title, h->l), label_in(&s->intro, h->l));
		fields(h, &w, s, answers, readable);
	}
}

#define BLANK_MAX ((size_t)1 << 20)

static html_frag write_blank(struct arena *a, const struct form *f, const struct locale *l)
{
	struct html h;

	html_init(&h, a, l, BLANK_MAX);
	form_inputs(&h, f, json_object(a), NULL, UINT32_MAX, STR(""));
	return html_done(&h);
}

void form_keep_blank(struct arena *a, struct forms *all, str code)
{
	for (size_t i = 0; i < all->n; i++) {
		struct form *f = &all->forms[i];

		if (!str_eq(f->code, code))
			continue;
		f->blank = NEWS(a, html_frag, locale_count());
		for (size_t l = 0; l < locale_count(); l++)
			f->blank[l] = write_blank(a, f, locale_at(l));
	}
}

html_frag form_blank(struct arena *a, const struct form *f, const struct locale *l)
{
	for (size_t i = 0; f->blank && i < locale_count(); i++)
		if (locale_at(i) == l)
			return f->blank[i];
	return write_blank(a, f, l);
}
