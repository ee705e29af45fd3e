/* rss.h — reintegration sustainability score (domain §9): equal, non-official weights; each dimension and the
 * composite need 75 % of their items answered. */
#pragma once
#include "json.h"

struct rss_result {
	int32_t economic, social, psychosocial, composite; /* × 1000; INT32_MIN when too few answers */
	const char *band; /* "INTENSIVE", "MEDIUM", "LIGHT", or NULL */
};
struct rss_result rss_judge(const struct json *answers); /* answers of form RSS: item code in lower case → answer code */
int32_t rss_composite(const struct json *answers);
