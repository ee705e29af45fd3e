/* sqlite_db.h — shared by sqlite.c (connections, statements) and sqlite_group.c (the one writer). */
#pragma once
#include <pthread.h>
#include <semaphore.h>
#include <sqlite3.h>

#include "db_driver.h"

#define SQ_BUSY_MS 5000 /* another program has the write lock: a command beside the server */

struct sq_prepared {
	sqlite3_stmt *st;
	uint8_t at[DB_PARAMS_MAX]; /* where SQLite put $1, $2, …: in order of appearance */
	bool busy;
};
struct sq_conn {
	sqlite3 *h;
	struct sq_prepared *slots; /* db_query_count of them */
	int cache_kb;
};

struct sq_tx;
enum sq_verb { SQ_BEGIN, SQ_SAVE, SQ_RELEASE, SQ_BACK, SQ_COMMIT, SQ_ROLLBACK, SQ_VERBS };
struct sq_writer {
	struct sq_conn conn;
	sqlite3_stmt *verbs[SQ_VERBS];
	int wal_pages;  /* as the last commit left it */
	int wal_forced; /* size at which the last forced checkpoint was tried */
	int wal_most;   /* pages it may grow by before the next; tests lower it */

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t turn;
	bool busy;             /* a thread has the connection */
	unsigned waiting;      /* threads that want it */
	struct sq_tx *members; /* released, not yet on disk */
	unsigned n;
	bool open;   /* BEGIN was done */
	bool broken; /* a flush failed: no more writing until the next start */
	uint64_t transactions, commits;
};

struct sq_pool {
	struct db_pool pool;
	const char *path;
	struct sq_writer writer;
	unsigned readers; /* atomic */
};
struct sq_reader {
	struct db db;
	struct sq_conn own;
	struct sq_conn *conn;
};
/* A transaction has the place of a reader (struct db_driver.conn_size): conn is the writer's. */
struct sq_tx {
	struct sq_reader r;
	struct sq_tx *next;
	sem_t stored; /* posted when rc is known */
	bool undone;  /* rolled back: waits for the others, counts for none */
	int rc;
};

struct err *sq_fail(struct arena *a, const char *where, int rc, const char *what) MUST_CHECK;
#define SQ_FAIL(a, rc, what) sq_fail((a), WHERE, (rc), (what))

/* sqlite_group.c */
int sq_writer_init(struct sq_writer *w); /* after conn.h is open */
void sq_writer_finish(struct sq_writer *w);
struct err *sq_begin(struct db *tx, struct arena *a) MUST_CHECK;
struct err *sq_commit(struct db *tx, struct arena *a) MUST_CHECK;
void sq_rollback(struct db *tx);
struct db_counts sq_counts(struct db_pool *p);
