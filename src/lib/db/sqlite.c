/* sqlite.c — connections and statements of the embedded engine.
 *
 * Every connection is used by one thread at a time, so SQLite's own locking is left out.  Readers cannot write
 * (query_only).  Nothing of a row is ever in an error: SQLite's messages name tables and columns only. */
#include "sqlite_db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CACHE_ALL_KB (48 * 1024) /* of all readers together */
#define CACHE_MOST_KB (16 * 1024)
#define CACHE_LEAST_KB 1024
#define WRITER_CACHE_KB (8 * 1024)

struct sq_stmt {
	struct db_stmt s;
	struct sq_prepared *p;
	struct sq_prepared own; /* of a query that is not kept */
	bool done;
	int64_t changed;
};

struct err *sq_fail(struct arena *a, const char *where, int rc, const char *what)
{
	static const struct {
		int rc;
		enum err_kind kind;
		const char *message;
	} rows[] = {
		{SQLITE_CONSTRAINT_UNIQUE, ERR_CONFLICT, NULL},
		{SQLITE_CONSTRAINT_PRIMARYKEY, ERR_CONFLICT, NULL},
		{SQLITE_CONSTRAINT_ROWID, ERR_CONFLICT, NULL},
		{SQLITE_FULL, ERR_UNAVAILABLE, db_msg_full},
		{SQLITE_BUSY, ERR_UNAVAILABLE, db_msg_away},
		{SQLITE_IOERR_FSYNC, ERR_UNAVAILABLE, db_msg_broken},
		{SQLITE_IOERR_DIR_FSYNC, ERR_UNAVAILABLE, db_msg_broken},
		{SQLITE_IOERR, ERR_UNAVAILABLE, db_msg_away},
		{SQLITE_CANTOPEN, ERR_UNAVAILABLE, db_msg_away},
		{SQLITE_CORRUPT, ERR_UNAVAILABLE, db_msg_away},
		{SQLITE_NOTADB, ERR_UNAVAILABLE, db_msg_away},
		{SQLITE_NOMEM, ERR_UNAVAILABLE, db_msg_away},
		{SQLITE_ABORT_ROLLBACK, ERR_UNAVAILABLE, db_msg_away},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rc == rows[i].rc || (rc & 0xff) == rows[i].rc)
			return err_make(a, rows[i].kind, where, rows[i].message, "%s: sqlite %d: %s", what, rc,
					sqlite3_errstr(rc));
	return err_make(a, ERR_INTERNAL, where, NULL, "%s: sqlite %d: %s", what, rc, sqlite3_errstr(rc));
}

/* --- opening ----------------------------------------------------------------------------------------- */

/* Makes the file for its owner alone; SQLite gives its companions (-wal, -shm) the same mode.  An existing
 * file is not opened here: closing it would drop the locks that this process holds on it. */
static struct err *make_file(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	str dir = slash ? (str){path, (size_t)(slash - path) + 1} : STR(".");
	struct stat st;
	int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0) {
		close(fd);
		fd = open(arena_z(a, dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 || fsync(fd)) {
			if (fd >= 0)
				close(fd);
			return FAIL(a, CONFIG, "The folder of the database cannot be used.", "errno %d", errno);
		}
		close(fd);
		return NULL;
	}
	if (errno != EEXIST)
		return FAIL(a, CONFIG, "The file of the database cannot be made.", "errno %d", errno);
	if (lstat(path, &st) || !S_ISREG(st.st_mode))
		return FAIL(a, CONFIG, "The file of the database is not a plain file.", "mode %o", st.st_mode);
	if ((st.st_mode & 077) && chmod(path, st.st_mode & 0700))
		return FAIL(a, CONFIG, "The file of the database is open to others, and its mode cannot be changed.",
			    "errno %d", errno);
	return NULL;
}

static int exec(sqlite3 *h, const char *sql)
{
	return sqlite3_exec(h, sql, NULL, NULL, NULL);
}

static int is_wal(void *arg, int cols, char **value, char **name)
{
	(void)arg, (void)cols, (void)name;
	return !value[0] || strcmp(value[0], "wal") != 0; /* not 0 makes sqlite3_exec fail */
}

/* Where a write-ahead log cannot be had, SQLite would go on without saying so. */
static int use_wal(sqlite3 *h)
{
	int rc = sqlite3_exec(h, "PRAGMA journal_mode = WAL", is_wal, NULL, NULL);

	return rc == SQLITE_ABORT ? SQLITE_CANTOPEN : rc;
}

static int set_cache(struct sq_conn *c, int kb)
{
	char sql[48];

	snprintf(sql, sizeof sql, "PRAGMA cache_size = -%d", kb);
	c->cache_kb = kb;
	return exec(c->h, sql);
}

static int harden(sqlite3 *h)
{
	static const struct {
		int option, value;
	} options[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		       {SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_DQS_DDL, 0},
		       {SQLITE_DBCONFIG_DQS_DML, 0},        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
		       {SQLITE_DBCONFIG_ENABLE_TRIGGER, 1}, {SQLITE_DBCONFIG_ENABLE_VIEW, 1}};

	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		int rc = sqlite3_db_config(h, options[i].option, options[i].value, NULL);

		if (rc)
			return rc;
	}
	sqlite3_limit(h, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(h, SQLITE_LIMIT_LENGTH, 64 << 20);
	sqlite3_extended_result_codes(h, 1);
	return sqlite3_busy_timeout(h, SQ_BUSY_MS);
}

