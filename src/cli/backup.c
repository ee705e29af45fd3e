/* backup.c — `rivage backup`: a consistent copy of a data directory, beside a running server, sealed and signed.
 *
 * The order is what makes it consistent.  The database's write lock is held for an instant: no head is committed, so what
 * the vault's store knows of heads is what the database says.  In that instant the sizes are taken, checkpoints first,
 * then the audit log, then the store: each may be younger than the one before it, never older.  The files only grow at
 * their end (a compacted store is a new file), so they are read afterwards, at leisure; so are the shred keys, which only
 * gain keys, or lose those of erased cases, and go into the ring, not into the backup. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit_file.h"
#include "bundle.h"
#include "cli.h"
#include "db_copy.h"
#include "files.h"
#include "keyring.h"
#include "reseal.h"
#include "restore.h"
#include "ring.h"
#include "scratch.h"
#include "tell.h"
#include "core.h" /* brings the vault’s store.h, not that of cases */

#define KEYS_MAX ((size_t)1 << 30)
#define TRIES 5
#define COPY "vault/backup.copy" /* the database, not sealed yet: never beside OUT, where backups are fetched from */

struct source { /* a data directory, read beside its vault */
	const char *dir;
	int vault;
	struct keyring *keys;
	struct share_card card; /* total 0: no recovery key yet */
	struct told_note note;  /* for the audit log */
};
struct cut {
	int notes, audit, store;
	uint64_t n_notes, n_audit, n_store;
};

static struct err *source_open(struct arena *a, const char *dir, const char *key_file, struct source *s)
{
	struct store *store = NEW(a, struct store);
	struct err *e;
	str secret;

	*s = (struct source){.dir = dir, .vault = -1, .keys = NEW(a, struct keyring)};
	s->note = (struct told_note){.what = TOLD_FAILED, .backup = id_random(), .at = cli_now()};
	TRY(keyring_secret(a, key_file, &secret));
	TRY(vault_dir(a, dir, false, false, &s->vault));
	TRY(keyring_load(a, s->vault, secret, s->keys));
	e = store_open(a, store, s->vault, s->keys->tenant, &s->keys->store);
	s->card = store->recovery.card;
	store_close(store);
	return e;
}

static void source_close(struct source *s)
{
	if (s->vault >= 0)
		close(s->vault);
	if (s->keys)
		crypt_wipe(s->keys, sizeof *s->keys);
}

/* A run may write the file anew, and over the old one, while it is read: then it is read again. */
static struct err *read_keys(struct arena *a, const struct source *s, struct shred *out, str *bytes)
{
	struct err *e = NULL;

	for (int i = 0; i < TRIES; i++) {
		TRY(file_read(a, s->vault, "keys", KEYS_MAX, bytes));
		e = shred_read(a, out, s->keys->tenant, &s->keys->store, *bytes);
		if (!e && out->torn == 0)
			return NULL;
		shred_close(out);
		usleep(50000);
	}
	return e ? e : FAIL(a, UNAVAILABLE, NULL, "the key store is being written all the time");
}

static struct err *size_of(struct arena *a, int dir, const char *name, uint64_t unit, int *fd, uint64_t *n)
{
	struct stat st;

	TRY(file_open(a, dir, name, O_RDONLY, fd));
	if (fstat(*fd, &st) != 0)
		return FAIL(a, UNAVAILABLE, NULL, "%s: %s", name, strerror(errno));
	*n = (uint64_t)st.st_size / unit * unit;
	return NULL;
}

static struct err *take_cut(struct arena *a, const struct source *s, struct cut *c)
{
	TRY(size_of(a, s->vault, "audit.checkpoints", 1, &c->notes, &c->n_notes));
	TRY(size_of(a, s->vault, "audit", AUDIT_ENTRY, &c->audit, &c->n_audit));
	return size_of(a, s->vault, "store", 1, &c->store, &c->n_store);
}

static void cut_close(struct cut *c)
{
	int *fds[] = {&c->notes, &c->audit, &c->store};

	for (size_t i = 0; i < 3; i++)
		if (*fds[i] >= 0)
			close(*fds[i]);
}

struct keys_of {
	const struct shred *shred;
	const struct key *store;
};

static bool backup_key(void *arg, case_id object, struct key *out)
{
	const struct keys_of *k = arg;
	const struct key *shred = shred_of(k->shred, object);

	if (shred)
		*out = shred_backup_key(shred);
	return shred != NULL;
}

static bool is_erased(void *arg, case_id object)
{
	const struct keys_of *k = arg;

	return k->shred->tombs.n && map_get(&k->shred->tombs, tomb_hash(k->store, object));
}

