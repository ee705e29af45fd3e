/* db_driver.h — what an engine provides to db.c.  Only files of this folder include it.
 *
 * Calls go through pool->driver; db_fault.h puts itself there and passes on to pool->engine.  The objects are
 * allocated by db.c before an engine takes a lock or starts a statement, because an allocation may not return
 * (arena_guard) and must then leave nothing held. */
#pragma once
#include "db.h"

struct db_driver {
	size_t conn_size, stmt_size;
	const char *migrate_lock; /* script that keeps other programs from migrating, or NULL */
	struct err *(*reader)(struct db *r, struct arena *a);
	void (*reader_close)(struct db *r);
	struct err *(*prepare)(struct db *c, struct arena *a, const struct db_query *q);
	struct err *(*begin)(struct db *tx, struct arena *a);
	struct err *(*commit)(struct db *tx, struct arena *a); /* ends it, whatever it returns */
	void (*rollback)(struct db *tx);
	struct err *(*start)(struct db_stmt *s, struct arena *a, const struct db_value *args);
	struct err *(*step)(struct db_stmt *s, struct arena *a, bool *row);
	bool (*is_null)(struct db_stmt *s, int col);
	int64_t (*integer)(struct db_stmt *s, int col);
	str (*view)(struct db_stmt *s, int col);
	int64_t (*changed)(struct db_stmt *s);
	void (*finish)(struct db_stmt *s);
	struct err *(*script)(struct db *tx, struct arena *a, const char *sql); /* several statements, no rows */
	struct db_counts (*counts)(struct db_pool *p);
	void (*close)(struct db_pool *p);
};

struct db_fault;
struct db_pool {
	const struct db_driver *driver, *engine;
	struct db_fault *fault;
	bool sqlite;
};

/* Engines put these first in their own structs. */
struct db {
	struct db_pool *pool;
	struct db *reader; /* of the thread; itself when this is a reader */
	bool tx, open;     /* a transaction; still open */
	bool in_tx;        /* of a reader: its thread has a transaction open */
	bool streaming;    /* rows are being fetched one by one */
	bool failed;       /* of a transaction: a statement failed, for this reason: */
	enum err_kind kind;
	const char *message;
};
struct db_stmt {
	struct db *db;
	const struct db_query *q;
	bool open;
};

struct err *sqlite_open(struct arena *a, str path, struct db_pool **out) MUST_CHECK;
struct err *postgres_open(struct arena *a, str url, struct db_pool **out) MUST_CHECK;

/* Runs a script in a transaction: migrations, and the pragmas of tests. */
struct err *db_script(struct db *tx, struct arena *a, const char *sql) MUST_CHECK;

extern const char db_msg_full[], db_msg_away[], db_msg_broken[];
