/* user.c — `rivage user add DIR …`: a new account, made by a coordinator who signs in for it (design §10.8, §10.12).
 * The service must be stopped: one vault at a time holds a directory. */
#include <stdio.h>
#include <string.h>

#include "local.h"
#include "object.h"

struct user_options {
	const char *dir, *key_file, *database, *as, *password_file, *code, *login, *name, *role, *office,
		*new_password_file;
};

static struct err *check_account(struct arena *a, struct local *l, const struct user_options *o, struct account_new *n)
{
	*n = (struct account_new){
		.login = o->login, .name = o->name, .office = o->office, .role = role_find(str_of(o->role))};
	if (n->role == ROLE_NONE || n->role == ROLE_PUBLIC)
		return FAIL(a, INVALID, "There is no such role: see SECURITY.md for the list.", "unknown role");
	if (!programme_office(l->house->programme, str_of(o->office)))
		return FAIL(a, INVALID, "The programme has no such office.", "unknown office");
	return local_password(a, o->new_password_file, o->login, o->name, &n->password);
}

static struct err *add(struct arena *a, struct local *l, const struct user_options *o)
{
	struct account_new n;
	struct token t;
	struct op op;
	uint8_t totp[20];
	user_id id;
	str password;
	struct err *e;

	TRY(check_account(a, l, o, &n));
	TRY(cli_read_file(a, o->password_file, 512, &password));
	TRY(local_sign_in_code(l, o->as, str_trim(password), str_of(o->code), &t));
	TRY(local_op(l, a, t, day_of_msec(cli_now()), &op));
	e = local_account(l, t, &n, &id, totp);
	if (!e)
		e = object_make(&op); /* some roles reach what is no case by name */
	if (!e)
		local_print_secret(a, n.login, totp);
	crypt_wipe(totp, sizeof totp);
	TRY(vault_signout(l->vault, a, t));
	return e;
}

static int usage(void)
{
	fputs("usage: rivage user add DIR --key-file F --as COORDINATOR --password-file F --code N\n"
	      "                       --login NAME --name NAME --role R --office O --new-password-file F [--database "
	      "URL]\n",
	      stderr);
	return 2;
}

int cli_user(int argc, char **argv)
{
	struct user_options o = {0};
	const char *rest[2];
	struct option_row rows[] = {
		{"--key-file", &o.key_file, NULL},
		{"--database", &o.database, NULL},
		{"--as", &o.as, NULL},
		{"--password-file", &o.password_file, NULL},
		{"--code", &o.code, NULL},
		{"--login", &o.login, NULL},
		{"--name", &o.name, NULL},
		{"--role", &o.role, NULL},
		{"--office", &o.office, NULL},
		{"--new-password-file", &o.new_password_file, NULL},
	};
	struct arena *a;
	struct local l;
	struct err *e;
	int code = 0;
	size_t n;

	if (!cli_options(argc, argv, rows, sizeof rows / sizeof *rows, rest, 2, &n))
		return 2;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!*rows[i].value && strcmp(rows[i].name, "--database") != 0)
			return usage();
	if (n != 2 || strcmp(rest[0], "add") != 0)
		return usage();
	o.dir = rest[1];
	a = arena_create(256 << 20);
	e = local_open_with(a, o.dir, o.key_file, o.database, PASSWORD_COST, &l);
	if (!e)
		e = add(a, &l, &o);
	if (e)
		code = cli_fail(e);
	local_close(&l);
	arena_destroy(a);
	return code;
}
