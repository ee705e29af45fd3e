/* task_list.h — between the files that find the tasks of a case; nobody else includes it. */
#pragma once
#include "task.h"

#define R(role) (1u << ROLE_##role)
enum { FOUND_MAX = 48 };
struct tasking { /* one case on one day, and what was found so far */
	struct arena *a;
	const struct head *h;
	const struct programme *p;
	day today, departure; /* departure: NO_DAY when none is set, or the case is past it */
	struct task found[FOUND_MAX];
	size_t n;
};
/* Adds a task and gives it to be completed (a spare one when there is no more room). */
struct task *task_add(struct tasking *k, enum task_kind kind, enum task_rank rank, day due, uint32_t who,
		      const char *what);

void tasks_of_gate(struct tasking *k, enum transition t); /* what the next step waits for (task_gate.c) */
void tasks_of_signs(struct tasking *k);                   /* alarms to answer, days to come back (task_sign.c) */
/* Since when a flag stands. */
day task_since(const struct tasking *k, enum fact since);
void tasks_after_return(struct tasking *k); /* arrival, follow-up, lost contact, closing (task_follow.c) */
