/* coordinator.c — `rivage ceremony coordinator`: when no coordinator can sign in any more, a new one from the shares.
 * Beside a stopped service; docs/adr/0029. */
#include <stdio.h>
#include <string.h>

#include "ceremony.h"
#include "cli.h"
#include "recovery.h"
#include "server.h"

/* Who could still do it another way, and the word that says that this is meant. */
static bool ask(void *arg, const struct coordinator_seen *list, size_t n)
{
	const char *login = arg;
	char line[LOGIN_MAX + 2];
	struct arena *a = arena_create(1u << 16);
	bool same;

	fprintf(stderr, "%zu coordinators have an account that is open:\n", n);
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, "  %-24s %s%s\n", list[i].login,
			list[i].signed_in ? "last signed in " : "has not signed in lately",
			list[i].signed_in ? msec_iso(a, list[i].signed_in).p : "");
	arena_destroy(a);
	fputs("Everyone who reads alerts is told, and the audit log. The link will work after 72 hours.\n"
	      "Type the login of the new account once more: ",
	      stderr);
	same = fgets(line, sizeof line, stdin) && str_eqz(str_trim(str_of(line)), login);
	return same;
}

struct err *coordinator_make(struct arena *a, const char *dir, const struct coordinator_words *w,
			     const char *const *paths, size_t n)
{
	struct share shares[SHARES_MAX];
	struct coordinator_new c = {.shares = shares,
				    .n_shares = n,
				    .login = str_of(w->login),
				    .name = str_of(w->name),
				    .office = str_of(w->office),
				    .now = cli_now(),
				    .agree = ask,
				    .arg = (void *)(uintptr_t)w->login};
	struct err *e;

	if (n > SHARES_MAX)
		return FAIL(a, USAGE, NULL, "at most %d shares", SHARES_MAX);
	TRY(vault_key_file(a, w->key_file, &c.secret));
	e = shares_read(a, paths, n, shares);
	if (!e)
		e = vault_coordinator(a, dir, &c);
	crypt_wipe(shares, sizeof shares);
	if (e && c.wrong < n)
		fprintf(stderr, "rivage: %s:\n", paths[c.wrong]);
	if (e)
		return e;
	printf("account   %s, coordinator, with the keys of %zu groups\n", w->login, c.groups);
	if (c.missing)
		printf("missing   %zu groups have no key sealed to these shares: what lies under them stays closed\n",
		       c.missing);
	printf("link      /welcome?c=%.*s\n",
	       STR_ARG(crypt_base64_url(a, (str){(const char *)c.link.b, sizeof c.link.b})));
	printf("works     from %s until %s, once\n", msec_iso(a, c.from).p, msec_iso(a, c.until).p);
	puts("told      in the audit log, and to everyone who reads alerts");
	crypt_wipe(&c.link, sizeof c.link);
	return NULL;
}
