/* payment.h — payments to a person's plan, with two people (domain §3 G10).  One asks (PAY), another decides (PAYA),
 * each payment is proved (REC), and a line's next instalment waits for the proof of the former.  Rules only.
 * record_file asks payment_rule before it files any of the three, so no page or command can go round it. */
#pragma once
#include "kase.h"
#include "money.h"

#define PROOF_DAYS 30

enum payment_state { PAYMENT_WAITING, PAYMENT_REFUSED, PAYMENT_APPROVED, PAYMENT_PROVED };
struct payment {
	record_id id;
	struct json *answers;
	str line, instalment, modality;
	money amount, proved;
	user_id asked_by, decided_by;
	day asked_on, decided_on;
	enum payment_state state;
	size_t n_proofs;
};
struct plan_line {
	str line, service, description, funder;
	money planned, waiting, approved, proved; /* proved is part of approved */
	bool in_plan;                             /* false: payments of a line that a later plan left out */
};
struct payments {
	struct plan_line *lines;
	size_t n_lines;
	struct payment *list; /* newest first */
	size_t n;
	money cash;   /* approved in cash, all lines */
	bool planned; /* there is a plan with budget lines */
};
/* Empty when the actor does not read payments. */
struct err *payments_read(struct op *op, const struct kase *k, struct payments *out) MUST_CHECK;
/* From filed answers: payments_read without the store.  plan: answers of the newest F10, or NULL. */
void payments_build(struct arena *a, const struct json *plan, const struct filled *pay, size_t n_pay,
		    const struct filled *decision, size_t n_decision, const struct filled *proof, size_t n_proof,
		    struct payments *out);
struct payment *payment_by_id(const struct payments *p, str id);
struct plan_line *plan_line_of(const struct payments *p, str line);
money plan_line_left(const struct plan_line *l); /* planned, less what waits and what was approved */

struct payment_in { /* what a rule looks at */
	struct arena *a;
	const struct payments *p;
	const struct programme *programme;
	user_id actor;
	const struct json *answers;
};
/* Each: NULL, or INVALID with the sentence. */
struct err *payment_may_ask(const struct payment_in *in) MUST_CHECK;
struct err *payment_may_decide(const struct payment_in *in, const struct head *h, day today) MUST_CHECK;
struct err *payment_may_prove(const struct payment_in *in) MUST_CHECK;

/* Called by record_file for PAY, PAYA and REC, with the head as it is now. */
struct err *payment_rule(struct op *op, const struct kase *k, const struct form *f, int based_on,
			 const struct json *answers) MUST_CHECK;
