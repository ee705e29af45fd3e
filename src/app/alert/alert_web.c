/* alert_web.c — the page of alerts: what happened, why, who has seen it; limits raised, and decoys made, by coordinators. */
#include "access.h"
#include "alert.h"
#include "alert_html.h"
#include "alert_view.h"
#include "decoy.h"
#include "heads.h"
#include "log.h"

static str seen_by(struct ctx *c, const struct alarm *l)
{
	struct tr_arg args[] = {
		{"name", staff_name(c->op.house, c->op.vault, c->op.a, l->acked_by)},
		{"time", fmt_time(c->op.a, c->op.l, l->acked_at)},
	};

	return l->acked_at ? tr_say(c->op.a, c->op.l, tr(c->op.l, N_("Seen by {name}, {time}")), args, 2) : STR("");
}

/* The address of a file stands only where it opens: for whom it does not, its code says which it is. */
static str address(struct ctx *c, const struct alarm *l)
{
	struct head h;

	if (l->kind == ALARM_RAISED || !op_may(&c->op, MAY_CASE_READ) ||
	    !heads_get(c->op.house->heads, l->object, &h) || !kase_visible(&c->op, &h))
		return STR("");
	return arena_fmt(c->op.a, "/cases/%.*s", STR_ARG(id_text(c->op.a, l->object.v)));
}

static struct err *show(struct ctx *c, struct alerts_view *v, int status)
{
	struct page p = {.title = N_("Alerts"), .section = "alerts", .status = status};
	struct alarm *list;
	int64_t before = 0;
	size_t n;

	if (ctx_query(c, "before").n && (!str_to_i64(ctx_query(c, "before"), &before) || before < 1))
		return FAIL(c->op.a, NOT_FOUND, NULL, "not a place among the alerts");
	TRY(vault_alerts(c->op.vault, c->op.a, c->op.token, false, (uint64_t)before, &list, &n));
	v->rows = NEWS(c->op.a, struct alert_row, n + 1);
	v->n_rows = n;
	for (size_t i = 0; i < n; i++)
		v->rows[i] = (struct alert_row){
			.no = arena_fmt(c->op.a, "%llu", (unsigned long long)list[i].no),
			.what = alert_words(c, &list[i]),
			.at = fmt_time(c->op.a, c->op.l, list[i].at),
			.reason = list[i].reason,
			.url = address(c, &list[i]),
			.seen = seen_by(c, &list[i]),
			.waiting = list[i].waiting,
		};
	if (n == ALERT_PAGE)
		v->older = arena_fmt(c->op.a, "/alerts?before=%llu", (unsigned long long)list[n - 1].no);
	v->may_raise = op_may(&c->op, MAY_ASSIGN);
	if (!v->record.n)
		v->record = id_text(c->op.a, id_random());
	page_begin(c, &p);
	alerts_page(&c->h, v);
	return page_end(c);
}

static struct err *alerts_get(struct ctx *c)
{
	return show(c, &(struct alerts_view){.rows = NULL}, 200);
}

static struct err *alert_post(struct ctx *c)
{
	int64_t no;

	if (!str_to_i64(ctx_capture(c, "alert"), &no) || no < 1)
		return FAIL(c->op.a, NOT_FOUND, NULL, "not the number of an alert");
	TRY(vault_alert_ack(c->op.vault, c->op.a, c->op.token, (uint64_t)no));
	return ctx_see_other(c, "/alerts?done=seen");
}

static struct err *decoys_known(struct ctx *c, case_id id, bool *marked)
{
	case_id *list;
	size_t n;

	*marked = false;
	TRY(vault_decoys(c->op.vault, c->op.a, &list, &n));
	for (size_t i = 0; i < n; i++)
		*marked = *marked || id_eq(list[i].v, id.v);
	if (n >= DECOYS_MAX && !*marked)
		return FAIL(c->op.a, CONFLICT, "There are as many decoys as there can be.", "%zu decoys", n);
	return NULL;
}

