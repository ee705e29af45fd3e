/* http.h — requests in, replies out; neutral, so that the library behind it (libmicrohttpd) can be swapped.
 *
 * The server reads complete, bounded, well-framed requests and calls `serve` on a worker thread, blocking.
 * It refuses by itself, and closes: Transfer-Encoding of any kind, repeated or malformed Content-Length, a missing or
 * repeated Host, bad header names, control bytes, folded lines, bare line feeds, other methods than GET, HEAD and
 * POST, heads over 16 KB, URIs over 2 KB, bodies over the limit (413 naming the limit), too many connections per
 * address, clients slower than the absolute deadlines, bodies beyond what all may take together (503; a quarter of it
 * for one address).  `serve` never sees such a request.
 * Everything of a request lives in its arena, wiped after the reply.  Past the arena's cap (32 MiB beside the body)
 * the request ends with 413 while it is parsed, 500 in `serve`: longjmp, so serve holds no lock while it allocates. */
#pragma once
#include "base.h"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OTHER };

struct http_pair {
	str name, value; /* decoded; invalid UTF-8 replaced by U+FFFD; NUL refused (400) */
};
struct http_file { /* a multipart part with a file name, as it came */
	str name, filename, type, data;
};
struct http_request {
	struct arena *a;
	enum http_method method;
	str path; /* decoded; no NUL, no "..", begins with '/' */
	str raw_query;
	struct http_pair *query, *form; /* form: urlencoded body (and multipart text parts) */
	struct http_file *files;
	size_t n_query, n_form, n_files;
	struct http_pair *headers; /* names in lower case */
	size_t n_headers;
	str body; /* raw */
	str peer; /* address text; never logged whole */
	bool tls;
	msec now; /* real time: sessions, limits */
};
str http_header(const struct http_request *r, const char *lower_name);
str http_query(const struct http_request *r, const char *name);
str http_form(const struct http_request *r, const char *name);
/* Under TLS only "__Host-name" counts; without, "name" or else "__Host-name".  Sent twice: absent. */
str http_cookie(const struct http_request *r, const char *name);
bool http_accepts_gzip(const struct http_request *r);

/* serve gets it with status 200 and nothing else.  HEAD is answered like GET: the server drops the body.  With an
 * "ETag" in extra, a matching If-None-Match turns a 200 into 304.  Text over 1 KB is compressed when accepted. */
struct http_reply {
	int status;
	const char *content_type; /* default text/html; charset=utf-8 */
	str body;                 /* in the request's arena or static: never copied */
	str location;             /* of a 303 */
	struct http_pair extra[12];
	size_t n_extra;
	bool cacheable;  /* static assets only: else Cache-Control: no-store */
	bool gzip_ready; /* body is gzip already: ask http_accepts_gzip first */
};
void http_reply_header(struct http_reply *r, const char *name, str value);
void http_reply_cookie(struct http_request *q, struct http_reply *r, const char *name, str value, int max_age);

struct http_config {
	str address; /* "127.0.0.1" */
	int port;    /* 0: any free one */
	int workers;
	int max_connections, max_per_address;
	size_t max_body;                              /* bytes */
	size_t max_bodies;                            /* of all that are here at once, counted as they come */
	int head_seconds, body_seconds, idle_seconds; /* absolute deadlines */
	str tls_cert, tls_key; /* file paths; both or none.  Without them only loopback is accepted. */
	/* Page for what the server refuses by itself: `limit` is in bytes for 413, 414 and 431, else 0.  Gets the arg of
	 * serve.  NULL: a minimal page in French and English. */
	str (*error_page)(struct arena *a, int status, size_t limit, void *arg);
};
struct http_server;
typedef void http_serve_fn(struct http_request *q, struct http_reply *r, void *arg);
/* a lives as long as the server.  Zeroes in c mean the defaults of server.c. */
struct err *http_start(struct arena *a, const struct http_config *c, http_serve_fn *serve, void *arg,
		       struct http_server **out) MUST_CHECK;
int http_port(const struct http_server *s);
void http_stop(struct http_server *s); /* stops accepting, lets requests end (≤ 10 s), closes */

/* Route patterns: "/cases/:case/forms/:form".  Fills at most 4 captures; a capture is one non-empty segment. */
bool http_match(str pattern, str path, struct http_pair captures[4], size_t *n);
/* application/x-www-form-urlencoded, and the same for tests. */
struct err *http_parse_urlencoded(struct arena *a, str body, size_t max_pairs, struct http_pair **out,
				  size_t *n) MUST_CHECK;
str http_urlencode(struct arena *a, str s);
str http_utf8_clean(struct arena *a, str s); /* ill-formed sequences become U+FFFD */

/* Token buckets by address, in memory.  False: over the limit (ERR_RATE is the caller's). */
struct http_limit;
struct http_limit *http_limit_create(int per_window, int window_seconds);
bool http_limit_take(struct http_limit *l, str peer, msec now); /* IPv6 addresses count by their /64 */
void http_limit_destroy(struct http_limit *l);
