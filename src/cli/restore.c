/* restore.c — `rivage restore` and `rivage backup verify`: every chunk is opened, every part hashed, the signature checked,
 * the database checked by its own means, the audit log walked; then tombstones are replayed, before anything can be read,
 * and heads and names come out from under their shred keys.  What fails leaves the directory as empty as it was. */
#include "restore.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle.h"
#include "ceremony.h"
#include "cli.h"
#include "core.h"
#include "db_copy.h"
#include "files.h"
#include "privacy_sql.h"
#include "reseal.h"
#include "ring.h"
#include "scratch.h"
#include "tell.h"

struct found { /* what the report says */
	struct bundle b;
	struct reseal r;
	size_t heads, unknown; /* opened; of a state the vault's store does not know */
	size_t objects_lost;   /* objects of the vault without a shred key */
	size_t erased;         /* tombstones */
	size_t locked;         /* accounts, until a coordinator has looked at them */
	str ring;
};

static const char *const files[] = {"vault/keyring",    "vault/store", "vault/store.new",         "vault/audit",
				    "vault/audit.pub",  "vault/keys",  "vault/audit.checkpoints", "vault/keys.new",
				    "vault/rivage.db",  "rivage.db",   "rivage.db-wal",           "rivage.db-shm",
				    "rivage.db-journal"};
#define N_FILES (sizeof files / sizeof *files)

static void drop_files(struct arena *a, const char *dir)
{
	for (size_t i = 0; i < N_FILES; i++)
		unlink(arena_fmt(a, "%s/%s", dir, files[i]).p);
	rmdir(arena_fmt(a, "%s/vault", dir).p);
}

static struct err *empty_folder(struct arena *a, const char *dir)
{
	struct dirent *x;
	size_t n = 0;
	DIR *d;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return FAIL(a, UNAVAILABLE, NULL, "%s: %s", dir, strerror(errno));
	d = opendir(dir);
	if (!d)
		return FAIL(a, UNAVAILABLE, NULL, "%s: %s", dir, strerror(errno));
	while ((x = readdir(d)))
		n += strcmp(x->d_name, ".") != 0 && strcmp(x->d_name, "..") != 0;
	closedir(d);
	if (n)
		return FAIL(a, CONFLICT, "A backup is restored into an empty directory only.", "%s is not empty", dir);
	return NULL;
}

static struct err *unpack_in(struct arena *a, const struct restore_options *o, const char *dir, struct found *f)
{
	struct key secret;
	struct err *e;
	int vault, file = open(o->file, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return FAIL(a, NOT_FOUND, NULL, "%s: %s", o->file, strerror(errno));
	e = bundle_peek(a, &f->b, file);
	if (!e)
		e = shares_open(a, o->shares, o->n_shares, &f->b.card, &secret);
	if (!e)
		e = bundle_open(a, &f->b, &secret);
	crypt_wipe(&secret, sizeof secret);
	if (!e)
		e = vault_dir(a, dir, true, true, &vault);
	if (!e) {
		e = bundle_unpack(a, &f->b, vault);
		stream_wipe(&f->b.s);
		if (!e && (renameat(vault, "rivage.db", AT_FDCWD, arena_fmt(a, "%s/rivage.db", dir).p) != 0 ||
			   fsync(vault) != 0))
			e = FAIL(a, UNAVAILABLE, NULL, "%s: %s", dir, strerror(errno));
		close(vault);
	}
	close(file);
	return e;
}

static struct err *check_audit(struct arena *a, const char *dir, const struct found *f)
{
	struct audit_report r;
	uint8_t root[32];

