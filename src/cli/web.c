/* web.c — the web process, as serve starts it: opens the house, serves until told to stop. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "erase.h"
#include "guard.h"
#include "http.h"
#include "log.h"
#include "names.h"
#include "serve.h"
#include "web.h"
#include "worker.h"

/* A demonstration says itself on which day it begins (DIR/clock, one date and time); --clock wins. */
static struct err *clock_wanted(struct house *h, struct arena *a, const struct serve_options *o, msec *at)
{
	const char *path = arena_z(a, arena_fmt(a, "%s/clock", o->data));
	struct err *e;
	str text;

	*at = o->clock_at;
	if (*at || !h->demo)
		return NULL;
	e = cli_read_file(a, path, 64, &text);
	if (e)
		return e->kind == ERR_NOT_FOUND ? NULL : e;
	if (!msec_parse(str_trim(text), at))
		return FAIL(a, CONFIG, "The file {arg} does not hold a date and time.", "clock file");
	return NULL;
}

/* The clock of the rules starts there and runs on; house_unseal moves it to the last recorded day if that is later. */
static struct err *set_clock(struct house *h, struct arena *a, const struct serve_options *o)
{
	msec at;

	TRY(clock_wanted(h, a, o, &at));
	if (at)
		h->clock_shift = at - cli_now();
	return NULL;
}

static struct err *check_demonstration(struct house *h, struct arena *a, struct vault *v, const struct serve_options *o)
{
	bool loopback = strcmp(o->address, "127.0.0.1") == 0 || strcmp(o->address, "::1") == 0;
	struct vault_status s;

	TRY(vault_status(v, a, &s));
	h->demo = s.demonstration;
	if (h->demo && !loopback)
		return FAIL(a, CONFIG, "A demonstration is only served on this machine (127.0.0.1).",
			    "demonstration off loopback");
	if (o->clock_file && !h->demo)
		return FAIL(a, CONFIG, "--clock-file is for demonstrations only.", "clock file without demonstration");
	return NULL;
}

static struct err *open_house(struct arena *a, const struct serve_options *o, struct house **out)
{
	struct house_config conf = {.data = str_of(o->data),
				    .database = str_of(o->database),
				    .clock_file = o->clock_file,
				    .cost = PASSWORD_COST,
				    .finish = erasures_finish};
	struct vault *v = vault_attach(a, o->fd[CHANNELS - 1]);
	struct vault_status s;
	struct db *reader;

	TRY(house_open(a, &conf, out));
	TRY(check_demonstration(*out, a, v, o));
	TRY(db_reader((*out)->pool, a, &reader));
	TRY(set_clock(*out, a, o));
	TRY(vault_status(v, a, &s));
	if (!s.sealed)
		TRY(house_unseal(*out, reader, v, a, cli_now()));
	db_reader_close(reader);
	return NULL;
}

static struct err *start(struct arena *a, struct house *h, const struct serve_options *o, struct http_server **out)
{
	struct http_config conf = {
		.address = str_of(o->address),
		.port = o->port,
		.workers = WEB_THREADS,
		.max_connections = 2000,
		.max_per_address = 600,
		.max_body = 512 << 10, /* every text of the longest form at its full length, in any script */
		.head_seconds = 10,
		.body_seconds = 60,
		.idle_seconds = 30,
		.tls_cert = str_of(o->tls_cert),
		.tls_key = str_of(o->tls_key),
	};

	TRY(routes_check(a));
	h->weak = o->weak_bits;
	if (o->origin[0] && !seckey_site(str_of(o->origin), &h->site))
		return FAIL(a, CONFIG, NULL, "the public address cannot be read");
	return http_start(a, &conf, web_serve, h, out);
}

/* Until a signal ends it; meanwhile names of offices where nobody works any more go from memory, also when nobody asks. */
static void until_told(const sigset_t *stop, struct house *h)
{
	static const struct timespec minute = {.tv_sec = 60};
	struct op op = {.house = h};

	while (sigtimedwait(stop, NULL, &minute) < 0) {
		op_clock(&op, cli_now());
		names_sweep(h->names, op.now);
	}
}

int cli_web(int argc, char **argv)
{
	struct arena *a = arena_create(1 << 30);
	struct http_server *server;
	struct serve_options o;
	const char *why;
	struct house *h;
	struct err *e;
	sigset_t stop;

	if (!serve_options(argc, argv, &o) || o.n_fd != CHANNELS)
		return 2;
	log_open("web", LOG_INFO_);
	why = guard_memory();
	if (why)
		log_warn("this system refuses a protection of web's memory: %s", why);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	sigprocmask(SIG_BLOCK, &stop, NULL); /* before the threads, which inherit it */
	web_fence(a, &o);
	worker_channels(o.fd, CHANNELS - 1);
	e = open_house(a, &o, &h);
	if (!e)
		e = start(a, h, &o, &server);
	if (e)
		return cli_fail(e);
	log_info("listening on %s port %d", o.address, http_port(server));
	until_told(&stop, h);
	http_stop(server);
	house_close(h);
	arena_destroy(a);
	return 0;
}
