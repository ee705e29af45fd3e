/* demo.c — `rivage demo DIR`: a new data directory with invented people; `rivage demo code ACCOUNT DIR`: a sign-in code.
 *
 * Everything goes through the vault, the rules and the forms (design §10.12): accounts with passwords of full cost,
 * real sign-ins, acts in date order.  demo-accounts is written last: without it the directory is unfinished.
 * What must not happen here: a password or secret on standard output, or a directory readable by others. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "demo_accounts.h"
#include "demo.h"
#include "demo/cohort.h"
#include "local.h"
#include "server.h"

static const char *in_dir(struct arena *a, const char *dir, const char *name)
{
	return arena_z(a, arena_fmt(a, "%s/%s", dir, name));
}

static struct err *refuse_existing(struct arena *a, const char *dir)
{
	struct err *e;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
		e = FAIL(a, CONFIG, "The folder {arg} cannot be made.", "%s", strerror(errno));
		e->arg = arena_str(a, str_of(dir));
		return e;
	}
	if (access(in_dir(a, dir, "vault"), F_OK) != 0)
		return NULL;
	e = FAIL(a, CONFLICT,
		 access(in_dir(a, dir, ACCOUNTS_FILE), F_OK) == 0
			 ? "There is already a demonstration in {arg}: serve it, or choose another folder."
			 : "There is already a data directory, or an unfinished demonstration, in {arg}: choose "
			   "another folder.",
		 "vault exists");
	e->arg = arena_str(a, str_of(dir));
	return e;
}

/* Four groups of four: 80 bits, and readable. */
static str password_new(struct arena *a)
{
	uint8_t bytes[10];
	char lower[16];
	str text;

	random_bytes(bytes, sizeof bytes);
	text = crypt_base32(a, (str){(const char *)bytes, sizeof bytes});
	for (size_t i = 0; i < sizeof lower; i++)
		lower[i] = (char)(text.p[i] >= 'A' && text.p[i] <= 'Z' ? text.p[i] + 32 : text.p[i]);
	return arena_fmt(a, "%.4s-%.4s-%.4s-%.4s", lower, lower + 4, lower + 8, lower + 12);
}

static struct err *make_account(struct local *l, struct token by, const struct json *row, struct demo_account *d,
				struct player *p)
{
	struct arena *a = l->a;
	struct account_new n;

	*d = (struct demo_account){
		.login = json_text(row, "login"),
		.password = password_new(a),
		.office = json_text(row, "office"),
		.name = json_text(row, "name"),
		.role = role_find(json_text(row, "role")),
	};
	n = (struct account_new){arena_z(a, d->login), arena_z(a, d->name), arena_z(a, d->office), d->role,
				 d->password};
	p->login = d->login;
	TRY(local_account(l, by, &n, &p->id, d->totp));
	return local_sign_in(l, n.login, d->password, d->totp, &p->token);
}

/* The coordinator comes first in the script, makes the others, and each signs in once: codes work once. */
static struct err *make_accounts(struct local *l, struct stage *s, struct demo_account **out)
{
	const struct json *rows = json_get(s->script.json, "accounts");
	size_t n = json_count(rows);

	*out = NEWS(l->a, struct demo_account, n + 1);
	s->players = NEWS(l->a, struct player, n + 1);
	JSON_EACH (row, rows) {
		size_t i = s->n_players;

		TRY(make_account(l, i ? s->players[0].token : NO_TOKEN, row, &(*out)[i], &s->players[i]));
		s->n_players++;
	}
	fprintf(stderr, "rivage: %zu accounts made and signed in\n", n);
	return NULL;
}

static struct err *act(void *arg, struct arena *a, struct token t, day on, struct op *out)
{
	return local_op(arg, a, t, on, out);
}

static void progress(void *arg, size_t done, size_t all)
{
	(void)arg;
	if (done % 200 == 0 || done == all)
		fprintf(stderr, "rivage: %zu of %zu steps of the invented people\n", done, all);
}

static struct err *play(struct arena *a, struct local *l, const char *dir)
{
	struct stage s = {.a = a, .op = act, .progress = progress, .arg = l};
	struct demo_account *accounts;

	TRY(script_load(a, &s.script));
	TRY(local_offices(l));
	fprintf(stderr, "rivage: making a demonstration; passwords take a few seconds\n");
	TRY(make_accounts(l, &s, &accounts));
	TRY(programme_play(&s));
	TRY(cohort_play(&s));
	for (size_t i = 0; i < s.n_players; i++)
		TRY(vault_signout(l->vault, a, s.players[i].token));
	TRY(write_private(a, in_dir(a, dir, "clock"), json_text(s.script.json, "clock")));
	return demo_accounts_write(a, dir, accounts, s.n_players);
}

struct err *demo_make(struct arena *a, const char *dir, struct password_cost cost)
{
	const char *key_file = in_dir(a, dir, "key");
	struct local l = {0};
	struct err *e;
	str secret;

	TRY(refuse_existing(a, dir));
	TRY(vault_key_file_new(a, key_file));
	TRY(vault_key_file(a, key_file, &secret));
	TRY(vault_init(a, dir, secret, true, cost));
	e = local_open(a, dir, key_file, cost, &l);
	if (!e)
		e = play(a, &l, dir);
	local_close(&l);
	return e;
}

static struct err *print_code(struct arena *a, const char *login, const char *dir, bool next)
{
	struct demo_account *list;
	size_t n;

	TRY(demo_accounts_read(a, dir, &list, &n));
	for (size_t i = 0; i < n; i++) {
		if (!str_eqz(list[i].login, login))
			continue;
		printf("%.*s\n", STR_ARG(crypt_totp_at(a, list[i].totp, cli_now() + (next ? 30000 : 0))));
		return NULL;
	}
	return FAIL(a, NOT_FOUND, "There is no such account in this demonstration.", "account absent");
}

int cli_demo(int argc, char **argv)
{
	struct arena *a = arena_create(256 << 20);
	const char *rest[3];
	bool next = false;
	struct option_row rows[] = {{"--next", NULL, &next}};
	struct err *e;
	size_t n;

	if (!cli_options(argc, argv, rows, 1, rest, 3, &n))
		return 2;
	if (n == 3 && strcmp(rest[0], "code") == 0) {
		e = print_code(a, rest[1], rest[2], next);
	} else if (n == 1) {
		e = demo_make(a, rest[0], PASSWORD_COST);
	} else {
		fputs("usage: rivage demo DIR | rivage demo code ACCOUNT DIR [--next]\n", stderr);
		return 2;
	}
	if (e)
		return cli_fail(e);
	arena_destroy(a);
	return 0;
}
