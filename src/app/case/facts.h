/* facts.h — what filing a form changes in the head of its case.  Private to app/case.
 * Most facts are declared by the form ("head"); what must be computed stands in one table by form. */
#pragma once
#include "kase.h"

struct err *facts_apply(struct op *op, struct head *h, const struct form *f, const struct json *answers) MUST_CHECK;
/* What alarms in the answers, and the days they ask to come back to (facts_signs.c). */
void facts_signs(struct op *op, struct head *h, const struct form *f, const struct json *answers);
