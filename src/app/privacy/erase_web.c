/* erase_web.c — the page of erasures: asking, confirming, what was erased. */
#include "case_web.h"
#include "erase.h"
#include "heads.h"
#include "privacy_html.h"
#include "privacy_view.h"

static const struct {
	const char *word, *class;
} states[ERASURE_STATES] = {
	[ERASURE_ASKED] = {N_("Waits for confirmation"), "tag warn"},
	[ERASURE_DONE] = {N_("Erased"), "tag ok"},
	[ERASURE_WITHDRAWN] = {N_("Not erased: the request was withdrawn"), "tag"},
};

static str act_url(struct ctx *c, const struct erasure_row *r, const char *act)
{
	return arena_fmt(c->op.a, "/erasures/%.*s/%s", STR_ARG(id_text(c->op.a, r->id)), act);
}

static struct erasure_view view_of(struct ctx *c, const struct erasure_row *r)
{
	struct erasure_view v = {
		.code = r->code,
		.asked_by = staff_name(c->op.house, c->op.vault, c->op.a, r->asked),
		.reason = erasure_reasons[r->reason].label,
		.reached = tr(c->op.l, state_labels[r->reached]),
		.word = states[r->state].word,
		.class = states[r->state].class,
		.created = r->created,
		.asked_on = r->asked_on,
		.ended_on = r->ended_on,
		.ended = r->state != ERASURE_ASKED,
		.returned = r->returned,
	};

	if (v.ended)
		v.ended_by = staff_name(c->op.house, c->op.vault, c->op.a, r->ended);
	if (r->state == ERASURE_DONE)
		v.certificate_url = act_url(c, r, "certificate");
	if (r->state == ERASURE_ASKED) {
		v.mine = id_eq(r->asked.v, c->op.actor.id.v);
		v.withdraw_url = act_url(c, r, "withdraw");
		if (!v.mine)
			v.confirm_url = act_url(c, r, "confirm");
	}
	return v;
}

static struct err *page(struct ctx *c, str code, str reason, const struct err *refused)
{
	struct page p = {.title = N_("Erasures"), .section = "erasures", .status = refused ? 422 : 0};
	struct erasures_view v = {
		.code = code,
	};

	struct erasure_row *rows;

	if (refused && reason.n)
		v.error = refused->message;
	else if (refused)
		v.reason_error = refused->message;
	TRY(erasures_read(&c->op, &rows, &v.n));
	v.list = NEWS(c->op.a, struct erasure_view, v.n + 1);
	for (size_t i = 0; i < v.n; i++) {
		v.list[i] = view_of(c, &rows[i]);
		v.n_done += rows[i].state == ERASURE_DONE;
		v.n_returned += rows[i].state == ERASURE_DONE && rows[i].returned;
	}
	for (; v.n_reasons < ERASE_REASONS; v.n_reasons++)
		v.reasons[v.n_reasons] = (struct erasure_choice){
			.value = str_of(erasure_reasons[v.n_reasons].code),
			.label = str_of(tr(c->op.l, erasure_reasons[v.n_reasons].label)),
			.chosen = str_eqz(reason, erasure_reasons[v.n_reasons].code)};
	page_begin(c, &p);
	erasures_page(&c->h, &v);
	return page_end(c);
}

static struct err *erasures_get(struct ctx *c)
{
	return page(c, STR(""), STR(""), NULL);
}

/* From the page of a file, whose code is then there. */
static struct err *erase_case_get(struct ctx *c)
{
	return page(c, arena_str(c->op.a, str_of(c->kase->head.code)), STR(""), NULL);
}

static struct err *erasures_post(struct ctx *c)
{
	str code = str_sub(ctx_form(c, "code"), 0, 40), given = ctx_form(c, "reason");
	enum erasure_reason reason = 0;
	struct err *e;

	while (reason < ERASE_REASONS && !str_eqz(given, erasure_reasons[reason].code))
		reason++;
	if (reason == ERASE_REASONS) {
		given = STR("");
		e = FAIL(c->op.a, INVALID, "Say why the file is erased.", "no reason");
	} else {
		e = erasure_ask(&c->op, code, reason);
	}
	if (e && e->kind == ERR_INVALID)
		return page(c, code, given, e);
	if (e)
		return e;
	return ctx_see_other(c, "/erasures?done=asked");
}

static struct err *wanted(struct ctx *c, struct id *id)
{
	if (!id_parse(ctx_capture(c, "erasure"), id))
		return FAIL(c->op.a, NOT_FOUND, NULL, "not an id");
	return NULL;
}

static struct err *confirm_post(struct ctx *c)
{
	struct id id;

	TRY(wanted(c, &id));
	TRY(erasure_confirm(&c->op, id));
	return ctx_see_other(c, "/erasures?done=erased");
}

static struct err *withdraw_post(struct ctx *c)
{
	struct id id;

	TRY(wanted(c, &id));
	TRY(erasure_withdraw(&c->op, id));
	return ctx_see_other(c, "/erasures?done=decided");
}

static struct err *certificate_get(struct ctx *c)
{
	struct erasure_row *rows;
	struct id id;
	size_t n;

	TRY(wanted(c, &id));
	TRY(erasures_read(&c->op, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (!id_eq(rows[i].id, id))
			continue;
		TRY(erasure_certificate(&c->op, &rows[i], &c->r->body));
		c->r->status = 200;
		c->r->content_type = "application/pdf";
		http_reply_header(c->r, "Content-Disposition", STR("inline; filename=\"certificate.pdf\""));
		return NULL;
	}
	return FAIL(c->op.a, NOT_FOUND, NULL, "no such erasure");
}

const struct route erasure_routes[] = {
	{HTTP_GET, "/erasures", erasures_get, .may = MAY_ERASE},
	{HTTP_POST, "/erasures", erasures_post, .may = MAY_ERASE},
	{HTTP_POST, "/erasures/:erasure/confirm", confirm_post, .may = MAY_ERASE, .again = true},
	{HTTP_POST, "/erasures/:erasure/withdraw", withdraw_post, .may = MAY_ERASE},
	{HTTP_GET, "/erasures/:erasure/certificate", certificate_get, .may = MAY_ERASE},
	{HTTP_GET, "/cases/:case/erase", erase_case_get, .may = MAY_ERASE, .load = LOAD_CASE},
	ROUTES_END,
};
