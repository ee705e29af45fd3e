/* copy_web.c — giving a person the copy of her file: by who may open all of it, with a reason that is written down before
 * anything is opened for it, and password and code once more. */
#include "copy.h"
#include "case_web.h"
#include "desk.h"
#include "desk_html.h"
#include "desk_view.h"

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

static struct err *gather(struct ctx *c, const str *kept, size_t n_kept, struct copy *out)
{
	struct record *list;
	size_t n;

	TRY(record_list(&c->op, c->kase, &list, &n));
	*out = (struct copy){.reference = arena_str(c->op.a, str_of(c->kase->head.code)), .made = c->op.today};
	out->records = NEWS(c->op.a, struct copy_record, n + 1);
	for (size_t i = n; i-- > 0;) { /* oldest first */
		struct copy_record *r = &out->records[out->n];
		struct json *answers;
		uint32_t readable;

		if (!list[i].form)
			continue; /* an act: a move, an assignment; what it changed stands in the forms */
		TRY(record_read(&c->op, c->kase, &list[i], &answers, &readable));
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
};

static bool chosen(const struct asked *q, str key)
{
	for (size_t i = 0; i < q->n_kept; i++)
		if (str_eq(q->kept[i], key))
			return true;
	return false;
}

static struct err *show(struct ctx *c, const struct kase *desk, const struct asked *q)
{
	struct page p = {.title = N_("Copy for the person"), .section = "cases", .kase = c->kase};
	struct copy_view v = {.base = case_base(c, c->kase)};
	struct copy file;
	struct html inputs;

	TRY(gather(c, NULL, 0, &file));
	v.n_masked = (int64_t)file.n_masked;
	v.texts = NEWS(c->op.a, struct copy_text, file.n_masked + 1);
	for (size_t r = 0; r < file.n; r++)
		for (size_t i = 0; i < file.records[r].n; i++) {
			const struct copy_line *l = &file.records[r].lines[i];

			if (l->key.n)
				v.texts[v.n_texts++] = (struct copy_text){
					.key = l->key,
					.question = l->question,
					.words = l->words,
					.form = label_in(&file.records[r].form->title, c->op.l),
					.on = file.records[r].on,
					.chosen = chosen(q, l->key)};
		}
	html_init(&inputs, c->op.a, c->op.l, 1 << 18);
	form_inputs(&inputs, q->form, q->answers, q->errors, desk->readable[DOSSIER_FR], STR(""));
	v.inputs = html_done(&inputs);
	p.status = q->errors ? 422 : 200;
	p.filling = true;
	page_begin(c, &p);
	copy_page(&c->h, &v);
	return page_end(c);
}

/* The form of the register without the question that the page answers: of which file. */
static const struct form *asked_form(struct ctx *c)
{
	const struct form *f = form_find(c->op.house->forms, STR("COPY"), 0);
	struct form *mine = NEW(c->op.a, struct form);

	*mine = *f;
	mine->sections = NEW(c->op.a, struct section);
	mine->sections[0] = f->sections[0];
	mine->sections[0].fields++; /* case_code stands first */
	mine->sections[0].n_fields--;
	return mine;
}

static struct err *begin(struct ctx *c, struct kase **desk, struct asked *q)
{
	*q = (struct asked){.form = asked_form(c), .answers = json_object(c->op.a)};
	TRY(whole_file(c));
	return object_open(&c->op, OBJECT_DESK, PURPOSE_WRITE, desk);
}

static struct err *copy_get(struct ctx *c)
{
	struct kase *desk;
	struct asked q;

	TRY(begin(c, &desk, &q));
	return show(c, desk, &q);
}

static void read_asked(struct ctx *c, const struct kase *desk, struct asked *q)
{
	str *kept = NEWS(c->op.a, str, KEPT_MAX);

	q->answers = form_read(c->op.a, q->form, (const struct pair *)c->q->form, c->q->n_form);
	q->errors = form_check(c->op.a, q->form, q->answers, desk->readable[DOSSIER_FR], c->op.today, false);
	for (size_t i = 0; i < c->q->n_form && q->n_kept < KEPT_MAX; i++)
		if (str_eqz(c->q->form[i].name, "keep"))
			kept[q->n_kept++] = c->q->form[i].value;
	q->kept = kept;
}

static struct err *make(struct ctx *c, const struct kase *desk, const struct asked *q)
{
	bool json = str_eqz(json_text(q->answers, "as"), "JSON");
	struct copy file;

	TRY(kase_open(&c->op, c->kase, PURPOSE_EXPORT)); /* with where the person is; audited, counted as a paper */
	TRY(gather(c, q->kept, q->n_kept, &file));
	TRY(fill_recipients(c, desk, &file));
	if (json)
		c->r->body = copy_json(c->op.a, c->op.l, &file);
	else
		TRY(copy_pdf(c->op.a, c->op.l, &file, &c->r->body));
	if (!c->r->body.p)
		return FAIL(c->op.a, TOO_BIG, NULL, "copy over its size");
	c->r->content_type = json ? "application/json" : "application/pdf";
	http_reply_header(c->r, "Content-Disposition",
			  json ? STR("attachment; filename=\"copy.json\"") : STR("attachment; filename=\"copy.pdf\""));
	return NULL;
}

static struct err *copy_post(struct ctx *c)
{
	struct kase *desk;
	struct asked q;

	TRY(begin(c, &desk, &q));
	read_asked(c, desk, &q);
	if (q.errors)
		return show(c, desk, &q);
	json_set(c->op.a, q.answers, STR("case_code"), json_new_str(c->op.a, str_of(c->kase->head.code)));
	/* The reason first: if anything fails behind it, the register names a copy that was not handed over.  Asked for
	 * twice it is two copies, and two entries. */
	TRY(object_file(&c->op, desk, form_find(c->op.house->forms, STR("COPY"), 0), (record_id){id_random()}, 0,
			q.answers, STR("")));
	return make(c, desk, &q);
}

const struct route copy_routes[] = {
	{HTTP_GET, "/cases/:case/copy", copy_get, .may = MAY_COPY, .load = LOAD_OPEN},
	{HTTP_POST, "/cases/:case/copy", copy_post, .may = MAY_COPY, .load = LOAD_OPEN, .again = true},
	ROUTES_END,
};
