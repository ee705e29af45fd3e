/* witness.h — someone outside who countersigns the tree heads of a log, and refuses one that was written anew (C2SP
 * tlog-witness, tlog-cosignature).  It keeps of a log its key and the last size and root it saw; it learns how many
 * entries there are and when, never who or what. */
#pragma once
#include "note.h"
#include "proof.h"

#define WITNESS_COSIGNATURE 0x04 /* type of its key: Ed25519, with the time */

struct witness_log { /* a log it knows */
	str origin;
	uint8_t pk[32];
	uint64_t size; /* 0: nothing signed yet */
	uint8_t root[32];
};
struct witness_ask { /* "old N \n" base64 hashes, a line each, then \n and the checkpoint */
	uint64_t old;
	struct proof proof;
	struct note note;
	str checkpoint; /* as it stands in the request, all its lines */
};
str witness_ask_make(struct arena *a, uint64_t old, const struct proof *p, str checkpoint);
bool witness_ask_parse(struct arena *a, str body, struct witness_ask *out);
/* NULL: the log only grew, and *log is what to keep before the countersignature leaves.  NOT_FOUND: not its log;
 * DENIED: not the log's signature; CONFLICT: the request begins elsewhere than where the witness stands (arg: its
 * size); INVALID: a log that was written anew. */
struct err *witness_judge(struct arena *a, const struct witness_ask *ask, struct witness_log *log) MUST_CHECK;

/* The line that is put below a checkpoint.  at: Unix seconds. */
str witness_sign(struct arena *a, const struct sign_pair *key, str name, const struct note *n, uint64_t at);
/* Whether one of the lines below a checkpoint is this witness's; *at: when it signed. */
bool witness_signed(struct arena *a, str checkpoint, const struct note *n, str name, const uint8_t pk[32],
		    uint64_t *at);
