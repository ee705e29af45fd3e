/* task_testing.h — what the tests of the tasks share: the tasks of a case, and finding one among them. */
#pragma once
#include "task.h"

#include "rule_testing.h"

struct listed {
	struct task task[TASKS_MAX];
	size_t n;
};

static inline struct listed tasks(struct arena *a, const struct programme *p, const struct head *h, day today)
{
	struct listed l;

	l.n = tasks_of(a, h, p, today, l.task);
	return l;
}

static inline const struct task *find(const struct listed *l, enum task_kind kind, const char *form)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->task[i].kind == kind && (!form || (l->task[i].form && strcmp(l->task[i].form, form) == 0)))
			return &l->task[i];
	return NULL;
}

static inline const struct task *must(const struct listed *l, enum task_kind kind, const char *form)
{
	const struct task *t = find(l, kind, form);

	if (!t) {
		for (size_t i = 0; i < l->n; i++)
			print_error("  %d %s: %s\n", l->task[i].kind, l->task[i].form ? l->task[i].form : "-",
				    l->task[i].what);
		fail_msg("no task of kind %d, form %s", kind, form ? form : "any");
	}
	return t;
}

#define ROLE(r) (1u << ROLE_##r)
