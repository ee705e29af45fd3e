/* accounts.c — reading, judging and adding up cost lines. */
#include "accounts.h"

#include <stdlib.h>

#include "programme.h"

static money amount_in(const struct json *answers, const char *field)
{
	money m;

	return money_parse(json_text(answers, field), &m) ? m : 0;
}

/* YESNO, and CHECK_STATE: what is still to do is not said yet; what does not apply is in order. */
static enum answer3 said(const struct json *answers, const char *field)
{
	str v = json_text(answers, field);

	if (str_eqz(v, "YES") || str_eqz(v, "DONE") || str_eqz(v, "NA"))
		return SAID_YES;
	return str_eqz(v, "NO") ? SAID_NO : SAID_NOTHING;
}

/* Judged in euros: the form keeps the currency, its rate, source and month beside the amount in euros. */
static struct cost_result judge(const struct programme *p, const struct cost_line *l)
{
	struct cost_in in = {
		.post = l->post.n ? l->post.p[0] : '?',
		.invoiced = l->invoiced,
		.paid = l->paid,
		.amount = l->amount,
		.currency = STR("EUR"),
		.exchange_loss = amount_in(l->answers, "exchange_loss"),
		.recoverable_vat = amount_in(l->answers, "recoverable_vat"),
		.share_percent = (int)json_int(json_get(l->answers, "share_percent"), 100),
		.proof = json_text(l->answers, "paper_where").n ? SAID_YES : SAID_NO,
		.in_kind = said(l->answers, "in_kind"),
		.other_eu_fund = said(l->answers, "other_eu_fund"),
		.competition = said(l->answers, "competition"),
		.target_proof = said(l->answers, "target_proof"),
		.is_equipment = said(l->answers, "equipment"),
		.grant = {.from = p->start,
			  .to = p->end,
			  .signed_on = p->start,
			  .paid_by = NO_DAY,
			  .staff = -1,
			  .direct = -1},
	};

	return cost_judge(&in);
}

static struct cost_line line_of(const struct programme *p, const struct filled *f)
{
	struct cost_line l = {
		.id = f->r.id,
		.version = f->r.version,
		.answers = f->answers,
		.piece = json_text(f->answers, "piece"),
		.post = json_text(f->answers, "post"),
		.funder = json_text(f->answers, "funder"),
		.object = json_text(f->answers, "object"),
		.supplier = json_text(f->answers, "supplier"),
		.amount = amount_in(f->answers, "amount_eur"),
		.invoiced = json_day(f->answers, "invoice_date"),
		.paid = json_day(f->answers, "payment_date"),
	};

	if (!money_share(l.amount, json_int(json_get(f->answers, "share_percent"), 100), 100, &l.charged))
		l.charged = l.amount;
	l.judged = judge(p, &l);
	return l;
}

static int by_invoice(const void *x, const void *y)
{
	const struct cost_line *a = x, *b = y;

	return a->invoiced != b->invoiced ? (a->invoiced > b->invoiced ? -1 : 1) : str_cmp(a->piece, b->piece);
}

void accounts_build(struct arena *a, const struct programme *p, const struct filled *list, size_t n,
		    struct accounts *out)
{
	*out = (struct accounts){.lines = NEWS(a, struct cost_line, n + 1), .n = n, .readable = true};
	for (size_t i = 0; i < n; i++)
		out->lines[i] = line_of(p, &list[i]);
	qsort(out->lines, n, sizeof *out->lines, by_invoice);
}

struct err *accounts_read(struct op *op, const struct kase *k, struct accounts *out)
{
	struct filled *list;
	size_t n;

	*out = (struct accounts){0};
	if (!(k->readable[DOSSIER_FR] & COMP_BIT(COMP_ACCOUNTS)))
		return NULL;
	TRY(record_all(op, k, "COST", &list, &n));
	accounts_build(op->a, op->house->programme, list, n, out);
	return NULL;
}

bool cost_matches(const struct cost_line *l, const struct cost_query *q)
{
	return (!q->post.n || str_eq(l->post, q->post)) && (!q->funder.n || str_eq(l->funder, q->funder));
}

struct cost_sum accounts_sum(const struct accounts *a, const struct cost_query *q)
{
	struct cost_sum s = {0};

	for (size_t i = 0; i < a->n; i++) {
		if (!cost_matches(&a->lines[i], q))
			continue;
		s.n++;
		s.charged += a->lines[i].charged;
		s.eligible += a->lines[i].judged.eligible;
	}
	return s;
}
