/* task_gate.c — what the next step of a case waits for, said as things to do.
 *
 * Each condition that is open names the form that closes it; a row here says in plain words what that means and who is
 * expected to do it (a part of those whom forms/CODE.json lets write it: task_test.c compares). */
#include "task_list.h"

static const struct form_task {
	enum form_no form;
	enum task_kind kind;
	uint32_t roles;
	const char *what;
} form_tasks[] = {
	{FORM_F01, TASK_FORM, R(CMF) | R(CPF), N_("Complete the referral")},
	{FORM_TRI, TASK_TRIAGE, R(CMF) | R(COO), N_("Sort this referral and acknowledge it")},
	{FORM_F02, TASK_FORM, R(CMF), N_("Hold the first interview")},
	{FORM_F02R, TASK_SECOND_READ, R(CMF) | R(CPF) | R(COO), N_("Read the first interview as second person")},
	{FORM_F03, TASK_FORM, R(CMF), N_("Ask for consent {arg}")},
	{FORM_F04, TASK_FORM, R(CMF), N_("Hold the counselling interview")},
	{FORM_F05, TASK_FORM, R(CMF), N_("Assess the risks")},
	{FORM_F05C, TASK_CONTRIBUTION, R(CMR), N_("Give the view from the country of return on the risks")},
	{FORM_F05R, TASK_SECOND_READ, R(RSK), N_("Read the risk assessment as second person")},
	{FORM_F06, TASK_FORM, R(CMF), N_("Assess the needs")},
	{FORM_F07, TASK_FORM, R(CMF), N_("Talk about skills, motivation and opportunities")},
	{FORM_F08, TASK_FORM, R(CMF) | R(MED), N_("Go through the health questions")},
	{FORM_DEC, TASK_DECISION, R(COO), N_("Hold the decision meeting")},
	{FORM_F09, TASK_FORM, R(TRV) | R(CMF), N_("Complete the travel file")},
	{FORM_F09C, TASK_FORM, R(CMR), N_("Confirm who receives the person")},
	{FORM_F10, TASK_FORM, R(CMF) | R(CMR), N_("Write the reintegration plan with the person")},
	{FORM_VOL, TASK_RECONFIRM, R(CMF), N_("Ask the person again whether she wishes to leave")},
	{FORM_F11, TASK_ARRIVAL, R(CMR), N_("Reach the person herself and record the arrival")},
	{FORM_F15, TASK_FORM, R(CMR), N_("Agree on the follow-up with the person")},
	{FORM_F16, TASK_FORM, R(CMR), N_("Ask how the support was")},
	{FORM_F17, TASK_CLOSE, R(CMR), N_("Prepare the closure with the person")},
	{FORM_RSS, TASK_FORM, R(CMR), N_("Ask the reintegration questions")},
	{FORM_WAIV, TASK_FORM, R(CMF), N_("Ask the coordinator for an exception")},
};

static const struct form_task *task_for(enum form_no form)
{
	for (size_t i = 0; i < sizeof form_tasks / sizeof *form_tasks; i++)
		if (form_tasks[i].form == form)
			return &form_tasks[i];
	return NULL;
}

/* The pace of this program where domain §13 sets none: days in a state. */
static const int pace[STATES] = {
	[STATE_REFERRED] = 10, [STATE_SCREENING] = 14, [STATE_COUNSELLING] = 14, [STATE_ASSESSMENT] = 30,
	[STATE_DECISION] = 7,  [STATE_PLANNING] = 45,  [STATE_READY] = 14,       [STATE_TRAVELLING] = 1};

static day by_triage(const struct tasking *k)
{
	static const int days[] = {1, 3, 10}; /* list TRIAGE: RED, ORANGE, GREEN */
	int32_t triage = k->h->fact[FACT_triage];
	int at = triage >= 0 && triage < 3 ? triage : 2;

	return k->h->state_since + days[at];
}

static day deadline(const struct tasking *k, enum transition t)
{
	day arrival = k->h->fact[FACT_arrival];

	if (t == T_SCREEN)
		return by_triage(k);
	if (k->departure != NO_DAY)
		return k->departure - (t == T_DEPART ? 1 : t == T_READY ? 7 : 14);
	if (t == T_REINTEGRATE && arrival != NO_FACT)
		return day_add_months(arrival, 1); /* plan refined and risks seen again within the first month */
	if (t == T_CLOSE && arrival != NO_FACT)
		return day_add_months(arrival, 12) + 15;
	return k->h->state_since + pace[k->h->state];
}

static bool already(const struct tasking *k, const char *form, str arg)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->found[i].form && str_eqz(str_of(form), k->found[i].form) &&
		    (!str_eqz(str_of(form), "F03") || str_eq(arg, k->found[i].arg)))
			return true;
	return false;
}

static enum task_rank rank_of(const struct tasking *k, enum form_no form)
{
	if (k->departure != NO_DAY)
		return RANK_DEPARTURE;
	return form == FORM_F05 || form == FORM_F05C || form == FORM_F05R || form == FORM_F11 ? RANK_SAFETY : RANK_REST;
}

/* The country of return can say nothing before its file is open, which needs consent C3. */
static bool abroad_waits(struct tasking *k, day due)
{
	struct task *t;

	if (k->h->flags & FLAG_COR_OPEN)
		return false;
	if (head_consents(k->h, 3, k->today)) {
		t = task_add(k, TASK_CONTRIBUTION, rank_of(k, FORM_F05C), due, R(CMF),
			     N_("Open the file to the office in the country of return"));
		t->why = N_("The office in the country of return has not given its part of the risk assessment.");
	}
	return true;
}

