/* sqlite_io_test.c — the disk fails under SQLite, at will: a layer in front of its files that refuses to write or
 * to flush.  What must hold: nothing acknowledged is lost, nothing refused is stored, no flush is tried again. */
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db_testing.h"

static sqlite3_vfs layer, *below;
static struct kind { /* SQLite has its own functions for a log, which it does not lock */
	sqlite3_io_methods methods;
	const sqlite3_io_methods *below;
} kinds[2];
static bool no_writing, no_flushing; /* atomic */

static const struct kind *kind_of(const sqlite3_file *f)
{
	return f->pMethods == &kinds[0].methods ? &kinds[0] : &kinds[1];
}

static int file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	if (__atomic_load_n(&no_writing, __ATOMIC_SEQ_CST))
		return SQLITE_IOERR_WRITE;
	return kind_of(f)->below->xWrite(f, p, n, at);
}

static int file_sync(sqlite3_file *f, int flags)
{
	if (__atomic_load_n(&no_flushing, __ATOMIC_SEQ_CST))
		return SQLITE_IOERR_FSYNC;
	return kind_of(f)->below->xSync(f, flags);
}

static int layer_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
	int rc = below->xOpen(below, name, f, flags, out);
	struct kind *k = &kinds[(flags & SQLITE_OPEN_WAL) != 0];

	(void)v;
	if (rc == SQLITE_OK && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL))) {
		if (!k->below) {
			k->below = f->pMethods;
			k->methods = *k->below;
			k->methods.xWrite = file_write;
			k->methods.xSync = file_sync;
		}
		f->pMethods = &k->methods;
	}
	return rc;
}

static int put_layer(void **state)
{
	(void)state;
	below = sqlite3_vfs_find(NULL);
	layer = *below;
	layer.zName = "layer";
	layer.xOpen = layer_open;
	return sqlite3_vfs_register(&layer, 1);
}

static void failed_flush(void **state)
{
	struct world *w = *state;
	struct err *e;

	ok(add_one(w, w->r, w->a, a_case()));
	__atomic_store_n(&no_flushing, true, __ATOMIC_SEQ_CST);
	refused(add_one(w, w->r, w->a, a_case()), ERR_UNAVAILABLE);
	__atomic_store_n(&no_flushing, false, __ATOMIC_SEQ_CST);
	e = add_one(w, w->r, w->a, a_case()); /* what the kernel kept is unknown: no writing until the next start */
	refused(e, ERR_UNAVAILABLE);
	assert_string_equal(e->message, db_msg_broken);
	assert_int_equal(count_dossiers(w), 1); /* reading goes on */
	db_reader_close(w->r);
	db_pool_close(w->p);
	ok(db_pool_open(w->a, w->url, &w->p));
	ok(db_reader(w->p, w->a, &w->r));
	assert_int_equal(count_dossiers(w), 1);
	ok(add_one(w, w->r, w->a, a_case()));
}

static void failed_commit(void **state)
{
	struct world *w = *state;

	__atomic_store_n(&no_writing, true, __ATOMIC_SEQ_CST);
	refused(add_one(w, w->r, w->a, a_case()), ERR_UNAVAILABLE);
	__atomic_store_n(&no_writing, false, __ATOMIC_SEQ_CST);
	assert_int_equal(count_dossiers(w), 0);
	ok(add_one(w, w->r, w->a, a_case()));
	assert_int_equal(count_dossiers(w), 1);
}

/* --- SQLite rolls back the group by itself, in the middle of a member's work ------------------------------ */

struct member {
	struct world *w;
	pthread_t t;
	bool spills;
	bool stored;
};

/* More than the writer's cache holds: pages go to the log before COMMIT, and cannot. */
static struct err *spill(struct world *w, struct db *r, struct arena *a)
{
	static const char big[12 << 20];
	struct db *tx;
	struct err *e;

	TRY(db_begin(w->p, r, a, &tx));
	__atomic_store_n(&no_writing, true, __ATOMIC_SEQ_CST);
	for (int i = 0; i < 2; i++) /* the second finds no transaction: it must not run on its own */
		e = dossier_add(tx, a, a_case(), id_text(a, id_random()), 1, NULL, (str){big, sizeof big}, NULL);
	__atomic_store_n(&no_writing, false, __ATOMIC_SEQ_CST);
	/* As if db.c had not noticed: the driver must refuse by itself. */
	tx->failed = false;
	e = dossier_add(tx, a, a_case(), id_text(a, id_random()), 1, NULL, STR("x"), NULL);
	tx->failed = false;
	return e ? db_commit(tx, a) : NULL;
}

static void *member(void *arg)
{
	struct member *m = arg;
	struct arena *a = arena_create(64 << 20);
	struct db *r;

	ok(db_reader(m->w->p, a, &r));
	if (m->spills)
		m->stored = !spill(m->w, r, a);
	else
		m->stored = !add_one(m->w, r, a, a_case());
	db_reader_close(r);
	arena_destroy(a);
	return NULL;
}

static void lost_group(void **state)
{
	struct world *w = *state;
	struct member m[6] = {0};
	struct db *tx;
	int stored = 0;

	ok(add_one(w, w->r, w->a, a_case()));
	ok(db_begin(w->p, w->r, w->a, &tx));
	ok(dossier_add(tx, w->a, a_case(), STR("first"), 1, NULL, (str){0}, NULL));
	for (int i = 0; i < 6; i++) { /* they queue up behind the open transaction */
		m[i] = (struct member){.w = w, .spills = i == 3};
		pthread_create(&m[i].t, NULL, member, &m[i]);
	}
	usleep(200000);
	refused(db_commit(tx, w->a), ERR_UNAVAILABLE);
	for (int i = 0; i < 6; i++) {
		pthread_join(m[i].t, NULL);
		stored += m[i].stored;
	}
	assert_false(m[3].stored);
	assert_int_equal(count_dossiers(w), 1 + stored);
	ok(add_one(w, w->r, w->a, a_case()));
	assert_int_equal(count_dossiers(w), 2 + stored);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {T(failed_flush), T(failed_commit), T(lost_group)};

	unsetenv("RIVAGE_TEST_PG");
	return cmocka_run_group_tests_name("SQLite on a failing disk", tests, put_layer, NULL);
}
