/* locale.h — what a locale holds; private to this folder.
 *
 * Everything is made in i18n_start and only read afterwards.  The ICU objects kept here are those whose use is
 * const and safe between threads: UNumberFormatter (immutable by design), UCollator (comparing is const).  ICU's
 * date formatters and transliterators are not kept: dates come from tables, transliterators are per thread. */
#pragma once
#include <unicode/ucol.h>
#include <unicode/unumberformatter.h>

#include "i18n.h"
#include "mo.h"

#define PATTERN_ITEMS_MAX 12

/* A date pattern, cut into fields and words once: "d MMMM y". */
struct pattern_item {
	char field; /* d M E y H m, or 0 for a literal */
	uint8_t width;
	str literal;
};
struct pattern {
	struct pattern_item item[PATTERN_ITEMS_MAX];
	size_t n;
};
struct date_words {
	str month[12], month_short[12], weekday[7]; /* Monday first */
	struct pattern style[5], time;
};

#define CURRENCIES_MAX 64
struct currency {
	char code[4];
	UNumberFormatter *format;
};
struct numbers {
	UNumberFormatter *integer, *percent;
	struct currency currency[CURRENCIES_MAX];
	size_t n_currency;
};

struct names {
	struct named *by_code, *by_name;
	size_t n_code, n_name;
};

struct locale {
	str tag, own_name;
	const char *icu;   /* its ICU id: Gregorian calendar and Latin digits everywhere */
	const char *first; /* the first of a month in words, "1er"; NULL: as a number */
	bool rtl;
	bool translated; /* has a catalogue; English needs none */
	struct mo mo;
	struct date_words dates;
	struct numbers numbers;
	struct names countries, languages;
	UCollator *collator;
};

/* Each fills its part of *l; memory from a, which lives as long as the process. */
struct err *dates_start(struct arena *a, struct locale *l) MUST_CHECK;
struct err *zone_start(struct arena *a) MUST_CHECK;
struct err *numbers_start(struct arena *a, struct locale *l) MUST_CHECK;
struct err *names_start(struct arena *a, struct locale *l) MUST_CHECK;
struct err *fold_start(struct arena *a) MUST_CHECK;

/* Languages that interpreters are asked for.  Names stand here only where ICU has none, or not the one in use. */
struct language_row {
	const char *code, *fr, *en, *ar;
};
extern const struct language_row language_rows[];
extern const size_t language_rows_n;

str utf8_of(struct arena *a, const UChar *u, int32_t n); /* lone surrogates become U+FFFD */
