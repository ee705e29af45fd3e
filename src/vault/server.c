/* server.c — the loop of the vault process.
 *
 * A turn: read every waiting question, answer each in memory, put the store's rows on disk, then the audit entries,
 * then send the answers.  Nothing leaves before its audit entry is on disk.  When a write fails (a full disk), everyone of
 * the turn, and everyone after, gets UNAVAILABLE until there is room again and what the disk holds has been read back,
 * never guessed.  When a flush fails, until the process is started again: an fsync is never tried twice. */
#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core.h"
#include "files.h"
#include "guard.h"
#include "log.h"
#include "told.h"

#define CHANNELS_MAX 256u
#define TURN_BYTES (256u << 20)
#define SWEEP_MS 60000
#define EXIT_CONFIG 3
#define AGAIN_EVERY_MS 2000 /* how often a full disk is tried again */
#define COMPACT_EVERY_MS ((msec)3600 * 1000)
#define TOLD_EVERY_MS 1000
#define STOP_MS 15000 /* longer than web takes to answer what is under way, shorter than a service manager waits */

struct channel {
	int fd;
	bool asked; /* a whole question is here */
	struct wire_head head;
	size_t n_in, n_out;
	uint8_t in[ASK_MAX], out[REPLY_MAX];
};

struct server {
	struct vaultd v;
	struct channel **channels;
	size_t n;
	struct arena *turn;
	msec stop_at;    /* when it was asked to stop; 0: not yet */
	msec again_at;   /* when to try to write again; 0: not in this life */
	unsigned said;   /* kinds of errors logged since it cannot write */
	msec compact_at; /* not before, since a compaction failed */
	msec told_at;    /* when notes of commands were last looked for */
};

static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
	(void)number;
	stopping = 1;
}

static msec wall_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (msec)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static msec now_of(const struct server *s)
{
	return s->v.conf->clock ? s->v.conf->clock() : wall_clock();
}

static void hang_up(struct server *s, size_t i)
{
	struct channel *c = s->channels[i];

	close(c->fd);
	crypt_wipe(c, sizeof *c);
	free(c);
	s->channels[i] = s->channels[--s->n];
}

/* Packets of a question until its last; false: the channel is done for. */
static bool listen_to(struct channel *c)
{
	struct wire_head h;

	while (!c->asked) {
		enum wire_got got = wire_receive(c->fd, &h, c->in, &c->n_in, ASK_MAX, MSG_DONTWAIT);

		if (got == WIRE_NOTHING)
			return true;
		if (got != WIRE_GOT || h.kind != 0)
			return false;
		c->head = h;
		c->asked = !h.more;
	}
	return true;
}

static void answer(struct server *s, struct channel *c, msec now)
{
	struct ask k = {.a = s->turn, .verb = c->head.verb, .sub = c->head.sub, .now = now};
	struct err *e;

	k.in = codec_reader((str){(char *)c->in, c->n_in});
	k.out = codec_writer(c->out, REPLY_MAX);
	e = core_handle(&s->v, &k);
	if (e && e->kind == ERR_INTERNAL)
		log_err(e);
	c->head.kind = e ? (uint8_t)(1 + e->kind) : 0;
	c->n_out = k.out.at;
	crypt_wipe(c->in, c->n_in);
	c->n_in = 0;
}

static void fail(struct server *s, const struct err *e, msec now)
{
	bool flush = files_flush_failed();

	log_error(flush ? "a flush of the vault's files failed: what the disk holds is not known, so the vault answers "
			  "nothing until it is started again"
			: "the vault cannot write, so it answers nothing until it can");
	log_err(e);
	s->v.failed = true;
	s->again_at = flush ? 0 : now + AGAIN_EVERY_MS;
}

static void commit(struct server *s, msec now)
{
	struct vaultd *v = &s->v;
	struct err *e;

	if (v->sealed || v->failed)
		return;
	e = core_commit(v, s->turn, now);
	if (e)
		fail(s, e, now);
}

