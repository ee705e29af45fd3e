/* register.c — gathering, purpose by purpose, what the forms ask, on what ground, who reads it and how long it is kept. */
#include "register.h"

#include "csv.h"

#define CELL_MAX (64u << 10)

struct words { /* each once, in the order in which they come */
	str *list;
	size_t n, room;
};

static void add(struct arena *a, struct words *w, str word)
{
	for (size_t i = 0; i < w->n; i++)
		if (str_eq(w->list[i], word))
			return;
	if (!word.n)
		return;
	if (w->n == w->room) {
		str *more = NEWS(a, str, w->room * 2 + 32);

		for (size_t i = 0; i < w->n; i++)
			more[i] = w->list[i];
		w->list = more;
		w->room = w->room * 2 + 32;
	}
	w->list[w->n++] = word;
}

static str joined(struct arena *a, const struct words *w)
{
	return arena_join(a, w->list, w->n, STR("; "));
}

struct gathered {
	struct arena *a;
	const struct house *house;
	const struct locale *l;
	struct words basis, forms, data, whom, readers, kept;
	bool abroad;
};

str retention_words(const struct retention_text *t, const struct locale *l)
{
	return label_in(&(struct label){t->fr, t->en, t->ar}, l);
}

static void add_kept(struct gathered *g, str code)
{
	int at = retention_find(g->house->retention, code);

	if (at >= 0)
		add(g->a, &g->kept, retention_words(&g->house->retention->rules[at].why, g->l));
}

/* What a form that stands in no case asks is not said of a person supported. */
static void add_field(struct gathered *g, const struct form *f, const struct field *field)
{
	bool of_person = field->about == ABOUT_PERSON && form_no_find(f->code) >= FORMS;

	if (field->type == FIELD_NOTE)
		return;
	if (about_rows[field->about].who && !of_person)
		add(g->a, &g->whom, str_of(tr(g->l, about_rows[field->about].who)));
	add(g->a, &g->data, str_of(tr(g->l, compartment_labels[field->compartment])));
	add_kept(g, field->retention);
	for (size_t i = 0; i < field->n_fields; i++)
		add_field(g, f, &field->fields[i]);
}

static void add_form(struct gathered *g, const struct form *f)
{
	const struct code_list *grounds = list_find(g->house->forms, STR("LEGAL_BASIS"));

	add(g->a, &g->forms, label_in(&f->title, g->l));
	for (size_t i = 0; i < f->n_basis; i++)
		add(g->a, &g->basis, code_label(grounds, f->basis[i], g->l));
	for (size_t s = 0; s < f->n_sections; s++)
		for (size_t i = 0; i < f->sections[s].n_fields; i++)
			add_field(g, f, &f->sections[s].fields[i]);
	for (enum role r = ROLE_PUBLIC; r < ROLES; r++)
		if (roles[r].reads[f->dossier] & f->compartments)
			add(g->a, &g->readers, str_of(tr(g->l, roles[r].name)));
	g->abroad = g->abroad || f->dossier == DOSSIER_COR;
}

void register_make(struct arena *a, const struct house *house, const struct locale *l, struct processing **out,
		   size_t *n)
{
	const struct code_list *purposes = list_find(house->forms, STR("PURPOSE"));

	*out = NEWS(a, struct processing, purposes->n + 1);
	*n = 0;
	for (size_t p = 0; p < purposes->n; p++) {
		struct gathered *g = NEW(a, struct gathered);

		*g = (struct gathered){.a = a, .house = house, .l = l};
		for (size_t i = 0; i < house->forms->n; i++) {
			const struct form *f = &house->forms->forms[i];

			if (str_eq(f->purpose, purposes->codes[p].code) && f == form_find(house->forms, f->code, 0))
				add_form(g, f);
		}
		if (!g->forms.n)
			continue;
		(*out)[(*n)++] = (struct processing){
			.purpose = label_in(&purposes->codes[p].label, l),
			.basis = joined(a, &g->basis),
			.forms = joined(a, &g->forms),
			.data = joined(a, &g->data),
			.whom = joined(a, &g->whom),
			.readers = joined(a, &g->readers),
			.abroad = str_of(tr(l, g->abroad ? N_("The office in the country of return, on consent C3, and "
							      "organisations the person has named in a consent")
							 : N_("None, but organisations the person has named in a "
							      "consent"))),
			.kept = joined(a, &g->kept),
		};
	}
}

static void put_cell(struct buf *b, str cell, bool last)
{
	csv_cell(b, cell);
	buf_z(b, last ? "\r\n" : ",");
}

str register_csv(struct arena *a, const struct locale *l, const struct processing *rows, size_t n)
{
	static const char *const titles[] = {N_("Purpose"),
					     N_("Legal basis"),
					     N_("Forms"),
					     N_("Categories of data"),
					     N_("People concerned"),
					     N_("Who reads it here"),
					     N_("Recipients and transfers"),
					     N_("How long it is kept")};
	struct buf b;

	buf_init(&b, a, CELL_MAX * (n + 1));
	buf_z(&b, "\xef\xbb\xbf"); /* so that spreadsheets read it as UTF-8 */
	for (size_t i = 0; i < 8; i++)
		put_cell(&b, str_of(tr(l, titles[i])), i == 7);
	for (size_t i = 0; i < n; i++) {
		const str cells[8] = {rows[i].purpose, rows[i].basis,   rows[i].forms,  rows[i].data,
				      rows[i].whom,    rows[i].readers, rows[i].abroad, rows[i].kept};

		for (size_t k = 0; k < 8; k++)
			put_cell(&b, cells[k], k == 7);
	}
	return b.over ? (str){0} : buf_done(&b);
}
