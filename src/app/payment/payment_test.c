/* payment_test.c — two people, plan lines, instalments and proofs, without a store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "payment.h"
#include "programme.h"

static struct arena *a;
static const user_id asker = {{{1}}}, decider = {{{2}}};
static const char plan[] = "{\"budget\":[{\"line\":\"L1\",\"service\":\"VOCTRAIN\",\"amount_eur\":\"600.00\"},"
			   "{\"line\":\"l1\",\"service\":\"VOCTRAIN\",\"amount_eur\":\"300.00\"},"
			   "{\"line\":\"L2\",\"service\":\"RENT\",\"amount_eur\":\"400.00\"}]}";

static int setup(void **state)
{
	(void)state;
	a = arena_create(1 << 24);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_destroy(a);
	return 0;
}

static struct json *parse(str text)
{
	struct json *v;

	assert_null(json_parse(a, text, &v));
	return v;
}

struct book { /* a file's records, newest first as record_all gives them */
	struct filled pay[8], said[8], proof[8];
	size_t n_pay, n_said, n_proof;
	bool no_plan;
	struct payments p;
};

static void build(struct book *b)
{
	payments_build(a, b->no_plan ? NULL : parse(str_of(plan)), b->pay, b->n_pay, b->said, b->n_said, b->proof,
		       b->n_proof, &b->p);
}

static str pay(struct book *b, const char *line, const char *amount, const char *how)
{
	struct filled *f = &b->pay[b->n_pay++];

	*f = (struct filled){.r = {.id = {id_random()}, .author = asker, .on = 100, .version = 1}};
	f->answers = parse(
		arena_fmt(a, "{\"line\":\"%s\",\"amount_eur\":\"%s\",\"modality\":\"%s\",\"instalment\":\"1/2\"}", line,
			  amount, how));
	build(b);
	return id_text(a, f->r.id.v);
}

static void decide(struct book *b, str id, const char *decision)
{
	b->said[b->n_said++] = (struct filled){
		.r = {.id = {id_random()}, .author = decider, .on = 101},
		.answers = parse(arena_fmt(a, "{\"payment\":\"%.*s\",\"decision\":\"%s\"}", STR_ARG(id), decision)),
	};
	build(b);
}

static void prove(struct book *b, str id, const char *amount)
{
	b->proof[b->n_proof++] = (struct filled){
		.r = {.id = {id_random()}, .author = asker, .on = 110},
		.answers = parse(arena_fmt(a, "{\"payment\":\"%.*s\",\"amount_eur\":\"%s\"}", STR_ARG(id), amount)),
	};
	build(b);
}

static struct programme programme(void)
{
	static const struct gate_row gates[] = {{.transition = T_PAY, .condition = COND_plan_signed}};

	/* The rule reads rows only. */
	return (struct programme){.cash_max = 30000, .gates = (struct gate_row *)(uintptr_t)gates, .n_gates = 1};
}

static void refused(const struct err *e, const char *words)
{
	if (!words) {
		assert_null(e);
		return;
	}
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_INVALID);
	assert_non_null(strstr(e->message, words));
}

static struct err *ask(struct book *b, const char *line, const char *amount, const char *how)
{
	struct programme p = programme();
	struct payment_in in = {
		a, &b->p, &p, asker,
		parse(arena_fmt(a, "{\"line\":\"%s\",\"amount_eur\":\"%s\",\"modality\":\"%s\"}", line, amount, how))};

	return payment_may_ask(&in);
}

static struct err *answer(struct book *b, user_id who, str id, const char *decision, bool signed_)
{
	struct programme p = programme();
	struct payment_in in = {
		a, &b->p, &p, who,
		parse(arena_fmt(a, "{\"payment\":\"%.*s\",\"decision\":\"%s\"}", STR_ARG(id), decision))};
	struct head h;

	head_init(&h);
	if (signed_)
		h.fact[FACT_plan_signed] = 90;
	return payment_may_decide(&in, &h, 120);
}

static void requests_fit_the_plan(void **state)
{
	static const struct {
		const char *line, *amount, *how, *words;
	} rows[] = {
		{"L1", "450.00", "SUPPLIER", NULL},
		{" l1 ", "900.00", "SUPPLIER", NULL}, /* both rows of the line, however it is written */
		{"L1", "900.01", "SUPPLIER", "over what is left"},
		{"L2", "0.00", "SUPPLIER", "more than zero"},
		{"L9", "10.00", "SUPPLIER", "not in the plan"},
		{"L2", "300.00", "CASH", NULL},
		{"L2", "300.01", "CASH", "in cash"},
	};
	struct book b = {0};

	(void)state;
	build(&b);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		refused(ask(&b, rows[i].line, rows[i].amount, rows[i].how), rows[i].words);
	b.no_plan = true;
	build(&b);
	refused(ask(&b, "L1", "10.00", "SUPPLIER"), "no budget lines");
}

