/* account_view.h — what the pages of an account show. */
#pragma once
#include "view.h"

struct sign_in_view {
	str error, login, back, stash;
	bool sealed;
};
struct account_view {
	str name, login, office, since, until;
	const char *role;
	struct field_line *reads;
	size_t n_reads;
};
