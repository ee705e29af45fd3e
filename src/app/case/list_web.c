/* list_web.c — lists of cases, search by name, calendar of departures.  A list is one audit entry with a count
 * (design §10.1); a search is a POST answered by 303 to an opaque id, so that no name stands in a URL. */
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "case_web.h"
#include "heads.h"
#include "list_html.h"
#include "list_view.h"
#include "measure.h"
#include "names.h"

#define DEPARTURES 200
#define ROWS 25
#define ROWS_MAX 100

static const struct {
	const char *value, *label;
} only_rows[] = {
	{"mine", N_("My files")},       {"unassigned", N_("Not assigned")},       {"high", N_("High risk")},
	{"suspended", N_("Suspended")}, {"minors", N_("Minors or age in doubt")}, {"overdue", N_("Something late")}};
static const struct {
	const char *value, *label;
	enum head_sort sort;
} sort_rows[] = {{"due", N_("Next due day"), SORT_DUE},
		 {"new", N_("Newest"), SORT_NEWEST},
		 {"state", N_("Stage"), SORT_STATE},
		 {"country", N_("Country"), SORT_COUNTRY},
		 {"risk", N_("Risk"), SORT_RISK}};

static void only(struct ctx *c, struct head_query *q, str what)
{
	if (str_eqz(what, "mine"))
		q->assignee = c->op.actor.id;
	q->unassigned = str_eqz(what, "unassigned");
	q->high_risk = str_eqz(what, "high") && op_reads(&c->op, COMP_RISK);
	q->minors = str_eqz(what, "minors");
	q->overdue = str_eqz(what, "overdue");
	if (str_eqz(what, "suspended"))
		q->flags = FLAG_SUSPENDED;
	if (measure_find(what))
		measure_apply(measure_find(what), q);
}

static struct head_query read_query(struct ctx *c)
{
	struct head_query q = {.country = NO_FACT, .limit = ROWS};
	struct id assignee;
	int64_t from, rows;

	for (int s = 0; s < STATES; s++)
		if (str_eqz(ctx_query(c, "state"), state_codes[s]))
			q.states = 1u << s;
	if (country_known(ctx_query(c, "country")))
		q.country = fact_country(ctx_query(c, "country"));
	for (size_t i = 0; i < sizeof sort_rows / sizeof *sort_rows; i++)
		if (str_eqz(ctx_query(c, "sort"), sort_rows[i].value) &&
		    (sort_rows[i].sort != SORT_RISK || op_reads(&c->op, COMP_RISK)))
			q.sort = sort_rows[i].sort;
	only(c, &q, ctx_query(c, "only"));
	if (id_parse(ctx_query(c, "assignee"), &assignee))
		q.assignee = (user_id){assignee};
	if (str_to_i64(ctx_query(c, "from"), &from) && from > 0 && from < 10000000)
		q.from = (size_t)from;
	if (str_to_i64(ctx_query(c, "rows"), &rows) && rows > 0 && rows <= ROWS_MAX)
		q.limit = (size_t)rows;
	return q;
}

static void show_row(struct ctx *c, const struct head *h, struct list_row *r)
{
	struct task tasks[TASKS_MAX];
	size_t n = tasks_of(c->op.a, h, c->op.house->programme, c->op.today, tasks);
	struct tag_view risk = risk_tag(&c->op, h);
	char iso2[3];

	fact_country_text(h->fact[FACT_country], iso2);
	if (op_may(&c->op, MAY_CASE_READ)) /* who only counts files opens none */
		r->url = arena_fmt(c->op.a, "/cases/%.*s", STR_ARG(id_text(c->op.a, h->id.v)));
	r->code = arena_str(c->op.a, str_of(h->code));
	r->name = names_of(&c->op, h->id);
	r->country = iso2[0] ? country_name(c->op.a, c->op.l, arena_str(c->op.a, str_of(iso2))) : STR("");
	r->assignee = staff_name(c->op.house, c->op.vault, c->op.a, h->assignee);
	r->state = state_labels[kase_state(&c->op, h)];
	r->tag = head_minor(h, c->op.today)     ? N_("Minor, or age in doubt")
		 : h->flags & FLAG_EMERGENCY    ? N_("Emergency")
		 : h->flags & FLAG_SUSPENDED    ? N_("Suspended")
		 : h->flags & FLAG_CONTACT_LOST ? N_("Contact lost")
		 : h->flags & FLAG_WITHDRAWN    ? N_("No longer wishes to return")
						: NULL;
	if (n && tasks[0].due != NO_DAY) {
		r->due_known = true;
		r->due = tasks[0].due;
		r->late = task_late(&tasks[0], c->op.today);
	}
	r->risk = risk.text;
	r->risk_class = risk.class;
}

