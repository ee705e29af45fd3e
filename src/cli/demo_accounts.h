/* demo_accounts.h — DIR/demo-accounts: the accounts of a demonstration with their passwords and secrets, for its own
 * commands.  One line each, tab between: login, password, role, office, name, secret in base32. */
#pragma once
#include "crypt.h"
#include "policy.h"

#define ACCOUNTS_FILE "demo-accounts"
#define SECRET_BYTES 20

struct demo_account {
	str login, password, office, name;
	enum role role;
	uint8_t totp[SECRET_BYTES];
};
struct err *demo_accounts_write(struct arena *a, const char *dir, const struct demo_account *list, size_t n) MUST_CHECK;
struct err *demo_accounts_read(struct arena *a, const char *dir, struct demo_account **out, size_t *n) MUST_CHECK;
/* A new file only its owner reads; an existing one is an error. */
struct err *write_private(struct arena *a, const char *path, str text) MUST_CHECK;
