/* init.c — `rivage init DIR`: a new data directory: keyring, store, offices, the first coordinator (design §10.8). */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "local.h"
#include "object.h"
#include "server.h"

struct init_options {
	const char *key_file, *login, *name, *password_file, *database, *dir;
	bool demonstration; /* empty, served on this machine only: for rehearsals and measuring */
};

static struct err *make_directory(struct arena *a, const char *dir)
{
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return FAIL(a, CONFIG, NULL, "%s: %s", dir, strerror(errno));
	return NULL;
}

static struct err *first_account(struct arena *a, struct local *l, const struct init_options *o)
{
	struct account_new n = {.login = o->login, .name = o->name, .office = "PARIS", .role = ROLE_COO};
	struct token t;
	struct op op;
	uint8_t totp[20];
	user_id id;

	TRY(local_password(a, o->password_file, o->login, o->name, &n.password));
	TRY(local_offices(l));
	TRY(local_account(l, NO_TOKEN, &n, &id, totp));
	TRY(local_sign_in(l, n.login, n.password, totp, &t));
	TRY(local_op(l, a, t, day_of_msec(cli_now()), &op));
	TRY(object_make(&op));
	local_print_secret(a, o->login, totp);
	crypt_wipe(totp, sizeof totp);
	return vault_signout(l->vault, a, t);
}

static struct err *run(struct arena *a, const struct init_options *o)
{
	struct local l;
	struct err *e;
	str secret;

	TRY(make_directory(a, o->dir));
	e = vault_key_file(a, o->key_file, &secret);
	if (e && e->kind == ERR_NOT_FOUND) {
		TRY(vault_key_file_new(a, o->key_file));
		fprintf(stderr, "rivage: made the key file %s; keep a copy away from this machine.\n", o->key_file);
		e = vault_key_file(a, o->key_file, &secret);
	}
	if (e)
		return e;
	TRY(vault_init(a, o->dir, secret, o->demonstration, PASSWORD_COST));
	e = local_open_with(a, o->dir, o->key_file, o->database, PASSWORD_COST, &l);
	if (!e)
		e = first_account(a, &l, o);
	local_close(&l);
	return e;
}

int cli_init(int argc, char **argv)
{
	struct init_options o = {0};
	struct option_row rows[] = {{"--key-file", &o.key_file, NULL}, {"--login", &o.login, NULL},
				    {"--name", &o.name, NULL},         {"--password-file", &o.password_file, NULL},
				    {"--database", &o.database, NULL}, {"--demonstration", NULL, &o.demonstration}};
	struct arena *a = arena_create(256 << 20);
	struct err *e;
	size_t n;

	if (!cli_options(argc, argv, rows, sizeof rows / sizeof *rows, &o.dir, 1, &n))
		return 2;
	if (n != 1 || !o.key_file || !o.login || !o.name || !o.password_file) {
		fputs("usage: rivage init DIR --key-file F --login NAME --name NAME --password-file F [--database "
		      "URL] [--demonstration]\n",
		      stderr);
		return 2;
	}
	e = run(a, &o);
	if (e)
		return cli_fail(e);
	arena_destroy(a);
	return 0;
}
