/* home_web.c — "What must I do today, and why": tasks of the actor's cases, from heads alone (design §10.14). */
#include <stdlib.h>
#include <string.h>

#include "case_web.h"
#include "core_sql.h"
#include "privacy.h"
#include "heads.h"
#include "home_html.h"
#include "names.h"

#define FILES 400
#define SHOWN 25

static bool mine(const struct op *op, const struct head *h)
{
	bool assigned = id_eq(h->assignee.v, op->actor.id.v) || id_eq(h->cor_assignee.v, op->actor.id.v) ||
			op_given(op, h->id.v);

	return assigned || roles[op->actor.role].every_case;
}

static bool has_task(const struct op *op, const struct head *h, const struct task *next)
{
	return next->kind != TASK_NONE && mine(op, h);
}

static int by_urgency(const struct head *a, const struct task *s, const struct head *b, const struct task *t)
{
	day due = s->due == NO_DAY ? INT32_MAX : s->due, other = t->due == NO_DAY ? INT32_MAX : t->due;

	if (s->rank != t->rank)
		return s->rank < t->rank ? -1 : 1;
	if (due != other)
		return due < other ? -1 : 1;
	return id_cmp(a->id.v, b->id.v);
}

static void show(struct ctx *c, const struct head *h, const struct task *t, struct task_view *out)
{
	task_show(c, h, t, out);
	out->name = names_of(&c->op, h->id);
}

static void put(struct ctx *c, struct task_group *g, const struct head *h, const struct task *t)
{
	g->n++;
	if (g->shown < SHOWN)
		show(c, h, t, &g->tasks[g->shown++]);
}

/* The tasks of the heads that have any, all of them, sorted into late, this week, later, and "waiting for me". */
static void sort_out(struct ctx *c, struct home_view *v, const struct head_task *found, size_t n_found)
{
	size_t room = n_found * TASKS_MAX + 1;

	v->waiting = NEWS(c->op.a, struct task_view, room < 100 ? room : 100);
	for (int i = 0; i < 3; i++)
		v->groups[i].tasks = NEWS(c->op.a, struct task_view, SHOWN);
	for (size_t i = 0; i < n_found; i++) {
		struct task tasks[TASKS_MAX];
		size_t n = tasks_of(c->op.a, &found[i].head, c->op.house->programme, c->op.today, tasks);

		for (size_t k = 0; k < n; k++) {
			const struct task *t = &tasks[k];
			bool waits = t->kind == TASK_SECOND_READ || t->kind == TASK_DECISION ||
				     t->kind == TASK_PAYMENT || t->kind == TASK_WAIVER || t->kind == TASK_CONTRIBUTION;

			if (!(t->roles & (1u << c->op.actor.role)))
				continue;
			if (waits && v->n_waiting < 99)
				show(c, &found[i].head, t, &v->waiting[v->n_waiting++]);
			else if (task_late(t, c->op.today))
				put(c, &v->groups[0], &found[i].head, t);
			else if (t->due != NO_DAY && t->due <= c->op.today + 7)
				put(c, &v->groups[1], &found[i].head, t);
			else
				put(c, &v->groups[2], &found[i].head, t);
		}
	}
}

static struct err *fill_stash(struct ctx *c, struct home_view *v)
{
	struct stash_of_row *rows;
	size_t n;

	TRY(stash_of(c->op.db, c->op.a, c->op.actor.id, &rows, &n));
	v->waiting_text = NEWS(c->op.a, struct form_link, n + 1);
	for (size_t i = 0; i < n && i < 5; i++)
		v->waiting_text[v->n_waiting_text++] = (struct form_link){
			.title = fmt_day(c->op.a, c->op.l, rows[i].day, DATE_LONG),
			.url = arena_fmt(c->op.a, "/waiting/%.*s", STR_ARG(id_text(c->op.a, rows[i].id))),
		};
	return NULL;
}

static struct err *home_get(struct ctx *c)
{
	struct page p = {.title = N_("Today"), .section = "home"};
	struct home_view v = {
		.name = str_of(c->op.actor.name),
		.today = c->op.today,
		.groups = {{N_("Late"), N_("Nothing is late."), .n = 0},
			   {N_("Today and this week"), N_("Nothing is due this week."), .n = 0},
			   {N_("Later"), N_("Nothing further is planned."), .n = 0}},
		.may_search = op_may(&c->op, MAY_CASE_READ),
		.may_glass = op_may(&c->op, MAY_GLASS),
		.may_rights = op_may(&c->op, MAY_RIGHTS) && !op_may(&c->op, MAY_AUDIT), /* who has it in her bar */
		.may_create = op_may(&c->op, MAY_CASE_CREATE),
	};
	struct head_task *found = NULL;
	size_t n = 0, total = 0;

	if (op_may(&c->op, MAY_CASE_LIST)) {
		heads_first(&c->op, &(struct head_pick){has_task, by_urgency, true}, FILES, &found, &n, &total);
		TRY(vault_audit(c->op.vault, c->op.a, c->op.token, "case.home", (case_id){0}, true, (int64_t)n));
	}
	v.more = (int64_t)(total - n);
	sort_out(c, &v, found, n);
	TRY(alerts_waiting(c, &v.alerts, &v.n_alerts));
	TRY(desk_waiting(c, &v.desk, &v.n_desk));
	TRY(seen_yesterday(c, &v.seen, &v.n_seen));
	TRY(fill_stash(c, &v));
	page_begin(c, &p);
	home_page(&c->h, &v);
	return page_end(c);
}

const struct route home_routes[] = {
	{HTTP_GET, "/", home_get, .may = MAY_SIGNED_IN},
	ROUTES_END,
};
