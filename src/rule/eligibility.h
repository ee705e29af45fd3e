/* eligibility.h — who the programme is for (design §1, row 4): a victim of trafficking, identified in metropolitan
 * France, who wishes to return to a country outside the European Union.  Judged on dates; every criterion answers with
 * its reason in words.  What is not known is not met. */
#pragma once
#include "programme.h"

enum criterion {
	CRIT_STATUS,
	CRIT_IDENTIFIED_IN,
	CRIT_IDENTIFIED_ON,
	CRIT_CITIZENSHIP,
	CRIT_RETURN_TO,
	CRIT_DEPARTURE,
	CRIT_WISH,
	CRITERIA
};
struct eligibility_in {
	str identified_in;            /* ISO 3166-2 or French postal code; absent: not known */
	day identified_on, departure; /* NO_DAY: not known */
	const str *citizenships;
	size_t n_citizenships;
	bool citizenships_known; /* known and none: stateless */
	str return_to;           /* ISO 3166-1; absent: not known */
	int status, wish;        /* positions in lists TSTATUS and WISH; -1: not known */
	bool metropolitan_only;
	day today; /* judged on this day where the departure is not known */
	day identified_from, identified_to, departure_from, departure_to; /* of the programme; NO_DAY: open */
	bool dates_decide; /* whether the programme's dates decide, or only raise a flag */
};
struct reason {
	const char *code; /* "RETURN_TO" */
	bool met;
	const char *text, *text_fr;
};
enum eligibility_flag { ELIG_EU_CITIZENSHIP = 1, ELIG_OUTSIDE_PROGRAMME_DATES = 2 };
struct eligibility {
	bool eligible;
	unsigned flags;
	struct reason reason[CRITERIA];
};
struct eligibility eligibility_judge(const struct eligibility_in *in);
