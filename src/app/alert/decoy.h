/* decoy.h — what a decoy says: a referral like any other, of a person who does not exist. */
#pragma once
#include "op.h"

struct form;
struct decoy_words { /* the coordinator's; organisation and contact may be empty */
	str given, family, organisation, contact;
};
/* The same id and words give the same answers, so that a second submit is the same file; nobody without the
 * installation's keys can tell the answers from the id. */
struct json *decoy_answers(const struct op *op, const struct form *f, const struct decoy_words *w,
			   record_id id) MUST_CHECK;
