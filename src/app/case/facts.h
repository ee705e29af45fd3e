/* facts.h — what filing a form changes in the head of its case.  Private to app/case.
 * Most facts are declared by the form ("head"); what must be computed stands in one table by form. */
#pragma once
#include "kase.h"

struct err *facts_apply(struct op *op, struct head *h, const struct form *f, const struct json *answers) MUST_CHECK;
