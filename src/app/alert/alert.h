/* alert.h — alerts and the digest of yesterday's readers, for the first page after sign-in. */
#pragma once
#include "web.h"

struct alert_line {
	str what, url;
};
/* What waits for the actor to be acknowledged. */
struct err *alerts_waiting(struct ctx *c, struct alert_line **out, size_t *n) MUST_CHECK;

struct seen_line { /* of a file of the actor's */
	str code, who, role, when, why;
};
/* Who else opened the actor's files on the day before, as people count days; never what stands in them. */
struct err *seen_yesterday(struct ctx *c, struct seen_line **out, size_t *n) MUST_CHECK;

/* alert.c, for the page of alerts */
struct alarm;
str alert_words(struct ctx *c, const struct alarm *l);
/* glass_web.c */
struct err *glass_get(struct ctx *c) MUST_CHECK;
struct err *glass_post(struct ctx *c) MUST_CHECK;
struct err *limits_get(struct ctx *c) MUST_CHECK;
struct err *limits_post(struct ctx *c) MUST_CHECK;
