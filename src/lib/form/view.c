/* view.c — from a field and its answer to the view of its input.
 *
 * What is the same for every row of a table (words, choices) is made once as a prototype; an answer that could
 * not be understood is shown as it was typed, in a plain text input if the proper one would hide it. */
#include "view.h"

#include <string.h>

#define RADIOS_MOST 6  /* choices; more go into a <select> */
#define COLUMNS_MOST 6 /* of a grid; the rest stands behind "More" in each row */

/* Countries and languages met most: first in the list, which stays complete below. */
static const char *const frequent_countries[] = {"NG", "CI", "GN", "CM", "CD", "SN", "ML", "MA",
						 "DZ", "TN", "AL", "CN", "VN", "BR", "CO"};
static const char *const frequent_languages[] = {"fr", "en", "ar", "es", "pt", "zh", "vi", "sq", "bin", "pcm", "yo"};

str view_id(struct arena *a, str name)
{
	return arena_fmt(a, "f-%.*s", STR_ARG(name));
}

static void add_frequent(struct viewer *w, struct input_view *v, const char *const *codes, size_t n)
{
	struct named *to = NEWS(w->a, struct named, n);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < v->n_choices; j++)
			if (str_eqz(v->choices[j].code, codes[i]))
				to[v->n_frequent++] = v->choices[j];
	v->frequent = to;
}

static void add_codes(struct viewer *w, struct input_view *v, const struct field *f)
{
	struct named *to = NEWS(w->a, struct named, f->choices->n + 1);

	for (size_t i = 0; i < f->choices->n; i++)
		to[i] = (struct named){f->choices->codes[i].code, label_in(&f->choices->codes[i].label, w->l)};
	v->choices = to;
	v->n_choices = f->choices->n;
}

static void add_choices(struct viewer *w, struct input_view *v, const struct field *f)
{
	if (!field_is(f, T_CODED))
		return;
	if (f->choices) {
		add_codes(w, v, f);
	} else if (f->type == FIELD_COUNTRY || f->type == FIELD_COUNTRIES) {
		v->choices = countries(w->l, &v->n_choices);
		add_frequent(w, v, frequent_countries, sizeof frequent_countries / sizeof *frequent_countries);
	} else {
		v->choices = languages(w->l, &v->n_choices);
		add_frequent(w, v, frequent_languages, sizeof frequent_languages / sizeof *frequent_languages);
	}
	v->dunno = f->unknown && (!f->choices || code_index(f->choices, UNKNOWN) < 0);
}

static enum shape shape_of(const struct field *f, size_t n_choices)
{
	switch (f->type) {
	case FIELD_NOTE:
		return SHAPE_NOTE;
	case FIELD_ONE:
		return n_choices <= RADIOS_MOST ? SHAPE_RADIOS : SHAPE_SELECT;
	case FIELD_MANY:
		return SHAPE_CHECKS;
	case FIELD_COUNTRY:
	case FIELD_COUNTRIES:
	case FIELD_LANG:
	case FIELD_LANGS:
		return SHAPE_SELECT;
	case FIELD_REPEAT:
		return SHAPE_REPEAT;
	case FIELD_GRID:
		return SHAPE_GRID;
	case FIELD_TEXT:
		return f->multiline ? SHAPE_AREA : SHAPE_TEXT;
	case FIELD_INTEGER:
	case FIELD_DATE:
	case FIELD_MONEY:
	case FIELD_PHONE:
	case FIELD_EMAIL:
		break;
	}
	return SHAPE_TEXT;
}

static const struct look {
	const char *type, *mode;
	bool ltr;
} looks[FIELD_TYPES] = {
	[FIELD_TEXT] = {"text", NULL, false}, [FIELD_INTEGER] = {"text", "numeric", true},
	[FIELD_DATE] = {"date", NULL, true},  [FIELD_MONEY] = {"text", "decimal", true},
	[FIELD_PHONE] = {"tel", NULL, true},  [FIELD_EMAIL] = {"text", "email", true},
};

static void add_relevance(struct viewer *w, struct input_view *v, const struct cond *c)
{
	struct buf b;

	if (!c)
		return;
	buf_init(&b, w->a, 4000);
	cond_write(&b, c);
	v->relevant = buf_done(&b);
	v->only_if = cond_words(w->a, w->l, w->form, c);
}

