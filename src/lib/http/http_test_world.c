/* http_test_world.c — see the header. */
#include "http_test_world.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REPLY_MAX ((size_t)4 << 20)

char big[2 << 20];

void serve(struct http_request *q, struct http_reply *r, void *arg)
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

const struct http_config standard = {.workers = 4,
				     .max_connections = 64,
				     .max_per_address = 16,
				     .max_body = MAX_BODY,
				     .head_seconds = 1,
				     .body_seconds = 1,
				     .idle_seconds = 1};

struct world *world_with(struct http_config c)
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

int setup(void **state)
{
	*state = world_with(standard);
	return 0;
}

int teardown(void **state)
{
	struct world *w = *state;

	http_stop(w->s);
	arena_destroy(w->a);
	arena_destroy(w->mine);
	free(w);
	return 0;
}

int64_t ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int dial(const struct world *w, unsigned char from)
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

void put(int fd, str s)
{
	while (s.n) {
		ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		s = str_sub(s, (size_t)n, s.n);
	}
}

static bool complete(str got, int replies)
{
	int seen = 0;

	for (ptrdiff_t at; replies && (at = str_find(got, STR("HTTP/1.1 "))) >= 0; seen++)
		got = str_sub(got, (size_t)at + 9, got.n);
	return replies && seen == replies && str_ends(got, STR("hello"));
}

str drain(struct world *w, int fd, int replies)
{
	char *p = arena_alloc(w->mine, REPLY_MAX);
	size_t n = 0;
	struct pollfd pf = {.fd = fd, .events = POLLIN};

	while (n < REPLY_MAX - 1 && !complete((str){p, n}, replies) && poll(&pf, 1, 5000) == 1) {
		ssize_t got = recv(fd, p + n, REPLY_MAX - 1 - n, 0);

		if (got <= 0)
			break;
		n += (size_t)got;
	}
	return (str){p, n};
}

str ask(struct world *w, str request)
{
	int fd = dial(w, 1);
	str reply;

	put(fd, request);
	reply = drain(w, fd, 0);
	close(fd);
	return reply;
}

int status_of(str reply)
{
	int64_t n = 0;

	if (!str_starts(reply, STR("HTTP/1.1 ")) || !str_to_i64(str_sub(reply, 9, 3), &n))
		return 0;
	return (int)n;
}

bool has(str s, str part)
{
	return str_find(s, part) >= 0;
}

str body_of(str reply)
{
	ptrdiff_t at = str_find(reply, STR("\r\n\r\n"));

	return at < 0 ? (str){0} : str_sub(reply, (size_t)at + 4, reply.n);
}
