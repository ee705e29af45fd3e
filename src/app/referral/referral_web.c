/* referral_web.c — the public door (no account), entry by staff after a call, and triage.
 * The public can seal, never read back (design §10.5): a receipt code is all that returns. */
#include <stdlib.h>
#include <string.h>

#include "case_web.h"
#include "core_sql.h"
#include "heads.h"
#include "names.h"
#include "referral_html.h"

static const struct form *f01(struct ctx *c)
{
	return form_find(c->op.house->forms, STR("F01"), 0);
}

static bool by_staff(const struct ctx *c)
{
	return c->route->may != MAY_PUBLIC;
}

static struct err *show_form_at(struct ctx *c, record_id id, struct json *answers, struct err *errors, str more,
				bool again)
{
	struct page p = {.title = N_("Form for professionals"),
			 .public_ = !by_staff(c),
			 .section = "triage",
			 .status = again    ? 409
				   : errors ? 422
					    : 200};
	struct referral_view v = {
		.heading = by_staff(c) ? N_("Referral after a call") : N_("Refer a person"),
		.action = by_staff(c) ? stash_action(c, STR("/referrals/new")) : STR("/signaler/formulaire"),
		.record = id_text(c->op.a, id.v),
		.again = again,
	};
	struct html h;

	html_init(&h, c->op.a, c->op.l, 4 << 20);
	form_inputs(&h, f01(c), answers, errors, UINT32_MAX, more);
	v.inputs = html_done(&h);
	page_begin(c, &p);
	referral_form(&c->h, &v);
	return page_end(c);
}

static struct err *show_form(struct ctx *c, record_id id, struct json *answers, struct err *errors, str more)
{
	return show_form_at(c, id, answers, errors, more, false);
}

static struct err *form_get(struct ctx *c)
{
	struct stashed s;

	TRY(stash_take(c, f01(c), &s));
	if (s.answers)
		return show_form(c, s.record, s.answers, NULL, STR(""));
	return show_form(c, (record_id){id_random()}, json_object(c->op.a), NULL, STR(""));
}

static struct err *start_get(struct ctx *c)
{
	struct page p = {.title = N_("Form for professionals"), .public_ = true};

	page_begin(c, &p);
	referral_start(&c->h);
	return page_end(c);
}

/* Nine characters of a keyed hash of the referral's id: the same for a double submit, told once. */
static str receipt_code(struct ctx *c, record_id id)
{
	static const char alphabet[] = "23456789CDFGHJKMNPQRTVWXYZ";
	struct key k = crypt_derive(&c->op.house->keys.token, "receipt", (str){(const char *)id.v.b, sizeof id.v.b});
	char code[12];
	size_t at = 0;

	for (size_t i = 0; i < 9; i++) {
		if (i && i % 3 == 0)
			code[at++] = '-';
		code[at++] = alphabet[k.b[i] % (sizeof alphabet - 1)];
	}
	return arena_str(c->op.a, (str){code, at});
}

static struct id receipt_hash(struct ctx *c, str code)
{
	struct key k = crypt_derive(&c->op.house->keys.token, "receipt-hash", code);
	struct id v;

	memcpy(v.b, k.b, sizeof v.b);
	return v;
}

static struct err *show_receipt(struct ctx *c, str code)
{
	struct page p = {.title = N_("Form for professionals"), .public_ = true};
	struct referral_view v = {.receipt = code};

	page_begin(c, &p);
	referral_receipt(&c->h, &v);
	return page_end(c);
}

static struct err *form_post(struct ctx *c)
{
	struct json *answers = form_read(c->op.a, f01(c), (const struct pair *)c->q->form, c->q->n_form);
	struct err *errors, *e;
	case_id kase;
	struct id id, hash;
	str code, receipt;

	if (!id_parse(ctx_form(c, "record"), &id))
		return FAIL(c->op.a, MALFORMED, NULL, "form without its record id");
	if (ctx_form(c, "more").n)
		return show_form(c, (record_id){id}, answers, NULL, ctx_form(c, "more"));
	errors = form_check(c->op.a, f01(c), answers, UINT32_MAX, c->op.today, false);
	if (errors)
		return show_form(c, (record_id){id}, answers, errors, STR(""));
	if (!by_staff(c) && !ctx_limit(c, LIMIT_REFERRAL))
		return FAIL(c->op.a, RATE, "Too many referrals came from your connection. Wait an hour, or call us.",
			    "public rate");
	receipt = receipt_code(c, (record_id){id});
	hash = receipt_hash(c, receipt);
	e = kase_create(&c->op, (record_id){id}, answers, by_staff(c) ? NULL : &hash, &kase, &code);
	if (e && e->kind == ERR_CONFLICT) /* sent, stopped, changed, sent again: nothing that was typed is lost */
		return show_form_at(c, (record_id){id_random()}, answers, NULL, STR(""), true);
	TRY(e);
	if (by_staff(c))
		return ctx_see_other(c, op_may(&c->op, MAY_TRIAGE) ? "/triage/%.*s?done=saved" : "/?done=saved",
				     STR_ARG(id_text(c->op.a, kase.v)));
	return show_receipt(c, receipt);
}

#define TRIAGE 500

static bool waits(const struct op *op, const struct head *h, const struct task *next)
{
	(void)op;
	(void)next;
	return h->state == STATE_REFERRED;
}

/* Danger and urgent care first (domain §7 F01, triage RED), then the age of the referral. */
static int urgency(const struct head *h)
{
	enum { YES };

	if (h->fact[FACT_triage] != NO_FACT)
		return h->fact[FACT_triage];
	if (h->fact[FACT_immediate_danger] == YES || h->fact[FACT_urgent_medical] == YES)
		return 0;
	return h->fact[FACT_in_exploitation] == YES ? 1 : 2;
}

