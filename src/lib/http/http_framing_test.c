/* http_framing_test.c — requests that two readers could read in two ways, byte for byte: all are refused, and nothing
 * behind them is read as another request. */
#include <string.h>
#include <unistd.h>

#include "http_test_world.h"

static const struct {
	const char *name;
	str request;
	int status;
} probes[] = {
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
	{"TE on HTTP/1.0", STR("POST /form HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 411},
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

static void framing(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < COUNT(probes); i++) {
		int before = w->served;
		str reply = ask(w, probes[i].request);

		if (status_of(reply) != probes[i].status)
			fail_msg("%s: got \"%.*s\", want %d", probes[i].name, STR_ARG(str_sub(reply, 0, 40)),
				 probes[i].status);
		assert_int_equal(w->served - before, probes[i].status == 200);
		/* Nothing behind a refusal is read as another request.  (The library sends the head of its own 400
		 * for a bad Content-Length twice, and closes.) */
		if (has(body_of(reply), STR("HTTP/1.1 2")))
			fail_msg("%s: two replies: %.*s", probes[i].name, STR_ARG(body_of(reply)));
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
		reply = drain(w, fd, 1);
		assert_true(str_eqz(body_of(reply), "hello"));
	}
	put(fd, two);
	reply = drain(w, fd, 3);
	assert_true(has(reply, STR("1 a=7 q=")));
	assert_int_equal(w->served, 8);
	for (size_t i = 0; i < two.n; i++)
		put(fd, str_sub(two, i, 1));
	drain(w, fd, 3);
	assert_int_equal(w->served, 11);
	/* The check holds for a later request as for the first. */
	put(fd, STR(G "\r\n" G "X-a: 1\n\r\n"));
	reply = drain(w, fd, 0);
	assert_true(has(reply, STR("HTTP/1.1 400 ")));
	assert_int_equal(w->served, 12);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(framing, setup, teardown),
		cmocka_unit_test_setup_teardown(sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(keep_alive, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
