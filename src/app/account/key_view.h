/* key_view.h — what the page of one's security keys shows. */
#pragma once
#include "second_view.h"

struct key_row {
	str id, name, made, used; /* used absent: never */
};
struct keys_view {
	struct key_row *rows;
	size_t n_rows;
	bool only, may_only, full, here; /* here: keys can be used at this installation */
	str name;
	const char *error; /* msgid */
	struct key_box box;
};
