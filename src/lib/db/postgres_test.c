/* postgres_test.c — PostgreSQL alone: deadlocks, lost connections, types.  Run through tests/pg.sh. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "db_testing.h"

/* --- two transactions that wait for each other ---------------------------------------------------------- */

struct crossing {
	struct world *w;
	case_id first, second;
	pthread_barrier_t *both;
	struct err *e;
	struct arena *a;
};

static struct err *cross(struct crossing *k)
{
	struct db *r, *tx;
	struct err *e;

	TRY(db_reader(k->w->p, k->a, &r));
	TRY(db_begin(k->w->p, r, k->a, &tx));
	e = dossier_weigh(tx, k->a, k->first, 1, NULL);
	pthread_barrier_wait(k->both);
	if (!e)
		e = dossier_weigh(tx, k->a, k->second, 2, NULL);
	if (e)
		db_rollback(tx);
	else
		e = db_commit(tx, k->a);
	db_reader_close(r);
	return e;
}

static void *crossing(void *arg)
{
	struct crossing *k = arg;

	k->e = cross(k);
	return NULL;
}

static void deadlock(void **state)
{
	struct world *w = *state;
	case_id x = a_case(), y = a_case();
	pthread_barrier_t both;
	struct crossing k[2] = {{w, x, y, &both, NULL, arena_create(1 << 20)},
				{w, y, x, &both, NULL, arena_create(1 << 20)}};
	pthread_t t[2];

	ok(add_one(w, w->r, w->a, x));
	ok(add_one(w, w->r, w->a, y));
	pthread_barrier_init(&both, NULL, 2);
	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, crossing, &k[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	assert_true(!k[0].e != !k[1].e);
	refused(k[0].e ? k[0].e : k[1].e, ERR_CONFLICT);
	arena_destroy(k[0].a);
	arena_destroy(k[1].a);
}

/* --- the server ends connections ------------------------------------------------------------------------- */

static void end_the_others(struct world *w)
{
	struct db *r, *tx;

	ok(db_reader(w->p, w->a, &r));
	ok(db_begin(w->p, r, w->a, &tx));
	ok(db_script(tx, w->a,
		     "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
		     " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"));
	db_rollback(tx);
	db_reader_close(r);
}

static struct err *no_row(const struct dossier_each_row *row, void *arg)
{
	(void)row, (void)arg;
	return NULL;
}

static void connection_lost(void **state)
{
	struct world *w = *state;
	struct db *tx;
	struct err *e;

	ok(add_one(w, w->r, w->a, a_case()));
	end_the_others(w);
	assert_int_equal(count_dossiers(w), 1); /* a reader connects again */
	end_the_others(w);
	ok(dossier_each(w->r, w->a, 0, no_row, NULL));
	end_the_others(w);
	ok(add_one(w, w->r, w->a, a_case())); /* so does a beginning */
	ok(db_begin(w->p, w->r, w->a, &tx));
	ok(dossier_add(tx, w->a, a_case(), STR("lost"), 1, NULL, (str){0}, NULL));
	end_the_others(w);
	e = dossier_add(tx, w->a, a_case(), STR("after"), 1, NULL, (str){0}, NULL);
	refused(e, ERR_UNAVAILABLE); /* a transaction does not */
	assert_string_equal(e->message, db_msg_away);
	refused(db_commit(tx, w->a), ERR_UNAVAILABLE);
	ok(db_begin(w->p, w->r, w->a, &tx));
	ok(dossier_add(tx, w->a, a_case(), STR("lost"), 1, NULL, (str){0}, NULL));
	end_the_others(w);
	refused(db_commit(tx, w->a), ERR_UNAVAILABLE);
	assert_int_equal(count_dossiers(w), 2);
}

/* --- what the server answers -------------------------------------------------------------------------- */

static struct err *ask(struct world *w, const char *sql, const char *types, str text, int64_t *out)
{
	struct db_query q = {
		.name = "ask", .sql = sql, .types = types, .slot = -1, .params = (int)strlen(types), .writes = false};
	struct db_value v = {.type = DB_TEXT, .s = text};
	struct db_stmt *s;
	bool row;

	TRY(db_start(w->r, w->a, &q, &v, (size_t)q.params, &s));
	ok(db_step(s, w->a, &row));
	*out = row ? db_col_int(s, 0) : -99;
	db_finish(s);
	return NULL;
}

static void types(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *sql;
		int64_t value;
		int kind;
	} rows[] = {
		{"SELECT 1 = 1", 1, -1},
		{"SELECT 1 = 2", 0, -1},
		{"SELECT CAST(-2 AS SMALLINT)", -2, -1},
		{"SELECT -70000", -70000, -1},
		{"SELECT -9223372036854775808", INT64_MIN, -1},
		{"SELECT 1 WHERE 1 = 2", -99, -1},
		{"SELECT SUM(CAST(1 AS BIGINT))", 0, ERR_INTERNAL}, /* numeric: must be cast */
		{"SELECT 1.5", 0, ERR_INTERNAL},
		{"SELECT nonsense", 0, ERR_INTERNAL},
	};
	int64_t v;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err *e = ask(w, rows[i].sql, "", STR(""), &v);

		if (rows[i].kind >= 0) {
			refused(e, (enum err_kind)rows[i].kind);
			continue;
		}
		ok(e);
		assert_true(v == rows[i].value);
	}
}

/* Every SQLSTATE comes out as its kind, and no value of the statement with it. */
static void states(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *code;
		enum err_kind kind;
	} rows[] = {
		{"40001", ERR_CONFLICT},    {"55P03", ERR_CONFLICT},    {"53100", ERR_UNAVAILABLE},
		{"53300", ERR_UNAVAILABLE}, {"57014", ERR_UNAVAILABLE}, {"58030", ERR_UNAVAILABLE},
		{"25006", ERR_UNAVAILABLE}, {"23514", ERR_INTERNAL},    {"XX000", ERR_INTERNAL},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err *e;
		struct db *tx;

		ok(db_begin(w->p, w->r, w->a, &tx));
		e = db_script(tx, w->a,
			      arena_fmt(w->a, "DO $$BEGIN RAISE 'Amina' USING ERRCODE = '%s'; END$$", rows[i].code).p);
		refused(e, rows[i].kind);
		assert_true(str_find(e->detail, STR("Amina")) < 0);
		db_rollback(tx);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {T(deadlock), T(connection_lost), T(types), T(states)};

	return cmocka_run_group_tests_name("PostgreSQL", tests, NULL, NULL);
}