/* The copy of the database: heads and names go under the shred keys. */
static struct err *reseal_copy(struct arena *a, const struct source *s, const struct shred *shred, const char *copy)
{
	struct keys_of k = {shred, &s->keys->store};
	struct reseal r = {
		.a = a, .tenant = s->keys->tenant, .key = backup_key, .gone = is_erased, .arg = &k, .keep_lost = true};
	struct db_pool *pool;
	struct err *e;

	TRY(db_pool_open(a, arena_fmt(a, "sqlite:%s", copy), &pool));
	e = reseal_in(pool, &r);
	db_pool_close(pool);
	if (!e && r.lost)
		fprintf(stderr, "rivage: %zu files have no shred key: they cannot be opened, here or restored.\n",
			r.lost);
	if (!e)
		printf("files     %zu\n", r.cases);
	return e;
}

static struct err *weigh_audit(struct arena *a, const struct source *s, const struct cut *c, struct bundle *b)
{
	struct audit_report r;
	str log, notes, key;

	TRY(file_read(a, s->vault, "audit.pub", 4096, &key));
	TRY(file_map(a, c->audit, &log));
	TRY(file_map(a, c->notes, &notes));
	audit_check(a, str_sub(log, 0, c->n_audit), str_sub(notes, 0, c->n_notes), key, (str){0}, &r);
	file_unmap(notes);
	file_unmap(log);
	if (!r.good)
		fprintf(stderr, "rivage: the audit log is NOT WHOLE at %llu: %s\n", (unsigned long long)r.fault_at,
			r.fault);
	b->audit_size = r.entries;
	merkle_root(&r.end.tree, b->audit_root);
	return NULL;
}

static struct err *put_named(struct arena *a, struct bundle *b, int dir, const char *name)
{
	struct err *e;
	uint64_t n;
	int fd = -1;

	e = size_of(a, dir, name, 1, &fd, &n);
	if (!e)
		e = bundle_put(a, b, name, fd, n);
	if (fd >= 0)
		close(fd);
	return e;
}

static struct err *put_database(struct arena *a, struct bundle *b, const char *copy)
{
	struct err *e;
	uint64_t n;
	int fd = -1;

	e = size_of(a, AT_FDCWD, copy, 1, &fd, &n);
	if (!e)
		e = bundle_put(a, b, "rivage.db", fd, n);
	if (fd >= 0)
		close(fd);
	return e;
}

static struct err *write_bundle(struct arena *a, struct source *s, const struct cut *c, const char *copy, int fd)
{
	struct bundle *b = NEW(a, struct bundle);
	struct sign_pair root, delegate;
	struct bundle_signer signer;
	struct err *e;

	TRY(bundle_create(a, b, fd, &s->card, s->keys->tenant, cli_now()));
	TRY(weigh_audit(a, s, c, b));
	TRY(put_named(a, b, s->vault, "keyring"));
	TRY(bundle_put(a, b, "store", c->store, c->n_store));
	TRY(bundle_put(a, b, "audit", c->audit, c->n_audit));
	TRY(bundle_put(a, b, "audit.checkpoints", c->notes, c->n_notes));
	TRY(put_named(a, b, s->vault, "audit.pub"));
	TRY(put_database(a, b, copy));
	crypt_sign_from_seed(s->keys->root_seed, &root);
	crypt_sign_from_seed(s->keys->delegate_seed, &delegate);
	memcpy(signer.delegate, delegate.pk, sizeof signer.delegate);
	memcpy(signer.root, root.pk, sizeof signer.root);
	memcpy(signer.certificate, s->keys->delegate_cert, sizeof signer.certificate);
	e = bundle_finish(a, b, &delegate, &signer);
	crypt_wipe(&root, sizeof root);
	crypt_wipe(&delegate, sizeof delegate);
	if (e)
		return e;
	s->note.backup = bundle_number(b);
	s->note.at = b->made;
	s->note.entries = (int64_t)b->audit_size;
	printf("audit     %llu entries\n", (unsigned long long)b->audit_size);
	printf("number    %.*s\n", STR_ARG(id_text(a, s->note.backup)));
	return NULL;
}

/* The instant of the cut, and the copy of what the database was then. */
static struct err *copy_all(struct arena *a, const struct source *s, const char *copy, struct cut *c)
{
	struct db_copy *db;
	struct err *e;

	e = db_copy_hold(a, arena_fmt(a, "%s/rivage.db", s->dir).p, &db);
	if (e && e->kind == ERR_NOT_FOUND)
		return FAIL(
			a, CONFIG,
			"There is no database in this directory. One in PostgreSQL is copied with its own tools: the "
			"operator’s manual says how.",
			"no rivage.db");
	if (e)
		return e;
	e = take_cut(a, s, c);
	db_copy_go(db);
	if (!e)
		e = db_copy_write(a, db, copy);
	db_copy_end(db);
	return e;
}

