/* recovery.c — the public half of the recovery key, in the vault's store: nobody who writes the disk can put in
 * another, because the store's rows open with the keyring only. */
#include "recovery.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core.h"
#include "files.h"

static struct err *put_card(struct arena *a, struct vaultd *v, const struct share_card *card, msec now)
{
	struct st_recovery row = {.card = *card, .made = now};
	struct audit_entry e = {.at = now, .done = true, .role = ROLE_NONE, .action = "recovery.key"};

	if (!audit_add(&v->audit, e))
		return FAIL(a, UNAVAILABLE, NULL, "the audit log takes no entry");
	store_put(&v->store, ROW_RECOVERY, &row, 0);
	TRY(shred_commit(a, &v->shred));
	TRY(store_commit(a, &v->store, now));
	TRY(audit_commit(a, &v->audit, v->store.seq));
	return audit_checkpoint(a, &v->audit, now, true);
}

struct err *vault_recovery_install(struct arena *a, const char *dir, str secret, const struct share_card *card,
				   msec now)
{
	struct vaultd *v = big_alloc(sizeof *v);
	struct err *e;

	v->life = a;
	v->sealed = true;
	e = vault_dir(a, dir, false, true, &v->dir);
	if (!e) {
		e = core_unseal(v, a, secret, now);
		if (!e)
			e = put_card(a, v, card, now);
		core_seal(v);
		close(v->dir);
	}
	crypt_wipe(v, sizeof *v);
	free(v);
	return e;
}
