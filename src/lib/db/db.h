/* db.h — the database: SQLite (embedded) or PostgreSQL, behind one interface.  The only users of sqlite3.h
 * and libpq-fe.h are sqlite*.c and postgres.c.  No SQL text stands outside *.sql files: tools/sqlc compiles
 * each named query into a function that takes a struct db.  (The bookkeeping of migrate.c, which must run
 * before any query can be prepared, is the one exception.)
 *
 * A thread has its own reader; writing goes through a transaction.  On SQLite all transactions share one
 * writer and commit together (group commit): db_commit returns when the group is on disk.  Between db_begin
 * and db_commit the thread holds the only writer: compute, seal and ask the vault before, not in between.
 * On PostgreSQL each thread has its own connection.  db_fault.h makes the n-th call fail, for tests.
 *
 * Both engines keep the same rules: a query that writes runs in a transaction only; after a statement failed,
 * its transaction takes no more and can only be rolled back (db_commit does so and returns the first failure).
 * Kinds: CONFLICT for a key that exists, or a deadlock; UNAVAILABLE for a full disk, a lost server, an
 * I/O error; INTERNAL for the rest (foreign key, NULL, check).  Details never hold values. */
#pragma once
#include "base.h"
#include "embed.h"

struct db_pool; /* the store, shared by threads */
struct db;      /* a connection: a reader, or an open transaction */

/* url: "sqlite:PATH" or a PostgreSQL connection string starting "postgresql:".  `a` outlives the pool. */
struct err *db_pool_open(struct arena *a, str url, struct db_pool **out) MUST_CHECK;
void db_pool_close(struct db_pool *p); /* after all threads have closed theirs */
bool db_is_sqlite(const struct db_pool *p);

struct err *db_reader(struct db_pool *p, struct arena *a, struct db **out) MUST_CHECK; /* for this thread, long-lived */
void db_reader_close(struct db *r);
/* Prepares every generated query, so that one this engine refuses is found at start, not at its first use. */
struct err *db_prepare_all(struct db *r, struct arena *a) MUST_CHECK;

/* begin … commit or rollback, always.  A transaction whose arena dies uncommitted is rolled back.  One at a
 * time in a thread; read through `tx` while it is open.  db_commit ends it whatever it returns, and db_rollback
 * does nothing once it has ended.  When the connection to PostgreSQL breaks in COMMIT, the outcome is not known
 * (UNAVAILABLE): what is written must bear being sent again. */
struct err *db_begin(struct db_pool *p, struct db *reader, struct arena *a, struct db **tx) MUST_CHECK;
struct err *db_commit(struct db *tx, struct arena *a) MUST_CHECK; /* durable when it returns NULL */
void db_rollback(struct db *tx);

/* Applies the schema's files NNNN_name.sql (0001 first, no gaps) that are not yet recorded, each in a transaction
 * with its checksum, the file's etag.  ERR_CONFIG if a recorded one differs from the embedded, or the database
 * is newer than the program.  *applied (may be NULL): how many it applied now. */
struct err *db_migrate(struct db_pool *p, struct arena *a, const struct embed_set *schema, int *applied) MUST_CHECK;

struct db_counts {
	uint64_t transactions, commits; /* acknowledged; flushes to disk they took (SQLite only) */
};
struct db_counts db_counts(struct db_pool *p);

/* --- statements: what db_run.h stands on -------------------------------------------------------------- */
struct db_query {
	const char *name;
	const char *sql;   /* $1 parameters, the common subset; both engines */
	const char *types; /* a letter per parameter: i integer, t text, b bytes */
	int slot;          /* index of the prepared statement in each connection; -1: not kept */
	int params;
	bool writes;
	bool stream; /* rows are fetched one by one, none kept */
};
extern const struct db_query db_queries[]; /* generated; ends with name NULL */
extern const int db_query_count;
#define DB_PARAMS_MAX 32

enum db_type { DB_NULL, DB_INT, DB_TEXT, DB_BYTES };
struct db_value {
	enum db_type type;
	int64_t i;
	str s;
};
struct db_stmt;
/* What args point at must stay until db_finish. */
struct err *db_start(struct db *c, struct arena *a, const struct db_query *q, const struct db_value *args, size_t n,
		     struct db_stmt **out) MUST_CHECK;
struct err *db_step(struct db_stmt *s, struct arena *a, bool *row) MUST_CHECK;
int64_t db_col_int(struct db_stmt *s, int col);
bool db_col_null(struct db_stmt *s, int col);
str db_col_str(struct db_stmt *s, struct arena *a, int col); /* copied into a */
str db_col_view(struct db_stmt *s, int col);                 /* not copied: good until the next step or finish */
int64_t db_changed(struct db_stmt *s);                       /* rows written; after the last step */
void db_finish(struct db_stmt *s);                           /* also when the arena of db_start dies */
