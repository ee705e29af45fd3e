/* copy_web.c — giving a person the copy of her file: by who may open all of it, with a reason that is written down before
 * anything leaves, and password and code once more.  On the page, words about where the person is are shown as elsewhere:
 * to a session that asked for them. */
#include "copy.h"
#include "case_web.h"
#include "desk.h"
#include "desk_html.h"
#include "desk_view.h"
#include "speak.h"

#define KEPT_MAX 400

/* A copy that left parts out would be taken for all there is. */
static struct err *whole_file(struct ctx *c)
{
	for (enum dossier d = DOSSIER_FR; d < DOSSIERS; d++) {
		uint32_t there = 0;

		for (size_t i = 0; i < c->kase->n_wraps; i++)
			if (c->kase->wraps[i].dossier == d)
				there |= COMP_BIT(c->kase->wraps[i].compartment);
		if (there & ~kase_reaches(&c->op, c->kase, d))
			return FAIL(c->op.a, DENIED, "Your role does not open all of this file: ask who has it whole.",
				    "compartments missing");
	}
	return NULL;
}

static struct err *gather(struct ctx *c, const struct kase *k, const str *kept, size_t n_kept, struct copy *out)
{
	struct record *list;
	size_t n;

	TRY(record_list(&c->op, k, &list, &n));
	*out = (struct copy){.reference = arena_str(c->op.a, str_of(k->head.code)), .made = c->op.today};
	out->records = NEWS(c->op.a, struct copy_record, n + 1);
	for (size_t i = n; i-- > 0;) { /* oldest first */
		struct copy_record *r = &out->records[out->n];
		struct json *answers;
		uint32_t readable;

		if (!list[i].form)
			continue; /* an act: a move, an assignment; what it changed stands in the forms */
		TRY(record_read(&c->op, k, &list[i], &answers, &readable));
		*r = (struct copy_record){.form = list[i].form,
					  .id = id_text(c->op.a, list[i].id.v),
					  .on = list[i].on,
					  .version = list[i].version};
		copy_lines(c->op.a, c->op.l, answers, kept, n_kept, r);
		out->n_masked += r->n_masked;
		out->n++;
	}
	return NULL;
}

static struct err *fill_recipients(struct ctx *c, const struct kase *desk, struct copy *out)
{
	struct disclosure *list;
	size_t n;

	TRY(disclosures_read(&c->op, desk, out->reference, &list, &n));
	out->recipients = NEWS(c->op.a, str, n + 1);
	for (size_t i = 0; i < n; i++)
		if (!list[i].copy)
			out->recipients[out->n_recipients++] = arena_join(
				c->op.a,
				(str[]){fmt_day(c->op.a, c->op.l, list[i].on, DATE_LONG),
					json_text(list[i].answers, "recipient")},
				2, STR(" · "));
	return NULL;
}

struct asked {
	const struct form *form;
	struct json *answers;
	struct err *errors;
	const str *kept;
	size_t n_kept;
	record_id id;       /* of the entry in the register, drawn with the page: sent twice is one entry */
	int status;         /* of the page; 0: 200 */
	const char *notice; /* msgid above the form */
	str arg;
};

static bool chosen(const struct asked *q, str key)
{
	for (size_t i = 0; i < q->n_kept; i++)
		if (str_eq(q->kept[i], key))
			return true;
	return false;
}

static bool hides_place(struct ctx *c)
{
	for (enum dossier d = DOSSIER_FR; d < DOSSIERS; d++)
		if (kase_reaches(&c->op, c->kase, d) & ~c->kase->readable[d] & COMP_BIT(COMP_LOCATION))
			return true;
	return false;
}

static void fill_texts(struct ctx *c, const struct asked *q, const struct copy *file, struct copy_view *v)
{
	v->texts = NEWS(c->op.a, struct copy_text, file->n_masked + 1);
	for (size_t r = 0; r < file->n; r++)
		for (size_t i = 0; i < file->records[r].n; i++) {
			const struct copy_line *l = &file->records[r].lines[i];

			if (l->key.n)
				v->texts[v->n_texts++] = (struct copy_text){
					.key = l->key,
					.question = l->question,
					.words = l->words,
					.form = label_in(&file->records[r].form->title, c->op.l),
					.on = file->records[r].on,
					.chosen = chosen(q, l->key)};
		}
}

static struct err *show(struct ctx *c, const struct kase *desk, const struct asked *q, const struct copy *file)
{
	struct page p = {.title = N_("Copy for the person"), .section = "cases", .kase = c->kase};
	struct copy_view v = {.base = case_base(c, c->kase),
			      .record = id_text(c->op.a, q->id.v),
			      .hides = hides_place(c),
			      .notice = q->notice ? sentence(c, q->notice, q->arg) : STR("")};
	struct html inputs;

	fill_texts(c, q, file, &v);
	html_init(&inputs, c->op.a, c->op.l, 1 << 18);
	form_inputs(&inputs, q->form, q->answers, q->errors, desk->readable[DOSSIER_FR], STR(""));
	v.inputs = html_done(&inputs);
	p.status = q->status ? q->status : 200;
	p.filling = true;
	page_begin(c, &p);
	copy_page(&c->h, &v);
	return page_end(c);
}

/* The form of the register without the question that the page answers: of which file. */
static const struct form *asked_form(struct ctx *c)
{
	struct json *given = json_object(c->op.a);

	json_set(c->op.a, given, STR("case_code"), json_new_str(c->op.a, str_of(c->kase->head.code)));
	return form_without(c->op.a, form_find(c->op.house->forms, STR("COPY"), 0), given, c->op.today);
}