/* Everything that does not depend on an answer. */
static struct input_view prototype(struct viewer *w, const struct field *f)
{
	struct input_view v = {
		.label = label_in(&f->label, w->l),
		.hint = label_in(&f->hint, w->l),
		.why = label_in(&f->why, w->l),
		.type = looks[f->type].type,
		.mode = looks[f->type].mode,
		.ltr = looks[f->type].ltr,
		.max = f->type == FIELD_DATE ? 0 : f->max, /* a date has no length */
		.required = f->required,
		.tick = f->unknown && field_is(f, T_TYPED),
	};

	add_choices(w, &v, f);
	v.shape = shape_of(f, v.n_choices + v.dunno);
	add_relevance(w, &v, f->relevant);
	return v;
}

static str typed(struct arena *a, const struct json *v)
{
	if (v && v->type == JSON_INT)
		return arena_fmt(a, "%ld", (long)v->i);
	return v && v->type == JSON_STR ? v->s : STR("");
}

static void add_value(struct viewer *w, struct input_view *v, const struct field *f, const struct json *o)
{
	const struct json *answer = json_get_s(o, f->name);
	day d;

	if (v->tick) {
		str name = arena_fmt(w->a, "%.*s" UNKNOWN_TICK, STR_ARG(f->name));

		v->ticked = json_true(json_get_s(o, name)) || str_eq(json_str(answer), UNKNOWN);
		if (str_eq(json_str(answer), UNKNOWN))
			answer = NULL;
	}
	v->value = typed(w->a, answer);
	v->chosen = answer;
	v->can_clear = v->shape == SHAPE_RADIOS && !f->required && v->value.n;
	/* A date input would show nothing in place of what cannot be a date. */
	if (f->type == FIELD_DATE && v->value.n && !day_parse(v->value, &d))
		v->type = "text";
}

static str name_of(struct viewer *w, const struct input_view *v, str code)
{
	for (size_t i = 0; i < v->n_choices; i++)
		if (str_eq(v->choices[i].code, code))
			return v->choices[i].name;
	return str_eq(code, UNKNOWN) ? str_of(tr(w->l, N_("I don't know"))) : code;
}

/* A list of countries or languages: one <select> for the next answer, however many there are.  Each <select> holds
 * hundreds of names, and a page must stay light. */
static void add_given(struct viewer *w, struct input_view *v, const struct field *f)
{
	size_t n = json_count(v->chosen);

	if (v->shape != SHAPE_SELECT || !field_is(f, T_LIST))
		return;
	v->given = NEWS(w->a, struct named, n + 1);
	JSON_EACH (item, v->chosen) {
		str code = json_str(item);

		if (code.n)
			v->given[v->n_given++] = (struct named){code, name_of(w, v, code)};
	}
	v->full = v->n_given >= f->max;
	v->can_add = v->n_given + 1 < f->max;
}

static void add_error(struct viewer *w, struct input_view *v, const struct field *f)
{
	struct buf b;

	for (const struct err_field *e = w->errors ? w->errors->fields : NULL; e && !v->error.p; e = e->next)
		if (str_eq(e->field, v->name))
			v->error = error_words(w->a, w->l, f, e);
	if (!v->error.p && !v->hint.p && !v->only_if.p)
		return;
	buf_init(&b, w->a, 400);
	if (v->only_if.p)
		buf_fmt(&b, "%.*s-o ", STR_ARG(v->id));
	if (v->hint.p)
		buf_fmt(&b, "%.*s-h ", STR_ARG(v->id));
	if (v->error.p)
		buf_fmt(&b, "%.*s-e ", STR_ARG(v->id));
	v->described = str_trim(buf_done(&b));
}

static void fill_in(struct viewer *w, struct input_view *v, const struct field *f, const struct json *o, str prefix)
{
	v->name = arena_fmt(w->a, "%.*s%.*s", STR_ARG(prefix), STR_ARG(f->name));
	v->id = view_id(w->a, v->name);
	add_value(w, v, f, o);
	add_given(w, v, f);
	add_error(w, v, f);
}

static struct row_view repeat_row(struct viewer *w, const struct input_view *v, const struct field *f,
				  const struct input_view *protos, const struct json *row, size_t i)
{
	struct row_view r = {.name = arena_fmt(w->a, "%.*s.%zu", STR_ARG(v->name), i), .n_cells = f->n_fields};
	str prefix = arena_fmt(w->a, "%.*s.", STR_ARG(r.name));

	r.title = arena_fmt(w->a, "%.*s %.*s", STR_ARG(v->label), STR_ARG(fmt_int(w->a, w->l, (int64_t)i + 1)));
	r.cells = NEWS(w->a, struct input_view, f->n_fields);
	for (size_t c = 0; c < f->n_fields; c++) {
		r.cells[c] = protos[c];
		fill_in(w, &r.cells[c], &f->fields[c], row, prefix);
	}
	return r;
}

