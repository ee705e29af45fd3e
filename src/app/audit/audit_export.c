/* audit_export.c — a copy of entries of the audit log, as a table or as lines of JSON.  It leaves the house: the vault
 * takes a reason, counts it and tells the others who read alerts, before the first entry is given. */
#include "access.h"
#include "audit_html.h"
#include "audit_words.h"
#include "csv.h"
#include "heads.h"
#include "json.h"

#define EXPORT_MOST 5000 /* more than that is a backup, not a question */
#define EXPORT_BYTES (8u << 20)

static struct err *show(struct ctx *c, const struct audit_filter *f, struct audit_export_view *v, int status)
{
	struct page p = {.title = N_("Take a copy out"), .section = "audit", .status = status};
	struct head h;

	v->action = stash_action(c, STR("/audit/export"));
	v->back = audit_address(c, "/audit", f, 0);
	v->kind = str_of(audit_kinds[f->q.kind]);
	v->what = str_of(tr(c->op.l, taken_kind(f->q.kind)));
	if (!id_is_zero(f->q.who.v)) {
		v->who_id = id_text(c->op.a, f->q.who.v);
		v->who = audit_who(c, f->q.who);
	}
	if (!id_is_zero(f->q.object.v))
		v->case_id = id_text(c->op.a, f->q.object.v);
	if (heads_get(c->op.house->heads, f->q.object, &h))
		v->code = arena_str(c->op.a, str_of(h.code));
	if (f->from != NO_DAY) {
		v->from_day = day_iso(c->op.a, f->from);
		v->from = fmt_day(c->op.a, c->op.l, f->from, DATE_LONG);
	}
	if (f->to != NO_DAY) {
		v->to_day = day_iso(c->op.a, f->to);
		v->to = fmt_day(c->op.a, c->op.l, f->to, DATE_LONG);
	}
	page_begin(c, &p);
	audit_export_page(&c->h, v);
	return page_end(c);
}

static struct err *filter_of(struct ctx *c, const struct http_request *q, struct audit_filter *f)
{
	*f = (struct audit_filter){.from = NO_DAY, .to = NO_DAY};
	f->q.kind = audit_kind_find(http_form(q, "kind"));
	if (f->q.kind == AUDIT_KINDS || (http_form(q, "who").n && !id_parse(http_form(q, "who"), &f->q.who.v)) ||
	    (http_form(q, "case").n && !id_parse(http_form(q, "case"), &f->q.object.v)) ||
	    (http_form(q, "from").n && !day_parse(http_form(q, "from"), &f->from)) ||
	    (http_form(q, "to").n && !day_parse(http_form(q, "to"), &f->to)))
		return FAIL(c->op.a, MALFORMED, NULL, "not a choice of the form");
	audit_filter_days(f);
	return NULL;
}

static struct audit_export_view typed(const struct http_request *q)
{
	return (struct audit_export_view){.record = http_form(q, "record"),
					  .reason = str_trim(http_form(q, "reason")),
					  .jsonl = str_eqz(http_form(q, "format"), "jsonl")};
}

struct err *audit_export_get(struct ctx *c)
{
	struct audit_export_view v = {.record = id_text(c->op.a, id_random())};
	struct audit_filter f;
	struct stashed s;

	TRY(stash_take(c, NULL, &s));
	if (s.answers) {
		struct http_request then = {.form = s.pairs, .n_form = s.n_pairs};

		v = typed(&then);
		v.from_stash = true;
		TRY(filter_of(c, &then, &f));
		return show(c, &f, &v, 200);
	}
	TRY(audit_filter_get(c, &f));
	return show(c, &f, &v, 200);
}

struct column {
	const char *name;
	str value;
};
#define COLUMNS 10

