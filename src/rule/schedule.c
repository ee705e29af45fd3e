/* schedule.c — the follow-up calendar, anchored on the arrival (domain §6, §13). */
#include "programme.h"
#include "task.h"

/* No window opens before the arrival. */
static struct contact_due contact(const struct programme *p, const struct point *point, day arrival)
{
	day due = day_add_months(arrival, point->months) + point->days;
	day from = due - point->before;

	return (struct contact_due){
		.point = point,
		.due = due,
		.from = from < arrival ? arrival : from,
		.to = due + point->after,
		.beyond_programme = due > p->end,
	};
}

size_t schedule(const struct programme *p, day arrival, bool minor, const struct head *h, day today,
		struct contact_due out[POINTS_MAX])
{
	int32_t followed = h && h->fact[FACT_followed] != NO_FACT ? h->fact[FACT_followed] : 0;
	size_t n = 0;

	for (size_t i = 0; i < p->n_points; i++) {
		const struct point *point = &p->points[i];

		if (!(minor ? point->mode_minor : point->mode_adult).n)
			continue;
		out[n] = contact(p, point, arrival);
		out[n].mode = minor ? point->mode_minor : point->mode_adult;
		out[n].reached = (followed & (1 << i)) != 0;
		out[n].overdue = !out[n].reached && today > out[n].to;
		n++;
	}
	return n;
}