/* The rows there are, an empty one, and one more where the button was pressed; never more than the field takes. */
static void add_repeat(struct viewer *w, struct input_view *v, const struct field *f, const struct json *rows,
		       const struct input_view *protos)
{
	size_t n = json_count(rows), empty = 1 + str_eq(w->more, v->name);
	const struct json *row = json_first(rows);

	v->n_rows = n >= f->max ? n : n + empty > f->max ? f->max : n + empty;
	v->rows = NEWS(w->a, struct row_view, v->n_rows);
	for (size_t i = 0; i < v->n_rows; i++) {
		v->rows[i] = repeat_row(w, v, f, protos, row, i);
		row = row ? row->next : NULL;
	}
	v->can_add = v->n_rows < f->max;
}

static bool small(const struct field *f)
{
	return f->type == FIELD_ONE || f->type == FIELD_INTEGER || f->type == FIELD_MONEY;
}

static struct row_view grid_row(struct viewer *w, const struct input_view *v, const struct field *f,
				const struct json *row, const struct code *code)
{
	struct row_view r = {.name = arena_fmt(w->a, "%.*s.%.*s", STR_ARG(v->name), STR_ARG(code->code)),
			     .title = label_in(&code->label, w->l)};
	str prefix = arena_fmt(w->a, "%.*s.", STR_ARG(r.name));

	if (code->starred)
		r.title = arena_fmt(w->a, "%.*s ★", STR_ARG(r.title));
	r.cells = NEWS(w->a, struct input_view, f->n_fields);
	r.more = NEWS(w->a, struct input_view, f->n_fields);
	for (size_t c = 0; c < f->n_fields; c++) {
		bool column = v->columns[c].column;
		struct input_view *cell = column ? &r.cells[r.n_cells++] : &r.more[r.n_more++];

		*cell = v->columns[c];
		cell->hint = cell->only_if = cell->why = (str){0}; /* in the guide above the table */
		fill_in(w, cell, &f->fields[c], row, prefix);
		if (column)
			cell->spoken = arena_fmt(w->a, "%.*s: %.*s", STR_ARG(r.title), STR_ARG(cell->label));
		else
			r.open = r.open || cell->error.p || cell->value.n || cell->ticked || json_count(cell->chosen);
	}
	return r;
}

static const struct json *row_for(const struct json *rows, str code)
{
	JSON_EACH (row, rows)
		if (str_eq(json_text(row, "code"), code))
			return row;
	return NULL;
}

/* Short answers stand in columns, the rest behind "More" in each row. */
static void choose_columns(struct input_view *v, const struct field *f, struct input_view *protos)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_fields; i++) {
		protos[i].column = small(&f->fields[i]) && n < COLUMNS_MOST;
		n += protos[i].column;
		if (protos[i].column && protos[i].shape == SHAPE_RADIOS)
			protos[i].shape = SHAPE_SELECT;
		v->guided = v->guided || protos[i].hint.p || protos[i].only_if.p;
	}
	v->columns = protos;
	v->n_columns = f->n_fields;
}

static void add_grid(struct viewer *w, struct input_view *v, const struct field *f, const struct json *rows)
{
	v->n_rows = f->choices->n;
	v->rows = NEWS(w->a, struct row_view, v->n_rows);
	for (size_t i = 0; i < v->n_rows; i++) {
		const struct code *code = &f->choices->codes[i];

		v->rows[i] = grid_row(w, v, f, row_for(rows, code->code), code);
	}
}

struct input_view view_field(struct viewer *w, const struct field *f, const struct json *o, str prefix)
{
	struct input_view v = prototype(w, f), *protos;

	fill_in(w, &v, f, o, prefix);
	if (!field_is(f, T_FIELDS))
		return v;
	protos = NEWS(w->a, struct input_view, f->n_fields);
	for (size_t i = 0; i < f->n_fields; i++)
		protos[i] = prototype(w, &f->fields[i]);
	if (f->type == FIELD_GRID) {
		choose_columns(&v, f, protos);
		add_grid(w, &v, f, json_get_s(o, f->name));
	} else {
		add_repeat(w, &v, f, json_get_s(o, f->name), protos);
	}
	return v;
}
