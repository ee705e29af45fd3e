/* db_changes_test.c — many changing at once, and a change that is made to fail at each of its calls.  Run twice, as
 * db_test.c. */
#include <pthread.h>

#include "db_testing.h"

static void *migrate_thread(void *arg)
{
	struct world *w = arg;
	struct arena *a = arena_create(1 << 20);
	struct embed_set s = test_schema(a);
	int n = 0;
	struct err *e = db_migrate(w->p, a, &s, &n);

	arena_destroy(a);
	return (void *)(intptr_t)(e ? -100 : n);
}

static void migrations_at_once(void **state)
{
	pthread_t t[4];
	intptr_t sum = 0;

	for (int i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, migrate_thread, *state);
	for (int i = 0; i < 4; i++) {
		void *n;

		pthread_join(t[i], &n);
		sum += (intptr_t)n;
	}
	assert_int_equal(sum, 2);
}

#define THREADS 16
#define EACH 200

struct worker {
	struct world *w;
	pthread_t t;
	int done, failed, undone;
	int64_t last;
};

/* Takes the next number of the sequence, last before commit, as the app does.  Every tenth is rolled back. */
static struct err *numbered(struct worker *k, struct db *r, struct arena *a, bool keep)
{
	struct change_next_row row;
	case_id id = a_case();
	struct err *e;
	struct db *tx;
	bool found;

	TRY(db_begin(k->w->p, r, a, &tx));
	e = dossier_add(tx, a, id, id_text(a, id.v), 1, NULL, STR("x"), NULL);
	if (!e)
		e = change_next(tx, a, &row, &found);
	if (e || !keep) {
		db_rollback(tx);
		return e;
	}
	TRY(db_commit(tx, a));
	if (row.n <= k->last)
		return FAIL(a, INTERNAL, NULL, "the sequence went back");
	k->last = row.n;
	return NULL;
}

static void *worker(void *arg)
{
	struct worker *k = arg;
	struct arena *mine = arena_create(1 << 20), *a = arena_create(1 << 20);
	struct db *r;

	if (db_reader(k->w->p, mine, &r)) {
		k->failed = EACH;
		return NULL;
	}
	for (int i = 0; i < EACH; i++) {
		bool keep = i % 10 != 9;

		if (numbered(k, r, a, keep))
			k->failed++;
		else if (keep)
			k->done++;
		arena_reset(a);
	}
	db_reader_close(r);
	arena_destroy(a);
	arena_destroy(mine);
	return NULL;
}

static void threads(void **state)
{
	struct world *w = *state;
	struct worker k[THREADS] = {0};
	struct change_get_row row;
	struct db_counts before = db_counts(w->p), after;
	int done = 0;
	bool found;

	for (int i = 0; i < THREADS; i++) {
		k[i].w = w;
		assert_int_equal(pthread_create(&k[i].t, NULL, worker, &k[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(k[i].t, NULL);
		assert_int_equal(k[i].failed, 0);
		done += k[i].done;
	}
	after = db_counts(w->p);
	assert_int_equal(done, THREADS * EACH * 9 / 10);
	assert_int_equal(count_dossiers(w), done);
	ok(change_get(w->r, w->a, &row, &found));
	assert_int_equal(row.n, done); /* nothing of what was rolled back */
	assert_int_equal(after.transactions - before.transactions, done);
	if (!on_postgres())
		assert_in_range(after.commits - before.commits, 1, (uintmax_t)done * 3 / 4);
}

static void fault_at_each_call(void **state)
{
	struct world *w = *state;
	static const unsigned kinds[] = {DB_FAULT_BEGIN, DB_FAULT_START, DB_FAULT_STEP, DB_FAULT_COMMIT, DB_FAULT_ANY};
	struct worker k = {.w = w};
	uint64_t calls;

	refused(db_fault(w->p, w->a, 64, 1, false), ERR_INTERNAL);
	assert_int_equal(db_fault_calls(w->p), 0);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		ok(db_fault(w->p, w->a, kinds[i], 0, false));
		ok(numbered(&k, w->r, w->a, true));
		calls = db_fault_calls(w->p);
		assert_in_range(calls, 1, 7);
		for (uint64_t n = 1; n <= calls; n++) {
			int64_t had;
			bool stored = kinds[i] == DB_FAULT_ANY && n == calls; /* the answer only was lost */

			ok(db_fault(w->p, w->a, 0, 0, false));
			had = count_dossiers(w);
			ok(db_fault(w->p, w->a, kinds[i], n, n % 2 == 0));
			refused(numbered(&k, w->r, w->a, true), ERR_UNAVAILABLE);
			ok(db_fault(w->p, w->a, 0, 0, false));
			assert_int_equal(count_dossiers(w), had + stored);
			ok(numbered(&k, w->r, w->a, true)); /* and it goes on */
		}
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(threads),
		T(fault_at_each_call),
		cmocka_unit_test_setup_teardown(migrations_at_once, world_setup_empty, world_teardown),
	};

	return cmocka_run_group_tests_name(on_postgres() ? "changes on PostgreSQL" : "changes on SQLite", tests, NULL,
					   NULL);
}
