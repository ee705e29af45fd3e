/* crash_test.c — what the files are worth: kill -9, torn writes, and tampering with store, keys and keyring. */
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
#include "files.h"
#include "files_fixture.h"
#include "note.h"

static struct person coo;

static void with_coordinator(struct world *w)
{
	world_new_unlimited(w);
	coo = (struct person){.login = "coo", .role = ROLE_COO, .office = "PARIS"};
	person_new(w, &coo, NO_TOKEN);
	person_in(w, &coo);
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
	store = file_get(&w, "store");
	audit = file_get(&w, "audit");
	zeros = (str){arena_alloc(w.a, 5000), 5000};
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		/* The beginning of one more write: of the file's own bytes, and of blocks never written. */
		file_put(&w, "store", arena_join(w.a, (str[]){store, str_sub(zeros, 0, cuts[i])}, 2, STR("")));
		file_put(&w, "audit", arena_join(w.a, (str[]){audit, str_sub(audit, 0, cuts[i])}, 2, STR("")));
		OK(unseal_here(&w));
		file_put(&w, "store", arena_join(w.a, (str[]){store, zeros}, 2, STR("")));
		file_put(&w, "audit", arena_join(w.a, (str[]){audit, zeros}, 2, STR("")));
		OK(unseal_here(&w));
		assert_int_equal(file_get(&w, "store").n, store.n);
		assert_int_equal(file_get(&w, "audit").n, audit.n);
	}
	file_put(&w, "audit.checkpoints", str_sub(file_get(&w, "audit.pub"), 0, 12)); /* half a name */
	OK(unseal_here(&w));
	assert_int_equal(file_get(&w, "audit.checkpoints").n, 0);
	file_put(&w, "audit.checkpoints", STR("rivage/half a no")); /* of another log */
	KIND(CONFIG, unseal_here(&w));
	file_put(&w, "audit.checkpoints", STR(""));
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
	before_s = file_get(&w, "store");
	before_a = file_get(&w, "audit");
	for (int i = 0; i < 5; i++)
		person_new(&w,
			   &(struct person){.login = arena_fmt(w.a, "p%d", i).p, .role = ROLE_COO, .office = "PARIS"},
			   coo.t);
	world_stop(&w, SIGKILL);
	store = file_get(&w, "store");
	audit = file_get(&w, "audit");
	hole = (char *)(uintptr_t)arena_str(w.a, store).p;
	memset(hole + (before_s.n / 512 + 2) * 512, 0, 512);
	file_put(&w, "store", (str){hole, before_s.n + (store.n - before_s.n) / 5});
	file_put(&w, "audit", before_a);
	OK(unseal_here(&w));
	assert_int_equal(file_get(&w, "store").n, before_s.n);
	file_put(&w, "store", store);
	hole = (char *)(uintptr_t)arena_str(w.a, audit).p;
	memset(hole + before_a.n, 0, audit.n - before_a.n);
	file_put(&w, "audit", (str){hole, audit.n});
	OK(unseal_here(&w));
	assert_int_equal(file_get(&w, "audit").n, before_a.n);
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
		str whole = file_get(&w, names[f]);
		char *bytes = arena_alloc(w.a, whole.n + 5000);

		memcpy(bytes, whole.p, whole.n);
		random_bytes(bytes + whole.n, 5000);
		for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
			file_put(&w, names[f], (str){bytes, whole.n + lengths[i]});
			OK(unseal_here(&w));
			assert_int_equal(file_get(&w, names[f]).n, whole.n);
		}
		assert_true(whole.n > 3 * 4096);
		for (size_t i = 0; i < sizeof holes / sizeof *holes; i++) {
			memcpy(bytes, whole.p, whole.n);
			memset(bytes + whole.n / 2 / 512 * 512, 0, holes[i]);
			file_put(&w, names[f], (str){bytes, whole.n});
			KIND(CONFIG, unseal_here(&w));
			assert_int_equal(file_get(&w, names[f]).n, whole.n); /* nothing is cut */
		}
		file_put(&w, names[f], whole);
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
	early = file_get(&w, "keys");
	some_objects(&w, 20);
	world_stop(&w, SIGKILL);
	whole = file_get(&w, "keys");
	bytes = arena_alloc(w.a, whole.n);
	memcpy(bytes, whole.p, early.n);
	file_put(&w, "keys", (str){bytes, whole.n});
	KIND(CONFIG, unseal_here(&w));
	assert_int_equal(file_get(&w, "keys").n, whole.n);
	file_put(&w, "keys", str_sub(whole, 0, whole.n - 9)); /* the last key was acknowledged too */
	KIND(CONFIG, unseal_here(&w));
	file_put(&w, "keys", early); /* the newest copy of the ring */
	world_start(&w, NULL);
	world_unseal(&w);
	some_objects(&w, 1);
	world_stop(&w, SIGKILL);
	early = file_get(&w, "keys");
	file_put(&w, "keys", arena_join(w.a, (str[]){early, STR("half a frame")}, 2, STR("")));
	OK(unseal_here(&w));
	assert_int_equal(file_get(&w, "keys").n, early.n);
	world_end(&w);
}

