/* desk_view.h — what the pages of the data-protection desk show. */
#pragma once
#include "view.h"

struct desk_row {
	str what, code, line, line2, url, tag;
	const char *class;
};
struct desk_list {
	struct desk_row *rows; /* open ones first */
	size_t n, n_open, n_late;
};
struct desk_view {
	struct desk_list requests, breaches;
	bool whole;    /* the desk, not somebody who records something for it */
	bool absent;   /* no coordinator has signed in since the desk came with an update */
	int64_t n_due; /* files whose time is over */
};
