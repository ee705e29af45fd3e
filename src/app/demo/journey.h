/* journey.h — the script of the demonstration (data/demo.json) made into dated steps: who does what in whose file.
 * Pure: no house, no clock; cohort.c plays the steps. */
#pragma once
#include "form.h"

struct step {
	day on;
	size_t person; /* position in "people" */
	size_t at;     /* position in the person's own story */
	const struct json *who, *what;
};
struct script {
	const struct json *json;
	day today;          /* the first day of the demonstration; steps of that day and later are left out */
	struct step *steps; /* by day, then person, then position */
	size_t n_steps;
};
/* The script built into the program. */
struct err *script_load(struct arena *a, struct script *out) MUST_CHECK;
/* ERR_CONFIG with person and step where a day, a path or an anchor is not understood. */
struct err *script_read(struct arena *a, str text, struct script *out) MUST_CHECK;

str step_by(const struct step *s); /* login of who acts; "public" for a referral from outside */
str step_login(const struct step *s,
	       const char *key); /* any member naming an account, aliases of the person resolved */
/* What the script says of the form's answers, days resolved but for "@today".  first: no earlier version to keep. */
struct json *step_answers(struct arena *a, const struct step *s, const struct form *f, bool first);
