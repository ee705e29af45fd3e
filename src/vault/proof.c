/* proof.c — making and checking consistency proofs. */
#include "proof.h"

#include <string.h>

#include "merkle.h"

/* The root of n leaves. */
static void root_of(const uint8_t (*leaves)[32], uint64_t n, uint8_t out[32])
{
	struct merkle t = {0};

	for (uint64_t i = 0; i < n; i++)
		merkle_add_hash(&t, leaves[i]);
	merkle_root(&t, out);
}

/* The largest power of two below n. */
static uint64_t split(uint64_t n)
{
	return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

/* SUBPROOF(m, D[n], whole) of RFC 6962, from its deepest hash to the top. */
static void sub_proof(const uint8_t (*leaves)[32], uint64_t m, uint64_t n, bool whole, struct proof *out)
{
	uint64_t k;

	if (m == n) {
		if (!whole)
			root_of(leaves, n, out->hash[out->n++]);
		return;
	}
	k = split(n);
	if (m <= k) {
		sub_proof(leaves, m, k, whole, out);
		root_of(leaves + k, n - k, out->hash[out->n++]);
	} else {
		sub_proof(leaves + k, m - k, n - k, false, out);
		root_of(leaves, k, out->hash[out->n++]);
	}
}

void proof_make(const uint8_t (*leaves)[32], uint64_t old, uint64_t size, struct proof *out)
{
	out->n = 0;
	if (old > 0 && old < size)
		sub_proof(leaves, old, size, true, out);
}

/* fn and sn of RFC 9162: the places of the last entries, walked up to the root. */
struct climb {
	uint64_t fn, sn;
	uint8_t fr[32], sr[32];
};

static void step(struct climb *c, const uint8_t hash[32])
{
	if ((c->fn & 1) || c->fn == c->sn) {
		merkle_node(hash, c->fr, c->fr);
		merkle_node(hash, c->sr, c->sr);
		while (!(c->fn & 1) && c->fn) {
			c->fn >>= 1;
			c->sn >>= 1;
		}
	} else {
		merkle_node(c->sr, hash, c->sr);
	}
	c->fn >>= 1;
	c->sn >>= 1;
}

bool proof_good(const struct proof *p, uint64_t old, const uint8_t root_old[32], uint64_t size,
		const uint8_t root_new[32])
{
	struct climb c = {old - 1, size - 1, {0}, {0}};
	bool power = (old & (old - 1)) == 0;
	size_t i = 0;

	if (old > size)
		return false;
	if (old == 0 || old == size)
		return p->n == 0 && (old == 0 || crypt_equal(root_old, root_new, 32));
	if (p->n == 0 && !power)
		return false;
	while (c.fn & 1) {
		c.fn >>= 1;
		c.sn >>= 1;
	}
	memcpy(c.fr, power ? root_old : p->hash[i++], 32);
	memcpy(c.sr, c.fr, 32);
	for (; i < p->n; i++) {
		if (c.sn == 0)
			return false;
		step(&c, p->hash[i]);
	}
	return c.sn == 0 && crypt_equal(c.fr, root_old, 32) && crypt_equal(c.sr, root_new, 32);
}
