/* sqlite_group.c — the one writer of SQLite, shared by all threads, with group commit.
 *
 * A flush to disk costs more than a transaction does, so transactions share it.  A thread takes its turn on the
 * connection, opens BEGIN IMMEDIATE if no group is open, and works inside a savepoint of its own.  At the end it
 * releases the savepoint and joins the group.  If another thread waits for its turn, it hands the connection
 * on and sleeps; whoever finds nobody waiting, or the group full, commits for all and wakes them.  So nothing
 * is acknowledged before it is on disk, and nobody waits for company that may not come.
 *
 * What must not happen: a statement outside the group's transaction (SQLite may roll it back by itself when
 * the disk is full: sq_lost), an acknowledgement after a failed COMMIT, a second try of a flush. */
#include "sqlite_db.h"

#define GROUP_MAX 64
#define WAL_PAGES 1000        /* from here on, what readers allow is moved into the database after a commit */
#define WAL_PAGES_FORCE 16384 /* 64 MB: from here on, wait for readers a little so that the log starts over */
#define WAL_FORCE_WAIT_MS 200

static int verb(struct sq_writer *w, enum sq_verb v)
{
	int rc = sqlite3_step(w->verbs[v]);

	sqlite3_reset(w->verbs[v]);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* SQLite has rolled back the whole group by itself. */
static bool lost(const struct sq_writer *w)
{
	return w->open && sqlite3_get_autocommit(w->conn.h);
}

static int wal_grew(void *arg, sqlite3 *h, const char *name, int pages)
{
	struct sq_writer *w = arg;

	(void)h, (void)name;
	w->wal_pages = pages;
	return SQLITE_OK;
}

int sq_writer_init(struct sq_writer *w)
{
	static const char *const text[SQ_VERBS] = {
		[SQ_BEGIN] = "BEGIN IMMEDIATE",   [SQ_SAVE] = "SAVEPOINT member", [SQ_RELEASE] = "RELEASE member",
		[SQ_BACK] = "ROLLBACK TO member", [SQ_COMMIT] = "COMMIT",         [SQ_ROLLBACK] = "ROLLBACK"};

	w->wal_most = WAL_PAGES_FORCE;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->turn, NULL);
	sqlite3_wal_hook(w->conn.h, wal_grew, w); /* takes the place of the automatic checkpoint */
	for (int v = 0; v < SQ_VERBS; v++) {
		int rc = sqlite3_prepare_v3(w->conn.h, text[v], -1, SQLITE_PREPARE_PERSISTENT, &w->verbs[v], NULL);

		if (rc)
			return rc;
	}
	return SQLITE_OK;
}

void sq_writer_finish(struct sq_writer *w)
{
	for (int v = 0; v < SQ_VERBS; v++)
		sqlite3_finalize(w->verbs[v]);
	pthread_cond_destroy(&w->turn);
	pthread_mutex_destroy(&w->lock);
}

/* Keeps the write-ahead log bounded.  Readers that never pause can keep it from starting over; past a limit it
 * waits for them a little, and tries again only when the log has grown as much again. */
