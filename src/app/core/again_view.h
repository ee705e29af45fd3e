/* again_view.h — the page that asks for password and code once more. */
#pragma once
#include "http.h"
#include "second_view.h"

struct again_view {
	str action;
	const struct http_pair *kept;
	size_t n_kept;
	const char *error; /* msgid */
	struct key_box box;
};
