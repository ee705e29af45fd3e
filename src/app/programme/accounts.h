/* accounts.h — what the programme spends: cost lines (COST) of its object, by post and by funder, each judged by the
 * rules of the Fund.  Rules only.  One query gives a sum and the lines behind it. */
#pragma once
#include "cost.h"
#include "kase.h"

struct cost_line {
	record_id id;
	int version;
	struct json *answers;
	str piece, post, funder, object, supplier;
	money amount, charged; /* in euros; charged: the project's share of it */
	day invoiced, paid;
	struct cost_result judged;
};
struct accounts {
	struct cost_line *lines; /* newest invoice first */
	size_t n;
	bool readable;
};
struct err *accounts_read(struct op *op, const struct kase *k, struct accounts *out) MUST_CHECK;
/* From filed answers: accounts_read without the store. */
void accounts_build(struct arena *a, const struct programme *p, const struct filled *list, size_t n,
		    struct accounts *out);

struct cost_query {
	str post, funder; /* absent: any */
};
struct cost_sum {
	size_t n;
	money charged, eligible;
};
bool cost_matches(const struct cost_line *l, const struct cost_query *q);
struct cost_sum accounts_sum(const struct accounts *a, const struct cost_query *q);
