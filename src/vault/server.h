/* server.h — the vault process: started by the supervisor, one loop, no threads, no network. */
#pragma once
#include "crypt.h"

struct vault_config {
	const char *dir; /* the data directory; the vault's files are in DIR/vault */
	const int *fds;  /* one SOCK_SEQPACKET end per client thread; closed with the process */
	size_t n_fds;
	const char *key_file; /* NULL: sealed until vault_unseal */
	const char *origin;   /* where the pages are, for security keys; NULL, or unfit for them: none are taken */
	msec (*clock)(void);  /* NULL: the machine's clock; tests move it */
	/* What a person may do in a stretch of time instead of the table in budget.c, in the order of enum budget; 0: no
	 * limit.  A demonstration only: any other directory refuses to start with it. */
	const uint32_t *budgets;
	bool budgets_if_demo; /* … or goes on without it: a command's own vault, which fills a demonstration */
};
/* Runs until every channel is closed, and after SIGTERM not much longer.  Returns the exit code: 0, or 3 with a message when the
 * files cannot be opened. */
int vault_main(const struct vault_config *conf);

/* New files in DIR/vault: keyring, store, audit log.  ERR_CONFLICT when there is a keyring already.
 * secret: the passphrase, or vault_key_file's answer.  cost: PASSWORD_COST; test builds may ask for less. */
struct err *vault_init(struct arena *a, const char *dir, str secret, bool demonstration,
		       struct password_cost cost) MUST_CHECK;
struct err *vault_key_file(struct arena *a, const char *path, str *secret) MUST_CHECK;
/* A new random key file (0600): 44 characters.  ERR_CONFLICT when the path exists. */
struct err *vault_key_file_new(struct arena *a, const char *path) MUST_CHECK;
