/* request.c — reading what a client wrote: looking things up, paths, urlencoded pairs, cookies, clean UTF-8.
 *
 * Every byte here comes from outside.  Nothing is guessed: a bad escape, a NUL, a "..", one pair too many refuse the
 * whole request.  Only ill-formed UTF-8 is mended (U+FFFD), so that a page can show the answer again. */
#include <string.h>

#include "http.h"
#include "http_wire.h"

static str pair_value(const struct http_pair *p, size_t n, str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(p[i].name, name))
			return p[i].value;
	return (str){0};
}

str http_header(const struct http_request *r, const char *lower_name)
{
	return pair_value(r->headers, r->n_headers, str_of(lower_name));
}

str http_query(const struct http_request *r, const char *name)
{
	return pair_value(r->query, r->n_query, str_of(name));
}

str http_form(const struct http_request *r, const char *name)
{
	return pair_value(r->form, r->n_form, str_of(name));
}

str http_cookie_value(str header, str name)
{
	str found = {0};

	while (header.p) {
		str value = str_split(&header, ';');
		str key = str_trim(str_split(&value, '='));

		if (!value.p || !str_eq(key, name))
			continue;
		/* Twice the same name: someone tossed one in, and which is ours cannot be told. */
		if (found.p)
			return (str){0};
		found = str_trim(value);
	}
	return found;
}

str http_cookie(const struct http_request *r, const char *name)
{
	str header = http_header(r, "cookie"), v = {0};

	if (!r->tls)
		v = http_cookie_value(header, str_of(name));
	return v.p ? v : http_cookie_value(header, arena_fmt(r->a, "__Host-%s", name));
}

/* Weight of a coding of Accept-Encoding: is "q" a real zero ("0", "0.", "0.0…")? */
static bool refused_by_weight(str params)
{
	while (params.p) {
		str value = str_split(&params, ';');
		str key = str_trim(str_split(&value, '='));

		if (!str_eq_ci(key, STR("q")))
			continue;
		value = str_trim(value);
		for (size_t i = 0; i < value.n; i++)
			if (value.p[i] >= '1' && value.p[i] <= '9')
				return false;
		return true;
	}
	return false;
}

bool http_gzip_accepted(str accept)
{
	while (accept.p) {
		str params = str_split(&accept, ',');
		str coding = str_trim(str_split(&params, ';'));

		if (str_eq_ci(coding, STR("gzip")))
			return !refused_by_weight(params);
	}
	return false;
}

bool http_accepts_gzip(const struct http_request *r)
{
	return http_gzip_accepted(http_header(r, "accept-encoding"));
}

static str strong(str etag)
{
	return str_starts(etag, STR("W/")) ? str_sub(etag, 2, etag.n) : etag;
}

bool http_etag_matches(str list, str etag)
{
	if (str_eq(str_trim(list), STR("*")))
		return true;
	while (list.p)
		if (str_eq(strong(str_trim(str_split(&list, ','))), strong(etag)))
			return true;
	return false;
}

bool http_is_token(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		      (c && strchr("!#$%&'*+-.^_`|~", c))))
			return false;
	}
	return s.n > 0;
}

/* Length of the well-formed sequence that s begins with, 0 if none. */
static size_t well_formed(str s)
{
	for (size_t n = 1; n <= 4 && n <= s.n; n++)
		if (str_utf8_ok(str_sub(s, 0, n)))
			return n;
	return 0;
}

