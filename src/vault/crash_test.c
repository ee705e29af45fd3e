/* crash_test.c — what the files are worth: kill -9, torn writes, full disks, and every kind of tampering. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit_file.h"
#include "core.h"
#include "disk.h"
#include "files.h"
#include "note.h"
#include "vault_fixture.h"

static struct person coo;

static const char *path_of(struct world *w, const char *name)
{
	return arena_fmt(w->a, "%s/vault/%s", w->dir, name).p;
}

static str get(struct world *w, const char *name)
{
	int fd = open(path_of(w, name), O_RDONLY);
	struct stat st;
	char *p;

	assert_true(fd >= 0);
	fstat(fd, &st);
	p = arena_alloc(w->a, (size_t)st.st_size + 1);
	assert_int_equal(read(fd, p, (size_t)st.st_size), st.st_size);
	close(fd);
	return (str){p, (size_t)st.st_size};
}

static void put(struct world *w, const char *name, str s)
{
	int fd = open(path_of(w, name), O_WRONLY | O_TRUNC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, s.p, s.n), (ssize_t)s.n);
	close(fd);
}

static void with_coordinator(struct world *w)
{
	world_new_unlimited(w);
	coo = (struct person){.login = "coo", .role = ROLE_COO, .office = "PARIS"};
	person_new(w, &coo, NO_TOKEN);
	person_in(w, &coo);
}

/* Opens the stopped vault's files in this process. */
static struct err *unseal_here(struct world *w)
{
	static const struct vault_config conf;
	struct arena *life = arena_create(64u << 20);
	struct vaultd *v = big_alloc(sizeof *v);
	struct err *e;

	v->conf = &conf;
	v->life = life;
	v->sealed = true;
	e = vault_dir(w->a, w->dir, false, true, &v->dir);
	if (!e) {
		e = core_unseal(v, w->a, PASSPHRASE, test_now());
		core_seal(v);
		close(v->dir);
	}
	free(v);
	arena_destroy(life);
	return e;
}

static void some_objects(struct world *w, int n)
{
	str paris = STR("PARIS");
	struct wrap *wraps;
	struct case_key *k;
	size_t n_w, n_k;

	for (int i = 0; i < n; i++)
		OK(vault_object_new(w->v, w->a, coo.t, (case_id){id_random()}, DOSSIER_FR, 1, &paris, 1, &wraps, &n_w,
				    &k, &n_k));
}

static void killed_at_any_moment(void **state)
{
	enum { ROUNDS = 12 };
	struct wrap *kept[40 * 100];
	case_id ids[40 * 100];
	size_t n_ids = 0, acknowledged = 0, longer = 1;
	struct world w;

	(void)state;
	with_coordinator(&w);
	/* On a busy machine the first kills come before anything was acknowledged: later then, until enough was. */
	for (int round = 0; round < ROUNDS || (n_ids <= ROUNDS && round < 40); round++) {
		str paris = STR("PARIS");
		struct case_key *k;
		size_t n_w, n_k;
		pid_t killer;

		fflush(NULL);
		killer = fork();
		if (killer == 0) {
			usleep((useconds_t)((1000 + (size_t)round * 1777) * longer));
			kill(w.pid, SIGKILL);
			_exit(0);
		}
		for (int i = 0; i < 100; i++) {
			case_id id = {id_random()};

			if (vault_object_new(w.v, w.a, coo.t, id, DOSSIER_FR, 1, &paris, 1, &kept[n_ids], &n_w, &k,
					     &n_k))
				break;
			ids[n_ids++] = id;
		}
		if (n_ids == acknowledged && longer < 64)
			longer *= 2;
		world_stop(&w, SIGKILL);
		waitpid(killer, NULL, 0);
		world_start(&w, NULL);
		world_unseal(&w);
		for (; acknowledged < n_ids; acknowledged++)
			OK(vault_open(w.v, w.a, coo.t, ids[acknowledged], PURPOSE_READ, NULL, kept[acknowledged], 1, &k,
				      &n_k));
	}
	assert_true(n_ids > ROUNDS);
	world_stop(&w, SIGTERM);
	{
		struct audit_report r;

		OK(audit_verify(w.a, w.dir, (str){0}, &r));
		assert_true(r.good);
		assert_int_equal(r.signed_size, r.entries);
	}
	world_end(&w);
}

