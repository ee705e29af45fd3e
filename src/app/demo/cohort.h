/* cohort.h — plays the demonstration: every step by the account that would do it, on its day, through the same rules
 * and forms as people use (design §10.12).  A gate that is shut is a fault of the script and stops everything. */
#pragma once
#include "demo/journey.h"
#include "op.h"

struct player { /* an account that signed in for real */
	str login;
	struct token token;
	user_id id;
};
struct stage {
	struct arena *a; /* for the whole play */
	struct script script;
	struct player *players;
	size_t n_players;
	/* An act by that session (NO_TOKEN: the public) on a day of the rules' clock. */
	struct err *(*op)(void *arg, struct arena *a, struct token t, day on, struct op *out);
	void (*progress)(void *arg, size_t done, size_t all);
	void *arg;
};
struct err *stage_op(const struct stage *s, struct arena *a, str login, day on, struct op *out) MUST_CHECK;
/* Fills a form with what is given and invented answers, and checks it: ERR_INVALID with fields when it is refused. */
struct err *stage_fill(struct op *op, const struct form *f, const struct json *given, uint32_t seed, uint32_t writable,
		       struct json **answers) MUST_CHECK;
/* e said as a sentence: which person, step and day, and what was missing. */
struct err *stage_fault(struct arena *a, const struct err *e, str what) MUST_CHECK;

struct err *cohort_play(const struct stage *s) MUST_CHECK;    /* the people */
struct err *programme_play(const struct stage *s) MUST_CHECK; /* trainings and accounts */
