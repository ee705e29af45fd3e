/* guard.c — the open connections: who may open one, and how long each phase may last.
 *
 * The library's own timeout starts again at every byte, so a byte per second holds a connection for ever.  Here each
 * phase has one absolute deadline, set when it begins; a reaper thread shuts down what is past it.  The library then
 * sees the end of the stream and cleans up.  A descriptor is only shut down under the lock and while its connection
 * is registered; the library tells of a closing before it closes: no reused descriptor is ever hit.
 * A handler at work has no deadline: it is ours, not the client's.
 *
 * At a limit the newcomer is let in and the oldest connection that still waits for its client gives way, of the same
 * address first: someone who shares an address with an attacker (an office, a village) is served all the same. */
#include <arpa/inet.h>
#include <string.h>
#include <time.h>

#include "http_wire.h"
#include "log.h"

#define REAP_NS 200000000
#define LEAVING_MAX 16      /* cut but not yet closed: more would only punish the innocent */
#define SLOWEST_READER 2000 /* bytes per second a client must take a reply at, beside body_seconds */

#define SECOND INT64_C(1000000000)

/* In nanoseconds, so that of two connections one is older. */
static int64_t monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

/* Only with the lock held.  One that is only admitted is cut when it comes to life: until then the library may have
 * closed its descriptor without telling. */
static void shut(struct http_conn *c)
{
	if (!c->shut && atomic_load(&c->phase) != PHASE_ADMITTED)
		shutdown(c->fd, SHUT_RDWR);
	c->shut = true;
}

static void release(struct http_conn *c)
{
	c->fd = -1;
	c->shut = false;
	atomic_store(&c->phase, PHASE_FREE);
}

/* Who gives way to a newcomer, of one address or (NULL) of all: first what idles, then what sends a head, then what
 * sends a body; the oldest of these.  A request that is being answered never does.  Only with the lock held. */
static struct http_conn *oldest_waiting(struct http_guard *g, const struct http_address *who)
{
	static const int rank[] = {[PHASE_BODY] = 1, [PHASE_HEAD] = 2, [PHASE_ADMITTED] = 2, [PHASE_IDLE] = 3};
	struct http_conn *best = NULL;
	int best_rank = 0;

	for (int i = 0; i < g->max; i++) {
		struct http_conn *c = &g->conns[i];
		int phase = atomic_load(&c->phase), r = phase < (int)(sizeof rank / sizeof *rank) ? rank[phase] : 0;

		if (r == 0 || c->shut || (who && memcmp(&c->who, who, sizeof *who) != 0))
			continue;
		if (r > best_rank || (r == best_rank && atomic_load(&c->deadline) < atomic_load(&best->deadline))) {
			best = c;
			best_rank = r;
		}
	}
	return best;
}

static void reap(struct http_guard *g)
{
	int64_t now = monotonic();

	for (int i = 0; i < g->max; i++) {
		struct http_conn *c = &g->conns[i];
		int phase = atomic_load(&c->phase);

		if (phase == PHASE_FREE || atomic_load(&c->deadline) > now)
			continue;
		if (phase == PHASE_ADMITTED) /* never came to life */
			release(c);
		else
			shut(c);
	}
}

static void *reaper(void *arg)
{
	struct http_guard *g = arg;

	pthread_mutex_lock(&g->lock);
	while (!g->stopping) {
		struct timespec until;

		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += REAP_NS;
		if (until.tv_nsec >= SECOND) {
			until.tv_nsec -= SECOND;
			until.tv_sec++;
		}
		pthread_cond_timedwait(&g->wake, &g->lock, &until);
		reap(g);
	}
	pthread_mutex_unlock(&g->lock);
	return NULL;
}

struct err *http_guard_start(struct arena *a, struct http_guard *g, const struct http_config *c)
{
	pthread_condattr_t attr;

	*g = (struct http_guard){.max = c->max_connections,
				 .per_address = c->max_per_address,
				 .max_bodies = c->max_bodies,
				 .head_time = c->head_seconds * SECOND,
				 .body_time = c->body_seconds * SECOND,
				 .idle_time = c->idle_seconds * SECOND};
	g->conns = NEWS(a, struct http_conn, (size_t)g->max);
	for (int i = 0; i < g->max; i++)
		g->conns[i].fd = -1;
	pthread_mutex_init(&g->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&g->wake, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&g->reaper, NULL, reaper, g) != 0)
		return FAIL(a, UNAVAILABLE, NULL, "the reaper thread cannot start");
	return NULL;
}

void http_guard_stop(struct http_guard *g)
{
	pthread_mutex_lock(&g->lock);
	g->stopping = true;
	pthread_cond_signal(&g->wake);
	pthread_mutex_unlock(&g->lock);
	pthread_join(g->reaper, NULL);
	pthread_cond_destroy(&g->wake);
	pthread_mutex_destroy(&g->lock);
}