static int by_urgency(const struct head *a, const struct task *s, const struct head *b, const struct task *t)
{
	(void)s;
	(void)t;
	if (urgency(a) != urgency(b))
		return urgency(a) - urgency(b);
	return a->created != b->created ? (a->created < b->created ? -1 : 1) : id_cmp(a->id.v, b->id.v);
}

static void show_waiting(struct ctx *c, const struct head *h, struct triage_row *r)
{
	static const char *const words[] = {N_("within 24 hours"), N_("within 72 hours"), N_("within 10 days")};
	static const char *const classes[] = {"tag err", "tag warn", "tag info"};
	const struct code_list *sources = list_find(c->op.house->forms, STR("REFSRC"));
	int32_t from = h->fact[FACT_referral_source], u = urgency(h);

	r->url = arena_fmt(c->op.a, "/triage/%.*s", STR_ARG(id_text(c->op.a, h->id.v)));
	r->code = arena_str(c->op.a, str_of(h->code));
	r->received = h->created;
	/* Two working days, but the same day where danger was reported (domain §3, step 1). */
	r->answer_by = h->fact[FACT_triage] == NO_FACT && u < 2
			       ? h->created
			       : day_add_working(h->created, c->op.house->programme->acknowledge_working_days);
	r->late = r->answer_by < c->op.today && !h->form[FORM_TRI].present;
	r->urgency = words[u];
	r->class = classes[u];
	r->state = h->form[FORM_TRI].present ? N_("Answered") : N_("To answer");
	r->from = sources && from != NO_FACT && (size_t)from < sources->n
			  ? label_in(&sources->codes[from].label, c->op.l)
			  : STR("");
}

static struct err *triage_get(struct ctx *c)
{
	struct page p = {.title = N_("Referrals"), .section = "triage"};
	struct triage_view v = {0};
	struct head_task *found;
	size_t n, total;

	heads_first(&c->op, &(struct head_pick){waits, by_urgency, false}, TRIAGE, &found, &n, &total);
	TRY(vault_audit(c->op.vault, c->op.a, c->op.token, "case.triage", (case_id){0}, true, (int64_t)n));
	v.more = (int64_t)(total - n);
	v.rows = NEWS(c->op.a, struct triage_row, n + 1);
	for (size_t i = 0; i < n; i++)
		show_waiting(c, &found[i].head, &v.rows[v.n_rows++]);
	page_begin(c, &p);
	triage_page(&c->h, &v);
	return page_end(c);
}

static void fill_alike(struct ctx *c, struct triage_case_view *v)
{
	struct name_hit *hits;
	struct head h;
	size_t n;

	names_alike(&c->op, v->name, c->kase->head.id, &hits, &n);
	v->alike = NEWS(c->op.a, struct alike_row, n + 1);
	for (size_t i = 0; i < n; i++) {
		char iso2[3];

		if (!heads_get(c->op.house->heads, hits[i].id, &h))
			continue;
		fact_country_text(h.fact[FACT_country], iso2);
		v->alike[v->n_alike++] = (struct alike_row){
			.url = arena_fmt(c->op.a, "/cases/%.*s", STR_ARG(id_text(c->op.a, h.id.v))),
			.code = arena_str(c->op.a, str_of(h.code)),
			.name = hits[i].name,
			.country = country_name(c->op.a, c->op.l, arena_str(c->op.a, str_of(iso2))),
			.state = state_labels[h.state],
		};
	}
}

static struct err *triage_case_get(struct ctx *c)
{
	struct page p = {.title = N_("Referral"), .section = "triage", .kase = c->kase};
	struct triage_case_view v = {.code = str_of(c->kase->head.code), .name = names_of(&c->op, c->kase->head.id)};
	struct record r;
	struct html h;
	bool found;

	v.case_url = case_base(c, c->kase);
	v.triage_url = arena_fmt(c->op.a, "%.*s/forms/TRI", STR_ARG(v.case_url));
	if (op_may(&c->op, MAY_ASSIGN))
		v.assign_url = arena_fmt(c->op.a, "%.*s/assign", STR_ARG(v.case_url));
	fill_alike(c, &v);
	TRY(record_last(&c->op, c->kase, "F01", &r, &found));
	if (found) {
		struct json *answers;
		uint32_t readable;

		TRY(record_read(&c->op, c->kase, &r, &answers, &readable));
		html_init(&h, c->op.a, c->op.l, 4 << 20);
		form_show(&h, r.form, answers, readable);
		v.answers = html_done(&h);
	}
	page_begin(c, &p);
	triage_case(&c->h, &v);
	return page_end(c);
}

const struct route public_routes[] = {
	{HTTP_GET, "/signaler", start_get, .may = MAY_PUBLIC},
	{HTTP_GET, "/signaler/formulaire", form_get, .may = MAY_PUBLIC},
	{HTTP_POST, "/signaler/formulaire", form_post, .may = MAY_PUBLIC, .own_origin = true},
	ROUTES_END,
};

const struct route triage_routes[] = {
	{HTTP_GET, "/triage", triage_get, .may = MAY_TRIAGE},
	{HTTP_GET, "/triage/:case", triage_case_get, .may = MAY_TRIAGE, .load = LOAD_OPEN},
	{HTTP_GET, "/referrals/new", form_get, .may = MAY_CASE_CREATE},
	{HTTP_POST, "/referrals/new", form_post, .may = MAY_CASE_CREATE},
	ROUTES_END,
};
