/* multipart.c — multipart/form-data as browsers write it (RFC 7578): text parts become form pairs, parts with a
 * file name become files.  No nesting, no transfer encodings, no preamble; parts and part heads are bounded. */
#include <string.h>

#include "http.h"
#include "http_wire.h"

#define PART_HEAD_MAX 2048

static str parameter(str params, str name)
{
	while (params.p) {
		str value = str_split(&params, ';');
		str key = str_trim(str_split(&value, '='));

		if (value.p && str_eq_ci(key, name))
			return str_trim(value);
	}
	return (str){0};
}

static bool boundary_of(str content_type, str *out)
{
	str b = parameter(content_type, STR("boundary"));

	if (b.n >= 2 && b.p[0] == '"' && b.p[b.n - 1] == '"')
		b = str_sub(b, 1, b.n - 2);
	if (b.n < 1 || b.n > 70)
		return false;
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] < '!' || b.p[i] > '~' || strchr("\";<>@[]\\{}", b.p[i]))
			return false;
	*out = b;
	return true;
}

/* One quoted string from the head of *s, with the three escapes browsers use: %22, %0D, %0A. */
static bool quoted(struct arena *a, str *s, str *out)
{
	static const struct {
		const char *escape;
		char c;
	} escapes[] = {{"%22", '"'}, {"%0D", '\r'}, {"%0A", '\n'}};
	struct buf b;
	size_t at = 1;

	if (!str_starts(*s, STR("\"")))
		return false;
	buf_init(&b, a, s->n);
	while (at < s->n && s->p[at] != '"') {
		char c = s->p[at];
		size_t len = 1;

		for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
			if (str_starts(str_sub(*s, at, s->n), str_of(escapes[i].escape))) {
				c = escapes[i].c;
				len = 3;
			}
		buf_c(&b, c);
		at += len;
	}
	if (at >= s->n)
		return false;
	*s = str_sub(*s, at + 1, s->n);
	*out = http_utf8_clean(a, buf_done(&b));
	return true;
}

/* form-data; name="…"[; filename="…"]; filename* is not sent by browsers and refused. */
static bool disposition(struct arena *a, str v, struct http_file *p)
{
	if (!str_starts(v, STR("form-data")))
		return false;
	v = str_sub(v, 9, v.n);
	while (v.n) {
		str *to;

		if (!str_starts(v, STR(";")))
			return false;
		v = str_trim(str_sub(v, 1, v.n));
		if (str_starts(v, STR("name=")))
			to = &p->name;
		else if (str_starts(v, STR("filename=")))
			to = &p->filename;
		else
			return false;
		v = str_sub(v, to == &p->name ? 5 : 9, v.n);
		if (to->p || !quoted(a, &v, to))
			return false;
		v = str_trim(v);
	}
	return p->name.p != NULL;
}

static bool part_head(struct arena *a, str head, struct http_file *p)
{
	while (head.n) {
		ptrdiff_t end = str_find(head, STR("\r\n"));
		str value = str_sub(head, 0, end < 0 ? head.n : (size_t)end);
		str name = str_split(&value, ':');

		head = end < 0 ? (str){0} : str_sub(head, (size_t)end + 2, head.n);
		if (!value.p || !http_is_token(name))
			return false;
		value = str_trim(value);
		for (size_t i = 0; i < value.n; i++)
			if ((unsigned char)value.p[i] < ' ')
				return false;
		if (str_eq_ci(name, STR("content-disposition"))) {
			if (p->name.p || !disposition(a, value, p))
				return false;
		} else if (str_eq_ci(name, STR("content-type"))) {
			p->type = http_utf8_clean(a, value);
		} else if (str_eq_ci(name, STR("content-transfer-encoding"))) {
			return false;
		}
	}
	return p->name.p != NULL;
}

/* Cuts one part from *rest, which begins behind a delimiter's CRLF; leaves what follows the next delimiter. */
static bool cut(struct arena *a, str *rest, str delimiter, struct http_file *out)
{
	ptrdiff_t head = str_find(str_sub(*rest, 0, PART_HEAD_MAX), STR("\r\n\r\n")), end;
	str data;

	if (head < 0)
		return false;
	*out = (struct http_file){0};
	if (!part_head(a, str_sub(*rest, 0, (size_t)head), out))
		return false;
	data = str_sub(*rest, (size_t)head + 4, rest->n);
	end = str_find(data, delimiter);
	if (end < 0)
		return false;
	*rest = str_sub(data, (size_t)end + delimiter.n, data.n);
	out->data = str_sub(data, 0, (size_t)end);
	return true;
}

static struct err *keep(struct http_request *q, const struct http_file *p)
{
	if (p->filename.p) {
		q->files[q->n_files++] = *p;
		return NULL;
	}
	if (str_index(p->data, '\0') >= 0 || str_index(p->name, '\0') >= 0)
		return FAIL(q->a, MALFORMED, NULL, "NUL in a text part");
	q->form[q->n_form++] = (struct http_pair){p->name, http_utf8_clean(q->a, p->data)};
	return NULL;
}

struct err *http_parse_multipart(struct arena *a, str content_type, str body, struct http_request *q)
{
	str boundary, delimiter, opening;
	size_t parts = 0;

	if (!boundary_of(content_type, &boundary))
		return FAIL(a, MALFORMED, NULL, "no proper multipart boundary");
	delimiter = arena_fmt(a, "\r\n--%.*s", STR_ARG(boundary));
	opening = str_sub(delimiter, 2, delimiter.n);
	if (!str_starts(body, opening))
		return FAIL(a, MALFORMED, NULL, "multipart body does not begin with its boundary");
	body = str_sub(body, opening.n, body.n);
	q->form = NEWS(a, struct http_pair, HTTP_PAIRS_MAX);
	q->files = NEWS(a, struct http_file, HTTP_PAIRS_MAX);
	while (str_starts(body, STR("\r\n"))) {
		struct http_file p;

		if (parts++ == HTTP_PAIRS_MAX)
			return FAIL(a, TOO_BIG, NULL, "more than %d parts", HTTP_PAIRS_MAX);
		body = str_sub(body, 2, body.n);
		if (!cut(a, &body, delimiter, &p))
			return FAIL(a, MALFORMED, NULL, "multipart part cannot be read");
		TRY(keep(q, &p));
	}
	if (!str_eq(body, STR("--")) && !str_eq(body, STR("--\r\n")))
		return FAIL(a, MALFORMED, NULL, "multipart body does not end with its boundary");
	return NULL;
}
