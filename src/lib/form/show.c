/* show.c — a form for reading, and what changed between two versions of it.
 *
 * What a person typed is always isolated (<bdi>), so that its direction never leaks into the words around it. */
#include "form_html.h"
#include "page.h"

#define WORDS_MOST (1 << 20)

static bool foreign(const struct field *f)
{
	return field_is(f, T_TYPED);
}

static struct fact fact_of(struct html *h, const struct field *f, const struct json *v)
{
	return (struct fact){
		.label = label_in(&f->label, h->l),
		.answer = answer_words(h->a, h->l, f, v, WORDS_MOST),
		.foreign = foreign(f),
	};
}

static const struct table_view *table_of(struct html *h, const struct field *f, const struct json *rows)
{
	struct table_view *t = NEW(h->a, struct table_view);
	bool grid = f->type == FIELD_GRID;
	str *heads = NEWS(h->a, str, f->n_fields + 1);
	size_t n = 0;

	if (grid)
		heads[n++] = label_in(&f->label, h->l);
	EACH_FIELD (cell, f)
		heads[n++] = label_in(&cell->label, h->l);
	t->heads = heads;
	t->n_heads = n;
	t->rows = NEWS(h->a, struct table_row, json_count(rows));
	JSON_EACH (row, rows) {
		struct fact *cells = NEWS(h->a, struct fact, n);
		size_t i = 0;

		if (grid)
			cells[i++] = (struct fact){.label = heads[0],
						   .answer = code_label(f->choices, json_text(row, "code"), h->l)};
		EACH_FIELD (cell, f)
			cells[i++] = fact_of(h, cell, json_get_s(row, cell->name));
		t->rows[t->n_rows++].cells = cells;
	}
	return t;
}

void form_show(struct html *h, const struct form *form, const struct json *answers, uint32_t readable)
{
	EACH_SECTION (s, form) {
		struct fact *facts = NEWS(h->a, struct fact, s->n_fields);
		uint32_t hidden = 0;
		size_t n = 0;

		EACH_FIELD (f, s) {
			const struct json *v = json_get_s(answers, f->name);

			if (masked(f, readable))
				hidden |= COMP_BIT(f->compartment);
			else if (v && field_is(f, T_FIELDS))
				facts[n++] = (struct fact){.label = label_in(&f->label, h->l),
							   .table = table_of(h, f, v)};
			else if (field_is(f, T_ANSWER) && (v || !f->relevant)) /* not asked: nothing to say */
				facts[n++] = fact_of(h, f, v);
		}
		form_facts(h, label_in(&s->title, h->l), facts, n);
		for (int c = 0; c < COMPARTMENTS; c++)
			if (hidden & COMP_BIT(c))
				form_masked(h, compartment_labels[c],
					    readers_words(h->a, h->l, form, (enum compartment)c));
	}
}

void form_diff(struct html *h, const struct form *form, const struct json *old, const struct json *new_,
	       uint32_t readable)
{
	struct change *changes;
	size_t n = 0, most = 0;

	EACH_SECTION (s, form)
		most += s->n_fields;
	changes = NEWS(h->a, struct change, most);
	EACH_SECTION (s, form) {
		EACH_FIELD (f, s) {
			const struct json *x = json_get_s(old, f->name), *y = json_get_s(new_, f->name);

			if (masked(f, readable) || !field_is(f, T_ANSWER) || json_equal(x, y))
				continue;
			changes[n++] = (struct change){label_in(&f->label, h->l),
						       answer_words(h->a, h->l, f, x, WORDS_MOST),
						       answer_words(h->a, h->l, f, y, WORDS_MOST)};
		}
	}
	form_changes(h, changes, n);
}
