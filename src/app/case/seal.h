/* seal.h — sealing and opening of what cases store, with the place of each value bound into it.
 * Private to app/case. */
#pragma once
#include "kase.h"

struct seal_at seal_record_at(const struct op *op, case_id object, record_id id, enum dossier d, enum compartment c,
			      int version, bool draft);
struct err *seal_head(struct op *op, const struct head *h, int64_t version, str *out) MUST_CHECK;
struct err *open_head(struct arena *a, const struct house *house, case_id id, int64_t version, str sealed,
		      struct head *out) MUST_CHECK;
/* Answers, sealed; TOO_BIG when they are longer than a record can be. */
struct err *seal_answers(struct arena *a, const struct key *key, const struct seal_at *at, const struct json *answers,
			 str *out) MUST_CHECK;
/* Key of a compartment among those opened; NULL when it was not. */
const struct key *case_key_of(const struct kase *k, enum dossier d, enum compartment c);
/* Keyed hash that stands for an office's code in the database. */
struct id office_group(const struct house *house, const char *office);
struct err *wraps_store(struct op *op, struct db *tx, case_id object, const struct wrap *w, size_t n) MUST_CHECK;
struct err *wraps_load(struct op *op, case_id object, struct wrap **out, size_t *n) MUST_CHECK;
