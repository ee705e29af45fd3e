/* facts_signs.c — answers that somebody must hear of: what alarms, and the days on which to come back.
 *
 * An alarm stands until the risks are assessed again or the coordinator or the risk reviewer answers it (form ALR): the
 * next quiet answer does not end it.  A day typed as a reminder becomes a task; only days and kinds enter the head. */
#include "facts.h"

static const struct sign {
	enum form_no form;
	const char *field, *code;
	enum alert alert;
} signs[] = {
	{FORM_F11, "alert_needed", "YES", ALERT_ASKED},     {FORM_F14, "alert_needed", "YES", ALERT_ASKED},
	{FORM_F14, "expl_contact", "YES", ALERT_EXPLOITER}, {FORM_F14, "expl_contact", "ATTEMPTED", ALERT_EXPLOITER},
	{FORM_F14, "threats", "YES", ALERT_THREATS},        {FORM_F14, "free_now", "NO", ALERT_NOT_FREE},
	{FORM_F14, "risk_change", "UP", ALERT_RISK_UP},     {FORM_VOL, "new_danger", "YES", ALERT_DANGER},
};

static void raise_alert(struct op *op, struct head *h, enum alert what)
{
	int32_t *alert = &h->fact[FACT_alert];

	if (*alert == NO_FACT || *alert == 0)
		h->fact[FACT_alert_on] = op->today; /* a later sign does not give more time for the first */
	*alert = (*alert == NO_FACT ? 0 : *alert) | 1 << what;
}

/* One strong sign, or two weak ones; codes of list RTF begin with S_ or W_ (domain §5). */
static bool enough(const struct json *rtf)
{
	int strong = 0, weak = 0;

	JSON_EACH (v, rtf) {
		strong += str_starts(json_str(v), STR("S_"));
		weak += str_starts(json_str(v), STR("W_"));
	}
	return strong >= 1 || weak >= 2;
}

static bool tells(const struct sign *s, const struct json *answers)
{
	return json_says(answers, s->field, s->code);
}

static bool warns(enum form_no no, const struct json *answers)
{
	return (no == FORM_F14 && enough(json_get(answers, "rtf"))) ||
	       ((no == FORM_LOST || no == FORM_LOSTC) && enough(json_get(answers, "warning_signs")));
}

/* A word corrected in an old form does not raise again what was answered since. */
static void take_signs(struct op *op, struct head *h, enum form_no no, const struct json *answers,
		       const struct json *was)
{
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (signs[i].form == no && tells(&signs[i], answers) && !(was && tells(&signs[i], was)))
			raise_alert(op, h, signs[i].alert);
	if (warns(no, answers) && !(was && warns(no, was)))
		raise_alert(op, h, ALERT_SIGNS);
}

static const struct reminder {
	enum form_no form;
	const char *field;
	enum fact fact;
} reminders[] = {
	{FORM_SUSP, "review_on", FACT_review_on},   {FORM_RESUME, "review_on", FACT_review_on},
	{FORM_EMER, "debrief_on", FACT_debrief_on}, {FORM_EMERC, "debrief_on", FACT_debrief_on},
	{FORM_LOST, "next_on", FACT_look_on},       {FORM_LOSTC, "next_on", FACT_look_on},
	{FORM_NOTE, "follow_up_on", FACT_note_on},  {FORM_NOTEC, "follow_up_on", FACT_note_on},
	{FORM_DEC, "review_on", FACT_meet_on},      {FORM_F14, "next_on", FACT_visit_on},
	{FORM_F11, "next_on", FACT_visit_on},
};

/* A note or contact written on the day, or after it, is the coming back. */
static void come_back(struct op *op, struct head *h, enum form_no no)
{
	enum { EARLY = 7 }; /* a contact of the same week is the one that was agreed on */
	bool note = no == FORM_NOTE || no == FORM_NOTEC, contact = no == FORM_CONT || no == FORM_CONTC;

	if ((note || contact) && h->fact[FACT_note_on] <= op->today)
		h->fact[FACT_note_on] = NO_FACT;
	if (note && h->fact[FACT_debrief_on] <= op->today && !(h->flags & FLAG_EMERGENCY))
		h->fact[FACT_debrief_on] = NO_FACT;
	if (contact && h->fact[FACT_visit_on] <= op->today + EARLY)
		h->fact[FACT_visit_on] = NO_FACT;
	if (no == FORM_DEC)
		h->fact[FACT_meet_on] = NO_FACT;
	if (no == FORM_LOST || no == FORM_LOSTC)
		h->fact[FACT_look_on] = NO_FACT;
}

/* Of two notes that ask to come back, the earlier day is kept. */
static void take_reminders(struct head *h, enum form_no no, const struct json *answers)
{
	for (size_t i = 0; i < sizeof reminders / sizeof *reminders; i++) {
		int32_t *to = &h->fact[reminders[i].fact];
		day d;

		if (reminders[i].form != no || !day_parse(json_text(answers, reminders[i].field), &d))
			continue;
		if (reminders[i].fact != FACT_note_on || *to == NO_FACT || d < *to)
			*to = d;
	}
}

void facts_signs(struct op *op, struct head *h, const struct form *f, const struct json *answers,
		 const struct json *was)
{
	enum form_no no = form_no_find(f->code);

	if (no == FORM_F05 || no == FORM_F05R || no == FORM_ALR)
		h->fact[FACT_alert] = h->fact[FACT_alert_on] = NO_FACT;
	take_signs(op, h, no, answers, was);
	come_back(op, h, no);
	take_reminders(h, no, answers);
}