static str page_url(struct ctx *c, size_t from, size_t rows)
{
	return arena_fmt(c->op.a, "/cases?state=%.*s&country=%.*s&only=%.*s&assignee=%.*s&sort=%.*s&rows=%zu&from=%zu",
			 STR_ARG(http_urlencode(c->op.a, ctx_query(c, "state"))),
			 STR_ARG(http_urlencode(c->op.a, ctx_query(c, "country"))),
			 STR_ARG(http_urlencode(c->op.a, ctx_query(c, "only"))),
			 STR_ARG(http_urlencode(c->op.a, ctx_query(c, "assignee"))),
			 STR_ARG(http_urlencode(c->op.a, ctx_query(c, "sort"))), rows, from);
}

/* Countries that an office of the programme serves: the only ones a return can go to. */
static void fill_countries(struct ctx *c, struct list_view *v)
{
	const struct programme *p = c->op.house->programme;

	v->countries = NEWS(c->op.a, struct choice, 400);
	for (size_t i = 0; i < p->n_offices; i++)
		for (size_t k = 0; k < p->offices[i].n_serves && v->n_countries < 400; k++) {
			str iso2 = p->offices[i].serves[k];

			v->countries[v->n_countries++] = (struct choice){arena_z(c->op.a, iso2),
									 country_name(c->op.a, c->op.l, iso2),
									 str_eq(iso2, ctx_query(c, "country"))};
		}
}

static void fill_filters(struct ctx *c, struct list_view *v)
{
	v->filters = true;
	for (int s = 0; s < STATES; s++)
		v->states[v->n_states++] = (struct choice){state_codes[s], str_of(tr(c->op.l, state_labels[s])),
							   str_eqz(ctx_query(c, "state"), state_codes[s])};
	for (size_t i = 0; i < sizeof only_rows / sizeof *only_rows; i++) {
		if (str_eqz(str_of("high"), only_rows[i].value) && !op_reads(&c->op, COMP_RISK))
			continue;
		v->only[v->n_only++] = (struct choice){only_rows[i].value, str_of(tr(c->op.l, only_rows[i].label)),
						       str_eqz(ctx_query(c, "only"), only_rows[i].value)};
	}
	if (measure_find(ctx_query(c, "only")))
		v->only[v->n_only++] = (struct choice){measure_find(ctx_query(c, "only"))->code,
						       str_of(tr(c->op.l, measure_find(ctx_query(c, "only"))->label)),
						       true};
	for (size_t i = 0; i < sizeof sort_rows / sizeof *sort_rows; i++) {
		if (sort_rows[i].sort == SORT_RISK && !op_reads(&c->op, COMP_RISK))
			continue;
		v->sorts[v->n_sorts++] = (struct choice){sort_rows[i].value, str_of(tr(c->op.l, sort_rows[i].label)),
							 str_eqz(ctx_query(c, "sort"), sort_rows[i].value)};
	}
	fill_countries(c, v);
}

static struct err *list_get(struct ctx *c)
{
	struct page p = {.title = N_("Files"), .section = "cases"};
	struct list_view v = {.heading = N_("Files"),
			      .empty = N_("No file matches. Change the filters, or enter a referral.")};
	struct head_query q = read_query(c);
	struct head *heads;
	size_t n, total;

	heads_query(&c->op, &q, &heads, &n, &total);
	TRY(vault_audit(c->op.vault, c->op.a, c->op.token, "case.list", (case_id){0}, true, (int64_t)n));
	v.rows = NEWS(c->op.a, struct list_row, n + 1);
	v.n_rows = n;
	for (size_t i = 0; i < n; i++)
		show_row(c, &heads[i], &v.rows[i]);
	v.from = (int64_t)q.from + 1;
	v.to = (int64_t)(q.from + n);
	v.total = (int64_t)total;
	if (q.from)
		v.prev = page_url(c, q.from > q.limit ? q.from - q.limit : 0, q.limit);
	if (q.from + n < total)
		v.next = page_url(c, q.from + n, q.limit);
	fill_filters(c, &v);
	v.may_glass = op_may(&c->op, MAY_GLASS);
	page_begin(c, &p);
	list_page(&c->h, &v);
	return page_end(c);
}

/* The words searched for travel sealed in the address: opaque, bound to this session, useless in a log. */
static struct seal_at search_at(const struct ctx *c)
{
	return (struct seal_at){.tenant = c->op.house->keys.tenant, .table = SEAL_SESSION, .row = c->op.actor.id.v};
}

