/* copy.h — the copy of a file that the person is given (GDPR, Art. 15 and 20): what she told us and what was done, with
 * everybody else masked.  Pure: answers in, lines and bytes out; no keys, no database, no HTTP.
 *
 * What must not happen here: the name of a colleague, of her family, of those who exploited her; words that may tell of
 * others, unless somebody has read them and says that they do not. */
#pragma once
#include "form.h"

struct copy_line {
	str name;                 /* of the question; in rows "children.0.child_age" */
	str question;             /* as she reads it */
	str answer;               /* in words; of a masked one, why it is masked */
	const struct json *value; /* NULL: masked */
	bool masked;
	str key; /* of free words, in this version of the record, that somebody may let through; absent: nothing to decide */
	str words; /* … as they stand */
};
struct copy_record {
	const struct form *form;
	str id; /* of the record, in keys */
	day on;
	int version;
	struct copy_line *lines;
	size_t n, n_masked;
};
struct copy {
	str reference; /* of the file */
	day made;
	struct copy_record *records; /* oldest first */
	size_t n, n_masked;
	str *recipients; /* what was passed on, in a sentence each */
	size_t n_recipients;
};
/* kept: keys of free words that were read and tell of nobody else. */
void copy_lines(struct arena *a, const struct locale *l, const struct json *answers, const str *kept, size_t n_kept,
		struct copy_record *r);
str copy_json(struct arena *a, const struct locale *l, const struct copy *c); /* absent: over its size */
struct err *copy_pdf(struct arena *a, const struct locale *l, const struct copy *c, str *pdf) MUST_CHECK;
