/* dates.c — days and times in words.
 *
 * Names and patterns come from ICU at start; formatting walks our own tables, because udat_format clones a
 * calendar at each call and one table serves all threads.  The test compares every style with udat_format.
 * Times are shown in Europe/Paris: its changes of offset are read from ICU once, so no calendar is shared. */
#include "locale.h"

#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/ustring.h>

#define WORD_MAX 64
#define ZONE_CHANGES_MAX 512

/* Changes of Paris's offset from UTC, in order; the first stands for all time before. */
static struct zone_change {
	msec from;
	int32_t offset; /* ms */
} zone[ZONE_CHANGES_MAX];
static size_t zone_n;

static const char *const skeletons[] = {[DATE_LONG] = "yMMMMd",
					[DATE_SHORT] = "MMMd",
					[DATE_NUM] = "yMd",
					[DATE_WEEKDAY] = "yMMMMEEEEd",
					[DATE_MONTH] = "yMMM"};
#define TIME_SKELETON "yMMMdHm"

static struct err *zone_fill(struct arena *a, UCalendar *cal)
{
	const UDate end = 7258118400000.0; /* 2200 */
	UErrorCode e = U_ZERO_ERROR;
	UDate t = 0;
	bool more;

	do {
		if (zone_n == ZONE_CHANGES_MAX)
			return FAIL(a, INTERNAL, NULL, "Europe/Paris: too many changes of offset");
		ucal_setMillis(cal, t, &e);
		zone[zone_n++] = (struct zone_change){(msec)t, ucal_get(cal, UCAL_ZONE_OFFSET, &e) +
								       ucal_get(cal, UCAL_DST_OFFSET, &e)};
		more = ucal_getTimeZoneTransitionDate(cal, UCAL_TZ_TRANSITION_NEXT, &t, &e);
	} while (U_SUCCESS(e) && more && t < end);
	if (U_FAILURE(e))
		return FAIL(a, INTERNAL, NULL, "Europe/Paris: %s", u_errorName(e));
	return NULL;
}

struct err *zone_start(struct arena *a)
{
	UErrorCode e = U_ZERO_ERROR;
	UCalendar *cal = ucal_open(u"Europe/Paris", -1, "en", UCAL_GREGORIAN, &e);
	struct err *failed;

	if (U_FAILURE(e))
		return FAIL(a, INTERNAL, NULL, "Europe/Paris: %s", u_errorName(e));
	zone_n = 0;
	failed = zone_fill(a, cal);
	ucal_close(cal);
	return failed;
}

static int32_t zone_offset(msec t)
{
	size_t low = 0, high = zone_n;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (zone[mid].from <= t)
			low = mid;
		else
			high = mid;
	}
	return zone[low].offset;
}

static void literal_add(struct arena *a, struct pattern *p, str bytes)
{
	struct pattern_item *last = p->n ? &p->item[p->n - 1] : NULL;

	if (last && !last->field)
		last->literal = arena_fmt(a, "%.*s%.*s", STR_ARG(last->literal), STR_ARG(bytes));
	else
		p->item[p->n++] = (struct pattern_item){.literal = arena_str(a, bytes)};
}

/* Cuts an ICU pattern into fields; text between quotes is literal. */
static bool pattern_cut(struct arena *a, str text, struct pattern *out)
{
	bool quoted = false;

	out->n = 0;
	while (text.n && out->n < PATTERN_ITEMS_MAX) {
		char c = text.p[0];
		size_t run = 1;

		if (c == '\'') {
			quoted = !quoted;
		} else if (quoted || (c | 32) < 'a' || (c | 32) > 'z') {
			literal_add(a, out, str_sub(text, 0, 1));
		} else {
			while (run < text.n && text.p[run] == c)
				run++;
			if (str_index(STR("dMEyHm"), c) < 0)
				return false;
			out->item[out->n++] = (struct pattern_item){.field = c, .width = (uint8_t)run};
		}
		text = str_sub(text, run, text.n);
	}
	return text.n == 0 && !quoted;
}

static struct err *pattern_start(struct arena *a, const struct locale *l, const UDateTimePatternGenerator *gen,
				 const char *skeleton, struct pattern *out)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar wanted[16], found[WORD_MAX];
	int32_t n;
	/* ICU declares the generator without const, but only reads it here. */
	UDateTimePatternGenerator *g = (UDateTimePatternGenerator *)(uintptr_t)gen;

	u_uastrcpy(wanted, skeleton);
	n = udatpg_getBestPattern(g, wanted, -1, found, WORD_MAX, &e);
	if (U_FAILURE(e) || n >= WORD_MAX || !pattern_cut(a, utf8_of(a, found, n), out))
		return FAIL(a, INTERNAL, NULL, "date pattern %s of %s: %s", skeleton, l->tag.p, u_errorName(e));
	return NULL;
}

