/* seal.c — the envelope: XChaCha20-Poly1305 with a key and a commitment derived for each sealed value.
 *
 *   "RVG1" ver1 alg1 | nonce24 | commit32 | ciphertext | tag16
 *
 * The AEAD alone is not key-committing: the commitment makes a value open under one key and one context only.
 * alg tells padded values from plain wraps and enters the associated data, so that neither passes for the other.
 * Nonces are random and never reused; no caller can give one. */
#include "crypt.h"

#include <sodium.h>
#include <string.h>

#define HEADER 6u
#define NONCE 24u
#define COMMIT 32u
#define TAG 16u
#define OVERHEAD (HEADER + NONCE + COMMIT + TAG)
#define AAD 101u
#define PAD_PREFIX 4u
#define PAD_MIN 256u
#define PLAIN_MAX (64u << 20)

_Static_assert(OVERHEAD == CRYPT_WRAP_OVERHEAD, "the header file states the overhead");
_Static_assert(NONCE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce");
_Static_assert(TAG == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag");

enum alg { ALG_PADDED = 1, ALG_PLAIN = 2 };

static uint8_t *le(uint8_t *p, uint64_t v, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		p[i] = (uint8_t)(v >> (8 * i));
	return p + bytes;
}

static uint8_t *copy(uint8_t *p, const void *from, size_t n)
{
	memcpy(p, from, n);
	return p + n;
}

static void header(uint8_t out[HEADER], enum alg alg)
{
	memcpy(out, "RVG1", 4);
	out[4] = 1;
	out[5] = (uint8_t)alg;
}

/* Fixed length: no two contexts have the same bytes. */
static void associated(uint8_t out[AAD], const struct seal_at *at, enum alg alg)
{
	uint8_t *p = out;

	header(p, alg);
	p = copy(p + HEADER, at->tenant.b, 16);
	p = le(p, (uint64_t)at->table, 1);
	p = copy(p, at->row.b, 16);
	p = copy(p, at->object.b, 16);
	p = le(p, at->compartment, 1);
	p = le(p, at->dossier, 1);
	p = le(p, at->keygen, 4);
	p = le(p, at->version, 8);
	p = copy(p, at->about, sizeof at->about);
	if (p != out + AAD)
		BUG("associated data of %td bytes", p - out);
}

/* out: 32 bytes of key, then 32 of commitment. */
static void derive(uint8_t out[64], const struct key *k, const uint8_t nonce[NONCE], const uint8_t aad[AAD])
{
	crypto_generichash_state st;

	crypto_generichash_init(&st, k->b, sizeof k->b, 64);
	crypto_generichash_update(&st, (const uint8_t *)"rvg-env1", 8);
	crypto_generichash_update(&st, nonce, NONCE);
	crypto_generichash_update(&st, aad, AAD);
	crypto_generichash_final(&st, out, 64);
	sodium_memzero(&st, sizeof st);
}

static str seal(struct arena *a, const struct key *k, const struct seal_at *at, enum alg alg, str plain)
{
	uint8_t front[HEADER + NONCE + COMMIT], *nonce = front + HEADER, aad[AAD], keys[64];
	uint8_t *p = arena_alloc(a, OVERHEAD + plain.n);

	header(front, alg);
	random_bytes(nonce, NONCE);
	associated(aad, at, alg);
	derive(keys, k, nonce, aad);
	memcpy(nonce + NONCE, keys + 32, COMMIT);
	memcpy(p, front, sizeof front);
	crypto_aead_xchacha20poly1305_ietf_encrypt(p + sizeof front, NULL, (const uint8_t *)plain.p, plain.n, aad, AAD,
						   NULL, nonce, keys);
	sodium_memzero(keys, sizeof keys);
	return (str){(char *)p, OVERHEAD + plain.n};
}

/* Both checks always run, so that a wrong commitment and a wrong tag take the same time. */
static bool unseal(struct arena *a, const struct key *k, const struct seal_at *at, enum alg alg, str sealed, str *out)
{
	const uint8_t *p = (const uint8_t *)sealed.p, *nonce, *commit;
	uint8_t aad[AAD], keys[64], expected[HEADER], *plain;
	bool good;
	int failed;

	if (!p || sealed.n < OVERHEAD || sealed.n > OVERHEAD + 2u * PLAIN_MAX)
		return false;
	nonce = p + HEADER;
	commit = nonce + NONCE;
	header(expected, alg);
	associated(aad, at, alg);
	derive(keys, k, nonce, aad);
	plain = arena_alloc(a, sealed.n - OVERHEAD + 1);
	good = memcmp(p, expected, HEADER) == 0;
	good &= sodium_memcmp(commit, keys + 32, COMMIT) == 0;
	failed = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, commit + COMMIT,
							    sealed.n - HEADER - NONCE - COMMIT, aad, AAD, nonce, keys);
	sodium_memzero(keys, sizeof keys);
	if (!good || failed)
		return false;
	*out = (str){(char *)plain, sealed.n - OVERHEAD};
	return true;
}

/* Padmé: at most 12 % longer, and only O(log log n) bits of the length show. */
static size_t padme(size_t n)
{
	unsigned e, s;
	size_t mask;

	if (n <= PAD_MIN)
		return PAD_MIN;
	e = 63u - (unsigned)__builtin_clzll(n);
	s = 64u - (unsigned)__builtin_clzll(e);
	mask = ((size_t)1 << (e - s)) - 1;
	return (n + mask) & ~mask;
}

static struct err *refused(struct arena *a)
{
	return FAIL(a, INTERNAL, NULL, "sealed value does not open");
}

struct err *crypt_seal(struct arena *a, const struct key *k, const struct seal_at *at, str plain, str *out)
{
	uint8_t *p;
	size_t n;

	if (plain.n > PLAIN_MAX)
		return FAIL(a, TOO_BIG, NULL, "%zu bytes to seal", plain.n);
	n = padme(PAD_PREFIX + plain.n);
	p = arena_alloc(a, n);
	le(p, plain.n, PAD_PREFIX);
	if (plain.n)
		memcpy(p + PAD_PREFIX, plain.p, plain.n);
	*out = seal(a, k, at, ALG_PADDED, (str){(char *)p, n});
	sodium_memzero(p, n);
	return NULL;
}

struct err *crypt_open(struct arena *a, const struct key *k, const struct seal_at *at, str sealed, str *out)
{
	str padded;
	uint32_t n = 0;

	if (!unseal(a, k, at, ALG_PADDED, sealed, &padded) || padded.n < PAD_PREFIX)
		return refused(a);
	for (size_t i = 0; i < PAD_PREFIX; i++)
		n |= (uint32_t)(uint8_t)padded.p[i] << (8 * i);
	if (n > padded.n - PAD_PREFIX || padme(PAD_PREFIX + n) != padded.n)
		return refused(a);
	((char *)(uintptr_t)padded.p)[PAD_PREFIX + n] = 0;
	*out = (str){padded.p + PAD_PREFIX, n};
	return NULL;
}

struct err *crypt_wrap(struct arena *a, const struct key *k, const struct seal_at *at, str secret, str *out)
{
	if (secret.n > PLAIN_MAX)
		return FAIL(a, TOO_BIG, NULL, "%zu bytes to wrap", secret.n);
	*out = seal(a, k, at, ALG_PLAIN, secret);
	return NULL;
}

struct err *crypt_unwrap(struct arena *a, const struct key *k, const struct seal_at *at, str wrapped, str *out)
{
	return unseal(a, k, at, ALG_PLAIN, wrapped, out) ? NULL : refused(a);
}
