/* seckey_testing.c — the key of the tests: OpenSSL draws and signs, so that what verifies is not judged by itself. */
#include "seckey_testing.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <string.h>

#include "crypt.h"

static void must(bool good)
{
	if (!good)
		BUG("OpenSSL of the tests");
}

static EVP_PKEY *draw(enum seckey_alg alg)
{
	EVP_PKEY *p = alg == SECKEY_ES256 ? EVP_EC_gen("P-256") : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	must(p != NULL);
	return p;
}

void soft_new(struct soft_key *k, enum seckey_alg alg)
{
	uint8_t point[65];
	size_t n = sizeof point;

	*k = (struct soft_key){.half = {.alg = alg, .n_id = 48}, .pair = draw(alg)};
	random_bytes(k->half.id, k->half.n_id);
	if (alg == SECKEY_ES256) {
		must(EVP_PKEY_get_octet_string_param(k->pair, "pub", point, sizeof point, &n) == 1 && n == 65);
		memcpy(k->half.pk, point + 1, 64);
	} else {
		must(EVP_PKEY_get_raw_public_key(k->pair, k->half.pk, &n) == 1 && n == 32);
	}
}

void soft_free(struct soft_key *k)
{
	EVP_PKEY_free(k->pair);
	k->pair = NULL;
}

str soft_client(struct arena *a, const char *type, str challenge, const char *origin)
{
	return arena_fmt(a, "{\"type\":\"%s\",\"challenge\":\"%.*s\",\"origin\":\"%s\",\"crossOrigin\":false}", type,
			 STR_ARG(crypt_base64_url(a, challenge)), origin);
}

static void head(struct buf *b, const char *rp, uint8_t flags, uint32_t counter)
{
	uint8_t site[32];

	crypt_sha256(str_of(rp), site);
	buf_str(b, (str){(char *)site, sizeof site});
	buf_c(b, (char)flags);
	for (int i = 3; i >= 0; i--)
		buf_c(b, (char)(counter >> (8 * i)));
}

str soft_auth(struct arena *a, const char *rp, uint8_t flags, uint32_t counter)
{
	struct buf b;

	buf_init(&b, a, 64);
	head(&b, rp, flags, counter);
	return buf_done(&b);
}

/* The public key as COSE writes it: a map in CBOR. */
static void cose(struct buf *b, const struct seckey *k)
{
	if (k->alg == SECKEY_EDDSA) {
		buf_str(b, STR("\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20"));
		buf_str(b, (str){(const char *)k->pk, 32});
		return;
	}
	buf_str(b, STR("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"));
	buf_str(b, (str){(const char *)k->pk, 32});
	buf_str(b, STR("\x22\x58\x20"));
	buf_str(b, (str){(const char *)k->pk + 32, 32});
}

str soft_attestation(struct arena *a, const struct soft_key *k, const char *rp, uint8_t flags, uint32_t counter)
{
	char aaguid[16] = {0};
	struct buf auth, b;
	str inner;

	buf_init(&auth, a, 2048);
	head(&auth, rp, flags | 0x40, counter);
	buf_str(&auth, (str){aaguid, sizeof aaguid});
	buf_c(&auth, (char)(k->half.n_id >> 8));
	buf_c(&auth, (char)k->half.n_id);
	buf_str(&auth, (str){(const char *)k->half.id, k->half.n_id});
	cose(&auth, &k->half);
	inner = buf_done(&auth);
	buf_init(&b, a, 2048);
	buf_str(&b, STR("\xa3\x63"
			"fmt\x64none\x67"
			"attStmt\xa0\x68"
			"authData\x59"));
	buf_c(&b, (char)(inner.n >> 8));
	buf_c(&b, (char)inner.n);
	buf_str(&b, inner);
	return buf_done(&b);
}

str soft_sign(struct arena *a, const struct soft_key *k, str auth, str client)
{
	uint8_t digest[32], sig[128];
	size_t n = sizeof sig;
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	str both[2] = {auth, {(char *)digest, sizeof digest}};
	str whole;

	crypt_sha256(client, digest);
	whole = arena_join(a, both, 2, STR(""));
	must(c && EVP_DigestSignInit(c, NULL, k->half.alg == SECKEY_ES256 ? EVP_sha256() : NULL, NULL, k->pair) == 1);
	must(EVP_DigestSign(c, sig, &n, (const unsigned char *)whole.p, whole.n) == 1);
	EVP_MD_CTX_free(c);
	return arena_str(a, (str){(char *)sig, n});
}
