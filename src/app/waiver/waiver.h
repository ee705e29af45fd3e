/* waiver.h — a condition before the next step may be waived by two named people, for a written reason, until a day; it
 * stays visible for ever (domain §3 Overrides).  WAIV asks, WAIA answers.  A safeguard is never waived by anyone.
 * record_file asks waiver_rule before it files either; the head learns of both in the same transaction. */
#pragma once
#include "gate.h"
#include "kase.h"

struct waiver_key { /* which condition of which step, as written at the end of the form's answer */
	enum transition transition;
	enum condition condition;
	uint8_t about;
};
/* "Consent: C5 [ready/consent/5]": the words its author saw, then the key. */
str waiver_text(struct arena *a, str words, const struct gate_row *row);
bool waiver_parse(str text, struct waiver_key *out);
str waiver_words(str text);                                                               /* without the key */
const struct gate_row *waiver_row(const struct programme *p, const struct waiver_key *k); /* NULL: no such condition */
bool waiver_possible(const struct gate_row *row); /* the programme allows it, and it is no safeguard */
/* The steps whose conditions may be waived now: the next one, and payments once the plan is settled. */
bool waiver_step(const struct head *h, enum transition t);

enum waiver_state { WAIVER_ASKED, WAIVER_GRANTED, WAIVER_REFUSED };
struct waiver_case { /* a request and its answer */
	record_id id, answer_id;
	struct json *answers, *answer;
	str condition;
	user_id asked_by, answered_by;
	day asked_on, answered_on, until;
	enum waiver_state state;
};
/* Every request of a file, newest first. */
struct err *waivers_read(struct op *op, const struct kase *k, struct waiver_case **out, size_t *n) MUST_CHECK;
void waivers_build(struct arena *a, const struct filled *ask, size_t n_ask, const struct filled *answer,
		   size_t n_answer, struct waiver_case *out);

/* NULL, or INVALID with the sentence.  in: the head as it is now. */
struct err *waiver_may_ask(struct arena *a, const struct gate_in *in, const struct json *answers) MUST_CHECK;
struct err *waiver_may_answer(struct arena *a, user_id actor, const struct waiver_case *list, size_t n,
			      const struct json *answers) MUST_CHECK;
struct err *waiver_rule(struct op *op, const struct kase *k, const struct form *f, int based_on,
			const struct json *answers) MUST_CHECK;
/* What filing WAIV and WAIA changes in the head (facts.c). */
void waiver_asked(struct head *h, const struct json *answers, user_id by, day on);
void waiver_answered(struct head *h, const struct json *answers, user_id by, day on);
