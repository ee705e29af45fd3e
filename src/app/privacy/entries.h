/* entries.h — entries of the desk's registers, of trainings and of the accounts, whose time is over (data/retention.json).
 * They belong to no file and name nobody we support.  docs/adr/0026. */
#pragma once
#include "op.h"
#include "retention.h"

struct entries { /* of one rule */
	const struct retention_rule *rule;
	size_t over; /* may go on the day asked about */
	size_t kept; /* their time is over too, and something still needs them */
	day next;    /* the first day on which another may go; NO_DAY: there is none */
	bool read;   /* the actor's role reads all that this rule keeps; else nothing is counted */
};
/* One per rule of entries. */
struct err *entries_over(struct op *op, day on, struct entries **out, size_t *n) MUST_CHECK;
/* For good, those whose time is over today, as far as the actor reads them.  By the desk.  n: how many went. */
struct err *entries_erase(struct op *op, size_t *n) MUST_CHECK;
