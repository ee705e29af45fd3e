/* heads.h — every case's head in memory, for lists, counts and work lists (design §4).  Display only: rules that
 * write read the head again inside their transaction. */
#pragma once
#include "head.h"
#include "op.h"
#include "task.h"

struct heads;
struct heads *heads_create(void);
void heads_destroy(struct heads *h);
/* Puts or replaces one; `seq` from the change counter: an older one never replaces a newer. */
void heads_put(struct heads *s, const struct head *h, int64_t seq, const struct task *next);
/* Tasks depend on the day: computes each head's next one again when the day has changed. */
void heads_new_day(struct op *op);
void heads_drop(struct heads *s, case_id id); /* erased */
bool heads_get(struct heads *s, case_id id, struct head *out);
bool heads_by_code(struct heads *s, str code, struct head *out);
/* Files that stand for nobody: told by the vault, kept in memory alone.  They are in lists, never in figures. */
void heads_decoy(struct heads *s, case_id id);
bool heads_is_decoy(struct heads *s, case_id id);
size_t heads_count(struct heads *s);
int64_t heads_seq(struct heads *s);
day heads_last_day(struct heads *s); /* the newest day any case was changed on; NO_DAY when there is none */

enum head_sort { SORT_DUE, SORT_NEWEST, SORT_STATE, SORT_COUNTRY, SORT_RISK };
struct head_query {       /* one query gives the number, the list and the export (design §2.4) */
	uint32_t states;  /* bits; 0: all */
	uint32_t flags;   /* all of these */
	int32_t country;  /* NO_FACT: any */
	user_id assignee; /* zero: any */
	bool unassigned, minors, high_risk, overdue;
	bool people;          /* no decoys: for whatever is counted */
	bool whole;           /* of the whole house, for who keeps its registers: the caller has asked op_may */
	enum state reached;   /* at least this far, closing apart; STATE_REFERRED: any */
	bool assisted;        /* a service was delivered, on arrival or after */
	bool returned;        /* left France */
	bool budgeted;        /* a plan with a budget, not closed before departure */
	const char *followed; /* code of a follow-up point at which the person was reached; NULL: any */
	enum head_sort sort;
	size_t from, limit;
};
/* How far a case came, whatever closed it. */
enum state head_reached(const struct head *h);
/* The day of the first service after the return, as far as a head knows; NO_DAY when none was delivered. */
day head_assisted_on(const struct head *h);
bool head_returned(const struct head *h);
/* Heads the actor may see, filtered, sorted, one page.  *total: how many in all. */
void heads_query(struct op *op, const struct head_query *q, struct head **out, size_t *n, size_t *total);
/* Of the heads the actor may see and a page wants, the first `max` in its order, with the task that comes next.
 * *total: how many it wants in all.  Both functions are asked under a lock: they take no memory and no lock. */
struct head_task {
	struct head head;
	struct task task;
};
struct head_pick {
	bool (*wanted)(const struct op *, const struct head *, const struct task *);
	int (*order)(const struct head *, const struct task *, const struct head *, const struct task *);
	bool people; /* no decoys */
};
void heads_first(struct op *op, const struct head_pick *want, size_t max, struct head_task **out, size_t *n,
		 size_t *total);
