/* people.c — accounts of every role in a data directory that `rivage init` made, for tests of the pages.
 *
 *   people DIR KEY_FILE LOGIN PASSWORD SECRET_HEX [DATABASE]
 *
 * LOGIN is the coordinator's, who makes the others through the same vault verbs as the program; all get her password.
 * Prints "LOGIN ROLE OFFICE SECRET" a line.  Real costs: the accounts sign in at the shipped program. */
#include <stdio.h>
#include <string.h>

#include "object.h"
#include "crypt.h"
#include "local.h"

static const struct {
	const char *login;
	enum role role;
	bool abroad;
} wanted[] = {
	{"cmf", ROLE_CMF, false}, {"cmf2", ROLE_CMF, false}, {"cpf", ROLE_CPF, false}, {"rsk", ROLE_RSK, false},
	{"med", ROLE_MED, false}, {"trv", ROLE_TRV, false},  {"fin", ROLE_FIN, false}, {"mne", ROLE_MNE, false},
	{"dpo", ROLE_DPO, false}, {"trn", ROLE_TRN, false},  {"adm", ROLE_ADM, false}, {"coo2", ROLE_COO, false},
	{"cmr", ROLE_CMR, true},  {"cmr2", ROLE_CMR, true},
};

static bool unhex(const char *text, uint8_t out[20])
{
	if (strlen(text) != 40)
		return false;
	for (size_t i = 0; i < 20; i++) {
		unsigned byte;

		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return false;
		out[i] = (uint8_t)byte;
	}
	return true;
}

/* The code of the next half minute: init has just used this one, and a code works once. */
static struct err *sign_in(struct local *l, const char *login, str password, const uint8_t totp[20], struct token *out)
{
	uint8_t salt[16];
	struct key pre;

	TRY(vault_signin_start(l->vault, l->a, str_of(login), salt));
	TRY(crypt_password(l->a, password, salt, l->house->cost, &pre));
	return vault_signin(l->vault, l->a, str_of(login), &pre,
			    &(struct second){.code = crypt_totp_at(l->a, totp, cli_now() + 30000)}, out);
}

static struct err *add_all(struct local *l, struct token t, str password)
{
	const struct office *abroad = programme_office_for(l->house->programme, STR("NG"));

	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		struct account_new n = {.login = wanted[i].login, .name = wanted[i].login, .role = wanted[i].role};
		uint8_t totp[20];
		user_id id;

		n.office = wanted[i].abroad ? arena_z(l->a, abroad->code) : "PARIS";
		n.name = arena_fmt(l->a, "%s Test", wanted[i].login).p;
		n.password = password;
		TRY(local_account(l, t, &n, &id, totp));
		printf("%s %s %s %.*s\n", n.login, roles[n.role].code, n.office,
		       STR_ARG(crypt_base32(l->a, (str){(const char *)totp, sizeof totp})));
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_create(1 << 30);
	uint8_t totp[20];
	struct token t;
	struct local l;
	struct op op;
	struct err *e;

	crypt_start();
	if (argc < 6 || argc > 7 || !unhex(argv[5], totp)) {
		fputs("usage: people DIR KEY_FILE LOGIN PASSWORD SECRET_HEX [DATABASE]\n", stderr);
		return 2;
	}
	e = local_open_with(a, argv[1], argv[2], argc == 7 ? argv[6] : NULL, PASSWORD_COST, &l);
	if (!e)
		e = sign_in(&l, argv[3], str_of(argv[4]), totp, &t);
	if (!e)
		e = add_all(&l, t, str_of(argv[4]));
	if (!e)
		e = local_op(&l, a, t, day_of_msec(cli_now()), &op);
	if (!e)
		e = object_make(&op); /* as `rivage user add` does */
	if (!e)
		e = vault_signout(l.vault, a, t);
	local_close(&l);
	if (e)
		return cli_fail(e);
	arena_destroy(a);
	return 0;
}