static void torn_tails_are_cut(void **state)
{
	static const size_t cuts[] = {1, 31, 33, 100, 159};
	struct actor_info who;
	struct world w;
	str store, audit, zeros;

	(void)state;
	with_coordinator(&w);
	world_stop(&w, SIGKILL);
	store = get(&w, "store");
	audit = get(&w, "audit");
	zeros = (str){arena_alloc(w.a, 5000), 5000};
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		/* The beginning of one more write: of the file's own bytes, and of blocks never written. */
		put(&w, "store", arena_join(w.a, (str[]){store, str_sub(zeros, 0, cuts[i])}, 2, STR("")));
		put(&w, "audit", arena_join(w.a, (str[]){audit, str_sub(audit, 0, cuts[i])}, 2, STR("")));
		OK(unseal_here(&w));
		put(&w, "store", arena_join(w.a, (str[]){store, zeros}, 2, STR("")));
		put(&w, "audit", arena_join(w.a, (str[]){audit, zeros}, 2, STR("")));
		OK(unseal_here(&w));
		assert_int_equal(get(&w, "store").n, store.n);
		assert_int_equal(get(&w, "audit").n, audit.n);
	}
	put(&w, "audit.checkpoints", str_sub(get(&w, "audit.pub"), 0, 12)); /* half a name */
	OK(unseal_here(&w));
	assert_int_equal(get(&w, "audit.checkpoints").n, 0);
	put(&w, "audit.checkpoints", STR("rivage/half a no")); /* of another log */
	KIND(CONFIG, unseal_here(&w));
	put(&w, "audit.checkpoints", STR(""));
	world_start(&w, NULL);
	world_unseal(&w);
	OK(vault_session(w.v, w.a, coo.t, false, &who)); /* and everything acknowledged is there */
	world_end(&w);
}

/* A write of which one sector in the middle never reached the disk. */
static void holes_are_cut(void **state)
{
	struct world w;
	str before_s, before_a, store, audit;
	char *hole;

	(void)state;
	with_coordinator(&w);
	before_s = get(&w, "store");
	before_a = get(&w, "audit");
	for (int i = 0; i < 5; i++)
		person_new(&w,
			   &(struct person){.login = arena_fmt(w.a, "p%d", i).p, .role = ROLE_COO, .office = "PARIS"},
			   coo.t);
	world_stop(&w, SIGKILL);
	store = get(&w, "store");
	audit = get(&w, "audit");
	hole = (char *)(uintptr_t)arena_str(w.a, store).p;
	memset(hole + (before_s.n / 512 + 2) * 512, 0, 512);
	put(&w, "store", (str){hole, before_s.n + (store.n - before_s.n) / 5});
	put(&w, "audit", before_a);
	OK(unseal_here(&w));
	assert_int_equal(get(&w, "store").n, before_s.n);
	put(&w, "store", store);
	hole = (char *)(uintptr_t)arena_str(w.a, audit).p;
	memset(hole + before_a.n, 0, audit.n - before_a.n);
	put(&w, "audit", (str){hole, audit.n});
	OK(unseal_here(&w));
	assert_int_equal(get(&w, "audit").n, before_a.n);
	world_end(&w);
}

/* What stands behind the last whole write was never acknowledged, whatever it is; a later write behind it proves the
 * contrary. */
