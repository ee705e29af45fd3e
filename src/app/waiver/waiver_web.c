/* waiver_web.c — the page of a file's waivers, asking for one, answering one. */
#include "case_web.h"
#include "form_fill.h"
#include "waiver.h"
#include "waiver_html.h"
#include "waiver_view.h"

static str base_of(struct ctx *c)
{
	return arena_fmt(c->op.a, "%.*s/waivers", STR_ARG(case_base(c, c->kase)));
}

static bool may_fill(const struct ctx *c, const char *form)
{
	const struct form *f = form_find(c->op.house->forms, str_of(form), 0);

	return form_filled_by(f, c->op.actor.role) && kase_takes(&c->kase->head, f) &&
	       kase_state(&c->op, &c->kase->head) < STATE_CLOSED;
}

static struct waivable_row condition_row_of(struct ctx *c, const struct gate_item *item)
{
	str key = waiver_text(c->op.a, STR(""), item->row);

	return (struct waivable_row){
		.title = gate_title(c, item->row),
		.missing = gate_missing(c, &item->answer),
		.url = arena_fmt(c->op.a, "%.*s/new?of=%.*s", STR_ARG(base_of(c)),
				 STR_ARG(http_urlencode(c->op.a, str_trim(key)))),
	};
}

/* The shut conditions before the next step, or a payment, that the programme lets two people waive, and nobody asked for
 * yet. */
static size_t open_items(struct ctx *c, struct gate_item **out)
{
	struct gate_in in = {&c->kase->head, c->op.house->programme, c->op.today};
	struct gate_item *all = NEWS(c->op.a, struct gate_item, in.p->n_gates + 1), *items;
	size_t n, open, kept = 0;

	for (enum transition t = 0; t < TRANSITIONS; t++) {
		if (!waiver_step(in.h, t))
			continue;
		gate_check(c->op.a, &in, t, &items, &n, &open);
		for (size_t i = 0; i < n; i++) {
			const struct waiver *w = gate_waiver(in.h, items[i].row);

			if (!items[i].answer.met && !items[i].answer.waived && waiver_possible(items[i].row) &&
			    !gate_person_said_no(in.h, items[i].row) && !(w && !w->granted_by))
				all[kept++] = items[i];
		}
	}
	*out = all;
	return kept;
}

static const struct {
	const char *word, *class;
} states[] = {
	[WAIVER_ASKED] = {N_("Waits for an answer"), "tag warn"},
	[WAIVER_GRANTED] = {N_("Granted"), "tag ok"},
	[WAIVER_REFUSED] = {N_("Refused"), "tag err"},
};

static str record_url(struct ctx *c, record_id id)
{
	return arena_fmt(c->op.a, "%.*s/records/%.*s", STR_ARG(case_base(c, c->kase)), STR_ARG(id_text(c->op.a, id.v)));
}

static struct waiver_row_view row_of(struct ctx *c, const struct waiver_case *w)
{
	bool mine = id_eq(w->asked_by.v, c->op.actor.id.v);
	struct waiver_key key;
	struct waiver_row_view r = {
		.condition = waiver_words(w->condition),
		.step = waiver_parse(w->condition, &key) ? transition_rows[key.transition].label : NULL,
		.asked_by = staff_name(c->op.house, c->op.vault, c->op.a, w->asked_by),
		.asked_on = w->asked_on,
		.reason = json_text(w->answers, "reason"),
		.record_url = record_url(c, w->id),
		.word = states[w->state].word,
		.class = states[w->state].class,
		.answered = w->state != WAIVER_ASKED,
	};

	if (r.answered) {
		r.answered_by = staff_name(c->op.house, c->op.vault, c->op.a, w->answered_by);
		r.answered_on = w->answered_on;
		r.answer_reason = json_text(w->answer, "reason");
		r.answer_record_url = record_url(c, w->answer_id);
		r.limited = w->until != NO_DAY;
		r.until = w->until;
	} else if (!mine && op_may(&c->op, MAY_DECIDE) && may_fill(c, "WAIA")) {
		r.answer_url = arena_fmt(c->op.a, "%.*s/%.*s", STR_ARG(base_of(c)), STR_ARG(id_text(c->op.a, w->id.v)));
	}
	return r;
}

static struct err *waivers_get(struct ctx *c)
{
	struct page p = {.title = N_("Waivers"), .section = "cases", .kase = c->kase};
	struct waivers_view v = {
		.base = case_base(c, c->kase), .restricted = restriction_told(c, NULL), .may_ask = may_fill(c, "WAIV")};
	struct waiver_case *list;
	struct gate_item *items;

