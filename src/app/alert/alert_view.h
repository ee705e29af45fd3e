/* alert_view.h — alerts, break-glass, limits: what their pages show. */
#pragma once
#include "view.h"

struct alert_row {
	str no, what, at, reason, url, seen; /* url: of the file, for who may open it; seen: by whom and when */
	bool waiting;
};
struct alerts_view {
	struct alert_row *rows;
	size_t n_rows;
	str older, given, family, organisation, contact, record;
	str error;
	bool names_wrong, more_wrong;
	bool may_raise; /* limits and decoys are the coordinator's */
};
struct glass_view {
	str code, reason, code_error, reason_error;
};
struct limits_view {
	struct limit_person {
		str id, name;
		bool chosen;
	} * list;
	size_t n;
	str reason, person_error, reason_error;
};