static void the_end_is_torn_the_middle_is_not(void **state)
{
	static const char *const names[] = {"store", "audit", "keys"};
	static const size_t lengths[] = {1, 7, 33, 700, 5000};
	static const size_t holes[] = {512, 4096};
	struct world w;

	(void)state;
	with_coordinator(&w);
	some_objects(&w, 100);
	world_stop(&w, SIGKILL);
	for (size_t f = 0; f < sizeof names / sizeof *names; f++) {
		str whole = get(&w, names[f]);
		char *bytes = arena_alloc(w.a, whole.n + 5000);

		memcpy(bytes, whole.p, whole.n);
		random_bytes(bytes + whole.n, 5000);
		for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
			put(&w, names[f], (str){bytes, whole.n + lengths[i]});
			OK(unseal_here(&w));
			assert_int_equal(get(&w, names[f]).n, whole.n);
		}
		assert_true(whole.n > 3 * 4096);
		for (size_t i = 0; i < sizeof holes / sizeof *holes; i++) {
			memcpy(bytes, whole.p, whole.n);
			memset(bytes + whole.n / 2 / 512 * 512, 0, holes[i]);
			put(&w, names[f], (str){bytes, whole.n});
			KIND(CONFIG, unseal_here(&w));
			assert_int_equal(get(&w, names[f]).n, whole.n); /* nothing is cut */
		}
		put(&w, names[f], whole);
	}
	OK(unseal_here(&w));
	world_end(&w);
}

/* Of `keys`, everything behind the damage: no whole frame follows, but the store names files whose keys stood there.  A
 * loss that was accepted is no damage at the next power cut. */
static void lost_keys_are_not_cut(void **state)
{
	struct world w;
	str whole, early;
	char *bytes;

	(void)state;
	with_coordinator(&w);
	some_objects(&w, 20);
	early = get(&w, "keys");
	some_objects(&w, 20);
	world_stop(&w, SIGKILL);
	whole = get(&w, "keys");
	bytes = arena_alloc(w.a, whole.n);
	memcpy(bytes, whole.p, early.n);
	put(&w, "keys", (str){bytes, whole.n});
	KIND(CONFIG, unseal_here(&w));
	assert_int_equal(get(&w, "keys").n, whole.n);
	put(&w, "keys", str_sub(whole, 0, whole.n - 9)); /* the last key was acknowledged too */
	KIND(CONFIG, unseal_here(&w));
	put(&w, "keys", early); /* the newest copy of the ring */
	world_start(&w, NULL);
	world_unseal(&w);
	some_objects(&w, 1);
	world_stop(&w, SIGKILL);
	early = get(&w, "keys");
	put(&w, "keys", arena_join(w.a, (str[]){early, STR("half a frame")}, 2, STR("")));
	OK(unseal_here(&w));
	assert_int_equal(get(&w, "keys").n, early.n);
	world_end(&w);
}

static void a_rolled_back_store_is_seen(void **state)
{
	struct world w;
	str old;

	(void)state;
	with_coordinator(&w);
	old = get(&w, "store");
	person_new(&w, &(struct person){.login = "b", .role = ROLE_COO, .office = "PARIS"}, coo.t);
	world_stop(&w, SIGKILL);
	put(&w, "store", old);
	KIND(CONFIG, unseal_here(&w)); /* the audit log knows of a later frame */
	put(&w, "store", str_sub(old, 0, old.n - 40));
	KIND(CONFIG, unseal_here(&w));
	world_end(&w);
}