static struct err *patterns_start(struct arena *a, struct locale *l)
{
	UErrorCode e = U_ZERO_ERROR;
	UDateTimePatternGenerator *gen = udatpg_open(l->icu, &e);
	struct err *failed = NULL;

	if (U_FAILURE(e))
		return FAIL(a, INTERNAL, NULL, "date patterns of %s: %s", l->tag.p, u_errorName(e));
	for (size_t i = 0; !failed && i < sizeof skeletons / sizeof *skeletons; i++)
		failed = pattern_start(a, l, gen, skeletons[i], &l->dates.style[i]);
	if (!failed)
		failed = pattern_start(a, l, gen, TIME_SKELETON, &l->dates.time);
	udatpg_close(gen);
	return failed;
}

static str symbol(struct arena *a, const UDateFormat *f, UDateFormatSymbolType type, int32_t i, UErrorCode *e)
{
	UChar word[WORD_MAX];
	int32_t n = udat_getSymbols(f, type, i, word, WORD_MAX, e);

	return U_SUCCESS(*e) && n < WORD_MAX ? utf8_of(a, word, n) : STR("");
}

struct err *dates_start(struct arena *a, struct locale *l)
{
	UErrorCode e = U_ZERO_ERROR;
	UDateFormat *f = udat_open(UDAT_LONG, UDAT_LONG, l->icu, u"UTC", -1, NULL, 0, &e);

	for (int i = 0; U_SUCCESS(e) && i < 12; i++) {
		l->dates.month[i] = symbol(a, f, UDAT_MONTHS, i, &e);
		l->dates.month_short[i] = symbol(a, f, UDAT_SHORT_MONTHS, i, &e);
	}
	/* ICU's weeks count from 1, Sunday. */
	for (int i = 0; U_SUCCESS(e) && i < 7; i++)
		l->dates.weekday[i] = symbol(a, f, UDAT_WEEKDAYS, i == 6 ? 1 : i + 2, &e);
	udat_close(f);
	if (U_FAILURE(e))
		return FAIL(a, INTERNAL, NULL, "names of months in %s: %s", l->tag.p, u_errorName(e));
	return patterns_start(a, l);
}

static void number(struct buf *b, int v, unsigned width)
{
	char digits[16];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v || sizeof digits - at < width);
	buf_put(b, digits + at, sizeof digits - at);
}

static void month(struct buf *b, const struct locale *l, int m, unsigned width)
{
	if (width < 3)
		number(b, m, width);
	else
		buf_str(b, width == 3 ? l->dates.month_short[m - 1] : l->dates.month[m - 1]);
}

static bool in_words(const struct pattern *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->item[i].field == 'M' && p->item[i].width >= 3)
			return true;
	return false;
}

/* minutes: of the day. */
static str format(struct arena *a, const struct locale *l, const struct pattern *p, day d, int minutes)
{
	struct civil c = day_civil(d);
	struct buf b;

	buf_init(&b, a, 256);
	for (size_t i = 0; i < p->n; i++) {
		const struct pattern_item *item = &p->item[i];

		switch (item->field) {
		case 'd':
			if (c.day == 1 && l->first && in_words(p))
				buf_z(&b, l->first);
			else
				number(&b, c.day, item->width);
			break;
		case 'M':
			month(&b, l, c.month, item->width);
			break;
		case 'E':
			buf_str(&b, l->dates.weekday[day_weekday(d) - 1]);
			break;
		case 'y':
			number(&b, c.year, item->width);
			break;
		case 'H':
			number(&b, minutes / 60, item->width);
			break;
		case 'm':
			number(&b, minutes % 60, item->width);
			break;
		default:
			buf_str(&b, item->literal);
		}
	}
	return buf_done(&b);
}

str fmt_day(struct arena *a, const struct locale *l, day d, enum date_style style)
{
	/* Outside the years that day_of takes there is no date to show. */
	if (d < day_of(1, 1, 1) || d > day_of(9999, 12, 31))
		return STR("");
	return format(a, l, &l->dates.style[style], d, 0);
}

str fmt_time(struct arena *a, const struct locale *l, msec t)
{
	/* Years 1 to 9999, a day in from each end so that the offset cannot lead out. */
	if (t < (day_of(1, 1, 2) * DAY_MS) || t > (day_of(9999, 12, 31) * DAY_MS))
		return STR("");
	t += zone_offset(t);
	return format(a, l, &l->dates.time, day_of_msec(t), (int)((t - day_of_msec(t) * DAY_MS) / 60000));
}
