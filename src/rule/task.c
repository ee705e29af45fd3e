/* task.c — the tasks of a case: flags first, then what each state waits for (domain §3, §5, §13).
 *
 * Called for every case when a day begins: no database, no key, one head.  Days without a rule in domain §13 are this
 * program's own pace (task_gate.c). */
#include "task_list.h"

#include <stdlib.h>

struct task *task_add(struct tasking *k, enum task_kind kind, enum task_rank rank, day due, uint32_t who,
		      const char *what)
{
	struct task *t = &k->found[k->n < FOUND_MAX - 1 ? k->n++ : k->n];

	*t = (struct task){
		.kind = kind, .rank = rank, .due = due, .from = NO_DAY, .to = NO_DAY, .what = what, .roles = who};
	return t;
}

static bool is_code(const struct head *h, enum fact f, int32_t position)
{
	return h->fact[f] == position;
}

enum { YES = 0 }; /* first of lists YESNO and YESNOUNK */

static bool in_danger(const struct head *h)
{
	return is_code(h, FACT_immediate_danger, YES) || is_code(h, FACT_urgent_medical, YES) ||
	       is_code(h, FACT_in_exploitation, YES);
}

/* Two working days, but the same day where someone is in danger (domain §3, step 1). */
static void triage(struct tasking *k)
{
	bool danger = in_danger(k->h);
	day due = danger ? k->h->created : day_add_working(k->h->created, k->p->acknowledge_working_days);
	struct task *t;

	if (k->h->state != STATE_REFERRED || k->h->form[FORM_TRI].present)
		return;
	t = task_add(k, TASK_TRIAGE, danger ? RANK_SAFETY : RANK_LEGAL, due, R(CMF) | R(COO),
		     N_("Sort this referral and acknowledge it"));
	t->why = danger ? N_("Danger was reported: it is read the same day.")
			: N_("A referral is acknowledged within two working days.");
	t->from = k->h->created;
	t->form = "TRI";
}

static bool refused_at_triage(const struct head *h)
{
	enum { ACCEPT };

	return h->state == STATE_REFERRED && h->form[FORM_TRI].present && !is_code(h, FACT_triage_action, ACCEPT);
}

static void assign(struct tasking *k)
{
	const struct head *h = k->h;
	struct task *t;

	if (h->state == STATE_REFERRED && !h->form[FORM_TRI].present)
		return;
	if (id_is_zero(h->assignee.v) && !refused_at_triage(h)) {
		t = task_add(k, TASK_ASSIGN, in_danger(h) ? RANK_SAFETY : RANK_REST, h->state_since + 1, R(COO),
			     N_("Name who follows this file"));
		t->why = N_("Nobody is responsible for this person yet.");
	}
	if ((h->flags & FLAG_COR_OPEN) && id_is_zero(h->cor_assignee.v)) {
		t = task_add(k, TASK_ASSIGN, RANK_REST, h->state_since + 2, R(COO),
			     N_("Name who follows this file in the country of return"));
		t->why = N_("Nobody is responsible for this person in the country of return yet.");
	}
}

static void emergency(struct tasking *k)
{
	struct task *t;

	if (!(k->h->flags & FLAG_EMERGENCY))
		return;
	t = task_add(k, TASK_EMERGENCY, RANK_SAFETY, k->h->flag_since, R(CMF) | R(CPF) | R(COO),
		     N_("Act on the emergency, then record how it ended"));
	t->why = N_("An emergency is under way.");
	t->form = "RESUME";
}

/* Reviewed after 30 days at most; before departure it cannot last more than six months (domain §5). */
static void suspension(struct tasking *k)
{
	enum { REVIEW_DAYS = 30, MONTHS_MAX = 6 };
	bool too_long;
	struct task *t;

	if (!(k->h->flags & FLAG_SUSPENDED))
		return;
	too_long = k->h->state < STATE_TRAVELLING && k->today > day_add_months(k->h->flag_since, MONTHS_MAX);
	t = task_add(k, TASK_SUSPENSION_REVIEW, RANK_LEGAL, k->h->flag_since + REVIEW_DAYS, R(CMF) | R(CPF),
		     too_long ? N_("Resume this file, or close it") : N_("Review the suspension"));
	t->why = too_long ? N_("A suspension cannot last more than six months.")
			  : N_("A suspended file is looked at again after 30 days at most.");
	t->form = "RESUME";
}

