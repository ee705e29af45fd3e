/* server.c — the life of the server: listening, threads, TLS, stopping.
 *
 * libmicrohttpd runs in POLL mode with a pool of threads; its EPOLL mode stalls when a multiple of 128 events is
 * ready.  A handler blocks its thread and with it the other connections of that thread, so the pool is wide (32):
 * connections are dealt out by descriptor number, and as the kernel gives the lowest free one, the first 32 open
 * connections have a thread each.  Handing requests to separate workers would cost two switches per request.
 * We accept ourselves: the limits come before the library spends anything, and no 32 threads wake per connection. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http_mhd.h"
#include "log.h"

#define STOP_SECONDS 10
#define PEM_MAX (256 * 1024)
#define POOL_BYTES (32 * 1024) /* per connection: head, its index, the reply's head */
#define TLS_PRIORITIES                                                                                                 \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-CIPHER-ALL:+AES-256-GCM:"         \
	"+CHACHA20-POLY1305:+AES-128-GCM:-MAC-ALL:+AEAD:%SERVER_PRECEDENCE"

static void or_default(int *v, int standard)
{
	if (*v <= 0)
		*v = standard;
}

static void defaults(struct http_config *c)
{
	or_default(&c->workers, 32);
	or_default(&c->max_connections, 1024);
	or_default(&c->max_per_address, 256);
	or_default(&c->head_seconds, 10);
	or_default(&c->body_seconds, 60);
	or_default(&c->idle_seconds, 60);
	if (c->max_body == 0)
		c->max_body = (size_t)4 * 1024 * 1024;
	if (c->max_bodies == 0)
		c->max_bodies = (size_t)64 * 1024 * 1024;
	if (!c->address.p)
		c->address = STR("127.0.0.1");
}

union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

static bool loopback(const union address *at)
{
	return at->any.sa_family == AF_INET6 ? IN6_IS_ADDR_LOOPBACK(&at->six.sin6_addr)
					     : ntohl(at->four.sin_addr.s_addr) >> 24 == 127;
}

static struct err *parse_address(struct arena *a, const struct http_config *c, union address *out, socklen_t *len)
{
	const char *text;

	if (str_index(c->address, '\0') >= 0 || c->port < 0 || c->port > 65535)
		return FAIL(a, CONFIG, NULL, "bad address or port to listen on");
	text = arena_z(a, c->address);
	*out = (union address){0};
	if (inet_pton(AF_INET, text, &out->four.sin_addr) == 1) {
		out->four.sin_family = AF_INET;
		out->four.sin_port = htons((uint16_t)c->port);
		*len = sizeof out->four;
	} else if (inet_pton(AF_INET6, text, &out->six.sin6_addr) == 1) {
		out->six.sin6_family = AF_INET6;
		out->six.sin6_port = htons((uint16_t)c->port);
		*len = sizeof out->six;
	} else {
		return FAIL(a, CONFIG, NULL, "not a numeric address to listen on: %s", text);
	}
	if (!c->tls_cert.p != !c->tls_key.p)
		return FAIL(a, CONFIG, "TLS needs both a certificate and a key.",
			    "one of tls_cert, tls_key is missing");
	if (!loopback(out) && !c->tls_cert.p)
		return FAIL(a, CONFIG, "Without TLS only this machine may be served: give --tls-cert and --tls-key.",
			    "%s is not a loopback address and there is no TLS", text);
	return NULL;
}

static struct err *read_pem(struct arena *a, str path, char **out)
{
	const char *name = arena_z(a, path);
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	char *p = arena_alloc(a, PEM_MAX + 1);
	ssize_t n = fd < 0 ? -1 : read(fd, p, PEM_MAX + 1);

	if (fd >= 0)
		close(fd);
	if (n <= 0 || n > PEM_MAX)
		return FAIL(a, CONFIG, NULL, "cannot read %s, or it is empty or over %d bytes", name, PEM_MAX);
	*out = p;
	return NULL;
}

static struct err *listen_on(struct arena *a, struct http_server *s)
{
	int on = 1, only;
	union address at;
	socklen_t len;

	TRY(parse_address(a, &s->config, &at, &len));
	only = at.any.sa_family == AF_INET6 && !IN6_IS_ADDR_UNSPECIFIED(&at.six.sin6_addr); /* "::" is everyone */
	s->listener = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->listener < 0)
		return FAIL(a, UNAVAILABLE, NULL, "socket: %s", strerror(errno));
	setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (at.any.sa_family == AF_INET6)
		setsockopt(s->listener, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
	if (bind(s->listener, &at.any, len) != 0 || listen(s->listener, 1024) != 0 ||
	    getsockname(s->listener, &at.any, &len) != 0)
		return FAIL(a, CONFIG, "The address is taken or not ours.", "bind: %s", strerror(errno));
	s->port = ntohs(at.any.sa_family == AF_INET6 ? at.six.sin6_port : at.four.sin_port);
	return NULL;
}

static void accept_one(struct http_server *s)
{
	static const struct timespec pause = {.tv_nsec = 50000000};
	union address from;
	socklen_t len = sizeof from;
	int fd = accept4(s->listener, &from.any, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0) {
		/* Out of descriptors or memory: what is open must end first. */
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			nanosleep(&pause, NULL);
		return;
	}
	if (!http_guard_admit(&s->guard, fd, &from.any))
		close(fd);
	else if (MHD_add_connection(s->daemon, fd, &from.any, len) != MHD_YES) /* closes it */
		http_guard_forget(&s->guard, fd);
}

