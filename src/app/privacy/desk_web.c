/* desk_web.c — the first page of the desk; recording a request or a breach and going on with it. */
#include <string.h>

#include "desk.h"
#include "desk_html.h"
#include "desk_view.h"
#include "privacy.h"
#include "form_fill.h"
#include "speak.h"

#define SOON_DAYS 7
#define HOUR_MS ((msec)3600 * 1000)

static str join(struct ctx *c, str a, str b)
{
	return arena_join(c->op.a, (str[]){a, b}, 2, STR(" · "));
}

static str said_day(struct ctx *c, const char *msgid, day d)
{
	struct tr_arg arg = {"day", fmt_day(c->op.a, c->op.l, d, DATE_LONG)};

	return tr_fill(c->op.a, tr(c->op.l, msgid), &arg, 1);
}

static str said_time(struct ctx *c, const char *msgid, msec t)
{
	struct tr_arg arg = {"time", fmt_time(c->op.a, c->op.l, t)};

	return tr_fill(c->op.a, tr(c->op.l, msgid), &arg, 1);
}

static void request_tag(struct ctx *c, const struct request *r, struct desk_row *row)
{
	int64_t left = r->due - c->op.today;

	if (!r->open) {
		row->class = "tag";
		row->tag = coded(c, "REQ_STATE", r->state);
		return;
	}
	row->class = left < 0 ? "tag err" : left <= SOON_DAYS ? "tag warn" : "tag info";
	row->tag = left < 0 ? sentence_n(c, "late by {n} day", "late by {n} days", -left)
			    : sentence_n(c, "{n} day left", "{n} days left", left);
}

static struct desk_row request_row(struct ctx *c, const struct request *r)
{
	struct desk_row row = {
		.what = coded(c, "RIGHT", r->right),
		.code = r->code,
		.line = join(
			c, said_day(c, N_("Received on {day}"), r->received),
			said_day(c, r->extended ? N_("extended: answer by {day}") : N_("answer by {day}"), r->due)),
	};

	if (!r->code.n)
		row.line = join(c, coded(c, "REQ_FILE", STR("NONE")), row.line);
	if (r->answered != NO_DAY)
		row.line2 = said_day(c, N_("Answered on {day}"), r->answered);
	else if (json_says(r->answers, "identity", "NOT_YET"))
		row.line2 = str_of(tr(c->op.l, N_("The identity is still to be checked.")));
	if (op_may(&c->op, MAY_DESK))
		row.url = arena_fmt(c->op.a, "/desk/requests/%.*s", STR_ARG(id_text(c->op.a, r->r.id.v)));
	request_tag(c, r, &row);
	return row;
}

static void breach_tag(struct ctx *c, const struct breach *b, struct desk_row *row)
{
	int64_t left = (b->until - c->op.now) / HOUR_MS;

	if (!b->waits) {
		row->class = b->open ? "tag warn" : "tag";
		row->tag = coded(c, "BREACH_AUTH", json_text(b->answers, "authority"));
	} else if (b->late) {
		row->class = "tag err";
		row->tag = str_of(tr(c->op.l, N_("72 hours are over")));
	} else {
		row->class = left <= 24 ? "tag err" : "tag warn";
		row->tag = left < 1 ? str_of(tr(c->op.l, N_("less than an hour left")))
				    : sentence_n(c, "{n} hour left", "{n} hours left", left);
	}
}

/* What is still to be done, in the order in which it is done. */
static str breach_steps(struct ctx *c, const struct breach *b)
{
	const char *missing[4];
	str words[4];
	size_t n = 0;

	if (!json_text(b->answers, "contained").n)
		missing[n++] = N_("say what was done at once");
	if (json_says(b->answers, "risk", "UNKNOWN"))
		missing[n++] = N_("judge the risk");
	if (b->waits)
		missing[n++] = N_("notify the authority, or say why not");
	if (!b->told)
		missing[n++] = N_("decide whether the people are told");
	for (size_t i = 0; i < n; i++)
		words[i] = str_of(tr(c->op.l, missing[i]));
	if (n == 0)
		return str_of(b->open ? tr(c->op.l, N_("Ready to be closed.")) : "");
	return arena_join(c->op.a,
			  (str[]){str_of(tr(c->op.l, N_("Still to do"))), arena_join(c->op.a, words, n, STR(" · "))}, 2,
			  str_of(tr(c->op.l, ": ")));
}

