/* seal.h — sealing and opening of what cases store, with the place of each value bound into it.
 * Private to app/case. */
#pragma once
#include "kase.h"

/* What the row of a record, or of a draft, says in clear: all of it enters the seal of its answers. */
struct row_clear {
	case_id object;
	record_id id;
	enum dossier dossier;
	enum compartment compartment;
	int version;
	str form;
	int form_version;
	user_id author;
	day on;
	int64_t turn; /* of a draft: 0 */
};
struct seal_at seal_row_at(const struct house *house, const struct row_clear *row, bool draft);
void tally_add(const struct house *house, struct tally *t, const struct row_clear *row);
/* The tally of an object without a head, as its row keeps it. */
struct err *seal_tally(struct op *op, case_id object, int64_t version, const struct tally *t, str *out) MUST_CHECK;
struct err *open_tally(struct op *op, case_id object, int64_t version, str sealed, struct tally *out) MUST_CHECK;
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
