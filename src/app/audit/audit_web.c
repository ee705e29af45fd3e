/* audit_web.c — the audit log for people: the whole of it, filtered, for the data-protection officer; that of one file for
 * who answers for it.  A code of a file is typed into a form that is posted, and stands in no address. */
#include "audit_html.h"
#include "audit_words.h"
#include "heads.h"

static void add_choice(struct audit_choice *list, size_t *n, str value, str label, str chosen)
{
	list[(*n)++] = (struct audit_choice){value, label, str_eq(value, chosen)};
}

static struct err *choices(struct ctx *c, const struct audit_query *q, struct audit_filter_view *v)
{
	str who = id_is_zero(q->who.v) ? STR("") : id_text(c->op.a, q->who.v);
	struct staff *list;
	size_t n;

	TRY(staff_by_name(c->op.house, c->op.vault, c->op.a, c->op.l, &list, &n));
	v->people = NEWS(c->op.a, struct audit_choice, n + 1);
	for (size_t i = 0; i < n; i++)
		add_choice(v->people, &v->n_people, id_text(c->op.a, list[i].id.v), str_of(list[i].name), who);
	v->kinds = NEWS(c->op.a, struct audit_choice, AUDIT_KINDS);
	for (enum audit_kind k = AUDIT_ALL; k < AUDIT_KINDS; k++)
		add_choice(v->kinds, &v->n_kinds, str_of(audit_kinds[k]), str_of(tr(c->op.l, taken_kind(k))),
			   str_of(audit_kinds[q->kind]));
	return NULL;
}

static struct err *show(struct ctx *c, const struct audit_filter *f, struct audit_page_view *v, int status)
{
	struct page p = {.title = N_("Audit"), .section = "audit", .status = status};
	struct audit_found found;

	TRY(choices(c, &f->q, &v->filter));
	TRY(vault_audit_find(c->op.vault, c->op.a, c->op.token, &f->q, &found));
	v->rows = audit_rows(c, &found, true);
	v->n_rows = found.n;
	v->filtered = audit_address(c, "", f, 0).n > 0;
	v->filter.open = v->filtered || status != 200;
	v->export_url = audit_address(c, "/audit/export", f, 0);
	if (f->q.before)
		v->newest = audit_address(c, "/audit", f, 0);
	if (found.next) {
		v->older = audit_address(c, "/audit", f, found.next);
		v->reached = fmt_time(c->op.a, c->op.l, found.reached);
	}
	page_begin(c, &p);
	audit_page(&c->h, v);
	return page_end(c);
}

static struct err *audit_get(struct ctx *c)
{
	struct audit_page_view v = {.n_rows = 0};
	struct audit_filter f;
	struct head h;

	TRY(audit_filter_get(c, &f));
	if (heads_get(c->op.house->heads, f.q.object, &h))
		v.filter.code = arena_str(c->op.a, str_of(h.code));
	if (f.from != NO_DAY)
		v.filter.from = day_iso(c->op.a, f.from);
	if (f.to != NO_DAY)
		v.filter.to = day_iso(c->op.a, f.to);
	return show(c, &f, &v, 200);
}

static str typed_day(struct ctx *c, str text, day *out)
{
	*out = NO_DAY;
	if (!text.n || day_parse(text, out))
		return STR("");
	return str_of(tr(c->op.l, N_("This is not a date: write it as year-month-day, for example 2018-11-20.")));
}

/* What was typed becomes an address of ids and days. */
static struct err *audit_post(struct ctx *c)
{
	struct audit_filter_view v = {.code = str_trim(ctx_form(c, "code")),
				      .from = str_trim(ctx_form(c, "from")),
				      .to = str_trim(ctx_form(c, "to"))};
	struct audit_filter f = {.from = NO_DAY, .to = NO_DAY};
	struct audit_page_view page = {.n_rows = 0};
	struct head h;

	f.q.kind = audit_kind_find(ctx_form(c, "kind"));
	if (f.q.kind == AUDIT_KINDS || (ctx_form(c, "who").n && !id_parse(ctx_form(c, "who"), &f.q.who.v)))
		return FAIL(c->op.a, MALFORMED, NULL, "not a choice of the form");
	v.from_error = typed_day(c, v.from, &f.from);
	v.to_error = typed_day(c, v.to, &f.to);
	if (f.from != NO_DAY && f.to != NO_DAY && f.from > f.to)
		v.to_error = str_of(tr(c->op.l, N_("The last day cannot lie before the first.")));
	if (v.code.n && !heads_by_code(c->op.house->heads, v.code, &h))
		v.code_error = str_of(
			tr(c->op.l, N_("There is no file with this code now. Look at the code again; an erased "
				       "file is no longer known by it.")));
	else if (v.code.n)
		f.q.object = h.id;
	if (!v.code_error.n && !v.from_error.n && !v.to_error.n)
		return ctx_see_other(c, "%.*s", STR_ARG(audit_address(c, "/audit", &f, 0)));
	page.filter = v;
	f.from = f.to = NO_DAY;
	return show(c, &f, &page, 422);
}

/* Looks at this very page, and at the log, are no looks at the file. */
static void leave_out_readings(struct audit_found *found)
{
	size_t kept = 0;

	for (size_t i = 0; i < found->n; i++)
		if (!str_eqz(str_of(found->lines[i].action), "audit.read"))
			found->lines[kept++] = found->lines[i];
	found->n = kept;
}

/* Who opened this file: for its case manager and for the coordinator, as the vault decides. */
static struct err *opened_get(struct ctx *c)
{
	struct page p = {.title = N_("Who opened this file"), .section = "cases", .kase = c->kase};
	struct audit_case_view v = {
		.base = arena_fmt(c->op.a, "/cases/%.*s", STR_ARG(id_text(c->op.a, c->kase->head.id.v)))};
	struct audit_filter f;
	struct audit_found found;
	struct err *e;

	TRY(audit_filter_get(c, &f));
	f.q = (struct audit_query){.object = c->kase->head.id, .before = f.q.before};
	e = vault_audit_find(c->op.vault, c->op.a, c->op.token, &f.q, &found);
	if (e && e->kind == ERR_DENIED)
		return FAIL(c->op.a, DENIED, "Who opened a file is shown to its case manager and to the coordinator.",
			    "does not answer for this file");
	TRY(e);
	leave_out_readings(&found);
	v.rows = audit_rows(c, &found, false);
	v.n_rows = found.n;
	if (f.q.before)
		v.newest = arena_fmt(c->op.a, "%.*s/opened", STR_ARG(v.base));
	if (found.next)
		v.older = arena_fmt(c->op.a, "%.*s/opened?before=%llu", STR_ARG(v.base),
				    (unsigned long long)found.next);
	page_begin(c, &p);
	audit_case_page(&c->h, &v);
	return page_end(c);
}

const struct route audit_routes[] = {
	{HTTP_GET, "/audit", audit_get, .may = MAY_AUDIT},
	{HTTP_POST, "/audit", audit_post, .may = MAY_AUDIT},
	{HTTP_GET, "/audit/export", audit_export_get, .may = MAY_AUDIT},
	{HTTP_POST, "/audit/export", audit_export_post, .may = MAY_AUDIT, .again = true},
	{HTTP_GET, "/cases/:case/opened", opened_get, .may = MAY_CASE_READ, .load = LOAD_CASE},
	ROUTES_END,
};
