/* http_server_test.c — a real server on loopback and a client that writes raw bytes: framing, keep-alive, limits of
 * size and time, headers, compression, aborts, stopping.  Deadlines are one second here, so nothing takes long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#define ZLIB_CONST
#include <zlib.h>

#include "http_wire.h"

#define COUNT(t) (sizeof(t) / sizeof *(t))
#define MAX_BODY ((size_t)100 * 1024)
#define REPLY_MAX ((size_t)4 << 20)

struct world {
	struct arena *a; /* the server's */
	struct arena *mine;
	struct http_server *s;
	_Atomic int served;
};
static char big[2 << 20];

static void serve(struct http_request *q, struct http_reply *r, void *arg)
{
	struct world *w = arg;

	w->served++;
	r->content_type = "text/plain; charset=utf-8";
	if (str_eqz(q->path, "/hello")) {
		r->body = STR("hello");
	} else if (str_eqz(q->path, "/page")) {
		r->body = (str){big, 20000};
		r->content_type = NULL;
	} else if (str_eqz(q->path, "/big")) {
		r->body = (str){big, sizeof big};
		r->content_type = "application/octet-stream";
	} else if (str_eqz(q->path, "/form")) {
		r->body = arena_fmt(q->a, "%zu a=%.*s q=%.*s files=%zu", q->n_form, STR_ARG(http_form(q, "a")),
				    STR_ARG(http_query(q, "q")), q->n_files);
	} else if (str_eqz(q->path, "/length")) {
		r->body = arena_fmt(q->a, "%zu", q->body.n);
	} else if (str_eqz(q->path, "/asset")) {
		r->body = STR("body{}");
		r->content_type = "text/css";
		r->cacheable = true;
		http_reply_header(r, "ETag", STR("\"e1\""));
	} else if (str_eqz(q->path, "/in")) {
		http_reply_cookie(q, r, "s", STR("t0ken"), 3600);
		r->status = 303;
		r->location = STR("/home");
	} else if (str_eqz(q->path, "/who")) {
		r->body = arena_fmt(q->a, "%.*s %.*s %d", STR_ARG(q->peer), STR_ARG(http_cookie(q, "s")), q->tls);
	} else if (str_eqz(q->path, "/split")) {
		r->location = STR("/a\r\nX-Evil: 1");
	} else if (str_eqz(q->path, "/glutton")) {
		arena_alloc(q->a, (size_t)64 << 20);
	} else if (str_eqz(q->path, "/slow")) {
		usleep(300000);
		r->body = STR("slow");
	} else {
		r->status = 404;
	}
}

static const struct http_config standard = {.workers = 4,
					    .max_connections = 64,
					    .max_per_address = 16,
					    .max_body = MAX_BODY,
					    .head_seconds = 1,
					    .body_seconds = 1,
					    .idle_seconds = 1};

static struct world *world_with(struct http_config c)
{
	struct world *w = calloc(1, sizeof *w);
	struct err *e;

	for (size_t i = 0; i < sizeof big; i++)
		big[i] = "<li>case</li>\n"[i % 14];
	w->a = arena_create((size_t)64 << 20);
	w->mine = arena_create((size_t)512 << 20);
	e = http_start(w->a, &c, serve, w, &w->s);
	if (e)
		fail_msg("%.*s", STR_ARG(e->detail));
	return w;
}

static int setup(void **state)
{
	*state = world_with(standard);
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	http_stop(w->s);
	arena_destroy(w->a);
	arena_destroy(w->mine);
	free(w);
	return 0;
}

static int64_t ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* from: the last byte of 127.0.0.x to come from. */
static int dial(const struct world *w, unsigned char from)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7F000000u | from)};
	struct sockaddr_in there = {.sin_family = AF_INET,
				    .sin_port = htons((uint16_t)http_port(w->s)),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&here, sizeof here), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&there, sizeof there), 0);
	return fd;
}

