/* http_wire.h — between the files of lib/http only: parsers of outside bytes, head checks, connections.
 * Nothing here knows the HTTP library. */
#pragma once
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "http.h"

#define HTTP_URI_MAX 2048
#define HTTP_HEAD_MAX 16384
#define HTTP_PAIRS_MAX 1000

/* request.c: all strict; MALFORMED or TOO_BIG on doubt. */
struct err *http_parse_path(struct arena *a, str raw, str *out) MUST_CHECK;
struct err *http_parse_multipart(struct arena *a, str content_type, str body, struct http_request *q) MUST_CHECK;
struct err *http_parse_body(struct http_request *q) MUST_CHECK; /* by Content-Type, into form and files */
str http_cookie_value(str header, str name);                    /* absent when missing or sent twice */
bool http_gzip_accepted(str accept_encoding);
bool http_etag_matches(str if_none_match, str etag);
bool http_is_token(str s);

/* framing.c: the head as the library gives it, with the addresses it stood at (see there). */
struct http_field {
	str name, value;
};
struct http_head {
	const char *method, *version;
	str uri;            /* as it was sent: a copy, for the library cuts it up in place */
	const void *uri_at; /* where it stood */
	size_t size;        /* bytes of the whole head */
	const struct http_field *fields;
	size_t n_fields;
};
/* 0, or the status to refuse with.  *length: the body's, 0 without one. */
int http_head_check(const struct http_head *h, uint64_t *length);

/* limit.c: an address as limits count it: IPv4 whole, IPv6 by /64; zero when it is not an address. */
struct http_address {
	unsigned char b[16];
};
struct http_address http_address_of(str text);

/* gzip.c: body compressed in the arena, or absent when that is no shorter. */
str http_gzip(struct arena *a, str body);

/* guard.c: every open connection, its phase, and the absolute moment it must leave that phase. */
enum http_phase { PHASE_FREE, PHASE_ADMITTED, PHASE_HEAD, PHASE_BODY, PHASE_SERVE, PHASE_SEND, PHASE_IDLE };
struct http_conn {
	_Atomic int phase;
	_Atomic int64_t deadline; /* monotonic, ns */
	int fd;
	bool shut; /* cut already; the library has yet to close it */
	struct http_address who;
	char peer[INET6_ADDRSTRLEN];
	/* The request in progress; one at a time, owned by the connection's thread. */
	bool begun, refused, uri_over;
	int refuse_status;
	uint64_t length;
	_Atomic size_t held; /* bytes of the body, counted in the guard */
	size_t uri_n;
	struct arena *a;
	struct http_request q;
	struct buf body;
	char uri[HTTP_URI_MAX + 1];
};
struct http_guard {
	pthread_mutex_t lock; /* guards fd, shut, who and the passage to and from PHASE_FREE */
	pthread_cond_t wake;
	pthread_t reaper;
	struct http_conn *conns;
	int max, per_address;
	int64_t head_time, body_time, idle_time; /* ns */
	int64_t say_full_from;                   /* once a minute */
	size_t max_bodies;
	_Atomic size_t bodies; /* what all connections hold */
	bool stopping;
};
struct err *http_guard_start(struct arena *a, struct http_guard *g, const struct http_config *c) MUST_CHECK;
void http_guard_stop(struct http_guard *g); /* after the last connection is closed */
/* False: as many requests of this address are being answered as it may have connections. */
bool http_guard_admit(struct http_guard *g, int fd, const struct sockaddr *addr);
void http_guard_forget(struct http_guard *g, int fd);              /* admitted, but never came to life */
struct http_conn *http_guard_alive(struct http_guard *g, int fd);  /* NULL: not admitted, close it */
void http_guard_closed(struct http_guard *g, struct http_conn *c); /* before its descriptor is closed */
void http_guard_phase(struct http_guard *g, struct http_conn *c, enum http_phase p, size_t bytes_to_send);
/* Room for n more bytes of a body.  False: all bodies, or those of this address, take what they may. */
bool http_guard_hold(struct http_guard *g, struct http_conn *c, size_t n);
void http_guard_drop(struct http_guard *g, struct http_conn *c); /* its body is gone */
/* Cuts what waits for a request and waits for the others, at most so many seconds. */
void http_guard_drain(struct http_guard *g, int seconds);
/* True: no place.  Makes one connection give way, so that a place comes free in a moment. */
bool http_guard_full(struct http_guard *g);