static void every_byte_of_the_store_counts(void **state)
{
	struct world w;
	str store, keyring;
	char *p;

	(void)state;
	with_coordinator(&w);
	world_stop(&w, SIGTERM);
	OK(unseal_here(&w));
	store = get(&w, "store");
	p = (char *)(uintptr_t)store.p;
	for (size_t at = 0; at < store.n; at += at < 600 || at > store.n - 600 ? 1 : 97) {
		struct err *e;

		p[at] ^= (char)(1 << (at % 8));
		put(&w, "store", store);
		p[at] ^= (char)(1 << (at % 8));
		e = unseal_here(&w);
		KIND(CONFIG, e);
		assert_true(str_find(e->detail, STR("store")) >= 0);
	}
	put(&w, "store", str_sub(store, 0, 10));
	KIND(CONFIG, unseal_here(&w));
	put(&w, "store", store);
	keyring = get(&w, "keyring");
	p = (char *)(uintptr_t)keyring.p;
	for (size_t at = 0; at < keyring.n; at += 3) {
		struct err *e;

		p[at] ^= 1;
		put(&w, "keyring", keyring);
		p[at] ^= 1;
		e = unseal_here(&w);
		KIND(CONFIG, e);
		assert_true(str_find(e->detail, STR("keyring")) >= 0);
	}
	put(&w, "keyring", STR("x"));
	KIND(CONFIG, unseal_here(&w));
	world_end(&w);
}

/* A keyring whose digest was made anew by the one who changed it opens no more than before. */
static void a_forged_keyring_is_refused(void **state)
{
	struct world w;
	str keyring;
	char *p;

	(void)state;
	world_new(&w);
	world_stop(&w, SIGTERM);
	keyring = get(&w, "keyring");
	p = (char *)(uintptr_t)keyring.p;
	for (size_t at = 0; at < keyring.n - 32; at += 5) {
		struct err *e;

		p[at] ^= 1;
		crypt_sha256(str_sub(keyring, 0, keyring.n - 32), (uint8_t *)p + keyring.n - 32);
		put(&w, "keyring", keyring);
		p[at] ^= 1;
		e = unseal_here(&w);
		assert_non_null(e);
	}
	world_end(&w);
}

static void a_full_disk_closes_everything(void **state)
{
	struct vault_status s;
	struct world w;
	struct stat st;
	struct err *e = NULL;
	int done = 0;

	(void)state;
	with_coordinator(&w);
	world_stop(&w, SIGTERM);
	stat(path_of(&w, "store"), &st);
	w.file_limit = (uint64_t)st.st_size + 2000;
	world_start(&w, NULL);
	world_unseal(&w);
	for (; !e; done++)
		e = vault_office_new(w.v, w.a, coo.t, arena_fmt(w.a, "O%d", done));
	KIND(UNAVAILABLE, e);
	KIND(UNAVAILABLE, vault_status(w.v, w.a, &s)); /* everything, from now on */
	KIND(UNAVAILABLE, vault_audit(world_client(&w, 1), w.a, NO_TOKEN, "x", (case_id){0}, true, 0));
	world_stop(&w, SIGTERM);
	w.file_limit = 0;
	world_start(&w, NULL);
	world_unseal(&w);
	KIND(CONFLICT,
	     done > 1 ? vault_office_new(w.v, w.a, coo.t, STR("O0")) : vault_office_new(w.v, w.a, coo.t, STR("PARIS")));
	OK(vault_office_new(w.v, w.a, coo.t, STR("NEW")));
	world_end(&w);
}

/* A vault whose files disk.c watches: from their opening on. */
static void with_watched_disk(struct world *w)
{
	with_coordinator(w);
	world_stop(w, SIGTERM);
	disk->n_dirs = 0;
	disk_watch(arena_fmt(w->a, "%s/vault", w->dir).p);
	world_start(w, NULL);
	world_unseal(w);
}

static void refuse(unsigned kinds, int code)
{
	disk_order(&(struct disk_orders){.kinds = kinds, .code = code, .nth = 1, .on = 1, .half = 1});
}

