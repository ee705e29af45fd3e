/* names_in.h — between names.c, which keeps names in memory, and names_rows.c, which seals them. */
#pragma once
#include "heads.h"
#include "names.h"

struct name_rows {
	const char *office[2]; /* NULL: none */
	str sealed[2];
	str name, phone;
	int32_t mark; /* drawn: the head names it, so that an older row is refused */
};

struct err *name_row_open(struct arena *a, struct heads *heads, const struct box_pair *pair, case_id object, str sealed,
			  str *name, str *phone) MUST_CHECK;
