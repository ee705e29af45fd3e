/* erase.h — files erased for good: asked for by one, confirmed by another, and what stays of them.
 *
 * What stays names nobody: the code of the file, how far it came and when, so that a figure reported before can still
 * be explained, and who asked and confirmed.  It is sealed under the server lock. */
#pragma once
#include "op.h"
#include "head.h"

enum erasure_state { ERASURE_ASKED, ERASURE_DONE, ERASURE_WITHDRAWN, ERASURE_STATES };
enum erasure_reason { ERASE_RETENTION, ERASE_REQUEST, ERASE_ORDER, ERASE_MISTAKE, ERASE_REASONS };
extern const struct erasure_reason_row {
	const char *code, *label; /* msgid */
} erasure_reasons[ERASE_REASONS];

struct erasure_row {
	struct id id;
	case_id object; /* zeros once done */
	enum erasure_state state;
	str code; /* of the file */
	enum erasure_reason reason;
	enum state reached;
	day created, asked_on, ended_on; /* ended: confirmed or withdrawn */
	user_id asked, ended;
	bool returned;
};
/* Asked first, then the newest.  Finishes those the vault has erased and whose rows a fault left behind. */
struct err *erasures_read(struct op *op, struct erasure_row **out, size_t *n) MUST_CHECK;
/* At the start: the same, so that no list shows a file whose key is destroyed.  What cannot be written stays for later. */
struct err *erasures_finish(struct op *op) MUST_CHECK;
/* The file of this code must be closed and without a legal hold: INVALID with a message otherwise. */
struct err *erasure_ask(struct op *op, str code, enum erasure_reason reason) MUST_CHECK;
struct err *erasure_confirm(struct op *op, struct id id) MUST_CHECK; /* DENIED to who asked */
struct err *erasure_withdraw(struct op *op, struct id id) MUST_CHECK;
struct err *erasure_certificate(struct op *op, const struct erasure_row *r, str *pdf) MUST_CHECK;
