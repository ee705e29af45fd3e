/* limit.c — token buckets by address: `per_window` tries, refilled evenly over the window.
 *
 * A fixed table of small sets, indexed by a keyed hash, so that memory is bounded and nobody can aim at another's
 * set.  In a full set the bucket that is nearest to full again gives way: forgetting it forgives least. */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "http.h"
#include "http_wire.h"

#define SETS 1024
#define WAYS 8

struct bucket {
	struct http_address who;
	int64_t credit; /* thousandths of a try; meaningless while last is 0 */
	msec last;
};
struct http_limit {
	pthread_mutex_t lock;
	int64_t full, window_ms;
	uint64_t key;
	struct bucket sets[SETS][WAYS];
};

struct http_address http_address_of(str text)
{
	struct http_address who = {0};
	char z[INET6_ADDRSTRLEN];
	struct in6_addr six;

	if (text.n >= sizeof z)
		return who;
	if (text.n)
		memcpy(z, text.p, text.n);
	z[text.n] = '\0';
	if (inet_pton(AF_INET, z, who.b + 12) == 1) {
		who.b[10] = who.b[11] = 0xFF;
	} else if (inet_pton(AF_INET6, z, &six) == 1) {
		/* One household or host owns a whole /64: counting single addresses would count nothing. */
		memcpy(who.b, &six, IN6_IS_ADDR_V4MAPPED(&six) ? 16 : 8);
	}
	return who;
}

struct http_limit *http_limit_create(int per_window, int window_seconds)
{
	struct http_limit *l = calloc(1, sizeof *l);

	if (!l || per_window < 1 || window_seconds < 1)
		BUG("a rate limit cannot be made");
	pthread_mutex_init(&l->lock, NULL);
	l->full = (int64_t)per_window * 1000;
	l->window_ms = (int64_t)window_seconds * 1000;
	random_bytes(&l->key, sizeof l->key);
	return l;
}

void http_limit_destroy(struct http_limit *l)
{
	if (!l)
		return;
	pthread_mutex_destroy(&l->lock);
	free(l);
}

static struct bucket *set_of(struct http_limit *l, const struct http_address *who)
{
	uint64_t h = l->key, half[2];

	memcpy(half, who->b, sizeof half);
	for (size_t i = 0; i < 2; i++) {
		h = (h ^ half[i]) * UINT64_C(0x9E3779B97F4A7C15);
		h ^= h >> 32;
	}
	return l->sets[(h * UINT64_C(0x9E3779B97F4A7C15)) >> 54];
}

static int64_t credit_at(const struct http_limit *l, const struct bucket *b, msec now)
{
	int64_t passed = now - b->last, c;

	if (b->last == 0 || passed >= l->window_ms)
		return l->full;
	if (passed < 0) /* the clock was set back: nothing refills, nothing is lost */
		passed = 0;
	c = b->credit + l->full * passed / l->window_ms;
	return c < l->full ? c : l->full;
}

bool http_limit_take(struct http_limit *l, str peer, msec now)
{
	struct http_address who = http_address_of(peer);
	struct bucket *set, *b = NULL;
	int64_t credit;
	bool ok;

	pthread_mutex_lock(&l->lock);
	set = set_of(l, &who);
	for (size_t i = 0; i < WAYS && !b; i++)
		if (set[i].last && memcmp(&set[i].who, &who, sizeof who) == 0)
			b = &set[i];
	if (!b) {
		b = set;
		for (size_t i = 1; i < WAYS; i++)
			if (credit_at(l, &set[i], now) > credit_at(l, b, now))
				b = &set[i];
		*b = (struct bucket){.who = who};
	}
	credit = credit_at(l, b, now);
	ok = credit >= 1000;
	/* A refused try leaves the bucket as it is: who goes on trying is not locked out for longer. */
	if (ok) {
		b->credit = credit - 1000;
		b->last = now > b->last ? now : b->last;
	}
	pthread_mutex_unlock(&l->lock);
	return ok;
}
