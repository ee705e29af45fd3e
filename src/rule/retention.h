/* retention.h — how long what is kept is kept: the classes that the forms declare, and the day from which a file is due.
 * Data: data/retention.json.  The month counts of a grant are its own: check the agreement. */
#pragma once
#include "head.h"
#include "json.h"

#define RETENTION_MAX 16
struct retention_text {
	str fr, en, ar;
};
struct retention_rule {
	str code;
	struct retention_text label, why;
	bool from_closing; /* else: from the day it was recorded */
	bool majority;     /* not before a minor comes of age */
	int months;
	day not_before; /* the time begins then, or later: what accounts for a grant; NO_DAY: no such day */
};
struct retention {
	struct retention_rule rules[RETENTION_MAX];
	size_t n;
};
/* months 0 in the file: those of the programme.  A rule with "grant": its time begins no sooner than on the last day of the
 * year in which the programme ends (Regulation (EU) 2021/1060, art. 82, counts from that of the last payment, which nobody
 * here knows).  ERR_CONFIG with one field per error. */
struct err *retention_load(struct arena *a, const char *path, str text, int programme_months, day programme_end,
			   const struct retention **out) MUST_CHECK;
int retention_find(const struct retention *r, str code); /* -1: none */
/* When all that a closed file holds may go: the latest of its classes (bit: position of the rule).  NO_DAY: not closed, or
 * nothing in it begins with the closing. */
day retention_due(const struct retention *r, const struct head *h, uint32_t classes);
/* When an entry of a register, which belongs to no file, may go; NO_DAY: the rule is one of files. */
day retention_entry_due(const struct retention_rule *rule, day recorded);
