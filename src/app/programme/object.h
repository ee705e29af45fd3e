/* object.h — what belongs to the programme and to no case (design §10.9): case-like objects, on which trainings and
 * accounts hang as records, sealed in compartments of their own.  An object has wrapped keys and records like a case,
 * but no head: it is in no list, moves through no gate, and says nothing about a person helped.
 * A struct kase stands for it, so record_list, record_read and record_all serve it too.
 * One more object is one more row in object.c. */
#pragma once
#include "kase.h"

enum object { OBJECT_PROGRAMME, OBJECT_DESK, OBJECTS };

/* By a coordinator, at init, whenever an account is new, and at the first opening after an object came with an update:
 * makes the objects that are missing, and gives every account whose role reads them, without seeing every case, access
 * by name.  Idempotent. */
struct err *object_make(struct op *op) MUST_CHECK;
/* Whether the actor's role reads anything of it: asked before an opening that would be refused, and logged. */
bool object_read_by(const struct op *op, enum object o);
/* Opens what the actor's role reads of it: one audit entry.  NOT_FOUND when that is nothing. */
struct err *object_open(struct op *op, enum object o, enum purpose p, struct kase **out) MUST_CHECK;
/* Files a form that form_check accepted and whose questions are an object's (TRN, TRP, COST); versions and double
 * submit as in record_file. */
struct err *object_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
			struct json *answers, str reason) MUST_CHECK;
