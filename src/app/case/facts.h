/* facts.h — what filing a form changes in the head of its case.  Private to app/case.
 * Most facts are declared by the form ("head"); what must be computed stands in one table by form. */
#pragma once
#include "kase.h"

/* was: the answers that a correction corrects, NULL for a new record.  Of a correction only what differs counts. */
struct err *facts_apply(struct op *op, struct head *h, const struct form *f, const struct json *answers,
			const struct json *was) MUST_CHECK;

/* What was said last stands, by its own day; of one day, what was filed last.  An older paper found later is kept in the
 * file and changes nothing, unless it corrects the very answer that stands. */
void consent_said(struct head *h, const struct code_list *kinds, const struct json *answers, const struct json *was,
		  day today);
day answer_day(const struct json *answers, const char *name, day otherwise);

/* What holds the file up and what ends it: suspension, emergency, search for the person (facts_flags.c). */
void facts_flags(struct head *h, enum form_no form, const struct json *answers, day today);

/* What alarms in the answers, and the days they ask to come back to (facts_signs.c). */
void facts_signs(struct op *op, struct head *h, const struct form *f, const struct json *answers,
		 const struct json *was);
