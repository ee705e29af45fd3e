/* head.c — the head of a case: the names of what stands in it, and what it says of the person. */
#include "head.h"

#include <string.h>

const char *const state_codes[STATES] = {"REFERRED", "SCREENING",     "COUNSELLING", "ASSESSMENT",
					 "DECISION", "PLANNING",      "READY",       "TRAVELLING",
					 "ARRIVED",  "REINTEGRATION", "CLOSED",      "ARCHIVED"};
const char *const state_labels[STATES] = {N_("Referral"),       N_("First interviews"), N_("Return counselling"),
					  N_("Assessment"),     N_("Decision"),         N_("Planning"),
					  N_("Ready to leave"), N_("Travelling"),       N_("Arrived"),
					  N_("Reintegration"),  N_("Closed"),           N_("Archived")};

const struct fact_row fact_rows[FACTS] = {
#define FACT(name, kind, list) [FACT_##name] = {#name, FK_##kind, list},
#include "facts.def"
#undef FACT
};

const char *const form_codes[FORMS] = {"F01",  "TRI",   "F02",  "F02R",  "F03",   "F04",    "F05",  "F05C", "F05R",
				       "F06",  "F07",   "F08",  "DEC",   "F09",   "F09C",   "F10",  "VOL",  "F11",
				       "F12",  "F14",   "F15",  "F16",   "F17",   "RSS",    "PAY",  "PAYA", "REC",
				       "NOTE", "NOTEC", "CONT", "CONTC", "SUSP",  "RESUME", "EMER", "LOST", "WDR",
				       "REOP", "WAIV",  "WAIA", "EMERC", "LOSTC", "CLO",    "WDRC", "ALR"};

enum fact fact_find(str name)
{
	for (int f = 0; f < FACTS; f++)
		if (str_eqz(name, fact_rows[f].name))
			return (enum fact)f;
	return FACTS;
}

enum form_no form_no_find(str code)
{
	for (int f = 0; f < FORMS; f++)
		if (str_eqz(code, form_codes[f]))
			return (enum form_no)f;
	return FORMS;
}

int32_t fact_country(str iso2)
{
	return iso2.n == 2 ? (unsigned char)iso2.p[0] << 8 | (unsigned char)iso2.p[1] : NO_FACT;
}

void fact_country_text(int32_t v, char out[3])
{
	out[0] = v == NO_FACT ? '\0' : (char)(v >> 8);
	out[1] = v == NO_FACT ? '\0' : (char)v;
	out[2] = '\0';
}

void head_init(struct head *h)
{
	*h = (struct head){.state_since = NO_DAY, .created = NO_DAY, .touched = NO_DAY};
	for (int f = 0; f < FACTS; f++)
		h->fact[f] = NO_FACT;
	for (int f = 0; f < FORMS; f++)
		h->form[f].on = NO_DAY;
	for (int c = 0; c < CONSENT_KINDS; c++)
		h->consent[c].on = NO_DAY;
}

bool head_fact_is(const struct head *h, enum fact f, int32_t v)
{
	return h->fact[f] == v;
}

bool head_consents(const struct head *h, int kind, day on)
{
	const struct consent_mark *c = &h->consent[kind];

	return c->state == CONSENT_GIVEN && (c->until == 0 || on <= c->until);
}

day head_adult_from(day born)
{
	day majority = day_add_months(born, 18 * 12);
	struct civil c = day_civil(majority);

	return c.day == 1 ? majority : day_add_months(day_of(c.year, c.month, 1), 1);
}

bool head_minor(const struct head *h, day on)
{
	enum { DOCUMENT, DECLARED, ESTIMATED, DISPUTED }; /* list AGECERT */
	enum { YES, NO, DOUBT };                          /* list YESNOUNK */
	int32_t certainty = h->fact[FACT_age_certainty];

	if (h->fact[FACT_maybe_minor] == YES || h->fact[FACT_maybe_minor] == DOUBT)
		return true; /* a doubt at the first reading holds until the first interview has established the age */
	if (certainty == ESTIMATED)
		return h->fact[FACT_age_lower] == NO_FACT || h->fact[FACT_age_lower] < 18;
	if (certainty != DOCUMENT && certainty != DECLARED)
		return true;
	return h->fact[FACT_adult_from] == NO_FACT || on < h->fact[FACT_adult_from];
}

uint32_t user_mark(user_id u)
{
	uint32_t v;

	memcpy(&v, u.v.b, sizeof v);
	return v ? v : 1;
}

int32_t account_mark(user_id u)
{
	return (int32_t)(user_mark(u) & INT32_MAX);
}

/* Letters and digits that are not mistaken for one another when read aloud. */
void case_code_new(char out[12])
{
	static const char alphabet[] = "23456789CDFGHJKMNPQRTVWXYZ";
	uint8_t random[8];
	size_t at = 0;

	random_bytes(random, sizeof random);
	for (size_t i = 0; i < sizeof random; i++) {
		if (i == 3 || i == 6)
			out[at++] = '-';
		out[at++] = alphabet[random[i] % (sizeof alphabet - 1)];
	}
	out[at] = '\0';
	explicit_bzero(random, sizeof random);
}
