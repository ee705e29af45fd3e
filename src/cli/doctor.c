/* doctor.c — `rivage doctor`: what is weak in an installation, with the options that serve is given.
 * Exit 0: nothing; 9: something; 3: something with which serve does not start. */
#include <stdio.h>
#include <string.h>

#include "audit_file.h"
#include "cli.h"
#include "json.h"
#include "probe.h"

#include <unistd.h>

#include "core.h"
#include "files.h"
#include "keyring.h"

static void say_row(const struct check_row *r, bool weak)
{
	printf("%-4s %-14s %s\n", weak ? "WEAK" : "good", r->code, weak ? r->weak : r->good);
	if (weak)
		printf("%20s%s\n%20s%s\n", "", r->why, "", r->remedy);
}

static void say_json(struct arena *a, uint64_t weak)
{
	struct json *list = json_array(a);
	str text;

	for (int i = 0; i < CHECKS; i++) {
		const struct check_row *r = &check_rows[i];
		struct json *o = json_object(a);
		bool bad = weak & CHECK_BIT(i);

		json_set(a, o, STR("check"), json_new_str(a, str_of(r->code)));
		json_set(a, o, STR("weak"), json_new_bool(a, bad));
		json_set(a, o, STR("text"), json_new_str(a, str_of(bad ? r->weak : r->good)));
		if (bad) {
			json_set(a, o, STR("why"), json_new_str(a, str_of(r->why)));
			json_set(a, o, STR("remedy"), json_new_str(a, str_of(r->remedy)));
		}
		json_push(list, o);
	}
	text = json_dump(a, list, 1 << 20);
	printf("%.*s\n", STR_ARG(text));
}

bool doctor_refuses(uint64_t weak)
{
	bool refuses = false;

	for (int i = 0; i < CHECKS; i++)
		if (check_rows[i].refuses && (weak & CHECK_BIT(i))) {
			fprintf(stderr, "rivage: %s %s %s\n", check_rows[i].weak, check_rows[i].why,
				check_rows[i].remedy);
			refuses = true;
		}
	return refuses;
}

/* How old the newest backup is that the audit log tells of. */
static void say_backup(struct arena *a, const char *dir)
{
	msec at, old;

	if (audit_backup(a, dir, &at))
		return; /* no vault here yet */
	old = cli_now() - at;
	if (at)
		printf("%20sthe newest backup in the audit log: %s, %lld hours ago\n", "", msec_iso(a, at).p,
		       (long long)(old > 0 ? old / 3600000 : 0));
	else
		printf("%20sthe audit log tells of no backup\n", "");
}

/* How many groups have no key sealed to the recovery key: with the key file only, for the store is sealed. */
static void say_escrow(struct arena *a, const struct serve_options *o)
{
	struct keyring *k = NEW(a, struct keyring);
	struct store *store = NEW(a, struct store);
	struct err *e = NULL;
	int dir = -1;
	str secret;

	if (!o->key_file || vault_dir(a, o->data, false, false, &dir))
		return;
	e = keyring_secret(a, o->key_file, &secret);
	if (!e)
		e = keyring_load(a, dir, secret, k);
	if (!e && !store_open(a, store, dir, k->tenant, &k->store)) {
		if (store->recovery.card.total)
			printf("%20s%zu keys of groups are not sealed to the recovery key%s\n", "",
			       escrow_missing(store), escrow_missing(store) ? ": a coordinator must sign in once" : "");
		else
			printf("%20sthere is no recovery key: rivage ceremony new\n", "");
		store_close(store);
	}
	crypt_wipe(k, sizeof *k);
	close(dir);
}

int cli_doctor(int argc, char **argv)
{
	struct arena *a = arena_create((size_t)1 << 30);
	bool json = argc > 1 && strcmp(argv[argc - 1], "--json") == 0;
	struct serve_options o;
	uint64_t weak;

	if (!serve_options(json ? argc - 1 : argc, argv, &o)) {
		arena_destroy(a);
		return err_kinds[ERR_USAGE].exit;
	}
	weak = probe(&o);
	if (json)
		say_json(a, weak);
	for (int i = 0; i < CHECKS && !json; i++)
		say_row(&check_rows[i], weak & CHECK_BIT(i));
	if (!json)
		say_backup(a, o.data), say_escrow(a, &o);
	arena_destroy(a);
	if (fflush(stdout) != 0)
		return 1;
	return doctor_refuses(weak) ? err_kinds[ERR_CONFIG].exit : weak ? EXIT_PARTIAL : 0;
}
