/* copy.c — masking, and the two shapes of a copy. */
#include "copy.h"

#include "doc.h"

#define COPY_MAX (8u << 20)

struct lines {
	struct arena *a;
	const struct locale *l;
	const str *kept;
	size_t n_kept, room;
	struct copy_record *r;
};

static struct copy_line *line(struct lines *s)
{
	struct copy_record *r = s->r;

	if (r->n == s->room) {
		struct copy_line *more = NEWS(s->a, struct copy_line, s->room * 2 + 32);

		for (size_t i = 0; i < r->n; i++)
			more[i] = r->lines[i];
		r->lines = more;
		s->room = s->room * 2 + 32;
	}
	r->lines[r->n] = (struct copy_line){0};
	return &r->lines[r->n++];
}

static bool read_by_somebody(const struct lines *s, str key)
{
	for (size_t i = 0; i < s->n_kept; i++)
		if (str_eq(s->kept[i], key))
			return true;
	return false;
}

static void add(struct lines *s, const struct field *f, str name, str question, const struct json *v)
{
	struct copy_line *l = line(s);
	const char *mask = about_rows[f->about].label;

	*l = (struct copy_line){.name = name, .question = question, .value = v};
	if (!mask) {
		l->answer = answer_text(s->a, s->l, f, v);
		return;
	}
	if (f->about == ABOUT_MIXED) {
		l->key = arena_fmt(s->a, "%.*s.%d.%.*s", STR_ARG(s->r->id), s->r->version, STR_ARG(name));
		l->words = answer_text(s->a, s->l, f, v);
		if (read_by_somebody(s, l->key)) {
			l->answer = l->words;
			return;
		}
	}
	l->masked = true;
	l->value = NULL;
	l->answer = str_of(tr(s->l, mask));
	s->r->n_masked++;
}

static str row_name(struct lines *s, const struct field *outer, const struct json *row, size_t at)
{
	str code = json_text(row, "code");

	return outer->type == FIELD_GRID && code.n ? arena_fmt(s->a, "%.*s.%.*s", STR_ARG(outer->name), STR_ARG(code))
						   : arena_fmt(s->a, "%.*s.%zu", STR_ARG(outer->name), at);
}

static str row_title(struct lines *s, const struct field *outer, const struct json *row, size_t at)
{
	if (outer->type == FIELD_GRID)
		return code_label(outer->choices, json_text(row, "code"), s->l);
	return arena_fmt(s->a, "%.*s %zu", STR_ARG(label_in(&outer->label, s->l)), at + 1);
}

/* Rows that are all of others are one masked line: not even how many there are. */
static void add_rows(struct lines *s, const struct field *f, const struct json *rows)
{
	size_t at = 0;

	if (!json_count(rows))
		return;
	if (about_rows[f->about].label && f->about != ABOUT_MIXED) {
		add(s, f, f->name, label_in(&f->label, s->l), rows);
		return;
	}
	JSON_EACH (row, rows) {
		str name = row_name(s, f, row, at), title = row_title(s, f, row, at);

		for (size_t i = 0; i < f->n_fields; i++) {
			const struct field *cell = &f->fields[i];
			const struct json *v = json_get_s(row, cell->name);

			if (v && cell->type != FIELD_NOTE)
				add(s, cell, arena_fmt(s->a, "%.*s.%.*s", STR_ARG(name), STR_ARG(cell->name)),
				    arena_join(s->a, (str[]){title, label_in(&cell->label, s->l)}, 2, STR(" – ")), v);
		}
		at++;
	}
}

void copy_lines(struct arena *a, const struct locale *l, const struct json *answers, const str *kept, size_t n_kept,
		struct copy_record *r)
{
	struct lines s = {.a = a, .l = l, .kept = kept, .n_kept = n_kept, .r = r};

	r->n = r->n_masked = 0;
	for (size_t k = 0; k < r->form->n_sections; k++)
		for (size_t i = 0; i < r->form->sections[k].n_fields; i++) {
			const struct field *f = &r->form->sections[k].fields[i];
			const struct json *v = json_get_s(answers, f->name);

			if (!v || f->type == FIELD_NOTE)
				continue;
			if (f->n_fields)
				add_rows(&s, f, v);
			else
				add(&s, f, f->name, label_in(&f->label, l), v);
		}
}

