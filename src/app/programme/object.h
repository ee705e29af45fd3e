/* object.h — the programme as a case-like object (design §10.9): trainings and accounts are records that hang on it,
 * sealed in compartments of their own.  It has wrapped keys and records like a case, but no head: it is in no list,
 * moves through no gate, and says nothing about a person helped.
 * A struct kase stands for it, so record_list, record_read and record_all serve it too. */
#pragma once
#include "kase.h"

/* By the coordinator, at init and whenever an account of a trainer is new: makes the object if there is none, and
 * gives every account whose role reads it access by name.  Idempotent. */
struct err *object_make(struct op *op) MUST_CHECK;
/* Opens what the actor's role reads of it: one audit entry.  NOT_FOUND when that is nothing. */
struct err *object_open(struct op *op, enum purpose p, struct kase **out) MUST_CHECK;
/* Files a form that form_check accepted (TRN, TRP, COST); versions and double submit as in record_file. */
struct err *object_file(struct op *op, const struct kase *k, const struct form *f, record_id id, int based_on,
			struct json *answers, str reason) MUST_CHECK;
