/* form_fill.c — showing, reading and filing such a form. */
#include "form_fill.h"

#include "form_fill_html.h"
#include "form_fill_view.h"
#include "speak.h"

#define VERSIONS_MAX 100000

struct err *fill_start(struct ctx *c, const char *code, struct kase *k, struct fill *out)
{
	const struct form *f = form_find(c->op.house->forms, str_of(code), 0);

	if (!f)
		return FAIL(c->op.a, NOT_FOUND, NULL, "form %s absent", code);
	if (!form_filled_by(f, c->op.actor.role))
		return FAIL(c->op.a, DENIED, "Your role does not fill this form.", "role may not write the form");
	*out = (struct fill){
		.form = f,
		.k = k,
		.heading = label_in(&f->title, c->op.l),
		.id = {id_random()},
		.answers = json_object(c->op.a),
	};
	return NULL;
}

struct err *fill_correct(struct ctx *c, struct fill *f, const struct record *r)
{
	uint32_t readable;

	f->id = r->id;
	f->based_on = r->version;
	TRY(record_read(&c->op, f->k, r, &f->answers, &readable));
	json_remove(f->answers, STR("_reason"));
	return NULL;
}

static struct err *fill_theirs(struct ctx *c, const struct fill *f, struct fill_view *v)
{
	struct json *theirs;
	struct html side;
	uint32_t readable;

	if (!f->conflict)
		return NULL;
	TRY(record_read(&c->op, f->k, &f->theirs, &theirs, &readable));
	html_init(&side, c->op.a, c->op.l, 4 << 20);
	form_diff(&side, f->form, f->answers, theirs, readable);
	v->theirs = html_done(&side);
	v->theirs_by = staff_name(c->op.house, c->op.vault, c->op.a, f->theirs.author);
	v->theirs_on = f->theirs.on;
	return NULL;
}

/* What was typed when a session had ended, instead of what the page would begin with. */
static struct err *take_stashed(struct ctx *c, struct fill *f, bool *taken)
{
	struct stashed s;

	TRY(stash_take(c, f->form, &s));
	*taken = s.answers != NULL;
	if (!*taken)
		return NULL;
	f->answers = s.answers;
	f->id = s.record;
	f->based_on = s.based_on;
	f->reason = s.reason;
	return NULL;
}

static str said(struct ctx *c, const struct err *e)
{
	return sentence(c, e->message ? e->message : err_kinds[ERR_INVALID].message, e->arg);
}

/* Before somebody types what would be refused: the use of the file is restricted. */
static str not_now(struct ctx *c, const struct fill *f)
{
	struct err *e = f->k->bare || f->refused ? NULL : kase_use_allowed(&c->op, &f->k->head, f->form);

	return e ? said(c, e) : STR("");
}

static struct err *show(struct ctx *c, struct fill *f)
{
	struct page p = f->page;
	bool taken;

	TRY(take_stashed(c, f, &taken));
	struct fill_view v = {
		.heading = f->heading,
		.intro = label_in(&f->form->intro, c->op.l),
		.action = stash_action(c, f->action),
		.from_stash = taken,
		.reason = f->reason,
		.back = f->back,
		.record = id_text(c->op.a, f->id.v),
		.based_on = f->based_on,
		.about = f->about,
		.correcting = f->based_on > 0,
		.conflict = f->conflict,
		.refused = f->refused ? said(c, f->refused) : STR(""),
		.not_now = not_now(c, f),
	};
	struct html inputs;

	html_init(&inputs, c->op.a, c->op.l, 4 << 20);
	form_inputs(&inputs, f->given ? form_without(c->op.a, f->form, f->given, c->op.today) : f->form, f->answers,
		    f->errors, f->k->readable[f->form->dossier], STR(""));
	v.inputs = html_done(&inputs);
	TRY(fill_theirs(c, f, &v));
	p.status = f->conflict ? 409 : f->errors || f->refused ? 422 : 200;
	page_begin(c, &p);
	fill_page(&c->h, &v);
	return page_end(c);
}

static void give(struct arena *a, struct fill *f)
{
	JSON_EACH (v, f->given)
		json_set(a, f->answers, v->key, json_copy(a, v));
}

static struct err *read_posted(struct ctx *c, struct fill *f)
{
	struct id id;
	int64_t based;

	if (!id_parse(ctx_form(c, "record"), &id) || !str_to_i64(ctx_form(c, "based_on"), &based) || based < 0 ||
	    based > VERSIONS_MAX)
		return FAIL(c->op.a, MALFORMED,
			    "This form is too old or comes from elsewhere. Go back, reload the page and try again.",
			    "form without its record id");
	f->id = (record_id){id};
	f->based_on = (int)based;
	f->reason = str_trim(ctx_form(c, "_reason"));
	f->answers = form_read(c->op.a, f->form, (const struct pair *)c->q->form, c->q->n_form);
	give(c->op.a, f);
	f->errors = form_check(c->op.a, f->form, f->answers, f->k->readable[f->form->dossier], c->op.today, false);
	reason_check(c->op.a, f->based_on, f->reason, &f->errors);
	return NULL;
}

static struct err *refused(struct ctx *c, struct fill *f, struct err *e)
{
	if (e->kind == ERR_INVALID) {
		if (e->fields) /* of a rule that knows the question */
			f->errors = e;
		else
			f->refused = e;
		return show(c, f);
	}
	if (e->kind != ERR_CONFLICT)
		return e;
	if (record_find(&c->op, f->k, f->id, 0, &f->theirs))
		return e; /* not a second version: the file itself moved */
	f->conflict = true;
	f->based_on = f->theirs.version;
	return show(c, f);
}

struct err *fill_get(struct ctx *c)
{
	struct fill f;

	TRY(c->route->fill->prepare(c, &f));
	return show(c, &f);
}

struct err *fill_post(struct ctx *c)
{
	struct fill f;
	struct err *e;
	str then;

	TRY(c->route->fill->prepare(c, &f));
	TRY(read_posted(c, &f));
	if (f.errors || f.refused)
		return show(c, &f);
	e = c->route->fill->verb(&c->op, f.k, f.form, f.id, f.based_on, f.answers, f.reason);
	if (e)
		return refused(c, &f, e);
	then = f.to_record ? arena_fmt(c->op.a, "%.*s/%.*s", STR_ARG(f.back), STR_ARG(id_text(c->op.a, f.id.v)))
			   : f.back;
	return ctx_see_other(c, "%.*s?done=%s", STR_ARG(then), c->route->fill->notice);
}
