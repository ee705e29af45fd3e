/* form_web.c — filling, drafting, filing and correcting any form of a case.  One handler serves them all. */
#include <string.h>

#include "case_web.h"
#include "core_sql.h"
#include "form_page_html.h"

struct filling {
	const struct form *f;
	record_id id;
	int based_on;
	struct json *answers;
	struct err *errors;
	str more, reason;
	bool draft, stash, refused, conflict;
	bool hide;       /* where the person is: neither shown nor changed */
	bool from_draft; /* the page was drawn from a draft: what it hides is in there */
	struct record theirs;
};

static struct err *wanted_form(struct ctx *c, const struct form **out)
{
	const struct form *f = form_find(c->op.house->forms, ctx_capture(c, "form"), 0);

	if (!f || form_no_find(f->code) == FORMS)
		return FAIL(c->op.a, NOT_FOUND, NULL, "no such form");
	if (!form_filled_by(f, c->op.actor.role))
		return FAIL(c->op.a, DENIED, "Your role does not fill this form.", "role may not write the form");
	if (f->dossier == DOSSIER_COR && !(c->kase->head.flags & FLAG_COR_OPEN))
		return FAIL(c->op.a, INVALID,
			    "This form belongs to the file of the country of return, which opens with consent C3.",
			    "COR file is not open");
	*out = f;
	return NULL;
}

#define LOCATION COMP_BIT(COMP_LOCATION)

/* What is shown of it: a form that is new asks everything, one that says where the person is hides it until asked. */
static uint32_t shown(const struct ctx *c, const struct filling *w)
{
	uint32_t reaches = kase_reaches(&c->op, c->kase, w->f->dossier);

	return w->hide ? reaches & ~LOCATION : reaches;
}

/* The questions about where the person is, one after the other; NULL behind the last. */
static const struct field *next_location(const struct form *f, size_t *s, size_t *i)
{
	for (; *s < f->n_sections; (*s)++, *i = 0)
		while (*i < f->sections[*s].n_fields) {
			const struct field *field = &f->sections[*s].fields[(*i)++];

			if (field->compartment == COMP_LOCATION)
				return field;
		}
	return NULL;
}

static bool has_location(const struct form *f)
{
	size_t s = 0, i = 0;

	return next_location(f, &s, &i) != NULL;
}

static bool posted(const struct http_pair *pairs, size_t n, str name)
{
	for (size_t i = 0; i < n; i++) {
		str is = pairs[i].name;

		if (str_eq(is, name) || (str_starts(is, name) && is.n > name.n && is.p[name.n] == '.'))
			return true;
	}
	return false;
}

/* Whether the page these come from showed where the person is. */
static bool says_location(const struct form *f, const struct http_pair *pairs, size_t n)
{
	const struct field *field;

	for (size_t s = 0, i = 0; (field = next_location(f, &s, &i));)
		if (posted(pairs, n, field->name))
			return true;
	return false;
}

/* Whether this session has asked where the person is: an opening for writing has that part in any case, one for
 * reading only then.  Refused, as over a limit, it is not shown. */
static bool revealed(struct ctx *c, const struct form *f)
{
	struct kase *seen;

	if (kase_find(&c->op, c->kase->head.id, &seen) || kase_open(&c->op, seen, PURPOSE_READ))
		return false;
	return seen->readable[f->dossier] & LOCATION;
}

static struct err *show_form(struct ctx *c, const struct filling *w)
{
	struct page p = {.title = N_("Form"),
			 .section = "cases",
			 .kase = c->kase,
			 .filling = true,
			 .status = w->conflict ? 409
				   : w->errors ? 422
					       : 200};
	struct form_page_view v = {
		.title = label_in(&w->f->title, c->op.l),
		.intro = label_in(&w->f->intro, c->op.l),
		.case_base = case_base(c, c->kase),
		.record = id_text(c->op.a, w->id.v),
		.based_on = arena_fmt(c->op.a, "%d", w->based_on),
		.correcting = w->based_on > 0,
		.has_draft = w->draft,
		.from_stash = w->stash,
		.conflict = w->conflict,
		.reason = w->reason,
		.from_draft = w->from_draft,
		.hides = w->hide && has_location(w->f) && (kase_reaches(&c->op, c->kase, w->f->dossier) & LOCATION),
	};
	struct html inputs = c->h;

