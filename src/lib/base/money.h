/* money.h — amounts in minor units (cents) and rates as scaled integers.  No floating point, ever. */
#pragma once
#include "arena.h"

typedef int64_t money; /* minor units of a currency whose code travels beside it */
#define RATE_SCALE INT64_C(1000000)

/* "1234", "1234.5", "1 234,50" (space, NBSP or NNBSP as group separator; point or comma decimal);
 * at most two decimals; no sign.  False on anything else or beyond 10^15. */
bool money_parse(str s, money *out);
str money_plain(struct arena *a, money m); /* 1234.50: for files and inputs; pages use i18n */
/* m × rate / RATE_SCALE, half away from zero; false on overflow. */
bool money_convert(money m, int64_t rate, money *out);
/* m × num / den, half away from zero; den > 0. */
bool money_share(money m, int64_t num, int64_t den, money *out);
