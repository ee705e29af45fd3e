/* facts_flags.c — what holds a file up: a suspension, an emergency, a person who is looked for; and what ends it.
 *
 * Only the person herself being reached ends the search for her.  As facts.c: from the form alone. */
#include "facts.h"

/* Each flag has its own day: an emergency does not begin a suspension anew, nor does telling of the same one again. */
static void raise_flag(struct head *h, uint32_t flag, enum fact since, day today)
{
	if (!(h->flags & flag) || h->fact[since] == NO_FACT)
		h->fact[since] = today;
	h->flags |= flag;
}

static void lower_flag(struct head *h, uint32_t flag, enum fact since)
{
	h->fact[since] = NO_FACT;
	h->flags &= ~flag;
}

/* The person herself was reached: the search is over, and a later one begins at its first step. */
static void found_again(struct head *h)
{
	lower_flag(h, FLAG_CONTACT_LOST, FACT_lost_on);
	h->fact[FACT_missed] = 0;
	h->fact[FACT_lost_before] = h->form[FORM_LOST].count + h->form[FORM_LOSTC].count;
	h->fact[FACT_look_on] = NO_FACT;
}

static void follow_up(struct head *h, const struct json *answers)
{
	int32_t *missed = &h->fact[FACT_missed];

	if (json_says(answers, "reached", "YES"))
		found_again(h);
	else
		*missed = (*missed == NO_FACT ? 0 : *missed) + 1;
}

static void resume(struct head *h, const struct json *answers)
{
	if (!json_says(answers, "outcome", "RESUME"))
		return; /* prolonged, or to be closed: the file stays suspended until then */
	if (!json_says(answers, "ends", "EMERGENCY")) {
		lower_flag(h, FLAG_SUSPENDED, FACT_suspended_on);
		h->fact[FACT_review_on] = NO_FACT;
	}
	if (!json_says(answers, "ends", "PAUSE"))
		lower_flag(h, FLAG_EMERGENCY, FACT_emergency_on);
	if (json_says(answers, "debrief_held", "YES"))
		h->fact[FACT_debrief_on] = NO_FACT;
}

static const struct {
	enum form_no form;
	uint32_t flag;
	enum fact since;
} raised[] = {
	{FORM_SUSP, FLAG_SUSPENDED, FACT_suspended_on},  {FORM_EMER, FLAG_EMERGENCY, FACT_emergency_on},
	{FORM_EMERC, FLAG_EMERGENCY, FACT_emergency_on}, {FORM_LOST, FLAG_CONTACT_LOST, FACT_lost_on},
	{FORM_LOSTC, FLAG_CONTACT_LOST, FACT_lost_on},
};

void facts_flags(struct head *h, enum form_no form, const struct json *answers, day today)
{
	for (size_t i = 0; i < sizeof raised / sizeof *raised; i++)
		if (raised[i].form == form)
			raise_flag(h, raised[i].flag, raised[i].since, today);
	if (form == FORM_RESUME)
		resume(h, answers);
	if (form == FORM_F14)
		follow_up(h, answers);
	if (((form == FORM_CONT || form == FORM_CONTC) && json_says(answers, "outcome", "REACHED")) ||
	    (form == FORM_F11 && json_says(answers, "contact_made", "YES")))
		found_again(h);
}
