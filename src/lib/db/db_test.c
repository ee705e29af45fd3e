/* db_test.c — what both engines must do alike.  Run twice: on SQLite, and on PostgreSQL through tests/pg.sh. */
#include <stdlib.h>
#include <string.h>

#include "db_testing.h"

static struct db *begun(struct world *w)
{
	struct db *tx;

	ok(db_begin(w->p, w->r, w->a, &tx));
	return tx;
}

static void round_trip(void **state)
{
	struct world *w = *state;
	static const char bytes[] = "\0\xff\x01 bytes";
	const str body = {bytes, sizeof bytes - 1};
	const int64_t weights[] = {INT64_MIN, INT64_MAX, 0, -1};
	struct dossier_get_row row;
	struct db *tx = begun(w);
	int64_t changed = 7;
	case_id id[5];
	bool found;

	for (size_t i = 0; i < 5; i++) {
		id[i] = a_case();
		ok(dossier_add(tx, w->a, id[i], arena_fmt(w->a, "D%zu é", i), i < 4 ? -1 : NO_DAY,
			       i < 4 ? &weights[i] : NULL, i < 4 ? body : (str){0}, &changed));
		assert_int_equal(changed, 1);
	}
	ok(db_commit(tx, w->a));
	for (size_t i = 0; i < 5; i++) {
		ok(dossier_get(w->r, w->a, id[i], &row, &found));
		assert_true(found && id_eq(row.id.v, id[i].v));
		assert_true(str_eq(row.code, arena_fmt(w->a, "D%zu é", i)));
		assert_true(row.opened == (i < 4 ? -1 : NO_DAY));
		assert_true(row.weight_null == (i == 4) && (i == 4 || row.weight == weights[i]));
		assert_true(i < 4 ? str_eq(row.body, body) : !row.body.p);
	}
	ok(dossier_get(w->r, w->a, a_case(), &row, &found));
	assert_false(found);
}

static void empty_is_not_absent(void **state)
{
	struct world *w = *state;
	struct dossier_get_row row;
	struct db *tx = begun(w);
	case_id id = a_case();
	bool found;

	ok(dossier_add(tx, w->a, id, STR(""), NO_DAY, NULL, STR(""), NULL));
	ok(db_commit(tx, w->a));
	ok(dossier_get(w->r, w->a, id, &row, &found));
	assert_true(found && row.code.p && row.code.n == 0 && row.body.p && row.body.n == 0);
}

static void lists(void **state)
{
	struct world *w = *state;
	struct dossier_list_row *rows;
	struct dossier_codes_row *codes;
	struct dossier_count_row count;
	struct db *tx = begun(w);
	int64_t ten = 10;
	size_t n;
	bool found;

	ok(dossier_count(tx, w->a, &count, &found));
	assert_true(count.n == 0 && count.total_null);
	for (int i = 0; i < 100; i++)
		ok(dossier_add(tx, w->a, a_case(), arena_fmt(w->a, "%03d", i), i, i % 2 ? &ten : NULL, STR("x"), NULL));
	ok(db_commit(tx, w->a));
	ok(dossier_list(w->r, w->a, 50, STR("060"), 5, &rows, &n));
	assert_int_equal(n, 5);
	assert_true(str_eq(rows[0].code, STR("061")) && rows[0].weight == 10 && !rows[0].weight_null);
	assert_true(rows[1].weight_null && rows[4].opened == 65);
	ok(dossier_list(w->r, w->a, NO_DAY, STR(""), 1000, &rows, &n));
	assert_int_equal(n, 100);
	ok(dossier_list(w->r, w->a, 1000, STR(""), 5, &rows, &n));
	assert_int_equal(n, 0);
	ok(dossier_codes(w->r, w->a, &codes, &n));
	assert_true(n == 100 && str_eq(codes[99].code, STR("099")));
	ok(dossier_count(w->r, w->a, &count, &found));
	assert_true(count.n == 100 && count.total == 500);
}

