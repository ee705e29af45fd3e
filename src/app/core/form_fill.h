/* form_fill.h — the page of a form that stands elsewhere than in a file's own list of forms: a training, a cost line, a
 * payment, a waiver.  Answers that the program knows (which session, which request) are neither asked nor read from
 * the browser: `given` holds them.  A feature gives a function that prepares the form (the first part of struct fill)
 * and the verb that files it, as a row that its two routes name. */
#pragma once
#include "view.h"
#include "web.h"

struct fill {
	const struct form *form;
	const struct json *given; /* answers of the program, by field; NULL: none */
	struct kase *k;           /* the case or object it is filed in, open */
	struct page page;
	str heading, action, back;
	bool to_record;  /* filing leads to the record, which stands below `back`; else to `back` */
	html_frag about; /* shown above the inputs: what the form answers; may be absent */

	record_id id;
	int based_on; /* 0: a new record */
	struct json *answers;
	str reason;
	struct err *errors;
	const struct err *refused; /* a rule's sentence, above the inputs; set by the preparing, nothing is filed */
	bool conflict;
	struct record theirs;
};
typedef struct err *fill_prepare(struct ctx *c, struct fill *f);
typedef struct err *fill_verb(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
			      struct json *answers, str reason);
/* The two handlers, of the routes that name such a row.  After a good filing: on, with the notice; else the form again,
 * with what is wrong, with both versions, or with the sentence of the rule that refused. */
struct fill_row {
	fill_prepare *prepare;
	fill_verb *verb;
	const char *notice;
};
struct err *fill_get(struct ctx *c) MUST_CHECK;
struct err *fill_post(struct ctx *c) MUST_CHECK;

/* For the preparing: finds the form; DENIED when the actor's role does not fill it.  A fresh id, no answers. */
struct err *fill_start(struct ctx *c, const char *code, struct kase *k, struct fill *out) MUST_CHECK;
/* Continues from a record there is: its answers, to be corrected with a reason. */
struct err *fill_correct(struct ctx *c, struct fill *f, const struct record *r) MUST_CHECK;
