/* money.c — integer money. */
#include "money.h"

#define MONEY_MAX INT64_C(1000000000000000)

/* Length of a group separator at s (space, U+00A0, U+202F), or 0. */
static size_t separator(str s)
{
	if (str_starts(s, STR(" ")))
		return 1;
	if (str_starts(s, STR("\xC2\xA0")))
		return 2;
	return str_starts(s, STR("\xE2\x80\xAF")) ? 3 : 0;
}

bool money_parse(str s, money *out)
{
	money v = 0;
	int decimals = -1, seen = 0;

	s = str_trim(s);
	while (s.n) {
		size_t sep = separator(s);
		char c = s.p[0];

		if (sep && seen && decimals < 0) {
			s = str_sub(s, sep, s.n);
			continue;
		}
		if ((c == '.' || c == ',') && decimals < 0 && seen) {
			decimals = 0;
		} else if (c >= '0' && c <= '9' && decimals < 2) {
			v = v * 10 + (c - '0');
			seen = 1;
			decimals += decimals >= 0;
		} else {
			return false;
		}
		if (v > MONEY_MAX)
			return false;
		s = str_sub(s, 1, s.n);
	}
	if (!seen || decimals == 0)
		return false;
	for (int d = decimals < 0 ? 0 : decimals; d < 2; d++)
		v *= 10;
	*out = v;
	return v <= MONEY_MAX;
}

str money_plain(struct arena *a, money m)
{
	uint64_t u = m < 0 ? -(uint64_t)m : (uint64_t)m;

	return arena_fmt(a, "%s%llu.%02u", m < 0 ? "-" : "", (unsigned long long)(u / 100), (unsigned)(u % 100));
}

bool money_share(money m, int64_t num, int64_t den, money *out)
{
	__int128 v = (__int128)m * num;
	__int128 half = den / 2;

	v = v >= 0 ? (v + half) / den : (v - half) / den;
	if (v > INT64_MAX || v < INT64_MIN)
		return false;
	*out = (money)v;
	return true;
}

bool money_convert(money m, int64_t rate, money *out)
{
	return money_share(m, rate, RATE_SCALE, out);
}
