/* heads_in.h — the heads in memory as they lie there: for heads.c and heads_query.c only. */
#pragma once
#include <pthread.h>

#include "heads.h"
#include "kase.h"

struct row { /* one case, for filtering and sorting */
	struct standing standing;
	uint32_t assignee, cor_assignee; /* marks: the head itself decides when they match */
	uint32_t flags;
	day due, created;
	int32_t country;
	int8_t state, risk, rank;
};

struct heads {
	pthread_rwlock_t lock;
	struct head *head;
	struct row *row;
	struct task *next;
	int64_t *seq;
	uint32_t *slot; /* hash table of positions + 1 */
	size_t n, room, slots;
	case_id *decoy;
	size_t n_decoys;
	int64_t newest;
	day last_day;
	day computed_on; /* the day the next tasks were computed for */
};
/* Under the lock. */
bool heads_decoy_in(const struct heads *s, case_id id);
