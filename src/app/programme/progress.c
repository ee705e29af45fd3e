/* progress.c — months, pace, small counts. */
#include "progress.h"

#include <stdlib.h>

int64_t pace_by(const struct programme *p, int64_t target, day on)
{
	int64_t length = p->end - p->start + 1, done = on - p->start + 1;

	if (length <= 0 || done <= 0)
		return 0;
	return done >= length ? target : target * done / length;
}

size_t months_of(struct arena *a, const struct programme *p, struct month **out)
{
	struct month *months = NEWS(a, struct month, MONTHS_MAX);
	struct civil c = day_civil(p->start);
	day first = day_of(c.year, c.month, 1);
	size_t n = 0;

	while (n < MONTHS_MAX && day_add_months(first, (int)n) <= p->end) {
		struct month *m = &months[n];

		m->from = day_add_months(first, (int)n);
		m->to = day_add_months(first, (int)n + 1) - 1;
		m->expected = pace_by(p, p->target_people, m->to);
		n++;
	}
	*out = months;
	return n;
}

struct month *month_with(struct month *months, size_t n, day on)
{
	for (size_t i = 0; i < n; i++)
		if (on >= months[i].from && on <= months[i].to)
			return &months[i];
	return NULL;
}

static int greatest_first(const void *x, const void *y)
{
	const struct cell *a = x, *b = y;

	return a->n != b->n ? (a->n > b->n ? -1 : 1) : str_cmp(a->label, b->label);
}

size_t cells_pool(struct cell *cells, size_t n, int64_t least, int64_t *pooled)
{
	*pooled = 0;
	qsort(cells, n, sizeof *cells, greatest_first);
	while (n > 0 && (cells[n - 1].n < least || (*pooled > 0 && *pooled < least)))
		*pooled += cells[--n].n;
	return n;
}

void cells_hide(struct cell *cells, size_t n, int64_t least)
{
	qsort(cells, n, sizeof *cells, greatest_first);
	for (size_t i = 0; i < n; i++)
		cells[i].hidden = cells[i].n < least;
}
