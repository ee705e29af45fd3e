/* db.h — the database: SQLite (embedded) or PostgreSQL, behind one interface.  The only users of sqlite3.h
 * and libpq-fe.h are sqlite.c and postgres.c.  No SQL text stands outside *.sql files: tools/sqlc compiles
 * each named query into a function that takes a struct db.
 *
 * A thread has its own reader; writing goes through a transaction.  On SQLite all transactions share one
 * writer and commit together (group commit): db_commit returns when the group is on disk.  On PostgreSQL
 * each thread has its own connection.  The fault driver wraps either and fails the n-th call, for tests. */
#pragma once
#include "base.h"

struct db_pool; /* the store, shared by threads */
struct db;      /* a connection: a reader, or an open transaction */

/* url: "sqlite:PATH" or a PostgreSQL connection string starting "postgresql:" */
struct err *db_pool_open(struct arena *a, str url, struct db_pool **out) MUST_CHECK;
void db_pool_close(struct db_pool *p); /* after all threads have closed theirs */
bool db_is_sqlite(const struct db_pool *p);

struct err *db_reader(struct db_pool *p, struct arena *a, struct db **out) MUST_CHECK; /* for this thread, long-lived */
void db_reader_close(struct db *r);

/* begin … commit or rollback, always.  A transaction whose arena dies uncommitted is rolled back. */
struct err *db_begin(struct db_pool *p, struct db *reader, struct arena *a, struct db **tx) MUST_CHECK;
struct err *db_commit(struct db *tx, struct arena *a) MUST_CHECK; /* durable when it returns NULL */
void db_rollback(struct db *tx);

/* Applies schema/NNNN_*.sql that are not yet recorded, each in a transaction, checksum recorded.
 * ERR_CONFIG if a recorded one differs from the embedded, or the database is newer than the program. */
struct err *db_migrate(struct db_pool *p, struct arena *a, int *applied) MUST_CHECK;

/* --- what generated code calls ------------------------------------------------------------------- */
struct db_query {
	const char *name;
	const char *sql;    /* $1 parameters, the common subset; both engines */
	int slot;           /* index of the prepared statement in each connection */
	int params;
};
extern const struct db_query db_queries[]; /* generated; ends with name NULL */
extern const int db_query_count;

enum db_type { DB_NULL, DB_INT, DB_TEXT, DB_BYTES };
struct db_value {
	enum db_type type;
	int64_t i;
	str s;
};
struct db_stmt;
struct err *db_start(struct db *c, struct arena *a, const struct db_query *q, const struct db_value *args, size_t n,
                     struct db_stmt **out) MUST_CHECK;
struct err *db_step(struct db_stmt *s, struct arena *a, bool *row) MUST_CHECK;
int64_t db_col_int(struct db_stmt *s, int col);
bool db_col_null(struct db_stmt *s, int col);
str db_col_str(struct db_stmt *s, struct arena *a, int col); /* copied into a */
int64_t db_changed(struct db_stmt *s);
void db_finish(struct db_stmt *s);