static struct err *open_conn(struct sq_conn *c, struct arena *a, const char *path, bool writer)
{
	static const char common[] = "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
				     "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;"
				     "PRAGMA journal_size_limit = 67108864;";
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, rc;

	c->slots = NEWS(a, struct sq_prepared, (size_t)db_query_count + 1);
	rc = sqlite3_open_v2(path, &c->h, flags, NULL);
	if (rc == SQLITE_OK)
		rc = harden(c->h);
	if (rc == SQLITE_OK)
		rc = use_wal(c->h);
	if (rc == SQLITE_OK)
		rc = exec(c->h, common);
	if (rc == SQLITE_OK && !writer)
		rc = exec(c->h, "PRAGMA query_only = ON");
	if (rc == SQLITE_OK)
		rc = set_cache(c, writer ? WRITER_CACHE_KB : CACHE_LEAST_KB);
	if (rc == SQLITE_OK)
		return NULL;
	sqlite3_close(c->h);
	c->h = NULL;
	return SQ_FAIL(a, rc, "open");
}

static void close_conn(struct sq_conn *c)
{
	for (int i = 0; i < db_query_count; i++)
		sqlite3_finalize(c->slots[i].st);
	sqlite3_close(c->h);
}

static struct err *reader(struct db *db, struct arena *a)
{
	struct sq_reader *r = (struct sq_reader *)db;
	struct sq_pool *p = (struct sq_pool *)db->pool;

	TRY(open_conn(&r->own, a, p->path, false));
	r->conn = &r->own;
	__atomic_add_fetch(&p->readers, 1, __ATOMIC_RELAXED);
	return NULL;
}

static void reader_close(struct db *db)
{
	close_conn(&((struct sq_reader *)db)->own);
	__atomic_sub_fetch(&((struct sq_pool *)db->pool)->readers, 1, __ATOMIC_RELAXED);
}

static void pool_close(struct db_pool *pool)
{
	struct sq_pool *p = (struct sq_pool *)pool;

	sq_writer_finish(&p->writer);
	close_conn(&p->writer.conn);
}

/* The readers share one allowance, so that a few have large caches and many do not fill the memory. */
static void fit_cache(struct sq_reader *r)
{
	unsigned n = __atomic_load_n(&((struct sq_pool *)r->db.pool)->readers, __ATOMIC_RELAXED);
	int kb = n ? CACHE_ALL_KB / (int)n : CACHE_MOST_KB;

	kb = kb > CACHE_MOST_KB ? CACHE_MOST_KB : kb < CACHE_LEAST_KB ? CACHE_LEAST_KB : kb;
	if (kb != r->conn->cache_kb)
		set_cache(r->conn, kb);
}

/* --- statements -------------------------------------------------------------------------------------- */

static struct err *prepare(struct sq_conn *c, struct arena *a, const struct db_query *q, struct sq_prepared *p)
{
	unsigned flags = q->slot >= 0 ? SQLITE_PREPARE_PERSISTENT : 0;
	int rc = sqlite3_prepare_v3(c->h, q->sql, -1, flags, &p->st, NULL);

	if (rc)
		return SQ_FAIL(a, rc, q->name);
	for (int i = 0; i < q->params; i++) {
		char name[16];

		snprintf(name, sizeof name, "$%d", i + 1);
		p->at[i] = (uint8_t)sqlite3_bind_parameter_index(p->st, name);
	}
	return NULL;
}

static struct err *prepare_slot(struct db *db, struct arena *a, const struct db_query *q)
{
	struct sq_conn *c = ((struct sq_reader *)db)->conn;

	return c->slots[q->slot].st ? NULL : prepare(c, a, q, &c->slots[q->slot]);
}

static int bind(struct sq_prepared *p, const struct db_value *args, int n)
{
	int rc = SQLITE_OK;

	for (int i = 0; i < n && rc == SQLITE_OK; i++) {
		const struct db_value *v = &args[i];
		const char *bytes = v->s.p ? v->s.p : ""; /* a NULL pointer would store NULL */

		switch (v->type) {
		case DB_NULL:
			rc = sqlite3_bind_null(p->st, p->at[i]);
			break;
		case DB_INT:
			rc = sqlite3_bind_int64(p->st, p->at[i], v->i);
			break;
		case DB_TEXT:
			rc = sqlite3_bind_text64(p->st, p->at[i], bytes, v->s.n, SQLITE_STATIC, SQLITE_UTF8);
			break;
		case DB_BYTES:
			rc = sqlite3_bind_blob64(p->st, p->at[i], bytes, v->s.n, SQLITE_STATIC);
			break;
		}
	}
	return rc;
}

static void release(struct sq_stmt *s)
{
	sqlite3_reset(s->p->st);
	sqlite3_clear_bindings(s->p->st);
	s->p->busy = false;
	if (s->p == &s->own)
		sqlite3_finalize(s->own.st);
}

