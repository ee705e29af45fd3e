/* http_hello.c — the smallest server on this library, for tests/attack and for measuring: http_hello [PORT [CERT KEY]].
 * GET /hello answers a line, /slow one after a second, /page 20 KB of text, POST /p the number of pairs; it ends with
 * its standard input. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "http.h"

static void serve(struct http_request *q, struct http_reply *r, void *arg)
{
	static char page[20000];

	(void)arg;
	r->content_type = "text/plain; charset=utf-8";
	if (str_eqz(q->path, "/hello")) {
		r->body = STR("hello\n");
	} else if (str_eqz(q->path, "/slow")) {
		sleep(1);
		r->body = STR("slow\n");
	} else if (str_eqz(q->path, "/page")) {
		for (size_t i = 0; i < sizeof page; i++)
			page[i] = "abcdefgh \n"[i * 7 % 10];
		r->body = (str){page, sizeof page};
	} else if (str_eqz(q->path, "/p")) {
		r->body = arena_fmt(q->a, "%zu\n", q->n_form);
	} else {
		r->status = 404;
	}
}

int main(int argc, char **argv)
{
	struct http_config c = {0};
	struct arena *a = arena_create((size_t)64 * 1024 * 1024);
	struct http_server *s;
	int64_t port = 0;
	struct err *e;
	char byte;

	if (argc > 1 && !str_to_i64(str_of(argv[1]), &port))
		return 2;
	c.port = (int)port;
	if (argc > 3) {
		c.tls_cert = str_of(argv[2]);
		c.tls_key = str_of(argv[3]);
	}
	e = http_start(a, &c, serve, NULL, &s);
	if (e) {
		fprintf(stderr, "%.*s\n", STR_ARG(e->detail));
		return 1;
	}
	printf("%d\n", http_port(s));
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	http_stop(s);
	arena_destroy(a);
	return 0;
}