static void a_rolled_back_store_is_seen(void **state)
{
	struct world w;
	str old;

	(void)state;
	with_coordinator(&w);
	old = file_get(&w, "store");
	person_new(&w, &(struct person){.login = "b", .role = ROLE_COO, .office = "PARIS"}, coo.t);
	world_stop(&w, SIGKILL);
	file_put(&w, "store", old);
	KIND(CONFIG, unseal_here(&w)); /* the audit log knows of a later frame */
	file_put(&w, "store", str_sub(old, 0, old.n - 40));
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
	store = file_get(&w, "store");
	p = (char *)(uintptr_t)store.p;
	for (size_t at = 0; at < store.n; at += at < 600 || at > store.n - 600 ? 1 : 97) {
		struct err *e;

		p[at] ^= (char)(1 << (at % 8));
		file_put(&w, "store", store);
		p[at] ^= (char)(1 << (at % 8));
		e = unseal_here(&w);
		KIND(CONFIG, e);
		assert_true(str_find(e->detail, STR("store")) >= 0);
	}
	file_put(&w, "store", str_sub(store, 0, 10));
	KIND(CONFIG, unseal_here(&w));
	file_put(&w, "store", store);
	keyring = file_get(&w, "keyring");
	p = (char *)(uintptr_t)keyring.p;
	for (size_t at = 0; at < keyring.n; at += 3) {
		struct err *e;

		p[at] ^= 1;
		file_put(&w, "keyring", keyring);
		p[at] ^= 1;
		e = unseal_here(&w);
		KIND(CONFIG, e);
		assert_true(str_find(e->detail, STR("keyring")) >= 0);
	}
	file_put(&w, "keyring", STR("x"));
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
	keyring = file_get(&w, "keyring");
	p = (char *)(uintptr_t)keyring.p;
	for (size_t at = 0; at < keyring.n - 32; at += 5) {
		struct err *e;

		p[at] ^= 1;
		crypt_sha256(str_sub(keyring, 0, keyring.n - 32), (uint8_t *)p + keyring.n - 32);
		file_put(&w, "keyring", keyring);
		p[at] ^= 1;
		e = unseal_here(&w);
		assert_non_null(e);
	}
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
	before = file_get(&w, "store").n;
	life = arena_create(64u << 20);
	v = big_alloc(sizeof *v);
	v->life = life;
	OK(vault_dir(w.a, w.dir, false, true, &v->dir));
	OK(core_unseal(v, w.a, PASSPHRASE, test_now()));
	OK(store_compact(w.a, &v->store));
	assert_true(v->store.size + 40 * 256 < before);
	assert_int_equal(v->store.size, file_get(&w, "store").n);
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
		cmocka_unit_test(store_is_compacted),
		cmocka_unit_test(a_compartment_younger_than_the_house),
	};

	return cmocka_run_group_tests_name("vault files", tests, NULL, NULL);
}
