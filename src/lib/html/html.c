/* html.c — what compiled templates call to write a page.
 *
 * Everything that is not the template's own markup goes through html_text or html_url*: no other function here
 * may put bytes of a value into the page. */
#include "html.h"

#include <string.h>

#define MOST_PAGES ((size_t)16 * 1024)

void html_init(struct html *h, struct arena *a, const struct locale *l, size_t max)
{
	*h = (struct html){.a = a, .l = l};
	buf_init(&h->out, a, max);
	buf_room(&h->out, MOST_PAGES);
}

html_frag html_done(struct html *h)
{
	return h->out.over ? (html_frag){0} : (html_frag){buf_done(&h->out)};
}

void html_lit(struct html *h, const char *p, size_t n)
{
	buf_put(&h->out, p, n);
}

/* Numeric forms are the shortest for quotes, and are the same in HTML and XML. */
static const char *const escapes[256] = {
	['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&#34;", ['\''] = "&#39;",
};

void html_text(struct html *h, str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *escape = escapes[(unsigned char)s.p[i]];

		if (!escape)
			continue;
		buf_put(&h->out, s.p + from, i - from);
		buf_z(&h->out, escape);
		from = i + 1;
	}
	if (s.n)
		buf_put(&h->out, s.p + from, s.n - from);
}

void html_text_z(struct html *h, const char *z)
{
	html_text(h, str_of(z));
}

void html_text_i(struct html *h, int64_t i)
{
	buf_i64(&h->out, i);
}

void html_text_u(struct html *h, uint64_t u)
{
	buf_fmt(&h->out, "%llu", (unsigned long long)u);
}

static void percent(struct html *h, unsigned char c)
{
	static const char hex[] = "0123456789ABCDEF";

	buf_put(&h->out, (const char[]){'%', hex[c >> 4], hex[c & 15]}, 3);
}

static bool scheme_ok(str s)
{
	static const char *const starts[] = {"http://", "https://", "mailto:", "tel:"};

	if (s.n == 0)
		return false;
	if (s.p[0] == '/')
		return s.n == 1 || s.p[1] != '/'; /* "//host" would leave this site unseen */
	if (s.p[0] == '?' || s.p[0] == '#')
		return true;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		str start = str_of(starts[i]);

		if (s.n > start.n && str_eq_ci(str_sub(s, 0, start.n), start))
			return true;
	}
	return false;
}

/* With everything up to the space: browsers drop tabs and newlines and read '\' as '/'; written out, none can change
 * the address. */
static const bool outside_urls[256] = {
	['\\'] = true, ['"'] = true, ['<'] = true, ['>'] = true, ['`'] = true,
	['{'] = true,  ['}'] = true, ['|'] = true, ['^'] = true, [0x7F] = true,
};

void html_url(struct html *h, str s)
{
	size_t from = 0;

	if (!scheme_ok(s)) {
		buf_c(&h->out, '#');
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c > ' ' && !outside_urls[c])
			continue;
		html_text(h, str_sub(s, from, i - from));
		percent(h, c);
		from = i + 1;
	}
	html_text(h, str_sub(s, from, s.n - from));
}

void html_url_part(struct html *h, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (letter || c == '-' || c == '.' || c == '_' || c == '~')
			buf_c(&h->out, (char)c);
		else
			percent(h, c);
	}
}

void html_put(struct html *h, html_frag f)
{
	buf_str(&h->out, f.s);
}

/* <before>text</after>, or the text alone where markup cannot stand. */
static void wrapped(struct html *h, const char *before, str text, const char *after, bool plain)
{
	if (!plain)
		buf_z(&h->out, before);
	html_text(h, text);
	if (!plain)
		buf_z(&h->out, after);
}

void html_date(struct html *h, day d, enum date_style style, bool plain)
{
	if (d == NO_DAY)
		return;
	wrapped(h, arena_fmt(h->a, "<time datetime=\"%s\">", day_iso(h->a, d).p).p, fmt_day(h->a, h->l, d, style),
		"</time>", plain);
}

void html_time(struct html *h, msec t, bool plain)
{
	wrapped(h, arena_fmt(h->a, "<time datetime=\"%s\">", msec_iso(h->a, t).p).p, fmt_time(h->a, h->l, t), "</time>",
		plain);
}

str html_iso(struct html *h, day d)
{
	return d == NO_DAY ? STR("") : day_iso(h->a, d);
}

void html_money(struct html *h, money m, const char *currency, bool plain)
{
	html_ltr(h, fmt_money(h->a, h->l, m, currency), plain);
}

void html_ltr(struct html *h, str s, bool plain)
{
	wrapped(h, "<bdi dir=\"ltr\">", s, "</bdi>", plain);
}

void html_bdi(struct html *h, str s, bool plain)
{
	wrapped(h, "<bdi>", s, "</bdi>", plain);
}

void html_csrf(struct html *h)
{
	if (!h->csrf.p)
		return;
	buf_z(&h->out, "<input type=\"hidden\" name=\"csrf\" value=\"");
	html_text(h, h->csrf);
	buf_z(&h->out, "\">");
}

/* first: an argument to put before the others, or NULL. */
static void sentence(struct html *h, const char *translated, const struct tr_arg *first, const struct tr_arg *args,
		     size_t n)
{
	struct tr_arg *all = NEWS(h->a, struct tr_arg, n + 1);
	size_t count = 0;

	if (first)
		all[count++] = *first;
	for (size_t i = 0; i < n; i++)
		all[count++] = (struct tr_arg){args[i].name, tr_apart(h->a, h->l, args[i].value)};
	html_text(h, tr_fill(h->a, translated, all, count));
}

void html_t(struct html *h, const char *msgid, const struct tr_arg *args, size_t n)
{
	sentence(h, tr(h->l, msgid), NULL, args, n);
}

void html_tn(struct html *h, const char *one, const char *many, int64_t count, const struct tr_arg *args, size_t n)
{
	const struct tr_arg number = {"n", fmt_int(h->a, h->l, count)};

	sentence(h, tr_n(h->l, one, many, count), &number, args, n);
}

str html_value(struct html *h, str s)
{
	(void)h;
	return s;
}

str html_value_z(struct html *h, const char *z)
{
	(void)h;
	return str_of(z);
}

str html_value_i(struct html *h, int64_t i)
{
	return fmt_int(h->a, h->l, i);
}

str html_value_u(struct html *h, uint64_t u)
{
	return fmt_int(h->a, h->l, u > INT64_MAX ? INT64_MAX : (int64_t)u);
}
