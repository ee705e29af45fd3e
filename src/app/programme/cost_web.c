/* cost_web.c — cost lines: the list behind each figure of the budget, adding and correcting one. */
#include "form_fill.h"
#include "object.h"
#include "programme_html.h"
#include "programme_parts.h"
#include "speak.h"

static const struct {
	const char *class, *word;
} effects[] = {
	[EFFECT_CHECK] = {"tag info", N_("To check")},
	[EFFECT_REDUCED] = {"tag warn", N_("Reduced")},
	[EFFECT_REFUSED] = {"tag err", N_("Not eligible")},
};

static void fill_findings(struct ctx *c, const struct cost_line *l, struct cost_row_view *r)
{
	r->findings = NEWS(c->op.a, struct finding_row, l->judged.n + 1);
	for (size_t i = 0; i < l->judged.n; i++) {
		const struct cost_finding *f = &l->judged.finding[i];

		r->findings[r->n_findings++] = (struct finding_row){
			.text = str_of(tr(c->op.l, f->rule->text)),
			.article = str_of(f->rule->article),
			.class = effects[f->effect].class,
			.word = effects[f->effect].word,
		};
	}
}

static struct cost_row_view row_of(struct ctx *c, const struct cost_line *l)
{
	struct cost_row_view r = {
		.piece = l->piece,
		.post = coded(c, "BUDGET_POST", l->post),
		.funder = coded(c, "FUNDER", l->funder),
		.object = l->object,
		.supplier = l->supplier,
		.amount = l->amount,
		.charged = l->charged,
		.eligible = l->judged.eligible,
		.invoiced = l->invoiced,
		.paid = l->paid,
		.is_paid = l->paid != NO_DAY,
		.url = op_may(&c->op, MAY_ACCOUNTS_WRITE)
			       ? arena_fmt(c->op.a, "/programme/costs/%.*s", STR_ARG(id_text(c->op.a, l->id.v)))
			       : STR(""),
	};

	fill_findings(c, l, &r);
	return r;
}

static struct err *open_accounts(struct ctx *c, enum purpose p, struct kase **k, struct accounts *a)
{
	TRY(object_open(&c->op, OBJECT_PROGRAMME, p, k));
	TRY(accounts_read(&c->op, *k, a));
	return a->readable ? NULL : FAIL(c->op.a, DENIED, NULL, "accounts are not readable");
}

static struct err *costs_get(struct ctx *c)
{
	struct page p = {.title = N_("Cost lines"), .section = "programme"};
	struct cost_query q = {.post = ctx_query(c, "post"), .funder = ctx_query(c, "funder")};
	struct costs_view v = {.may_write = op_may(&c->op, MAY_ACCOUNTS_WRITE)};
	struct accounts a;
	struct cost_sum sum;
	struct kase *k;

	TRY(open_accounts(c, PURPOSE_LIST, &k, &a));
	sum = accounts_sum(&a, &q);
	v.charged = sum.charged;
	v.eligible = sum.eligible;
	v.filter = q.post.n ? coded(c, "BUDGET_POST", q.post) : coded(c, "FUNDER", q.funder);
	v.rows = NEWS(c->op.a, struct cost_row_view, a.n + 1);
	for (size_t i = 0; i < a.n; i++)
		if (cost_matches(&a.lines[i], &q))
			v.rows[v.n_rows++] = row_of(c, &a.lines[i]);
	page_begin(c, &p);
	costs_page(&c->h, &v);
	return page_end(c);
}

static struct err *cost_form(struct ctx *c, struct fill *f)
{
	struct accounts a;
	struct kase *k;
	struct id id;

	TRY(open_accounts(c, PURPOSE_WRITE, &k, &a));
	TRY(fill_start(c, "COST", k, f));
	f->page = (struct page){.title = N_("Cost line"), .section = "programme"};
	f->back = STR("/programme/costs");
	f->action = STR("/programme/costs/new");
	if (!ctx_capture(c, "record").n)
		return NULL;
	for (size_t i = 0; i < a.n && id_parse(ctx_capture(c, "record"), &id); i++) {
		if (!id_eq(a.lines[i].id.v, id))
			continue;
		f->action = arena_fmt(c->op.a, "/programme/costs/%.*s", STR_ARG(ctx_capture(c, "record")));
		return fill_correct(
			c, f, &(struct record){.id = a.lines[i].id, .form = f->form, .version = a.lines[i].version});
	}
	return FAIL(c->op.a, NOT_FOUND, NULL, "no such cost line");
}

static const struct fill_row cost_fill = {cost_form, object_file, "saved"};

const struct route cost_routes[] = {
	{HTTP_GET, "/programme/costs", costs_get, .may = MAY_ACCOUNTS_READ},
	{HTTP_GET, "/programme/costs/new", fill_get, .may = MAY_ACCOUNTS_WRITE, .fill = &cost_fill},
	{HTTP_POST, "/programme/costs/new", fill_post, .may = MAY_ACCOUNTS_WRITE, .fill = &cost_fill},
	{HTTP_GET, "/programme/costs/:record", fill_get, .may = MAY_ACCOUNTS_WRITE, .fill = &cost_fill},
	{HTTP_POST, "/programme/costs/:record", fill_post, .may = MAY_ACCOUNTS_WRITE, .fill = &cost_fill},
	ROUTES_END,
};
