/* programme_web.c — the page of the programme: calendar, targets, journey, workload, budget; each number with the list
 * behind it and the day it is as of. */
#include "measure.h"
#include "object.h"
#include "programme_html.h"
#include "programme_parts.h"
#include "progress.h"

/* NULL when the actor's role opens nothing of the programme's object: the page then says so, part by part. */
static struct err *open_object(struct ctx *c, struct kase **k)
{
	struct err *e = object_open(&c->op, OBJECT_PROGRAMME, PURPOSE_READ, k);

	if (e && e->kind == ERR_NOT_FOUND) {
		*k = NULL;
		return NULL;
	}
	return e;
}

static void set_target(struct target_view *g, const char *label, const char *url, int64_t now, int64_t target,
		       int64_t expected, bool known)
{
	*g = (struct target_view){
		.label = label,
		.url = str_of(url),
		.now = now,
		.target = target,
		.expected = expected,
		.known = known,
		.class = now >= expected ? "tag ok" : "tag warn",
		.word = now >= target     ? N_("Target reached")
			: now >= expected ? N_("On pace")
					  : N_("Behind the expected pace"),
	};
}

static void fill_targets(struct ctx *c, const struct trainings *t, struct programme_view *v)
{
	const struct programme *p = c->op.house->programme;
	struct training_count held = trainings_count(t, p, c->op.today);

	set_target(&v->targets[0], N_("People assisted"), "/cases?only=assisted",
		   (int64_t)measure_count(&c->op, measure_find(STR("assisted"))), p->target_people,
		   pace_by(p, p->target_people, c->op.today), true);
	set_target(&v->targets[1], N_("Trainings held"), "/trainings", (int64_t)held.held, p->target_trainings,
		   pace_by(p, p->target_trainings, c->op.today), v->trainings);
}

static void add_row(struct budget_row *total, const struct budget_row *r)
{
	total->planned += r->planned;
	total->committed += r->committed;
	total->has_committed |= r->has_committed;
	total->spent += r->spent;
	total->eligible += r->eligible;
	total->left += r->left;
}

static struct budget_row row_of(struct ctx *c, const struct accounts *a, str label, const char *by,
				const struct cost_query *q, money planned)
{
	struct cost_sum sum = accounts_sum(a, q);

	return (struct budget_row){
		.label = label,
		.url = sum.n ? arena_fmt(c->op.a, "/programme/costs?%s=%.*s", by,
					 STR_ARG(q->post.n ? q->post : q->funder))
			     : STR(""),
		.planned = planned,
		.spent = sum.charged,
		.eligible = sum.eligible,
		.left = planned - sum.charged,
		.over = sum.charged > planned,
	};
}

/* Reintegration plans commit the post of people assisted. */
static money committed(struct ctx *c)
{
	struct head *list;
	size_t n = measure_list(&c->op, measure_find(STR("budgeted")), &list);
	money sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += list[i].fact[FACT_plan_cents];
	return sum;
}

static void fill_budget(struct ctx *c, const struct accounts *a, struct budget_view *b)
{
	const struct programme *p = c->op.house->programme;
	const char *lang = arena_z(c->op.a, locale_tag(c->op.l));

	b->posts = NEWS(c->op.a, struct budget_row, p->n_posts + 1);
	b->funders = NEWS(c->op.a, struct budget_row, p->n_funders + 1);
	b->total.label = str_of(tr(c->op.l, "Total"));
	b->committed_url = STR("/cases?only=budgeted");
	for (size_t i = 0; i < p->n_posts; i++) {
		struct budget_row *r = &b->posts[b->n_posts++];

		*r = row_of(c, a, text3_in(&p->posts[i].name, lang), "post",
			    &(struct cost_query){.post = p->posts[i].code}, p->posts[i].planned);
		if (str_eqz(p->posts[i].code, "G")) {
			r->has_committed = true;
			r->committed = committed(c);
			r->over |= r->committed > r->planned;
		}
		add_row(&b->total, r);
	}
	for (size_t i = 0; i < p->n_funders; i++) {
		money share;

		if (!money_share(b->total.planned, p->funders[i].share_permille, 1000, &share))
			share = 0;
		b->funders[b->n_funders++] = row_of(c, a, text3_in(&p->funders[i].name, lang), "funder",
						    &(struct cost_query){.funder = p->funders[i].code}, share);
	}
}

static struct err *programme_get(struct ctx *c)
{
	struct page page = {.title = N_("Programme"), .section = "programme"};
	const struct programme *p = c->op.house->programme;
	const char *lang = arena_z(c->op.a, locale_tag(c->op.l));
	struct programme_view v = {.name = text3_in(&p->name, lang), .note = text3_in(&p->note, lang)};
	struct trainings t = {0};
	struct accounts a = {0};
	struct kase *k;

	TRY(open_object(c, &k));
	if (k) {
		TRY(trainings_read(&c->op, k, &t));
		TRY(accounts_read(&c->op, k, &a));
		v.trainings = (k->readable[DOSSIER_FR] & COMP_BIT(COMP_TRAINING)) != 0;
	}
	v.accounts = a.readable;
	v.today = c->op.today;
	v.start = p->start;
	v.end = p->end;
	v.links = op_may(&c->op, MAY_CASE_LIST);
	programme_fill_people(c, &v);
	programme_fill_months(c, &t, &v);
	fill_targets(c, &t, &v);
	if (v.accounts)
		fill_budget(c, &a, &v.budget);
	TRY(vault_audit(c->op.vault, c->op.a, c->op.token, "programme.read", (case_id){0}, true, (int64_t)v.n_stages));
	page_begin(c, &page);
	programme_page(&c->h, &v);
	return page_end(c);
}

const struct route programme_routes[] = {
	{HTTP_GET, "/programme", programme_get, .may = MAY_PROGRAMME},
	ROUTES_END,
};
