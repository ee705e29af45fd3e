/* gzip.c — compression of replies.  Each thread keeps one block of working memory for zlib and lends it out again,
 * wiped: zlib's window holds the page, and a page is about a person. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include "http_wire.h"

/* Level 1 takes half the processor time of 4 and a tenth more bytes: right for most pages.  A long form is opened
 * seldom and travels far: 9. */
#define LONG ((size_t)48 * 1024)
#define LEVEL(n) ((n) > LONG ? 9 : 1)
/* 16 KB: a page fits.  A long form repeats its lists of countries further apart: 32. */
#define WINDOW_BITS(n) ((n) > LONG ? 15 : 14)
#define MEM_LEVEL 7
#define BLOCK ((size_t)208 * 1024)

struct block {
	size_t used;
	_Alignas(16) unsigned char mem[BLOCK];
};

static pthread_key_t block_key;
static pthread_once_t block_once = PTHREAD_ONCE_INIT;

static void make_key(void)
{
	if (pthread_key_create(&block_key, free) != 0)
		BUG("no thread key for compression");
}

static struct block *block_of_thread(void)
{
	struct block *b;

	pthread_once(&block_once, make_key);
	b = pthread_getspecific(block_key);
	if (!b) {
		b = calloc(1, sizeof *b);
		if (!b || pthread_setspecific(block_key, b) != 0)
			BUG("no memory for compression");
	}
	return b;
}

static voidpf lend(voidpf opaque, uInt items, uInt size)
{
	struct block *b = opaque;
	size_t n = ((size_t)items * size + 15) & ~(size_t)15;
	void *p = b->mem + b->used;

	if (n > BLOCK - b->used)
		return NULL;
	b->used += n;
	return p;
}

static void take_back(voidpf opaque, voidpf address)
{
	(void)opaque;
	(void)address;
}

str http_gzip(struct arena *a, str body)
{
	struct block *b = block_of_thread();
	z_stream z = {.zalloc = lend, .zfree = take_back, .opaque = b};
	str out = {0};
	char *p;
	int rc;

	if (body.n == 0 || body.n > UINT32_MAX)
		return out;
	/* Room for less than the body itself: when that is not enough, compressing was not worth it. */
	p = arena_alloc(a, body.n);
	b->used = 0;
	if (deflateInit2(&z, LEVEL(body.n), Z_DEFLATED, WINDOW_BITS(body.n) + 16, MEM_LEVEL, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		BUG("zlib does not start");
	z.next_in = (const Bytef *)body.p;
	z.avail_in = (uInt)body.n;
	z.next_out = (Bytef *)p;
	z.avail_out = (uInt)body.n;
	rc = deflate(&z, Z_FINISH);
	if (rc == Z_STREAM_END)
		out = (str){p, z.total_out};
	deflateEnd(&z);
	explicit_bzero(b->mem, b->used);
	return out;
}