static void two_people(void **state)
{
	struct book b = {0};
	str id = pay(&b, "L1", "450.00", "SUPPLIER");

	(void)state;
	refused(answer(&b, asker, id, "APPROVED", true), "You asked for this payment yourself");
	refused(answer(&b, asker, id, "REFUSED", true), "You asked for this payment yourself");
	refused(answer(&b, decider, id, "APPROVED", true), NULL);
	refused(answer(&b, decider, STR("nonsense"), "APPROVED", true), "no such payment");
	decide(&b, id, "APPROVED");
	refused(answer(&b, decider, id, "REFUSED", true), "decided already");
}

static void the_gate_stands_before_a_payment(void **state)
{
	struct book b = {0};
	str id = pay(&b, "L1", "450.00", "SUPPLIER");

	(void)state;
	refused(answer(&b, decider, id, "APPROVED", false), "signed");
	refused(answer(&b, decider, id, "REFUSED", false), NULL); /* a refusal needs no gate */
}

static void instalments_wait_for_proof(void **state)
{
	struct book b = {0};
	str first = pay(&b, "L1", "450.00", "SUPPLIER");

	(void)state;
	refused(ask(&b, "L1", "100.00", "SUPPLIER"), "waits for its decision");
	refused(ask(&b, "L2", "100.00", "SUPPLIER"), NULL); /* another line is free */
	decide(&b, first, "APPROVED");
	refused(ask(&b, "L1", "100.00", "SUPPLIER"), "no full proof");
	prove(&b, first, "449.99");
	assert_int_equal(payment_by_id(&b.p, first)->state, PAYMENT_APPROVED);
	refused(ask(&b, "L1", "100.00", "SUPPLIER"), "no full proof");
	prove(&b, first, "0.01");
	assert_int_equal(payment_by_id(&b.p, first)->state, PAYMENT_PROVED);
	refused(ask(&b, "L1", "450.00", "SUPPLIER"), NULL);
	refused(ask(&b, "L1", "450.01", "SUPPLIER"), "over what is left");
}

static void a_refusal_frees_the_line(void **state)
{
	struct book b = {0};
	str id = pay(&b, "L2", "400.00", "SUPPLIER");
	const struct plan_line *l = plan_line_of(&b.p, STR("L2"));

	(void)state;
	assert_int_equal(l->waiting, 40000);
	assert_int_equal(plan_line_left(l), 0);
	decide(&b, id, "REFUSED");
	assert_int_equal(plan_line_left(plan_line_of(&b.p, STR("L2"))), 40000);
	refused(ask(&b, "L2", "400.00", "SUPPLIER"), NULL);
}

static void approval_looks_again(void **state)
{
	struct book b = {0};
	str one = pay(&b, "L2", "250.00", "CASH"), other;

	(void)state;
	/* Two requests that met each other on the way: neither is approved while the other waits. */
	other = pay(&b, "L2", "250.00", "SUPPLIER");
	refused(answer(&b, decider, one, "APPROVED", true), "waits for its decision");
	decide(&b, other, "REFUSED");
	refused(answer(&b, decider, one, "APPROVED", true), NULL);
	decide(&b, one, "APPROVED");
	prove(&b, one, "250.00");
	assert_int_equal(b.p.cash, 25000);
	other = pay(&b, "L1", "60.00", "CASH");
	refused(answer(&b, decider, other, "APPROVED", true), "in cash");
}

static void only_what_was_approved_is_proved(void **state)
{
	struct programme p = programme();
	struct book b = {0};
	str id = pay(&b, "L1", "100.00", "SUPPLIER");
	struct payment_in in = {a, &b.p, &p, asker,
				parse(arena_fmt(a, "{\"payment\":\"%.*s\",\"amount_eur\":\"100.00\"}", STR_ARG(id)))};

	(void)state;
	refused(payment_may_prove(&in), "Only an approved payment");
	decide(&b, id, "APPROVED");
	refused(payment_may_prove(&in), NULL);
	in.answers = parse(arena_fmt(a, "{\"payment\":\"%.*s\"}", STR_ARG(id)));
	refused(payment_may_prove(&in), "more than zero");
	in.answers = parse(STR("{\"payment\":\"zzz\",\"amount_eur\":\"1.00\"}"));
	refused(payment_may_prove(&in), "no such payment");
}

static void lines_a_later_plan_left_out(void **state)
{
	struct book b = {0};
	str id = pay(&b, "L7", "50.00", "SUPPLIER");

	(void)state;
	assert_false(plan_line_of(&b.p, STR("L7"))->in_plan);
	refused(answer(&b, decider, id, "APPROVED", true), "not in the plan");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_fit_the_plan),
		cmocka_unit_test(two_people),
		cmocka_unit_test(the_gate_stands_before_a_payment),
		cmocka_unit_test(instalments_wait_for_proof),
		cmocka_unit_test(a_refusal_frees_the_line),
		cmocka_unit_test(approval_looks_again),
		cmocka_unit_test(only_what_was_approved_is_proved),
		cmocka_unit_test(lines_a_later_plan_left_out),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
