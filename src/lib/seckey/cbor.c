/* cbor.c — the walker.  It builds nothing and recurses no deeper than DEPTH. */
#include "cbor.h"

#define DEPTH 4

enum cbor_major cbor_head(struct cbor *c, uint64_t *n)
{
	uint8_t first = 0, more;

	*n = 0;
	if (c->bad || c->at >= c->s.n) {
		c->bad = true;
		return CBOR_SIMPLE;
	}
	first = (uint8_t)c->s.p[c->at++];
	more = first & 31;
	*n = more;
	if (more < 24)
		return first >> 5;
	if (more > 27 || c->s.n - c->at < (size_t)1 << (more - 24)) { /* 31: of a length not said before */
		c->bad = true;
		return CBOR_SIMPLE;
	}
	*n = 0;
	for (size_t bytes = (size_t)1 << (more - 24); bytes > 0; bytes--)
		*n = *n << 8 | (uint8_t)c->s.p[c->at++];
	return first >> 5;
}

static str take(struct cbor *c, uint64_t n)
{
	str out = {0};

	if (c->bad || n > c->s.n - c->at) {
		c->bad = true;
		return out;
	}
	out = (str){c->s.p + c->at, (size_t)n};
	c->at += (size_t)n;
	return out;
}

str cbor_string(struct cbor *c, enum cbor_major kind)
{
	uint64_t n;

	if (cbor_head(c, &n) != kind)
		c->bad = true;
	return take(c, n);
}

static void skip(struct cbor *c, int depth)
{
	uint64_t n;
	enum cbor_major m = cbor_head(c, &n);

	if (m == CBOR_BYTES || m == CBOR_TEXT)
		take(c, n);
	if (m != CBOR_ARRAY && m != CBOR_MAP && m != CBOR_TAG)
		return;
	if (m == CBOR_TAG || depth == DEPTH || n > c->s.n - c->at) /* each thing takes a byte at least */
		c->bad = true;
	for (uint64_t i = 0; i < (m == CBOR_MAP ? 2 * n : n) && !c->bad; i++)
		skip(c, depth + 1);
}

void cbor_skip(struct cbor *c)
{
	skip(c, 0);
}
