/* referral_view.h — referrals: public form, entry by staff, triage. */
#pragma once
#include "view.h"

struct referral_view {
	const char *heading;
	str action, record, receipt;
	bool again; /* a first one arrived, with other answers */
	html_frag inputs;
};
struct triage_row {
	str url, code, from;
	day received, answer_by;
	bool late;
	const char *class, *urgency, *state;
};
struct triage_view {
	struct triage_row *rows;
	size_t n_rows;
	int64_t more; /* less urgent than all shown */
};
struct alike_row {
	str url, code, name, country;
	const char *state;
};
struct triage_case_view {
	str code, name, triage_url, assign_url, case_url;
	struct alike_row *alike;
	size_t n_alike;
	html_frag answers;
};
