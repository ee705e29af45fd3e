/* taken.h — what stands in a copy of the audit log, in words: for the log itself and for the alert. */
#pragma once
#include "audit_query.h"
#include "web.h"

const char *taken_kind(enum audit_kind k); /* msgid */
/* Which entries a copy held: `number` of audit_taken, about this file or account. */
str taken_words(struct ctx *c, struct id about, int64_t number);
str taken_account(struct ctx *c, struct id who); /* the name of a colleague; absent: no account's id */