/* Memory is ahead of the disk since a write failed: it is let go, and the disk read as at a start. */
static void write_again(struct server *s, msec now)
{
	struct err *e;

	if (!s->again_at || (now < s->again_at && s->again_at - now <= AGAIN_EVERY_MS))
		return;
	s->again_at = now + AGAIN_EVERY_MS;
	e = core_reopen(&s->v, s->turn, now);
	if (e) {
		if (!(s->said & 1u << e->kind))
			log_err(e);
		s->said |= 1u << e->kind;
		s->again_at = files_flush_failed() || e->kind == ERR_CONFIG ? 0 : s->again_at;
		return;
	}
	s->said = 0;
	s->v.failed = false;
	commit(s, now);
	if (!s->v.failed)
		log_info("the vault writes again");
}

static void release(struct server *s)
{
	for (size_t i = s->n; i-- > 0;) {
		struct channel *c = s->channels[i];
		bool sent;

		if (!c->asked)
			continue;
		if (s->v.failed) {
			c->head.kind = 1 + ERR_UNAVAILABLE;
			crypt_wipe(c->out, c->n_out);
			c->n_out = sizeof CANNOT_WRITE - 1;
			memcpy(c->out, CANNOT_WRITE, c->n_out);
		}
		sent = wire_send(c->fd, c->head, (str){(char *)c->out, c->n_out}, MSG_DONTWAIT);
		crypt_wipe(c->out, c->n_out);
		c->n_out = 0;
		c->asked = false;
		if (!sent)
			hang_up(s, i);
	}
}

/* The store is whole without it: when there is no room it is tried again later.  Only a failed flush is final. */
static void compact(struct server *s, msec now)
{
	struct err *e;

	if (!store_bulky(&s->v.store) || (now < s->compact_at && s->compact_at - now <= COMPACT_EVERY_MS))
		return;
	e = store_compact(s->turn, &s->v.store);
	if (!e)
		return;
	s->compact_at = now + COMPACT_EVERY_MS;
	if (files_flush_failed()) {
		fail(s, e, now);
		return;
	}
	log_warn("the vault's store could not be compacted; that is tried again later");
	log_err(e);
}

/* Behind the answers: signed tree heads, compaction, sessions long ended. */
static void housekeeping(struct server *s, msec now, bool last)
{
	struct vaultd *v = &s->v;
	struct err *e;

	if (v->sealed || v->failed)
		return;
	if (now - v->swept >= SWEEP_MS || now < v->swept) {
		core_sweep(v, now);
		v->swept = now;
	}
	e = audit_checkpoint(s->turn, &v->audit, now, last);
	if (e)
		fail(s, e, now);
	else
		compact(s, now);
}

static struct told_gathered gather(struct server *s, msec now)
{
	if (s->v.sealed || s->v.failed || (now >= s->told_at && now - s->told_at < TOLD_EVERY_MS))
		return (struct told_gathered){0};
	s->told_at = now;
	return told_gather(&s->v, s->turn, now);
}

static void turn(struct server *s, const struct pollfd *ready, msec now)
{
	struct told_gathered notes;

	for (size_t i = s->n; i-- > 0;)
		if (ready[i].revents && !listen_to(s->channels[i]))
			hang_up(s, i);
	if (s->v.failed)
		write_again(s, now);
	if (!s->v.sealed && !s->v.failed)
		core_tally(&s->v, now, false);
	notes = gather(s, now);
	for (size_t i = 0; i < s->n; i++)
		if (s->channels[i]->asked)
			answer(s, s->channels[i], now);
	commit(s, now);
	if (!s->v.failed && !s->v.sealed)
		told_drop(&s->v, notes);
	release(s);
	housekeeping(s, now, false);
	arena_reset(s->turn);
}

/* Asked to stop, the vault answers until its channels close: web first ends what it has begun.  Not for ever. */
static bool goes_on(struct server *s)
{
	msec now = now_of(s);

	if (s->n == 0 || !stopping)
		return s->n > 0;
	if (s->stop_at == 0)
		s->stop_at = now;
	return now >= s->stop_at && now - s->stop_at < STOP_MS;
}

