/* case_web.c — the page of one case, and the routes of a case. */
#include <string.h>

#include "case_html.h"
#include "case_view.h"
#include "case_web.h"
#include "heads.h"
#include "web.h"
#include "speak.h"

str case_base(struct ctx *c, const struct kase *k)
{
	return arena_fmt(c->op.a, "/cases/%.*s", STR_ARG(id_text(c->op.a, k->head.id.v)));
}

static const struct {
	const char *label;
	enum state from, to;
} stages[7] = {
	{N_("Referral"), STATE_REFERRED, STATE_REFERRED},
	{N_("Interviews"), STATE_SCREENING, STATE_COUNSELLING},
	{N_("Assessment"), STATE_ASSESSMENT, STATE_DECISION},
	{N_("Plan and budget"), STATE_PLANNING, STATE_PLANNING},
	{N_("Departure"), STATE_READY, STATE_READY},
	{N_("Journey"), STATE_TRAVELLING, STATE_ARRIVED},
	{N_("12-month follow-up"), STATE_REINTEGRATION, STATE_CLOSED},
};

static enum state furthest(const struct head *h)
{
	return h->state < STATE_CLOSED ? h->state : h->from_state;
}

/* A file closed early went as far as the state it was closed from. */
static void fill_steps(struct case_view *v, enum state state, enum state reached, bool blocked)
{
	for (int i = 0; i < 7; i++) {
		struct step_view *s = &v->steps[i];
		bool done = reached > stages[i].to || (state >= STATE_CLOSED && reached >= stages[i].from);

		s->label = stages[i].label;
		s->now = state >= stages[i].from && state <= stages[i].to && state != STATE_CLOSED;
		s->class = s->now ? "now" : done ? "done" : "";
		s->status = s->now ? N_("Under way") : done ? N_("Done") : N_("To come");
		if (blocked && s->now)
			s->class = "now block";
	}
}

static str evidence(struct ctx *c, const struct gate_answer *r)
{
	if (r->on == NO_DAY)
		return STR("");
	return fmt_day(c->op.a, c->op.l, r->on, DATE_LONG);
}

str gate_title(struct ctx *c, const struct gate_row *row)
{
	const struct condition_row *condition = &condition_rows[row->condition];
	const struct gate_param *p = &row->param;
	str arg = strstr(condition->needs, "consent") ? arena_fmt(c->op.a, "C%d", p->consent)
		  : strstr(condition->needs, "fact")  ? str_of(fact_rows[p->fact].name)
						      : str_of(form_codes[p->form]);

	return sentence(c, gate_row_title(row), arg);
}

str gate_missing(struct ctx *c, const struct gate_answer *r)
{
	return r->missing ? sentence(c, r->missing, r->arg) : STR("");
}

/* Heads keep a mark of a person, not her id: the name is looked for among the staff. */
static str marked(struct ctx *c, uint32_t mark)
{
	struct staff *list;
	size_t n;

	if (staff_list(c->op.house, c->op.vault, c->op.a, &list, &n))
		return STR("?");
	for (size_t i = 0; i < n; i++)
		if (user_mark(list[i].id) == mark)
			return arena_str(c->op.a, str_of(list[i].name));
	return STR("?");
}

/* Who waived it, and until when: said as long as the file exists. */
static str waived_by(struct ctx *c, const struct waiver *w)
{
	struct tr_arg args[] = {
		{"asker", marked(c, w->asked_by)},
		{"granter", marked(c, w->granted_by)},
		{"day", fmt_day(c->op.a, c->op.l, w->on, DATE_LONG)},
		{"until", w->until ? fmt_day(c->op.a, c->op.l, w->until, DATE_LONG) : STR("")},
	};

	return tr_say(c->op.a, c->op.l,
		      tr(c->op.l, w->until ? N_("Asked by {asker}, granted by {granter} on {day}, until {until}.")
					   : N_("Asked by {asker}, granted by {granter} on {day}.")),
		      args, 4);
}

static bool fills(const struct ctx *c, const char *form)
{
	const struct form *f = form ? form_find(c->op.house->forms, str_of(form), 0) : NULL;

	return form_filled_by(f, c->op.actor.role);
}

/* A link to a form is for those who fill it, while the file takes it; the others read what is missing. */
static bool fills_now(const struct ctx *c, const struct head *h, const char *form)
{
	return fills(c, form) && kase_takes(h, form_find(c->op.house->forms, str_of(form), 0));
}

/* Conditions of the French file are for its readers; the others see those that their own forms close. */
static bool shown_to(const struct ctx *c, const struct gate_item *item)
{
	const struct gate_row *row = item->row;
	const char *form = item->answer.form;

	if (!form && strstr(condition_rows[row->condition].needs, "form"))
		form = form_codes[row->param.form];
	return kase_insider(c->kase) || fills(c, form);
}

