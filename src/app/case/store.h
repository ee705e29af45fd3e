/* store.h — writing one change of a case: records, head and change counter in one transaction, the vault told of
 * the head's digests before the commit (design §10.3).  Private to app/case. */
#pragma once
#include "seal.h"

struct part { /* one compartment of a record, sealed */
	struct row_clear clear;
	str sealed;
	struct part *next;
};
struct change {
	struct kase *k; /* its head read by store_head, or new (version 0), and altered since */
	/* Inside the transaction, before the parts: what must still be so, and rows of other tables.  NULL: nothing. */
	struct err *(*also)(struct op *, struct db *tx, void *arg);
	void *arg;
	struct part *parts;
};
/* One record, a part per compartment, sealed for the head that follows.  Answers of compartments without a key are an
 * error. */
struct err *store_record(struct op *op, struct change *c, const struct form *f, record_id id, int version,
			 const struct json *answers, str reason) MUST_CHECK;
struct err *store_part(struct op *op, struct change *c, str form, int form_version, enum dossier d, enum compartment m,
		       record_id id, int version, const struct json *part) MUST_CHECK;
/* Stores the parts, what `also` writes, and the head (version + 1) with the tally of them.  The vault is asked before the
 * transaction, which holds the only writer.  CONFLICT when someone else wrote the head since.  Published in memory
 * afterwards.  k->head stays as it was given when it fails. */
struct err *store_change(struct op *op, struct change *c) MUST_CHECK;
/* Whether that failed only because the head moved meanwhile, and is worth another attempt on the new one: waits a little,
 * longer each time, for those who write it now.  False at the last. */
bool store_again(const struct err *e, int *attempt);
/* Reads k's head again, as the database has it now; of a bare object its tally. */
struct err *store_read(struct op *op, struct kase *k) MUST_CHECK;
/* The same, and the vault confirms that it is not an older one. */
struct err *store_head(struct op *op, struct kase *k) MUST_CHECK;
void publish(struct op *op, const struct head *h, int64_t seq);
