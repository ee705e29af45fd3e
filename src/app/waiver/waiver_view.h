/* waiver_view.h — what the page of a file's waivers shows. */
#pragma once
#include "view.h"

struct waivable_row {
	str title, missing, url;
};
struct waiver_row_view {
	str condition, asked_by, answered_by, reason, answer_reason, record_url, answer_record_url, answer_url;
	day asked_on, answered_on, until;
	const char *step, *word, *class; /* msgid, msgid, class */
	bool answered, limited;
};
struct waivers_view {
	str base, restricted; /* restricted: why nothing is asked or answered now */
	struct waivable_row *open;
	size_t n_open;
	struct waiver_row_view *list;
	size_t n;
	bool may_ask;
};