static struct desk_row breach_row(struct ctx *c, const struct breach *b)
{
	struct json *kind = json_first(json_get(b->answers, "kind"));
	struct desk_row row = {
		.what = coded(c, "BREACH_KIND", json_str(kind)),
		.line = join(c, said_time(c, N_("Known since {time}"), b->aware),
			     said_time(c, N_("the authority must know by {time}"), b->until)),
		.line2 = breach_steps(c, b),
	};

	if (op_may(&c->op, MAY_DESK))
		row.url = arena_fmt(c->op.a, "/desk/breaches/%.*s", STR_ARG(id_text(c->op.a, b->r.id.v)));
	breach_tag(c, b, &row);
	return row;
}

static struct err *fill_lists(struct ctx *c, const struct kase *k, struct desk_view *v)
{
	struct request *requests;
	struct breach *breaches;

	TRY(requests_read(&c->op, k, &requests, &v->requests.n));
	v->requests.rows = NEWS(c->op.a, struct desk_row, v->requests.n + 1);
	for (size_t i = 0; i < v->requests.n; i++) {
		v->requests.rows[i] = request_row(c, &requests[i]);
		v->requests.n_open += requests[i].open;
		v->requests.n_late += requests[i].open && requests[i].due < c->op.today;
	}
	TRY(breaches_read(&c->op, k, &breaches, &v->breaches.n));
	v->breaches.rows = NEWS(c->op.a, struct desk_row, v->breaches.n + 1);
	for (size_t i = 0; i < v->breaches.n; i++) {
		v->breaches.rows[i] = breach_row(c, &breaches[i]);
		v->breaches.n_open += breaches[i].open;
		v->breaches.n_late += breaches[i].open && breaches[i].waits && breaches[i].late;
	}
	return NULL;
}

static struct err *desk_get(struct ctx *c)
{
	struct page p = {.title = N_("Data protection"), .section = "desk"};
	struct desk_view v = {.whole = op_may(&c->op, MAY_DESK)};
	struct due_file *due;
	size_t n_due;
	struct kase *k;
	struct err *e = object_open(&c->op, OBJECT_DESK, PURPOSE_LIST, &k);

	if (e && e->kind != ERR_NOT_FOUND)
		return e;
	v.absent = e != NULL;
	if (!e)
		TRY(fill_lists(c, k, &v));
	if (v.whole) {
		TRY(files_due(&c->op, c->op.today, &due, &n_due));
		for (size_t i = 0; i < n_due; i++)
			v.n_due += !due[i].held && !due[i].asked;
	}
	page_begin(c, &p);
	desk_page(&c->h, &v);
	return page_end(c);
}

struct err *desk_waiting(struct ctx *c, struct alert_line **out, size_t *n)
{
	struct desk_view v = {0};
	struct kase *k;
	struct err *e;

	*n = 0;
	if (!op_may(&c->op, MAY_DESK) || !op_may(&c->op, MAY_AUDIT)) /* whose work it is, day by day */
		return NULL;
	e = object_open(&c->op, OBJECT_DESK, PURPOSE_LIST, &k);
	if (e)
		return e->kind == ERR_NOT_FOUND ? NULL : e;
	TRY(fill_lists(c, k, &v));
	*out = NEWS(c->op.a, struct alert_line, v.breaches.n_open + v.requests.n_open + 1);
	for (size_t i = 0; i < v.breaches.n_open; i++)
		(*out)[(*n)++] = (struct alert_line){join(c, v.breaches.rows[i].what, v.breaches.rows[i].tag),
						     v.breaches.rows[i].url};
	for (size_t i = 0; i < v.requests.n_open; i++)
		(*out)[(*n)++] = (struct alert_line){join(c, v.requests.rows[i].what, v.requests.rows[i].tag),
						     v.requests.rows[i].url};
	return NULL;
}

