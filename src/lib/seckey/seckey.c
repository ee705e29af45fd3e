/* seckey.c — registrations and signatures of security keys, read by libfido2 behind a walk of our own.
 *
 * The libraries see CBOR only once it is known to be whole and small, and bytes only once they have their length.  A
 * check that is left out here is one that nobody makes. */
#include "seckey.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <string.h>

#include "cbor.h"
#include "crypt.h"
#include "json.h"

#define FLAG_PRESENT 0x01u
#define FLAG_VERIFIED 0x04u
#define FLAG_BACKUP 0x18u /* may be, is kept elsewhere too: allowed, and told by honest keys only */
#define FLAG_KEY 0x40u
#define FLAG_MORE 0x80u
#define AT_FLAGS 32
#define AT_COUNTER 33
#define AT_ID_LENGTH 53
#define AT_ID 55

static bool host_ok(str host)
{
	bool letter = false;

	if (!host.n || host.n > 253 || host.p[0] == '.' || host.p[0] == '-' || host.p[host.n - 1] == '.')
		return false;
	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];
		bool az = c >= 'a' && c <= 'z';

		if (!az && !(c >= '0' && c <= '9') && c != '.' && c != '-')
			return false;
		letter |= az;
	}
	return letter; /* browsers take no number of a machine for the name of a site */
}

bool seckey_site(str origin, struct seckey_site *out)
{
	bool https = str_starts(origin, STR("https://"));
	str rest = str_sub(origin, https ? 8 : 7, origin.n), port = {0}, host = rest;
	ptrdiff_t colon = str_index(rest, ':');
	int64_t number;

	if (!https && !str_starts(origin, STR("http://")))
		return false;
	if (colon >= 0) {
		host = str_sub(rest, 0, (size_t)colon);
		port = str_sub(rest, (size_t)colon + 1, rest.n);
		if (!str_to_i64(port, &number) || number < 1 || number > 65535 || port.p[0] == '0')
			return false;
		if (number == (https ? 443 : 80)) /* a browser would not say it */
			return false;
	}
	if (!host_ok(host) || (!https && !str_eqz(host, "localhost")))
		return false;
	*out = (struct seckey_site){origin, host};
	return true;
}

enum seckey_fault seckey_client(struct arena *a, str client, enum seckey_act act, str challenge,
				const struct seckey_site *site)
{
	const char *type = act == SECKEY_CREATE ? "webauthn.create" : "webauthn.get";
	const struct json *crossed;
	struct json *j;

	if (client.n == 0 || client.n > SECKEY_CLIENT_MAX || json_parse(a, client, &j) || j->type != JSON_OBJECT)
		return SECKEY_MALFORMED;
	if (!json_says(j, "type", type))
		return SECKEY_TYPE;
	if (!str_eq(json_text(j, "challenge"), crypt_base64_url(a, challenge)))
		return SECKEY_CHALLENGE;
	crossed = json_get(j, "crossOrigin");
	if (!str_eq(json_text(j, "origin"), site->origin) || json_get(j, "topOrigin") ||
	    (crossed && (crossed->type != JSON_BOOL || crossed->b)))
		return SECKEY_ORIGIN;
	return SECKEY_GOOD;
}

/* Site and flags, the same in both. */
static enum seckey_fault check_head(str auth, str rp)
{
	uint8_t wanted[32], flags = (uint8_t)auth.p[AT_FLAGS];

	crypt_sha256(rp, wanted);
	if (memcmp(auth.p, wanted, sizeof wanted) != 0)
		return SECKEY_RP;
	if (!(flags & FLAG_PRESENT) || !(flags & FLAG_VERIFIED))
		return SECKEY_NOBODY;
	return SECKEY_GOOD;
}

/* {"fmt": …, "attStmt": …, "authData": bytes}: each once, in any order, and nothing else. */
static bool outer(str attestation, str *auth)
{
	struct cbor c = {.s = attestation};
	unsigned seen = 0;
	uint64_t n;

	if (cbor_head(&c, &n) != CBOR_MAP || n != 3)
		return false;
	for (int i = 0; i < 3; i++) {
		str key = cbor_string(&c, CBOR_TEXT);

		if (str_eqz(key, "fmt")) {
			seen |= 1;
			cbor_string(&c, CBOR_TEXT);
		} else if (str_eqz(key, "attStmt")) {
			seen |= 2;
			cbor_skip(&c); /* who made the key is not asked */
		} else if (str_eqz(key, "authData")) {
			seen |= 4;
			*auth = cbor_string(&c, CBOR_BYTES);
		}
	}
	return !c.bad && seen == 7 && c.at == attestation.n;
}

/* Behind the id: the public key, a map; what the key adds, another, if it says so; then the end. */
static bool whole(str auth)
{
	size_t n_id;
	struct cbor c = {.s = auth};
	bool more;

	if (auth.n < AT_ID || !((uint8_t)auth.p[AT_FLAGS] & FLAG_KEY))
		return false;
	n_id = (size_t)(uint8_t)auth.p[AT_ID_LENGTH] << 8 | (uint8_t)auth.p[AT_ID_LENGTH + 1];
	if (n_id == 0 || n_id > SECKEY_ID_MAX || n_id > auth.n - AT_ID)
		return false;
	more = (uint8_t)auth.p[AT_FLAGS] & FLAG_MORE;
	c.at = AT_ID + n_id;
	for (int i = 0; i < 1 + more; i++) {
		if (c.at >= auth.n || (uint8_t)auth.p[c.at] >> 5 != CBOR_MAP)
			return false;
		cbor_skip(&c);
	}
	return !c.bad && c.at == auth.n;
}