	v.restricted = restriction_told(c, w->f);
	if (w->refused)
		p.status = 422;
	v.action = stash_action(c, arena_fmt(c->op.a, "%.*s/forms/%.*s", STR_ARG(v.case_base), STR_ARG(w->f->code)));
	html_init(&inputs, c->op.a, c->op.l, 4 << 20);
	form_inputs(&inputs, w->f, w->answers, w->errors, shown(c, w), w->more);
	v.inputs = html_done(&inputs);
	if (w->conflict) {
		struct json *theirs;
		struct html side;
		uint32_t readable;

		TRY(record_read(&c->op, c->kase, &w->theirs, &theirs, &readable));
		html_init(&side, c->op.a, c->op.l, 4 << 20);
		if (!revealed(c, w->f))
			readable &= ~LOCATION;
		form_diff(&side, w->f, w->answers, theirs, readable & shown(c, w));
		v.theirs = html_done(&side);
		v.theirs_by = staff_name(c->op.house, c->op.vault, c->op.a, w->theirs.author);
		v.theirs_on = w->theirs.on;
	}
	page_begin(c, &p);
	form_page(&c->h, &v);
	return page_end(c);
}

/* A form kept once per case continues from its newest record: that is a correction. */
static struct err *start_from_last(struct ctx *c, struct filling *w)
{
	struct record last;
	uint32_t readable;
	bool found = false;

	if (!w->f->once)
		return NULL;
	TRY(record_last(&c->op, c->kase, arena_z(c->op.a, w->f->code), &last, &found));
	if (!found)
		return NULL;
	w->id = last.id;
	w->based_on = last.version;
	TRY(record_read(&c->op, c->kase, &last, &w->answers, &readable));
	json_remove(w->answers, STR("_reason"));
	return NULL;
}

static struct err *start_from_stash(struct ctx *c, struct filling *w)
{
	struct stashed s;

	TRY(stash_take(c, w->f, &s));
	if (!s.answers)
		return NULL;
	w->answers = s.answers;
	w->id = s.record;
	w->based_on = s.based_on;
	w->reason = s.reason;
	w->stash = true;
	w->from_draft = s.from_draft;
	/* What she typed is shown; what her page hid stays hidden, and so stays as it was. */
	w->hide = (w->based_on > 0 || w->from_draft) && !says_location(w->f, s.pairs, s.n_pairs);
	return NULL;
}

/* Forms that answer another record stand on a page of their own, which knows what they answer. */
static const char *own_page(const struct form *f)
{
	static const struct {
		const char *form, *page;
	} own[] = {{"PAY", "payments"},
		   {"PAYA", "payments"},
		   {"REC", "payments"},
		   {"WAIV", "waivers"},
		   {"WAIA", "waivers"}};

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (str_eqz(f->code, own[i].form))
			return own[i].page;
	return NULL;
}

static struct err *form_get(struct ctx *c)
{
	struct filling w = {.id = {id_random()}, .answers = json_object(c->op.a)};
	struct id id;

	TRY(wanted_form(c, &w.f));
	if (own_page(w.f))
		return ctx_see_other(c, "%.*s/%s", STR_ARG(case_base(c, c->kase)), own_page(w.f));
	TRY(start_from_last(c, &w));
	if (id_parse(ctx_query(c, "record"), &id)) {
		struct json *draft = NULL;
		int based_on;

		TRY(draft_read(&c->op, c->kase, w.f, (record_id){id}, &draft, &based_on, &w.draft));
		if (w.draft) {
			w.based_on = based_on;
			w.id = (record_id){id};
			w.answers = draft;
		}
	}
	w.hide = (w.based_on > 0 || w.draft) && !(c->kase->readable[w.f->dossier] & LOCATION);
	w.from_draft = w.draft;
	TRY(start_from_stash(c, &w));
	return show_form(c, &w);
}

/* What the page hid is in the draft it was drawn from, as long as that corrects the same version. */
static struct err *hidden_answers(struct ctx *c, const struct filling *w, struct json **was)
{
	bool draft = false;
	int based_on = 0;

	if (w->from_draft)
		TRY(draft_read(&c->op, c->kase, w->f, w->id, was, &based_on, &draft));
	if (draft && based_on == w->based_on)
		return NULL;
	return record_before(&c->op, c->kase, w->id, w->based_on, was);
}

