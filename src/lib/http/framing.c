/* framing.c — is this head exactly one well-framed HTTP/1.1 request?  Refuses whatever two readers could read in
 * two ways: request smuggling begins there.
 *
 * The library parses in place and is lenient: it takes bare line feeds for line ends, joins folded lines, cuts a
 * value at a NUL, skips doubled blanks.  It hands over none of that, but it hands over where each piece stands in
 * its read buffer.  So the addresses are checked: each piece must begin exactly where a strict head would have it.
 * Any byte that the library dropped, joined or skipped moves something, and the request is refused.  Addresses are
 * only compared, never followed.  Should a later library copy its pieces, every request is refused: the tests say
 * so at once, and nothing is let through meanwhile. */
#include <string.h>

#include "http_wire.h"

#define CRLF 2

static uintptr_t at(const void *p)
{
	return (uintptr_t)p;
}

static bool contiguous(const struct http_head *h)
{
	uintptr_t next = at(h->version) + strlen(h->version) + CRLF;

	if (at(h->uri_at) != at(h->method) + strlen(h->method) + 1 || at(h->version) != at(h->uri_at) + h->uri.n + 1)
		return false;
	for (size_t i = 0; i < h->n_fields; i++) {
		const struct http_field *f = &h->fields[i];

		/* Between colon and value only blanks can stand, and how many means nothing. */
		if (at(f->name.p) != next || at(f->value.p) < next + f->name.n + 1)
			return false;
		next = at(f->value.p) + f->value.n + CRLF;
	}
	return next + CRLF == at(h->method) + h->size;
}

static int check_line(const struct http_head *h)
{
	static const char *const methods[] = {"GET", "HEAD", "POST"};
	bool known = false;

	if (strcmp(h->version, "HTTP/1.1") != 0 && strcmp(h->version, "HTTP/1.0") != 0)
		return 505;
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		known = known || strcmp(h->method, methods[i]) == 0;
	if (!known)
		return http_is_token(str_of(h->method)) ? 405 : 400;
	for (size_t i = 0; i < h->uri.n; i++)
		if (h->uri.p[i] <= ' ' || h->uri.p[i] > '~')
			return 400;
	return 0;
}

static int check_fields(const struct http_head *h)
{
	for (size_t i = 0; i < h->n_fields; i++) {
		str v = h->fields[i].value;

		if (!http_is_token(h->fields[i].name))
			return 400;
		for (size_t k = 0; k < v.n; k++)
			if (((unsigned char)v.p[k] < ' ' && v.p[k] != '\t') || v.p[k] == 0x7F)
				return 400;
	}
	return 0;
}

static bool host_ok(str v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!((v.p[i] >= '0' && v.p[i] <= '9') || (v.p[i] >= 'A' && v.p[i] <= 'Z') ||
		      (v.p[i] >= 'a' && v.p[i] <= 'z') || (v.p[i] && strchr("-._:[]", v.p[i]))))
			return false;
	return v.n > 0 && v.n <= 255;
}

static bool length_ok(str v, uint64_t *out)
{
	uint64_t n = 0;

	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(v.p[i] - '0');
	}
	*out = n;
	return v.n > 0 && v.n <= 18;
}

/* Fields that may stand at most once, because a second reader might take the other one. */
enum single { HOST, LENGTH, CODING, TYPE, COOKIE, ORIGIN, EXPECT, CONTENT_CODING, SINGLES };
static const char *const single_names[SINGLES] = {"host",         "content-length",  "transfer-encoding",
						  "content-type", "cookie",          "origin",
						  "expect",       "content-encoding"};

static int check_body(const struct http_head *h, const str found[SINGLES], uint64_t *length)
{
	bool post = strcmp(h->method, "POST") == 0;

	/* No browser sends chunks; refusing them leaves one way only to say where a body ends. */
	if (found[CODING].p)
		return found[LENGTH].p ? 400 : 411;
	if (found[LENGTH].p && !length_ok(found[LENGTH], length))
		return 400;
	if (post && !found[LENGTH].p)
		return 411;
	if (!post && *length)
		return 400;
	if (found[CONTENT_CODING].p)
		return 415;
	return found[EXPECT].p && !str_eq_ci(found[EXPECT], STR("100-continue")) ? 417 : 0;
}

int http_head_check(const struct http_head *h, uint64_t *length)
{
	str found[SINGLES] = {0};
	uint64_t n = 0;
	int status;

	if (h->uri.n > HTTP_URI_MAX)
		return 414;
	if (h->size > HTTP_HEAD_MAX)
		return 431;
	status = check_line(h);
	if (status == 0 && !contiguous(h))
		status = 400;
	if (status == 0)
		status = check_fields(h);
	if (status)
		return status;
	for (size_t i = 0; i < h->n_fields; i++)
		for (size_t k = 0; k < SINGLES; k++)
			if (str_eq_ci(h->fields[i].name, str_of(single_names[k]))) {
				if (found[k].p)
					return 400;
				found[k] = str_trim(h->fields[i].value);
			}
	if (!found[HOST].p || !host_ok(found[HOST]))
		return 400;
	status = check_body(h, found, &n);
	*length = n;
	return status;
}
