/* task_sign.c — alarms that two people answer within a day, and the days on which somebody asked to come back. */
#include "task_list.h"

static const char *const why[ALERTS] = {
	[ALERT_ASKED] = N_("A colleague asks for the coordinator at once."),
	[ALERT_SIGNS] = N_("There are signs that the person is exploited again."),
	[ALERT_EXPLOITER] = N_("Those who exploited the person sought contact with her."),
	[ALERT_THREATS] = N_("The person was threatened."),
	[ALERT_NOT_FREE] = N_("The person could not speak freely."),
	[ALERT_DANGER] = N_("A new danger was reported before the departure."),
	[ALERT_RISK_UP] = N_("The danger has grown since the last contact."),
};

/* Domain §5: coordinator and risk reviewer talk within 24 hours. */
static void alert(struct tasking *k)
{
	int32_t what = k->h->fact[FACT_alert];
	struct task *t;

	if (what == NO_FACT || what == 0)
		return;
	t = task_add(k, TASK_ALERT, RANK_SAFETY, k->h->fact[FACT_alert_on] + 1, R(COO) | R(RSK),
		     N_("Talk the alert over within 24 hours, agree on the person's safety, and record it"));
	for (int i = ALERTS; i-- > 0;)
		if (what & 1 << i)
			t->why = why[i];
	t->form = "ALR";
}

static void remind(struct tasking *k, enum fact when, uint32_t who, const char *form, const char *what)
{
	enum { NOTICE_DAYS = 7 };
	day due = k->h->fact[when];
	struct task *t;

	if (due == NO_FACT || due - k->today > NOTICE_DAYS)
		return;
	t = task_add(k, TASK_REMINDER, RANK_REST, due, who, what);
	t->why = N_("This day was written down in the file.");
	t->form = form;
}

/* The calendar already asks for a contact around that day. */
static bool in_calendar(const struct tasking *k, day on)
{
	day arrival = k->h->fact[FACT_arrival];
	struct contact_due due[POINTS_MAX];
	size_t n;

	if (arrival == NO_FACT || on == NO_FACT)
		return false;
	n = schedule(k->p, arrival, head_minor(k->h, arrival), k->h, k->today, due);
	for (size_t i = 0; i < n; i++)
		if (!due[i].reached && on >= due[i].from && on <= due[i].to)
			return true;
	return false;
}

void tasks_of_signs(struct tasking *k)
{
	const struct head *h = k->h;
	bool abroad = h->state == STATE_ARRIVED || h->state == STATE_REINTEGRATION;

	alert(k);
	remind(k, FACT_debrief_on, R(CMF) | R(CPF) | R(COO), "NOTE",
	       N_("Talk the emergency over in the team, and note what was agreed"));
	remind(k, FACT_note_on, abroad ? R(CMR) : R(CMF) | R(CPF), abroad ? "NOTEC" : "NOTE",
	       N_("Come back to what a note asks for"));
	if (h->flags & FLAG_WITHDRAWN)
		return;
	if (h->state < STATE_TRAVELLING)
		remind(k, FACT_meet_on, R(COO), "DEC", N_("Look at the decision again, as the meeting agreed"));
	if (abroad && !(h->flags & FLAG_CONTACT_LOST) && h->fact[FACT_missed] <= 0 &&
	    !in_calendar(k, h->fact[FACT_visit_on]))
		remind(k, FACT_visit_on, R(CMR), "F14", N_("Contact the person on the day agreed with her"));
}
