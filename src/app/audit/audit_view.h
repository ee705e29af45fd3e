/* audit_view.h — the audit log, for people. */
#pragma once
#include "view.h"

struct audit_row {
	str at, who, what, file, parts;
	bool refused;
};
struct audit_page_view {
	struct audit_row *rows;
	size_t n_rows;
	str older;
	int64_t size;
};
