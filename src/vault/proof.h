/* proof.h — that a log only grew: consistency proofs between two tree heads (RFC 6962 §2.1.2, checked as in RFC 9162
 * §2.1.4.2).  A witness holds no log; with a proof it needs none. */
#pragma once
#include "crypt.h"

#define PROOF_MAX 63 /* hashes of a proof (C2SP tlog-witness) */

struct proof {
	uint8_t hash[PROOF_MAX][32];
	size_t n;
};
/* leaves: the hashes of the first `size` entries, 32 bytes each.  0 < old < size; otherwise the proof is empty. */
void proof_make(const uint8_t (*leaves)[32], uint64_t old, uint64_t size, struct proof *out);
/* Whether the tree of root_old is the beginning of the tree of root_new. */
bool proof_good(const struct proof *p, uint64_t old, const uint8_t root_old[32], uint64_t size,
		const uint8_t root_new[32]);
