/* programme_people.c — the part of the programme's page that comes from heads: steps of the journey, months, workload,
 * follow-up past the end, counts by country and exploitation.  No file is opened for any of it. */
#include "measure.h"
#include "programme_parts.h"
#include "progress.h"
#include "task.h"

#define SMALL 5
#define STAFF_MAX 200

static void fill_stages(struct ctx *c, struct programme_view *v)
{
	v->stages = NEWS(c->op.a, struct stage_row, measures_n);
	for (size_t i = 0; i < measures_n; i++) {
		if (!measures[i].stage)
			continue;
		v->stages[v->n_stages++] = (struct stage_row){
			.label = measures[i].label,
			.definition = measures[i].definition,
			.n = (int64_t)measure_count(&c->op, &measures[i]),
			.url = arena_fmt(c->op.a, "/cases?only=%s", measures[i].code),
		};
	}
}

static size_t add_person(user_id *list, size_t n, user_id who)
{
	if (id_is_zero(who.v) || n == STAFF_MAX)
		return n;
	for (size_t i = 0; i < n; i++)
		if (id_eq(list[i].v, who.v))
			return n;
	list[n] = who;
	return n + 1;
}

/* The number comes from the query that the link opens. */
static void fill_load(struct ctx *c, struct programme_view *v, const struct head *open, size_t n_open)
{
	const struct measure *m = measure_find(STR("open"));
	user_id *people = NEWS(c->op.a, user_id, STAFF_MAX);
	size_t n = 0;

	for (size_t i = 0; i < n_open; i++) {
		n = add_person(people, n, open[i].assignee);
		n = add_person(people, n, open[i].cor_assignee);
	}
	v->load = NEWS(c->op.a, struct load_row, n + 1);
	v->n_load = n;
	for (size_t i = 0; i < n; i++) {
		struct head_query q = m->query;
		struct head *none;
		size_t shown, total;

		q.assignee = people[i];
		q.people = true;
		heads_query(&c->op, &q, &none, &shown, &total);
		v->load[i] = (struct load_row){
			.name = staff_name(c->op.house, c->op.vault, c->op.a, people[i]),
			.n = (int64_t)total,
			.url = arena_fmt(c->op.a, "/cases?only=open&assignee=%.*s",
					 STR_ARG(id_text(c->op.a, people[i].v))),
		};
	}
}

/* Counted from the arrival, or from the planned departure: the follow-up is flagged when it is planned. */
static bool runs_beyond(struct ctx *c, const struct head *h, struct beyond_row *row)
{
	bool arrived = h->fact[FACT_arrival] != NO_FACT;
	day from = arrived ? h->fact[FACT_arrival] : h->fact[FACT_departure];
	struct contact_due due[POINTS_MAX];
	size_t n;

	if (from == NO_FACT)
		return false;
	n = schedule(c->op.house->programme, from, head_minor(h, from), h, c->op.today, due);
	*row = (struct beyond_row){
		.code = arena_str(c->op.a, str_of(h->code)),
		.first = NO_DAY,
		.anchor = arrived ? N_("the arrival") : N_("the planned departure"),
		.url = op_may(&c->op, MAY_CASE_READ)
			       ? arena_fmt(c->op.a, "/cases/%.*s", STR_ARG(id_text(c->op.a, h->id.v)))
			       : STR(""),
	};
	for (size_t i = 0; i < n; i++) {
		if (!due[i].beyond_programme || due[i].reached)
			continue;
		if (row->contacts++ == 0)
			row->first = due[i].due;
	}
	return row->contacts > 0;
}

static void fill_beyond(struct ctx *c, struct programme_view *v, const struct head *open, size_t n_open)
{
	v->beyond = NEWS(c->op.a, struct beyond_row, n_open + 1);
	for (size_t i = 0; i < n_open; i++)
		if (runs_beyond(c, &open[i], &v->beyond[v->n_beyond]))
			v->n_beyond++;
}

static struct cell *cell_of(struct cell *cells, size_t *n, str label)
{
	for (size_t i = 0; i < *n; i++)
		if (str_eq(cells[i].label, label))
			return &cells[i];
	cells[*n] = (struct cell){.label = label};
	return &cells[(*n)++];
}

static struct cell_row *shown(struct ctx *c, const struct cell *cells, size_t n)
{
	struct cell_row *rows = NEWS(c->op.a, struct cell_row, n + 1);

	for (size_t i = 0; i < n; i++)
		rows[i] = (struct cell_row){cells[i].label, cells[i].n, cells[i].hidden};
	return rows;
}

