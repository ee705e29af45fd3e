/* store.h — writing one change of a case: records, head and change counter in one transaction, the vault told of
 * the head's digests before the commit (design §10.3).  Private to app/case. */
#pragma once
#include "kase.h"

/* Writes one change of k, whose head was read by store_head (or is new: version 0) and has been altered since.
 * The vault is asked before the transaction, which holds the only writer; `write` then stores the change's rows, and
 * k->head (version + 1) follows.  CONFLICT when someone else wrote the head since.  Published in memory afterwards. */
struct err *store_change(struct op *op, struct kase *k, struct err *(*write)(struct op *, struct db *, void *),
			 void *arg) MUST_CHECK;
/* One record, a row per compartment.  answers of compartments without a key are an error. */
struct err *store_record(struct op *op, struct db *tx, const struct kase *k, const struct form *f, record_id id,
			 int version, const struct json *answers, str reason) MUST_CHECK;
struct err *store_part(struct op *op, struct db *tx, const struct kase *k, str form, int form_version, enum dossier d,
		       enum compartment c, record_id id, int version, const struct json *part) MUST_CHECK;
/* Reads k's head again, as the database has it now. */
struct err *store_read(struct op *op, struct kase *k) MUST_CHECK;
/* The same, and the vault confirms that it is not an older one. */
struct err *store_head(struct op *op, struct kase *k) MUST_CHECK;
void publish(struct op *op, const struct head *h, int64_t seq);
