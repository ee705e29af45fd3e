/* heads.c — heads in memory: an array of whole heads, a hash from id to position, and beside it a compact array of
 * what filters and sorts look at (56 bytes a case), so that a list does not touch the heads it leaves out. */
#include "heads_in.h"

#include <stdlib.h>
#include <string.h>

static void *must(void *p)
{
	if (!p)
		BUG("out of memory for heads");
	return p;
}

struct heads *heads_create(void)
{
	struct heads *s = must(calloc(1, sizeof *s));

	pthread_rwlock_init(&s->lock, NULL);
	s->last_day = NO_DAY;
	s->slots = 1024;
	s->slot = must(calloc(s->slots, sizeof *s->slot));
	return s;
}

void heads_destroy(struct heads *s)
{
	if (!s)
		return;
	if (s->head)
		explicit_bzero(s->head, s->room * sizeof *s->head);
	free(s->head);
	free(s->row);
	free(s->next);
	free(s->seq);
	free(s->slot);
	free(s->decoy);
	pthread_rwlock_destroy(&s->lock);
	free(s);
}

static size_t hash_id(case_id id)
{
	uint64_t v;

	memcpy(&v, id.v.b, sizeof v); /* ids are random already */
	return (size_t)v;
}

static size_t find(const struct heads *s, case_id id)
{
	for (size_t i = hash_id(id);; i++) {
		uint32_t at = s->slot[i & (s->slots - 1)];

		if (at == 0)
			return SIZE_MAX;
		if (id_eq(s->head[at - 1].id.v, id.v))
			return at - 1;
	}
}

static void link_slot(struct heads *s, size_t at)
{
	size_t i = hash_id(s->head[at].id);

	while (s->slot[i & (s->slots - 1)])
		i++;
	s->slot[i & (s->slots - 1)] = (uint32_t)at + 1;
}

static void grow(struct heads *s)
{
	size_t room = s->room ? s->room * 2 : 256;

	s->head = must(realloc(s->head, room * sizeof *s->head));
	s->row = must(realloc(s->row, room * sizeof *s->row));
	s->next = must(realloc(s->next, room * sizeof *s->next));
	s->seq = must(realloc(s->seq, room * sizeof *s->seq));
	s->room = room;
	if (s->slots >= room * 2)
		return;
	s->slots = room * 4;
	free(s->slot);
	s->slot = must(calloc(s->slots, sizeof *s->slot));
	for (size_t i = 0; i < s->n; i++)
		link_slot(s, i);
}

static void fill_row(struct row *r, const struct head *h, const struct task *next)
{
	*r = (struct row){
		.standing = kase_standing(h),
		.assignee = id_is_zero(h->assignee.v) ? 0 : user_mark(h->assignee),
		.cor_assignee = id_is_zero(h->cor_assignee.v) ? 0 : user_mark(h->cor_assignee),
		.flags = h->flags,
		.due = next && next->kind != TASK_NONE && next->due != NO_DAY ? next->due : INT32_MAX,
		.created = h->created,
		.state = (int8_t)h->state,
		.risk = (int8_t)(h->fact[FACT_risk_level] == NO_FACT ? 0 : h->fact[FACT_risk_level]),
		.rank = (int8_t)(next && next->kind != TASK_NONE ? next->rank : RANK_REST),
		.country = h->fact[FACT_country],
	};
}

void heads_put(struct heads *s, const struct head *h, int64_t seq, const struct task *next)
{
	size_t at;

	pthread_rwlock_wrlock(&s->lock);
	at = find(s, h->id);
	if (at == SIZE_MAX) {
		if (s->n == s->room)
			grow(s);
		at = s->n++;
		s->head[at].id = h->id;
		s->seq[at] = -1;
		link_slot(s, at);
	}
	if (seq > s->seq[at]) {
		s->head[at] = *h;
		s->seq[at] = seq;
		s->next[at] = next ? *next : (struct task){0};
		s->next[at].arg = (str){0};
		fill_row(&s->row[at], h, next);
	}
	if (seq > s->newest)
		s->newest = seq;
	if (h->touched > s->last_day)
		s->last_day = h->touched;
	pthread_rwlock_unlock(&s->lock);
}