static void outer_join(void **state)
{
	struct world *w = *state;
	struct db *tx = begun(w);
	case_id id = a_case();
	user_id author = {id_random()};
	struct note_of_row *rows;
	size_t n;

	ok(dossier_add(tx, w->a, id, STR("J"), 1, NULL, (str){0}, NULL));
	ok(note_of(tx, w->a, id, &rows, &n));
	assert_true(n == 1 && !rows[0].said.p && id_is_zero(rows[0].author.v));
	ok(note_add(tx, w->a, (record_id){id_random()}, id, &author, STR("one"), NULL));
	ok(note_add(tx, w->a, (record_id){id_random()}, id, NULL, STR("two"), NULL));
	ok(note_of(tx, w->a, id, &rows, &n));
	assert_true(n == 2 && id_eq(rows[0].author.v, author.v) && id_is_zero(rows[1].author.v));
	db_rollback(tx);
	assert_int_equal(count_dossiers(w), 0);
}

/* --- :each ------------------------------------------------------------------------------------------- */

struct walk {
	struct world *w;
	struct arena *a;
	int seen, stop_at;
	size_t used;
	int64_t sum;
};

static struct err *walk_row(const struct dossier_each_row *row, void *arg)
{
	struct walk *k = arg;
	struct change_get_row change;
	bool found;

	assert_int_equal(row->body.n, 1000);
	k->sum += row->n;
	if (k->seen++ == 0)
		k->used = arena_used(k->a);
	assert_int_equal(arena_used(k->a), k->used);
	if (k->seen != k->stop_at)
		return NULL;
	refused(change_get(k->w->r, k->w->a, &change, &found), ERR_INTERNAL); /* the connection is in use */
	return FAIL(k->w->a, TOO_BIG, NULL, "enough");
}

static void each(void **state)
{
	struct world *w = *state;
	struct walk k = {.w = w, .a = arena_create(1 << 20)};
	char *big = memset(arena_alloc(w->a, 1000), 'x', 1000);
	struct db *tx = begun(w);

	for (int64_t i = 1; i <= 300; i++)
		ok(dossier_add(tx, w->a, a_case(), arena_fmt(w->a, "%03d", (int)i), 1, i == 13 ? NULL : &i,
			       (str){big, 1000}, NULL));
	ok(db_commit(tx, w->a));
	ok(dossier_each(w->r, k.a, 101, walk_row, &k));
	assert_int_equal(k.seen, 200);
	assert_int_equal(k.sum, (101 + 300) * 100);
	k = (struct walk){.w = w, .a = k.a, .stop_at = 3};
	refused(dossier_each(w->r, k.a, 0, walk_row, &k), ERR_TOO_BIG);
	assert_int_equal(k.seen, 3);
	assert_int_equal(count_dossiers(w), 300);
	arena_destroy(k.a);
}

/* --- refusals ---------------------------------------------------------------------------------------- */

static struct err *by_hand(struct world *w, struct db *c, const struct db_value *args, size_t n)
{
	static const struct db_query q = {.name = "by_hand",
					  .sql = "INSERT INTO dossier (id, code) VALUES ($1, $2)",
					  .types = "bt",
					  .slot = -1,
					  .params = 2,
					  .writes = true};
	struct db_stmt *s;
	struct err *e;
	bool row;

	TRY(db_start(c, w->a, &q, args, n, &s));
	e = db_step(s, w->a, &row);
	db_finish(s);
	if (!e)
		refused(db_step(s, w->a, &row), ERR_INTERNAL); /* it is finished */
	return e;
}

