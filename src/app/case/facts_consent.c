/* facts_consent.c — which answer of the person to a consent stands.  As facts.c: from the form alone. */
#include "facts.h"

day answer_day(const struct json *answers, const char *name, day otherwise)
{
	day d;

	return day_parse(json_text(answers, name), &d) ? d : otherwise;
}

static struct consent_mark mark_of(const struct json *answers, day today)
{
	str status = json_text(answers, "status");
	struct consent_mark c = {.on = answer_day(answers, "consent_on", today)};
	day back;

	c.state = str_eqz(status, "GIVEN")       ? CONSENT_GIVEN
		  : str_eqz(status, "REFUSED")   ? CONSENT_REFUSED
		  : str_eqz(status, "WITHDRAWN") ? CONSENT_WITHDRAWN
		  : str_eqz(status, "NA")        ? CONSENT_NA
						 : CONSENT_NOT_ASKED;
	if (c.state == CONSENT_GIVEN)
		c.until = answer_day(answers, "expires_on", 0);
	back = c.state == CONSENT_WITHDRAWN ? answer_day(answers, "withdrawn_on", c.on) : c.on;
	c.on = back > c.on ? back : c.on;
	return c;
}

void consent_said(struct head *h, const struct code_list *kinds, const struct json *answers, const struct json *was,
		  day today)
{
	int kind = code_index(kinds, json_text(answers, "kind"));
	struct consent_mark now = mark_of(answers, today), before = {0}, *stands;
	bool corrects;

	if (kind < 0 || kind >= CONSENT_KINDS)
		return;
	stands = &h->consent[kind];
	if (was)
		before = mark_of(was, today);
	corrects = was && before.state == stands->state && before.on == stands->on;
	if (stands->state == CONSENT_NONE || now.on >= stands->on || corrects)
		*stands = now;
}