	TRY(audit_verify(a, dir, (str){0}, &r));
	merkle_root(&r.end.tree, root);
	if (!r.good)
		return FAIL(a, INVALID, NULL, "the audit log is not whole at %llu: %s", (unsigned long long)r.fault_at,
			    r.fault);
	if (r.entries != f->b.audit_size || memcmp(root, f->b.audit_root, sizeof root) != 0)
		return FAIL(a, INVALID, NULL, "the audit log is not the one the manifest names");
	return NULL;
}

static struct err *put_keys(struct arena *a, const struct restore_options *o, struct vaultd *v, struct found *f)
{
	struct keyring *k = NEW(a, struct keyring);
	struct shred s = {.fd = -1};
	struct err *e;
	str secret, bytes;

	TRY(keyring_secret(a, o->key_file, &secret));
	e = keyring_load(a, v->dir, secret, k);
	if (!e && !o->ring) {
		e = shred_create(a, v->dir, k->tenant, &k->store);
	} else if (!e) {
		e = ring_newest(a, o->ring, &bytes, &f->ring);
		if (!e)
			e = shred_read(a, &s, k->tenant, &k->store, bytes);
		if (!e)
			e = file_replace(a, v->dir, "keys", str_sub(bytes, 0, s.size)); /* not a torn end */
		shred_close(&s);
	}
	crypt_wipe(k, sizeof *k);
	return e;
}

/* The keyring that the key file opens is the one whose keys signed. */
static struct err *check_signer(struct arena *a, const struct vaultd *v, const struct found *f)
{
	struct sign_pair root;
	bool same;

	crypt_sign_from_seed(v->keys->root_seed, &root);
	same = memcmp(root.pk, f->b.signer.root, sizeof root.pk) == 0 && id_eq(f->b.tenant, v->keys->tenant);
	crypt_wipe(&root, sizeof root);
	return same ? NULL : FAIL(a, INVALID, NULL, "the backup was not signed by the vault whose keyring is in it");
}

static bool key_of(void *arg, case_id object, struct key *out)
{
	const struct vaultd *v = arg;
	const struct key *k = shred_of(&v->shred, object);

	if (k)
		*out = shred_backup_key(k);
	return k != NULL;
}

static bool gone(void *arg, case_id object)
{
	return erased(arg, object);
}

struct looking {
	struct vaultd *v;
	struct arena *a;
	struct found *f;
};

static bool known_head(const struct st_object *o, str head)
{
	uint8_t digest[32];
	bool known;

	crypt_sha256(head, digest);
	known = o && o->has_head && memcmp(o->prev, digest, sizeof digest) == 0;
	for (int i = 0; o && i < o->n_next; i++)
		known = known || memcmp(o->next[i], digest, sizeof digest) == 0;
	return known;
}

static struct err *look_at_head(const struct heads_all_row *row, void *arg)
{
	struct looking *l = arg;
	struct seal_at at = {.tenant = l->v->keys->tenant,
			     .table = SEAL_HEAD,
			     .row = row->id.v,
			     .object = row->id.v,
			     .version = (uint64_t)row->version};
	struct err *e;
	str plain;

	e = crypt_open(l->a, &l->v->keys->head, &at, row->head, &plain);
	l->f->heads += e == NULL;
	l->f->unknown += !known_head(map_get(&l->v->store.objects, row->id.v), row->head);
	arena_reset(l->a);
	return e ? FAIL(l->f->r.a, INVALID, NULL, "a head of the backup does not open") : NULL;
}

static struct err *read_database(struct arena *a, struct vaultd *v, const char *dir, struct found *f)
{
	struct looking l = {v, arena_create(16u << 20), f};
	struct db_pool *pool;
	struct db *reader;
	struct err *e;

