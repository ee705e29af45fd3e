/* http_server_test.c — a real server: bodies, forms, headers, compression, deadlines, aborts, limits, stopping. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#define ZLIB_CONST
#include <zlib.h>

#include "http_test_world.h"

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

static void headers(void **state)
{
	static const char *const always[] = {
		"\r\nContent-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
		"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
		"require-trusted-types-for 'script'; trusted-types 'none'\r\n",
		"\r\nX-Frame-Options: DENY\r\n",
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
		{STR(""), STR(""), 900, 3000},
		{STR("GET /hello HTTP/1.1\r\nHost: x\r\nX: "), STR("a"), 900, 3000},
		{STR(P "Content-Length: 1000\r\n\r\n"), STR("a"), 900, 3000},
		/* idle after a reply; a second head that drips */
		{STR(G "\r\n"), STR(""), 900, 3000},
		{STR(G "\r\n" G "X: "), STR("a"), 900, 4000},
	};
	struct world *w = *state;
	int64_t began = ms(), took[COUNT(rows)] = {0};
	int fds[COUNT(rows)];
	size_t open = COUNT(rows);

	for (size_t i = 0; i < COUNT(rows); i++) {
		fds[i] = dial(w, 1);
		put(fds[i], rows[i].opening);
	}
	while (open && ms() - began < 6000) {
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

/* Sixteen connections for one address: the oldest that still say nothing give way, others are not touched. */
static void per_address(void **state)
{
	struct http_config c = standard;
	struct world *w;
	int fds[40];

	(void)state;
	c.head_seconds = 60;
	w = world_with(c);
	for (size_t i = 0; i < COUNT(fds); i++)
		fds[i] = dial(w, 2);
	assert_int_equal(status_of(ask(w, STR(G LAST))), 200); /* from another address */
	for (size_t i = 0; i < COUNT(fds); i++) {
		if (i >= COUNT(fds) - 16)
			put(fds[i], STR(G LAST));
		assert_int_equal(status_of(drain(w, fds[i], 0)), i < COUNT(fds) - 16 ? 0 : 200);
		close(fds[i]);
	}
	teardown((void **)&w);
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
		drain(w, fds[i], 1);
	}
	began = ms();
	assert_int_equal(status_of(ask(w, STR(G LAST))), 200);
	assert_in_range(ms() - began, 0, 10000); /* not the 60 s of idling */
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
	drain(w, idle, 1);
	put(slow, STR("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
	for (int i = 0; i < 500 && w->served < 2; i++)
		usleep(10000);
	began = ms();
	http_stop(w->s);
	assert_in_range(ms() - began, 0, 5000);
	reply = drain(w, slow, 0);
	assert_true(str_eqz(body_of(reply), "slow"));
	assert_true(has(reply, STR("\r\nConnection: close\r\n")));
	assert_int_equal(drain(w, idle, 0).n, 0);
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

	struct http_config taken = {.port = http_port(((struct world *)*state)->s)};

	assert_int_equal(http_start(a, &taken, serve, NULL, &s)->kind, ERR_CONFIG);
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

/* A body of MAX_BODY bytes of which n are sent. */
static int begin_body(struct world *w, unsigned char from, size_t n)
{
	int fd = dial(w, from);

	put(fd,
	    arena_fmt(
		    w->mine,
		    "POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\nContent-Type: application/json\r\n" LAST
		    "%.*s",
		    MAX_BODY, (int)n, big));
	usleep(30000);
	return fd;
}

static str end_body(struct world *w, int fd, size_t sent)
{
	str reply;

	put(fd, (str){big, MAX_BODY - sent});
	reply = drain(w, fd, 0);
	close(fd);
	return reply;
}

/* What bodies take before anyone knows who sends them is bounded, in all and for each address. */
static void bodies_at_once(void **state)
{
	struct http_config c = standard;
	int first[4], more;
	struct world *w;
	str reply;

	(void)state;
	c.max_bodies = 4 * MAX_BODY;
	c.body_seconds = 20;
	w = world_with(c);
	first[0] = begin_body(w, 2, MAX_BODY - 1000);
	more = begin_body(w, 2, 2000);
	assert_int_equal(status_of(end_body(w, more, 2000)), 503); /* a quarter is the most for one address */
	for (unsigned char i = 1; i < 4; i++)
		first[i] = begin_body(w, (unsigned char)(2 + i), MAX_BODY - 1000);
	reply = end_body(w, begin_body(w, 9, 0), 0);
	assert_int_equal(status_of(reply), 503);
	assert_true(has(reply, STR("\r\nRetry-After: 10\r\n")));
	assert_int_equal(status_of(ask(w, STR(G LAST))), 200); /* reading goes on */
	for (int i = 0; i < 4; i++)
		assert_int_equal(status_of(end_body(w, first[i], MAX_BODY - 1000)), 200);
	assert_int_equal(status_of(end_body(w, begin_body(w, 9, 0), 0)), 200); /* their room is free again */
	close(begin_body(w, 9, MAX_BODY - 1000));
	usleep(50000);
	assert_int_equal(status_of(end_body(w, begin_body(w, 9, 0), 0)), 200); /* that of who went away, too */
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
	assert_true(str_eqz(body_of(drain(w, fd, 0)), "::1  0"));
	close(fd);
	teardown((void **)&w);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bodies),
		TEST(forms),
		TEST(headers),
		TEST(replies),
		TEST(compressed),
		TEST(deadlines),
		TEST(aborts),
		cmocka_unit_test(per_address),
		cmocka_unit_test(all_places_taken),
		cmocka_unit_test(stops_gracefully),
		TEST(refuses_to_start),
		cmocka_unit_test(own_error_page),
		cmocka_unit_test(bodies_at_once),
		cmocka_unit_test(ipv6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
