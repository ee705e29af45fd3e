/* pairs.c — key pairs, hashes, small keys, locked memory, and the start of the library. */
#include "crypt.h"

#include <liboath/oath.h>
#include <sodium.h>
#include <string.h>

void crypt_start(void)
{
	if (sodium_init() < 0)
		BUG("libsodium does not start");
	if (oath_init() != OATH_OK)
		BUG("liboath does not start");
}

void crypt_box_new(struct box_pair *out)
{
	crypto_box_curve25519xchacha20poly1305_keypair(out->pk, out->sk.b);
}

void crypt_box_from_secret(const struct key *sk, struct box_pair *out)
{
	out->sk = *sk;
	if (crypto_scalarmult_base(out->pk, sk->b) != 0)
		BUG("unusable secret key");
}

str crypt_box_seal(struct arena *a, const uint8_t pk[32], str plain)
{
	size_t n = plain.n + crypto_box_curve25519xchacha20poly1305_SEALBYTES;
	uint8_t *p = arena_alloc(a, n);

	/* Fails only for a public key of small order, which none of ours is: they come from the vault's own store. */
	if (crypto_box_curve25519xchacha20poly1305_seal(p, (const uint8_t *)plain.p, plain.n, pk) != 0)
		BUG("unusable public key");
	return (str){(char *)p, n};
}

struct err *crypt_box_open(struct arena *a, const struct box_pair *pair, str sealed, str *out)
{
	const size_t over = crypto_box_curve25519xchacha20poly1305_SEALBYTES;
	uint8_t *p;

	if (!sealed.p || sealed.n < over)
		return FAIL(a, INTERNAL, NULL, "sealed value does not open");
	p = arena_alloc(a, sealed.n - over + 1);
	if (crypto_box_curve25519xchacha20poly1305_seal_open(p, (const uint8_t *)sealed.p, sealed.n, pair->pk,
							     pair->sk.b))
		return FAIL(a, INTERNAL, NULL, "sealed value does not open");
	*out = (str){(char *)p, sealed.n - over};
	return NULL;
}

void crypt_sign_new(struct sign_pair *out)
{
	crypto_sign_keypair(out->pk, out->sk);
}

void crypt_sign_from_seed(const uint8_t seed[32], struct sign_pair *out)
{
	crypto_sign_seed_keypair(out->pk, out->sk, seed);
}

void crypt_sign(const struct sign_pair *p, str message, uint8_t sig[64])
{
	crypto_sign_detached(sig, NULL, (const uint8_t *)message.p, message.n, p->sk);
}

bool crypt_verify(const uint8_t pk[32], str message, const uint8_t sig[64])
{
	return crypto_sign_verify_detached(sig, (const uint8_t *)message.p, message.n, pk) == 0;
}

struct key crypt_derive(const struct key *k, const char *label, str data)
{
	crypto_generichash_state st;
	struct key out;
	size_t n = strlen(label);
	uint8_t len = (uint8_t)n;

	if (n == 0 || n > UINT8_MAX)
		BUG("label of %zu bytes", n);
	crypto_generichash_init(&st, k->b, sizeof k->b, sizeof out.b);
	crypto_generichash_update(&st, &len, 1);
	crypto_generichash_update(&st, (const uint8_t *)label, n);
	crypto_generichash_update(&st, (const uint8_t *)data.p, data.n);
	crypto_generichash_final(&st, out.b, sizeof out.b);
	sodium_memzero(&st, sizeof st);
	return out;
}

void crypt_sha256(str data, uint8_t out[32])
{
	crypto_hash_sha256(out, (const uint8_t *)data.p, data.n);
}

bool crypt_equal(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

void crypt_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

struct key crypt_key_new(void)
{
	struct key k;

	random_bytes(k.b, sizeof k.b);
	return k;
}

/* sodium_malloc goes on when the lock fails, so the lock is asked for again and its answer taken. */
struct err *crypt_locked(struct arena *a, size_t n, void **out)
{
	void *p = sodium_malloc(n);

	if (!p)
		return FAIL(a, UNAVAILABLE, NULL, "no memory for %zu bytes of keys", n);
	if (sodium_mlock(p, n) != 0) {
		sodium_free(p);
		return FAIL(a, UNAVAILABLE, NULL, "%zu bytes of keys cannot be locked in memory (RLIMIT_MEMLOCK)", n);
	}
	memset(p, 0, n);
	*out = p;
	return NULL;
}

void crypt_unlocked_free(void *p)
{
	sodium_free(p);
}
