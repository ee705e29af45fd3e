/* str.c — the length-carrying string.  No allocation here. */
#include "str.h"

#include <string.h>

str str_of(const char *z)
{
	return z ? (str){z, strlen(z)} : (str){0};
}

bool str_eq(str a, str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_eqz(str a, const char *z)
{
	return str_eq(a, str_of(z));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_eq_ci(str a, str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

int str_cmp(str a, str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	if (c != 0)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool str_starts(str s, str prefix)
{
	return s.n >= prefix.n && str_eq((str){s.p, prefix.n}, prefix);
}

bool str_ends(str s, str suffix)
{
	return s.n >= suffix.n && str_eq((str){s.p + (s.n - suffix.n), suffix.n}, suffix);
}

static bool blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

str str_trim(str s)
{
	while (s.n && blank(s.p[0]))
		s = (str){s.p + 1, s.n - 1};
	while (s.n && blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

str str_sub(str s, size_t from, size_t len)
{
	if (from > s.n)
		from = s.n;
	if (len > s.n - from)
		len = s.n - from;
	return (str){s.p + from, len};
}

ptrdiff_t str_find(str s, str needle)
{
	const char *hit;

	if (needle.n == 0)
		return 0;
	if (s.n < needle.n)
		return -1;
	hit = memmem(s.p, s.n, needle.p, needle.n);
	return hit ? hit - s.p : -1;
}

ptrdiff_t str_index(str s, char c)
{
	const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;

	return hit ? hit - s.p : -1;
}

str str_split(str *rest, char sep)
{
	ptrdiff_t at = str_index(*rest, sep);
	str part = *rest;

	if (at < 0) {
		*rest = (str){0};
		return part;
	}
	part.n = (size_t)at;
	*rest = (str){rest->p + at + 1, rest->n - (size_t)at - 1};
	return part;
}

bool str_to_i64(str s, int64_t *out)
{
	bool minus = s.n && s.p[0] == '-';
	int64_t v = 0;

	if (minus)
		s = (str){s.p + 1, s.n - 1};
	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int64_t digit = s.p[i] - '0';

		if (digit < 0 || digit > 9)
			return false;
		if (__builtin_mul_overflow(v, 10, &v))
			return false;
		if (minus ? __builtin_sub_overflow(v, digit, &v) : __builtin_add_overflow(v, digit, &v))
			return false;
	}
	*out = v;
	return true;
}

/* Bytes of the well-formed sequence at p (1-4), or 0.  Bounds of the second byte: Unicode table 3-7. */
static size_t sequence(const unsigned char *p, size_t n)
{
	unsigned char lo = 0x80, hi = 0xBF;
	size_t len;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xC2 && p[0] <= 0xDF)
		len = 2;
	else if (p[0] >= 0xE0 && p[0] <= 0xEF)
		len = 3;
	else if (p[0] >= 0xF0 && p[0] <= 0xF4)
		len = 4;
	else
		return 0;
	if (n < len)
		return 0;
	if (p[0] == 0xE0)
		lo = 0xA0;
	if (p[0] == 0xED)
		hi = 0x9F;
	if (p[0] == 0xF0)
		lo = 0x90;
	if (p[0] == 0xF4)
		hi = 0x8F;
	if (p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	return len;
}

bool str_utf8_ok(str s)
{
	for (size_t i = 0; i < s.n;) {
		size_t len = sequence((const unsigned char *)s.p + i, s.n - i);

		if (len == 0)
			return false;
		i += len;
	}
	return true;
}

size_t str_utf8_len(str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

void str_put(char *to, size_t room, str s)
{
	size_t n = s.n < room ? s.n : room - 1;

	if (n)
		memcpy(to, s.p, n);
	memset(to + n, 0, room - n);
}