static void put(struct arena *a, struct json *o, const char *key, str s)
{
	json_set(a, o, str_of(key), json_new_str(a, s));
}

static struct json *record_json(struct arena *a, const struct locale *l, const struct copy_record *r)
{
	struct json *o = json_object(a), *list = json_array(a);

	put(a, o, "form", r->form->code);
	put(a, o, "title", label_in(&r->form->title, l));
	put(a, o, "recorded_on", day_iso(a, r->on));
	json_set(a, o, STR("version"), json_new_int(a, r->version));
	for (size_t i = 0; i < r->n; i++) {
		struct json *line = json_object(a);

		put(a, line, "name", r->lines[i].name);
		put(a, line, "question", r->lines[i].question);
		if (r->lines[i].masked)
			put(a, line, "masked", r->lines[i].answer);
		else {
			put(a, line, "answer", r->lines[i].answer);
			json_set(a, line, STR("value"), json_copy(a, r->lines[i].value));
		}
		json_push(list, line);
	}
	json_set(a, o, STR("answers"), list);
	return o;
}

str copy_json(struct arena *a, const struct locale *l, const struct copy *c)
{
	struct json *o = json_object(a), *records = json_array(a), *recipients = json_array(a);

	put(a, o, "format", STR("rivage-copy/1"));
	put(a, o, "reference", c->reference);
	put(a, o, "made_on", day_iso(a, c->made));
	put(a, o, "language", locale_tag(l));
	json_set(a, o, STR("masked"), json_new_int(a, (int64_t)c->n_masked));
	for (size_t i = 0; i < c->n; i++)
		json_push(records, record_json(a, l, &c->records[i]));
	json_set(a, o, STR("records"), records);
	for (size_t i = 0; i < c->n_recipients; i++)
		json_push(recipients, json_new_str(a, c->recipients[i]));
	json_set(a, o, STR("passed_on"), recipients);
	return json_dump(a, o, COPY_MAX);
}

static void record_pdf(struct arena *a, const struct locale *l, struct doc *d, const struct copy_record *r)
{
	struct doc_key *rows = NEWS(a, struct doc_key, r->n + 1);

	doc_h2(d, arena_join(a, (str[]){label_in(&r->form->title, l), fmt_day(a, l, r->on, DATE_LONG)}, 2, STR(" · ")));
	for (size_t i = 0; i < r->n; i++)
		rows[i] = (struct doc_key){r->lines[i].question, r->lines[i].answer};
	doc_keys(d, rows, r->n);
}

struct err *copy_pdf(struct arena *a, const struct locale *l, const struct copy *c, str *pdf)
{
	struct doc *d = doc_new(a, (struct doc_meta){.title = STR("Document"),
						     .reference = c->reference,
						     .lang = locale_tag(l),
						     .rtl = locale_rtl(l)});

	doc_h1(d, str_of(tr(l, "Copy of your file")));
	doc_text(d, fmt_day(a, l, c->made, DATE_LONG));
	doc_note(d,
		 str_of(tr(l, "This paper says who you are and what happened to you. Keep it where nobody else finds "
			      "it, or ask us to keep it for you.")));
	doc_text(d,
		 str_of(tr(l, "You may have what is wrong corrected, ask that it be erased or no longer used, and "
			      "complain to the data-protection authority or to a court. What tells of other people is "
			      "masked.")));
	for (size_t i = 0; i < c->n; i++)
		if (c->records[i].n)
			record_pdf(a, l, d, &c->records[i]);
	doc_h2(d, str_of(tr(l, "What was passed on")));
	for (size_t i = 0; i < c->n_recipients; i++)
		doc_item(d, c->recipients[i]);
	if (!c->n_recipients)
		doc_text(d, str_of(tr(l, "Nothing was passed on.")));
	return doc_pdf(d, a, pdf);
}
