/* payment_web.c — the page of a file's payments, and the three forms: ask, decide, prove. */
#include "case_web.h"
#include "form_fill.h"
#include "payment.h"
#include "payment_html.h"
#include "payment_view.h"
#include "speak.h"

static str base_of(struct ctx *c)
{
	return arena_fmt(c->op.a, "%.*s/payments", STR_ARG(case_base(c, c->kase)));
}

static bool may_fill(const struct ctx *c, const char *form)
{
	const struct form *f = form_find(c->op.house->forms, str_of(form), 0);

	return form_filled_by(f, c->op.actor.role) && kase_takes(&c->kase->head, f) && op_may(&c->op, MAY_CASE_WRITE) &&
	       kase_state(&c->op, &c->kase->head) != STATE_ARCHIVED;
}

static struct plan_line_row line_row(struct ctx *c, const struct plan_line *l)
{
	return (struct plan_line_row){
		.line = l->line,
		.service = coded(c, "SERV", l->service),
		.description = l->description,
		.planned = l->planned,
		.waiting = l->waiting,
		.approved = l->approved,
		.proved = l->proved,
		.left = plan_line_left(l),
		.orphan = !l->in_plan,
		.ask_url = l->in_plan && plan_line_left(l) > 0 && may_fill(c, "PAY")
				   ? arena_fmt(c->op.a, "%.*s/new?line=%.*s", STR_ARG(base_of(c)),
					       STR_ARG(http_urlencode(c->op.a, l->line)))
				   : STR(""),
	};
}

static const struct {
	const char *word, *class;
} states[] = {
	[PAYMENT_WAITING] = {N_("Waits for a decision"), "tag warn"},
	[PAYMENT_REFUSED] = {N_("Refused"), "tag err"},
	[PAYMENT_APPROVED] = {N_("Approved, not proved"), "tag info"},
	[PAYMENT_PROVED] = {N_("Proved"), "tag ok"},
};

static struct payment_row pay_row(struct ctx *c, const struct payment *p)
{
	str id = id_text(c->op.a, p->id.v), base = base_of(c);
	bool paid = p->state == PAYMENT_APPROVED || p->state == PAYMENT_PROVED;
	bool mine = id_eq(p->asked_by.v, c->op.actor.id.v);
	struct payment_row r = {
		.line = p->line,
		.instalment = p->instalment,
		.modality = coded(c, "MODALITY", p->modality),
		.amount = p->amount,
		.proved = fmt_money(c->op.a, c->op.l, p->proved, "EUR"),
		.asked_on = p->asked_on,
		.asked_by = staff_name(c->op.house, c->op.vault, c->op.a, p->asked_by),
		.decided = p->state != PAYMENT_WAITING,
		.decided_on = p->decided_on,
		.decided_by = staff_name(c->op.house, c->op.vault, c->op.a, p->decided_by),
		.paid = paid,
		.proof_due = p->decided_on + PROOF_DAYS,
		.late = p->state == PAYMENT_APPROVED && p->decided_on + PROOF_DAYS < c->op.today,
		.word = states[p->state].word,
		.class = states[p->state].class,
		.record_url = arena_fmt(c->op.a, "%.*s/records/%.*s", STR_ARG(case_base(c, c->kase)), STR_ARG(id)),
	};

	if (p->state == PAYMENT_WAITING && !mine && op_may(&c->op, MAY_PAY) && may_fill(c, "PAYA"))
		r.decide_url = arena_fmt(c->op.a, "%.*s/%.*s/decide", STR_ARG(base), STR_ARG(id));
	if (p->state == PAYMENT_APPROVED && may_fill(c, "REC"))
		r.prove_url = arena_fmt(c->op.a, "%.*s/%.*s/proof", STR_ARG(base), STR_ARG(id));
	return r;
}

static struct err *payments_get(struct ctx *c)
{
	struct page p = {.title = N_("Payments"), .section = "cases", .kase = c->kase};
	struct payments_view v = {
		.base = case_base(c, c->kase),
		.restricted = restriction_told(c, NULL),
		.cor_open = (c->kase->head.flags & FLAG_COR_OPEN) != 0,
		.readable = case_readable(c->kase, DOSSIER_COR, COMP_FINANCE),
	};
	struct payments pay;

	TRY(payments_read(&c->op, c->kase, &pay));
	v.plan = pay.planned;
	v.lines = NEWS(c->op.a, struct plan_line_row, pay.n_lines + 1);
	v.list = NEWS(c->op.a, struct payment_row, pay.n + 1);
	v.n_lines = pay.n_lines;
	v.n = pay.n;
	for (size_t i = 0; i < pay.n_lines; i++) {
		v.lines[i] = line_row(c, &pay.lines[i]);
		v.planned += pay.lines[i].planned;
		v.approved += pay.lines[i].approved;
		v.proved += pay.lines[i].proved;
	}
	for (size_t i = 0; i < pay.n; i++)
		v.list[i] = pay_row(c, &pay.list[i]);
	page_begin(c, &p);
	payments_page(&c->h, &v);
	return page_end(c);
}

