/* password.c — Argon2id.  Run by web for people (a bounded pool of threads) and by the vault for its keyring. */
#include "crypt.h"

#include <sodium.h>

const struct password_cost PASSWORD_COST = {.t = 3, .kib = 64 * 1024};
const struct password_cost PASSWORD_COST_TEST = {.t = 1, .kib = 64};

struct err *crypt_password(struct arena *a, str password, const uint8_t salt[16], struct password_cost cost,
			   struct key *out)
{
	struct key k;

	if (crypto_pwhash(k.b, sizeof k.b, password.p ? password.p : "", password.n, salt, cost.t,
			  (size_t)cost.kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return FAIL(a, UNAVAILABLE, NULL, "Argon2id with %u KiB: no memory, or a cost out of range", cost.kib);
	*out = k;
	crypt_wipe(&k, sizeof k);
	return NULL;
}