/* Nothing is answered while the disk is full, and all of it again once there is room: nobody has to start anything. */
static void a_full_disk_that_has_room_again(void **state)
{
	static const int codes[] = {ENOSPC, EIO};
	struct actor_info who;
	struct world w;

	(void)state;
	with_watched_disk(&w);
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		str office = arena_fmt(w.a, "O%zu", i);

		refuse(1u << DISK_WRITE | 1u << DISK_CREATE, codes[i]);
		KIND(UNAVAILABLE, vault_office_new(w.v, w.a, coo.t, office));
		KIND(UNAVAILABLE, vault_session(w.v, w.a, coo.t, false, &who));
		test_clock->shift += 5000;
		KIND(UNAVAILABLE, vault_session(w.v, w.a, coo.t, false, &who)); /* it was tried, and is still full */
		disk_order(NULL);
		test_clock->shift += 5000;
		OK(vault_session(w.v, w.a, coo.t, false, &who));
		OK(vault_office_new(w.v, w.a, coo.t, office)); /* what was refused was not done */
		KIND(CONFLICT, vault_office_new(w.v, w.a, coo.t, STR("PARIS")));
	}
	world_stop(&w, SIGKILL);
	OK(unseal_here(&w));
	world_end(&w);
}

/* The rows were written and their audit entries were not: what was refused is not in force behind it. */
static void a_log_that_takes_no_entry(void **state)
{
	struct disk_orders orders = {.kinds = 1u << DISK_WRITE, .code = ENOSPC, .nth = 1, .on = 1, .half = 1};
	struct stat st;
	struct world w;

	(void)state;
	with_watched_disk(&w);
	assert_int_equal(stat(path_of(&w, "audit"), &st), 0);
	orders.only = st.st_ino;
	disk_order(&orders);
	KIND(UNAVAILABLE, vault_office_new(w.v, w.a, coo.t, STR("NEW")));
	disk_order(NULL);
	test_clock->shift += 5000;
	OK(vault_office_new(w.v, w.a, coo.t, STR("NEW")));
	world_stop(&w, SIGKILL);
	OK(unseal_here(&w));
	world_end(&w);
}

/* A flush that failed is not tried again, and nothing is answered in this life of the process. */
static void a_flush_that_fails(void **state)
{
	struct actor_info who;
	struct world w;

	(void)state;
	with_watched_disk(&w);
	refuse(1u << DISK_SYNC, EIO);
	KIND(UNAVAILABLE, vault_office_new(w.v, w.a, coo.t, STR("LOST")));
	assert_int_equal(disk->calls, 1);
	disk_order(NULL);
	for (int i = 0; i < 3; i++) {
		test_clock->shift += 5000;
		KIND(UNAVAILABLE, vault_session(w.v, w.a, coo.t, false, &who));
	}
	world_stop(&w, SIGTERM);
	world_start(&w, NULL);
	world_unseal(&w);
	OK(vault_session(w.v, w.a, coo.t, false, &who));
	world_end(&w);
}

/* The store of the stopped vault as if it had been made before there were trainings. */
static void before_trainings(struct world *w)
{
	struct arena *life = arena_create(64u << 20);
	struct vaultd *v = big_alloc(sizeof *v);
	struct st_group *g;

	v->life = life;
	OK(vault_dir(w->a, w->dir, false, true, &v->dir));
	OK(core_unseal(v, w->a, PASSPHRASE, test_now()));
	for (size_t i = 0; (g = map_next(&v->store.groups, &i));)
		if (g->kind == COMP_TRAINING)
			g->kind = GROUP_INDEX - 1;
	OK(store_compact(w->a, &v->store));
	core_seal(v);
	close(v->dir);
	free(v);
	arena_destroy(life);
}

static void a_compartment_younger_than_the_house(void **state)
{
	str paris = STR("PARIS");
	size_t n_w, n_k, n_opened;
	struct case_key *k;
	case_id id = {id_random()};
	struct wrap *wraps;
	struct world w;

	(void)state;
	with_coordinator(&w);
	world_stop(&w, SIGTERM);
	before_trainings(&w);
	world_start(&w, NULL);
	world_unseal(&w);
	assert_non_null(vault_object_new(w.v, w.a, coo.t, id, DOSSIER_FR, COMP_BIT(COMP_TRAINING), &paris, 1, &wraps,
					 &n_w, &k, &n_k));
	OK(person_try(&w, &coo, STR("correct horse battery"), crypt_totp_at(w.a, coo.totp, test_now() + 30000)));
	OK(vault_object_new(w.v, w.a, coo.t, id, DOSSIER_FR, COMP_BIT(COMP_TRAINING), &paris, 1, &wraps, &n_w, &k,
			    &n_k));
	OK(vault_open(w.v, w.a, coo.t, id, PURPOSE_READ, NULL, wraps, n_w, &k, &n_opened));
	assert_int_equal(n_opened, n_k);
	world_end(&w);
}

