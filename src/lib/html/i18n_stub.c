/* i18n_stub.c — a stand-in for lib/i18n in the tests of html and tmplc: two locales, a handful of words. */
#include "i18n.h"

#include <string.h>

struct locale {
	const char *tag;
};
static const struct locale fr = {"fr"}, ar = {"ar"};

const struct locale *locale_get(str tag)
{
	return str_eqz(tag, "ar") ? &ar : &fr;
}

str locale_tag(const struct locale *l)
{
	return str_of(l->tag);
}

bool locale_rtl(const struct locale *l)
{
	return l == &ar;
}

const char *tr(const struct locale *l, const char *msgid)
{
	(void)l;
	return strcmp(msgid, "Today") == 0 ? "Aujourd'hui" : msgid;
}

const char *tr_n(const struct locale *l, const char *one, const char *many, int64_t n)
{
	(void)l;
	return n > 1 ? many : one; /* as in French: 0 is singular */
}

str tr_apart(struct arena *a, const struct locale *l, str s)
{
	return locale_rtl(l) ? arena_fmt(a, "\xE2\x81\xA8%.*s\xE2\x81\xA9", STR_ARG(s)) : s;
}

str tr_fill(struct arena *a, const char *translated, const struct tr_arg *args, size_t n)
{
	struct buf b;

	buf_init(&b, a, 4096);
	for (str rest = str_of(translated); rest.n;) {
		size_t i = 0;

		for (i = 0; i < n; i++) {
			str place = arena_fmt(a, "{%s}", args[i].name);

			if (str_starts(rest, place)) {
				buf_str(&b, args[i].value);
				rest = str_sub(rest, place.n, rest.n);
				break;
			}
		}
		if (i == n) {
			buf_c(&b, rest.p[0]);
			rest = str_sub(rest, 1, rest.n);
		}
	}
	return buf_done(&b);
}

str fmt_day(struct arena *a, const struct locale *l, day d, enum date_style style)
{
	static const char *const months[] = {"janvier", "février", "mars",      "avril",   "mai",      "juin",
					     "juillet", "août",    "septembre", "octobre", "novembre", "décembre"};
	struct civil c = day_civil(d);

	(void)l;
	if (style == DATE_NUM)
		return arena_fmt(a, "%02d/%02d/%d", c.day, c.month, c.year);
	if (style == DATE_SHORT)
		return arena_fmt(a, "%d %.3s.", c.day, months[c.month - 1]);
	return arena_fmt(a, "%s%d %s %d", style == DATE_WEEKDAY ? "mardi " : "", c.day, months[c.month - 1], c.year);
}

str fmt_time(struct arena *a, const struct locale *l, msec t)
{
	return arena_fmt(a, "%.*s à 10:00", STR_ARG(fmt_day(a, l, day_of_msec(t), DATE_LONG)));
}

str fmt_int(struct arena *a, const struct locale *l, int64_t n)
{
	(void)l;
	return n < 1000 ? arena_fmt(a, "%lld", (long long)n)
			: arena_fmt(a, "%lld_%03lld", (long long)n / 1000, (long long)n % 1000);
}

str fmt_money(struct arena *a, const struct locale *l, money m, const char *currency)
{
	(void)l;
	return arena_fmt(a, "%.*s %s", STR_ARG(money_plain(a, m)), currency);
}

str fmt_percent(struct arena *a, const struct locale *l, int64_t num, int64_t den)
{
	(void)l;
	return arena_fmt(a, "%lld %%", (long long)(num * 100 / den));
}

str country_name(struct arena *a, const struct locale *l, str iso2)
{
	(void)a;
	(void)l;
	return str_eqz(iso2, "CI") ? STR("Côte d'Ivoire") : iso2;
}

str language_name(struct arena *a, const struct locale *l, str tag)
{
	(void)a;
	(void)l;
	return str_eqz(tag, "en") ? STR("anglais") : tag;
}