/* Where the person is was not on the page, so it stays as it was: in the draft, or in the version corrected. */
static struct err *keep_hidden(struct ctx *c, struct filling *w)
{
	const struct field *field;
	struct json *was = NULL;

	if (says_location(w->f, c->q->form, c->q->n_form))
		return NULL;
	TRY(hidden_answers(c, w, &was));
	if (!was)
		return NULL;
	w->hide = true;
	for (size_t s = 0, i = 0; (field = next_location(w->f, &s, &i));)
		if (json_get_s(was, field->name))
			json_set(c->op.a, w->answers, field->name, json_copy(c->op.a, json_get_s(was, field->name)));
	return NULL;
}

static struct err *read_post(struct ctx *c, struct filling *w)
{
	struct id id;
	int64_t based;

	if (!id_parse(ctx_form(c, "record"), &id) || !str_to_i64(ctx_form(c, "based_on"), &based) || based < 0 ||
	    based > 100000)
		return FAIL(c->op.a, MALFORMED,
			    "This form is too old or comes from elsewhere. Go back, reload the page and try again.",
			    "form without its record id");
	w->id = (record_id){id};
	w->based_on = (int)based;
	w->answers = form_read(c->op.a, w->f, (const struct pair *)c->q->form, c->q->n_form);
	w->reason = str_trim(ctx_form(c, "_reason"));
	w->from_draft = str_eqz(ctx_form(c, "from"), "draft");
	return keep_hidden(c, w);
}

/* Both versions are shown; what is filed next corrects theirs. */
static struct err *show_conflict(struct ctx *c, struct filling *w)
{
	bool found = false;

	if (w->f->once)
		TRY(record_last(&c->op, c->kase, arena_z(c->op.a, w->f->code), &w->theirs, &found));
	if (!found)
		TRY(record_find(&c->op, c->kase, w->id, 0, &w->theirs));
	w->conflict = true;
	w->id = w->theirs.id;
	w->based_on = w->theirs.version;
	w->from_draft = false; /* what is hidden is theirs from here on */
	return show_form(c, w);
}

static struct err *file_it(struct ctx *c, struct filling *w)
{
	struct json *was;
	struct err *e;

	TRY(record_before(&c->op, c->kase, w->id, w->based_on, &was));
	w->errors = form_check_again(c->op.a, w->f, w->answers, was, c->kase->readable[w->f->dossier], c->op.today);
	reason_check(c->op.a, w->based_on, w->reason, &w->errors);
	if (w->errors)
		return show_form(c, w);
	e = record_file(&c->op, c->kase, w->f, w->id, w->based_on, w->answers, w->reason);
	if (!e)
		return ctx_see_other(c, "%.*s?done=%s", STR_ARG(case_base(c, c->kase)),
				     str_eqz(w->f->code, "WDR") ? "withdrawn" : "saved");
	if (e->kind == ERR_INVALID && e->fields) { /* a rule of the file speaks of one of the questions */
		w->errors = e;
		return show_form(c, w);
	}
	w->refused = e->kind == ERR_INVALID && kase_use_allowed(&c->op, &c->kase->head, w->f);
	if (w->refused)
		return show_form(c, w);
	return e->kind == ERR_CONFLICT ? show_conflict(c, w) : e;
}

/* Where the person is, shown in the form under way: an opening of its own, and nothing typed is lost. */
static struct err *reveal_here(struct ctx *c, struct filling *w)
{
	struct kase *asked;

	TRY(kase_find(&c->op, c->kase->head.id, &asked));
	TRY(kase_open(&c->op, asked, PURPOSE_REVEAL));
	w->hide = false;
	w->from_draft = true;
	return show_form(c, w);
}

static struct err *form_post(struct ctx *c)
{
	struct filling w = {.answers = NULL};
	bool reveal;

	TRY(wanted_form(c, &w.f));
	if (kase_state(&c->op, &c->kase->head) == STATE_ARCHIVED)
		return FAIL(c->op.a, INVALID, "The file is archived: nothing can be added.", "archived");
	TRY(read_post(c, &w));
	w.more = ctx_form(c, "more");
	if (w.more.n)
		return show_form(c, &w);
	reveal = str_eqz(ctx_form(c, "do"), "reveal");
	if (!reveal && !str_eqz(ctx_form(c, "do"), "draft"))
		return file_it(c, &w);
	w.errors = form_check(c->op.a, w.f, w.answers, c->kase->readable[w.f->dossier], c->op.today, true);
	if (w.errors)
		return show_form(c, &w);
	TRY(draft_save(&c->op, c->kase, w.f, w.id, w.based_on, w.answers));
	if (reveal)
		return reveal_here(c, &w);
	return ctx_see_other(c, "%.*s?done=draft", STR_ARG(case_base(c, c->kase)));
}

