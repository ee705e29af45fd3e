/* text.c — what happens to a text before it is laid out: control characters go, numbers keep their order.
 *
 * In a line that runs from right to left, "+33 6 12 34 56 78" comes out as "78 56 34 12 6 33+": each group is a number
 * of its own.  So groups of digits parted by single spaces are isolated as one left-to-right run (UAX 9, LRI … PDI). */
#include "flow.h"

#define LRI "\xE2\x81\xA6"
#define PDI "\xE2\x81\xA9"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Length of the space at the head of s: plain, no-break or narrow no-break; 0 for none. */
static size_t space_len(str s)
{
	static const str spaces[] = {{" ", 1}, {"\xC2\xA0", 2}, {"\xE2\x80\xAF", 3}};

	for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
		if (str_starts(s, spaces[i]))
			return spaces[i].n;
	return 0;
}

/* Length of what parts two groups: a space, or one of . , / : - without any. */
static size_t separator_len(str s)
{
	return s.n && str_index(STR(".,/:-"), s.p[0]) >= 0 ? 1 : space_len(s);
}

/* Length of the number at the head of s if it would be torn (it begins with + or has a space inside), else 0. */
static size_t torn_number(str s)
{
	size_t n = s.n && s.p[0] == '+' ? 1 : 0, gap;
	bool torn = n > 0;

	if (n >= s.n || !is_digit(s.p[n]))
		return 0;
	for (;;) {
		while (n < s.n && is_digit(s.p[n]))
			n++;
		gap = separator_len(str_sub(s, n, s.n));
		if (gap == 0 || n + gap >= s.n || !is_digit(s.p[n + gap]))
			return torn ? n : 0;
		torn = torn || space_len(str_sub(s, n, s.n)) > 0;
		n += gap;
	}
}

/* False for control characters, which no font draws; a line feed stays. */
static bool drawn(char c)
{
	return c == '\n' || ((unsigned char)c >= ' ' && c != 0x7F);
}

str text_prepare(struct doc *d, str text, bool rtl)
{
	bool in_number = false;
	struct buf b;
	size_t n;

	if (!str_utf8_ok(text)) {
		d->bad = true;
		return STR("");
	}
	buf_init(&b, d->arena, text.n * 7 + 1);
	for (size_t i = 0; i < text.n; i++) {
		n = rtl && !in_number ? torn_number(str_sub(text, i, text.n)) : 0;
		if (n) {
			buf_z(&b, LRI);
			buf_put(&b, text.p + i, n);
			buf_z(&b, PDI);
			i += n - 1;
		} else if (text.p[i] == '\t') {
			buf_c(&b, ' ');
		} else if (drawn(text.p[i])) {
			buf_c(&b, text.p[i]);
		}
		/* Not from the middle of a number that needs nothing. */
		in_number = is_digit(text.p[i]);
	}
	return buf_done(&b);
}
