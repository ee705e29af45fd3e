/* speak.h — codes that rules use, said in words: a form's code becomes its title, a consent's its kind, a fact's
 * the question that was asked. */
#pragma once
#include "view.h"
#include "web.h"

str coded(struct ctx *c, const char *list, str code); /* the label of a code; the code when it has none */
str form_title(struct ctx *c, const char *code);
str spoken(struct ctx *c, str arg);                                          /* anything else is returned as it is */
str sentence(struct ctx *c, const char *msgid, str arg);                     /* translated, {arg} spoken */
str sentence_n(struct ctx *c, const char *one, const char *many, int64_t n); /* translated, {n} the number */
struct tag_view risk_tag(const struct op *op, const struct head *h); /* text NULL: not assessed, or not for them */
