/* list_view.h — lists of cases. */
#pragma once
#include "view.h"

struct choice {
	const char *value;
	str label;
	bool chosen;
};
struct list_row {
	str url, code, name, country, assignee;
	const char *state, *tag, *risk, *risk_class;
	day due;
	bool due_known, late;
	int64_t missing;
};
struct list_view {
	const char *heading, *empty;
	bool filters, may_glass;
	struct choice states[12], only[7], sorts[5], *countries;
	size_t n_states, n_only, n_sorts, n_countries;
	struct list_row *rows;
	size_t n_rows;
	int64_t from, to, total;
	int64_t more; /* of departures: later than all shown */
	str prev, next;
};
