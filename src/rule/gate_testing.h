/* gate_testing.h — asking one gate of one case: for gate_test.c and condition_test.c. */
#pragma once
#include "rule_testing.h"

static inline size_t open_of(struct arena *a, const struct programme *p, const struct head *h, enum transition t)
{
	struct gate_in in = {h, p, TODAY};
	struct gate_item *items;
	size_t n, open;

	gate_check(a, &in, t, &items, &n, &open);
	return open;
}

static inline const struct gate_answer *answer_of(struct arena *a, const struct programme *p, const struct head *h,
						  const struct gate_row *g)
{
	struct gate_in in = {h, p, TODAY};
	struct gate_item *items;
	size_t n, open;

	gate_check(a, &in, g->transition, &items, &n, &open);
	for (size_t i = 0; i < n; i++)
		if (items[i].row->condition == g->condition && gate_about(items[i].row) == gate_about(g))
			return &items[i].answer;
	fail_msg("%s is not before %s", condition_rows[g->condition].name, transition_rows[g->transition].code);
	return NULL;
}
