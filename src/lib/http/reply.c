/* reply.c — what goes out with every answer: the security headers (one table, none can be forgotten), caching,
 * compression, cookies, and the pages for what the server refuses by itself. */
#include <string.h>

#include "http_mhd.h"

#define GZIP_FROM 1024

static const struct {
	const char *name, *value;
	bool tls_only;
} always[] = {
	{"Content-Security-Policy",
	 "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
	 "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
	 "require-trusted-types-for 'script'; trusted-types 'none'",
	 false},
	{"X-Frame-Options", "DENY", false}, /* for browsers too old for frame-ancestors */
	{"X-Content-Type-Options", "nosniff", false},
	{"Referrer-Policy", "no-referrer", false},
	{"Cross-Origin-Opener-Policy", "same-origin", false},
	{"Cross-Origin-Embedder-Policy", "require-corp", false},
	{"Cross-Origin-Resource-Policy", "same-origin", false},
	{"Permissions-Policy",
	 "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), "
	 "geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), "
	 "midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(self), screen-wake-lock=(), "
	 "serial=(), "
	 "sync-xhr=(), usb=(), xr-spatial-tracking=()",
	 false},
	{"Strict-Transport-Security", "max-age=63072000", true},
};

void http_reply_header(struct http_reply *r, const char *name, str value)
{
	if (r->n_extra == sizeof r->extra / sizeof *r->extra)
		BUG("too many headers in a reply");
	r->extra[r->n_extra++] = (struct http_pair){str_of(name), value};
}

void http_reply_cookie(struct http_request *q, struct http_reply *r, const char *name, str value, int max_age)
{
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] <= ' ' || value.p[i] > '~' || strchr("\",;\\", value.p[i]))
			BUG("byte in a cookie that must not be there");
	http_reply_header(r, "Set-Cookie",
			  arena_fmt(q->a, "%s%s=%.*s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s",
				    q->tls ? "__Host-" : "", name, STR_ARG(value), max_age, q->tls ? "; Secure" : ""));
}

static bool sendable(str v)
{
	for (size_t i = 0; i < v.n; i++)
		if ((unsigned char)v.p[i] < ' ' || v.p[i] == 0x7F)
			return false;
	return true;
}

bool http_reply_sound(const struct http_reply *r)
{
	bool ok = r->status >= 200 && r->status <= 599 && sendable(r->location) && sendable(str_of(r->content_type));

	for (size_t i = 0; i < r->n_extra; i++)
		ok = ok && http_is_token(r->extra[i].name) && sendable(r->extra[i].value);
	return ok;
}

static bool compressible(const char *type)
{
	static const char *const kinds[] = {"text/", "application/json", "application/problem+json",
					    "application/javascript", "image/svg+xml"};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strncmp(type, kinds[i], strlen(kinds[i])) == 0)
			return true;
	return false;
}

static void settle(struct http_request *q, struct http_reply *r)
{
	str wanted = http_header(q, "if-none-match"), etag = {0}, packed;

	if (!r->content_type)
		r->content_type = "text/html; charset=utf-8";
	for (size_t i = 0; i < r->n_extra; i++)
		if (str_eq_ci(r->extra[i].name, STR("etag")))
			etag = r->extra[i].value;
	if (r->status == 200 && etag.p && wanted.p && http_etag_matches(wanted, etag)) {
		r->status = 304;
		r->body = (str){0};
		return;
	}
	if (r->gzip_ready || r->body.n <= GZIP_FROM || !compressible(r->content_type) || !http_accepts_gzip(q))
		return;
	packed = http_gzip(q->a, r->body);
	if (packed.p) {
		r->body = packed;
		r->gzip_ready = true;
	}
}

static void add(struct MHD_Response *m, const char *name, const char *value)
{
	if (MHD_add_response_header(m, name, value) != MHD_YES)
		BUG("the HTTP library refuses the header %s", name);
}

static void add_headers(const struct http_request *q, const struct http_reply *r, struct MHD_Response *m)
{
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		if (q->tls || !always[i].tls_only)
			add(m, always[i].name, always[i].value);
	add(m, "Cache-Control", r->cacheable ? "public, max-age=31536000, immutable" : "no-store");
	if (compressible(r->content_type))
		add(m, "Vary", "Accept-Encoding");
	if (r->status != 304 && r->status != 204)
		add(m, "Content-Type", r->content_type);
	if (r->gzip_ready && r->body.n)
		add(m, "Content-Encoding", "gzip");
	if (r->location.p)
		add(m, "Location", arena_z(q->a, r->location));
	for (size_t i = 0; i < r->n_extra; i++)
		if (r->extra[i].value.n)
			add(m, arena_z(q->a, r->extra[i].name), arena_z(q->a, r->extra[i].value));
}

struct MHD_Response *http_reply_make(struct http_request *q, struct http_reply *r, bool close)
{
	struct MHD_Response *m;
	union { /* the library asks for a plain pointer and does not write through it */
		const char *in;
		void *out;
	} body;

	settle(q, r);
	body.in = r->body.p;
	m = MHD_create_response_from_buffer(r->body.n, body.out, MHD_RESPMEM_PERSISTENT);
	if (!m)
		BUG("no memory for a reply");
	add_headers(q, r, m);
	if (close)
		add(m, "Connection", "close");
	return m;
}

static const struct {
	int status;
	const char *fr, *en;
} refusals[] = {
	{400, "La demande n’a pas pu être lue.", "The request could not be read."},
	{405, "Cette adresse n’accepte pas ce type de demande.", "This address does not take that kind of request."},
	{411, "La demande ne dit pas sa longueur.", "The request does not say how long it is."},
	{413, "L’envoi est trop gros.", "This is larger than what can be received."},
	{414, "L’adresse est trop longue.", "The address is too long."},
	{415, "Ce format d’envoi n’est pas accepté.", "This kind of content is not accepted."},
	{431, "L’en-tête de la demande est trop long.", "The head of the request is too long."},
	{503, "Trop d’envois arrivent en ce moment. Rien n’a été enregistré\xC2\xA0; réessayez dans un instant.",
	 "Too much is being sent at the moment. Nothing was saved; please try again in a moment."},
	{500, "Une erreur s’est produite de notre côté. Rien n’a été enregistré.",
	 "Something went wrong on our side. Nothing was saved."},
};

str http_error_page(struct arena *a, int status, size_t limit)
{
	const char *fr = refusals[0].fr, *en = refusals[0].en;
	bool mega = limit >= 1024 * 1024;
	size_t units = mega ? limit / (1024 * 1024) : limit / 1024;
	str fr_limit = STR(""), en_limit = STR("");

	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
		if (refusals[i].status == status) {
			fr = refusals[i].fr;
			en = refusals[i].en;
		}
	if (limit) {
		fr_limit = arena_fmt(a, " La limite est de %zu %s.", units ? units : limit,
				     mega    ? "Mo"
				     : units ? "ko"
					     : "octets");
		en_limit = arena_fmt(a, " The limit is %zu %s.", units ? units : limit,
				     mega    ? "MB"
				     : units ? "kB"
					     : "bytes");
	}
	return arena_fmt(a,
			 "<!doctype html><html lang=\"fr\"><head><meta charset=\"utf-8\">"
			 "<meta name=\"viewport\" content=\"width=device-width\"><title>%d</title></head>"
			 "<body><main><h1>%d</h1><p>%s%.*s</p><p lang=\"en\">%s%.*s</p></main></body></html>\n",
			 status, status, fr, STR_ARG(fr_limit), en, STR_ARG(en_limit));
}
