/* payment.c — what is paid, proved and left of a plan, and who may ask, decide and prove. */
#include "payment.h"

#include "gate.h"
#include "programme.h"

static money amount_of(const struct json *answers)
{
	money m;

	return money_parse(json_text(answers, "amount_eur"), &m) ? m : 0;
}

struct payment *payment_by_id(const struct payments *p, str id)
{
	struct id v;

	if (!id_parse(str_trim(id), &v))
		return NULL;
	for (size_t i = 0; i < p->n; i++)
		if (id_eq(p->list[i].id.v, v))
			return &p->list[i];
	return NULL;
}

struct plan_line *plan_line_of(const struct payments *p, str line)
{
	for (size_t i = 0; i < p->n_lines; i++)
		if (str_eq_ci(p->lines[i].line, str_trim(line)))
			return &p->lines[i];
	return NULL;
}

money plan_line_left(const struct plan_line *l)
{
	return l->planned - l->waiting - l->approved;
}

/* A reference that stands twice in the plan (instalments written as lines) is one line. */
static void add_plan(struct payments *p, const struct json *plan)
{
	JSON_EACH (row, json_get(plan, "budget")) {
		struct plan_line *l = plan_line_of(p, json_text(row, "line"));

		if (!l) {
			l = &p->lines[p->n_lines++];
			*l = (struct plan_line){
				.line = str_trim(json_text(row, "line")),
				.service = json_text(row, "service"),
				.description = json_text(row, "description"),
				.funder = json_text(row, "funder"),
				.in_plan = true,
			};
		}
		l->planned += amount_of(row);
		p->planned = true;
	}
}

static void add_decision(struct payments *p, const struct filled *f)
{
	struct payment *pay = payment_by_id(p, json_text(f->answers, "payment"));

	if (!pay)
		return;
	pay->decided_by = f->r.author;
	pay->decided_on = f->r.on;
	pay->state = json_says(f->answers, "decision", "APPROVED") ? PAYMENT_APPROVED : PAYMENT_REFUSED;
}

static void add_proof(struct payments *p, const struct filled *f)
{
	struct payment *pay = payment_by_id(p, json_text(f->answers, "payment"));

	if (!pay)
		return;
	pay->proved += amount_of(f->answers);
	pay->n_proofs++;
	if (pay->state == PAYMENT_APPROVED && pay->proved >= pay->amount)
		pay->state = PAYMENT_PROVED;
}

static void add_to_line(struct payments *p, const struct payment *pay)
{
	struct plan_line *l = plan_line_of(p, pay->line);

	if (pay->state == PAYMENT_REFUSED)
		return;
	if (!l) {
		l = &p->lines[p->n_lines++];
		*l = (struct plan_line){.line = pay->line};
	}
	if (pay->state == PAYMENT_WAITING) {
		l->waiting += pay->amount;
		return;
	}
	l->approved += pay->amount;
	l->proved += pay->proved < pay->amount ? pay->proved : pay->amount;
	if (str_eqz(pay->modality, "CASH"))
		p->cash += pay->amount;
}

void payments_build(struct arena *a, const struct json *plan, const struct filled *pay, size_t n_pay,
		    const struct filled *decision, size_t n_decision, const struct filled *proof, size_t n_proof,
		    struct payments *out)
{
	*out = (struct payments){
		.lines = NEWS(a, struct plan_line, json_count(json_get(plan, "budget")) + n_pay + 1),
		.list = NEWS(a, struct payment, n_pay + 1),
		.n = n_pay,
	};
	add_plan(out, plan);
	for (size_t i = 0; i < n_pay; i++)
		out->list[i] = (struct payment){
			.id = pay[i].r.id,
			.answers = pay[i].answers,
			.line = str_trim(json_text(pay[i].answers, "line")),
			.instalment = json_text(pay[i].answers, "instalment"),
			.modality = json_text(pay[i].answers, "modality"),
			.amount = amount_of(pay[i].answers),
			.asked_by = pay[i].r.author,
			.asked_on = pay[i].r.on,
			.decided_on = NO_DAY,
		};
	for (size_t i = 0; i < n_decision; i++)
		add_decision(out, &decision[i]);
	for (size_t i = 0; i < n_proof; i++)
		add_proof(out, &proof[i]);
	for (size_t i = 0; i < n_pay; i++)
		add_to_line(out, &out->list[i]);
}

struct err *payments_read(struct op *op, const struct kase *k, struct payments *out)
{
	struct filled *pay, *decision, *proof;
	size_t n_pay, n_decision, n_proof;
	struct json *plan = NULL;
	struct record last;
	uint32_t readable;
	bool found;

	*out = (struct payments){0};
	if (!(k->readable[DOSSIER_COR] & COMP_BIT(COMP_FINANCE)))
		return NULL;
	TRY(record_last(op, k, "F10", &last, &found));
	if (found)
		TRY(record_read(op, k, &last, &plan, &readable));
	TRY(record_all(op, k, "PAY", &pay, &n_pay));
	TRY(record_all(op, k, "PAYA", &decision, &n_decision));
	TRY(record_all(op, k, "REC", &proof, &n_proof));
	payments_build(op->a, plan, pay, n_pay, decision, n_decision, proof, n_proof, out);
	return NULL;
}

