/* postgres.c — PostgreSQL through libpq: one connection per thread, prepared statements, binary both ways.
 *
 * A connection that broke is made again once, between transactions; inside one the transaction is lost and says
 * so.  The server's error texts may quote values, so only the SQLSTATE and names of constraints go on. */
#include "db_driver.h"

#include <endian.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25, OID_VARCHAR = 1043 };

struct pg_pool {
	struct db_pool pool;
	const char *url;
	uint64_t transactions; /* atomic */
};
struct pg_conn {
	PGconn *h;
	bool *ready; /* by slot: prepared on this connection */
};
struct pg_db { /* a reader, or a transaction on the reader's connection */
	struct db db;
	struct pg_conn own, *conn;
};
struct pg_stmt {
	struct db_stmt s;
	PGresult *res;
	int row; /* of res; -1 before the first */
	bool done;
	int64_t changed;
};

static struct pg_conn *conn_of(struct db *c)
{
	return ((struct pg_db *)c)->conn;
}

/* --- errors ------------------------------------------------------------------------------------------ */

static const struct {
	const char *state; /* SQLSTATE, or the beginning of one; the first that fits */
	enum err_kind kind;
	const char *message;
} states[] = {
	{"23505", ERR_CONFLICT, NULL},           /* unique violation */
	{"40001", ERR_CONFLICT, NULL},           /* serialization */
	{"40P01", ERR_CONFLICT, NULL},           /* deadlock */
	{"55P03", ERR_CONFLICT, NULL},           /* lock not available */
	{"53100", ERR_UNAVAILABLE, db_msg_full}, /* disk full */
	{"53", ERR_UNAVAILABLE, db_msg_away},    /* out of something */
	{"57", ERR_UNAVAILABLE, db_msg_away},    /* shut down, cancelled */
	{"58", ERR_UNAVAILABLE, db_msg_away},    /* system */
	{"08", ERR_UNAVAILABLE, db_msg_away},    /* connection */
	{"25006", ERR_UNAVAILABLE, db_msg_away}, /* read only: a standby */
	{"28", ERR_UNAVAILABLE, db_msg_away},    /* not let in */
	{"3D", ERR_UNAVAILABLE, db_msg_away},    /* no such database */
};

/* res: NULL when the server did not answer.  Frees it. */
static struct err *fail(struct arena *a, const char *where, PGconn *h, PGresult *res, const char *what)
{
	const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
	const char *name = res ? PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME) : NULL;
	char sqlstate[8], constraint[64];
	enum err_kind kind = ERR_INTERNAL;
	const char *message = NULL;

	snprintf(sqlstate, sizeof sqlstate, "%s", state ? state : "none");
	snprintf(constraint, sizeof constraint, "%s", name ? name : "");
	PQclear(res); /* before the allocation, which may not return */
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		if (strncmp(sqlstate, states[i].state, strlen(states[i].state)) != 0)
			continue;
		kind = states[i].kind;
		message = states[i].message;
		break;
	}
	if (PQstatus(h) == CONNECTION_BAD) {
		kind = ERR_UNAVAILABLE;
		message = db_msg_away;
	}
	return err_make(a, kind, where, message, "%s: postgresql %s %s", what, sqlstate, constraint);
}
#define PG_FAIL(a, h, res, what) fail((a), WHERE, (h), (res), (what))

static bool good(const PGresult *res)
{
	ExecStatusType t = PQresultStatus(res);

	return t == PGRES_COMMAND_OK || t == PGRES_TUPLES_OK || t == PGRES_SINGLE_TUPLE;
}

/* --- connections ------------------------------------------------------------------------------------- */

static void quiet(void *arg, const char *message)
{
	(void)arg, (void)message; /* notices may quote values */
}

/* What each new connection needs.  Where flushing was turned off for speed, it is turned on: db_commit promises. */
static bool set_up(struct pg_conn *c)
{
	PGresult *res = PQexec(c->h, "SELECT set_config('synchronous_commit', 'on', false)"
				     " WHERE current_setting('synchronous_commit') = 'off'");
	bool ok = good(res);

	PQclear(res);
	memset(c->ready, 0, (size_t)db_query_count + 1);
	return ok;
}

static struct err *reader(struct db *db, struct arena *a)
{
	struct pg_db *r = (struct pg_db *)db;
	/* A keyword before dbname is a default, one behind it overrides. */
	const char *const keys[] = {"connect_timeout", "application_name", "dbname", "client_encoding", NULL};
	const char *const values[] = {"5", "rivage", ((struct pg_pool *)db->pool)->url, "UTF8", NULL};

	r->conn = &r->own;
	r->own.ready = NEWS(a, bool, (size_t)db_query_count + 1);
	r->own.h = PQconnectdbParams(keys, values, 1);
	PQsetNoticeProcessor(r->own.h, quiet, NULL);
	if (PQstatus(r->own.h) == CONNECTION_OK && set_up(&r->own))
		return NULL;
	PQfinish(r->own.h);
	r->own.h = NULL;
	return FAIL(a, UNAVAILABLE, db_msg_away, "postgresql: no connection");
}

