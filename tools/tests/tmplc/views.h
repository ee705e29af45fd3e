/* views.h — what the templates of these tests show. */
#pragma once
#include "html.h"

struct row {
	str name;
	const char *z;
	int64_t n;
	bool on;
	const char *const *tags;
	size_t ntags;
};
struct view {
	str title, evil, url, code, path;
	day due;
	msec at;
	money sum;
	const char *status, *currency;
	size_t count;
	const struct row *rows;
	size_t nrows;
	bool yes, no;
};
