/* programme_view.h — what the page of the programme and its cost lines show. */
#pragma once
#include "view.h"

struct target_view {
	const char *label, *class, *word; /* msgids but class */
	str url;
	int64_t now, target, expected;
	bool known;
};
struct month_row {
	str name, planned; /* milestones of the month */
	int64_t trainings, returned, assisted, expected;
	bool past, now;
};
struct stage_row {
	const char *label, *definition; /* msgids */
	str url;
	int64_t n;
};
struct load_row {
	str name, url;
	int64_t n;
};
struct beyond_row {
	str code, url;
	int64_t contacts;
	day first;
	const char *anchor; /* msgid */
};
struct cell_row {
	str label;
	int64_t n;
	bool hidden;
};
struct budget_row {
	str label, url;
	money planned, committed, spent, eligible, left;
	bool has_committed, over;
};
struct budget_view {
	struct budget_row *posts, *funders;
	size_t n_posts, n_funders;
	struct budget_row total;
	str committed_url;
};
struct programme_view {
	str name, note;
	day today, start, end;
	int64_t elapsed, length;
	struct target_view targets[2];
	struct month_row *months;
	size_t n_months;
	html_frag chart;
	struct stage_row *stages;
	size_t n_stages;
	struct load_row *load;
	size_t n_load;
	struct beyond_row *beyond;
	size_t n_beyond;
	struct cell_row *countries, *exploitation;
	size_t n_countries, n_exploitation;
	int64_t pooled;
	struct budget_view budget;
	bool small_told, accounts, trainings, links;
};
struct finding_row {
	str text, article;
	const char *class, *word; /* class, msgid */
};
struct cost_row_view {
	str piece, post, funder, object, supplier, url;
	money amount, charged, eligible;
	day invoiced, paid;
	bool is_paid;
	struct finding_row *findings;
	size_t n_findings;
};
struct costs_view {
	struct cost_row_view *rows;
	size_t n_rows;
	str filter;
	money charged, eligible;
	bool may_write;
};
