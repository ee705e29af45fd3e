/* recovery.h — what is done to the vault's files by a command while the service is stopped: the public half of the
 * organisation's recovery key is put in, and read. */
#pragma once
#include "account.h"
#include "shamir.h"

/* secret: as for vault_init.  Replaces the one before; older backups go on needing the older shares.
 * CONFLICT while a vault runs. */
struct err *vault_recovery_install(struct arena *a, const char *dir, str secret, const struct share_card *card,
				   msec now) MUST_CHECK;

/* A coordinator from the shares, when none can sign in any more (docs/adr/0029): an account as an invitation makes it,
 * whose link opens COORDINATOR_WAITS_MS later.  Nothing else is changed.  A refusal is told in the audit log. */
#define COORDINATOR_WAITS_MS ((msec)72 * 3600 * 1000)
struct coordinator_seen { /* one who could sign in */
	char login[LOGIN_MAX + 1];
	msec signed_in; /* 0: not as far as the log was read */
};
struct coordinator_new {
	str secret; /* as for vault_init */
	const struct share *shares;
	size_t n_shares;
	str login, name, office;
	msec now;
	bool (*agree)(void *arg, const struct coordinator_seen *list, size_t n); /* NULL: yes */
	void *arg;
	/* filled: */
	size_t wrong; /* index of the share that is not good, or n_shares */
	user_id id;
	struct invite link;
	msec from, until;
	size_t groups, missing; /* keys given; those that had no row of this set */
};
struct err *vault_coordinator(struct arena *a, const char *dir, struct coordinator_new *in) MUST_CHECK;