static void loop(struct server *s)
{
	struct pollfd *p = arena_alloc(s->v.life, (s->n + 1) * sizeof *p);
	sigset_t blocked, open;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, &open);
	sigdelset(&open, SIGTERM);
	while (goes_on(s)) {
		struct timespec second = {.tv_sec = 1};

		for (size_t i = 0; i < s->n; i++)
			p[i] = (struct pollfd){.fd = s->channels[i]->fd, .events = POLLIN};
		if (ppoll(p, s->n, &second, &open) < 0) {
			if (errno == EINTR)
				continue;
			break;
		}
		turn(s, p, now_of(s));
	}
}

static void harden(void)
{
	struct sigaction act = {.sa_handler = on_signal};
	const char *why = guard_memory();

	sigaction(SIGTERM, &act, NULL);
	signal(SIGINT,
	       SIG_IGN); /* Ctrl-C reaches everyone of a terminal: the supervisor says when it is the vault's turn */
	if (!why && prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
		why = strerror(errno);
	if (why)
		log_warn("this system refuses a protection of the vault's memory: %s", why);
}

/* From here on it reaches its own folder and nothing else, and talks to those it knows already. */
static void close_in(struct server *s)
{
	struct guard_path own = {arena_fmt(s->v.life, "%s/vault", s->v.conf->dir).p, GUARD_FOLDER};
	const char *files = guard_files(&own, 1), *calls = guard_calls(GUARD_VAULT, false);

	if (files)
		log_warn("the vault is not kept from other files: %s", files);
	if (calls)
		log_warn("the system calls of the vault are not filtered: %s", calls);
}

static struct err *start(struct server *s)
{
	struct vaultd *v = &s->v;
	struct err *e;
	str secret;

	TRY(vault_dir(v->life, v->conf->dir, true, true, &v->dir));
	e = keyring_peek(v->life, v->dir, &v->demonstration, &v->generation);
	v->empty = e && e->kind == ERR_NOT_FOUND;
	if (e && !v->empty)
		return e;
	told_clean(v);
	TRY(budgets_start(v));
	if (v->conf->origin && seckey_site(str_of(v->conf->origin), &v->site))
		seckey_start();
	if (v->empty || !v->conf->key_file)
		return NULL;
	TRY(vault_key_file(s->turn, v->conf->key_file, &secret));
	TRY(core_unseal(v, v->life, secret, now_of(s)));
	compact(s, now_of(s));
	commit(s, now_of(s));
	return v->failed ? FAIL(v->life, UNAVAILABLE, NULL, "the vault's files cannot be written") : NULL;
}

static void finish(struct server *s)
{
	if (!s->v.sealed && !s->v.failed) {
		s->v.store.urgent |= s->v.store.pending.n > 0;
		core_tally(&s->v, now_of(s), true);
		commit(s, now_of(s));
		housekeeping(s, now_of(s), true);
	}
	while (s->n)
		hang_up(s, s->n - 1);
	core_seal(&s->v);
	if (s->v.dir >= 0)
		close(s->v.dir);
	arena_destroy(s->turn);
	free(s->channels);
}

int vault_main(const struct vault_config *conf)
{
	struct server *s = big_alloc(sizeof *s);
	struct arena *life = arena_create(TURN_BYTES);
	struct err *e;

	crypt_start();
	harden();
	s->v.conf = conf;
	s->v.life = life;
	s->v.sealed = true;
	s->v.dir = -1;
	s->turn = arena_create(TURN_BYTES);
	s->channels = big_alloc((conf->n_fds + 1) * sizeof(struct channel *));
	for (size_t i = 0; i < conf->n_fds && i < CHANNELS_MAX; i++) {
		s->channels[s->n] = big_alloc(sizeof(struct channel));
		s->channels[s->n++]->fd = conf->fds[i];
	}
	e = start(s);
	if (e)
		log_error("%.*s", STR_ARG(e->detail));
	else
		close_in(s);
	if (!e)
		loop(s);
	finish(s);
	crypt_wipe(s, sizeof *s);
	free(s);
	arena_destroy(life);
	return e ? EXIT_CONFIG : 0;
}
