/* buf.c — growing byte buffer.  Old room stays in the arena until its end: doubling keeps that below 2×. */
#include "buf.h"

#include <stdio.h>
#include <string.h>

void buf_init(struct buf *b, struct arena *a, size_t max)
{
	*b = (struct buf){.a = a, .max = max};
}

static void widen(struct buf *b, size_t room)
{
	char *p = arena_raw(b->a, room);

	if (b->n)
		memcpy(p, b->p, b->n);
	p[b->n] = '\0';
	b->p = p;
	b->room = room;
}

void buf_room(struct buf *b, size_t n)
{
	if (n > b->room && n <= b->max)
		widen(b, n);
}

static bool reserve(struct buf *b, size_t n)
{
	size_t room = b->room ? b->room : 256;

	if (b->over || n > b->max || b->n > b->max - n) {
		b->over = true;
		return false;
	}
	while (room - b->n < n + 1)
		room *= 2;
	if (room != b->room)
		widen(b, room);
	return true;
}

void buf_put(struct buf *b, const void *p, size_t n)
{
	if (n == 0 || !reserve(b, n))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void buf_str(struct buf *b, str s)
{
	buf_put(b, s.p, s.n);
}

void buf_z(struct buf *b, const char *z)
{
	buf_put(b, z, strlen(z));
}

void buf_c(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void buf_i64(struct buf *b, int64_t v)
{
	char digits[24];
	char *p = digits + sizeof digits;
	uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;

	do
		*--p = (char)('0' + u % 10);
	while ((u /= 10) != 0);
	if (v < 0)
		*--p = '-';
	buf_put(b, p, (size_t)(digits + sizeof digits - p));
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_str(b, arena_vfmt(b->a, fmt, ap));
	va_end(ap);
}

str buf_done(struct buf *b)
{
	return b->p ? (str){b->p, b->n} : STR("");
}
