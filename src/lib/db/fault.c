/* fault.c — a driver in front of the engine that fails on purpose. */
#include "db_fault.h"

#include "db_driver.h"

struct db_fault {
	struct db_driver driver;
	unsigned at;
	uint64_t n, calls; /* calls: atomic */
	bool for_ever;
};

static bool strikes(struct db_pool *p, enum db_fault_at at)
{
	struct db_fault *f = p->fault;
	uint64_t call;

	if (!(f->at & at))
		return false;
	call = __atomic_add_fetch(&f->calls, 1, __ATOMIC_RELAXED);
	return f->n && (call == f->n || (f->for_ever && call > f->n));
}

static struct err *struck(struct arena *a, const char *what)
{
	return FAIL(a, UNAVAILABLE, db_msg_away, "made to fail: %s", what);
}

static struct err *begin(struct db *tx, struct arena *a)
{
	if (strikes(tx->pool, DB_FAULT_BEGIN))
		return struck(a, "begin");
	return tx->pool->engine->begin(tx, a);
}

static struct err *commit(struct db *tx, struct arena *a)
{
	if (strikes(tx->pool, DB_FAULT_COMMIT)) {
		tx->pool->engine->rollback(tx);
		return struck(a, "commit");
	}
	TRY(tx->pool->engine->commit(tx, a));
	return strikes(tx->pool, DB_FAULT_ACK) ? struck(a, "acknowledgement") : NULL;
}

static struct err *start(struct db_stmt *s, struct arena *a, const struct db_value *args)
{
	if (strikes(s->db->pool, DB_FAULT_START))
		return struck(a, s->q->name);
	return s->db->pool->engine->start(s, a, args);
}

static struct err *step(struct db_stmt *s, struct arena *a, bool *row)
{
	if (strikes(s->db->pool, DB_FAULT_STEP))
		return struck(a, s->q->name);
	return s->db->pool->engine->step(s, a, row);
}

struct err *db_fault(struct db_pool *p, struct arena *a, unsigned at, uint64_t n, bool for_ever)
{
	if (at & ~(unsigned)DB_FAULT_ANY)
		return FAIL(a, INTERNAL, NULL, "no such fault");
	if (!p->fault) {
		p->fault = NEW(a, struct db_fault);
		p->fault->driver = *p->engine;
		p->fault->driver.begin = begin;
		p->fault->driver.commit = commit;
		p->fault->driver.start = start;
		p->fault->driver.step = step;
		p->driver = &p->fault->driver;
	}
	p->fault->at = at;
	p->fault->n = n;
	p->fault->for_ever = for_ever;
	p->fault->calls = 0;
	return NULL;
}

uint64_t db_fault_calls(const struct db_pool *p)
{
	return p->fault ? __atomic_load_n(&p->fault->calls, __ATOMIC_RELAXED) : 0;
}
