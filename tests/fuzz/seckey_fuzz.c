/* seckey_fuzz.c — what browsers and keys say: attestation objects (CBOR), client data (JSON), signatures.
 * First byte: which.  Holds: no crash, no allocation beyond what was said, and nobody signs for a key that is nobody's. */
#include <stdlib.h>
#include <string.h>

#include "cbor.h"
#include "crypt.h"
#include "seckey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void registered(str in, const struct seckey_site *site)
{
	struct cbor c = {.s = in};
	struct seckey k;

	cbor_skip(&c);
	if (c.at > in.n)
		abort();
	if (seckey_registered(in, site->rp, &k) == SECKEY_GOOD &&
	    (k.n_id == 0 || k.n_id > SECKEY_ID_MAX || k.alg == 0 || k.alg >= SECKEY_ALGS || c.bad || c.at != in.n))
		abort();
}

/* client, a line; then 37 bytes; then the signature. */
static void signed_(str in, const struct seckey_site *site)
{
	str client = str_split(&in, '\n'), auth = str_sub(in, 0, in.n < SECKEY_AUTH ? in.n : SECKEY_AUTH);
	uint32_t counter;

	if (seckey_signed(&seckey_nobody, site->rp, client, auth, str_sub(in, auth.n, in.n), &counter) == SECKEY_GOOD)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seckey_site site, typed;
	struct arena *a;
	str in;

	if (size == 0)
		return 0;
	crypt_start();
	a = arena_create(8u << 20);
	in = (str){(const char *)data + 1, size - 1};
	if (!seckey_site(STR("http://localhost:8080"), &site))
		abort();
	if (data[0] % 4 == 0)
		registered(in, &site);
	if (data[0] % 4 == 1)
		(void)!seckey_client(a, in, SECKEY_GET, STR("challenge"), &site);
	if (data[0] % 4 == 2)
		signed_(in, &site);
	if (data[0] % 4 == 3 && seckey_site(in, &typed) && typed.rp.n > in.n)
		abort();
	arena_destroy(a);
	return 0;
}