static struct err *start(struct db_stmt *st, struct arena *a, const struct db_value *args)
{
	struct sq_stmt *s = (struct sq_stmt *)st;
	struct sq_reader *r = (struct sq_reader *)st->db;
	const struct db_query *q = st->q;
	int rc;

	if (!st->db->tx)
		fit_cache(r);
	else if (sqlite3_get_autocommit(r->conn->h))
		return SQ_FAIL(a, SQLITE_ABORT_ROLLBACK, q->name); /* the group is lost: nothing may run outside it */
	s->p = q->slot >= 0 ? &r->conn->slots[q->slot] : &s->own;
	if (s->p->busy)
		return FAIL(a, INTERNAL, NULL, "%s: is being read already", q->name);
	if (!s->p->st)
		TRY(prepare(r->conn, a, q, s->p));
	s->p->busy = true;
	rc = bind(s->p, args, q->params);
	if (rc == SQLITE_OK)
		return NULL;
	release(s);
	return SQ_FAIL(a, rc, q->name);
}

static struct err *step(struct db_stmt *st, struct arena *a, bool *row)
{
	struct sq_stmt *s = (struct sq_stmt *)st;
	int rc = s->done ? SQLITE_DONE : sqlite3_step(s->p->st);

	if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
		s->done = true;
		return SQ_FAIL(a, rc, st->q->name);
	}
	if (rc == SQLITE_DONE && !s->done) {
		s->done = true;
		s->changed = st->q->writes ? sqlite3_changes64(((struct sq_reader *)st->db)->conn->h) : 0;
	}
	*row = rc == SQLITE_ROW;
	return NULL;
}

static bool is_null(struct db_stmt *st, int col)
{
	return sqlite3_column_type(((struct sq_stmt *)st)->p->st, col) == SQLITE_NULL;
}

static int64_t integer(struct db_stmt *st, int col)
{
	return sqlite3_column_int64(((struct sq_stmt *)st)->p->st, col);
}

static str view(struct db_stmt *st, int col)
{
	sqlite3_stmt *h = ((struct sq_stmt *)st)->p->st;
	const void *p;

	if (sqlite3_column_type(h, col) == SQLITE_NULL)
		return (str){0};
	p = sqlite3_column_blob(h, col);
	return (str){p ? p : "", (size_t)sqlite3_column_bytes(h, col)};
}

static int64_t changed(struct db_stmt *st)
{
	return ((struct sq_stmt *)st)->changed;
}

static void finish(struct db_stmt *st)
{
	release((struct sq_stmt *)st);
}

static struct err *script(struct db *db, struct arena *a, const char *sql)
{
	int rc = exec(((struct sq_reader *)db)->conn->h, sql);

	return rc ? SQ_FAIL(a, rc, "script") : NULL;
}

static const struct db_driver sqlite_driver = {
	.conn_size = sizeof(struct sq_tx),
	.stmt_size = sizeof(struct sq_stmt),
	.reader = reader,
	.reader_close = reader_close,
	.prepare = prepare_slot,
	.begin = sq_begin,
	.commit = sq_commit,
	.rollback = sq_rollback,
	.start = start,
	.step = step,
	.is_null = is_null,
	.integer = integer,
	.view = view,
	.changed = changed,
	.finish = finish,
	.script = script,
	.counts = sq_counts,
	.close = pool_close,
};

/* After a flush that failed in an earlier process, the memory of the system shows what the disk does not hold: flushed,
 * and let go, so that the truth is read.  Before this process has a connection, whose locks closing the file would drop. */
static struct err *settle(struct arena *a, const char *path)
{
	static const char *const ends[] = {"", "-wal"};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		int fd = open(arena_fmt(a, "%s%s", path, ends[i]).p, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
		bool bad = fd >= 0 && fsync(fd) != 0;

		if (fd < 0)
			continue;
		posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
		close(fd);
		if (bad)
			return FAIL(a, UNAVAILABLE, db_msg_broken, "fsync of the database: errno %d", errno);
	}
	return NULL;
}

static void once(void)
{
	/* Its counters of memory take a lock at every allocation of every thread; nobody reads them. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

struct err *sqlite_open(struct arena *a, str path, struct db_pool **out)
{
	static pthread_once_t configured = PTHREAD_ONCE_INIT;
	static bool settled; /* atomic */
	struct sq_pool *p = NEW(a, struct sq_pool);
	int rc;

	pthread_once(&configured, once);
	p->pool = (struct db_pool){.driver = &sqlite_driver, .engine = &sqlite_driver, .sqlite = true};
	p->path = arena_z(a, path);
	TRY(make_file(a, p->path));
	if (!__atomic_exchange_n(&settled, true, __ATOMIC_SEQ_CST))
		TRY(settle(a, p->path));
	TRY(open_conn(&p->writer.conn, a, p->path, true));
	rc = sq_writer_init(&p->writer);
	if (rc) {
		pool_close(&p->pool);
		return SQ_FAIL(a, rc, "open");
	}
	*out = &p->pool;
	return NULL;
}