str http_utf8_clean(struct arena *a, str s)
{
	struct buf b;
	size_t n;

	if (!s.p || str_utf8_ok(s))
		return s;
	buf_init(&b, a, s.n * 3);
	for (size_t at = 0; at < s.n; at += n ? n : 1) {
		str rest = str_sub(s, at, s.n);

		n = well_formed(rest);
		buf_str(&b, n ? str_sub(rest, 0, n) : STR("\xEF\xBF\xBD"));
	}
	return buf_done(&b);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Undoes %XX, and + when asked.  Bad escapes and NUL refuse. */
static struct err *unescape(struct arena *a, str s, bool plus, str *out)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '+' && plus) {
			c = ' ';
		} else if (c == '%') {
			int hi = i + 2 < s.n ? hex(s.p[i + 1]) : -1, lo = hi >= 0 ? hex(s.p[i + 2]) : -1;

			if (lo < 0)
				return FAIL(a, MALFORMED, NULL, "bad percent escape");
			c = (char)(hi * 16 + lo);
			i += 2;
		}
		if (c == '\0')
			return FAIL(a, MALFORMED, NULL, "NUL in a name, value or path");
		p[n++] = c;
	}
	*out = http_utf8_clean(a, (str){p, n});
	return NULL;
}

struct err *http_parse_urlencoded(struct arena *a, str body, size_t max_pairs, struct http_pair **out, size_t *n)
{
	struct http_pair *pairs;
	size_t room = 0, used = 0;

	for (str rest = body; rest.p;)
		room += str_split(&rest, '&').n > 0;
	if (room > max_pairs)
		return FAIL(a, TOO_BIG, NULL, "more than %zu pairs", max_pairs);
	pairs = NEWS(a, struct http_pair, room);
	while (body.p) {
		str value = str_split(&body, '&'), name;

		if (value.n == 0)
			continue;
		name = str_split(&value, '=');
		TRY(unescape(a, name, true, &pairs[used].name));
		TRY(unescape(a, value, true, &pairs[used].value));
		used++;
	}
	*out = pairs;
	*n = used;
	return NULL;
}

static size_t count(str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

/* Origin form only.  Dot segments, doubled or escaped slashes and backslashes never reach the router: two readers of
 * such a path may disagree about what it names. */
struct err *http_parse_path(struct arena *a, str raw, str *out)
{
	str path, rest;

	if (!str_starts(raw, STR("/")))
		return FAIL(a, MALFORMED, NULL, "path does not begin with a slash");
	for (size_t i = 0; i < raw.n; i++)
		if ((unsigned char)raw.p[i] <= ' ' || (unsigned char)raw.p[i] >= 0x7F || strchr("\\#\"<>", raw.p[i]))
			return FAIL(a, MALFORMED, NULL, "byte in a path that must be escaped");
	TRY(unescape(a, raw, false, &path));
	if (count(path, '/') != count(raw, '/'))
		return FAIL(a, MALFORMED, NULL, "escaped slash in a path");
	for (size_t i = 0; i < path.n; i++)
		if ((unsigned char)path.p[i] < ' ' || path.p[i] == 0x7F || path.p[i] == '\\')
			return FAIL(a, MALFORMED, NULL, "control byte or backslash in a path");
	rest = str_sub(path, 1, path.n);
	while (rest.p) {
		str segment = str_split(&rest, '/');

		if (str_eq(segment, STR("..")) || str_eq(segment, STR(".")) || (segment.n == 0 && rest.p))
			return FAIL(a, MALFORMED, NULL, "dot or empty segment in a path");
	}
	*out = path;
	return NULL;
}

str http_urlencode(struct arena *a, str s)
{
	static const char digits[] = "0123456789ABCDEF";
	struct buf b;

	buf_init(&b, a, s.n * 3);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    (c && strchr("-._~", c))) {
			buf_c(&b, (char)c);
			continue;
		}
		buf_c(&b, '%');
		buf_c(&b, digits[c >> 4]);
		buf_c(&b, digits[c & 15]);
	}
	return buf_done(&b);
}

struct err *http_parse_body(struct http_request *q)
{
	str type = http_header(q, "content-type"), rest = type;
	str media = str_trim(str_split(&rest, ';'));

	if (str_eq_ci(media, STR("application/x-www-form-urlencoded")))
		return http_parse_urlencoded(q->a, q->body, HTTP_PAIRS_MAX, &q->form, &q->n_form);
	if (str_eq_ci(media, STR("multipart/form-data")))
		return http_parse_multipart(q->a, type, q->body, q);
	return NULL;
}
