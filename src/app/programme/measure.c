/* measure.c — the table of figures. */
#include "measure.h"

#define OPEN_STATES ((1u << STATE_CLOSED) - 1)

const struct measure measures[] = {
	{"referred", N_("Referred"), N_("Every file opened from a referral."), true, {.country = NO_FACT}},
	{"eligible",
	 N_("Eligible"),
	 N_("Interviewed, and found eligible for the programme."),
	 true,
	 {.country = NO_FACT, .reached = STATE_COUNSELLING}},
	{"decided",
	 N_("Decided"),
	 N_("The decision meeting agreed to the return."),
	 true,
	 {.country = NO_FACT, .reached = STATE_PLANNING}},
	{"returned",
	 N_("Returned"),
	 N_("The departure from France is recorded."),
	 true,
	 {.country = NO_FACT, .returned = true}},
	{"assisted",
	 N_("Assisted after return"),
	 N_("At least one service was delivered, on arrival or after it."),
	 true,
	 {.country = NO_FACT, .assisted = true}},
	{"followed",
	 N_("Reached at 6 months"),
	 N_("The follow-up contact 6 months after the arrival was made."),
	 true,
	 {.country = NO_FACT, .followed = "M6"}},
	{"closed",
	 N_("Closed"),
	 N_("The file is closed, whatever the reason."),
	 true,
	 {.country = NO_FACT, .states = 1u << STATE_CLOSED | 1u << STATE_ARCHIVED}},
	{"open", N_("Open files"), N_("The file is not closed."), false, {.country = NO_FACT, .states = OPEN_STATES}},
	{"lost",
	 N_("Contact lost"),
	 N_("Contact is lost, and the search goes on."),
	 true,
	 {.country = NO_FACT, .flags = FLAG_CONTACT_LOST}},
	{"budgeted",
	 N_("With a plan and its budget"),
	 N_("A reintegration plan holds budget lines; files closed before departure apart."),
	 false,
	 {.country = NO_FACT, .budgeted = true}},
};
const size_t measures_n = sizeof measures / sizeof *measures;

const struct measure *measure_find(str code)
{
	for (size_t i = 0; i < measures_n; i++)
		if (str_eqz(code, measures[i].code))
			return &measures[i];
	return NULL;
}

void measure_apply(const struct measure *m, struct head_query *q)
{
	enum { NONE = 1 << 30 }; /* a bit of no state: both filters together leave nothing */
	const struct head_query *from = &m->query;

	if (q->states && from->states)
		q->states = q->states & from->states ? q->states & from->states : NONE;
	else
		q->states |= from->states;
	q->flags |= from->flags;
	q->people = true;
	q->reached = from->reached;
	q->assisted = from->assisted;
	q->returned = from->returned;
	q->budgeted = from->budgeted;
	q->followed = from->followed;
}

size_t measure_count(struct op *op, const struct measure *m)
{
	struct head_query q = m->query;
	struct head *none;
	size_t n, total;

	q.people = true;
	q.limit = 0;
	heads_query(op, &q, &none, &n, &total);
	return total;
}

size_t measure_list(struct op *op, const struct measure *m, struct head **out)
{
	struct head_query q = m->query;
	size_t n, total;

	q.people = true;
	q.limit = heads_count(op->house->heads);
	heads_query(op, &q, out, &n, &total);
	return n;
}
