/* progress.h — the programme planned against actual: months, pace, and counts too small to be told.  No database. */
#pragma once
#include "head.h"
#include "programme.h"

/* What an even pace from start to end would have reached by the end of that day. */
int64_t pace_by(const struct programme *p, int64_t target, day on);

struct month {
	day from, to;
	int64_t trainings, returned; /* in the month */
	int64_t assisted, expected;  /* people, up to its end */
};
#define MONTHS_MAX 120
/* The months of the programme, empty but for `expected`. */
size_t months_of(struct arena *a, const struct programme *p, struct month **out);
struct month *month_with(struct month *months, size_t n, day on); /* NULL: outside the programme */

/* A count by country or by exploitation.  Below `least` it could point at a person. */
struct cell {
	str label;
	int64_t n;
	bool hidden;
};
/* For counts that add up to a known total: small ones are put together, with more until the pool is not small, so that
 * the total does not tell them.  Cells are sorted, greatest first.  Returns how many stand alone; *pooled: in the pool. */
size_t cells_pool(struct cell *cells, size_t n, int64_t least, int64_t *pooled);
/* For counts that overlap: each small one is hidden.  Sorted likewise. */
void cells_hide(struct cell *cells, size_t n, int64_t least);