static void store_is_compacted(void **state)
{
	struct arena *life;
	struct actor_info who;
	struct vaultd *v;
	struct world w;
	size_t before;

	(void)state;
	with_coordinator(&w);
	for (int i = 0; i < 50; i++) {
		uint8_t d[32] = {(uint8_t)i}, next[32] = {(uint8_t)(i + 1)};

		OK(vault_head_next(w.v, w.a, (case_id){{{7}}}, d, next));
	}
	world_stop(&w, SIGTERM);
	before = get(&w, "store").n;
	life = arena_create(64u << 20);
	v = big_alloc(sizeof *v);
	v->life = life;
	OK(vault_dir(w.a, w.dir, false, true, &v->dir));
	OK(core_unseal(v, w.a, PASSPHRASE, test_now()));
	OK(store_compact(w.a, &v->store));
	assert_true(v->store.size + 40 * 256 < before);
	assert_int_equal(v->store.size, get(&w, "store").n);
	assert_false(store_bulky(&v->store));
	core_seal(v);
	close(v->dir);
	free(v);
	arena_destroy(life);
	world_start(&w, NULL);
	world_unseal(&w);
	OK(vault_session(w.v, w.a, coo.t, false, &who));
	OK(vault_head_check(w.v, w.a, (case_id){{{7}}}, (uint8_t[32]){50}));
	world_end(&w);
}

/* A log of n entries in memory, with its checkpoints and key. */
struct log_bytes {
	str log, notes, key, kept; /* kept: the newest checkpoint, as kept elsewhere */
};

static struct log_bytes some_log(struct world *w, int n)
{
	struct log_bytes l;
	str rest;
	struct note note;

	world_new(w);
	for (int i = 0; i < n; i++)
		OK(vault_audit(w->v, w->a, NO_TOKEN, "test.entry", (case_id){{{(uint8_t)(1 + i % 7)}}}, i % 3 != 0, i));
	world_stop(w, SIGTERM);
	l = (struct log_bytes){get(w, "audit"), get(w, "audit.checkpoints"), get(w, "audit.pub"), {0}};
	for (rest = l.notes; note_take(w->a, &rest, &note);) {
		l.kept = (str){note.text.p, (size_t)(rest.p - note.text.p)};
		while (str_starts(rest, STR("\n")))
			rest = str_sub(rest, 1, rest.n);
	}
	return l;
}

static str swapped(struct arena *a, str log, size_t i, size_t j)
{
	char *p = (char *)(uintptr_t)arena_str(a, log).p;

	memcpy(p + i * AUDIT_ENTRY, log.p + j * AUDIT_ENTRY, AUDIT_ENTRY);
	memcpy(p + j * AUDIT_ENTRY, log.p + i * AUDIT_ENTRY, AUDIT_ENTRY);
	return (str){p, log.n};
}

