/* id.c — identifiers and the random bytes they come from. */
#include "id.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "err.h"

static const char digits32[] = "0123456789abcdefghjkmnpqrstvwxyz";

void random_bytes(void *p, size_t n)
{
	char *at = p;

	while (n) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0 && errno != EINTR)
			BUG("getrandom: %s", strerror(errno));
		if (got > 0) {
			at += got;
			n -= (size_t)got;
		}
	}
}

struct id id_random(void)
{
	struct id v;

	random_bytes(v.b, sizeof v.b);
	return v;
}

bool id_eq(struct id a, struct id b)
{
	return memcmp(a.b, b.b, sizeof a.b) == 0;
}

bool id_is_zero(struct id a)
{
	return id_eq(a, (struct id){0});
}

int id_cmp(struct id a, struct id b)
{
	return memcmp(a.b, b.b, sizeof a.b);
}

/* 128 bits in 26 digits of 5 bits: the last digit carries the 3 low bits, shifted up by 2. */
str id_text(struct arena *a, struct id v)
{
	char *p = arena_alloc(a, ID_TEXT + 1);
	unsigned acc = 0, bits = 0;
	size_t at = 0;

	for (size_t i = 0; i < sizeof v.b; i++) {
		acc = (acc << 8) | v.b[i];
		for (bits += 8; bits >= 5; bits -= 5)
			p[at++] = digits32[(acc >> (bits - 5)) & 31];
	}
	p[at++] = digits32[(acc << (5 - bits)) & 31];
	return (str){p, at};
}

bool id_parse(str s, struct id *out)
{
	struct id v = {0};
	unsigned acc = 0, bits = 0;
	size_t at = 0;

	if (s.n != ID_TEXT)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		const char *d = s.p[i] ? strchr(digits32, s.p[i]) : NULL;

		if (!d)
			return false;
		acc = (acc << 5) | (unsigned)(d - digits32);
		bits += 5;
		if (bits >= 8 && at < sizeof v.b) {
			bits -= 8;
			v.b[at++] = (uint8_t)(acc >> bits);
		}
	}
	if (acc & 3u)
		return false;
	*out = v;
	return true;
}