/* Neither a form nor a colleague closes this one: it is waited for, or another task says it. */
static bool says_nothing(const struct tasking *k, const struct gate_item *item)
{
	switch ((int)item->row->condition) {
	case COND_adult:
	case COND_not_suspended:
	case COND_retention_over:
	case COND_boarded: /* asked on the day: departed() */
		return true;
	case COND_reflection: /* only time is missing */
		return k->h->fact[FACT_wish_on] != NO_FACT && str_eqz(str_of(item->answer.form), "F04");
	default:
		return false;
	}
}

/* A veto, a no from the country of return or an extreme risk is not "assessed again until it passes": the meeting decides. */
static bool forbids(const struct tasking *k, const struct gate_item *item)
{
	enum condition c = item->row->condition;

	if (c == COND_abroad_agrees)
		return k->h->form[FORM_F05C].present;
	if (c == COND_reviewer_is_not_author)
		return str_eqz(str_of(item->answer.form), "F05R") && k->h->fact[FACT_risk_agreed] == READ_AGREES_NO_GO;
	return (c == COND_no_veto || c == COND_risk_at_most_high) && k->h->form[FORM_F05].present;
}

static void window(const struct tasking *k, const struct gate_item *item, struct task *t)
{
	int days = item->row->condition == COND_reconfirmed      ? k->p->reconfirm_hours / 24
		   : item->row->condition == COND_risk_rechecked ? k->p->recheck_days
								 : 0;

	if (!days || k->departure == NO_DAY)
		return;
	t->from = k->departure - days;
	t->to = t->due = k->departure;
}

enum { DELAY = 2, NO_GO = 3 }; /* of list DECISION */
enum { BOARDED };              /* first of list BOARDED */

static void open_item(struct tasking *k, const struct gate_item *item, day due)
{
	const struct gate_answer *r = &item->answer;
	enum form_no form = r->form ? form_no_find(str_of(r->form)) : FORMS;
	const struct form_task *f;
	struct task *t;

	if (forbids(k, item))
		form = FORM_DEC;
	f = form == FORMS ? NULL : task_for(form);
	if (!f || says_nothing(k, item) || already(k, form_codes[form], r->arg))
		return;
	if (form == FORM_F05C && abroad_waits(k, due))
		return;
	t = task_add(k, f->kind, rank_of(k, form), due, f->roles, f->what);
	t->why = r->missing;
	t->arg = r->arg;
	t->form = form_codes[form];
	if (form == FORM_DEC && k->h->fact[FACT_decision] == DELAY)
		t->what = N_("Hold the decision meeting again");
	if (item->row->condition == COND_reflection && form == FORM_F03)
		t->what = N_("Have the return declaration signed again");
	window(k, item, t);
}

static void move_on(struct tasking *k, enum transition t, day due)
{
	const struct transition_row *row = &transition_rows[t];
	uint32_t others = row->roles & ~R(COO);
	struct task *task;

	if (t == T_DEPART && (k->departure == NO_DAY || k->today < k->departure))
		return;
	task = task_add(k, t == T_CLOSE ? TASK_CLOSE : TASK_MOVE, rank_of(k, FORMS), due, others ? others : row->roles,
			row->label);
	task->why = N_("Everything this step needs is there.");
}

/* On the day and after it: did she leave? */
static void departed(struct tasking *k)
{
	struct task *t;

	if (k->departure == NO_DAY || k->today < k->departure || k->h->fact[FACT_departed_on] != NO_FACT)
		return;
	t = task_add(k, TASK_DEPARTURE, RANK_DEPARTURE, k->departure, R(TRV) | R(CMF),
		     N_("Record whether the person left"));
	t->why = N_("The departure was planned for this day.");
	if (k->h->fact[FACT_boarded] != NO_FACT && k->h->fact[FACT_boarded] != BOARDED) {
		t->what = N_("Talk with the person: a new day, or no departure");
		t->why = N_("The person did not board: her file stays here.");
	}
	t->form = "F09";
}

/* The meeting said no: nothing of the way on is asked any more; what is owed to the person is. */
static bool refused(struct tasking *k)
{
	struct task *t;

	if (k->h->state < STATE_DECISION || k->h->state > STATE_READY || k->h->fact[FACT_decision] != NO_GO)
		return false;
	t = task_add(k, TASK_CLOSE, RANK_LEGAL, k->h->form[FORM_DEC].on + 2, R(CMF) | R(COO),
		     N_("Tell the person why, offer support in France, and close the file"));
	t->why = N_("The decision meeting did not agree to the return.");
	return true;
}

void tasks_of_gate(struct tasking *k, enum transition t)
{
	enum { BEFORE_CLOSING = 30 };
	struct gate_in in = {k->h, k->p, k->today};
	struct gate_item *items;
	size_t n, open;
	day due;

	if (t == TRANSITIONS || refused(k))
		return;
	due = deadline(k, t);
	if (t == T_CLOSE && (k->h->fact[FACT_arrival] == NO_FACT || k->today < due - 15 - BEFORE_CLOSING))
		return;
	if (t == T_DEPART)
		departed(k);
	gate_check(k->a, &in, t, &items, &n, &open);
	for (size_t i = 0; i < n; i++)
		if (!items[i].answer.met && !items[i].answer.waived)
			open_item(k, &items[i], due);
	if (open == 0)
		move_on(k, t, due);
}