static void *accept_loop(void *arg)
{
	struct http_server *s = arg;
	struct pollfd fds[2] = {{.fd = s->stop_fd, .events = POLLIN}, {.fd = s->listener, .events = POLLIN}};

	for (;;) {
		bool full = http_guard_full(&s->guard);

		if (poll(fds, full ? 1 : 2, full ? 2 : -1) < 0)
			continue;
		if (fds[0].revents)
			return NULL;
		if (!full && fds[1].revents)
			accept_one(s);
		fds[1].revents = 0;
	}
}

/* Escapes are undone by our own strict parser, not in place: framing.c needs the head as it came. */
static size_t leave_escaped(void *cls, struct MHD_Connection *m, char *text)
{
	(void)cls;
	(void)m;
	return strlen(text);
}

static struct err *start_daemon(struct arena *a, struct http_server *s)
{
	const struct http_config *c = &s->config;
	unsigned flags = MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC;
	struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
	struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_MEM_CERT, 0, s->cert},
				       {MHD_OPTION_HTTPS_MEM_KEY, 0, s->key},
				       {MHD_OPTION_HTTPS_PRIORITIES, 0, (char[]){TLS_PRIORITIES}},
				       {MHD_OPTION_END, 0, NULL}};

	/* The library writes addresses and URIs into its messages: it gets no log (no MHD_USE_ERROR_LOG). */
	s->daemon = MHD_start_daemon(s->tls ? flags | MHD_USE_TLS : flags, 0, NULL, NULL, http_on_request, s,
				     MHD_OPTION_NOTIFY_CONNECTION, http_on_connection, s, MHD_OPTION_NOTIFY_COMPLETED,
				     http_on_completed, s, MHD_OPTION_URI_LOG_CALLBACK, http_on_uri, s,
				     MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, s, MHD_OPTION_STRICT_FOR_CLIENT, 1,
				     MHD_OPTION_THREAD_POOL_SIZE, (unsigned)c->workers, MHD_OPTION_CONNECTION_LIMIT,
				     (unsigned)(c->max_connections + c->workers), MHD_OPTION_CONNECTION_MEMORY_LIMIT,
				     (size_t)POOL_BYTES, MHD_OPTION_ARRAY, s->tls ? tls : plain, MHD_OPTION_END);
	if (!s->daemon)
		return FAIL(a, CONFIG, NULL, "the HTTP library does not start%s",
			    s->tls ? ": certificate or key?" : "");
	return NULL;
}

static struct err *start(struct arena *a, struct http_server *s)
{
	TRY(listen_on(a, s));
	if (s->tls) {
		TRY(read_pem(a, s->config.tls_cert, &s->cert));
		TRY(read_pem(a, s->config.tls_key, &s->key));
	}
	s->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (s->stop_fd < 0)
		return FAIL(a, UNAVAILABLE, NULL, "eventfd: %s", strerror(errno));
	TRY(start_daemon(a, s));
	TRY(http_guard_start(a, &s->guard, &s->config));
	if (pthread_create(&s->acceptor, NULL, accept_loop, s) != 0) {
		http_guard_stop(&s->guard);
		return FAIL(a, UNAVAILABLE, NULL, "the accepting thread cannot start");
	}
	return NULL;
}

static void finish(struct http_server *s)
{
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	if (s->listener >= 0)
		close(s->listener);
	if (s->stop_fd >= 0)
		close(s->stop_fd);
	while (s->n_arenas)
		arena_destroy(s->arenas[--s->n_arenas]);
	if (s->key)
		explicit_bzero(s->key, PEM_MAX);
	pthread_mutex_destroy(&s->arenas_lock);
}

struct err *http_start(struct arena *a, const struct http_config *c, http_serve_fn *serve, void *arg,
		       struct http_server **out)
{
	struct http_server *s = NEW(a, struct http_server);
	struct err *e;

	*s = (struct http_server){.config = *c, .serve = serve, .arg = arg, .listener = -1, .stop_fd = -1};
	defaults(&s->config);
	s->tls = s->config.tls_cert.p != NULL;
	s->max_arenas = (size_t)s->config.workers * 2;
	s->arenas = NEWS(a, struct arena *, s->max_arenas);
	pthread_mutex_init(&s->arenas_lock, NULL);
	e = start(a, s);
	if (e) {
		finish(s);
		return e;
	}
	*out = s;
	return NULL;
}

int http_port(const struct http_server *s)
{
	return s->port;
}

void http_stop(struct http_server *s)
{
	static const uint64_t one = 1;

	if (!s)
		return;
	atomic_store(&s->stopping, true);
	if (write(s->stop_fd, &one, sizeof one) != sizeof one)
		BUG("eventfd");
	pthread_join(s->acceptor, NULL);
	close(s->listener); /* who comes now is refused at once, not left waiting */
	s->listener = -1;
	http_guard_drain(&s->guard, STOP_SECONDS);
	MHD_stop_daemon(s->daemon);
	s->daemon = NULL;
	http_guard_stop(&s->guard);
	finish(s);
}