static void reader_close(struct db *db)
{
	PQfinish(conn_of(db)->h);
}

/* Makes a broken connection again; true if it was broken and works now. */
static bool revived(struct pg_conn *c)
{
	if (PQstatus(c->h) == CONNECTION_OK)
		return false;
	PQreset(c->h);
	return PQstatus(c->h) == CONNECTION_OK && set_up(c);
}

/* --- transactions ------------------------------------------------------------------------------------ */

static struct err *begin(struct db *tx, struct arena *a)
{
	struct pg_conn *c = conn_of(tx->reader);
	PGresult *res = PQexec(c->h, "BEGIN");

	((struct pg_db *)tx)->conn = c;
	if (!good(res) && revived(c)) {
		PQclear(res);
		res = PQexec(c->h, "BEGIN");
	}
	if (!good(res))
		return PG_FAIL(a, c->h, res, "begin");
	PQclear(res);
	return NULL;
}

static struct err *commit(struct db *tx, struct arena *a)
{
	struct pg_conn *c = conn_of(tx);
	PGresult *res = PQexec(c->h, "COMMIT");
	bool done;

	if (!good(res))
		return PG_FAIL(a, c->h, res, "commit");
	done = strcmp(PQcmdStatus(res), "COMMIT") == 0; /* it says ROLLBACK where a statement had failed */
	PQclear(res);
	if (!done)
		return FAIL(a, INTERNAL, NULL, "commit: was rolled back");
	__atomic_add_fetch(&((struct pg_pool *)tx->pool)->transactions, 1, __ATOMIC_RELAXED);
	return NULL;
}

static void rollback(struct db *tx)
{
	PQclear(PQexec(conn_of(tx)->h, "ROLLBACK"));
}

static struct err *script(struct db *tx, struct arena *a, const char *sql)
{
	PGconn *h = conn_of(tx)->h;
	PGresult *res = PQexec(h, sql);

	if (!good(res))
		return PG_FAIL(a, h, res, "script");
	PQclear(res);
	return NULL;
}

/* --- statements -------------------------------------------------------------------------------------- */

/* Only columns that integer() and view() can read. */
static struct err *check_columns(struct pg_conn *c, struct arena *a, const struct db_query *q, const char *name)
{
	PGresult *res = PQdescribePrepared(c->h, name);
	Oid bad = 0;

	if (!good(res))
		return PG_FAIL(a, c->h, res, q->name);
	for (int i = 0; i < PQnfields(res); i++) {
		Oid t = PQftype(res, i);

		if (t != OID_BOOL && t != OID_BYTEA && t != OID_INT8 && t != OID_INT2 && t != OID_INT4 &&
		    t != OID_TEXT && t != OID_VARCHAR)
			bad = t;
	}
	PQclear(res);
	return bad ? FAIL(a, INTERNAL, NULL, "%s: a column has the type %u: cast it", q->name, bad) : NULL;
}

static const char *slot_name(const struct db_query *q, char buf[static 16])
{
	buf[0] = '\0';
	if (q->slot >= 0)
		snprintf(buf, 16, "q%d", q->slot);
	return buf;
}

static struct err *prepare(struct db *db, struct arena *a, const struct db_query *q)
{
	struct pg_conn *c = conn_of(db);
	Oid types[DB_PARAMS_MAX];
	char buf[16];
	const char *name = slot_name(q, buf);
	PGresult *res;

	if (q->slot >= 0 && c->ready[q->slot])
		return NULL;
	for (int i = 0; i < q->params; i++)
		types[i] = q->types[i] == 'i' ? OID_INT8 : q->types[i] == 't' ? OID_TEXT : OID_BYTEA;
	res = PQprepare(c->h, name, q->sql, q->params, types);
	if (!good(res))
		return PG_FAIL(a, c->h, res, q->name);
	PQclear(res);
	TRY(check_columns(c, a, q, name));
	if (q->slot >= 0)
		c->ready[q->slot] = true;
	return NULL;
}

static PGresult *run(struct pg_conn *c, const struct db_query *q, const struct db_value *args)
{
	const char *values[DB_PARAMS_MAX];
	int lengths[DB_PARAMS_MAX], formats[DB_PARAMS_MAX];
	uint64_t ints[DB_PARAMS_MAX];
	char buf[16];

	for (int i = 0; i < q->params; i++) {
		formats[i] = 1;
		if (args[i].type == DB_INT) {
			ints[i] = htobe64((uint64_t)args[i].i);
			values[i] = (const char *)&ints[i];
			lengths[i] = sizeof ints[i];
		} else {
			values[i] = args[i].type == DB_NULL ? NULL : args[i].s.p ? args[i].s.p : "";
			lengths[i] = args[i].type == DB_NULL ? 0 : (int)args[i].s.n;
		}
	}
	if (!q->stream)
		return PQexecPrepared(c->h, slot_name(q, buf), q->params, values, lengths, formats, 1);
	if (!PQsendQueryPrepared(c->h, slot_name(q, buf), q->params, values, lengths, formats, 1))
		return NULL;
	PQsetSingleRowMode(c->h);
	return PQgetResult(c->h);
}