static struct err *write_out(struct arena *a, struct source *s, const struct cut *c, const char *copy, const char *out)
{
	const char *part = arena_fmt(a, "%s.part", out).p;
	struct err *e;
	int fd;

	scratch_also(a, part);
	fd = open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return FAIL(a, UNAVAILABLE, NULL, "%s: %s", part, strerror(errno));
	e = write_bundle(a, s, c, copy, fd);
	close(fd);
	if (!e && rename(part, out) != 0)
		e = FAIL(a, UNAVAILABLE, NULL, "%s: %s", out, strerror(errno));
	if (e)
		unlink(part);
	e = e ? e : folder_sync(a, out);
	if (!e)
		s->note.what = TOLD_MADE;
	return e;
}

static struct err *ring(struct arena *a, const char *folder, str keys)
{
	size_t pruned;

	TRY(ring_put(a, folder, keys, cli_now(), &pruned));
	printf("ring      one copy added, %zu removed\n", pruned);
	return NULL;
}

static struct err *make(struct arena *a, struct source *s, const char *out, const char *ring_folder)
{
	static const char *const names[] = {COPY, COPY "-wal", COPY "-shm", COPY "-journal"};
	const char *copy = arena_fmt(a, "%s/" COPY, s->dir).p;
	struct cut c = {-1, -1, -1, 0, 0, 0};
	struct shred shred = {.fd = -1};
	struct err *e;
	str keys;

	if (s->card.total == 0)
		return FAIL(a, CONFIG, "There is no recovery key yet: make it with “rivage ceremony new”.",
			    "no recovery card in the store");
	if (access(out, F_OK) == 0)
		return FAIL(a, CONFLICT, "The file {arg} is there already: nothing is written over.", "%s", out);
	TRY(scratch_begin(a, s->dir, false, names, sizeof names / sizeof *names));
	e = copy_all(a, s, copy, &c);
	if (!e)
		e = read_keys(a, s, &shred, &keys);
	if (!e)
		e = reseal_copy(a, s, &shred, copy);
	if (!e)
		e = write_out(a, s, &c, copy, out);
	tell_log(a, s->dir, s->keys, &s->note); /* a copy that is there is told, whatever becomes of the ring */
	if (!e && ring_folder)
		e = ring(a, ring_folder, keys);
	shred_close(&shred);
	scratch_end();
	cut_close(&c);
	return e;
}

static struct err *ring_only(struct arena *a, struct source *s, const char *folder)
{
	struct shred shred;
	str keys;

	TRY(read_keys(a, s, &shred, &keys));
	shred_close(&shred);
	return ring(a, folder, keys);
}

static int usage(void)
{
	fputs("usage: rivage backup DIR OUT --key-file F [--with-ring RINGDIR]\n"
	      "       rivage backup ring DIR RINGDIR --key-file F\n"
	      "       rivage backup verify FILE SHARE… [--key-file F] [--with-ring RING] [--tell DIR]\n",
	      stderr);
	return 2;
}

int cli_backup(int argc, char **argv)
{
	const char *key_file = NULL, *ring_dir = NULL, *tell = NULL, *rest[SHARES_MAX + 3];
	struct option_row rows[] = {
		{"--key-file", &key_file, NULL}, {"--with-ring", &ring_dir, NULL}, {"--tell", &tell, NULL}};
	struct source s = {.vault = -1};
	struct arena *a;
	struct err *e;
	int code = 0;
	size_t n;

	if (!cli_options(argc, argv, rows, 3, rest, SHARES_MAX + 2, &n))
		return 2;
	a = arena_create((size_t)4 << 30);
	if (n > 2 && strcmp(rest[0], "verify") == 0 && (!tell || key_file)) {
		e = restore_verify(a, &(struct restore_options){.file = rest[1],
								.shares = rest + 2,
								.n_shares = n - 2,
								.key_file = key_file,
								.ring = ring_dir,
								.tell = tell});
	} else if (n == 3 && strcmp(rest[0], "ring") == 0 && key_file && !ring_dir && !tell) {
		e = source_open(a, rest[1], key_file, &s);
		if (!e)
			e = ring_only(a, &s, rest[2]);
	} else if (n == 2 && key_file && !tell) {
		e = source_open(a, rest[0], key_file, &s);
		if (!e)
			e = make(a, &s, rest[1], ring_dir);
	} else {
		arena_destroy(a);
		return usage();
	}
	source_close(&s);
	if (e)
		code = cli_fail(e);
	arena_destroy(a);
	return code;
}