	TRY(db_pool_open(a, arena_fmt(a, "sqlite:%s/rivage.db", dir), &pool));
	e = reseal_out(pool, &f->r);
	if (!e)
		e = db_reader(pool, a, &reader);
	if (!e) {
		e = heads_all(reader, a, look_at_head, &l);
		db_reader_close(reader);
	}
	db_pool_close(pool);
	arena_destroy(l.a);
	return e;
}

/* Who was signed in when the backup was made is not signed in now: since then she may have signed out, or been put out. */
static void end_sessions(struct vaultd *v)
{
	struct st_session *x, gone[64];
	size_t n;

	do {
		n = 0;
		for (size_t i = 0; n < sizeof gone / sizeof *gone && (x = map_next(&v->store.sessions, &i));)
			gone[n++].id = x->id;
		for (size_t i = 0; i < n; i++)
			store_put(&v->store, ROW_SESSION_DROP, &gone[i], 0);
	} while (n);
}

/* Who was withdrawn, locked or away since would be back: whoever is not a coordinator waits until one of them has looked. */
static size_t lock_accounts(struct vaultd *v)
{
	struct st_user *u;
	size_t n = 0;

	for (size_t i = 0; (u = map_next(&v->store.users, &i));) {
		struct st_user now = *u;

		if (u->role == ROLE_COO || !account_open(u))
			continue;
		now.was = u->state;
		now.state = ACCOUNT_LOCKED;
		now.restored = true;
		store_put(&v->store, ROW_USER, &now, 0);
		n++;
	}
	return n;
}

static struct err *settle(struct arena *a, struct vaultd *v, msec now, size_t *locked)
{
	struct audit_entry e = {.at = now, .done = true, .role = ROLE_NONE, .action = "vault.restore"};

	if (!audit_add(&v->audit, e))
		return FAIL(a, UNAVAILABLE, NULL, "the audit log takes no entry");
	end_sessions(v);
	*locked = lock_accounts(v);
	v->store.urgent |= v->store.pending.n > 0;
	TRY(core_commit(v, a, now));
	return audit_checkpoint(a, &v->audit, now, true);
}

struct restoring {
	const struct restore_options *o;
	const char *dir;
	struct found *f;
};

static struct err *open_vault(struct vaultd *v, struct arena *a, void *arg)
{
	const struct restoring *r = arg;
	const struct restore_options *o = r->o;
	struct found *f = r->f;
	struct err *e;
	str secret;

	TRY(put_keys(a, o, v, f));
	TRY(keyring_secret(a, o->key_file, &secret));
	TRY(core_unseal(v, a, secret, cli_now())); /* replays the tombstones */
	e = check_signer(a, v, f);
	f->erased = v->store.tombs.n;
	f->objects_lost = shred_missing(v);
	if (!e && f->objects_lost && !o->accept_loss)
		e = FAIL(
			a, CONFIG,
			"Some files have no key in this copy of the key store: take a newer one, or say --accept-loss.",
			"%zu objects without a key", f->objects_lost);
	f->r = (struct reseal){.a = a, .tenant = v->keys->tenant, .key = key_of, .gone = gone, .arg = v};
	if (!e)
		e = read_database(a, v, r->dir, f);
	return e ? e : settle(a, v, cli_now(), &f->locked);
}

static str hex(struct arena *a, const uint8_t *p, size_t n)
{
	struct buf b;

	buf_init(&b, a, 2 * n + 1);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%02x", p[i]);
	return buf_done(&b);
}

static void report(struct arena *a, const struct found *f, bool opened)
{
	printf("made      %s\nparts     %zu, every chunk and digest good\n", msec_iso(a, f->b.made).p, f->b.n);
	printf("signed    root %s%s\n", hex(a, f->b.signer.root, 32).p,
	       opened ? ", the vault of this key file" : " (compare it: no key file was given)");
	printf("audit     %llu entries, the chain is whole\ndatabase  whole\n", (unsigned long long)f->b.audit_size);
	if (!opened) {
		puts("heads     not opened: that needs the key file and the ring");
		return;
	}
	printf("keys      %.*s\n", STR_ARG(f->ring.n ? f->ring : STR("none: nothing of any file can be opened")));
	printf("heads     %zu opened, %zu of a state the vault does not know\n", f->heads, f->unknown);
	printf("erased    %zu tombstones, %zu files of this backup erased again\n", f->erased, f->r.erased);
	printf("lost      %zu objects without a key\n", f->objects_lost);
	printf("locked    %zu accounts: a backup does not know who was locked or withdrawn since. Coordinators can "
	       "sign in: they "
	       "look at\n          each account and unlock those who still work here; withdraw coordinators who do "
	       "not.\n",
	       f->locked);
}

static struct err *run(struct arena *a, const struct restore_options *o, const char *dir, bool keys)
{
	struct found *f = NEW(a, struct found);
	struct restoring r = {o, dir, f};

