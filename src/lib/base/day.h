/* day.h — civil dates as days since 1970-01-01 (proleptic Gregorian), and points in time as Unix ms.
 *
 * Rules take the day as an argument; nothing but main reads the clock (design §3).  NO_DAY is "not known". */
#pragma once
#include "arena.h"

typedef int32_t day;
typedef int64_t msec; /* Unix time in milliseconds, UTC */
#define NO_DAY INT32_MIN
#define DAY_MS INT64_C(86400000)

struct civil {
	int year, month, day; /* month 1–12, day 1–31 */
};

day day_of(int year, int month, int dom); /* NO_DAY when there is no such date; years 1–9999 */
struct civil day_civil(day d);
bool day_parse(str s, day *out); /* ISO 8601 calendar date YYYY-MM-DD only, a real date */
str day_iso(struct arena *a, day d);
/* Adds calendar months; a day past the month's end becomes its last day (31 Jan + 1 month = 28/29 Feb). */
day day_add_months(day d, int months);
int day_weekday(day d); /* 1 Monday … 7 Sunday */
/* The n-th working day (Monday–Friday; public holidays are not known here) after d. */
day day_add_working(day d, int n);
/* Completed years on `on`; someone born on 29 February comes of age on 1 March in other years. */
int day_age(day born, day on);
day day_of_msec(msec t);               /* UTC day */
str msec_iso(struct arena *a, msec t); /* 2018-11-20T09:00:00Z */
bool msec_parse(str s, msec *out);     /* YYYY-MM-DDTHH:MM[:SS][Z], taken as UTC */