static const struct {
	int cose;
	size_t n_pk;
} algs[SECKEY_ALGS] = {[SECKEY_ES256] = {COSE_ES256, 64}, [SECKEY_EDDSA] = {COSE_EDDSA, 32}};

static bool read_key(str auth, enum seckey_alg alg, struct seckey *out)
{
	fido_cred_t *c = fido_cred_new();
	bool good = c && fido_cred_set_type(c, algs[alg].cose) == FIDO_OK &&
		    fido_cred_set_authdata_raw(c, (const unsigned char *)auth.p, auth.n) == FIDO_OK &&
		    fido_cred_pubkey_len(c) == algs[alg].n_pk && fido_cred_id_len(c) > 0 &&
		    fido_cred_id_len(c) <= SECKEY_ID_MAX;

	if (good) {
		*out = (struct seckey){.alg = alg, .counter = fido_cred_sigcount(c)};
		out->n_id = (uint16_t)fido_cred_id_len(c);
		memcpy(out->id, fido_cred_id_ptr(c), out->n_id);
		memcpy(out->pk, fido_cred_pubkey_ptr(c), algs[alg].n_pk);
	}
	fido_cred_free(&c);
	return good;
}

enum seckey_fault seckey_registered(str attestation, str rp, struct seckey *out)
{
	enum seckey_fault fault;
	str auth = {0};

	if (attestation.n > SECKEY_ATTESTATION_MAX || !outer(attestation, &auth) || !whole(auth))
		return SECKEY_MALFORMED;
	fault = check_head(auth, rp);
	if (fault)
		return fault;
	for (enum seckey_alg alg = SECKEY_ES256; alg < SECKEY_ALGS; alg++)
		if (read_key(auth, alg, out))
			return SECKEY_GOOD;
	return SECKEY_MALFORMED;
}

static bool verify(const struct seckey *k, const fido_assert_t *t)
{
	es256_pk_t *es = es256_pk_new();
	eddsa_pk_t *ed = eddsa_pk_new();
	bool good = false;

	if (k->alg == SECKEY_ES256)
		good = es && es256_pk_from_ptr(es, k->pk, 64) == FIDO_OK &&
		       fido_assert_verify(t, 0, COSE_ES256, es) == FIDO_OK;
	if (k->alg == SECKEY_EDDSA)
		good = ed && eddsa_pk_from_ptr(ed, k->pk, 32) == FIDO_OK &&
		       fido_assert_verify(t, 0, COSE_EDDSA, ed) == FIDO_OK;
	es256_pk_free(&es);
	eddsa_pk_free(&ed);
	return good;
}

static bool signed_by(const struct seckey *k, const char *rp, str client, str auth, str sig)
{
	fido_assert_t *t = fido_assert_new();
	bool good = t && fido_assert_set_clientdata(t, (const unsigned char *)client.p, client.n) == FIDO_OK &&
		    fido_assert_set_rp(t, rp) == FIDO_OK && fido_assert_set_up(t, FIDO_OPT_TRUE) == FIDO_OK &&
		    fido_assert_set_uv(t, FIDO_OPT_TRUE) == FIDO_OK && fido_assert_set_count(t, 1) == FIDO_OK &&
		    fido_assert_set_authdata_raw(t, 0, (const unsigned char *)auth.p, auth.n) == FIDO_OK &&
		    fido_assert_set_sig(t, 0, (const unsigned char *)sig.p, sig.n) == FIDO_OK && verify(k, t);

	fido_assert_free(&t);
	return good;
}

enum seckey_fault seckey_signed(const struct seckey *k, str rp, str client, str auth, str sig, uint32_t *counter)
{
	enum seckey_fault fault;
	char host[256];

	if (auth.n != SECKEY_AUTH || sig.n == 0 || sig.n > SECKEY_SIG_MAX || client.n == 0 ||
	    client.n > SECKEY_CLIENT_MAX || rp.n >= sizeof host ||
	    (uint8_t)auth.p[AT_FLAGS] & ~(FLAG_PRESENT | FLAG_VERIFIED | FLAG_BACKUP))
		return SECKEY_MALFORMED;
	fault = check_head(auth, rp);
	if (fault)
		return fault;
	str_put(host, sizeof host, rp);
	if (!signed_by(k, host, client, auth, sig))
		return SECKEY_SIGNATURE;
	*counter = 0;
	for (int i = 0; i < 4; i++)
		*counter = *counter << 8 | (uint8_t)auth.p[AT_COUNTER + i];
	if ((*counter || k->counter) && *counter <= k->counter)
		return SECKEY_COUNTER;
	return SECKEY_GOOD;
}

/* The base points of the two curves: keys of nobody's. */
const struct seckey seckey_nobody = {
	.alg = SECKEY_ES256,
	.pk = {0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
	       0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96,
	       0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16,
	       0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5}};
static const struct seckey nobody_else = {.alg = SECKEY_EDDSA,
					  .pk = {0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
						 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
						 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66}};

/* Two signatures that are wrong: all of the way is gone, and the answer does not matter. */
void seckey_start(void)
{
	static const char in_der[] = {0x30, 6, 2, 1, 1, 2, 1, 1};
	char auth[SECKEY_AUTH] = {0}, zeros[64] = {0};
	uint8_t site[32];

	crypt_sha256(STR("localhost"), site);
	memcpy(auth, site, sizeof site);
	auth[AT_FLAGS] = FLAG_PRESENT | FLAG_VERIFIED;
	(void)signed_by(&seckey_nobody, "localhost", STR("{}"), (str){auth, sizeof auth}, (str){in_der, sizeof in_der});
	(void)signed_by(&nobody_else, "localhost", STR("{}"), (str){auth, sizeof auth}, (str){zeros, sizeof zeros});
}