static void address_text(const struct sockaddr *addr, char out[INET6_ADDRSTRLEN])
{
	const void *in = addr->sa_family == AF_INET6
				 ? (const void *)&((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr
				 : (const void *)&((const struct sockaddr_in *)(const void *)addr)->sin_addr;

	if (!inet_ntop(addr->sa_family, in, out, INET6_ADDRSTRLEN))
		out[0] = '\0';
}

bool http_guard_admit(struct http_guard *g, int fd, const struct sockaddr *addr)
{
	struct http_conn *place = NULL, *victim = NULL;
	char peer[INET6_ADDRSTRLEN];
	struct http_address who;
	int same = 0;

	address_text(addr, peer);
	who = http_address_of(str_of(peer));
	pthread_mutex_lock(&g->lock);
	for (int i = 0; i < g->max; i++) {
		struct http_conn *c = &g->conns[i];

		if (atomic_load(&c->phase) != PHASE_FREE)
			same += !c->shut && memcmp(&c->who, &who, sizeof who) == 0;
		else if (!place)
			place = c;
	}
	if (place && same >= g->per_address) {
		victim = oldest_waiting(g, &who);
		if (victim)
			shut(victim);
		else
			place = NULL;
	}
	if (place) {
		place->fd = fd;
		place->who = who;
		memcpy(place->peer, peer, sizeof peer);
		atomic_store(&place->deadline, monotonic() + g->head_time);
		atomic_store(&place->phase, PHASE_ADMITTED);
	}
	pthread_mutex_unlock(&g->lock);
	return place != NULL;
}

/* Only with the lock held. */
static struct http_conn *admitted(struct http_guard *g, int fd)
{
	for (int i = 0; i < g->max; i++)
		if (g->conns[i].fd == fd && atomic_load(&g->conns[i].phase) == PHASE_ADMITTED)
			return &g->conns[i];
	return NULL;
}

void http_guard_forget(struct http_guard *g, int fd)
{
	struct http_conn *c;

	pthread_mutex_lock(&g->lock);
	c = admitted(g, fd);
	if (c)
		release(c);
	pthread_mutex_unlock(&g->lock);
}

struct http_conn *http_guard_alive(struct http_guard *g, int fd)
{
	struct http_conn *c;

	pthread_mutex_lock(&g->lock);
	c = admitted(g, fd);
	if (c) {
		atomic_store(&c->phase, PHASE_HEAD);
		if (c->shut)
			shutdown(fd, SHUT_RDWR);
	}
	pthread_mutex_unlock(&g->lock);
	return c;
}

void http_guard_closed(struct http_guard *g, struct http_conn *c)
{
	pthread_mutex_lock(&g->lock);
	release(c);
	pthread_mutex_unlock(&g->lock);
}

void http_guard_phase(struct http_guard *g, struct http_conn *c, enum http_phase p, size_t bytes_to_send)
{
	int64_t now = monotonic(), deadline = INT64_MAX;

	if (p == PHASE_HEAD)
		deadline = now + g->head_time;
	else if (p == PHASE_BODY)
		deadline = now + g->body_time;
	else if (p == PHASE_SEND)
		deadline = now + g->body_time + (int64_t)bytes_to_send * (SECOND / SLOWEST_READER);
	else if (p == PHASE_IDLE)
		deadline = now + g->idle_time;
	atomic_store(&c->deadline, deadline);
	atomic_store(&c->phase, p);
}

/* Summed only when the bodies of all take more than one address may. */
static size_t held_by(struct http_guard *g, const struct http_address *who)
{
	size_t sum = 0;

	pthread_mutex_lock(&g->lock);
	for (int i = 0; i < g->max; i++)
		if (memcmp(&g->conns[i].who, who, sizeof *who) == 0)
			sum += atomic_load(&g->conns[i].held);
	pthread_mutex_unlock(&g->lock);
	return sum;
}

bool http_guard_hold(struct http_guard *g, struct http_conn *c, size_t n)
{
	size_t share = g->max_bodies / 4, all = atomic_fetch_add(&g->bodies, n) + n;

	atomic_fetch_add(&c->held, n);
	return all <= g->max_bodies && (all <= share || held_by(g, &c->who) <= share);
}

void http_guard_drop(struct http_guard *g, struct http_conn *c)
{
	atomic_fetch_sub(&g->bodies, atomic_exchange(&c->held, 0));
}

bool http_guard_full(struct http_guard *g)
{
	struct http_conn *victim;
	bool full = true;
	int leaving = 0;

	pthread_mutex_lock(&g->lock);
	for (int i = 0; i < g->max && full; i++) {
		full = atomic_load(&g->conns[i].phase) != PHASE_FREE;
		leaving += g->conns[i].shut;
	}
	victim = full && leaving < LEAVING_MAX ? oldest_waiting(g, NULL) : NULL;
	if (victim)
		shut(victim);
	if (full && monotonic() >= g->say_full_from) {
		log_warn("all %d connections are in use", g->max);
		g->say_full_from = monotonic() + 60 * SECOND;
	}
	pthread_mutex_unlock(&g->lock);
	return full;
}

void http_guard_drain(struct http_guard *g, int seconds)
{
	static const struct timespec tick = {.tv_nsec = 10000000};
	int64_t until = monotonic() + seconds * SECOND;
	bool busy = true;

	while (busy && monotonic() < until) {
		busy = false;
		pthread_mutex_lock(&g->lock);
		for (int i = 0; i < g->max; i++) {
			int phase = atomic_load(&g->conns[i].phase);

			if (phase == PHASE_HEAD || phase == PHASE_IDLE)
				shut(&g->conns[i]);
			busy = busy || phase == PHASE_BODY || phase == PHASE_SERVE || phase == PHASE_SEND;
		}
		pthread_mutex_unlock(&g->lock);
		if (busy)
			nanosleep(&tick, NULL);
	}
}
