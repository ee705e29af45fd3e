/* worker.c — per-thread connections. */
#include "worker.h"

#include <pthread.h>
#include <stdlib.h>

struct worker {
	struct arena *a;
	struct db *db;
	struct vault *vault;
};

static const int *channel_fds;
static size_t channel_count, channels_taken;
static _Thread_local struct worker *mine;
static pthread_key_t at_exit;
static pthread_once_t once = PTHREAD_ONCE_INIT;

void worker_channels(const int *fds, size_t n)
{
	channel_fds = fds;
	channel_count = n;
}

static void end_worker(void *p)
{
	struct worker *w = p;

	db_reader_close(w->db);
	arena_destroy(w->a);
	free(w);
}

static void make_key(void)
{
	if (pthread_key_create(&at_exit, end_worker) != 0)
		BUG("no thread key");
}

static struct err *start_worker(struct op *op, struct worker **out)
{
	size_t at = __atomic_fetch_add(&channels_taken, 1, __ATOMIC_RELAXED);
	struct worker *w;
	struct err *e;

	if (at >= channel_count)
		return FAIL(op->a, UNAVAILABLE, NULL, "more threads than vault channels");
	w = calloc(1, sizeof *w);
	if (!w)
		BUG("out of memory for a worker");
	w->a = arena_create(64 << 20);
	w->vault = vault_attach(w->a, channel_fds[at]);
	e = db_reader(op->house->pool, w->a, &w->db);
	if (e) {
		e = FAIL(op->a, UNAVAILABLE, NULL, "no database reader: %.*s", STR_ARG(e->detail));
		arena_destroy(w->a);
		free(w);
		__atomic_fetch_sub(&channels_taken, 1, __ATOMIC_RELAXED);
		return e;
	}
	pthread_once(&once, make_key);
	pthread_setspecific(at_exit, w);
	*out = w;
	return NULL;
}

struct err *worker_lend(struct op *op)
{
	if (!mine)
		TRY(start_worker(op, &mine));
	op->db = mine->db;
	op->vault = mine->vault;
	return NULL;
}

void worker_return(struct op *op)
{
	op->db = NULL;
	op->vault = NULL;
}