static void columns_of(struct ctx *c, const struct audit_line *l, struct column out[COLUMNS])
{
	bool code;
	str about = audit_about(c, l, &code);
	struct column all[COLUMNS] = {
		{"number", arena_fmt(c->op.a, "%llu", (unsigned long long)l->seq)},
		{"time", msec_iso(c->op.a, l->at)},
		{"who", audit_who(c, l->actor)},
		{"act", arena_str(c->op.a, str_of(l->action))},
		{"what", audit_act(c, l)},
		{"outcome", l->done ? STR("done") : STR("refused")},
		{"about", about},
		{"why", audit_why(c, l)},
		{"reason", l->reason},
		{"parts", audit_parts(c, l->compartments)},
	};

	for (size_t i = 0; i < COLUMNS; i++)
		out[i] = all[i];
}

static void csv_line(struct ctx *c, struct buf *b, const struct audit_line *l)
{
	struct column columns[COLUMNS];

	columns_of(c, l, columns);
	for (size_t i = 0; i < COLUMNS; i++) {
		if (i)
			buf_c(b, ',');
		csv_cell(b, columns[i].value);
	}
	buf_z(b, "\r\n");
}

static void csv_head(struct ctx *c, struct buf *b)
{
	struct column columns[COLUMNS];

	columns_of(c, &(struct audit_line){.done = true}, columns);
	for (size_t i = 0; i < COLUMNS; i++) {
		if (i)
			buf_c(b, ',');
		buf_z(b, columns[i].name);
	}
	buf_z(b, "\r\n");
}

static void json_line(struct ctx *c, struct buf *b, const struct audit_line *l)
{
	struct column columns[COLUMNS];

	columns_of(c, l, columns);
	for (size_t i = 0; i < COLUMNS; i++) {
		buf_c(b, i ? ',' : '{');
		json_escape(b, str_of(columns[i].name));
		buf_c(b, ':');
		json_escape(b, columns[i].value);
	}
	buf_z(b, "}\n");
}

/* The entries as they are now, newest first.  *over: there are more than a copy may hold. */
static struct err *collect(struct ctx *c, struct audit_query q, bool jsonl, struct buf *b, bool *over)
{
	struct audit_found found;
	size_t total = 0;

	if (!jsonl)
		csv_head(c, b);
	*over = false;
	do {
		TRY(vault_audit_find(c->op.vault, c->op.a, c->op.token, &q, &found));
		total += found.n;
		*over = total > EXPORT_MOST;
		for (size_t i = 0; i < found.n && !*over; i++)
			(jsonl ? json_line : csv_line)(c, b, &found.lines[i]);
		q.before = found.next;
	} while (found.next && !*over);
	return NULL;
}

struct err *audit_export_post(struct ctx *c)
{
	struct audit_export_view v = typed(c->q);
	struct audit_filter f;
	struct buf b;
	bool over;

	TRY(filter_of(c, c->q, &f));
	if (!access_reason_ok(v.reason))
		v.reason_error = str_of(
			tr(c->op.l, N_("Write why, in at least 20 letters and at most 450: it is kept, and "
				       "read by those who read the alerts.")));
	if (v.reason_error.n)
		return show(c, &f, &v, 422);
	TRY(vault_audit_export(c->op.vault, c->op.a, c->op.token, &f.q, v.reason));
	buf_init(&b, c->op.a, EXPORT_BYTES);
	TRY(collect(c, f.q, v.jsonl, &b, &over));
	c->r->body = buf_done(&b);
	if (over || !c->r->body.p) {
		c->r->body = STR("");
		v.error = str_of(
			tr(c->op.l, N_("These are more than 5,000 entries: choose fewer days, a person or a file, and "
				       "take several copies.")));
		return show(c, &f, &v, 422);
	}
	c->r->content_type = v.jsonl ? "application/x-ndjson; charset=utf-8" : "text/csv; charset=utf-8";
	http_reply_header(c->r, "Content-Disposition",
			  v.jsonl ? STR("attachment; filename=\"copy.jsonl\"")
				  : STR("attachment; filename=\"copy.csv\""));
	return NULL;
}
