/* merkle.c — RFC 6962 §2.1: leaves are hashed behind 0x00, nodes behind 0x01. */
#include "merkle.h"

#include <string.h>

#define LEAF_MAX 512u

void merkle_node(const uint8_t left[32], const uint8_t right[32], uint8_t out[32])
{
	uint8_t b[65];

	b[0] = 1;
	memcpy(b + 1, left, 32);
	memcpy(b + 33, right, 32);
	crypt_sha256((str){(char *)b, sizeof b}, out);
}

void merkle_leaf(str leaf, uint8_t out[32])
{
	uint8_t b[1 + LEAF_MAX];

	if (leaf.n > LEAF_MAX)
		BUG("leaf of %zu bytes", leaf.n);
	b[0] = 0;
	memcpy(b + 1, leaf.p, leaf.n);
	crypt_sha256((str){(char *)b, 1 + leaf.n}, out);
}

void merkle_add_hash(struct merkle *t, const uint8_t leaf[32])
{
	unsigned top = (unsigned)__builtin_popcountll(t->n);
	uint8_t h[32];

	memcpy(h, leaf, 32);
	for (uint64_t bit = t->n; bit & 1; bit >>= 1) {
		top--;
		merkle_node(t->roots[top], h, h);
	}
	memcpy(t->roots[top], h, 32);
	t->n++;
}

void merkle_add(struct merkle *t, str leaf)
{
	uint8_t h[32];

	merkle_leaf(leaf, h);
	merkle_add_hash(t, h);
}

void merkle_root(const struct merkle *t, uint8_t out[32])
{
	unsigned top = (unsigned)__builtin_popcountll(t->n);

	if (top == 0) {
		crypt_sha256(STR(""), out);
		return;
	}
	memcpy(out, t->roots[top - 1], 32);
	for (unsigned i = top - 1; i > 0; i--)
		merkle_node(t->roots[i - 1], out, out);
}
