/* codec.c — bounded bytes, both directions. */
#include "codec.h"

#include <string.h>

struct codec codec_writer(void *p, size_t n)
{
	return (struct codec){.p = p, .n = n, .writing = true};
}

struct codec codec_reader(str s)
{
	return (struct codec){.p = (uint8_t *)(uintptr_t)s.p, .n = s.n};
}

str codec_written(const struct codec *c)
{
	return (str){(const char *)c->p, c->at};
}

bool codec_end(const struct codec *c)
{
	return !c->bad && c->at == c->n;
}

void code_bytes(struct codec *c, void *p, size_t n)
{
	if (c->bad || n > c->n - c->at) {
		c->bad = true;
		if (!c->writing && n)
			memset(p, 0, n);
		return;
	}
	if (n && c->writing)
		memcpy(c->p + c->at, p, n);
	else if (n)
		memcpy(p, c->p + c->at, n);
	c->at += n;
}

static void code_le(struct codec *c, uint64_t *v, size_t bytes)
{
	uint8_t b[8];

	for (size_t i = 0; i < bytes; i++)
		b[i] = (uint8_t)(c->writing ? *v >> (8 * i) : 0);
	code_bytes(c, b, bytes);
	if (c->writing)
		return;
	*v = 0;
	for (size_t i = 0; i < bytes; i++)
		*v |= (uint64_t)b[i] << (8 * i);
}

void code_u8(struct codec *c, uint8_t *v)
{
	code_bytes(c, v, 1);
}

void code_u16(struct codec *c, uint16_t *v)
{
	uint64_t wide = c->writing ? *v : 0;

	code_le(c, &wide, 2);
	*v = (uint16_t)wide;
}

void code_u32(struct codec *c, uint32_t *v)
{
	uint64_t wide = c->writing ? *v : 0;

	code_le(c, &wide, 4);
	*v = (uint32_t)wide;
}

void code_u64(struct codec *c, uint64_t *v)
{
	code_le(c, v, 8);
}

void code_i64(struct codec *c, int64_t *v)
{
	uint64_t wide = c->writing ? (uint64_t)*v : 0;

	code_le(c, &wide, 8);
	*v = (int64_t)wide;
}

void code_i32(struct codec *c, int32_t *v)
{
	uint64_t wide = c->writing ? (uint32_t)*v : 0;

	code_le(c, &wide, 4);
	*v = (int32_t)(uint32_t)wide;
}

void code_bool(struct codec *c, bool *v)
{
	uint8_t b = c->writing && *v;

	code_u8(c, &b);
	if (b > 1)
		c->bad = true;
	*v = b == 1;
}

void code_id(struct codec *c, struct id *v)
{
	code_bytes(c, v->b, sizeof v->b);
}

void code_text(struct codec *c, char *z, size_t room)
{
	uint8_t n = c->writing ? (uint8_t)strnlen(z, room - 1) : 0;

	code_u8(c, &n);
	if (n >= room)
		c->bad = true;
	if (!c->writing)
		memset(z, 0, room);
	if (c->bad)
		return;
	code_bytes(c, z, n);
	if (!c->writing && strlen(z) != n)
		c->bad = true;
}

void code_str(struct codec *c, str *s, size_t max)
{
	uint16_t n = 0;

	if (c->writing && s->n <= UINT16_MAX)
		n = (uint16_t)s->n;
	if (c->writing && s->n > max)
		c->bad = true;
	code_u16(c, &n);
	if (n > max || n > c->n - c->at)
		c->bad = true;
	if (c->bad) {
		if (!c->writing)
			*s = STR("");
		return;
	}
	if (c->writing && n)
		memcpy(c->p + c->at, s->p, n);
	else if (!c->writing)
		*s = (str){(const char *)c->p + c->at, n};
	c->at += n;
}

void code_count(struct codec *c, size_t *n, size_t max)
{
	uint16_t v = c->writing ? (uint16_t)*n : 0;

	if (c->writing && *n > max)
		c->bad = true;
	code_u16(c, &v);
	if (v > max)
		c->bad = true;
	if (!c->writing)
		*n = c->bad ? 0 : v;
}
