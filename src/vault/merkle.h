/* merkle.h — the tree head of RFC 6962 over a growing list, kept as the roots of its full subtrees. */
#pragma once
#include "crypt.h"

struct merkle {
	uint64_t n;
	uint8_t roots[64][32]; /* one per bit set in n, largest first */
};
void merkle_leaf(str leaf, uint8_t out[32]);
void merkle_node(const uint8_t left[32], const uint8_t right[32], uint8_t out[32]); /* out may be one of the two */
void merkle_add(struct merkle *t, str leaf);
void merkle_add_hash(struct merkle *t, const uint8_t leaf[32]); /* of merkle_leaf */
void merkle_root(const struct merkle *t, uint8_t out[32]);