static struct err *start(struct ctx *c, const char *code, const char *title, struct payments *pay, struct fill *f)
{
	if (!form_filled_by(form_find(c->op.house->forms, str_of(code), 0), c->op.actor.role))
		return FAIL(c->op.a, DENIED, "Your role does not fill this form.", "role may not write the form");
	if (!(c->kase->head.flags & FLAG_COR_OPEN))
		return FAIL(c->op.a, INVALID,
			    "This form belongs to the file of the country of return, which opens with consent C3.",
			    "COR file is not open");
	if (kase_state(&c->op, &c->kase->head) == STATE_ARCHIVED)
		return FAIL(c->op.a, INVALID, "The file is archived: nothing can be added.", "archived");
	TRY(payments_read(&c->op, c->kase, pay));
	TRY(fill_start(c, code, c->kase, f));
	f->page = (struct page){.title = title, .section = "cases", .kase = c->kase, .filling = true};
	f->back = base_of(c);
	return NULL;
}

static void give(struct ctx *c, struct fill *f, const char *field, str value)
{
	struct json *given = json_object(c->op.a);

	json_set(c->op.a, given, str_of(field), json_new_str(c->op.a, value));
	f->given = given;
}

static html_frag about_line(struct ctx *c, const struct plan_line *l)
{
	struct plan_line_row row = line_row(c, l);
	struct html h;

	html_init(&h, c->op.a, c->op.l, 1 << 16);
	payment_line_about(&h, &row);
	return html_done(&h);
}

/* ?line= names the line the request is for; without it the line is asked like any field. */
static struct err *ask_form(struct ctx *c, struct fill *f)
{
	str line = str_trim(ctx_query(c, "line"));
	const struct plan_line *l;
	struct payments pay;

	TRY(start(c, "PAY", N_("Payment request"), &pay, f));
	f->action = arena_fmt(c->op.a, "%.*s/new", STR_ARG(f->back));
	l = line.n ? plan_line_of(&pay, line) : NULL;
	if (!l)
		return NULL;
	give(c, f, "line", l->line);
	f->action = arena_fmt(c->op.a, "%.*s?line=%.*s", STR_ARG(f->action), STR_ARG(http_urlencode(c->op.a, l->line)));
	f->about = about_line(c, l);
	return NULL;
}

/* The answer to, or the proof of, the request named in the address. */
static struct err *about_form(struct ctx *c, const char *code, const char *title, const char *path, struct fill *f)
{
	str id = ctx_capture(c, "record");
	const struct payment *p;
	struct payment_row row;
	struct payments pay;
	struct html h;

	TRY(start(c, code, title, &pay, f));
	p = payment_by_id(&pay, id);
	if (!p)
		return FAIL(c->op.a, NOT_FOUND, NULL, "no such payment");
	give(c, f, "payment", id);
	f->action = arena_fmt(c->op.a, "%.*s/%.*s/%s", STR_ARG(f->back), STR_ARG(id), path);
	row = pay_row(c, p);
	html_init(&h, c->op.a, c->op.l, 1 << 16);
	payment_asked(&h, &row);
	f->about = html_done(&h);
	return NULL;
}

static struct err *decide_form(struct ctx *c, struct fill *f)
{
	return about_form(c, "PAYA", N_("Answer to a payment request"), "decide", f);
}

static struct err *proof_form(struct ctx *c, struct fill *f)
{
	return about_form(c, "REC", N_("Proof"), "proof", f);
}

static const struct fill_row ask_fill = {ask_form, record_file, "asked"};
static const struct fill_row decide_fill = {decide_form, record_file, "decided"};
static const struct fill_row proof_fill = {proof_form, record_file, "saved"};

const struct route payment_routes[] = {
	{HTTP_GET, "/cases/:case/payments", payments_get, .may = MAY_CASE_READ, .load = LOAD_OPEN},
	{HTTP_GET, "/cases/:case/payments/new", fill_get, .may = MAY_CASE_WRITE, .load = LOAD_OPEN, .fill = &ask_fill},
	{HTTP_POST, "/cases/:case/payments/new", fill_post, .may = MAY_CASE_WRITE, .load = LOAD_OPEN,
	 .fill = &ask_fill},
	{HTTP_GET, "/cases/:case/payments/:record/decide", fill_get, .may = MAY_PAY, .load = LOAD_OPEN,
	 .fill = &decide_fill},
	{HTTP_POST, "/cases/:case/payments/:record/decide", fill_post, .may = MAY_PAY, .load = LOAD_OPEN,
	 .fill = &decide_fill},
	{HTTP_GET, "/cases/:case/payments/:record/proof", fill_get, .may = MAY_CASE_WRITE, .load = LOAD_OPEN,
	 .fill = &proof_fill},
	{HTTP_POST, "/cases/:case/payments/:record/proof", fill_post, .may = MAY_CASE_WRITE, .load = LOAD_OPEN,
	 .fill = &proof_fill},
	ROUTES_END,
};
