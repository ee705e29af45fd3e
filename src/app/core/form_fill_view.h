/* form_fill_view.h — what the page of such a form shows. */
#pragma once
#include "view.h"

struct fill_view {
	str heading, intro, action, back, record, refused, theirs_by, reason;
	str not_now; /* why it would be refused; absent: it would not, or it was */
	int64_t based_on;
	day theirs_on;
	html_frag about, inputs, theirs;
	bool correcting, conflict, from_stash;
};