/* The coordinator's by name, so that no colleague is led to take it for a person who waits. */
static struct err *decoy_mark(struct ctx *c, case_id id, bool marked)
{
	struct kase *k;

	if (!marked)
		TRY(vault_decoy(c->op.vault, c->op.a, c->op.token, id));
	heads_decoy(c->op.house->heads, id);
	TRY(kase_find(&c->op, id, &k));
	if (id_eq(k->head.assignee.v, c->op.actor.id.v))
		return NULL;
	TRY(kase_open(&c->op, k, PURPOSE_WRITE));
	return kase_assign(&c->op, k, c->op.actor.id, false, NO_DAY);
}

/* A file that is not marked would count as a person: its maker is told which one, and the same form marks it. */
static struct err *decoy_new(struct ctx *c, const struct decoy_words *w, record_id rid, str *unmarked)
{
	const struct form *f = form_find(c->op.house->forms, STR("F01"), 0);
	struct json *answers = decoy_answers(&c->op, f, w, rid);
	struct err *e;
	bool marked;
	case_id id;
	str code;

	TRY(decoys_known(c, (case_id){rid.v}, &marked));
	TRY(form_check(c->op.a, f, answers, roles[c->op.actor.role].writes[DOSSIER_FR], c->op.today, false));
	TRY(kase_create(&c->op, rid, answers, NULL, &id, &code));
	e = decoy_mark(c, id, marked);
	if (e) {
		log_err(e);
		*unmarked = code;
	}
	return NULL;
}

static void decoy_faults(struct ctx *c, const struct decoy_words *w, struct alerts_view *v)
{
	v->names_wrong = !w->given.n || !w->family.n || w->given.n > 80 || w->family.n > 80;
	v->more_wrong = w->organisation.n > 80 || w->contact.n > 80;
	if (v->more_wrong)
		v->error = str_of(tr(c->op.l, N_("Organisation and contact have at most 80 letters each.")));
	if (v->names_wrong)
		v->error = str_of(tr(c->op.l, N_("Write both names, each at most 80 letters.")));
}

static struct err *decoy_post(struct ctx *c)
{
	struct decoy_words w = {.given = str_trim(ctx_form(c, "given")),
				.family = str_trim(ctx_form(c, "family")),
				.organisation = str_trim(ctx_form(c, "organisation")),
				.contact = str_trim(ctx_form(c, "contact"))};
	struct alerts_view v = {.given = w.given,
				.family = w.family,
				.organisation = w.organisation,
				.contact = w.contact,
				.record = ctx_form(c, "record")};
	struct tr_arg which = {"code", STR("")};
	struct id rid;

	if (!id_parse(v.record, &rid))
		return FAIL(c->op.a, INVALID, NULL, "a decoy without the id of its form");
	decoy_faults(c, &w, &v);
	if (v.error.n)
		return show(c, &v, 422);
	TRY(decoy_new(c, &w, (record_id){rid}, &which.value));
	if (!which.value.n)
		return ctx_see_other(c, "/alerts?done=decoy");
	v.error = tr_say(
		c->op.a, c->op.l,
		tr(c->op.l, N_("File {code} was made but could not be finished as a decoy. Send this form once "
			       "more, unchanged, to finish it.")),
		&which, 1);
	return show(c, &v, 503);
}

const struct route alert_routes[] = {
	{HTTP_GET, "/alerts", alerts_get, .may = MAY_SIGNED_IN},
	{HTTP_POST, "/alerts/:alert", alert_post, .may = MAY_SIGNED_IN},
	{HTTP_POST, "/decoys", decoy_post, .may = MAY_ASSIGN},
	{HTTP_GET, "/glass", glass_get, .may = MAY_GLASS},
	{HTTP_POST, "/glass", glass_post, .may = MAY_GLASS},
	{HTTP_GET, "/limits", limits_get, .may = MAY_ASSIGN},
	{HTTP_POST, "/limits", limits_post, .may = MAY_ASSIGN, .again = true},
	ROUTES_END,
};
