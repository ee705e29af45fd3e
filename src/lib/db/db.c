/* db.c — opens the engine an address names, and keeps the rules both engines share.
 *
 * Everything that must be the same on SQLite and PostgreSQL is checked here, before the engine is called:
 * arity, writing outside a transaction, text that is not UTF-8, use after an end or a failure. */
#include "db_driver.h"

#include <string.h>

const char db_msg_full[] = N_(
	"The disk of the server is full. Nothing was saved. Please tell whoever looks after the server.");
const char db_msg_broken[] = N_(
	"The disk of the server has reported a fault. Nothing was saved, and nothing will be until "
	"Rivage is started again: please tell whoever looks after the server.");
const char db_msg_away[] = N_("The database does not answer. Nothing was saved. Please try again in a moment.");

struct err *db_pool_open(struct arena *a, str url, struct db_pool **out)
{
	static const str sqlite = STR("sqlite:"), postgres = STR("postgresql:");

	if (memchr(url.p ? url.p : "", 0, url.n))
		return FAIL(a, CONFIG, "The address of the database has a zero byte.", "database address");
	if (str_starts(url, sqlite) && url.n > sqlite.n)
		return sqlite_open(a, str_sub(url, sqlite.n, url.n), out);
	if (str_starts(url, postgres))
		return postgres_open(a, url, out);
	return FAIL(a, CONFIG,
		    "The address of the database must start with sqlite: or postgresql:", "database address");
}

void db_pool_close(struct db_pool *p)
{
	if (p)
		p->driver->close(p);
}

bool db_is_sqlite(const struct db_pool *p)
{
	return p->sqlite;
}

struct db_counts db_counts(struct db_pool *p)
{
	return p->driver->counts(p);
}

static struct db *make(struct db_pool *p, struct arena *a)
{
	struct db *c = arena_alloc(a, p->driver->conn_size);

	c->pool = p;
	return c;
}

struct err *db_reader(struct db_pool *p, struct arena *a, struct db **out)
{
	struct db *r = make(p, a);

	r->reader = r;
	TRY(p->driver->reader(r, a));
	r->open = true;
	*out = r;
	return NULL;
}

void db_reader_close(struct db *r)
{
	if (!r || !r->open)
		return;
	r->open = false;
	r->pool->driver->reader_close(r);
}

struct err *db_prepare_all(struct db *r, struct arena *a)
{
	for (const struct db_query *q = db_queries; q->name; q++)
		TRY(r->pool->driver->prepare(r, a, q));
	return NULL;
}

static void rollback_deferred(void *arg)
{
	db_rollback(arg);
}

struct err *db_begin(struct db_pool *p, struct db *reader, struct arena *a, struct db **out)
{
	struct db *tx;
	struct err *e;

	if (reader->in_tx || !reader->open)
		return FAIL(a, INTERNAL, NULL, "db_begin in an open transaction, or on a closed reader");
	tx = make(p, a);
	tx->reader = reader;
	tx->tx = true;
	arena_defer(a, rollback_deferred, tx);
	e = p->driver->begin(tx, a);
	if (e)
		return e;
	tx->open = reader->in_tx = true;
	*out = tx;
	return NULL;
}

static void end(struct db *tx)
{
	tx->open = tx->reader->in_tx = false;
}

struct err *db_commit(struct db *tx, struct arena *a)
{
	if (!tx->open || !tx->tx)
		return FAIL(a, INTERNAL, NULL, "db_commit of what is no open transaction");
	if (tx->failed) {
		db_rollback(tx);
		return err_make(a, tx->kind, WHERE, tx->message, "commit after a statement failed");
	}
	end(tx);
	return tx->pool->driver->commit(tx, a);
}

void db_rollback(struct db *tx)
{
	if (!tx || !tx->open || !tx->tx)
		return;
	end(tx);
	tx->pool->driver->rollback(tx);
}

/* Remembers the first failure in a transaction. */
static struct err *noted(struct db *c, struct err *e)
{
	if (e && c->tx && !c->failed) {
		c->failed = true;
		c->kind = e->kind;
		c->message = e->message;
	}
	return e;
}

struct err *db_script(struct db *tx, struct arena *a, const char *sql)
{
	return noted(tx, tx->pool->driver->script(tx, a, sql));
}

static const char *refusal(const struct db *c, const struct db_query *q, const struct db_value *args, size_t n)
{
	if (!c->open)
		return "connection or transaction has ended";
	if (c->failed)
		return "transaction has failed already";
	if (c->streaming)
		return "rows of another query are being read";
	if (q->writes && !c->tx)
		return "writes outside a transaction";
	if (n != (size_t)q->params || n > DB_PARAMS_MAX)
		return "wrong number of parameters";
	for (size_t i = 0; i < n; i++) {
		static const char letters[] = {[DB_INT] = 'i', [DB_TEXT] = 't', [DB_BYTES] = 'b'};

		if (args[i].type != DB_NULL && q->types[i] != letters[args[i].type])
			return "a parameter has the wrong type";
		/* PostgreSQL would refuse these; SQLite must not keep what could not be moved there. */
		if (args[i].type == DB_TEXT && (!str_utf8_ok(args[i].s) || memchr(args[i].s.p, 0, args[i].s.n)))
			return "a text is not UTF-8, or has a zero byte";
	}
	return NULL;
}

static void finish_deferred(void *arg)
{
	db_finish(arg);
}

struct err *db_start(struct db *c, struct arena *a, const struct db_query *q, const struct db_value *args, size_t n,
		     struct db_stmt **out)
{
	const char *no = refusal(c, q, args, n);
	struct db_stmt *s;

	if (no)
		return noted(c, FAIL(a, INTERNAL, NULL, "%s: %s", q->name, no));
	s = arena_alloc(a, c->pool->driver->stmt_size);
	*s = (struct db_stmt){.db = c, .q = q};
	arena_defer(a, finish_deferred, s);
	TRY(noted(c, c->pool->driver->start(s, a, args)));
	s->open = true;
	c->streaming = q->stream;
	*out = s;
	return NULL;
}

struct err *db_step(struct db_stmt *s, struct arena *a, bool *row)
{
	if (!s->open)
		return FAIL(a, INTERNAL, NULL, "%s: step after finish", s->q->name);
	return noted(s->db, s->db->pool->driver->step(s, a, row));
}

int64_t db_col_int(struct db_stmt *s, int col)
{
	return s->db->pool->driver->integer(s, col);
}

bool db_col_null(struct db_stmt *s, int col)
{
	return s->db->pool->driver->is_null(s, col);
}

str db_col_view(struct db_stmt *s, int col)
{
	return s->db->pool->driver->view(s, col);
}

str db_col_str(struct db_stmt *s, struct arena *a, int col)
{
	return arena_str(a, db_col_view(s, col));
}

int64_t db_changed(struct db_stmt *s)
{
	return s->db->pool->driver->changed(s);
}

void db_finish(struct db_stmt *s)
{
	if (!s || !s->open)
		return;
	s->open = false;
	if (s->q->stream)
		s->db->streaming = false;
	s->db->pool->driver->finish(s);
}
