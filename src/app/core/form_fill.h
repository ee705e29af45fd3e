/* form_fill.h — the page of a form that stands elsewhere than in a file's own list of forms: a training, a cost line, a
 * payment, a waiver.  Answers that the program knows (which session, which request) are neither asked nor read from
 * the browser: `given` holds them.  A handler sets the first part, then: GET fill_show; POST fill_read, its verb,
 * fill_filed. */
#pragma once
#include "view.h"
#include "web.h"

struct fill {
	const struct form *form;
	const struct json *given; /* answers of the program, by field; NULL: none */
	const struct kase *k;     /* the case or object it is filed in, open */
	struct page page;
	str heading, action, back;
	html_frag about; /* shown above the inputs: what the form answers; may be absent */

	record_id id;
	int based_on; /* 0: a new record */
	struct json *answers;
	str reason;
	struct err *errors;
	const struct err *refused; /* a rule's sentence, above the inputs */
	bool conflict;
	struct record theirs;
};
/* Finds the form; DENIED when the actor's role does not fill it.  A fresh id, no answers. */
struct err *fill_start(struct ctx *c, const char *code, const struct kase *k, struct fill *out) MUST_CHECK;
/* Continues from a record there is: its answers, to be corrected with a reason. */
struct err *fill_correct(struct ctx *c, struct fill *f, const struct record *r) MUST_CHECK;
struct err *fill_show(struct ctx *c, struct fill *f) MUST_CHECK;
/* Reads what was posted and checks it.  *good: nothing is missing, the verb may run. */
struct err *fill_read(struct ctx *c, struct fill *f, bool *good) MUST_CHECK;
/* After the verb: on to `where` (a path with its notice), or the form again with both versions, or with the
 * sentence of the rule that refused. */
struct err *fill_filed(struct ctx *c, struct fill *f, struct err *e, str where) MUST_CHECK;