static void checkpoint(struct sq_writer *w)
{
	if (w->wal_pages < WAL_PAGES) {
		w->wal_forced = 0;
		return;
	}
	if (w->wal_pages - w->wal_forced < w->wal_most) {
		sqlite3_wal_checkpoint_v2(w->conn.h, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
		return;
	}
	w->wal_forced = w->wal_pages;
	sqlite3_busy_timeout(w->conn.h, WAL_FORCE_WAIT_MS);
	sqlite3_wal_checkpoint_v2(w->conn.h, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(w->conn.h, SQ_BUSY_MS);
}

static void take_turn(struct sq_writer *w)
{
	pthread_mutex_lock(&w->lock);
	w->waiting++;
	while (w->busy)
		pthread_cond_wait(&w->turn, &w->lock);
	w->waiting--;
	w->busy = true;
	pthread_mutex_unlock(&w->lock);
}

/* With the lock held. */
static void pass_turn(struct sq_writer *w)
{
	w->busy = false;
	if (w->waiting)
		pthread_cond_signal(&w->turn);
	pthread_mutex_unlock(&w->lock);
}

static int finish_group(struct sq_writer *w, bool any)
{
	int rc = SQLITE_ABORT_ROLLBACK;

	if (!w->open)
		return SQLITE_OK;
	if (!lost(w))
		rc = verb(w, any ? SQ_COMMIT : SQ_ROLLBACK);
	if (!sqlite3_get_autocommit(w->conn.h))
		verb(w, SQ_ROLLBACK);
	w->open = false;
	if (rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC)
		w->broken = true; /* what reached the disk is unknown; the kernel may have dropped it */
	return rc;
}

static void wake(struct sq_tx *members, int rc)
{
	for (struct sq_tx *m = members, *next; m; m = next) {
		next = m->next; /* m is gone once it is woken */
		m->rc = rc;
		sem_post(&m->stored);
	}
}

/* Gives the connection up, and commits the group unless somebody comes after who will.
 * me: has joined the group, or NULL. */
static void leave(struct sq_writer *w, struct sq_tx *me)
{
	struct sq_tx *members;
	unsigned n;
	int rc;

	pthread_mutex_lock(&w->lock);
	if (me) {
		me->next = w->members;
		w->members = me;
		w->n += !me->undone;
	}
	if (w->waiting && w->n && w->n < GROUP_MAX && !lost(w)) {
		pass_turn(w);
		return;
	}
	members = w->members;
	n = w->n;
	w->members = NULL;
	w->n = 0;
	pthread_mutex_unlock(&w->lock);

	rc = finish_group(w, n > 0);
	wake(members, rc);
	if (rc == SQLITE_OK && n)
		checkpoint(w);

	pthread_mutex_lock(&w->lock);
	if (rc == SQLITE_OK && n) {
		w->transactions += n;
		w->commits++;
	}
	pass_turn(w);
}

static struct sq_writer *writer_of(struct db *tx)
{
	return &((struct sq_pool *)tx->pool)->writer;
}

struct err *sq_begin(struct db *db, struct arena *a)
{
	struct sq_tx *tx = (struct sq_tx *)db;
	struct sq_writer *w = writer_of(db);
	int rc = SQLITE_OK;

	tx->r.conn = &w->conn;
	take_turn(w);
	if (w->broken)
		rc = SQLITE_IOERR_FSYNC;
	else if (!w->open) {
		rc = verb(w, SQ_BEGIN);
		w->open = rc == SQLITE_OK;
	}
	if (rc == SQLITE_OK)
		rc = verb(w, SQ_SAVE);
	if (rc == SQLITE_OK)
		return NULL;
	leave(w, NULL);
	return SQ_FAIL(a, rc, "begin");
}

static void join(struct sq_writer *w, struct sq_tx *tx)
{
	sem_init(&tx->stored, 0, 0);
	leave(w, tx);
	while (sem_wait(&tx->stored))
		; /* a signal */
	sem_destroy(&tx->stored);
}

struct err *sq_commit(struct db *db, struct arena *a)
{
	struct sq_tx *tx = (struct sq_tx *)db;
	struct sq_writer *w = writer_of(db);
	int rc = lost(w) ? SQLITE_ABORT_ROLLBACK : verb(w, SQ_RELEASE);

	if (rc == SQLITE_OK) {
		join(w, tx);
		rc = tx->rc;
	} else {
		sq_rollback(db);
	}
	return rc == SQLITE_OK ? NULL : SQ_FAIL(a, rc, "commit");
}

/* Who rolls back may have met what others of the group wrote, and will look for it: it must be there, so this waits
 * for the group like a commit does. */
void sq_rollback(struct db *db)
{
	struct sq_tx *tx = (struct sq_tx *)db;
	struct sq_writer *w = writer_of(db);

	/* Should the savepoint not roll back by itself, the group must not keep what is in it. */
	if (!lost(w) && (verb(w, SQ_BACK) != SQLITE_OK || verb(w, SQ_RELEASE) != SQLITE_OK))
		verb(w, SQ_ROLLBACK);
	tx->undone = true;
	if (w->n && !lost(w))
		join(w, tx);
	else
		leave(w, NULL);
}

struct db_counts sq_counts(struct db_pool *p)
{
	struct sq_writer *w = &((struct sq_pool *)p)->writer;
	struct db_counts c;

	pthread_mutex_lock(&w->lock);
	c = (struct db_counts){.transactions = w->transactions, .commits = w->commits};
	pthread_mutex_unlock(&w->lock);
	return c;
}
