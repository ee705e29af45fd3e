/* second_view.h — what the button for a security key is made of. */
#pragma once
#include "view.h"

struct key_part {
	str name;
	const char *part; /* of what the key answers */
};
#define KEY_PARTS 5
struct key_box {
	str origin; /* where keys can be used; absent: nowhere, and nothing is shown */
	const char *asks, *label, *needs, *act;
	bool main; /* the one thing to press in its form */
	struct key_part parts[KEY_PARTS];
	size_t n_parts;
};
