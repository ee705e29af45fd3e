/* filing.h — what a form may say and who may file it, seen against the rest of the file.  Private to app/case.
 * Asked by record_file before anything is written; a refusal names the question, so that what was typed is kept. */
#pragma once
#include "kase.h"

/* F02R, F05R: whoever wrote any version of what is read cannot be its second reader. */
struct err *second_reader_rule(struct op *op, const struct kase *k, const struct form *f, int based_on,
			       const struct json *answers) MUST_CHECK;
/* F09, F11: nobody arrives before she left. */
struct err *journey_rule(struct op *op, const struct kase *k, const struct form *f, int based_on,
			 const struct json *answers) MUST_CHECK;