	TRY(unpack_in(a, o, dir, f));
	TRY(db_copy_check(a, arena_fmt(a, "%s/rivage.db", dir).p));
	TRY(check_audit(a, dir, f));
	if (keys)
		TRY(core_alone(a, dir, open_vault, &r));
	report(a, f, keys);
	return folder_sync(a, arena_fmt(a, "%s/vault", dir).p);
}

/* One folder for each user of the machine, hers alone.  It stays, empty. */
static struct err *own_folder(struct arena *a, const char *dir)
{
	struct stat st;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return FAIL(a, UNAVAILABLE, NULL, "%s: %s", dir, strerror(errno));
	if (lstat(dir, &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 077))
		return FAIL(a, CONFIG, "{arg} is not a folder of this user alone: remove it, or set TMPDIR.", "%s",
			    dir);
	return NULL;
}

/* Nothing of a file that is not even a backup is known, but that it was tried. */
static struct err *tell_verified(struct arena *a, const struct restore_options *o, bool good)
{
	struct told_note n = {.what = good ? TOLD_VERIFIED : TOLD_UNSOUND, .backup = id_random(), .at = cli_now()};
	struct bundle *b = NEW(a, struct bundle);
	int file = open(o->file, O_RDONLY | O_CLOEXEC);

	if (file >= 0 && !bundle_peek(a, b, file))
		n.backup = bundle_number(b);
	if (file >= 0)
		close(file);
	return tell_log_of(a, o->tell, o->key_file, &n);
}

struct err *restore_verify(struct arena *a, const struct restore_options *o)
{
	const char *base = getenv("TMPDIR");
	const char *dir = arena_fmt(a, "%s/rivage-verify-%u", base ? base : "/tmp", (unsigned)geteuid()).p;
	struct restore_options with = *o;
	struct err *e, *told = NULL;

	with.accept_loss = true;
	TRY(own_folder(a, dir));
	TRY(scratch_begin(a, dir, true, files, N_FILES));
	drop_files(a, dir);
	e = run(a, &with, dir, o->key_file && o->ring);
	if (o->tell)
		told = tell_verified(a, o, !e);
	drop_files(a, dir);
	scratch_end();
	return e ? e : told;
}

int cli_restore(int argc, char **argv)
{
	struct restore_options o = {0};
	const char *rest[SHARES_MAX + 2];
	struct option_row rows[] = {{"--key-file", &o.key_file, NULL},
				    {"--with-ring", &o.ring, NULL},
				    {"--accept-loss", NULL, &o.accept_loss}};
	struct arena *a;
	struct err *e;
	int code = 0;
	size_t n;

	if (!cli_options(argc, argv, rows, 3, rest, SHARES_MAX + 2, &n))
		return 2;
	if (n < 3 || !o.key_file || (!o.ring && !o.accept_loss)) {
		fputs("usage: rivage restore FILE DIR SHARE… --key-file F --with-ring RING [--accept-loss]\n", stderr);
		return 2;
	}
	o.file = rest[0];
	o.dir = rest[1];
	o.shares = rest + 2;
	o.n_shares = n - 2;
	a = arena_create((size_t)4 << 30);
	umask(077);
	e = empty_folder(a, o.dir);
	if (!e) {
		e = run(a, &o, o.dir, true);
		if (e)
			drop_files(a, o.dir);
	}
	if (e)
		code = cli_fail(e);
	arena_destroy(a);
	return code;
}
