/* audit_view.h — the audit log, for people. */
#pragma once
#include "view.h"

struct audit_row {
	str at, who, what, about, why, reason, parts;
	str who_url, about_url; /* the log of that person, of that file; absent: not for this reader */
	bool refused, code;     /* about: the code of a file, not a name */
};
struct audit_choice {
	str value, label;
	bool chosen;
};
struct audit_filter_view {
	struct audit_choice *people, *kinds;
	size_t n_people, n_kinds;
	str code, from, to; /* as typed */
	bool open;
	str code_error, from_error, to_error;
};
struct audit_page_view {
	struct audit_filter_view filter;
	struct audit_row *rows;
	size_t n_rows;
	bool filtered;
	str older, newest /* absent: this is it */, export_url, reached;
};
struct audit_case_view {
	str base, older, newest;
	struct audit_row *rows;
	size_t n_rows;
};
struct audit_export_view {
	str back, who, what, code, from, to;         /* what will be in it, in words; absent: everything */
	str who_id, kind, case_id, from_day, to_day; /* the same, for the form */
	str action, record, reason, reason_error, error;
	bool jsonl, from_stash;
};