/* Takes the end of a stream, so that the connection can be used again. */
static void drain(PGconn *h)
{
	PGresult *res;

	while ((res = PQgetResult(h)) != NULL)
		PQclear(res);
}

static struct err *attempt(struct pg_stmt *s, struct arena *a, const struct db_value *args)
{
	struct pg_conn *c = conn_of(s->s.db);
	const struct db_query *q = s->s.q;
	PGresult *res;

	TRY(prepare(s->s.db, a, q));
	res = run(c, q, args);
	if (!good(res)) {
		if (q->stream)
			drain(c->h);
		return PG_FAIL(a, c->h, res, q->name);
	}
	s->res = res;
	s->row = -1;
	return NULL;
}

static struct err *start(struct db_stmt *st, struct arena *a, const struct db_value *args)
{
	struct pg_stmt *s = (struct pg_stmt *)st;
	struct err *e;

	for (int i = 0; i < st->q->params; i++)
		if (args[i].s.n > INT32_MAX)
			return FAIL(a, TOO_BIG, NULL, "%s: parameter", st->q->name);
	e = attempt(s, a, args);
	/* Nothing but reading happens outside a transaction (db.c), so it can be done again. */
	if (e && !st->db->reader->in_tx && revived(conn_of(st->db)))
		e = attempt(s, a, args);
	return e;
}

static int64_t rows_written(const PGresult *res)
{
	return strtoll(PQcmdTuples((PGresult *)(uintptr_t)res), NULL, 10);
}

/* The next row of a stream comes as a result of its own; the last result has none. */
static struct err *next_result(struct pg_stmt *s, struct arena *a)
{
	PGconn *h = conn_of(s->s.db)->h;

	PQclear(s->res);
	s->res = PQgetResult(h);
	s->row = 0;
	if (good(s->res))
		return NULL;
	{
		PGresult *res = s->res;

		s->res = NULL;
		s->done = true;
		drain(h);
		return PG_FAIL(a, h, res, s->s.q->name);
	}
}

static struct err *step(struct db_stmt *st, struct arena *a, bool *row)
{
	struct pg_stmt *s = (struct pg_stmt *)st;

	if (!s->done) {
		if (st->q->stream && s->row >= 0)
			TRY(next_result(s, a));
		else
			s->row++;
		if (s->row >= PQntuples(s->res)) {
			s->done = true;
			s->changed = st->q->writes ? rows_written(s->res) : 0;
		}
	}
	*row = !s->done;
	return NULL;
}

static bool is_null(struct db_stmt *st, int col)
{
	struct pg_stmt *s = (struct pg_stmt *)st;

	return PQgetisnull(s->res, s->row, col);
}

static str view(struct db_stmt *st, int col)
{
	struct pg_stmt *s = (struct pg_stmt *)st;

	if (PQgetisnull(s->res, s->row, col))
		return (str){0};
	return (str){PQgetvalue(s->res, s->row, col), (size_t)PQgetlength(s->res, s->row, col)};
}

static int64_t integer(struct db_stmt *st, int col)
{
	str v = view(st, col);
	uint64_t n = v.n && ((unsigned char)v.p[0] & 0x80) && v.n > 1 ? UINT64_MAX : 0; /* a bool has one byte */

	for (size_t i = 0; i < v.n && i < 8; i++)
		n = n << 8 | (unsigned char)v.p[i];
	return (int64_t)n;
}

static int64_t changed(struct db_stmt *st)
{
	return ((struct pg_stmt *)st)->changed;
}

static void finish(struct db_stmt *st)
{
	struct pg_stmt *s = (struct pg_stmt *)st;

	PQclear(s->res);
	s->res = NULL;
	if (st->q->stream)
		drain(conn_of(st->db)->h);
}

static struct db_counts counts(struct db_pool *p)
{
	return (struct db_counts){
		.transactions = __atomic_load_n(&((struct pg_pool *)p)->transactions, __ATOMIC_RELAXED)};
}

static void pool_close(struct db_pool *p)
{
	(void)p; /* it holds no connection of its own */
}

static const struct db_driver postgres_driver = {
	.conn_size = sizeof(struct pg_db),
	.stmt_size = sizeof(struct pg_stmt),
	.migrate_lock = "SELECT pg_advisory_xact_lock(8243112749)", /* an arbitrary number, the same in all versions */
	.reader = reader,
	.reader_close = reader_close,
	.prepare = prepare,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.start = start,
	.step = step,
	.is_null = is_null,
	.integer = integer,
	.view = view,
	.changed = changed,
	.finish = finish,
	.script = script,
	.counts = counts,
	.close = pool_close,
};

struct err *postgres_open(struct arena *a, str url, struct db_pool **out)
{
	struct pg_pool *p = NEW(a, struct pg_pool);

	p->pool = (struct db_pool){.driver = &postgres_driver, .engine = &postgres_driver};
	p->url = arena_z(a, url);
	*out = &p->pool;
	return NULL;
}
