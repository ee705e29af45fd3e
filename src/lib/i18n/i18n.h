/* i18n.h — words, dates, numbers and names in the reader's language, per request.
 *
 * Messages: English msgids; PO catalogues in locale/ (fr, ar), compiled by msgfmt and embedded; our own reader
 * (glibc gettext has no per-request language).  Dates, numbers, country and language names, collation: ICU. */
#pragma once
#include "base.h"
#include "money.h"

struct locale; /* immutable, shared by threads */

struct err *i18n_start(struct arena *a) MUST_CHECK;      /* once, before threads; a lives as long as the process */
const struct locale *locale_get(str tag);                /* "fr", "en", "ar"; anything else: fr (the default) */
const struct locale *locale_accept(str accept_language); /* best of an Accept-Language header */
str locale_tag(const struct locale *l);
bool locale_rtl(const struct locale *l);
size_t locale_count(void);
const struct locale *locale_at(size_t i);
str locale_own_name(const struct locale *l); /* Français, English, العربية */

/* Translation; the msgid itself where the catalogue has none.  Never returns NULL.
 * "context\004message" where one English word has two translations; the context is never shown. */
const char *tr(const struct locale *l, const char *msgid);
const char *tr_n(const struct locale *l, const char *one, const char *many, int64_t n); /* plural by the catalogue */
/* Named placeholders: tr_fill(a, tr(l, "Step {n} of {m}"), …) with {"n", s1}, {"m", s2}; unknown names stay. */
struct tr_arg {
	const char *name;
	str value;
};
str tr_fill(struct arena *a, const char *translated, const struct tr_arg *args, size_t n);
/* The same for a page: in a sentence written from the right each value is kept together by isolating marks (FSI, PDI); without
 * them "2 800,00 €" or the code of a file is shown in another order.  tr_apart: one value. */
str tr_say(struct arena *a, const struct locale *l, const char *translated, const struct tr_arg *args, size_t n);
str tr_apart(struct arena *a, const struct locale *l, str s);

enum date_style {
	DATE_LONG /* 20 novembre 2018 */,
	DATE_SHORT /* 20 nov. */,
	DATE_NUM /* 20/11/2018 */,
	DATE_WEEKDAY /* mardi 20 novembre 2018 */,
	DATE_MONTH /* nov. 2018 */
};
str fmt_day(struct arena *a, const struct locale *l, day d, enum date_style style); /* NO_DAY: "" */
str fmt_time(struct arena *a, const struct locale *l, msec t); /* 20 nov. 2018, 10:00 in Europe/Paris */
str fmt_int(struct arena *a, const struct locale *l, int64_t n);
str fmt_money(struct arena *a, const struct locale *l, money m, const char *currency);
str fmt_percent(struct arena *a, const struct locale *l, int64_t num, int64_t den); /* whole; "–" of nothing */

str country_name(struct arena *a, const struct locale *l, str iso2); /* the code itself if unknown */
str language_name(struct arena *a, const struct locale *l, str tag);
bool country_known(str iso2); /* ISO 3166-1 alpha-2, and XK */
bool language_known(str tag); /* ISO 639 */
struct named {
	str code, name;
};
/* Sorted by name in the language; made once per locale. */
const struct named *countries(const struct locale *l, size_t *n);
const struct named *languages(const struct locale *l, size_t *n);

/* For searching names: NFKC, casefold, transliterate to Latin, strip marks, merge spellings (design §4). */
str name_fold(struct arena *a, str name);
/* As passwords are hashed: NFKC.  As words are compared: the same in small letters, without marks. */
str text_nfkc(struct arena *a, str s);
str text_plain(struct arena *a, str s);
int collate(const struct locale *l, str a, str b);
