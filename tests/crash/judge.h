/* judge.h — opens what a power cut left behind, as the program does at its start, and says what is wrong with it. */
#pragma once
#include "core.h"

/* What can be seen of a house: that nothing acknowledged is lost is told from these. */
struct look {
	uint64_t database;         /* digest of every row; 0: there is none */
	bool vault;                /* there is a keyring */
	uint64_t frames;           /* of the store */
	uint64_t generation, keys; /* of the file of shred keys, and frames in it */
	uint64_t entries, under;   /* of the audit log; and under a signed checkpoint */
};
struct account_seen {
	struct id id;
	int state, next; /* as acknowledged; as asked for next, or the same */
};
struct note_seen {
	struct id object, record;
};
struct expected {
	struct look least, most;
	const uint64_t *databases; /* every state of it between the two, both included */
	size_t n_databases;
	bool made; /* the house was acknowledged: it must be there */
	struct account_seen *accounts;
	size_t n_accounts;
	struct note_seen *notes; /* acknowledged while others were under way */
	size_t n_notes;
	struct id erased; /* zero: none */
};

/* Looks, and changes nothing but what a start mends. */
struct err *judge_look(struct arena *a, const char *data, str secret, struct look *out) MUST_CHECK;
/* NULL: nothing is lost.  Else what, in a sentence for whoever mends it. */
struct err *judge(struct arena *a, const char *data, str secret, const struct expected *e,
		  size_t *spare_keys) MUST_CHECK;