static void statements(void **state)
{
	struct world *w = *state;
	static const char id[16] = "0123456789abcdef";
	const struct db_value key = {.type = DB_BYTES, .s = {id, 16}}, null = {.type = DB_NULL};
	const struct {
		struct db_value args[2];
		size_t n;
		int kind; /* -1: none */
	} rows[] = {
		{{key, {.type = DB_TEXT, .s = STR("fine")}}, 2, -1},
		{{key, {.type = DB_TEXT, .s = STR("fine")}}, 1, ERR_INTERNAL},  /* too few */
		{{key, {.type = DB_TEXT, .s = STR("\xff")}}, 2, ERR_INTERNAL},  /* not UTF-8 */
		{{key, {.type = DB_TEXT, .s = {"a\0b", 3}}}, 2, ERR_INTERNAL},  /* zero byte */
		{{key, {.type = DB_BYTES, .s = STR("fine")}}, 2, ERR_INTERNAL}, /* wrong type */
		{{{.type = DB_INT, .i = 1}, {.type = DB_TEXT, .s = STR("x")}}, 2, ERR_INTERNAL},
		{{key, null}, 2, ERR_INTERNAL}, /* NOT NULL */
		{{null, {.type = DB_TEXT, .s = STR("fine")}}, 2, ERR_INTERNAL},
	};

	refused(by_hand(w, w->r, rows[0].args, 2), ERR_INTERNAL); /* a reader does not write */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct db *tx = begun(w);
		struct err *e = by_hand(w, tx, rows[i].args, rows[i].n);

		if (rows[i].kind < 0)
			ok(e);
		else
			refused(e, (enum err_kind)rows[i].kind);
		db_rollback(tx);
	}
	assert_int_equal(count_dossiers(w), 0);
}

static void failures_end_it(void **state)
{
	struct world *w = *state;
	int64_t thirteen = 13;
	struct db *tx, *second;
	case_id id = a_case();

	ok(add_one(w, w->r, w->a, id));
	for (int i = 0; i < 4; i++) {
		enum err_kind kind = i < 2 ? ERR_CONFLICT : ERR_INTERNAL;
		struct err *e;

		tx = begun(w);
		ok(dossier_add(tx, w->a, a_case(), STR("before"), 1, NULL, (str){0}, NULL));
		if (i == 0) /* the key, the unique code, the foreign key, the check */
			e = dossier_add(tx, w->a, id, STR("other"), 1, NULL, (str){0}, NULL);
		else if (i == 1)
			e = dossier_add(tx, w->a, a_case(), id_text(w->a, id.v), 1, NULL, (str){0}, NULL);
		else if (i == 2)
			e = note_add(tx, w->a, (record_id){id_random()}, a_case(), NULL, STR("x"), NULL);
		else
			e = dossier_add(tx, w->a, a_case(), STR("other"), 1, &thirteen, (str){0}, NULL);
		refused(e, kind);
		assert_true(str_find(e->detail, STR("other")) < 0); /* no value in what is logged */
		refused(dossier_weigh(tx, w->a, id, 3, NULL), ERR_INTERNAL);
		refused(db_commit(tx, w->a), kind);
		refused(db_commit(tx, w->a), ERR_INTERNAL);
		db_rollback(tx);
		assert_int_equal(count_dossiers(w), 1);
	}
	tx = begun(w);
	refused(db_begin(w->p, w->r, w->a, &second), ERR_INTERNAL);
	ok(db_commit(tx, w->a));
	refused(dossier_weigh(tx, w->a, id, 3, NULL), ERR_INTERNAL);
	refused(db_commit(w->r, w->a), ERR_INTERNAL);
}

static void out_is_not_touched(void **state)
{
	struct world *w = *state;
	struct dossier_wrong_null_row null = {42};
	struct dossier_wrong_id_row id = {.x = {{9}}};
	struct dossier_wrong_day_row wrong = {7};
	bool found = true;

	ok(add_one(w, w->r, w->a, a_case()));
	refused(dossier_wrong_null(w->r, w->a, &null, &found), ERR_INTERNAL);
	refused(dossier_wrong_id(w->r, w->a, &id, &found), ERR_INTERNAL);
	refused(dossier_wrong_day(w->r, w->a, INT64_C(1) << 40, &wrong, &found), ERR_INTERNAL);
	assert_true(null.n == 42 && id.x.b[0] == 9 && wrong.d == 7 && found);
	ok(dossier_wrong_day(w->r, w->a, -5, &wrong, &found));
	assert_int_equal(wrong.d, -5);
}

