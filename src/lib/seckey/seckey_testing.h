/* seckey_testing.h — a security key in software, for tests: it signs what it is told, right or wrong. */
#pragma once
#include "seckey.h"

struct soft_key {
	struct seckey half; /* id, algorithm and public half, as a house would keep them */
	void *pair;         /* EVP_PKEY */
};
#define SOFT_TOUCHED 0x05 /* present and verified */

void soft_new(struct soft_key *k, enum seckey_alg alg);
void soft_free(struct soft_key *k);
str soft_client(struct arena *a, const char *type, str challenge, const char *origin);
str soft_auth(struct arena *a, const char *rp, uint8_t flags, uint32_t counter); /* of a signature */
str soft_attestation(struct arena *a, const struct soft_key *k, const char *rp, uint8_t flags, uint32_t counter);
str soft_sign(struct arena *a, const struct soft_key *k, str auth, str client);
