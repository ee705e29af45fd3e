/* rss.h — reintegration sustainability score (domain §9).  Items, scales, weights and bands are data (data/rss.json,
 * equal and non-official weights); each dimension and the composite need 75 % of their items answered. */
#pragma once
#include "json.h"

enum { RSS_DIMENSIONS = 3 };
struct rss;
/* ERR_CONFIG with one field per error.  text must live as long as the arena. */
struct err *rss_load(struct arena *a, const char *path, str text, const struct rss **out) MUST_CHECK;

#define NO_SCORE INT32_MIN
struct rss_score {
	int32_t permille; /* × 1000; NO_SCORE when too few answers */
	int asked, answered;
};
struct rss_result {
	struct rss_score dimension[RSS_DIMENSIONS], composite;
	const char *band; /* "INTENSIVE", "MEDIUM", "LIGHT", or NULL */
};
/* answers of form RSS: item code in lower case → answer code.  An answer that the scale does not know ("ND", "DK")
 * is missing; "NA" takes the item out. */
struct rss_result rss_judge(const struct rss *r, const struct json *answers);
int32_t rss_composite(const struct rss *r, const struct json *answers);
const char *rss_dimension_code(const struct rss *r, int dimension); /* "EC" */
const struct json *rss_item(const struct rss *r, str field);        /* its declaration; NULL when there is none */
/* Whether the answer is one that the item knows, missing ones included. */
bool rss_answer_known(const struct rss *r, str field, str answer);
