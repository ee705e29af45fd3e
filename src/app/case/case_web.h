/* case_web.h — shared by the pages of a case.  Private to app/case and app/form, app/home. */
#pragma once
#include "case_view.h"
#include "task.h"
#include "speak.h"
#include "web.h"

str case_base(struct ctx *c, const struct kase *k);
str gate_title(struct ctx *c, const struct gate_row *row);
str gate_missing(struct ctx *c, const struct gate_answer *r); /* "" when nothing is */
/* Why this form, or with NULL any act of use, is refused while the file is restricted; "" when it is not. */
str restriction_told(struct ctx *c, const struct form *form);
void task_show(struct ctx *c, const struct head *h, const struct task *t, struct task_view *out);
struct err *case_fill_events(struct ctx *c, struct case_view *v) MUST_CHECK; /* case_timeline.c */
struct err *case_fill_side(struct ctx *c, struct case_view *v) MUST_CHECK;   /* case_side.c */
struct err *case_page_get(struct ctx *c);
struct err *case_fill_given(struct ctx *c, struct assign_view *v) MUST_CHECK; /* given_web.c */
struct err *given_post(struct ctx *c) MUST_CHECK;
extern const struct route case_routes[];
static inline bool case_readable(const struct kase *k, enum dossier d, enum compartment c)
{
	return (k->readable[d] & COMP_BIT(c)) != 0;
}
