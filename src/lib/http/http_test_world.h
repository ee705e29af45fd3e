/* http_test_world.h — a server on loopback with a few pages, and a client that writes raw bytes; for the tests. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "http_wire.h"

#define COUNT(t) (sizeof(t) / sizeof *(t))
#define MAX_BODY ((size_t)100 * 1024)

struct world {
	struct arena *a; /* the server's */
	struct arena *mine;
	struct http_server *s;
	_Atomic int served;
};
extern char big[2 << 20];
extern const struct http_config standard; /* all deadlines one second, bodies up to MAX_BODY */

struct world *world_with(struct http_config c);
int setup(void **state);
int teardown(void **state);

int64_t ms(void);
int dial(const struct world *w, unsigned char from); /* from 127.0.0.from */
void put(int fd, str s);
/* Reads `replies` replies, the last of which ends in "hello"; 0: until the peer closes.  Gives up after 5 s. */
str drain(struct world *w, int fd, int replies);
str ask(struct world *w, str request); /* on a connection of its own */
int status_of(str reply);              /* 0: no reply */
bool has(str s, str part);
str body_of(str reply);

#define G "GET /hello HTTP/1.1\r\nHost: x\r\n"
#define P "POST /form HTTP/1.1\r\nHost: x\r\n"
#define LAST "Connection: close\r\n\r\n"

void serve(struct http_request *q, struct http_reply *r, void *arg);
