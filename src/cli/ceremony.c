/* ceremony.c — `rivage ceremony`: the organisation's recovery key is made, split, tried and forgotten in one go.
 *
 * The key opens backups, and with keyring and disk the keys of every group (coordinator.c).  Whole, it exists in this process only: what is written are shares, for as many holders, and a
 * card that is no secret.  Best done on a machine without a network, whose disk is not kept. */
#include "ceremony.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "files.h"
#include "recovery.h"
#include "server.h"

struct ceremony_options {
	const char *out, *key_file, *need, *shares, *card;
	struct coordinator_words who;
};

static str set_text(struct arena *a, const uint8_t set[8])
{
	return arena_fmt(a, "%02x%02x-%02x%02x-%02x%02x-%02x%02x", set[0], set[1], set[2], set[3], set[4], set[5],
			 set[6], set[7]);
}

static struct err *write_file(struct arena *a, const char *folder, const char *name, str bytes)
{
	const char *path = arena_fmt(a, "%s/%s", folder, name).p;
	struct err *e;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0 && errno == EEXIST)
		return FAIL(a, CONFLICT, "The file {arg} is there already: nothing is written over.", "%s", path);
	if (fd < 0)
		return FAIL(a, UNAVAILABLE, NULL, "%s: %s", path, strerror(errno));
	e = file_append(a, fd, 0, bytes);
	close(fd);
	return e ? e : folder_sync(a, path);
}

static struct err *write_share(struct arena *a, const char *folder, const struct share *s)
{
	str set = set_text(a, s->set), pdf;

	TRY(write_file(a, folder, arena_fmt(a, "share-%d.txt", s->number).p,
		       arena_fmt(a,
				 "# Rivage: recovery key, share %d of %d, set %.*s\n"
				 "# Any %d of them open the backups; with the key file and the disk, every file.\n"
				 "# This one alone opens nothing.\n%.*s\n",
				 s->number, s->total, STR_ARG(set), s->need, STR_ARG(share_text(a, s)))));
	TRY(share_pdf(a, s, set, &pdf));
	return write_file(a, folder, arena_fmt(a, "share-%d.pdf", s->number).p, pdf);
}

/* The shares as they now lie in their files, in every way to choose `need` of them. */
static struct err *try_all(struct arena *a, const char *folder, const struct share_card *card, const struct key *secret)
{
	const char *paths[SHARES_MAX];
	struct share all[SHARES_MAX], some[SHARES_MAX];

	for (unsigned i = 0; i < card->total; i++)
		paths[i] = arena_fmt(a, "%s/share-%u.txt", folder, i + 1).p;
	TRY(shares_read(a, paths, card->total, all));
	for (unsigned mask = 0; mask < 1u << card->total; mask++) {
		struct key back;
		size_t n = 0, wrong;

		if (__builtin_popcount(mask) != card->need)
			continue;
		for (unsigned i = 0; i < card->total; i++)
			if (mask & (1u << i))
				some[n++] = all[i];
		TRY(shamir_join(a, some, n, card, &back, &wrong));
		if (!crypt_equal(&back, secret, sizeof back))
			return FAIL(a, INTERNAL, NULL, "shares give another key");
		crypt_wipe(&back, sizeof back);
	}
	crypt_wipe(all, sizeof all);
	crypt_wipe(some, sizeof some);
	return NULL;
}

static struct err *install(struct arena *a, const char *dir, const char *key_file, const struct share_card *card)
{
	str secret;

	TRY(vault_key_file(a, key_file, &secret));
	return vault_recovery_install(a, dir, secret, card, cli_now());
}

static struct err *make(struct arena *a, const struct ceremony_options *o, const char *dir, unsigned need,
			unsigned total)
{
	struct share shares[SHARES_MAX];
	struct key secret = crypt_key_new();
	struct share_card card;
	struct err *e = NULL;
	uint8_t set[8];

	if (mkdir(o->out, 0700) != 0 && errno != EEXIST)
		return FAIL(a, UNAVAILABLE, NULL, "%s: %s", o->out, strerror(errno));
	shamir_split(&secret, need, total, shares, &card);
	for (unsigned i = 0; i < total && !e; i++)
		e = write_share(a, o->out, &shares[i]);
	if (!e)
		e = write_file(a, o->out, "card.txt",
			       arena_join(a, (str[]){card_text(a, &card), STR("\n")}, 2, STR("")));
	if (!e)
		e = try_all(a, o->out, &card, &secret);
	crypt_wipe(&secret, sizeof secret);
	crypt_wipe(shares, sizeof shares);
	if (!e && dir)
		e = install(a, dir, o->key_file, &card);
	if (e)
		return e;
	card_set(&card, set);
	printf("set       %.*s\nshares    %u, any %u of them open the backups; all ways were tried\n%s%s\n",
	       STR_ARG(set_text(a, set)), total, need, dir ? "installed " : "",
	       dir ? dir : "next      rivage ceremony install DIR card.txt --key-file F");
	return NULL;
}

static bool number(const char *z, unsigned *out)
{
	int64_t v;

	if (!z)
		return true;
	if (!str_to_i64(str_of(z), &v) || v < 2 || v > SHARES_MAX)
		return false;
	*out = (unsigned)v;
	return true;
}

