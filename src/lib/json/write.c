/* write.c — the tree as compact JSON.  Output is ASCII-safe inside HTML: <, >, & and the two separators that
 * JavaScript takes for line ends are written as escapes, so the text may stand in an attribute or a script's data. */
#include "json.h"

#include <math.h>
#include <string.h>

static void escape_byte(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char u[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};

	switch (c) {
	case '"':
		buf_put(b, "\\\"", 2);
		return;
	case '\\':
		buf_put(b, "\\\\", 2);
		return;
	case '\n':
		buf_put(b, "\\n", 2);
		return;
	case '\r':
		buf_put(b, "\\r", 2);
		return;
	case '\t':
		buf_put(b, "\\t", 2);
		return;
	default:
		buf_put(b, u, sizeof u);
	}
}

static bool plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
}

/* U+2028 and U+2029 are E2 80 A8 and E2 80 A9. */
static bool separator(str s, size_t i)
{
	return s.n - i >= 3 && memcmp(s.p + i, "\xE2\x80", 2) == 0 && ((unsigned char)s.p[i + 2] & 0xFE) == 0xA8;
}

void json_escape(struct buf *b, str s)
{
	size_t from = 0;

	buf_c(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		bool sep = (unsigned char)s.p[i] == 0xE2 && separator(s, i);

		if (plain((unsigned char)s.p[i]) && !sep)
			continue;
		buf_put(b, s.p + from, i - from);
		if (sep) {
			buf_z(b, (unsigned char)s.p[i + 2] == 0xA8 ? "\\u2028" : "\\u2029");
			i += 2;
		} else {
			escape_byte(b, (unsigned char)s.p[i]);
		}
		from = i + 1;
	}
	buf_put(b, s.p + from, s.n - from);
	buf_c(b, '"');
}

/* 17 digits bring every double back; the point makes it a real again when it is read.  JSON has no infinity. */
static void write_real(struct buf *b, double d)
{
	str s = arena_fmt(b->a, "%.17g", d);

	if (!isfinite(d)) {
		buf_z(b, "null");
		return;
	}
	buf_str(b, s);
	if (str_index(s, '.') < 0 && str_index(s, 'e') < 0)
		buf_z(b, ".0");
}

static void write_members(struct buf *b, const struct json *v)
{
	bool object = v->type == JSON_OBJECT;

	buf_c(b, object ? '{' : '[');
	JSON_EACH (item, v) {
		if (item != v->first)
			buf_c(b, ',');
		if (object) {
			json_escape(b, item->key);
			buf_c(b, ':');
		}
		json_write(b, item);
	}
	buf_c(b, object ? '}' : ']');
}

void json_write(struct buf *b, const struct json *v)
{
	switch (v ? v->type : JSON_NULL) {
	case JSON_NULL:
		buf_z(b, "null");
		break;
	case JSON_BOOL:
		buf_z(b, v->b ? "true" : "false");
		break;
	case JSON_INT:
		buf_i64(b, v->i);
		break;
	case JSON_REAL:
		write_real(b, v->d);
		break;
	case JSON_STR:
		json_escape(b, v->s);
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		write_members(b, v);
		break;
	}
}

str json_dump(struct arena *a, const struct json *v, size_t max)
{
	struct buf b;

	buf_init(&b, a, max);
	json_write(&b, v);
	return b.over ? (str){0} : buf_done(&b);
}
