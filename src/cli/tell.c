/* tell.c — a note for the audit log, and whether the vault has taken it. */
#include "tell.h"

#include <stdio.h>
#include <unistd.h>

#include "files.h"

#define WAIT_MS 3000 /* the vault looks every second */

void tell_log(struct arena *a, const char *dir, const struct keyring *k, const struct told_note *n)
{
	struct err *e;
	int place;

	e = told_leave(a, dir, k, n, &place);
	if (e)
		fprintf(stderr, "rivage: the audit log is NOT TOLD of it: %.*s\n", STR_ARG(e->detail));
	else if (told_taken(a, dir, place, WAIT_MS))
		puts("told      in the audit log");
	else
		puts("told      not yet: a note waits, and the vault writes it to the audit log when it is next open");
}

struct err *tell_log_of(struct arena *a, const char *dir, const char *key_file, const struct told_note *n)
{
	struct keyring *k = NEW(a, struct keyring);
	struct err *e;
	int vault;
	str secret;

	TRY(keyring_secret(a, key_file, &secret));
	TRY(vault_dir(a, dir, false, false, &vault));
	e = keyring_load(a, vault, secret, k);
	close(vault);
	if (!e)
		tell_log(a, dir, k, n);
	crypt_wipe(k, sizeof *k);
	return e;
}