static struct err *search_post(struct ctx *c)
{
	struct key k = crypt_derive(&c->op.house->keys.csrf, "search",
				    (str){(const char *)c->op.token.b, sizeof c->op.token.b});
	struct seal_at at = search_at(c);
	str q = str_sub(str_trim(ctx_form(c, "q")), 0, 100), sealed;

	TRY(vault_search(c->op.vault, c->op.a, c->op.token));
	TRY(crypt_wrap(c->op.a, &k, &at, q, &sealed));
	return ctx_see_other(c, "/search/%.*s", STR_ARG(crypt_base64_url(c->op.a, sealed)));
}

static struct err *search_get(struct ctx *c)
{
	struct key k = crypt_derive(&c->op.house->keys.csrf, "search",
				    (str){(const char *)c->op.token.b, sizeof c->op.token.b});
	struct page p = {.title = N_("Search"), .section = "cases"};
	struct list_view v = {
		.heading = N_("Search"),
		.empty = N_("No file of yours matches. Try another spelling, a phone number or the code of the file.")};
	struct seal_at at = search_at(c);
	struct name_hit *hits;
	struct head h;
	str sealed, q;
	size_t n;

	if (crypt_unbase64_url(c->op.a, ctx_capture(c, "words"), &sealed) || crypt_unwrap(c->op.a, &k, &at, sealed, &q))
		return FAIL(c->op.a, NOT_FOUND, NULL, "search of another session");
	names_search(&c->op, q, 20, &hits, &n);
	TRY(vault_audit(c->op.vault, c->op.a, c->op.token, "case.search", (case_id){0}, true, (int64_t)n));
	v.rows = NEWS(c->op.a, struct list_row, n + 2);
	if (heads_by_code(c->op.house->heads, q, &h) && kase_visible(&c->op, &h))
		show_row(c, &h, &v.rows[v.n_rows++]);
	for (size_t i = 0; i < n; i++)
		if (heads_get(c->op.house->heads, hits[i].id, &h))
			show_row(c, &h, &v.rows[v.n_rows++]);
	v.may_glass = op_may(&c->op, MAY_GLASS);
	v.from = v.n_rows ? 1 : 0;
	v.to = v.total = (int64_t)v.n_rows;
	page_begin(c, &p);
	list_page(&c->h, &v);
	return page_end(c);
}

static bool leaving(const struct op *op, const struct head *h, const struct task *next)
{
	(void)op;
	(void)next;
	return h->fact[FACT_departure] != NO_FACT && h->state >= STATE_PLANNING && h->state <= STATE_TRAVELLING;
}

static int by_departure(const struct head *a, const struct task *s, const struct head *b, const struct task *t)
{
	int32_t on = a->fact[FACT_departure], other = b->fact[FACT_departure];

	(void)s;
	(void)t;
	return on != other ? (on < other ? -1 : 1) : id_cmp(a->id.v, b->id.v);
}

static struct err *departures_get(struct ctx *c)
{
	struct page p = {.title = N_("Departures"), .section = "departures"};
	struct list_view v = {0};
	struct head_task *found;
	size_t n_found, total;

	heads_first(&c->op, &(struct head_pick){leaving, by_departure, false}, DEPARTURES, &found, &n_found, &total);
	TRY(vault_audit(c->op.vault, c->op.a, c->op.token, "case.departures", (case_id){0}, true, (int64_t)n_found));
	v.more = (int64_t)(total - n_found);
	v.rows = NEWS(c->op.a, struct list_row, n_found + 1);
	for (size_t i = 0; i < n_found; i++) {
		const struct head *h = &found[i].head;
		struct gate_in in = {h, c->op.house->programme, c->op.today};
		struct list_row *r = &v.rows[v.n_rows++];
		enum transition t = transition_next(h->state);
		struct gate_item *items;
		size_t n, open;

		show_row(c, h, r);
		r->due = h->fact[FACT_departure];
		gate_check(c->op.a, &in, t, &items, &n, &open);
		for (size_t k = 0; k < n; k++)
			open -= gate_waits_for_the_day(&in, &items[k]);
		r->missing = (int64_t)open;
	}
	page_begin(c, &p);
	departures_page(&c->h, &v);
	return page_end(c);
}

const struct route list_routes[] = {
	{HTTP_GET, "/cases", list_get, .may = MAY_CASE_LIST},
	{HTTP_POST, "/search", search_post, .may = MAY_CASE_READ},
	{HTTP_GET, "/search/:words", search_get, .may = MAY_CASE_READ},
	{HTTP_GET, "/departures", departures_get, .may = MAY_CASE_LIST},
	ROUTES_END,
};
