/* recovery.c — the public half of the recovery key, in the vault's store: nobody who writes the disk can put in
 * another, because the store's rows open with the keyring only. */
#include "recovery.h"

#include "core.h"

struct install {
	str secret;
	const struct share_card *card;
	msec now;
};

static struct err *put_card(struct vaultd *v, struct arena *a, void *arg)
{
	const struct install *in = arg;
	struct st_recovery row = {.card = *in->card, .made = in->now};
	struct audit_entry e = {.at = in->now, .done = true, .role = ROLE_NONE, .action = "recovery.key"};

	TRY(core_unseal(v, a, in->secret, in->now));
	if (!audit_add(&v->audit, e))
		return FAIL(a, UNAVAILABLE, NULL, "the audit log takes no entry");
	store_put(&v->store, ROW_RECOVERY, &row, 0);
	TRY(core_commit(v, a, in->now));
	TRY(store_compact(a, &v->store)); /* rows sealed to the set before it go from the disk */
	return audit_checkpoint(a, &v->audit, in->now, true);
}

struct err *vault_recovery_install(struct arena *a, const char *dir, str secret, const struct share_card *card,
				   msec now)
{
	struct install in = {secret, card, now};

	return core_alone(a, dir, put_card, &in);
}