static bool held(const struct head *h, day today)
{
	return h->state < STATE_TRAVELLING && head_minor(h, today);
}

/* A child, or someone who may be one, is never led along the adults' path. */
static void hold(struct tasking *k)
{
	bool doubt = k->h->fact[FACT_adult_from] == NO_FACT || k->h->fact[FACT_adult_from] <= k->today;
	day found = k->h->fact[FACT_held_since];
	struct task *t;

	if (!held(k->h, k->today))
		return;
	t = task_add(k, TASK_HELD, RANK_LEGAL, (found == NO_FACT ? k->h->created : found) + 1, R(CPF) | R(COO),
		     doubt ? N_("Have the age established, and protect the person as a child until then")
			   : N_("Make sure that child protection is informed; the file is held"));
	t->why = N_("The person is a minor, or her age is in doubt.");
	t->form = !doubt ? NULL : k->h->form[FORM_F02].present ? "F02" : "F01";
}

/* The wish was withdrawn: no reason is asked, nothing is pursued (domain §5). */
static void withdrawn(struct tasking *k)
{
	bool before = k->h->state < STATE_TRAVELLING;
	struct task *t = task_add(k, TASK_CLOSE, RANK_SAFETY, k->h->flag_since + 2,
				  before ? R(CMF) | R(COO) : R(CMR) | R(COO),
				  before ? N_("Cancel what was planned, offer support in France, and close the file")
					 : N_("Honour what was promised, offer a last talk, and close the file"));

	t->why = N_("The person no longer wishes to return.");
	if (!before)
		t->why = N_("The person asked that the support stop.");
	t->form = before ? NULL : "F17";
}

/* The assessment is valid for some weeks; it is renewed before, not after. */
static void risk_expiry(struct tasking *k)
{
	enum { NOTICE_DAYS = 14 };
	day until = k->h->fact[FACT_risk_until];
	struct task *t;

	if (until == NO_FACT || k->h->state < STATE_ASSESSMENT || k->h->state >= STATE_TRAVELLING ||
	    until - k->today > NOTICE_DAYS)
		return;
	t = task_add(k, TASK_RISK_EXPIRES, k->departure == NO_DAY ? RANK_SAFETY : RANK_DEPARTURE, until, R(CMF),
		     N_("Assess the risks again"));
	t->why = N_("The risk assessment expires.");
	t->form = "F05";
}

static void document_expiry(struct tasking *k)
{
	enum { TO_REQUEST, REQUESTED, APPOINTMENT, ISSUED, NOTICE_DAYS = 60 };
	day expiry = k->h->fact[FACT_doc_expiry];
	bool too_soon = k->departure != NO_DAY && expiry < k->departure;
	struct task *t;

	if (k->h->state >= STATE_TRAVELLING || !is_code(k->h, FACT_doc_status, ISSUED) || expiry == NO_FACT)
		return;
	if (!too_soon && expiry - k->today > NOTICE_DAYS)
		return;
	t = task_add(k, TASK_DOCUMENT_EXPIRES, too_soon ? RANK_DEPARTURE : RANK_REST, expiry, R(TRV) | R(CMF),
		     N_("Renew the travel document"));
	t->why = too_soon ? N_("The travel document expires before the departure.")
			  : N_("The travel document expires.");
	t->form = "F09";
}

static void payments(struct tasking *k)
{
	enum { DAYS = 5 };
	const struct form_mark *asked = &k->h->form[FORM_PAY], *answered = &k->h->form[FORM_PAYA];
	struct task *t;

	if (!asked->present || asked->count <= answered->count)
		return;
	t = task_add(k, TASK_PAYMENT, RANK_REST, asked->on + DAYS, R(COO) | R(FIN),
		     N_("Approve the payment, or refuse it"));
	t->why = N_("A payment waits for a second person.");
	t->form = "PAYA";
}