static void arena_ends_it(void **state)
{
	struct world *w = *state;
	struct arena *a = arena_create(40000);
	volatile int landed = 0;
	struct db *tx;
	struct db_stmt *s;
	bool row;

	ok(db_begin(w->p, w->r, a, &tx));
	ok(dossier_add(tx, a, a_case(), STR("gone"), 1, NULL, (str){0}, NULL));
	ok(db_start(tx, a, &db_queries[3], NULL, 0, &s)); /* dossier_codes, left in the middle */
	ok(db_step(s, a, &row));
	arena_reset(a);
	assert_int_equal(count_dossiers(w), 0);
	if (setjmp(*arena_guard(a))) {
		landed = 1;
	} else {
		ok(db_begin(w->p, w->r, a, &tx));
		for (;;)
			ok(dossier_add(tx, a, a_case(), id_text(a, id_random()), 1, NULL, (str){0}, NULL));
	}
	arena_unguard(a);
	arena_destroy(a);
	assert_int_equal(landed, 1);
	assert_int_equal(count_dossiers(w), 0);
	ok(add_one(w, w->r, w->a, a_case()));
}

static void all_prepare(void **state)
{
	struct world *w = *state;

	ok(db_prepare_all(w->r, w->a));
	ok(db_prepare_all(w->r, w->a));
}

/* --- migrations -------------------------------------------------------------------------------------- */

static void migrations(void **state)
{
	struct world *w = *state;
	struct embed_set all = test_schema(w->a);
	struct embed_file files[3];
	struct embed_set s = {files, 1};
	struct err *e;
	int n = 9;

	memcpy(files, all.files, 2 * sizeof *files);
	ok(db_migrate(w->p, w->a, &s, &n)); /* the first only */
	assert_int_equal(n, 1);
	s.n = 2;
	ok(db_migrate(w->p, w->a, &s, NULL));
	ok(db_migrate(w->p, w->a, &s, &n));
	assert_int_equal(n, 0);

	/* A third that fails in its middle leaves nothing, and can be mended. */
	files[2] = (struct embed_file){.path = "0003_x.sql",
				       .data = STR("CREATE TABLE x (y @int) @strict; INSERT INTO nowhere VALUES (1);"),
				       .etag = "3"};
	s.n = 3;
	refused(db_migrate(w->p, w->a, &s, &n), ERR_INTERNAL);
	files[2].data = STR("CREATE TABLE x (y @nope)");
	refused(db_migrate(w->p, w->a, &s, &n), ERR_CONFIG);
	files[2].data = STR("CREATE TABLE x (y @int) @strict");
	ok(db_migrate(w->p, w->a, &s, &n));
	assert_int_equal(n, 1);

	s.n = 2;
	e = db_migrate(w->p, w->a, &s, &n);
	refused(e, ERR_CONFIG);
	assert_string_equal(e->message, "This database was made by a newer version of the program.");
	s.n = 3;
	files[1].etag = "changed";
	e = db_migrate(w->p, w->a, &s, &n);
	refused(e, ERR_CONFIG);
	assert_true(str_eq(e->arg, STR("0002_change.sql")));
	assert_int_equal(n, 1);
	files[1] = all.files[0];
	refused(db_migrate(w->p, w->a, &s, &n), ERR_CONFIG); /* not in sequence */
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(round_trip),
		T(empty_is_not_absent),
		T(lists),
		T(outer_join),
		T(each),
		T(statements),
		T(failures_end_it),
		T(out_is_not_touched),
		T(arena_ends_it),
		T(all_prepare),
		cmocka_unit_test_setup_teardown(migrations, world_setup_empty, world_teardown),
	};

	return cmocka_run_group_tests_name(on_postgres() ? "db on PostgreSQL" : "db on SQLite", tests, NULL, NULL);
}
