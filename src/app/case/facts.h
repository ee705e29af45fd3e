/* facts.h — what filing a form changes in the head of its case.  Private to app/case.
 * Most facts are declared by the form ("head"); what must be computed stands in one table by form. */
#pragma once
#include "kase.h"

/* was: the answers that a correction corrects, NULL for a new record.  Of a correction only what differs counts. */
struct err *facts_apply(struct op *op, struct head *h, const struct form *f, const struct json *answers,
			const struct json *was) MUST_CHECK;