static void put(int fd, str s)
{
	while (s.n) {
		ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		s = str_sub(s, (size_t)n, s.n);
	}
}

/* Until the peer closes, or is silent for `quiet` ms. */
static str drain(struct world *w, int fd, int quiet)
{
	char *p = arena_alloc(w->mine, REPLY_MAX);
	size_t n = 0;
	struct pollfd pf = {.fd = fd, .events = POLLIN};

	while (n < REPLY_MAX - 1 && poll(&pf, 1, quiet) == 1) {
		ssize_t got = recv(fd, p + n, REPLY_MAX - 1 - n, 0);

		if (got <= 0)
			break;
		n += (size_t)got;
	}
	return (str){p, n};
}

static str ask(struct world *w, str request)
{
	int fd = dial(w, 1);
	str reply;

	put(fd, request);
	reply = drain(w, fd, 3000);
	close(fd);
	return reply;
}

static int status_of(str reply)
{
	int64_t n = 0;

	if (!str_starts(reply, STR("HTTP/1.1 ")) || !str_to_i64(str_sub(reply, 9, 3), &n))
		return 0;
	return (int)n;
}

static bool has(str s, str part)
{
	return str_find(s, part) >= 0;
}

static str body_of(str reply)
{
	ptrdiff_t at = str_find(reply, STR("\r\n\r\n"));

	return at < 0 ? (str){0} : str_sub(reply, (size_t)at + 4, reply.n);
}

#define G "GET /hello HTTP/1.1\r\nHost: x\r\n"
#define P "POST /form HTTP/1.1\r\nHost: x\r\n"
#define LAST "Connection: close\r\n\r\n"