static void waivers(struct tasking *k)
{
	enum { DAYS = 2 };

	for (int w = 0; w < WAIVERS_MAX; w++) {
		const struct waiver *v = &k->h->waiver[w];
		struct task *t;

		if (!v->asked_by || v->granted_by)
			continue;
		t = task_add(k, TASK_WAIVER, k->departure == NO_DAY ? RANK_REST : RANK_DEPARTURE,
			     (v->on == NO_DAY ? k->today : v->on) + DAYS, R(COO),
			     N_("Answer the request for an exception"));
		t->why = N_("A colleague asks that a condition be waived.");
		t->form = "WAIA";
		return;
	}
}

/* Nothing of the way on is asked after a no of the meeting (task_gate.c says what is owed). */
static bool decided_against(const struct head *h)
{
	enum { NO_GO = 3 }; /* of list DECISION */

	return h->state >= STATE_DECISION && h->state <= STATE_READY && is_code(h, FACT_decision, NO_GO);
}

static void on_the_way(struct tasking *k)
{
	const struct head *h = k->h;

	triage(k);
	assign(k);
	emergency(k);
	suspension(k);
	hold(k);
	payments(k);
	if (h->flags & FLAG_WITHDRAWN) {
		withdrawn(k);
		return;
	}
	waivers(k);
	tasks_after_return(k);
	if ((h->flags & FLAG_SUSPENDED) || held(h, k->today))
		return;
	if (refused_at_triage(h)) {
		task_add(k, TASK_CLOSE, RANK_REST, h->form[FORM_TRI].on + 2, R(CMF) | R(COO),
			 N_("Tell the referring service, orient the person, and close the file"))
			->why = N_("The referral was not accepted.");
		return;
	}
	if (!decided_against(h)) {
		risk_expiry(k);
		document_expiry(k);
	}
	if (h->state != STATE_REFERRED || h->form[FORM_TRI].present)
		tasks_of_gate(k, transition_next(h->state));
}

/* 0 late, 1 today, 2 within the week, 3 later or undated. */
static int bucket(day due, day today)
{
	if (due == NO_DAY)
		return 3;
	return due < today ? 0 : due == today ? 1 : due <= today + 7 ? 2 : 3;
}

static int by_urgency(const void *x, const void *y, void *arg)
{
	const struct task *a = x, *b = y;
	const day *today = arg;
	int ba = bucket(a->due, *today), bb = bucket(b->due, *today);

	if (ba != bb)
		return ba - bb;
	if (a->rank != b->rank)
		return (int)a->rank - (int)b->rank;
	if (a->due != b->due) /* undated last */
		return a->due == NO_DAY ? 1 : b->due == NO_DAY ? -1 : a->due < b->due ? -1 : 1;
	return (int)a->kind - (int)b->kind;
}

size_t tasks_of(struct arena *a, const struct head *h, const struct programme *p, day today, struct task out[TASKS_MAX])
{
	struct tasking k = {.a = a, .h = h, .p = p, .today = today, .departure = NO_DAY};
	size_t n;

	if (h->state < STATE_TRAVELLING)
		k.departure = h->fact[FACT_departure];
	if (h->state < STATE_CLOSED)
		on_the_way(&k);
	else if (h->state == STATE_CLOSED)
		tasks_after_return(&k);
	qsort_r(k.found, k.n, sizeof *k.found, by_urgency, &today);
	n = k.n < TASKS_MAX ? k.n : TASKS_MAX;
	for (size_t i = 0; i < n; i++)
		out[i] = k.found[i];
	return n;
}

bool task_late(const struct task *t, day today)
{
	day last = t->to != NO_DAY ? t->to : t->due;

	return t->kind != TASK_NONE && last != NO_DAY && last < today;
}
