/* http_mhd.h — between the files that know libmicrohttpd: server.c (life), exchange.c (one request), reply.c. */
#pragma once
#include <microhttpd.h>

#include "http_wire.h"

struct http_server {
	struct MHD_Daemon *daemon;
	struct http_config config;
	http_serve_fn *serve;
	void *arg;
	struct http_guard guard;
	int listener, stop_fd, port;
	bool tls;
	_Atomic bool stopping; /* replies close their connection */
	pthread_t acceptor;
	/* Request arenas that wait for their next use. */
	pthread_mutex_t arenas_lock;
	struct arena **arenas;
	size_t n_arenas, max_arenas;
	char *cert, *key; /* PEM text, under TLS */
};

/* exchange.c: the library's callbacks; cls is the server. */
void *http_on_uri(void *cls, const char *uri, struct MHD_Connection *m);
enum MHD_Result http_on_request(void *cls, struct MHD_Connection *m, const char *url, const char *method,
				const char *version, const char *data, size_t *size, void **con_cls);
void http_on_completed(void *cls, struct MHD_Connection *m, void **con_cls, enum MHD_RequestTerminationCode why);
void http_on_connection(void *cls, struct MHD_Connection *m, void **context, enum MHD_ConnectionNotificationCode what);

/* reply.c: settles *r (304, compression) and makes what the library sends; its bytes stay in the arena. */
struct MHD_Response *http_reply_make(struct http_request *q, struct http_reply *r, bool close);
bool http_reply_sound(const struct http_reply *r); /* false: a header holds a byte that must not be sent */
str http_error_page(struct arena *a, int status, size_t limit);
