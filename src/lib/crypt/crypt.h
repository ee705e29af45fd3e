/* crypt.h — sealing, wrapping, signing, passwords.  The only user of sodium.h.
 *
 * Envelope (design §5):  "RVG1" ver1 alg1 | nonce24 | commit32 | ciphertext+tag16
 *   record key (32) and commitment (32) = BLAKE2b-512 keyed with the compartment key over
 *   ("rvg-env1" | nonce | associated data); XChaCha20-Poly1305.  The associated data has a fixed length, so
 *   no two contexts encode alike; moving, swapping or replaying a sealed value across rows fails.
 *   Plaintext is padded (Padmé, at least 256 bytes) so that lengths tell little.
 * Every failure to open is one error (ERR_INTERNAL "sealed value does not open"), with one timing. */
#pragma once
#include "base.h"

struct key {
	uint8_t b[32];
};

enum seal_table { /* what kind of row is sealed; part of the associated data */
		  SEAL_RECORD = 1,
		  SEAL_HEAD,
		  SEAL_INDEX,
		  SEAL_WRAP_GROUP,  /* case key under a group key */
		  SEAL_WRAP_SERVER, /* the same again under the vault's keyring */
		  SEAL_KEYRING,
		  SEAL_STORE, /* a row of the vault's own store */
		  SEAL_SESSION,
		  SEAL_DRAFT,
		  SEAL_MEMBER, /* group key of a user */
		  SEAL_AUDIT,
		  SEAL_SHRED,  /* keys that shred, and the key of their file */
		  SEAL_BACKUP, /* a row of a backup that opens with a shred key only */
		  SEAL_TALLY   /* of what has records but no head: an office's or a programme's */
};

/* Where a sealed value belongs.  Every member enters the associated data (design §10.4). */
struct seal_at {
	struct id tenant; /* the installation */
	enum seal_table table;
	struct id row;    /* record id, case id, user id … */
	struct id object; /* the case it belongs to */
	uint8_t compartment, dossier;
	uint32_t keygen;
	uint64_t version;  /* row version */
	uint8_t about[32]; /* hash of what else the row says in clear; zeros: nothing */
};

void crypt_start(void); /* once per process, before anything else; aborts if the library cannot start */

struct err *crypt_seal(struct arena *a, const struct key *k, const struct seal_at *at, str plain, str *out) MUST_CHECK;
struct err *crypt_open(struct arena *a, const struct key *k, const struct seal_at *at, str sealed, str *out) MUST_CHECK;
/* The same without padding, for keys: 32 bytes in, 32 + CRYPT_WRAP_OVERHEAD out. */
#define CRYPT_WRAP_OVERHEAD 78
struct err *crypt_wrap(struct arena *a, const struct key *k, const struct seal_at *at, str secret, str *out) MUST_CHECK;
struct err *crypt_unwrap(struct arena *a, const struct key *k, const struct seal_at *at, str wrapped,
			 str *out) MUST_CHECK;

/* X25519 sealed boxes (crypto_box_curve25519xchacha20poly1305_seal): written by anyone, opened by the pair. */
struct box_pair {
	uint8_t pk[32];
	struct key sk;
};
void crypt_box_new(struct box_pair *out);
void crypt_box_from_secret(const struct key *sk, struct box_pair *out);
str crypt_box_seal(struct arena *a, const uint8_t pk[32], str plain);
struct err *crypt_box_open(struct arena *a, const struct box_pair *pair, str sealed, str *out) MUST_CHECK;

/* Ed25519 */
struct sign_pair {
	uint8_t pk[32];
	uint8_t sk[64];
};
void crypt_sign_new(struct sign_pair *out);
void crypt_sign_from_seed(const uint8_t seed[32], struct sign_pair *out);
void crypt_sign(const struct sign_pair *p, str message, uint8_t sig[64]);
bool crypt_verify(const uint8_t pk[32], str message, const uint8_t sig[64]);

/* Keyed BLAKE2b.  `label` separates uses; it is hashed with its length. */
struct key crypt_derive(const struct key *k, const char *label, str data);
void crypt_sha256(str data, uint8_t out[32]);
bool crypt_equal(const void *a, const void *b, size_t n); /* constant time */
void crypt_wipe(void *p, size_t n);
struct key crypt_key_new(void);

/* Argon2id.  64 MiB, t = 3 in every build that serves people; only test builds ask for less (design §10.10). */
struct password_cost {
	uint32_t t;
	uint32_t kib;
};
extern const struct password_cost PASSWORD_COST, PASSWORD_COST_TEST;
struct err *crypt_password(struct arena *a, str password, const uint8_t salt[16], struct password_cost cost,
			   struct key *out) MUST_CHECK;

/* Time-based one-time codes (RFC 6238, SHA-1, 30 s, 6 digits; liboath).  secret: 20 bytes. */
str crypt_totp_at(struct arena *a, const uint8_t secret[20], msec now);
/* Step that matches within one step either side of now, or -1.  The caller refuses steps already used. */
int64_t crypt_totp_match(const uint8_t secret[20], str code, msec now);

/* Base64 (RFC 4648, padded) and base32 (RFC 4648, no padding). */
str crypt_base64(struct arena *a, str bytes);
struct err *crypt_unbase64(struct arena *a, str text, str *out) MUST_CHECK;
str crypt_base64_url(struct arena *a, str bytes); /* RFC 4648 §5, no padding: for addresses */
struct err *crypt_unbase64_url(struct arena *a, str text, str *out) MUST_CHECK;
str crypt_base32(struct arena *a, str bytes);

/* Memory for keys that outlive a request: locked, guarded, not dumped.  ERR_UNAVAILABLE if it cannot be locked. */
struct err *crypt_locked(struct arena *a, size_t n, void **out) MUST_CHECK;
void crypt_unlocked_free(void *p);
