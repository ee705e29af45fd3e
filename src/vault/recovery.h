/* recovery.h — what is done to the vault's files by a command while the service is stopped: the public half of the
 * organisation's recovery key is put in, and read. */
#pragma once
#include "shamir.h"

/* secret: as for vault_init.  Replaces the one before; older backups go on needing the older shares.
 * CONFLICT while a vault runs. */
struct err *vault_recovery_install(struct arena *a, const char *dir, str secret, const struct share_card *card,
				   msec now) MUST_CHECK;