static const struct gate_item *fill_gates(struct ctx *c, struct case_view *v, enum transition t)
{
	struct gate_in in = {&c->kase->head, c->op.house->programme, c->op.today};
	struct gate_item *items;
	size_t n, open;
	int64_t others = 0;

	gate_check(c->op.a, &in, t, &items, &n, &open);
	v->gates = NEWS(c->op.a, struct gate_view, n + 1);
	v->open = (int64_t)open;
	for (size_t i = 0; i < n; i++) {
		const struct gate_answer *r = &items[i].answer;
		const struct gate_row *row = items[i].row;
		struct gate_view *g = &v->gates[v->n_gates];

		if (!shown_to(c, &items[i])) {
			others += !r->met && !r->waived;
			continue;
		}
		v->n_gates++;
		v->n_met += g->met = r->met;
		g->title = gate_title(c, row);
		g->evidence = r->waived ? waived_by(c, gate_waiver(&c->kase->head, row)) : evidence(c, r);
		g->class = r->met ? "tag ok" : r->waived ? "tag warn" : "tag err";
		g->word = r->met ? N_("Done") : r->waived ? N_("Waived") : N_("Missing");
		if (gate_waits_for_the_day(&in, &items[i])) {
			g->class = "tag info";
			g->word = N_("To come");
			v->open--;
		}
		if (!r->met && !r->waived)
			g->missing = gate_missing(c, r);
		if (!r->met && !r->waived && fills_now(c, &c->kase->head, r->form))
			g->url = arena_fmt(c->op.a, "%.*s/forms/%s", STR_ARG(v->base), r->form);
	}
	if (others)
		v->elsewhere = sentence_n(c, "On the French side: {n} condition is missing.",
					  "On the French side: {n} conditions are missing.", others);
	return gate_first_open(items, n);
}

/* What matters most is said first, and how much more there is. */
static void fill_blocker(struct ctx *c, struct case_view *v, const struct gate_item *first)
{
	str said;

	if (!first || v->open == 0)
		return;
	said = gate_missing(c, &first->answer);
	if (v->open > 1) {
		str more = sentence_n(c, "{n} condition is missing.", "{n} conditions are missing.", v->open);

		said = arena_fmt(c->op.a, "%.*s %.*s", STR_ARG(said), STR_ARG(more));
	}
	v->blocker = said;
}

static void fill_gate(struct ctx *c, struct case_view *v)
{
	enum state state = kase_state(&c->op, &c->kase->head);
	enum transition t = transition_next(state);
	const struct transition_row *row = &transition_rows[t];
	const struct gate_item *first;

	if (t == TRANSITIONS || state == STATE_ARCHIVED) {
		v->gate_heading = str_of(tr(c->op.l, "Conditions"));
		return;
	}
	first = fill_gates(c, v, t);
	v->gate_heading = arena_fmt(c->op.a, "%s — %s", tr(c->op.l, "Conditions before the next step"),
				    tr(c->op.l, row->label));
	v->move_label = row->label;
	v->move_code = str_of(row->code);
	v->may_move = (row->roles & (1u << c->op.actor.role)) && kase_takes(&c->kase->head, NULL) &&
		      (v->n_gates || v->elsewhere.n || !kase_insider(c->kase));
	if (state != STATE_CLOSED)
		fill_blocker(c, v, first);
}

/* The side exit: its button stands once the closing form is filed, for those who may use it. */
static void fill_closing(struct ctx *c, struct case_view *v)
{
	const struct head *h = &c->kase->head;
	struct gate_in in = {h, c->op.house->programme, c->op.today};
	struct gate_item *items;
	size_t n, open;

	if (!transition_from(h, T_CLOSE_EARLY) || !(transition_roles(h, T_CLOSE_EARLY) & (1u << c->op.actor.role)))
		return;
	gate_check(c->op.a, &in, T_CLOSE_EARLY, &items, &n, &open);
	v->may_close = open == 0 && (kase_takes(h, NULL) || (h->flags & FLAG_WITHDRAWN));
}

static const char *hold_of(const struct ctx *c)
{
	const struct head *h = &c->kase->head;

	if (h->flags & FLAG_EMERGENCY)
		return N_("Emergency under way.");
	if (h->flags & FLAG_SUSPENDED)
		return N_("The file is suspended: decide to resume it first.");
	if (h->flags & FLAG_WITHDRAWN)
		return N_("The person no longer wishes to return. Preparations have stopped.");
	if (head_minor(h, c->op.today))
		return N_("This person is a minor, or her age is in doubt. The file is held until the children's path "
			  "is open.");
	return NULL;
}