static void fill_countries(struct ctx *c, struct programme_view *v, const struct head *all, size_t n_all, int64_t least)
{
	struct cell *cells = NEWS(c->op.a, struct cell, n_all + 1);
	size_t n = 0;

	for (size_t i = 0; i < n_all; i++) {
		char iso2[3];

		fact_country_text(all[i].fact[FACT_country], iso2);
		cell_of(cells, &n,
			iso2[0] ? country_name(c->op.a, c->op.l, arena_str(c->op.a, str_of(iso2)))
				: str_of(tr(c->op.l, "Not known")))
			->n++;
	}
	v->n_countries = cells_pool(cells, n, least, &v->pooled);
	v->countries = shown(c, cells, v->n_countries);
}

static void fill_exploitation(struct ctx *c, struct programme_view *v, const struct head *all, size_t n_all,
			      int64_t least)
{
	const struct code_list *list = list_find(c->op.house->forms, STR("EXPL"));
	struct cell *cells = NEWS(c->op.a, struct cell, list ? list->n + 1 : 1);
	size_t n = 0;

	for (size_t k = 0; list && k < list->n && k < 31; k++) {
		struct cell cell = {.label = label_in(&list->codes[k].label, c->op.l)};

		for (size_t i = 0; i < n_all; i++)
			cell.n += all[i].fact[FACT_exploitation] != NO_FACT &&
				  (all[i].fact[FACT_exploitation] & (1 << k));
		if (cell.n)
			cells[n++] = cell;
	}
	cells_hide(cells, n, least);
	v->exploitation = shown(c, cells, n);
	v->n_exploitation = n;
}

void programme_fill_people(struct ctx *c, struct programme_view *v)
{
	struct head *all, *open;
	size_t n_all = measure_list(&c->op, measure_find(STR("referred")), &all);
	size_t n_open = measure_list(&c->op, measure_find(STR("open")), &open);

	fill_stages(c, v);
	fill_load(c, v, open, n_open);
	fill_beyond(c, v, open, n_open);
	/* Finance handles money, not people: small counts are for those who work on files. */
	v->small_told = op_may(&c->op, MAY_CASE_LIST) && !ACTOR_IS(&c->op, FIN);
	fill_countries(c, v, all, n_all, v->small_told ? 1 : SMALL);
	fill_exploitation(c, v, all, n_all, v->small_told ? 1 : SMALL);
}

static str milestones_in(struct ctx *c, const struct month *m)
{
	const struct programme *p = c->op.house->programme;
	const char *lang = arena_z(c->op.a, locale_tag(c->op.l));
	str *names = NEWS(c->op.a, str, p->n_milestones + 1);
	size_t n = 0;

	for (size_t i = 0; i < p->n_milestones; i++)
		if (p->milestones[i].from <= m->to && p->milestones[i].to >= m->from)
			names[n++] = text3_in(&p->milestones[i].name, lang);
	return arena_join(c->op.a, names, n, STR(" · "));
}

static void count_heads(struct ctx *c, struct month *months, size_t n)
{
	struct head *all;
	size_t n_all = measure_list(&c->op, measure_find(STR("referred")), &all);

	for (size_t i = 0; i < n_all; i++) {
		struct month *left = month_with(months, n, all[i].fact[FACT_departed_on]);
		day assisted = head_assisted_on(&all[i]);

		if (left)
			left->returned++;
		for (size_t k = 0; k < n && assisted != NO_DAY; k++)
			months[k].assisted += assisted <= months[k].to;
	}
}

static void draw(struct ctx *c, struct programme_view *v, const struct month *months)
{
	struct svg_bar *bars = NEWS(c->op.a, struct svg_bar, v->n_months + 1);
	size_t n = 0;

	for (size_t i = 0; i < v->n_months; i++)
		if (v->months[i].past)
			bars[n++] = (struct svg_bar){v->months[i].name, months[i].assisted, months[i].expected};
	if (n)
		v->chart = svg_bars(&c->h, str_of(tr(c->op.l, "People assisted so far, against an even pace")), bars,
				    n);
}

void programme_fill_months(struct ctx *c, const struct trainings *t, struct programme_view *v)
{
	struct month *months;
	size_t n = months_of(c->op.a, c->op.house->programme, &months);

	count_heads(c, months, n);
	for (size_t i = 0; i < t->n_sessions; i++) {
		struct month *m = month_with(months, n, t->sessions[i].on);

		if (m && t->sessions[i].on <= c->op.today)
			m->trainings++;
	}
	v->months = NEWS(c->op.a, struct month_row, n + 1);
	v->n_months = n;
	v->length = (int64_t)n;
	for (size_t i = 0; i < n; i++) {
		v->months[i] = (struct month_row){
			.name = fmt_day(c->op.a, c->op.l, months[i].from, DATE_MONTH),
			.planned = milestones_in(c, &months[i]),
			.trainings = months[i].trainings,
			.returned = months[i].returned,
			.assisted = months[i].assisted,
			.expected = months[i].expected,
			.past = months[i].from <= c->op.today,
			.now = c->op.today >= months[i].from && c->op.today <= months[i].to,
		};
		v->elapsed += v->months[i].past;
	}
	draw(c, v, months);
}