void heads_new_day(struct op *op)
{
	struct heads *s = op->house->heads;
	struct arena *a;

	if (__atomic_load_n(&s->computed_on, __ATOMIC_RELAXED) == op->today)
		return;
	a = arena_create(1 << 20);
	pthread_rwlock_wrlock(&s->lock);
	for (size_t i = 0; i < s->n && s->computed_on != op->today; i++) {
		struct task tasks[TASKS_MAX];
		size_t n = tasks_of(a, &s->head[i], op->house->programme, op->today, tasks);

		s->next[i] = n ? tasks[0] : (struct task){0};
		s->next[i].arg = (str){0};
		fill_row(&s->row[i], &s->head[i], &s->next[i]);
		arena_reset(a);
	}
	__atomic_store_n(&s->computed_on, op->today, __ATOMIC_RELAXED);
	pthread_rwlock_unlock(&s->lock);
	arena_destroy(a);
}

void heads_drop(struct heads *s, case_id id)
{
	size_t at, last;

	pthread_rwlock_wrlock(&s->lock);
	at = find(s, id);
	if (at != SIZE_MAX) {
		last = --s->n;
		s->head[at] = s->head[last];
		s->row[at] = s->row[last];
		s->next[at] = s->next[last];
		s->seq[at] = s->seq[last];
		explicit_bzero(&s->head[last], sizeof s->head[last]);
		memset(s->slot, 0, s->slots * sizeof *s->slot);
		for (size_t i = 0; i < s->n; i++)
			link_slot(s, i);
	}
	pthread_rwlock_unlock(&s->lock);
}

bool heads_get(struct heads *s, case_id id, struct head *out)
{
	size_t at;

	pthread_rwlock_rdlock(&s->lock);
	at = find(s, id);
	if (at != SIZE_MAX)
		*out = s->head[at];
	pthread_rwlock_unlock(&s->lock);
	return at != SIZE_MAX;
}

bool heads_by_code(struct heads *s, str code, struct head *out)
{
	bool found = false;

	pthread_rwlock_rdlock(&s->lock);
	for (size_t i = 0; i < s->n && !found; i++)
		if (str_eq_ci(code, str_of(s->head[i].code))) {
			*out = s->head[i];
			found = true;
		}
	pthread_rwlock_unlock(&s->lock);
	return found;
}

size_t heads_count(struct heads *s)
{
	size_t n;

	pthread_rwlock_rdlock(&s->lock);
	n = s->n;
	pthread_rwlock_unlock(&s->lock);
	return n;
}

day heads_last_day(struct heads *s)
{
	day d;

	pthread_rwlock_rdlock(&s->lock);
	d = s->last_day;
	pthread_rwlock_unlock(&s->lock);
	return d;
}

int64_t heads_seq(struct heads *s)
{
	int64_t n;

	pthread_rwlock_rdlock(&s->lock);
	n = s->newest;
	pthread_rwlock_unlock(&s->lock);
	return n;
}

/* Under the lock; there are a handful. */
bool heads_decoy_in(const struct heads *s, case_id id)
{
	for (size_t i = 0; i < s->n_decoys; i++)
		if (id_eq(s->decoy[i].v, id.v))
			return true;
	return false;
}

void heads_decoy(struct heads *s, case_id id)
{
	pthread_rwlock_wrlock(&s->lock);
	if (!heads_decoy_in(s, id)) {
		s->decoy = must(realloc(s->decoy, (s->n_decoys + 1) * sizeof *s->decoy));
		s->decoy[s->n_decoys++] = id;
	}
	pthread_rwlock_unlock(&s->lock);
}

bool heads_is_decoy(struct heads *s, case_id id)
{
	bool is;

	pthread_rwlock_rdlock(&s->lock);
	is = heads_decoy_in(s, id);
	pthread_rwlock_unlock(&s->lock);
	return is;
}
