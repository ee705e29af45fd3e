/* sqlite_copy.c — the online backup of SQLite, from a snapshot taken while the write lock was held. */
#include "db_copy.h"

#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define BUSY_MS 10000

struct db_copy {
	sqlite3 *lock, *reader;
};

static struct err *failed(struct arena *a, sqlite3 *h, int rc, const char *what)
{
	const char *why = h ? sqlite3_errmsg(h) : sqlite3_errstr(rc);

	if ((rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB)
		return FAIL(a, INVALID, NULL, "the database is damaged: %s: %s", what, why);
	return FAIL(a, UNAVAILABLE, NULL, "%s: %s", what, why);
}

static int open_one(const char *path, int flags, sqlite3 **out)
{
	int rc = sqlite3_open_v2(path, out, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_busy_timeout(*out, BUSY_MS);
	return rc;
}

static int hold(struct db_copy *c, const char *path)
{
	int rc = open_one(path, SQLITE_OPEN_READWRITE, &c->lock);

	if (rc == SQLITE_OK)
		rc = open_one(path, SQLITE_OPEN_READWRITE, &c->reader);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(c->lock, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (rc == SQLITE_OK) /* the first read fixes what this connection sees */
		rc = sqlite3_exec(c->reader, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
	return rc;
}

struct err *db_copy_hold(struct arena *a, const char *path, struct db_copy **out)
{
	struct db_copy *c = NEW(a, struct db_copy);
	struct err *e;
	int rc;

	*out = NULL;
	if (access(path, F_OK) != 0)
		return FAIL(a, NOT_FOUND, NULL, "there is no database %s", path);
	rc = hold(c, path);
	if (rc == SQLITE_OK) {
		*out = c;
		return NULL;
	}
	e = failed(a, c->reader ? c->reader : c->lock, rc, "the database cannot be held for a moment");
	db_copy_end(c);
	return e;
}

void db_copy_go(struct db_copy *c)
{
	sqlite3_exec(c->lock, "ROLLBACK", NULL, NULL, NULL);
}

void db_copy_end(struct db_copy *c)
{
	if (!c)
		return;
	sqlite3_close(c->reader);
	sqlite3_close(c->lock);
	c->reader = c->lock = NULL;
}

struct err *db_copy_write(struct arena *a, struct db_copy *c, const char *to)
{
	sqlite3 *target = NULL;
	sqlite3_backup *b = NULL;
	struct err *e = NULL;
	int rc = open_one(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &target);

	if (rc == SQLITE_OK) {
		b = sqlite3_backup_init(target, "main", c->reader, "main");
		rc = b ? sqlite3_backup_step(b, -1) : sqlite3_errcode(target);
	}
	if (b)
		sqlite3_backup_finish(b);
	if (rc != SQLITE_DONE)
		e = failed(a, target, rc, "the database cannot be copied");
	else if (sqlite3_exec(target, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
		e = failed(a, target, SQLITE_ERROR, "the copy cannot be closed");
	sqlite3_close(target);
	return e;
}

static int first_word(void *arg, int n, char **values, char **names)
{
	(void)names;
	if (n > 0 && values[0] && strcmp(values[0], "ok") != 0)
		*(bool *)arg = true;
	return 0;
}

static int foreign(void *arg, int n, char **values, char **names)
{
	(void)n, (void)values, (void)names;
	*(bool *)arg = true;
	return 0;
}

struct err *db_copy_check(struct arena *a, const char *path)
{
	bool bad = false;
	sqlite3 *h = NULL;
	struct err *e = NULL;
	int rc = open_one(path, SQLITE_OPEN_READWRITE, &h);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(h, "PRAGMA integrity_check", first_word, &bad, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(h, "PRAGMA foreign_key_check", foreign, &bad, NULL);
	if (rc != SQLITE_OK)
		e = failed(a, h, rc, "check");
	else if (bad)
		e = FAIL(a, INVALID, NULL, "the database is damaged: its own check finds faults");
	sqlite3_close(h);
	return e;
}
