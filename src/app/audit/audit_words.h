/* audit_words.h — an entry of the audit log in words, and a question about the log as an address. */
#pragma once
#include "audit_query.h"
#include "audit_view.h"
#include "taken.h"
#include "web.h"

struct audit_filter { /* the question, with its days as people count them, both included */
	struct audit_query q;
	day from, to; /* NO_DAY: no bound */
};
/* From the address of a page: only ids, codes and days.  NOT_FOUND for anything else. */
struct err *audit_filter_get(struct ctx *c, struct audit_filter *out) MUST_CHECK;
void audit_filter_days(struct audit_filter *f); /* q.from and q.to, from the days */
str audit_address(struct ctx *c, const char *path, const struct audit_filter *f, uint64_t before);

str audit_act(struct ctx *c, const struct audit_line *l); /* what was done */
str audit_why(struct ctx *c, const struct audit_line *l); /* what it was opened for; absent: nothing was opened */
str audit_parts(struct ctx *c, uint32_t compartments);    /* which parts of a file */
str audit_who(struct ctx *c, user_id u);
/* What it was done to: the code of a file (*code), or the name of a colleague; absent when it is none or is gone. */
str audit_about(struct ctx *c, const struct audit_line *l, bool *code);
/* links: names and codes lead to their own log (the data-protection officer's pages). */
struct audit_row *audit_rows(struct ctx *c, const struct audit_found *found, bool links);

struct err *audit_export_get(struct ctx *c) MUST_CHECK; /* audit_export.c */
struct err *audit_export_post(struct ctx *c) MUST_CHECK;