str restriction_told(struct ctx *c, const struct form *form)
{
	struct err *e = kase_use_allowed(&c->op, &c->kase->head, form);

	return e ? sentence(c, e->message, e->arg) : STR("");
}

/* When its time is over, for who may ask for its erasure. */
static str kept(struct ctx *c)
{
	const struct head *h = &c->kase->head;
	day due = kase_due(c->op.house, h);

	if (!op_may(&c->op, MAY_ERASE))
		return STR("");
	if (due == NO_DAY)
		return sentence(c, N_("Its time begins when the file is closed."), STR(""));
	return sentence(c,
			h->fact[FACT_legal_hold] == 1 ? N_("Due on {arg}, and kept longer: a legal hold is on it.")
			: due > c->op.today ? N_("Due on {arg}. Until then it is kept, also when nobody works on it.")
					    : N_("Due since {arg}: its erasure can be asked for."),
			fmt_day(c->op.a, c->op.l, due, DATE_LONG));
}

static void fill_tasks(struct ctx *c, struct case_view *v)
{
	struct task tasks[TASKS_MAX];
	size_t n = tasks_of(c->op.a, &c->kase->head, c->op.house->programme, c->op.today, tasks);

	v->tasks = NEWS(c->op.a, struct task_view, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct task_view *shown = &v->tasks[v->n_tasks];

		if (!kase_insider(c->kase) && !(tasks[i].roles & (1u << c->op.actor.role)))
			continue;
		task_show(c, &c->kase->head, &tasks[i], shown);
		if (!fills_now(c, &c->kase->head, tasks[i].form))
			shown->url = STR(""); /* it would lead here */
		v->n_tasks++;
	}
}

void task_show(struct ctx *c, const struct head *h, const struct task *t, struct task_view *out)
{
	str base = arena_fmt(c->op.a, "/cases/%.*s", STR_ARG(id_text(c->op.a, h->id.v)));

	*out = (struct task_view){
		.what = sentence(c, t->what, t->arg),
		.why = t->why ? sentence(c, t->why, t->arg) : STR(""),
		.due = t->due,
		.from = t->from,
		.to = t->to,
		.due_known = t->due != NO_DAY,
		.late = task_late(t, c->op.today),
		.code = arena_str(c->op.a, str_of(h->code)),
		.url = fills_now(c, h, t->form) ? arena_fmt(c->op.a, "%.*s/forms/%s", STR_ARG(base), t->form) : base,
	};
}

static void fill_calendar(struct ctx *c, struct case_view *v)
{
	const struct head *h = &c->kase->head;
	day arrival = h->fact[FACT_arrival];
	struct contact_due due[POINTS_MAX];
	size_t n;

	if (arrival == NO_FACT)
		return;
	n = schedule(c->op.house->programme, arrival, head_minor(h, arrival), h, c->op.today, due);
	v->calendar = NEWS(c->op.a, struct contact_line, n + 1);
	v->n_calendar = n;
	for (size_t i = 0; i < n; i++)
		v->calendar[i] = (struct contact_line){
			.point = due[i].point->code,
			.label = coded(c, "FOLLOWUP_POINT", due[i].point->code),
			.due = due[i].due,
			.from = due[i].from,
			.to = due[i].to,
			.class = due[i].reached   ? "tag ok"
				 : due[i].overdue ? "tag err"
						  : "tag info",
			.word = due[i].reached   ? N_("Reached")
				: due[i].overdue ? N_("Late")
						 : N_("Planned"),
			.beyond = due[i].beyond_programme,
		};
}

struct err *case_page_get(struct ctx *c)
{
	struct case_view *v = NEW(c->op.a, struct case_view);
	struct page p = {.title = N_("File"), .section = "cases", .kase = c->kase};

	v->base = case_base(c, c->kase);
	v->heading = arena_str(c->op.a, str_of(c->kase->head.code));
	for (enum dossier d = DOSSIER_FR; d < DOSSIERS; d++)
		v->may_reveal = v->may_reveal || (kase_reaches(&c->op, c->kase, d) & COMP_BIT(COMP_LOCATION));
	v->may_see_openings = op_may(&c->op, MAY_ASSIGN) || id_eq(c->kase->head.assignee.v, c->op.actor.id.v) ||
			      id_eq(c->kase->head.cor_assignee.v, c->op.actor.id.v);
	v->hold = hold_of(c);
	v->restricted = restriction_told(c, NULL);
	v->kept = kept(c);
	fill_gate(c, v);
	fill_closing(c, v);
	fill_steps(v, kase_state(&c->op, &c->kase->head), furthest(&c->kase->head), v->open > 0);
	fill_tasks(c, v);
	fill_calendar(c, v);
	TRY(case_fill_events(c, v));
	TRY(case_fill_side(c, v));
	page_begin(c, &p);
	case_page(&c->h, v);
	return page_end(c);
}
