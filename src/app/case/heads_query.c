/* heads_query.c — asking the heads in memory: which of them the actor may see, which a page wants, in which order, one page of
 * them.  What only looks at the compact rows does not touch the heads it leaves out. */
#include "heads_in.h"

#include <stdlib.h>
#include <string.h>

enum state head_reached(const struct head *h)
{
	enum state s = h->state < STATE_CLOSED ? h->state : h->from_state;

	if (s < STATE_CLOSED)
		return s;
	/* Archived: where it was closed from is gone, but the facts of the journey stay. */
	return h->fact[FACT_arrival] != NO_FACT ? STATE_REINTEGRATION
	       : head_returned(h)               ? STATE_TRAVELLING
						: STATE_REFERRED;
}

bool head_returned(const struct head *h)
{
	return h->fact[FACT_departed_on] != NO_FACT;
}

day head_assisted_on(const struct head *h)
{
	const struct form_mark *welcome = &h->form[FORM_F11], *service = &h->form[FORM_F12];

	if (!welcome->present && !service->present)
		return NO_DAY;
	if (h->fact[FACT_arrival] != NO_FACT)
		return h->fact[FACT_arrival];
	return welcome->present ? welcome->on : service->on;
}

static bool followed_at(const struct programme *p, const struct head *h, const char *point)
{
	int32_t done = h->fact[FACT_followed] == NO_FACT ? 0 : h->fact[FACT_followed];

	for (size_t i = 0; i < p->n_points; i++)
		if (str_eqz(p->points[i].code, point))
			return (done & (1 << i)) != 0;
	return false;
}

/* The filters of the programme's figures, which look at the head itself. */
static bool counts(const struct head_query *q)
{
	return q->reached != STATE_REFERRED || q->assisted || q->returned || q->budgeted || q->followed;
}

static bool counted(const struct op *op, const struct head *h, const struct head_query *q)
{
	if (q->reached != STATE_REFERRED && head_reached(h) < q->reached)
		return false;
	if (q->assisted && head_assisted_on(h) == NO_DAY)
		return false;
	if (q->returned && !head_returned(h))
		return false;
	if (q->budgeted && (h->fact[FACT_plan_cents] == NO_FACT || (h->state >= STATE_CLOSED && !head_returned(h))))
		return false;
	return !q->followed || followed_at(op->house->programme, h, q->followed);
}

struct asking { /* who asks, and whose cases: worked out once for all rows */
	const struct op *op;
	struct viewer viewer;
	uint32_t mark, assignee; /* assignee 0: anybody's */
};

static struct asking asking(const struct op *op, const struct head_query *q)
{
	return (struct asking){
		.op = op,
		.viewer = kase_viewer(op),
		.mark = user_mark(op->actor.id),
		.assignee = q && !id_is_zero(q->assignee.v) ? user_mark(q->assignee) : 0,
	};
}

/* kase_visible, opening the head only when a mark says that it may be the actor's own. */
static bool visible(const struct asking *by, const struct heads *s, size_t i)
{
	const struct row *r = &s->row[i];
	struct standing standing = r->standing;

	standing.own = (r->assignee == by->mark || r->cor_assignee == by->mark || by->op->n_passes) &&
		       kase_own(by->op, &s->head[i]);
	return kase_visible_at(&by->viewer, &standing);
}

static bool wanted(const struct asking *by, const struct heads *s, size_t i, const struct head_query *q)
{
	const struct op *op = by->op;
	const struct row *r = &s->row[i];

	if (q->states && !(q->states & (1u << r->state)))
		return false;
	if ((r->flags & q->flags) != q->flags)
		return false;
	if (q->country != NO_FACT && r->country != q->country)
		return false;
	if (q->high_risk && r->risk < 3)
		return false;
	if (q->unassigned && r->assignee)
		return false;
	if (q->overdue && !task_late(&s->next[i], op->today))
		return false;
	if (by->assignee && r->assignee != by->assignee && r->cor_assignee != by->assignee)
		return false;
	if (q->minors && !head_minor(&s->head[i], op->today))
		return false;
	return !counts(q) || counted(op, &s->head[i], q);
}

struct pick {
	int64_t key;
	uint32_t at;
};