static void framing(void **state)
{
	static const struct {
		const char *name;
		str request;
		int status;
	} rows[] = {
		{"plain", STR(G LAST), 200},
		{"HTTP/1.0", STR("GET /hello HTTP/1.0\r\nHost: x\r\n\r\n"), 200},
		{"no blank after the colon", STR("GET /hello HTTP/1.1\r\nHost:x\r\nX:\r\nY: \r\n" LAST), 200},
		{"blanks around values", STR("GET /hello HTTP/1.1\r\nHost: \t x \t\r\n" LAST), 200},
		{"length 0", STR(P "Content-Length: 0\r\n" LAST), 200},
		{"TE and CL", STR(P "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400},
		{"CL and TE", STR(P "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"), 400},
		{"two lengths", STR(P "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"), 400},
		{"twice one length", STR(P "Content-Length: 3\r\nContent-Length: 3\r\n\r\na=1"), 400},
		{"length +5", STR(P "Content-Length: +5\r\n\r\nabcde"), 400},
		{"length 5,5", STR(P "Content-Length: 5,5\r\n\r\nabcde"), 400},
		{"length -1", STR(P "Content-Length: -1\r\n\r\n"), 400},
		{"length 0x5", STR(P "Content-Length: 0x5\r\n\r\nabcde"), 400},
		{"length 5 5", STR(P "Content-Length: 5 5\r\n\r\nabcde"), 400},
		{"length empty", STR(P "Content-Length:\r\n\r\n"), 400},
		{"no length", STR(P "\r\n"), 411},
		{"chunked", STR(P "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 411},
		{"TE: xchunked", STR(P "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 411},
		{"TE: identity", STR(P "Transfer-Encoding: identity\r\n\r\n"), 411},
		{"TE twice", STR(P "Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n"), 400},
		{"TE on HTTP/1.0", STR("POST /form HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
		 411},
		{"chunk extension", STR(P "Transfer-Encoding: chunked\r\n\r\n5;x=\x01\r\nabcde\r\n0\r\n\r\n"), 411},
		{"chunk 0x5", STR(P "Transfer-Encoding: chunked\r\n\r\n0x5\r\nabcde\r\n0\r\n\r\n"), 411},
		{"body with GET", STR(G "Content-Length: 3\r\n\r\na=1"), 400},
		{"coding of a body", STR(P "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\na=1"), 415},
		{"unknown expectation", STR(P "Expect: tea\r\nContent-Length: 3\r\n\r\na=1"), 417},
		{"blank before the colon", STR(G "X-a : 1\r\n\r\n"), 400},
		{"tab before the colon", STR(G "X-a\t: 1\r\n\r\n"), 400},
		{"empty name", STR(G ": 1\r\n\r\n"), 400},
		{"name with a bracket", STR(G "X(a): 1\r\n\r\n"), 400},
		{"no colon", STR(G "Xa\r\n\r\n"), 400},
		{"bare LF everywhere", STR("GET /hello HTTP/1.1\nHost: x\n\n"), 400},
		{"bare LF after the line", STR("GET /hello HTTP/1.1\nHost: x\r\n\r\n"), 400},
		{"bare LF after a field", STR(G "X-a: 1\nX-b: 2\r\n\r\n"), 400},
		{"bare LF at the end", STR(G "X-a: 1\r\n\n"), 400},
		{"bare LF made up for by blanks", STR(G "X-a: 1\nX-b:  2\r\n\r\n"), 400},
		{"bare CR in a value", STR(G "X-a: 1\rX-b: 2\r\n\r\n"), 400},
		{"folded line", STR(G "X-a: 1\r\n b\r\n\r\n"), 400},
		{"folded line, tab", STR(G "X-a: 1\r\n\tb\r\n\r\n"), 400},
		{"folded blank", STR(G "X-a: 1\r\n \r\n\r\n"), 400},
		{"folded first field", STR("GET /hello HTTP/1.1\r\n Host: x\r\nHost: x\r\n\r\n"), 400},
		{"NUL in a value", STR(G "X-a: a\0b\r\n\r\n"), 400},
		{"NUL at the end of a value", STR(G "X-a: a\0\r\n\r\n"), 400},
		{"NUL in a name", STR(G "X\0a: b\r\n\r\n"), 400},
		{"NUL in front of a line", STR(G "\0Content-Length: 5\r\n\r\n"), 400},
		{"NUL in the target", STR("GET /hello\0 HTTP/1.1\r\nHost: x\r\n\r\n"), 400},
		{"NUL in the method", STR("GET\0 /hello HTTP/1.1\r\nHost: x\r\n\r\n"), 400},
		{"control byte in a value", STR(G "X-a: a\x01\r\n\r\n"), 400},
		{"DEL in a value", STR(G "X-a: a\x7F\r\n\r\n"), 400},
		{"no Host", STR("GET /hello HTTP/1.1\r\n\r\n"), 400},
		{"no Host, HTTP/1.0", STR("GET /hello HTTP/1.0\r\n\r\n"), 400},
		{"two Hosts", STR(G "Host: y\r\n\r\n"), 400},
		{"empty Host", STR("GET /hello HTTP/1.1\r\nHost:\r\n\r\n"), 400},
		{"Host with a path", STR("GET /hello HTTP/1.1\r\nHost: x/y\r\n\r\n"), 400},
		{"two Cookies", STR(G "Cookie: a=1\r\nCookie: b=1\r\n\r\n"), 400},
		{"HTTP/1.9", STR("GET /hello HTTP/1.9\r\nHost: x\r\n\r\n"), 505},
		{"HTTP/2.0", STR("GET /hello HTTP/2.0\r\nHost: x\r\n\r\n"), 505},
		{"http/1.1", STR("GET /hello http/1.1\r\nHost: x\r\n\r\n"), 400},
		{"HTTP/0.9", STR("GET /hello\r\n"), 400},
		{"two blanks", STR("GET  /hello HTTP/1.1\r\nHost: x\r\n\r\n"), 400},
		{"blank behind the version", STR("GET /hello HTTP/1.1 \r\nHost: x\r\n\r\n"), 400},
		{"blank in the target", STR("GET /he llo HTTP/1.1\r\nHost: x\r\n\r\n"), 0},
		{"tabs in the line", STR("GET\t/hello\tHTTP/1.1\r\nHost: x\r\n\r\n"), 0},
		{"absolute target", STR("GET http://x/hello HTTP/1.1\r\nHost: x\r\n\r\n"), 400},
		{"bad escape", STR("GET /hello?a=%4 HTTP/1.1\r\nHost: x\r\n\r\n"), 400},
		{"NUL escape", STR("GET /hello?a=%00 HTTP/1.1\r\nHost: x\r\n\r\n"), 400},
		{"dot segments", STR("GET /a/../hello HTTP/1.1\r\nHost: x\r\n\r\n"), 400},
		{"byte over 127 in the target", STR("GET /hello?\xC3\xA9 HTTP/1.1\r\nHost: x\r\n\r\n"), 400},
		{"PUT", STR("PUT /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na"), 405},
		{"DELETE", STR("DELETE /hello HTTP/1.1\r\nHost: x\r\n\r\n"), 405},
		{"OPTIONS *", STR("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"), 405},
		{"CONNECT", STR("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n"), 405},
		{"get", STR("get /hello HTTP/1.1\r\nHost: x\r\n\r\n"), 405},
		{"G@T", STR("G@T /hello HTTP/1.1\r\nHost: x\r\n\r\n"), 400},
		{"junk", STR("\x16\x03\x01\x02\r\n\r\n"), 0},
	};
	struct world *w = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		int before = w->served;
		str reply = ask(w, rows[i].request);

		if (status_of(reply) != rows[i].status)
			fail_msg("%s: got \"%.*s\", want %d", rows[i].name, STR_ARG(str_sub(reply, 0, 40)),
				 rows[i].status);
		assert_int_equal(w->served - before, rows[i].status == 200);
		/* Nothing behind a refusal is read as another request.  (The library sends the head of its own 400
		 * for a bad Content-Length twice, and closes.) */
		if (has(body_of(reply), STR("HTTP/1.1 2")))
			fail_msg("%s: two replies: %.*s", rows[i].name, STR_ARG(body_of(reply)));
	}
}

static str padded(struct world *w, const char *before, size_t n, const char *after)
{
	char *p = arena_alloc(w->mine, n + 1);

	memset(p, 'a', n);
	return arena_fmt(w->mine, "%s%s%s", before, p, after);
}

static void sizes(void **state)
{
	struct world *w = *state;
	str reply;

	assert_int_equal(status_of(ask(w, padded(w, G "X-a: ", 15000, "\r\n" LAST))), 200);
	assert_int_equal(status_of(ask(w, padded(w, G "X-a: ", 16384, "\r\n\r\n"))), 431);
	assert_int_equal(status_of(ask(w, padded(w, G "X-a: ", 65536, "\r\n\r\n"))), 431);
	assert_int_equal(status_of(ask(w, padded(w, "GET /hello?", 2000, " HTTP/1.1\r\nHost: x\r\n" LAST))), 200);
	reply = ask(w, padded(w, "GET /hello?", 2048, " HTTP/1.1\r\nHost: x\r\n\r\n"));
	assert_int_equal(status_of(reply), 414);
	assert_true(has(reply, STR("The limit is 2 kB.")));
	assert_int_equal(status_of(ask(w, padded(w, "GET /hello?", 60000, " HTTP/1.1\r\nHost: x\r\n\r\n"))), 414);
}

static void bodies(void **state)
{
	static const struct {
		size_t n;
		const char *extra;
		int status;
	} rows[] = {{0, "", 200},
		    {1, "", 200},
		    {MAX_BODY, "", 200},
		    {MAX_BODY + 1, "", 413},
		    {1 << 20, "", 413},
		    {5, "Expect: 100-continue\r\n", 200},
		    {MAX_BODY + 1, "Expect: 100-continue\r\n", 413}};
	struct world *w = *state;
	str reply;

	for (size_t i = 0; i < COUNT(rows); i++) {
		str head = arena_fmt(w->mine,
				     "POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n%s"
				     "Content-Type: application/json\r\n" LAST,
				     rows[i].n, rows[i].extra);

		reply = ask(w, arena_fmt(w->mine, "%.*s%.*s", STR_ARG(head), (int)rows[i].n, big));
		if (str_starts(reply, STR("HTTP/1.1 100 Continue\r\n\r\n")))
			reply = str_sub(reply, 25, reply.n);
		assert_int_equal(status_of(reply), rows[i].status);
		if (rows[i].status == 200)
			assert_true(str_eq(body_of(reply), arena_fmt(w->mine, "%zu", rows[i].n)));
		else
			assert_true(has(reply, STR("La limite est de 100 ko.")));
	}
	/* Too large to read to its end: refused at once. */
	reply = ask(w, STR("POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nabc"));
	assert_int_equal(status_of(reply), 413);
	assert_int_equal(status_of(ask(w, STR("POST /length HTTP/1.1\r\nHost: x\r\n"
					      "Content-Length: 99999999999999999999999\r\n\r\nabc"))),
			 413);
}

static void forms(void **state)
{
	struct world *w = *state;
	str urlencoded = STR("POST /form?q=%C3%A9+1 HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n"
			     "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n" LAST "a=b%20c&d");
	str bad = STR("POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
		      "Content-Type: application/x-www-form-urlencoded\r\n" LAST "a=%0");
	str parts = STR("POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 126\r\n"
			"Content-Type: multipart/form-data; boundary=B\r\n" LAST
			"--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
			"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\nyz\r\n--B--\r\n");

	assert_true(str_eqz(body_of(ask(w, urlencoded)), "2 a=b c q=\xC3\xA9 1 files=0"));
	assert_int_equal(status_of(ask(w, bad)), 400);
	assert_true(has(ask(w, parts), STR("1 a=1 q= files=1")));
}

/* Many requests on one connection: one by one, all at once, and byte by byte. */
static void keep_alive(void **state)
{
	static const str two = STR(G "\r\nPOST /form HTTP/1.1\r\nHost: x\r\nContent-Type: "
				     "application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=7" G "\r\n");
	struct world *w = *state;
	int fd = dial(w, 1);
	str reply;

	for (int i = 0; i < 5; i++) {
		put(fd, STR(G "\r\n"));
		reply = drain(w, fd, 60);
		assert_true(str_eqz(body_of(reply), "hello"));
	}
	put(fd, two);
	reply = drain(w, fd, 100);
	assert_true(has(reply, STR("1 a=7 q=")));
	assert_int_equal(w->served, 8);
	for (size_t i = 0; i < two.n; i++)
		put(fd, str_sub(two, i, 1));
	drain(w, fd, 100);
	assert_int_equal(w->served, 11);
	/* The check holds for a later request as for the first. */
	put(fd, STR(G "\r\n" G "X-a: 1\n\r\n"));
	reply = drain(w, fd, 3000);
	assert_true(has(reply, STR("HTTP/1.1 400 ")));
	assert_int_equal(w->served, 12);
	close(fd);
}

static void headers(void **state)
{
	static const char *const always[] = {
		"\r\nContent-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
		"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
		"require-trusted-types-for 'script'; trusted-types 'none'\r\n",
		"\r\nX-Content-Type-Options: nosniff\r\n",
		"\r\nReferrer-Policy: no-referrer\r\n",
		"\r\nCross-Origin-Opener-Policy: same-origin\r\n",
		"\r\nCross-Origin-Embedder-Policy: require-corp\r\n",
		"\r\nCross-Origin-Resource-Policy: same-origin\r\n",
		"\r\nPermissions-Policy: accelerometer=(), ",
	};
	static const str requests[] = {STR(G LAST),
				       STR("GET /page HTTP/1.1\r\nHost: x\r\n" LAST),
				       STR("GET /none HTTP/1.1\r\nHost: x\r\n" LAST),
				       STR("GET /in HTTP/1.1\r\nHost: x\r\n" LAST),
				       STR("GET /asset HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"e1\"\r\n" LAST),
				       STR("PUT / HTTP/1.1\r\nHost: x\r\n" LAST),
				       STR("GET /../x HTTP/1.1\r\nHost: x\r\n" LAST)};
	struct world *w = *state;

	for (size_t i = 0; i < COUNT(requests); i++) {
		str reply = ask(w, requests[i]);

		for (size_t k = 0; k < COUNT(always); k++)
			if (!has(reply, str_of(always[k])))
				fail_msg("request %zu lacks %s: %.*s", i, always[k], STR_ARG(reply));
		assert_true(has(reply, i == 4 ? STR("\r\nCache-Control: public, max-age=31536000, immutable\r\n")
					      : STR("\r\nCache-Control: no-store\r\n")));
		assert_false(has(reply, STR("\r\nServer:")));
		assert_false(has(reply, STR("Strict-Transport-Security")));
	}
	assert_true(has(ask(w, requests[5]), STR("\r\nAllow: GET, HEAD, POST\r\n")));
}

static void replies(void **state)
{
	struct world *w = *state;
	str reply = ask(w, STR("GET /in HTTP/1.1\r\nHost: x\r\n" LAST));

	assert_int_equal(status_of(reply), 303);
	assert_true(has(reply, STR("\r\nLocation: /home\r\n")));
	assert_true(has(reply, STR("\r\nSet-Cookie: s=t0ken; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict\r\n")));
	reply = ask(w, STR("GET /who HTTP/1.1\r\nHost: x\r\nCookie: a=1; s=t0ken\r\n" LAST));
	assert_true(str_eqz(body_of(reply), "127.0.0.1 t0ken 0"));
	reply = ask(w, STR("HEAD /hello HTTP/1.1\r\nHost: x\r\n" LAST));
	assert_int_equal(status_of(reply), 200);
	assert_true(has(reply, STR("\r\nContent-Length: 5\r\n")));
	assert_int_equal(body_of(reply).n, 0);
	reply = ask(w, STR("GET /asset HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"e1\"\r\n" LAST));
	assert_int_equal(status_of(reply), 304);
	assert_int_equal(body_of(reply).n, 0);
	assert_true(has(reply, STR("\r\nETag: \"e1\"\r\n")));
	reply = ask(w, STR("GET /asset HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"e2\"\r\n" LAST));
	assert_int_equal(status_of(reply), 200);
	reply = ask(w, STR("GET /split HTTP/1.1\r\nHost: x\r\n" LAST));
	assert_int_equal(status_of(reply), 500);
	assert_false(has(reply, STR("X-Evil")));
	/* Over the arena's cap: 500, and the connection and the next request are none the worse. */
	assert_int_equal(status_of(ask(w, STR("GET /glutton HTTP/1.1\r\nHost: x\r\n" LAST))), 500);
	assert_int_equal(status_of(ask(w, STR(G LAST))), 200);
}

static void compressed(void **state)
{
	struct world *w = *state;
	str reply = ask(w, STR("GET /page HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br, gzip\r\n" LAST)), body;
	char back[20001];
	z_stream z = {0};

	body = body_of(reply);
	assert_true(has(reply, STR("\r\nContent-Encoding: gzip\r\n")));
	assert_true(has(reply, STR("\r\nVary: Accept-Encoding\r\n")));
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = (const Bytef *)body.p;
	z.avail_in = (uInt)body.n;
	z.next_out = (Bytef *)back;
	z.avail_out = sizeof back;
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	inflateEnd(&z);
	assert_int_equal(z.total_out, 20000);
	assert_memory_equal(back, big, 20000);
	reply = ask(w, STR("GET /page HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip;q=0\r\n" LAST));
	assert_false(has(reply, STR("Content-Encoding")));
	assert_int_equal(body_of(reply).n, 20000);
	assert_false(has(ask(w, STR(G "Accept-Encoding: gzip\r\n" LAST)), STR("Content-Encoding"))); /* too short */
}

/* Each opening on its own connection, then a byte of `drop` every 50 ms: the server closes each in its time. */
static void deadlines(void **state)
{
	static const struct {
		str opening, drop;
		int least, most;
	} rows[] = {
		{STR(""), STR(""), 900, 1500},
		{STR("GET /hello HTTP/1.1\r\nHost: x\r\nX: "), STR("a"), 900, 1500},
		{STR(P "Content-Length: 1000\r\n\r\n"), STR("a"), 900, 1500},
		/* idle after a reply; a second head that drips */
		{STR(G "\r\n"), STR(""), 900, 1500},
		{STR(G "\r\n" G "X: "), STR("a"), 900, 2500},
	};
	struct world *w = *state;
	int64_t began = ms(), took[COUNT(rows)] = {0};
	int fds[COUNT(rows)];
	size_t open = COUNT(rows);

	for (size_t i = 0; i < COUNT(rows); i++) {
		fds[i] = dial(w, 1);
		put(fds[i], rows[i].opening);
	}
	while (open && ms() - began < 4000) {
		usleep(50000);
		for (size_t i = 0; i < COUNT(rows); i++) {
			char b[4096];

			if (took[i])
				continue;
			put(fds[i], rows[i].drop);
			if (recv(fds[i], b, sizeof b, MSG_DONTWAIT) == 0 || (errno != EAGAIN && errno != 0)) {
				took[i] = ms() - began;
				open--;
			}
			errno = 0;
		}
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		close(fds[i]);
		if (took[i] < rows[i].least || took[i] > rows[i].most)
			fail_msg("connection %zu: closed after %d ms", i, (int)took[i]);
	}
}

static size_t descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* Waits until the server has closed what clients left behind. */
static bool settles_at(size_t want)
{
	for (int i = 0; i < 100; i++) {
		if (descriptors() <= want)
			return true;
		usleep(20000);
	}
	return false;
}

static void aborts(void **state)
{
	static const str requests[] = {STR("GET /big HTTP/1.1\r\nHost: x\r\n\r\n"),
				       STR(P "Content-Length: 50000\r\n\r\nabc"),
				       STR("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"), STR("GET /hel")};
	struct world *w = *state;
	size_t before;

	ask(w, STR(G LAST));
	before = descriptors();
	for (int i = 0; i < 100; i++) {
		int fd = dial(w, (unsigned char)(1 + i % 8));
		struct linger now = {.l_onoff = i & 1};
		char b[1000];

		put(fd, requests[i % 4 == 2 && i > 10 ? 0 : i % 4]);
		if (i % 4 == 0 && recv(fd, b, sizeof b, 0) < 0)
			fail_msg("no reply to abort");
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
		close(fd);
	}
	assert_true(settles_at(before));
	assert_int_equal(status_of(ask(w, STR(G LAST))), 200);
}

static void per_address(void **state)
{
	struct world *w = *state;
	int fds[40], open = 0;

	for (size_t i = 0; i < COUNT(fds); i++)
		fds[i] = dial(w, 2);
	for (size_t i = 0; i < COUNT(fds); i++) {
		str reply;

		put(fds[i], STR(G "\r\n"));
		reply = drain(w, fds[i], 30);
		open += status_of(reply) == 200;
	}
	assert_int_equal(open, 16);
	assert_int_equal(status_of(ask(w, STR(G LAST))), 200); /* from another address */
	for (size_t i = 0; i < COUNT(fds); i++)
		close(fds[i]);
}

/* All places taken by idle connections: the oldest gives way to a newcomer, before its time. */
static void all_places_taken(void **state)
{
	struct http_config c = standard;
	struct world *w;
	int fds[4];
	int64_t began;

	(void)state;
	c.max_connections = 4;
	c.idle_seconds = 60;
	w = world_with(c);
	for (size_t i = 0; i < COUNT(fds); i++) {
		fds[i] = dial(w, 1);
		put(fds[i], STR(G "\r\n"));
		drain(w, fds[i], 50);
	}
	began = ms();
	assert_int_equal(status_of(ask(w, STR(G LAST))), 200);
	assert_in_range(ms() - began, 0, 900);
	for (size_t i = 0; i < COUNT(fds); i++)
		close(fds[i]);
	teardown((void **)&w);
}

static void stops_gracefully(void **state)
{
	struct world *w = world_with(standard);
	int slow = dial(w, 1), idle = dial(w, 1);
	int64_t began;
	str reply;

	(void)state;
	put(idle, STR(G "\r\n"));
	drain(w, idle, 100);
	put(slow, STR("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
	usleep(100000);
	began = ms();
	http_stop(w->s);
	assert_in_range(ms() - began, 50, 2000);
	reply = drain(w, slow, 1000);
	assert_true(str_eqz(body_of(reply), "slow"));
	assert_true(has(reply, STR("\r\nConnection: close\r\n")));
	assert_int_equal(drain(w, idle, 1000).n, 0);
	close(slow);
	close(idle);
	arena_destroy(w->a);
	arena_destroy(w->mine);
	free(w);
	http_stop(NULL);
}

static void refuses_to_start(void **state)
{
	static const struct http_config bad[] = {
		{.address = STR("0.0.0.0")},
		{.address = STR("::")},
		{.address = STR("192.0.2.1")},
		{.address = STR("localhost")},
		{.address = STR("127.0.0.1\0")},
		{.port = 70000},
		{.tls_cert = STR("/nowhere")},
		{.tls_cert = STR("/nowhere"), .tls_key = STR("/nowhere")},
		{.tls_cert = STR("/proc/version"), .tls_key = STR("/proc/version")},
	};
	struct arena *a = arena_create((size_t)64 << 20);
	struct http_server *s = NULL;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct err *e = http_start(a, &bad[i], serve, NULL, &s);

		assert_non_null(e);
		assert_int_equal(e->kind, ERR_CONFIG);
		assert_null(s);
	}
	arena_destroy(a);
}

static str own_page(struct arena *a, int status, size_t limit, void *arg)
{
	assert_non_null(arg);
	return arena_fmt(a, "own %d %zu", status, limit);
}

static void own_error_page(void **state)
{
	struct http_config c = standard;
	struct world *w;

	(void)state;
	c.error_page = own_page;
	w = world_with(c);
	assert_true(str_eqz(body_of(ask(w, STR(P "\r\n"))), "own 411 0"));
	assert_true(str_eqz(body_of(ask(w, STR(P "Content-Length: 9999999999\r\n\r\n"))), "own 413 102400"));
	teardown((void **)&w);
}

static void ipv6(void **state)
{
	struct http_config c = standard;
	struct sockaddr_in6 there = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	struct world *w;

	(void)state;
	if (fd < 0)
		skip();
	c.address = STR("::1");
	w = world_with(c);
	there.sin6_port = htons((uint16_t)http_port(w->s));
	assert_int_equal(connect(fd, (struct sockaddr *)&there, sizeof there), 0);
	put(fd, STR("GET /who HTTP/1.1\r\nHost: [::1]:80\r\n" LAST));
	assert_true(str_eqz(body_of(drain(w, fd, 1000)), "::1  0"));
	close(fd);
	teardown((void **)&w);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(framing),
		TEST(sizes),
		TEST(bodies),
		TEST(forms),
		TEST(keep_alive),
		TEST(headers),
		TEST(replies),
		TEST(compressed),
		TEST(deadlines),
		TEST(aborts),
		TEST(per_address),
		cmocka_unit_test(all_places_taken),
		cmocka_unit_test(stops_gracefully),
		cmocka_unit_test(refuses_to_start),
		cmocka_unit_test(own_error_page),
		cmocka_unit_test(ipv6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