static void a_thousand_tamperings(void **state)
{
	struct audit_report r;
	struct log_bytes l;
	struct world w;
	size_t entries;

	(void)state;
	l = some_log(&w, 600);
	entries = l.log.n / AUDIT_ENTRY;
	audit_check(w.a, l.log, l.notes, l.key, l.kept, &r);
	assert_true(r.good);
	assert_int_equal(r.entries, entries);
	assert_int_equal(r.checkpoints, 3);
	assert_int_equal(r.signed_size, entries);
	srandom(4);
	for (int i = 0; i < 1000; i++) {
		size_t at = (size_t)random() % entries, to = (size_t)random() % entries;
		str bad = l.log, cut = str_sub(l.log, 0, at * AUDIT_ENTRY);
		struct arena *a = arena_create(16u << 20);
		char *p;

		if (i % 4 == 0) { /* a byte changed */
			p = (char *)(uintptr_t)arena_str(a, bad).p;
			p[(size_t)random() % bad.n] ^= (char)(1 + random() % 255);
			bad.p = p;
		} else if (i % 4 == 1) { /* an entry dropped */
			bad = arena_join(a, (str[]){cut, str_sub(l.log, cut.n + AUDIT_ENTRY, l.log.n)}, 2, STR(""));
		} else if (i % 4 == 2) { /* two swapped */
			bad = swapped(a, l.log, at, at == to ? (at + 1) % entries : to);
		} else { /* cut short, with its checkpoints: only the one kept elsewhere tells */
			bad = cut;
			audit_check(a, bad, STR(""), l.key, (str){0}, &r);
			assert_true(r.good);
			audit_check(a, bad, STR(""), l.key, l.kept, &r);
			assert_false(r.good);
		}
		audit_check(a, bad, l.notes, l.key, (str){0}, &r);
		assert_false(r.good);
		assert_non_null(r.fault);
		arena_destroy(a);
	}
	world_end(&w);
}

/* Whoever can write the files can compute the chain anew, but not the signatures. */
static void a_log_written_anew(void **state)
{
	struct audit_report r;
	struct log_bytes l, m;
	struct world w, x;
	uint8_t link[32];
	char *p;

	(void)state;
	l = some_log(&w, 300);
	m = some_log(&x, 300);
	p = (char *)(uintptr_t)arena_str(w.a, l.log).p;
	p[3 * AUDIT_ENTRY + 2] ^= 1;
	memcpy(link, p + 2 * AUDIT_ENTRY + AUDIT_ENTRY - 32, 32);
	for (size_t i = 3; i < l.log.n / AUDIT_ENTRY; i++) {
		audit_link(link, (str){p + i * AUDIT_ENTRY, AUDIT_ENTRY}, link);
		memcpy(p + i * AUDIT_ENTRY + AUDIT_ENTRY - 32, link, 32);
	}
	audit_check(w.a, (str){p, l.log.n}, l.notes, l.key, (str){0}, &r);
	assert_false(r.good);
	audit_check(w.a, (str){p, l.log.n}, STR(""), l.key, l.kept, &r);
	assert_false(r.good);
	audit_check(w.a, m.log, m.notes, m.key, l.kept, &r); /* another installation's, whole */
	assert_false(r.good);
	audit_check(w.a, m.log, m.notes, l.key, (str){0}, &r);
	assert_false(r.good);
	audit_check(w.a, l.log, m.notes, l.key, (str){0}, &r);
	assert_false(r.good);
	audit_check(w.a, l.log, l.notes, STR("no key"), (str){0}, &r);
	assert_false(r.good);
	audit_check(w.a, l.log, l.notes, l.key, STR("no checkpoint"), &r);
	assert_false(r.good);
	put(&w, "audit", (str){p, l.log.n});
	KIND(CONFIG, unseal_here(&w));
	put(&w, "audit", l.log);
	put(&w, "audit.pub", m.key);
	KIND(CONFIG, unseal_here(&w));
	world_end(&w);
	world_end(&x);
}

static void every_byte_of_a_checkpoint_counts(void **state)
{
	struct audit_report r;
	struct log_bytes l;
	struct world w;
	char *p;

	(void)state;
	l = some_log(&w, 10);
	p = (char *)(uintptr_t)l.kept.p;
	for (size_t i = 0; i < l.kept.n; i++) {
		p[i] ^= 1;
		audit_check(w.a, l.log, STR(""), l.key, l.kept, &r);
		p[i] ^= 1;
		assert_false(r.good);
	}
	world_end(&w);
}

/* One checkpoint a minute makes 115 MB a year.  However many there are, the vault starts, and soon; and all of them
 * can be verified in little memory. */
