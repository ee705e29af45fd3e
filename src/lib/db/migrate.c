/* migrate.c — numbered schema files, forward only, each in a transaction, recorded with its checksum.
 *
 * What must not happen: a file applied twice or half, a changed file passing unseen, an old program writing
 * into a newer database.  Every transaction takes the lock and looks again, so that several programs may
 * start at once. */
#include <string.h>

#include "db_driver.h"
#include "words.h"

static const char make_table[] = "CREATE TABLE IF NOT EXISTS migration (number @int NOT NULL PRIMARY KEY,"
				 " name @text NOT NULL, checksum @text NOT NULL) @strict";
static const struct db_query newest = {
	.name = "migration_newest", .sql = "SELECT COALESCE(MAX(number), 0) FROM migration", .types = "", .slot = -1};
static const struct db_query recorded = {.name = "migration_recorded",
					 .sql = "SELECT checksum FROM migration WHERE number = $1",
					 .types = "i",
					 .slot = -1,
					 .params = 1};
static const struct db_query record = {.name = "migration_record",
				       .sql = "INSERT INTO migration (number, name, checksum) VALUES ($1, $2, $3)",
				       .types = "itt",
				       .slot = -1,
				       .params = 3,
				       .writes = true};

static str base_name(const struct embed_file *f)
{
	const char *slash = strrchr(f->path, '/');

	return str_of(slash ? slash + 1 : f->path);
}

/* NNNN_name.sql in order from 0001: a gap or a stray file is a mistake of ours. */
static struct err *check_names(struct arena *a, const struct embed_set *schema)
{
	for (size_t i = 0; i < schema->n; i++) {
		str name = base_name(&schema->files[i]);
		str number = arena_fmt(a, "%04zu_", i + 1);

		if (!str_starts(name, number) || !str_ends(name, STR(".sql")) || !schema->files[i].etag)
			return FAIL(a, CONFIG, "The schema files built into the program are not in sequence.",
				    "migration %.*s where %.*s is due", STR_ARG(name), STR_ARG(number));
	}
	return NULL;
}

static struct err *words_script(struct db *tx, struct arena *a, str sql)
{
	TRY(db_words(a, sql, db_is_sqlite(tx->pool) ? DB_SQLITE : DB_POSTGRES, &sql));
	return db_script(tx, a, sql.p);
}

/* One value of one row: `*v` is absent when there is no row. */
static struct err *single(struct db *tx, struct arena *a, const struct db_query *q, const struct db_value *args,
			  int64_t *i, str *v)
{
	struct db_stmt *s;
	struct err *e;
	bool row;

	TRY(db_start(tx, a, q, args, (size_t)q->params, &s));
	e = db_step(s, a, &row);
	if (!e && row && i)
		*i = db_col_int(s, 0);
	if (!e && v)
		*v = row ? db_col_str(s, a, 0) : (str){0};
	db_finish(s);
	return e;
}

static struct err *apply(struct db *tx, struct arena *a, const struct embed_file *f, int64_t number, bool *applied)
{
	struct db_value args[] = {{.type = DB_INT, .i = number},
				  {.type = DB_TEXT, .s = base_name(f)},
				  {.type = DB_TEXT, .s = str_of(f->etag)}};
	struct db_stmt *s;
	struct err *e;
	bool row;
	str was;

	*applied = false;
	TRY(single(tx, a, &recorded, args, NULL, &was));
	if (was.p && !str_eqz(was, f->etag)) {
		e = FAIL(a, CONFIG, "The schema file {arg} was changed after it had been applied to this database.",
			 "migration %lld: checksum differs", (long long)number);
		e->arg = base_name(f);
		return e;
	}
	if (was.p)
		return NULL;
	TRY(words_script(tx, a, f->data));
	TRY(db_start(tx, a, &record, args, 3, &s));
	e = db_step(s, a, &row);
	db_finish(s);
	*applied = !e;
	return e;
}

static struct err *prologue(struct db *tx, struct arena *a, const struct embed_set *schema)
{
	int64_t have = 0;

	if (tx->pool->driver->migrate_lock)
		TRY(db_script(tx, a, tx->pool->driver->migrate_lock));
	TRY(words_script(tx, a, str_of(make_table)));
	TRY(single(tx, a, &newest, NULL, &have, NULL));
	if (have > (int64_t)schema->n)
		return FAIL(a, CONFIG, "This database was made by a newer version of the program.",
			    "the database has %lld schema files and this version of the program knows %zu: start the "
			    "version that wrote it",
			    (long long)have, schema->n);
	return NULL;
}

static struct err *in_transaction(struct db_pool *p, struct db *r, struct arena *a, const struct embed_set *schema,
				  size_t i, bool *applied)
{
	struct db *tx;
	struct err *e;

	TRY(db_begin(p, r, a, &tx));
	e = prologue(tx, a, schema);
	if (!e && i < schema->n)
		e = apply(tx, a, &schema->files[i], (int64_t)i + 1, applied);
	if (!e)
		return db_commit(tx, a);
	db_rollback(tx);
	return e;
}

struct err *db_migrate(struct db_pool *p, struct arena *a, const struct embed_set *schema, int *applied)
{
	struct err *e = NULL;
	struct db *r;
	size_t i = 0;
	int n = 0;

	TRY(check_names(a, schema));
	TRY(db_reader(p, a, &r));
	do { /* once even for an empty schema: the database may be newer */
		bool now = false;

		e = in_transaction(p, r, a, schema, i, &now);
		n += !e && now;
	} while (!e && ++i < schema->n);
	db_reader_close(r);
	if (!e && applied)
		*applied = n;
	return e;
}
