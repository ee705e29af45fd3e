/* gzip.c — compression of replies.  Each thread keeps two compressors: what they remember of a page is positions and
 * counts, never its text (the text is read where it stands). */
#include <libdeflate.h>
#include <pthread.h>
#include <stdlib.h>

#include "http_wire.h"

/* Right for most pages: the least processor time.  A long form is opened seldom and travels far: three times the
 * time, a tenth fewer bytes. */
#define QUICK 1
#define SMALL 9
#define LONG ((size_t)48 * 1024)

struct pair {
	struct libdeflate_compressor *quick, *small;
};

static pthread_key_t pair_key;
static pthread_once_t pair_once = PTHREAD_ONCE_INIT;

static void free_pair(void *p)
{
	struct pair *c = p;

	libdeflate_free_compressor(c->quick);
	libdeflate_free_compressor(c->small);
	free(c);
}

static void make_key(void)
{
	if (pthread_key_create(&pair_key, free_pair) != 0)
		BUG("no thread key for compression");
}

static struct pair *pair_of_thread(void)
{
	struct pair *c;

	pthread_once(&pair_once, make_key);
	c = pthread_getspecific(pair_key);
	if (c)
		return c;
	c = calloc(1, sizeof *c);
	if (!c || pthread_setspecific(pair_key, c) != 0)
		BUG("no memory for compression");
	c->quick = libdeflate_alloc_compressor(QUICK);
	c->small = libdeflate_alloc_compressor(SMALL);
	if (!c->quick || !c->small)
		BUG("no memory for compression");
	return c;
}

str http_gzip(struct arena *a, str body)
{
	const struct pair *c = pair_of_thread();
	size_t n;
	char *p;

	if (body.n == 0)
		return (str){0};
	/* Room for less than the body itself: when that is not enough, compressing was not worth it. */
	p = arena_raw(a, body.n);
	n = libdeflate_gzip_compress(body.n > LONG ? c->small : c->quick, body.p, body.n, p, body.n);
	return n ? (str){p, n} : (str){0};
}
