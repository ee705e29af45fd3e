/* demo.c — `rivage demo DIR`: a new data directory with invented people; `rivage demo code ACCOUNT DIR`: a sign-in code.
 *
 * Everything goes through the vault, the rules and the forms (design §10.12): accounts with passwords of full cost,
 * real sign-ins, acts in date order.  demo-accounts is written last: without it the directory is unfinished.
 * What must not happen here: a password or secret on standard output, or a directory readable by others. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "demo/cohort.h"
#include "local.h"
#include "server.h"

#define SECRET_BYTES 20
#define ACCOUNTS_FILE "demo-accounts"

struct demo_account {
	struct account_new n;
	str secret; /* base32 */
	uint8_t totp[SECRET_BYTES];
};

static const char *in_dir(struct arena *a, const char *dir, const char *name)
{
	return arena_z(a, arena_fmt(a, "%s/%s", dir, name));
}

static struct err *write_private(struct arena *a, const char *path, str text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool good = fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;

	if (fd >= 0 && close(fd) != 0)
		good = false;
	return good ? NULL : FAIL(a, UNAVAILABLE, "The file {arg} cannot be written.", "%s: %s", path, strerror(errno));
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

	d->n = (struct account_new){
		.login = arena_z(a, json_text(row, "login")),
		.name = arena_z(a, json_text(row, "name")),
		.office = arena_z(a, json_text(row, "office")),
		.role = role_find(json_text(row, "role")),
		.password = password_new(a),
	};
	p->login = str_of(d->n.login);
	TRY(local_account(l, by, &d->n, &p->id, d->totp));
	d->secret = crypt_base32(a, (str){(const char *)d->totp, sizeof d->totp});
	return local_sign_in(l, d->n.login, d->n.password, d->totp, &p->token);
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

static struct err *write_accounts(struct arena *a, const char *dir, const struct demo_account *list, size_t n)
{
	struct buf b;

	buf_init(&b, a, 1 << 16);
	buf_z(&b, "login\tpassword\trole\toffice\tname\tsecret\n");
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%s\t%.*s\t%s\t%s\t%s\t%.*s\n", list[i].n.login, STR_ARG(list[i].n.password),
			roles[list[i].n.role].code, list[i].n.office, list[i].n.name, STR_ARG(list[i].secret));
	return write_private(a, in_dir(a, dir, ACCOUNTS_FILE), buf_done(&b));
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
	return write_accounts(a, dir, accounts, s.n_players);
}

static struct err *make(struct arena *a, const char *dir)
{
	const char *key_file = in_dir(a, dir, "key");
	struct local l = {0};
	struct err *e;
	str secret;

	TRY(refuse_existing(a, dir));
	TRY(vault_key_file_new(a, key_file));
	TRY(vault_key_file(a, key_file, &secret));
	TRY(vault_init(a, dir, secret, true, PASSWORD_COST));
	e = local_open(a, dir, key_file, PASSWORD_COST, &l);
	if (!e)
		e = play(a, &l, dir);
	local_close(&l);
	return e;
}

/* Base32 without padding (RFC 4648) of exactly the bytes wanted. */
static bool unbase32(str s, uint8_t *out, size_t n)
{
	uint32_t bits = 0;
	size_t at = 0, held = 0;

	if (s.n != (n * 8 + 4) / 5)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		uint32_t v = c >= 'A' && c <= 'Z'   ? (uint32_t)(c - 'A')
			     : c >= '2' && c <= '7' ? (uint32_t)(c - '2') + 26
						    : 32;

		if (v == 32)
			return false;
		bits = bits << 5 | v;
		held += 5;
		if (held >= 8 && at < n) {
			held -= 8;
			out[at++] = (uint8_t)(bits >> held);
		}
	}
	return at == n;
}

static struct err *print_code(struct arena *a, const char *login, const char *dir, bool next)
{
	uint8_t secret[SECRET_BYTES];
	str text, code;

	TRY(cli_read_file(a, in_dir(a, dir, ACCOUNTS_FILE), 1 << 16, &text));
	while (text.p) {
		str line = str_split(&text, '\n'), last = {0};
		str name = str_split(&line, '\t');

		while (line.p)
			last = str_split(&line, '\t');
		if (!str_eqz(name, login))
			continue;
		if (!unbase32(last, secret, sizeof secret))
			return FAIL(a, CONFIG, NULL, "the line of the account cannot be read");
		code = crypt_totp_at(a, secret, cli_now() + (next ? 30000 : 0));
		crypt_wipe(secret, sizeof secret);
		printf("%.*s\n", STR_ARG(code));
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
		e = make(a, rest[0]);
	} else {
		fputs("usage: rivage demo DIR | rivage demo code ACCOUNT DIR [--next]\n", stderr);
		return 2;
	}
	if (e)
		return cli_fail(e);
	arena_destroy(a);
	return 0;
}