static struct err *refuse(const struct payment_in *in, const char *sentence, str arg)
{
	struct err *e = FAIL(in->a, INVALID, sentence, "payment refused");

	e->arg = arg;
	return e;
}

/* One payment of a line at a time: decided, then proved, before the next (G10). */
static struct err *line_is_free(const struct payment_in *in, str line, const struct payment *self)
{
	for (size_t i = 0; i < in->p->n; i++) {
		const struct payment *other = &in->p->list[i];

		if (other == self || !str_eq_ci(other->line, line))
			continue;
		if (other->state == PAYMENT_WAITING)
			return refuse(in, N_("Another request on line {arg} waits for its decision."), line);
		if (other->state == PAYMENT_APPROVED)
			return refuse(in,
				      N_("The former payment of line {arg} has no full proof yet: record it first."),
				      line);
	}
	return NULL;
}

static struct err *money_is_there(const struct payment_in *in, str modality, money amount, money left)
{
	money cash = str_eqz(modality, "CASH") ? in->p->cash + amount : 0, most = in->programme->cash_max;

	if (amount <= 0)
		return refuse(in, N_("The amount must be more than zero."), STR(""));
	if (amount > left)
		return refuse(in, N_("The amount is over what is left of this line: {arg} EUR."),
			      money_plain(in->a, left > 0 ? left : 0));
	if (most > 0 && cash > most)
		return refuse(in,
			      N_("Payments in cash would pass the programme's limit by {arg} EUR: pay in kind or to "
				 "the supplier."),
			      money_plain(in->a, cash - most));
	return NULL;
}

struct err *payment_may_ask(const struct payment_in *in)
{
	str line = str_trim(json_text(in->answers, "line"));
	const struct plan_line *l = plan_line_of(in->p, line);

	if (!in->p->planned)
		return refuse(in, N_("The reintegration plan has no budget lines."), STR(""));
	if (!l || !l->in_plan)
		return refuse(in, N_("Line {arg} is not in the plan."), line);
	TRY(line_is_free(in, line, NULL));
	return money_is_there(in, json_text(in->answers, "modality"), amount_of(in->answers), plan_line_left(l));
}

static struct err *gate_shut(const struct payment_in *in, const struct head *h, day today)
{
	struct gate_in gate = {h, in->programme, today};
	struct gate_item *items;
	size_t n, open;

	gate_check(in->a, &gate, T_PAY, &items, &n, &open);
	for (size_t i = 0; i < n; i++)
		if (!items[i].answer.met && !items[i].answer.waived)
			return refuse(in, items[i].answer.missing, items[i].answer.arg);
	return NULL;
}

struct err *payment_may_decide(const struct payment_in *in, const struct head *h, day today)
{
	const struct payment *pay = payment_by_id(in->p, json_text(in->answers, "payment"));
	const struct plan_line *l = pay ? plan_line_of(in->p, pay->line) : NULL;

	if (!pay)
		return refuse(in, N_("There is no such payment request in this file."), STR(""));
	if (id_eq(pay->asked_by.v, in->actor.v))
		return refuse(in, N_("You asked for this payment yourself: another person must decide."), STR(""));
	if (pay->state != PAYMENT_WAITING)
		return refuse(in, N_("This request has been decided already."), STR(""));
	if (!json_says(in->answers, "decision", "APPROVED"))
		return NULL;
	TRY(gate_shut(in, h, today));
	if (!l || !l->in_plan)
		return refuse(in, N_("Line {arg} is not in the plan."), pay->line);
	TRY(line_is_free(in, pay->line, pay));
	return money_is_there(in, pay->modality, pay->amount, plan_line_left(l) + pay->amount);
}

struct err *payment_may_prove(const struct payment_in *in)
{
	const struct payment *pay = payment_by_id(in->p, json_text(in->answers, "payment"));

	if (!pay)
		return refuse(in, N_("There is no such payment request in this file."), STR(""));
	if (pay->state != PAYMENT_APPROVED && pay->state != PAYMENT_PROVED)
		return refuse(in, N_("Only an approved payment can be proved."), STR(""));
	if (amount_of(in->answers) <= 0)
		return refuse(in, N_("The amount must be more than zero."), STR(""));
	return NULL;
}

struct err *payment_rule(struct op *op, const struct kase *k, const struct form *f, int based_on,
			 const struct json *answers)
{
	struct payments p;
	struct payment_in in = {op->a, &p, op->house->programme, op->actor.id, answers};

	if (!(k->readable[DOSSIER_COR] & COMP_BIT(COMP_FINANCE)))
		return FAIL(op->a, DENIED, "Your role does not open this part of the file.",
			    "payments are not readable");
	TRY(payments_read(op, k, &p));
	if (str_eqz(f->code, "REC"))
		return payment_may_prove(&in);
	if (based_on > 0)
		return refuse(&in,
			      N_("A payment request and its answer are never changed: have it refused, and ask again."),
			      STR(""));
	if (str_eqz(f->code, "PAY"))
		return payment_may_ask(&in);
	if (!op_may(op, MAY_PAY))
		return FAIL(op->a, DENIED, NULL, "role may not decide payments");
	return payment_may_decide(&in, &k->head, op->today);
}
