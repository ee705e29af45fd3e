/* day.c — civil dates.  Conversions after Howard Hinnant, "chrono-compatible low-level date algorithms". */
#include "day.h"

#define DAYS_PER_ERA 146097

static bool leap(int y)
{
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

static int month_length(int y, int m)
{
	static const int len[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return m == 2 && leap(y) ? 29 : len[m - 1];
}

day day_of(int year, int month, int dom)
{
	int y, era, yoe, doy, doe;

	if (year < 1 || year > 9999 || month < 1 || month > 12)
		return NO_DAY;
	if (dom < 1 || dom > month_length(year, month))
		return NO_DAY;
	y = month <= 2 ? year - 1 : year;
	era = y / 400;
	yoe = y - era * 400;
	doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + dom - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * DAYS_PER_ERA + doe - 719468;
}

struct civil day_civil(day d)
{
	int z = d + 719468;
	int era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
	int doe = z - era * DAYS_PER_ERA;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;
	struct civil c = {.day = doy - (153 * mp + 2) / 5 + 1, .month = mp < 10 ? mp + 3 : mp - 9};

	c.year = yoe + era * 400 + (c.month <= 2);
	return c;
}

static bool digits(str s, int *out)
{
	int v = 0;

	if (s.n == 0 || s.n > 4)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = v;
	return true;
}

bool day_parse(str s, day *out)
{
	int y, m, d;
	day v;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
		return false;
	if (!digits(str_sub(s, 0, 4), &y) || !digits(str_sub(s, 5, 2), &m) || !digits(str_sub(s, 8, 2), &d))
		return false;
	v = day_of(y, m, d);
	if (v == NO_DAY)
		return false;
	*out = v;
	return true;
}

str day_iso(struct arena *a, day d)
{
	struct civil c;

	if (d == NO_DAY)
		return STR("");
	c = day_civil(d);
	return arena_fmt(a, "%04d-%02d-%02d", c.year, c.month, c.day);
}

day day_add_months(day d, int months)
{
	struct civil c = day_civil(d);
	int m = c.year * 12 + (c.month - 1) + months;
	int year = m / 12, month = m % 12 + 1;
	int last = month_length(year, month);

	return day_of(year, month, c.day < last ? c.day : last);
}

int day_weekday(day d)
{
	return ((d + 3) % 7 + 7) % 7 + 1; /* 1970-01-01 was a Thursday */
}

day day_add_working(day d, int n)
{
	while (n > 0) {
		d++;
		if (day_weekday(d) <= 5)
			n--;
	}
	return d;
}

int day_age(day born, day on)
{
	struct civil b = day_civil(born), o = day_civil(on);

	return o.year - b.year - (o.month < b.month || (o.month == b.month && o.day < b.day));
}

day day_of_msec(msec t)
{
	return (day)(t >= 0 ? t / DAY_MS : -((DAY_MS - 1 - t) / DAY_MS));
}

str msec_iso(struct arena *a, msec t)
{
	day d = day_of_msec(t);
	int64_t s = (t - d * DAY_MS) / 1000;

	return arena_fmt(a, "%.*sT%02d:%02d:%02dZ", STR_ARG(day_iso(a, d)), (int)(s / 3600), (int)(s / 60 % 60),
			 (int)(s % 60));
}

bool msec_parse(str s, msec *out)
{
	int h, m, sec = 0;
	day d;

	if (str_ends(s, STR("Z")))
		s.n--;
	if (s.n != 16 && s.n != 19)
		return false;
	if (!day_parse(str_sub(s, 0, 10), &d) || s.p[10] != 'T' || s.p[13] != ':')
		return false;
	if (!digits(str_sub(s, 11, 2), &h) || !digits(str_sub(s, 14, 2), &m))
		return false;
	if (s.n == 19 && (s.p[16] != ':' || !digits(str_sub(s, 17, 2), &sec)))
		return false;
	if (h > 23 || m > 59 || sec > 59)
		return false;
	*out = d * DAY_MS + ((int64_t)h * 3600 + m * 60 + sec) * 1000;
	return true;
}
