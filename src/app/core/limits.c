/* limits.c — how often one address may knock at the doors that need no account.  One row a door. */
#include "web.h"

#include <pthread.h>

static const struct {
	int tries, seconds;
} rows[LIMITS] = {
	[LIMIT_REFERRAL] = {20, 3600},
	[LIMIT_SIGN_IN] = {60, 60}, /* an office behind one address, on a Monday morning */
	[LIMIT_KEY] = {60, 60},
};

static struct http_limit *limits[LIMITS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make(void)
{
	for (size_t i = 0; i < LIMITS; i++)
		limits[i] = http_limit_create(rows[i].tries, rows[i].seconds);
}

bool ctx_limit(struct ctx *c, enum limit which)
{
	pthread_once(&once, make);
	return http_limit_take(limits[which], c->q->peer, c->q->now);
}
