/* task_follow.c — the tasks after the departure: arrival, follow-up, contact lost, closing and archiving
 * (domain §5, §6). */
#include "task_list.h"

/* T+24 h after landing; the head holds days only, so the day after she left. */
static void arrival(struct tasking *k)
{
	day left = k->h->fact[FACT_departed_on];
	struct task *t;

	if (k->h->state != STATE_TRAVELLING || k->h->form[FORM_F11].present)
		return;
	if (left == NO_FACT)
		left = k->h->state_since;
	t = task_add(k, TASK_ARRIVAL, RANK_SAFETY, left + 1, R(CMR) | R(COO),
		     N_("Reach the person herself and record the arrival"));
	t->why = k->today > left + 1 ? N_("No news 24 hours after landing: alert the coordinator.")
				     : N_("The person is on her way.");
	t->from = left;
	t->to = left + 1;
	t->form = "F11";
}

static const char *verb(str mode)
{
	if (str_eqz(mode, "VISIT"))
		return N_("Visit the person: follow-up {arg}");
	return str_eqz(mode, "CALL") ? N_("Call the person: follow-up {arg}")
				     : N_("Contact the person: follow-up {arg}");
}

static void one_contact(struct tasking *k, const struct contact_due *c)
{
	bool first_days = c->point->months == 0;
	struct task *t = task_add(k, TASK_FOLLOWUP, first_days ? RANK_SAFETY : RANK_REST, c->due, R(CMR),
				  verb(c->mode));

	t->from = c->from;
	t->to = c->to;
	t->arg = c->point->code;
	t->why = c->overdue            ? N_("The time for this contact is over and nobody was reached.")
		 : c->beyond_programme ? N_("This contact comes after the programme's end.")
				       : N_("Follow-up for twelve months after the return.");
	t->form = "F14";
}

/* The latest contact that was missed, unless a later one reached the person or the ladder below says what to do, and the
 * next one. */
static void follow_up(struct tasking *k, day since, bool looking)
{
	struct contact_due due[POINTS_MAX];
	size_t n = schedule(k->p, since, head_minor(k->h, since), k->h, k->today, due);
	const struct contact_due *late = NULL, *next = NULL;

	for (size_t i = 0; i < n; i++) {
		if (due[i].reached)
			late = NULL;
		else if (due[i].overdue)
			late = &due[i];
		else if (!next)
			next = &due[i];
	}
	if (late && !looking)
		one_contact(k, late);
	if (next)
		one_contact(k, next);
}

/* The ladder of a contact that is lost.  The head keeps no history: where the case stands follows from how many
 * contacts failed in a row and how many steps were recorded (LOST, LOSTC), when from the last of them. */
static const struct rung {
	int wait, fast; /* days after the step before; fast: a child, or the first 30 days after the arrival */
	uint32_t roles;
	const char *form, *what;
} ladder[] = {
	{2, 1, R(CMR), "F14", N_("Try again on the safe channel, at another hour")},
	{5, 1, R(CMF), "LOST", N_("Ask the trusted contact, as agreed with the person")},
	{7, 1, R(CMF), "LOST", N_("Ask the partner for a visit, only if it is safe")},
	{16, 1, R(CMF) | R(COO), "LOST", N_("Hold a case conference about the lost contact")},
	{30, 7, R(CMF) | R(COO), "LOST", N_("Record that contact is lost, and keep a channel open")},
	{30, 30, R(CMF) | R(COO), NULL, N_("Decide whether to close the file, or go on looking")},
};
enum { RUNGS = sizeof ladder / sizeof *ladder, TRUSTED = 1 };

static day later(day a, day b)
{
	return a > b ? a : b; /* NO_DAY is before every day */
}

/* True: someone is being looked for. */
static bool lost_contact(struct tasking *k)
{
	const struct head *h = k->h;
	const struct form_mark *here = &h->form[FORM_LOST], *there = &h->form[FORM_LOSTC], *visit = &h->form[FORM_F14];
	int32_t missed = h->fact[FACT_missed] == NO_FACT ? 0 : h->fact[FACT_missed];
	day arrived = h->fact[FACT_arrival], last = later(later(here->on, there->on), missed ? visit->on : NO_DAY);
	int at = (missed ? missed - 1 : 0) + ((h->flags & FLAG_CONTACT_LOST) ? here->count + there->count : 0);
	bool fast = head_minor(h, k->today) || (arrived != NO_FACT && k->today - arrived <= 30);
	const struct rung *rung;
	struct task *t;

	if ((!missed && !(h->flags & FLAG_CONTACT_LOST)) || last == NO_DAY)
		return false;
	if (at == TRUSTED && !head_consents(h, 9, k->today))
		at++; /* a third person is never asked without consent C9 */
	rung = &ladder[at < RUNGS ? at : RUNGS - 1];
	t = task_add(k, TASK_MISSED, RANK_SAFETY, last + (fast ? rung->fast : rung->wait), rung->roles, rung->what);
	t->why = N_("The person was not reached.");
	t->form = rung->form;
	return true;
}

static void archive(struct tasking *k)
{
	enum { NOTICE_DAYS = 30 };
	day closed = k->h->fact[FACT_closed_on], due;
	struct task *t;

	if (closed == NO_FACT || k->h->fact[FACT_legal_hold] == 1)
		return;
	due = day_add_months(closed, k->p->retention_months);
	if (due - k->today > NOTICE_DAYS)
		return;
	t = task_add(k, TASK_CLOSE, RANK_LEGAL, due, R(DPO), N_("Archive the file"));
	t->why = N_("The time for keeping the file is over.");
	t->from = due;
}

/* Follow-up needs consent C9: without it nobody is looked for. */
void tasks_after_return(struct tasking *k)
{
	const struct head *h = k->h;
	enum consent_state c9 = h->consent[9].state;
	bool here = h->state == STATE_ARRIVED || h->state == STATE_REINTEGRATION, looking;

	if (h->state == STATE_CLOSED) {
		archive(k);
		return;
	}
	arrival(k);
	if (c9 == CONSENT_REFUSED || c9 == CONSENT_WITHDRAWN)
		return;
	looking = lost_contact(k);
	if (here && h->fact[FACT_arrival] != NO_FACT)
		follow_up(k, h->fact[FACT_arrival], looking);
}
