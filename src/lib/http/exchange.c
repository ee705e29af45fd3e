/* exchange.c — one request from its head to its reply, as the library's callbacks bring it.
 *
 * The state lies in the connection's place in the guard; all memory in an arena taken at the head and given back,
 * wiped, when the library is done with the reply or the client is gone.  `serve` runs on the connection's own
 * thread: no hand-over, at the price that it holds up the few other connections of that thread (see server.c). */
#include <setjmp.h>
#include <string.h>
#include <time.h>

#include "http_mhd.h"
#include "log.h"

#define ARENA_CAP ((size_t)32 * 1024 * 1024)
/* A body over the limit is read to its end up to here, so that a browser shows the page and not a reset. */
#define DISCARD_MAX ((uint64_t)64 * 1024 * 1024)

static struct arena *arena_take(struct http_server *s)
{
	struct arena *a = NULL;

	pthread_mutex_lock(&s->arenas_lock);
	if (s->n_arenas)
		a = s->arenas[--s->n_arenas];
	pthread_mutex_unlock(&s->arenas_lock);
	/* A growing body may leave its own size behind twice, and is decoded once more.  Shown again on the page, each of
	 * its bytes may be five, in three buffers that grew by doubling: 64 times its size was measured in all. */
	return a ? a : arena_create(ARENA_CAP + 32 * s->config.max_body);
}

static void arena_give(struct http_server *s, struct arena *a)
{
	arena_reset(a);
	pthread_mutex_lock(&s->arenas_lock);
	if (s->n_arenas < s->max_arenas) {
		s->arenas[s->n_arenas++] = a;
		a = NULL;
	}
	pthread_mutex_unlock(&s->arenas_lock);
	arena_destroy(a);
}

static void end(struct http_server *s, struct http_conn *c)
{
	if (c->a) {
		arena_give(s, c->a);
		stack_wipe(); /* folded names, printed text, pieces of the page */
	}
	explicit_bzero(c->uri, c->uri_n + 1);
	c->a = NULL;
	c->begun = c->refused = c->uri_over = false;
	c->refuse_status = 0;
	c->length = 0;
	http_guard_drop(&s->guard, c);
	c->uri_n = 0;
	c->q = (struct http_request){0};
	c->body = (struct buf){0};
}

void http_on_connection(void *cls, struct MHD_Connection *m, void **context, enum MHD_ConnectionNotificationCode what)
{
	struct http_server *s = cls;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		int fd = MHD_get_connection_info(m, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;

		*context = http_guard_alive(&s->guard, fd);
	} else if (*context) {
		end(s, *context);
		http_guard_closed(&s->guard, *context);
	}
}

void *http_on_uri(void *cls, const char *uri, struct MHD_Connection *m)
{
	struct http_server *s = cls;
	struct http_conn *c = MHD_get_connection_info(m, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;

	if (!c)
		return NULL;
	if (atomic_load(&c->phase) == PHASE_IDLE)
		http_guard_phase(&s->guard, c, PHASE_HEAD, 0);
	c->uri_n = uri ? strnlen(uri, HTTP_URI_MAX) : 0;
	c->uri_over = uri && uri[c->uri_n] != '\0';
	if (uri)
		memcpy(c->uri, uri, c->uri_n);
	c->uri[c->uri_n] = '\0';
	return c;
}

void http_on_completed(void *cls, struct MHD_Connection *m, void **con_cls, enum MHD_RequestTerminationCode why)
{
	struct http_server *s = cls;
	struct http_conn *c = *con_cls;

	(void)m;
	(void)why;
	*con_cls = NULL;
	if (!c)
		return;
	end(s, c);
	http_guard_phase(&s->guard, c, PHASE_IDLE, 0);
}

/* ---- replies ---- */

static enum MHD_Result queue(struct http_server *s, struct http_conn *c, struct MHD_Connection *m, struct http_reply *r)
{
	bool close = c->refused || atomic_load(&s->stopping);
	struct MHD_Response *answer = http_reply_make(&c->q, r, close);
	enum MHD_Result ok;

	http_guard_phase(&s->guard, c, PHASE_SEND, r->body.n);
	ok = MHD_queue_response(m, (unsigned)r->status, answer);
	MHD_destroy_response(answer);
	return ok;
}

static size_t limit_named(const struct http_server *s, int status)
{
	switch (status) {
	case 413:
		return s->config.max_body;
	case 414:
		return HTTP_URI_MAX;
	case 431:
		return HTTP_HEAD_MAX;
	default:
		return 0;
	}
}

static enum MHD_Result refuse(struct http_server *s, struct http_conn *c, struct MHD_Connection *m, int status)
{
	struct http_reply r = {.status = status};
	size_t limit = limit_named(s, status);

	c->refused = true;
	c->q.a = c->a;
	c->q.tls = s->tls;
	r.body = s->config.error_page ? s->config.error_page(c->a, status, limit, s->arg)
				      : http_error_page(c->a, status, limit);
	if (status == 405)
		http_reply_header(&r, "Allow", STR("GET, HEAD, POST"));
	if (status == 503)
		http_reply_header(&r, "Retry-After", STR("10"));
	return queue(s, c, m, &r);
}

/* ---- the head ---- */

struct collecting {
	struct http_field *fields;
	size_t n, room;
};

static enum MHD_Result collect(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_size, const char *value,
			       size_t value_size)
{
	struct collecting *c = cls;

	(void)kind;
	if (c->n == c->room)
		return MHD_NO;
	c->fields[c->n++] = (struct http_field){{key, key_size}, {value, value_size}};
	return MHD_YES;
}

static str lower_copy(struct arena *a, str s)
{
	char *p = arena_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + ('a' - 'A')) : s.p[i];
	return (str){p, s.n};
}

