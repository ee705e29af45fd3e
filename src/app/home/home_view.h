/* home_view.h — what the first page after sign-in shows. */
#pragma once
#include "alert.h"
#include "case_view.h"

struct task_group {
	const char *heading, *empty; /* msgids */
	struct task_view *tasks;
	int64_t n, shown;
};
struct home_view {
	str name;
	day today;
	struct task_group groups[3]; /* late, today and this week, later */
	struct task_view *waiting;
	size_t n_waiting;
	struct alert_line *alerts;
	size_t n_alerts;
	struct alert_line *desk;
	size_t n_desk;
	struct seen_line *seen;
	size_t n_seen;
	struct form_link *waiting_text;
	size_t n_waiting_text;
	bool may_search, may_create, may_glass, may_rights;
	int64_t more; /* files with tasks that are less urgent than all shown */
};
