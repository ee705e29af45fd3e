/* cbor.h — walking over CBOR (RFC 8949) before a library reads it: bounded, definite lengths only, a few levels. */
#pragma once
#include "base.h"

enum cbor_major { CBOR_UINT, CBOR_NEGATIVE, CBOR_BYTES, CBOR_TEXT, CBOR_ARRAY, CBOR_MAP, CBOR_TAG, CBOR_SIMPLE };
struct cbor {
	str s;
	size_t at;
	bool bad;
};
/* The head of the next thing: its kind, and its number (a value, a length, how many follow). */
enum cbor_major cbor_head(struct cbor *c, uint64_t *n);
str cbor_string(struct cbor *c, enum cbor_major kind); /* bytes or text; absent when it is something else */
void cbor_skip(struct cbor *c);                        /* one thing with all that is in it */