static void fill_request(struct http_server *s, struct http_conn *c, const struct http_head *h)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	c->q = (struct http_request){.a = c->a,
				     .peer = str_of(c->peer),
				     .tls = s->tls,
				     .now = (msec)t.tv_sec * 1000 + t.tv_nsec / 1000000,
				     .headers = NEWS(c->a, struct http_pair, h->n_fields),
				     .n_headers = h->n_fields};
	c->q.method = strcmp(h->method, "GET") == 0    ? HTTP_GET
		      : strcmp(h->method, "HEAD") == 0 ? HTTP_HEAD
		      : strcmp(h->method, "POST") == 0 ? HTTP_POST
						       : HTTP_OTHER;
	for (size_t i = 0; i < h->n_fields; i++)
		c->q.headers[i] = (struct http_pair){
			lower_copy(c->a, h->fields[i].name),
			http_utf8_clean(c->a, arena_str(c->a, str_trim(h->fields[i].value)))};
}

/* Path and query, before any body is read. */
static struct err *parse_target(struct http_conn *c)
{
	str query = arena_str(c->a, (str){c->uri, c->uri_n});
	str path = str_split(&query, '?');

	TRY(http_parse_path(c->a, path, &c->q.path));
	c->q.raw_query = query;
	return http_parse_urlencoded(c->a, query, HTTP_PAIRS_MAX, &c->q.query, &c->q.n_query);
}

/* 0, or the status to refuse with at once. */
static int read_head(struct http_server *s, struct http_conn *c, struct MHD_Connection *m, const struct http_head *line)
{
	int n = MHD_get_connection_values_n(m, MHD_HEADER_KIND, NULL, NULL);
	struct collecting got = {.room = n > 0 ? (size_t)n : 0};
	struct http_head h = *line;
	struct err *e;
	int status;

	got.fields = NEWS(c->a, struct http_field, got.room);
	MHD_get_connection_values_n(m, MHD_HEADER_KIND, collect, &got);
	h.size = MHD_get_connection_info(m, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
	h.uri = (str){c->uri, c->uri_n + c->uri_over};
	h.fields = got.fields;
	h.n_fields = got.n;
	status = http_head_check(&h, &c->length);
	if (status)
		return status;
	fill_request(s, c, &h);
	e = parse_target(c);
	if (e)
		return err_kinds[e->kind].http;
	if (c->length <= s->config.max_body) {
		buf_init(&c->body, c->a, (size_t)c->length);
		return 0;
	}
	if (http_header(&c->q, "expect").p || c->length > DISCARD_MAX)
		return 413;
	c->refuse_status = 413;
	return 0;
}

/* ---- the body and the answer ---- */

static enum MHD_Result answer(struct http_server *s, struct http_conn *c, struct MHD_Connection *m)
{
	struct http_reply r = {.status = 200};
	struct err *e;

	if (c->refuse_status)
		return refuse(s, c, m, c->refuse_status);
	c->q.body = buf_done(&c->body);
	e = http_parse_body(&c->q);
	if (e)
		return refuse(s, c, m, err_kinds[e->kind].http);
	http_guard_phase(&s->guard, c, PHASE_SERVE, 0);
	s->serve(&c->q, &r, s->arg);
	if (!http_reply_sound(&r)) {
		log_error("a reply has a bad status or header");
		return refuse(s, c, m, 500);
	}
	return queue(s, c, m, &r);
}

/* What is here already makes room; the rest is read and forgotten. */
static void give_up(struct http_server *s, struct http_conn *c, int status)
{
	arena_reset(c->a);
	http_guard_drop(&s->guard, c);
	c->q = (struct http_request){0};
	c->body = (struct buf){0};
	c->refuse_status = status;
}

/* The arena is over its cap: in our parser the client sent too much, in serve we used too much. */
static enum MHD_Result overflow(struct http_server *s, struct http_conn *c, struct MHD_Connection *m, size_t *size)
{
	int status = atomic_load(&c->phase) == PHASE_SERVE ? 500 : 413;

	arena_unguard(c->a);
	give_up(s, c, status);
	log_warn("a request went over its memory limit");
	if (*size == 0)
		return refuse(s, c, m, status);
	*size = 0;
	return MHD_YES;
}

static enum MHD_Result step(struct http_server *s, struct http_conn *c, struct MHD_Connection *m,
			    const struct http_head *line, const char *data, size_t *size)
{
	int status;

	if (!c->begun) {
		c->begun = true;
		http_guard_phase(&s->guard, c, PHASE_BODY, 0);
		status = read_head(s, c, m, line);
		return status ? refuse(s, c, m, status) : MHD_YES;
	}
	if (*size == 0)
		return answer(s, c, m);
	if (!c->refuse_status && !http_guard_hold(&s->guard, c, *size))
		give_up(s, c, 503);
	if (!c->refuse_status)
		buf_put(&c->body, data, *size);
	*size = 0;
	return MHD_YES;
}

enum MHD_Result http_on_request(void *cls, struct MHD_Connection *m, const char *url, const char *method,
				const char *version, const char *data, size_t *size, void **con_cls)
{
	struct http_server *s = cls;
	struct http_conn *c = *con_cls;
	struct http_head line = {.method = method, .version = version, .uri_at = url};
	enum MHD_Result result;

	if (!c) /* came to life too late: the guard had given it up */
		return MHD_NO;
	if (!c->a)
		c->a = arena_take(s);
	if (setjmp(*arena_guard(c->a)))
		return overflow(s, c, m, size);
	result = step(s, c, m, &line, data, size);
	arena_unguard(c->a);
	return result;
}