static int64_t sort_key(const struct row *r, enum head_sort by)
{
	switch (by) {
	case SORT_NEWEST:
		return -(int64_t)r->created;
	case SORT_STATE:
		return (int64_t)r->state << 32 | (uint32_t)r->due;
	case SORT_COUNTRY:
		return (int64_t)r->country << 32 | (uint32_t)r->due;
	case SORT_RISK:
		return (int64_t)(100 - r->risk) << 32 | (uint32_t)r->due;
	case SORT_DUE:
		break;
	}
	return (int64_t)r->due << 8 | r->rank;
}

static int by_key(const void *x, const void *y)
{
	const struct pick *a = x, *b = y;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

/* The first `need` of all picks seen: a heap with the last of them on top, which most of the others do not pass. */
struct front {
	struct pick *p;
	size_t n, need;
};

static void sink(struct front *f, size_t i)
{
	struct pick low = f->p[i];

	for (size_t child; (child = 2 * i + 1) < f->n; i = child) {
		if (child + 1 < f->n && by_key(&f->p[child], &f->p[child + 1]) < 0)
			child++;
		if (by_key(&low, &f->p[child]) >= 0)
			break;
		f->p[i] = f->p[child];
	}
	f->p[i] = low;
}

static void offer(struct front *f, struct pick p)
{
	if (f->n < f->need) {
		f->p[f->n++] = p;
		if (f->n == f->need)
			for (size_t i = f->n / 2; i-- > 0;)
				sink(f, i);
	} else if (f->n && by_key(&p, &f->p[0]) < 0) {
		f->p[0] = p;
		sink(f, 0);
	}
}

void heads_query(struct op *op, const struct head_query *q, struct head **out, size_t *n, size_t *total)
{
	struct heads *s = op->house->heads;
	struct asking by = asking(op, q);
	struct front f = {.need = q->from + q->limit};
	size_t hits = 0, all = heads_count(s);

	if (f.need > all)
		f.need = all;
	f.p = arena_raw(op->a, (f.need + 1) * sizeof *f.p);
	*out = NEWS(op->a, struct head, f.need > q->from ? f.need - q->from + 1 : 1);
	pthread_rwlock_rdlock(&s->lock); /* nothing below asks for memory: that may end the request */
	for (size_t i = 0; i < s->n; i++)
		if (wanted(&by, s, i, q) && (q->whole || visible(&by, s, i)) &&
		    !(q->people && heads_decoy_in(s, s->head[i].id))) {
			offer(&f, (struct pick){sort_key(&s->row[i], q->sort), (uint32_t)i});
			hits++;
		}
	qsort(f.p, f.n, sizeof *f.p, by_key);
	*n = f.n > q->from ? f.n - q->from : 0;
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = s->head[f.p[q->from + i].at];
	*total = hits;
	pthread_rwlock_unlock(&s->lock);
}

struct pointed {
	const struct head *head;
	const struct task *task;
	int (*order)(const struct head *, const struct task *, const struct head *, const struct task *);
};

static int by_order(const void *x, const void *y)
{
	const struct pointed *a = x, *b = y;

	return a->order(a->head, a->task, b->head, b->task);
}

void heads_first(struct op *op, const struct head_pick *want, size_t max, struct head_task **out, size_t *n,
		 size_t *total)
{
	struct heads *s = op->house->heads;
	struct asking by = asking(op, NULL);
	size_t room = heads_count(s) + 1, hits = 0;
	struct pointed *all = arena_raw(op->a, room * sizeof *all);

	if (max > room)
		max = room;
	*out = NEWS(op->a, struct head_task, max + 1);
	pthread_rwlock_rdlock(&s->lock); /* nothing below asks for memory */
	for (size_t i = 0; i < s->n && hits < room; i++)
		if (visible(&by, s, i) && want->wanted(op, &s->head[i], &s->next[i]) &&
		    !(want->people && heads_decoy_in(s, s->head[i].id)))
			all[hits++] = (struct pointed){&s->head[i], &s->next[i], want->order};
	qsort(all, hits, sizeof *all, by_order);
	*n = hits < max ? hits : max;
	*total = hits;
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct head_task){*all[i].head, *all[i].task};
	pthread_rwlock_unlock(&s->lock);
}