/* What the page may show: an opening for writing would have where the person is, asked for or not. */
static struct err *begin(struct ctx *c, struct kase **desk, struct asked *q, struct copy *file)
{
	*q = (struct asked){.form = asked_form(c), .answers = json_object(c->op.a), .id = {id_random()}};
	TRY(whole_file(c));
	if (c->q->method == HTTP_POST) {
		TRY(kase_find(&c->op, c->kase->head.id, &c->kase));
		TRY(kase_open(&c->op, c->kase, PURPOSE_READ));
	}
	TRY(gather(c, c->kase, NULL, 0, file));
	return object_open(&c->op, OBJECT_DESK, PURPOSE_WRITE, desk);
}

static void read_kept(struct ctx *c, const struct http_pair *list, size_t n, struct asked *q)
{
	str *kept = NEWS(c->op.a, str, KEPT_MAX);

	for (size_t i = 0; i < n && q->n_kept < KEPT_MAX; i++)
		if (str_eqz(list[i].name, "keep"))
			kept[q->n_kept++] = list[i].value;
	q->kept = kept;
}

static struct err *copy_get(struct ctx *c)
{
	struct stashed s;
	struct kase *desk;
	struct asked q;
	struct copy file;

	TRY(begin(c, &desk, &q, &file));
	TRY(stash_take(c, q.form, &s));
	if (s.answers) {
		q.answers = s.answers;
		q.id = s.record;
		read_kept(c, s.pairs, s.n_pairs, &q);
	}
	return show(c, desk, &q, &file);
}

static bool offered(const struct copy *file, str key)
{
	for (size_t r = 0; r < file->n; r++)
		for (size_t i = 0; i < file->records[r].n; i++)
			if (file->records[r].lines[i].key.n && str_eq(file->records[r].lines[i].key, key))
				return true;
	return false;
}

static struct err *read_asked(struct ctx *c, const struct kase *desk, const struct copy *file, struct asked *q)
{
	if (!id_parse(ctx_form(c, "record"), &q->id.v))
		return FAIL(c->op.a, MALFORMED,
			    "This form is too old or comes from elsewhere. Go back, reload the page and try again.",
			    "form without its record id");
	q->answers = form_read(c->op.a, q->form, (const struct pair *)c->q->form, c->q->n_form);
	q->errors = form_check(c->op.a, q->form, q->answers, desk->readable[DOSSIER_FR], c->op.today, false);
	read_kept(c, c->q->form, c->q->n_form, q);
	q->status = q->errors ? 422 : 0;
	for (size_t i = 0; i < q->n_kept && !q->status; i++)
		if (!offered(file, q->kept[i])) {
			q->status = 409;
			q->notice = N_("Words that you had ticked were changed since, or are no longer shown. Read the "
				       "list again.");
		}
	return NULL;
}

static struct err *write_out(struct ctx *c, const struct copy *file, bool json, str *body)
{
	if (json)
		*body = copy_json(c->op.a, c->op.l, file);
	else
		TRY(copy_pdf(c->op.a, c->op.l, file, body));
	return body->p ? NULL : FAIL(c->op.a, TOO_BIG, NULL, "copy over its size");
}

/* With where the person is; audited, and counted as a paper. */
static struct err *make(struct ctx *c, const struct kase *desk, const struct asked *q, bool json, str *body)
{
	struct kase *whole;
	struct copy file;

	TRY(kase_find(&c->op, c->kase->head.id, &whole));
	TRY(kase_open(&c->op, whole, PURPOSE_EXPORT));
	TRY(gather(c, whole, q->kept, q->n_kept, &file));
	TRY(fill_recipients(c, desk, &file));
	return write_out(c, &file, json, body);
}

/* The page stays open behind what was downloaded: sent again as it was it is the same entry, changed it is another. */
static struct err *enter(struct ctx *c, struct kase *desk, const struct asked *q)
{
	const struct form *f = form_find(c->op.house->forms, STR("COPY"), 0);
	struct record there;
	struct err *e;

	json_set(c->op.a, q->answers, STR("case_code"), json_new_str(c->op.a, str_of(c->kase->head.code)));
	e = object_file(&c->op, desk, f, q->id, 0, q->answers, STR(""));
	if (!e || e->kind != ERR_CONFLICT || record_find(&c->op, desk, q->id, 0, &there))
		return e;
	return object_file(&c->op, desk, f, (record_id){id_random()}, 0, q->answers, STR(""));
}

static struct err *copy_post(struct ctx *c)
{
	struct copy file;
	struct kase *desk;
	struct asked q;
	struct err *e;
	bool json;
	str body;

	TRY(begin(c, &desk, &q, &file));
	TRY(read_asked(c, desk, &file, &q));
	if (q.status)
		return show(c, desk, &q, &file);
	json = json_says(q.answers, "as", "JSON");
	e = make(c, desk, &q, json, &body);
	if (e && e->kind == ERR_RATE) {
		q.status = 429;
		q.notice = e->message ? e->message : err_kinds[ERR_RATE].message;
		q.arg = e->arg;
		return show(c, desk, &q, &file);
	}
	TRY(e);
	TRY(enter(c, desk, &q)); /* before anything leaves */
	c->r->body = body;
	c->r->content_type = json ? "application/json" : "application/pdf";
	http_reply_header(c->r, "Content-Disposition",
			  json ? STR("attachment; filename=\"copy.json\"") : STR("attachment; filename=\"copy.pdf\""));
	return NULL;
}

const struct route copy_routes[] = {
	{HTTP_GET, "/cases/:case/copy", copy_get, .may = MAY_COPY, .load = LOAD_OPEN},
	{HTTP_POST, "/cases/:case/copy", copy_post, .may = MAY_COPY, .load = LOAD_OPEN, .again = true},
	ROUTES_END,
};
