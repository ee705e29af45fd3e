/* html_fuzz.c — whatever a value holds, what the escaper writes is text, and reads back as the same value. */
#include <stdlib.h>
#include <string.h>

#include "html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
	if (!held)
		abort();
}

/* Reads one character of escaped text; anything that could begin or end markup aborts. */
static char unescape(str *s)
{
	static const struct {
		const char *escape;
		char c;
	} rows[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&#34;", '"'}, {"&#39;", '\''}};
	char c = s->p[0];

	must(c != '<' && c != '>' && c != '"' && c != '\'');
	for (size_t i = 0; c == '&' && i < sizeof rows / sizeof *rows; i++)
		if (str_starts(*s, str_of(rows[i].escape))) {
			*s = str_sub(*s, strlen(rows[i].escape), s->n);
			return rows[i].c;
		}
	must(c != '&');
	*s = str_sub(*s, 1, s->n);
	return c;
}

static void check_text(str in, str out)
{
	for (size_t i = 0; i < in.n; i++) {
		must(out.n > 0);
		must(unescape(&out) == in.p[i]);
	}
	must(out.n == 0);
}

static int hex(char c)
{
	const char *at = c ? strchr("0123456789ABCDEF", c) : NULL;

	must(at != NULL);
	return (int)(at - "0123456789ABCDEF");
}

static char digit(str s, size_t i)
{
	must(i < s.n);
	return s.p[i];
}

static void check_part(str in, str out)
{
	size_t at = 0;

	for (size_t i = 0; i < in.n; i++) {
		char c = digit(out, at++);

		must(c && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%", c));
		if (c == '%') {
			c = (char)(hex(digit(out, at)) * 16 + hex(digit(out, at + 1)));
			at += 2;
		}
		must(c == in.p[i]);
	}
	must(at == out.n);
}

/* No scheme but the four, nothing that browsers drop or turn into another address. */
static void check_url(str out)
{
	static const char *const starts[] = {"http://", "https://", "mailto:", "tel:", "/", "?", "#"};
	bool known = false;

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		str start = str_of(starts[i]);

		known |= str_eq_ci(str_sub(out, 0, start.n), start);
	}
	must(known);
	must(!(out.n > 1 && out.p[0] == '/' && (out.p[1] == '/' || out.p[1] == '\\')));
	while (out.n) {
		unsigned char c = (unsigned char)unescape(&out);

		must(c > ' ' && c != 0x7F && c != '\\' && c != '<' && c != '>' && c != '"');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create(64 << 20);
	str in = {(const char *)data, size};
	struct html h;

	html_init(&h, a, locale_get(STR("fr")), 1 << 22);
	html_text(&h, in);
	check_text(in, html_done(&h).s);
	html_init(&h, a, h.l, 1 << 22);
	html_url_part(&h, in);
	check_part(in, html_done(&h).s);
	html_init(&h, a, h.l, 1 << 22);
	html_url(&h, in);
	check_url(html_done(&h).s);
	arena_destroy(a);
	return 0;
}