static struct err *read_typed(struct arena *a, str *out)
{
	char line[256];
	struct buf b;

	buf_init(&b, a, SHARE_FILE_MAX);
	fputs("Type one share; an empty line ends it: ", stderr);
	while (fgets(line, sizeof line, stdin) && str_trim(str_of(line)).n)
		buf_z(&b, line);
	explicit_bzero(line, sizeof line);
	*out = buf_done(&b);
	return NULL;
}

static struct err *named(struct arena *a, const char *path, const struct err *e)
{
	fprintf(stderr, "rivage: %s:\n", path);
	return err_make(a, e->kind, e->where, e->message, "%s: %.*s", path, STR_ARG(e->detail));
}

struct err *shares_read(struct arena *a, const char *const *paths, size_t n, struct share *out)
{
	for (size_t i = 0; i < n; i++) {
		struct err *e;
		str text;

		if (strcmp(paths[i], "-") == 0)
			TRY(read_typed(a, &text));
		else
			TRY(cli_read_file(a, paths[i], SHARE_FILE_MAX, &text));
		e = share_parse(a, text, &out[i]);
		if (e)
			return named(a, paths[i], e);
	}
	return NULL;
}

struct err *shares_open(struct arena *a, const char *const *paths, size_t n, const struct share_card *card,
			struct key *out)
{
	struct share shares[SHARES_MAX];
	struct err *e;
	size_t wrong;

	if (n > SHARES_MAX)
		return FAIL(a, USAGE, NULL, "at most %d shares", SHARES_MAX);
	TRY(shares_read(a, paths, n, shares));
	e = shamir_join(a, shares, n, card, out, &wrong);
	if (e && wrong < n)
		e = named(a, paths[wrong], e);
	crypt_wipe(shares, sizeof shares);
	return e;
}

static struct err *check(struct arena *a, const char *card_file, const char *const *paths, size_t n)
{
	struct share_card card;
	struct key secret;
	uint8_t set[8];
	str text;

	if (card_file) {
		TRY(cli_read_file(a, card_file, SHARE_FILE_MAX, &text));
		TRY(card_parse(a, text, &card));
		card_set(&card, set);
	}
	TRY(shares_open(a, paths, n, card_file ? &card : NULL, &secret));
	crypt_wipe(&secret, sizeof secret);
	printf("good: %zu shares give the key%s%.*s\n", n, card_file ? " of set " : "",
	       STR_ARG(card_file ? set_text(a, set) : STR("")));
	return NULL;
}

static struct err *install_card(struct arena *a, const char *dir, const char *card_file, const char *key_file)
{
	struct share_card card;
	str text;

	TRY(cli_read_file(a, card_file, SHARE_FILE_MAX, &text));
	TRY(card_parse(a, text, &card));
	return install(a, dir, key_file, &card);
}

static int usage(void)
{
	fputs("usage: rivage ceremony new [DIR --key-file F] --out FOLDER [--need 3] [--shares 5]\n"
	      "       rivage ceremony check [--card CARD] SHARE…      a SHARE is a file, or - to type it\n"
	      "       rivage ceremony install DIR CARD --key-file F\n"
	      "       rivage ceremony coordinator DIR --key-file F --login L --name N --office O SHARE…\n",
	      stderr);
	return 2;
}

static bool whole(struct ceremony_options *o)
{
	o->who.key_file = o->key_file;
	return o->key_file && o->who.login && o->who.name && o->who.office;
}

int cli_ceremony(int argc, char **argv)
{
	struct ceremony_options o = {0};
	struct option_row rows[] = {{"--out", &o.out, NULL},       {"--key-file", &o.key_file, NULL},
				    {"--need", &o.need, NULL},     {"--shares", &o.shares, NULL},
				    {"--card", &o.card, NULL},     {"--login", &o.who.login, NULL},
				    {"--name", &o.who.name, NULL}, {"--office", &o.who.office, NULL}};
	const char *rest[SHARES_MAX + 2];
	unsigned need = 3, total = 5;
	struct arena *a;
	struct err *e = NULL;
	size_t n;
	int code = 0;

	if (!cli_options(argc, argv, rows, sizeof rows / sizeof *rows, rest, SHARES_MAX + 2, &n))
		return 2;
	if (!number(o.need, &need) || !number(o.shares, &total) || need > total || n == 0)
		return usage();
	a = arena_create(64 << 20);
	if (strcmp(rest[0], "new") == 0 && o.out && (n == 1 || (n == 2 && o.key_file)))
		e = make(a, &o, n == 2 ? rest[1] : NULL, need, total);
	else if (strcmp(rest[0], "check") == 0 && n > 1)
		e = check(a, o.card, rest + 1, n - 1);
	else if (strcmp(rest[0], "install") == 0 && n == 3 && o.key_file)
		e = install_card(a, rest[1], rest[2], o.key_file);
	else if (strcmp(rest[0], "coordinator") == 0 && n > 2 && whole(&o))
		e = coordinator_make(a, rest[1], &o.who, rest + 2, n - 2);
	else
		code = usage();
	if (e)
		code = cli_fail(e);
	arena_destroy(a);
	return code;
}
