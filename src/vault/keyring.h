/* keyring.h — the keys of the installation (the server lock), sealed at rest under a passphrase or a key file.
 *
 *   "RVGK" ver1 flags1 t4 kib4 salt16 generation8 | length2 sealed | sha256 of all before
 *
 * The digest tells a damaged file from a wrong passphrase; the header enters the associated data. */
#pragma once
#include "crypt.h"

struct keyring {
	struct id tenant;
	uint64_t generation;
	bool demonstration;
	struct key pepper;            /* of passwords */
	struct key wrap;              /* outer layer of case keys */
	struct key store;             /* rows of the store */
	struct key head, csrf, token; /* handed to web */
	struct key totp, login, salt, session;
	uint8_t root_seed[32];     /* signs the delegate; leaves for its shares in a later step */
	uint8_t delegate_seed[32]; /* signs grants */
	uint8_t audit_seed[32];    /* signs checkpoints */
	uint8_t delegate_cert[64]; /* the root's signature of the delegate's public key */
};

void keyring_new(struct keyring *out, bool demonstration);
struct err *keyring_save(struct arena *a, int dir, const struct keyring *k, str secret,
			 struct password_cost cost) MUST_CHECK;
/* What can be told without the secret.  ERR_NOT_FOUND: no keyring; ERR_CONFIG: damaged. */
struct err *keyring_peek(struct arena *a, int dir, bool *demonstration, uint64_t *generation) MUST_CHECK;
/* ERR_DENIED: wrong secret. */
struct err *keyring_load(struct arena *a, int dir, str secret, struct keyring *out) MUST_CHECK;
/* The content of a key file, less the line end that editors leave. */
struct err *keyring_secret(struct arena *a, const char *path, str *out) MUST_CHECK;
str keyring_origin(struct arena *a, struct id tenant); /* "rivage/<tenant>", the name of the audit log */
