/* buf.h — a growing byte buffer in an arena, with a maximum fixed when it is made.
 * Past the maximum it keeps what fitted and says so in buf.over: check once, at the end. */
#pragma once
#include "arena.h"

struct buf {
	struct arena *a;
	char *p;
	size_t n, room, max;
	bool over;
};

void buf_init(struct buf *b, struct arena *a, size_t max);
void buf_room(struct buf *b, size_t n); /* a first size, when it is known to become large */
void buf_put(struct buf *b, const void *p, size_t n);
void buf_str(struct buf *b, str s);
void buf_z(struct buf *b, const char *z);
void buf_c(struct buf *b, char c);
void buf_i64(struct buf *b, int64_t v);
void buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
str buf_done(struct buf *b); /* the bytes so far, NUL behind them */