static struct err *wanted_record(struct ctx *c, struct record *r)
{
	int64_t version = 0;
	struct id id;

	if (!id_parse(ctx_capture(c, "record"), &id))
		return FAIL(c->op.a, NOT_FOUND, NULL, "not an id");
	if (ctx_query(c, "version").n && !str_to_i64(ctx_query(c, "version"), &version))
		return FAIL(c->op.a, NOT_FOUND, NULL, "not a version");
	TRY(record_find(&c->op, c->kase, (record_id){id}, (int)version, r));
	if (!(r->compartments & kase_reaches(&c->op, c->kase, r->dossier))) /* not even its title and author */
		return FAIL(c->op.a, NOT_FOUND, NULL, "nothing of the record is readable");
	return NULL;
}

static struct err *fill_changes(struct ctx *c, const struct record *r, struct json *answers, struct record_view *v)
{
	struct record before;
	struct json *old;
	struct html h;
	uint32_t readable;

	if (r->version < 2)
		return NULL;
	TRY(record_find(&c->op, c->kase, r->id, r->version - 1, &before));
	TRY(record_read(&c->op, c->kase, &before, &old, &readable));
	html_init(&h, c->op.a, c->op.l, 1 << 20);
	form_diff(&h, r->form, old, answers, readable);
	v->changes = html_done(&h);
	v->versions = NEWS(c->op.a, struct form_link, (size_t)r->version);
	for (int i = r->version - 1; i >= 1; i--)
		v->versions[v->n_versions++] = (struct form_link){
			.title = tr_fill(c->op.a, tr(c->op.l, "version {n}"),
					 &(struct tr_arg){"n", fmt_int(c->op.a, c->op.l, i)}, 1),
			.url = arena_fmt(c->op.a, "%.*s/records/%.*s?version=%d", STR_ARG(v->base),
					 STR_ARG(id_text(c->op.a, r->id.v)), i),
		};
	return NULL;
}

static struct err *record_get(struct ctx *c)
{
	struct page p = {.title = N_("Form"), .section = "cases", .kase = c->kase};
	struct record_view v = {.base = case_base(c, c->kase)};
	struct json *answers;
	struct record r;
	struct html h;
	uint32_t readable;

	TRY(wanted_record(c, &r));
	if (!r.form)
		return FAIL(c->op.a, NOT_FOUND, NULL, "an act has no page of its own");
	TRY(record_read(&c->op, c->kase, &r, &answers, &readable));
	html_init(&h, c->op.a, c->op.l, 4 << 20);
	form_show(&h, r.form, answers, readable);
	v.answers = html_done(&h);
	v.title = label_in(&r.form->title, c->op.l);
	v.restricted = restriction_told(c, NULL);
	v.who = staff_name(c->op.house, c->op.vault, c->op.a, r.author);
	v.on = r.on;
	v.version = r.version;
	v.reason = json_text(answers, "_reason");
	TRY(fill_changes(c, &r, answers, &v));
	v.may_correct = r.form->once && form_filled_by(r.form, c->op.actor.role) && kase_takes(&c->kase->head, r.form);
	v.correct_url = arena_fmt(c->op.a, "%.*s/forms/%.*s", STR_ARG(v.base), STR_ARG(r.form->code));
	page_begin(c, &p);
	record_page(&c->h, &v);
	return page_end(c);
}

const struct route form_routes[] = {
	{HTTP_GET, "/cases/:case/forms/:form", form_get, .may = MAY_CASE_WRITE, .load = LOAD_OPEN},
	{HTTP_POST, "/cases/:case/forms/:form", form_post, .may = MAY_CASE_WRITE, .load = LOAD_OPEN},
	{HTTP_GET, "/cases/:case/records/:record", record_get, .may = MAY_CASE_READ, .load = LOAD_OPEN},
	ROUTES_END,
};