static void years_of_checkpoints(void **state)
{
	struct arena *small = arena_create(1u << 20);
	struct audit_report r;
	struct log_bytes l;
	struct world w;
	size_t n;
	char *p;

	(void)state;
	l = some_log(&w, 10);
	n = (70u << 20) / l.notes.n + 1;
	p = arena_alloc(w.a, n * l.notes.n);
	for (size_t i = 0; i < n; i++)
		memcpy(p + i * l.notes.n, l.notes.p, l.notes.n);
	put(&w, "audit.checkpoints", (str){p, n * l.notes.n});
	OK(unseal_here(&w));
	put(&w, "audit.checkpoints", (str){p, n * l.notes.n - 100}); /* the last of them torn */
	OK(unseal_here(&w));
	assert_int_equal(get(&w, "audit.checkpoints").n, (n - 1) * l.notes.n);
	p[n * l.notes.n - 20] ^= 1; /* the last of them forged */
	put(&w, "audit.checkpoints", (str){p, n * l.notes.n});
	KIND(CONFIG, unseal_here(&w));
	audit_check(small, l.log, (str){p, 4000 * l.notes.n}, l.key, (str){0}, &r);
	assert_true(r.good);
	assert_int_equal(r.checkpoints, 4000);
	arena_destroy(small);
	world_end(&w);
}

static void show(void **state)
{
	struct audit_report r;
	struct audit_entry *e;
	struct world w;
	size_t n;

	(void)state;
	some_log(&w, 10);
	OK(audit_show(w.a, w.dir, 3, 4, &e, &n));
	assert_int_equal(n, 4);
	assert_int_equal(e[0].seq, 3);
	assert_string_equal(e[0].action, "test.entry");
	OK(audit_show(w.a, w.dir, 10, 100, &e, &n));
	assert_int_equal(n, 3);
	OK(audit_show(w.a, w.dir, 1000, 100, &e, &n));
	assert_int_equal(n, 0);
	OK(audit_verify(w.a, w.dir, (str){0}, &r));
	assert_true(r.good && r.entries == 13 && r.torn == 0);
	assert_true(str_starts(r.head, STR("13 ")));
	KIND(NOT_FOUND, audit_verify(w.a, "/nonexistent", (str){0}, &r));
	KIND(NOT_FOUND, audit_show(w.a, "/nonexistent", 0, 1, &e, &n));
	unlink(path_of(&w, "audit"));
	KIND(NOT_FOUND, audit_verify(w.a, w.dir, (str){0}, &r));
	KIND(NOT_FOUND, audit_show(w.a, w.dir, 0, 1, &e, &n));
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_at_any_moment),
		cmocka_unit_test(torn_tails_are_cut),
		cmocka_unit_test(holes_are_cut),
		cmocka_unit_test(the_end_is_torn_the_middle_is_not),
		cmocka_unit_test(lost_keys_are_not_cut),
		cmocka_unit_test(a_rolled_back_store_is_seen),
		cmocka_unit_test(every_byte_of_the_store_counts),
		cmocka_unit_test(a_forged_keyring_is_refused),
		cmocka_unit_test(a_full_disk_closes_everything),
		cmocka_unit_test(a_full_disk_that_has_room_again),
		cmocka_unit_test(a_flush_that_fails),
		cmocka_unit_test(a_log_that_takes_no_entry),
		cmocka_unit_test(store_is_compacted),
		cmocka_unit_test(a_compartment_younger_than_the_house),
		cmocka_unit_test(a_thousand_tamperings),
		cmocka_unit_test(a_log_written_anew),
		cmocka_unit_test(every_byte_of_a_checkpoint_counts),
		cmocka_unit_test(years_of_checkpoints),
		cmocka_unit_test(show),
	};

	assert_non_null(disk_start(0));
	return cmocka_run_group_tests_name("vault files", tests, NULL, NULL);
}
