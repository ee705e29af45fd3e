/* codec.h — bytes of messages, rows and files, little-endian, bounded.
 *
 * One function per structure serves both directions: `writing` puts the members, otherwise takes them.  What is
 * written and what is read can then not disagree.  The first bad step sets `bad`, and nothing moves afterwards:
 * check once, at the end.  While reading, texts point into the buffer. */
#pragma once
#include "base.h"

struct codec {
	uint8_t *p;
	size_t n, at;
	bool writing, bad;
};

struct codec codec_writer(void *p, size_t n);
struct codec codec_reader(str s); /* the bytes are not changed */
str codec_written(const struct codec *c);
bool codec_end(const struct codec *c); /* read to the last byte, nothing bad */

void code_bytes(struct codec *c, void *p, size_t n);
void code_u8(struct codec *c, uint8_t *v);
void code_u16(struct codec *c, uint16_t *v);
void code_u32(struct codec *c, uint32_t *v);
void code_u64(struct codec *c, uint64_t *v);
void code_i64(struct codec *c, int64_t *v);
void code_i32(struct codec *c, int32_t *v);
void code_bool(struct codec *c, bool *v); /* 0 or 1, nothing else */
void code_id(struct codec *c, struct id *v);
/* A NUL-terminated text in an array of `room` bytes. */
void code_text(struct codec *c, char *z, size_t room);
void code_str(struct codec *c, str *s, size_t max);
/* A number of things that follow, at most max. */
void code_count(struct codec *c, size_t *n, size_t max);

/* An enumeration kept in one byte; reading refuses values from `limit` on. */
#define CODE_ENUM(c, lvalue, limit)                                                                                    \
	do {                                                                                                           \
		uint8_t code_v = (c)->writing ? (uint8_t)(lvalue) : 0;                                                 \
		code_u8((c), &code_v);                                                                                 \
		if (code_v >= (limit))                                                                                 \
			(c)->bad = true;                                                                               \
		else                                                                                                   \
			(lvalue) = code_v;                                                                             \
	} while (0)
