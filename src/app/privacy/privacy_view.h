/* privacy_view.h — what the page of erasures shows. */
#pragma once
#include "view.h"

struct erasure_choice {
	str value, label;
	bool chosen;
};
struct erasure_view {
	str code, asked_by, ended_by, confirm_url, withdraw_url, certificate_url;
	const char *reason, *reached, *word, *class; /* msgids; class */
	day created, asked_on, ended_on;
	bool ended, returned, mine;
};
struct erasures_view {
	str code;                         /* typed, or of the file one comes from */
	const char *error, *reason_error; /* msgids: why it was not taken */
	struct erasure_choice reasons[4];
	size_t n_reasons;
	struct erasure_view *list;
	size_t n, n_done, n_returned;
};