	TRY(waivers_read(&c->op, c->kase, &list, &v.n));
	v.list = NEWS(c->op.a, struct waiver_row_view, v.n + 1);
	for (size_t i = 0; i < v.n; i++)
		v.list[i] = row_of(c, &list[i]);
	v.n_open = open_items(c, &items);
	v.open = NEWS(c->op.a, struct waivable_row, v.n_open + 1);
	for (size_t i = 0; i < v.n_open; i++)
		v.open[i] = condition_row_of(c, &items[i]);
	page_begin(c, &p);
	waivers_page(&c->h, &v);
	return page_end(c);
}

static struct err *start(struct ctx *c, const char *code, const char *title, struct fill *f)
{
	if (kase_state(&c->op, &c->kase->head) >= STATE_CLOSED)
		return FAIL(c->op.a, INVALID, "The file is closed: no step is left to waive a condition for.",
			    "closed");
	TRY(fill_start(c, code, c->kase, f));
	f->page = (struct page){.title = title, .section = "cases", .kase = c->kase, .filling = true};
	f->back = base_of(c);
	return NULL;
}

static void give(struct ctx *c, struct json *given, const char *field, str value)
{
	json_set(c->op.a, given, str_of(field), json_new_str(c->op.a, value));
}

/* The first gate of a step whose conditions come from two ("G5–G6"). */
static str first_gate(const struct gate_row *row)
{
	str gate = str_of(transition_rows[row->transition].gate);
	size_t n = 1;

	while (n < gate.n && gate.p[n] >= '0' && gate.p[n] <= '9')
		n++;
	return str_sub(gate, 0, n);
}

static struct err *ask_form(struct ctx *c, struct fill *f)
{
	struct json *given = json_object(c->op.a);
	struct waiver_key key;
	struct gate_item *items;
	struct waivable_row row;
	struct html h;
	size_t n, i = 0;

	TRY(start(c, "WAIV", N_("Request for a waiver"), f));
	if (!waiver_parse(ctx_query(c, "of"), &key))
		return FAIL(c->op.a, NOT_FOUND, NULL, "no condition named");
	n = open_items(c, &items);
	while (i < n && waiver_row(c->op.house->programme, &key) != items[i].row)
		i++;
	if (i == n)
		return FAIL(c->op.a, INVALID,
			    "This is no condition of the next step: choose it on the page of waivers.",
			    "condition not open");
	row = condition_row_of(c, &items[i]);
	give(c, given, "gate", first_gate(items[i].row));
	give(c, given, "condition", waiver_text(c->op.a, row.title, items[i].row));
	f->given = given;
	f->action = row.url;
	html_init(&h, c->op.a, c->op.l, 1 << 16);
	waiver_condition(&h, &row);
	f->about = html_done(&h);
	return NULL;
}

static struct err *answer_form(struct ctx *c, struct fill *f)
{
	str id = ctx_capture(c, "record");
	struct json *given = json_object(c->op.a);
	const struct waiver_case *w = NULL;
	struct waiver_case *list;
	struct waiver_row_view row;
	struct html h;
	size_t n;

	TRY(start(c, "WAIA", N_("Answer to a waiver request"), f));
	TRY(waivers_read(&c->op, c->kase, &list, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq(id_text(c->op.a, list[i].id.v), id))
			w = &list[i];
	if (!w)
		return FAIL(c->op.a, NOT_FOUND, NULL, "no such waiver");
	give(c, given, "gate", json_text(w->answers, "gate"));
	give(c, given, "request", id);
	give(c, given, "condition", w->condition);
	f->given = given;
	f->action = arena_fmt(c->op.a, "%.*s/%.*s", STR_ARG(f->back), STR_ARG(id));
	row = row_of(c, w);
	html_init(&h, c->op.a, c->op.l, 1 << 16);
	waiver_about(&h, &row);
	f->about = html_done(&h);
	return NULL;
}

static const struct fill_row ask_fill = {ask_form, record_file, "asked"};
static const struct fill_row answer_fill = {answer_form, record_file, "decided"};

const struct route waiver_routes[] = {
	{HTTP_GET, "/cases/:case/waivers", waivers_get, .may = MAY_CASE_READ, .load = LOAD_OPEN},
	{HTTP_GET, "/cases/:case/waivers/new", fill_get, .may = MAY_CASE_WRITE, .load = LOAD_OPEN, .fill = &ask_fill},
	{HTTP_POST, "/cases/:case/waivers/new", fill_post, .may = MAY_CASE_WRITE, .load = LOAD_OPEN, .fill = &ask_fill},
	{HTTP_GET, "/cases/:case/waivers/:record", fill_get, .may = MAY_DECIDE, .load = LOAD_OPEN,
	 .fill = &answer_fill},
	{HTTP_POST, "/cases/:case/waivers/:record", fill_post, .may = MAY_DECIDE, .load = LOAD_OPEN,
	 .fill = &answer_fill},
	ROUTES_END,
};
