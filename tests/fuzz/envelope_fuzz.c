/* envelope_fuzz.c — sealed values from a hostile database, and the texts beside them.
 * Holds: nothing opens but what was sealed, for the place it was sealed for. */
#include <stdlib.h>
#include <string.h>

#include "crypt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct key fixed = {{1, 2, 3}};

/* The input changes bytes of a good envelope, or of its place. */
static void changed(struct arena *a, const uint8_t *data, size_t size)
{
	struct seal_at at = {.table = SEAL_RECORD}, there = at;
	str good, plain;
	char *p;

	if (size < 3 || crypt_seal(a, &fixed, &at, STR("a person"), &good))
		return;
	p = (char *)(uintptr_t)good.p;
	for (size_t i = 0; i + 2 < size; i += 3) {
		size_t where = (data[i] | (size_t)data[i + 1] << 8) % (good.n + 16);

		if (where < good.n)
			p[where] = (char)(p[where] ^ data[i + 2]);
		else
			there.row.b[where - good.n] ^= data[i + 2];
	}
	if (crypt_open(a, &fixed, &there, good, &plain))
		return;
	if (memcmp(&there, &at, sizeof at) != 0 || !str_eq(plain, STR("a person")))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create(64u << 20);
	struct box_pair pair = {.sk = fixed};
	struct seal_at at = {.table = SEAL_RECORD};
	str in = {(const char *)data, size}, out;

	crypt_start();
	if (!crypt_open(a, &fixed, &at, in, &out) || !crypt_unwrap(a, &fixed, &at, in, &out) ||
	    !crypt_box_open(a, &pair, in, &out))
		abort();
	changed(a, data, size);
	if (!crypt_unbase64(a, in, &out) && !str_eq(crypt_base64(a, out), in))
		abort();
	crypt_base32(a, in);
	crypt_totp_match(fixed.b, in, 1700000000000);
	arena_destroy(a);
	return 0;
}
