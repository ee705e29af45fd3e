/* case_timeline.c — the one timeline of a case: every form and act, newest first, with what tells one from another. */
#include "case_web.h"

#define SHOWN 50 /* entries on a page; the older ones are a link away */

static const struct {
	const char *kind, *title;
} acts[] = {
	{"MOVE", N_("The file moved on")},
	{"ASSIGN", N_("The file was assigned")},
	{"GIVEN", N_("Access to the file was given by name")},
	{"TAKEN", N_("Access to the file by name was taken back")},
	{"OPENCOR", N_("The file of the country of return was opened")},
	{"WAIVER", N_("A condition was waived")},
};

static const char *act_title(str kind)
{
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (str_eqz(kind, acts[i].kind))
			return acts[i].title;
	return N_("Recorded act");
}

/* Forms filled many times: the questions that tell one from another. */
static const struct subject {
	const char *form, *first, *second;
	const char *yes, *no; /* where "Yes" alone would not say of what */
} subjects[] = {
	{"F03", "kind", "status"},
	{"F12", "service", "status"},
	{"F14", "point", "reached", N_("Reached"), N_("Not reached")},
	{"RSS", "point", NULL},
};

static const struct subject *subject_of(str form)
{
	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
		if (str_eqz(form, subjects[i].form))
			return &subjects[i];
	return NULL;
}

static bool has_text(str form)
{
	return subject_of(form) || str_eqz(form, "NOTE") || str_eqz(form, "NOTEC") || str_eqz(form, "CONT") ||
	       str_eqz(form, "CONTC");
}

static str said(struct ctx *c, const struct form *f, const struct json *answers, const char *name)
{
	const struct field *field = name ? form_field(f, str_of(name)) : NULL;
	const struct json *v = field ? json_get_s(answers, field->name) : NULL;

	return v ? answer_text(c->op.a, c->op.l, field, v) : STR("");
}

static str second_said(struct ctx *c, const struct subject *s, const struct form *f, const struct json *answers)
{
	str code = s->second ? json_text(answers, s->second) : (str){0};

	if (s->yes && str_eqz(code, "YES"))
		return str_of(tr(c->op.l, s->yes));
	if (s->no && str_eqz(code, "NO"))
		return str_of(tr(c->op.l, s->no));
	return said(c, f, answers, s->second);
}

static str subject_text(struct ctx *c, const struct form *f, const struct json *answers)
{
	const struct subject *s = subject_of(f->code);
	str first = said(c, f, answers, s->first), second = second_said(c, s, f, answers);

	return second.n ? arena_fmt(c->op.a, "%.*s · %.*s", STR_ARG(first), STR_ARG(second)) : first;
}

/* A note has one question per compartment its words may belong to; one of them is answered. */
static str first_text(const struct form *f, const struct json *answers)
{
	for (size_t s = 0; s < f->n_sections; s++)
		for (size_t i = 0; i < f->sections[s].n_fields; i++) {
			const struct field *field = &f->sections[s].fields[i];
			str text = field->type == FIELD_TEXT ? json_str(json_get_s(answers, field->name)) : (str){0};

			if (text.n)
				return text;
		}
	return STR("");
}

/* The text of a note or contact, what a form filled many times is about, and where the case went in a move. */
static struct err *event_text(struct ctx *c, const struct record *r, struct event_view *e)
{
	struct json *answers;
	uint32_t readable;
	str to;

	TRY(record_read(&c->op, c->kase, r, &answers, &readable));
	if (r->form) {
		e->text = subject_of(r->form->code) ? subject_text(c, r->form, answers) : first_text(r->form, answers);
		return NULL;
	}
	to = json_text(answers, "to");
	for (int s = 0; s < STATES; s++)
		if (str_eqz(to, state_codes[s]))
			e->text = str_of(tr(c->op.l, state_labels[s]));
	return NULL;
}

/* How many entries the reader has behind her. */
static size_t first_shown(const struct ctx *c, size_t n)
{
	int64_t from;

	return str_to_i64(ctx_query(c, "from"), &from) && from > 0 && (uint64_t)from < n ? (size_t)from : 0;
}

static str page_from(struct ctx *c, const struct case_view *v, size_t from)
{
	return arena_fmt(c->op.a, "%.*s?from=%zu#tl", STR_ARG(v->base), from);
}

/* That something was written, when and by whom, is for those who read a part of it. */
static size_t only_readable(const struct op *op, const struct kase *k, struct record *list, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (list[i].compartments & kase_reaches(op, k, list[i].dossier))
			list[kept++] = list[i];
	return kept;
}

static struct err *fill_event(struct ctx *c, const struct case_view *v, const struct record *r, struct event_view *e)
{
	e->on = r->on;
	e->class = r->form ? "" : "act";
	e->who = staff_name(c->op.house, c->op.vault, c->op.a, r->author);
	e->title = r->form ? label_in(&r->form->title, c->op.l) : str_of(tr(c->op.l, act_title(r->form_code)));
	if (r->form)
		e->url = arena_fmt(c->op.a, "%.*s/records/%.*s", STR_ARG(v->base), STR_ARG(id_text(c->op.a, r->id.v)));
	if (!r->form || has_text(r->form_code))
		TRY(event_text(c, r, e));
	return NULL;
}

struct err *case_fill_events(struct ctx *c, struct case_view *v)
{
	struct record *list;
	size_t all, from, n;

	TRY(record_list(&c->op, c->kase, &list, &all));
	all = only_readable(&c->op, c->kase, list, all);
	from = first_shown(c, all);
	n = all - from > SHOWN ? SHOWN : all - from;
	v->events = NEWS(c->op.a, struct event_view, n + 1);
	v->n_events = n;
	for (size_t i = 0; i < n; i++)
		TRY(fill_event(c, v, &list[from + i], &v->events[i]));
	if (from + n < all)
		v->older = page_from(c, v, from + n);
	if (from)
		v->newer = page_from(c, v, from > SHOWN ? from - SHOWN : 0);
	return NULL;
}
