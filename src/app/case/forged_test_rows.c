/* forged_test_rows.c — rows swapped, moved, put back, taken away, added, bent, through SQL alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "forged_test_rows.h"
#include "house_fixture.h"

unsigned seed = 20181120;

uint32_t dice(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)(seed >> 8) * n) >> 24);
}

static sqlite3 *db;
const char *const tables[TABLES] = {"kase", "wrap", "record", "record", "record", "draft", "name_index", "tally"};
static char columns[TABLES][COLUMNS_MAX][24];
static int n_columns[TABLES];

void sql(const char *text)
{
	char *why = NULL;

	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK && sqlite3_errcode(db) != SQLITE_CONSTRAINT)
		fail_msg("%s: %s", text, why);
	sqlite3_free(why);
}

static sqlite3_stmt *prepared(const char *text)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db, text, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(db));
	return s;
}

struct cells { /* one row */
	sqlite3_value *v[COLUMNS_MAX];
	bool there;
};

static struct cells row_at(struct arena *a, const char *from, int t, unsigned which)
{
	sqlite3_stmt *s = prepared(arena_fmt(a, "SELECT * FROM %s.%s LIMIT 1 OFFSET %u", from, tables[t], which).p);
	struct cells row = {0};

	if (sqlite3_step(s) == SQLITE_ROW) {
		row.there = true;
		for (int c = 0; c < n_columns[t]; c++)
			row.v[c] = sqlite3_value_dup(sqlite3_column_value(s, c));
	}
	sqlite3_finalize(s);
	return row;
}

static unsigned count(struct arena *a, const char *from, int t)
{
	sqlite3_stmt *s = prepared(arena_fmt(a, "SELECT count(*) FROM %s.%s", from, tables[t]).p);
	unsigned n;

	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	n = (unsigned)sqlite3_column_int(s, 0);
	sqlite3_finalize(s);
	return n;
}

static void write_row(struct arena *a, int t, const struct cells *row, bool drop)
{
	struct buf b;
	sqlite3_stmt *s;

	buf_init(&b, a, 2048);
	buf_fmt(&b, drop ? "DELETE FROM main.%s WHERE 1" : "INSERT OR REPLACE INTO main.%s VALUES (?1", tables[t]);
	for (int c = drop ? 0 : 1; c < n_columns[t]; c++) {
		if (drop)
			buf_fmt(&b, " AND %s IS ?%d", columns[t][c], c + 1);
		else
			buf_fmt(&b, ", ?%d", c + 1);
	}
	buf_str(&b, drop ? STR("") : STR(")"));
	s = prepared(arena_z(a, buf_done(&b)));
	for (int c = 0; c < n_columns[t]; c++)
		sqlite3_bind_value(s, c + 1, row->v[c]);
	sqlite3_step(s); /* a constraint may stand in its way: then nothing happened */
	sqlite3_finalize(s);
}

static void free_row(struct cells *row)
{
	for (int c = 0; c < COLUMNS_MAX; c++)
		sqlite3_value_free(row->v[c]);
}

static void set(struct cells *row, int c, sqlite3_value *v)
{
	sqlite3_value_free(row->v[c]);
	row->v[c] = sqlite3_value_dup(v);
}

/* A value a little different. */
static void bend(struct arena *a, struct cells *row, int c)
{
	sqlite3_stmt *s = prepared("SELECT ?1");
	int type = sqlite3_value_type(row->v[c]), n = sqlite3_value_bytes(row->v[c]);

	if (type == SQLITE_INTEGER) {
		sqlite3_bind_int64(s, 1, sqlite3_value_int64(row->v[c]) + (int)dice(5) - 2);
	} else if (type == SQLITE_BLOB && n) {
		uint8_t *p = arena_alloc(a, (size_t)n + 1);

		memcpy(p, sqlite3_value_blob(row->v[c]), (size_t)n);
		p[dice((uint32_t)n)] ^= (uint8_t)(1u << dice(8));
		if (dice(8) == 0)
			n = (int)dice((uint32_t)n);
		sqlite3_bind_blob(s, 1, p, n, SQLITE_TRANSIENT);
	} else {
		static const char *const forms[] = {"NOTE", "F02", "F01", "NOTEC", "MOVE", "F04", "", "nothing"};

		sqlite3_bind_text(s, 1, forms[dice(8)], -1, SQLITE_STATIC);
	}
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	set(row, c, sqlite3_column_value(s, 0));
	sqlite3_finalize(s);
}

void mutate(struct arena *a, int t, enum act act)
{
	int c = (int)dice((uint32_t)n_columns[t]);
	unsigned n = count(a, "main", t), old = count(a, "old", t);
	struct cells x, y;

	if (act == ALL_BACK) {
		sql(arena_fmt(a, "DELETE FROM main.%s", tables[t]).p);
		sql(arena_fmt(a, "INSERT INTO main.%s SELECT * FROM old.%s", tables[t], tables[t]).p);
		return;
	}
	if (n == 0)
		return;
	x = row_at(a, "main", t, dice(n));
	y = act == BACK ? row_at(a, "old", t, dice(old ? old : 1)) : row_at(a, "main", t, dice(n));
	if (act == DROP || act == SWAP || act == COPY || act == BEND)
		write_row(a, t, &x, true);
	if (act == SWAP && y.there) {
		write_row(a, t, &y, true);
		sqlite3_value *keep = x.v[c];

		x.v[c] = y.v[c];
		y.v[c] = keep;
		write_row(a, t, &y, false);
	}
	if ((act == COPY || act == TWICE) && y.there)
		set(&x, c, y.v[c]);
	if (act == BEND)
		bend(a, &x, c);
	if (act == BACK && y.there)
		write_row(a, t, &y, false);
	else if (act != DROP)
		write_row(a, t, &x, false);
	free_row(&x);
	free_row(&y);
}

void restore_all(struct arena *a)
{
	sql("BEGIN IMMEDIATE");
	for (size_t t = 0; t < TABLES; t++) {
		sql(arena_fmt(a, "DELETE FROM main.%s", tables[t]).p);
		sql(arena_fmt(a, "INSERT INTO main.%s SELECT * FROM truth.%s", tables[t], tables[t]).p);
	}
	sql("COMMIT");
}

void snapshot(const char *name)
{
	char path[160];

	snprintf(path, sizeof path, "%s/%s.db", w.dir, name);
	sql(arena_fmt(w.a, "VACUUM INTO '%s'", path).p);
	sql(arena_fmt(w.a, "ATTACH '%s' AS %s", path, name).p);
}

void learn_columns(void)
{
	for (size_t t = 0; t < TABLES; t++) {
		sqlite3_stmt *s = prepared(arena_fmt(w.a, "SELECT * FROM main.%s", tables[t]).p);

		n_columns[t] = sqlite3_column_count(s);
		assert_true(n_columns[t] > 0 && n_columns[t] <= COLUMNS_MAX);
		for (int c = 0; c < n_columns[t]; c++)
			snprintf(columns[t][c], sizeof columns[t][c], "%s", sqlite3_column_name(s, c));
		sqlite3_finalize(s);
	}
}

void forge_begin(const char *path)
{
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	sql("PRAGMA synchronous = OFF");
	sqlite3_busy_timeout(db, 10000);
}

void forge_end(void)
{
	sqlite3_close(db);
}