/* What only the desk says: who records a request or a breach for it is not asked. */
static const struct {
	const char *form, *field, *code;
} first_said[] = {
	{"REQ", "identity", "NOT_YET"}, {"REQ", "extended", "NO"},       {"REQ", "state", "OPEN"},
	{"BRE", "risk", "UNKNOWN"},     {"BRE", "authority", "NOT_YET"}, {"BRE", "told", "NOT_YET"},
	{"BRE", "closed", "NO"},
};

static const struct json *given_to(struct ctx *c, const char *form)
{
	struct json *o = json_object(c->op.a);

	if (op_may(&c->op, MAY_DESK))
		return NULL;
	for (size_t i = 0; i < sizeof first_said / sizeof *first_said; i++)
		if (strcmp(first_said[i].form, form) == 0)
			json_set(c->op.a, o, str_of(first_said[i].field),
				 json_new_str(c->op.a, str_of(first_said[i].code)));
	return o;
}

static struct err *open_entry(struct ctx *c, const char *form, const char *path, struct fill *f)
{
	str record = ctx_capture(c, "record");
	struct record r;
	struct kase *k;
	struct id id;

	TRY(object_open(&c->op, OBJECT_DESK, PURPOSE_WRITE, &k));
	TRY(fill_start(c, form, k, f));
	f->page = (struct page){.title = N_("Data protection"), .section = "desk"};
	f->back = STR("/desk");
	f->given = given_to(c, form);
	f->action = arena_fmt(c->op.a, "/desk/%s/%.*s", path, STR_ARG(record.n ? record : STR("new")));
	if (!record.n)
		return NULL;
	if (!id_parse(record, &id) || record_find(&c->op, k, (record_id){id}, 0, &r) || !str_eqz(r.form_code, form))
		return FAIL(c->op.a, NOT_FOUND, NULL, "no such entry of the desk");
	return fill_correct(c, f, &r);
}

static struct err *request_form(struct ctx *c, struct fill *f)
{
	TRY(open_entry(c, "REQ", "requests", f));
	if (!json_text(f->answers, "received_by").n)
		json_set(c->op.a, f->answers, STR("received_by"), json_new_str(c->op.a, str_of(c->op.actor.name)));
	return NULL;
}

static struct err *breach_form(struct ctx *c, struct fill *f)
{
	return open_entry(c, "BRE", "breaches", f);
}

static const struct fill_row request_fill = {request_form, request_file, "saved"};
static const struct fill_row breach_fill = {breach_form, breach_file, "saved"};

const struct route desk_routes[] = {
	{HTTP_GET, "/desk", desk_get, .may = MAY_RIGHTS},
	{HTTP_GET, "/desk/requests/new", fill_get, .may = MAY_RIGHTS, .fill = &request_fill},
	{HTTP_POST, "/desk/requests/new", fill_post, .may = MAY_RIGHTS, .fill = &request_fill},
	{HTTP_GET, "/desk/requests/:record", fill_get, .may = MAY_DESK, .fill = &request_fill},
	{HTTP_POST, "/desk/requests/:record", fill_post, .may = MAY_DESK, .fill = &request_fill},
	{HTTP_GET, "/desk/breaches/new", fill_get, .may = MAY_RIGHTS, .fill = &breach_fill},
	{HTTP_POST, "/desk/breaches/new", fill_post, .may = MAY_RIGHTS, .fill = &breach_fill},
	{HTTP_GET, "/desk/breaches/:record", fill_get, .may = MAY_DESK, .fill = &breach_fill},
	{HTTP_POST, "/desk/breaches/:record", fill_post, .may = MAY_DESK, .fill = &breach_fill},
	ROUTES_END,
};
