/* i18n_test.c — messages, dates, numbers, names, folding, in three languages; ICU itself is the oracle for dates. */
#include "testing.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/ustring.h>

#include "i18n.h"

#define NBSP "\xC2\xA0"
#define NNBSP "\xE2\x80\xAF"
#define RLM "\xE2\x80\x8F"
#define LRM "\xE2\x80\x8E"

static struct arena *process;
static const struct locale *fr, *en, *ar;

static int setup(void **state)
{
	process = arena_create(16 << 20);
	*state = arena_create(16 << 20);
	if (i18n_start(process) || i18n_start(process))
		return -1;
	fr = locale_get(STR("fr"));
	en = locale_get(STR("en"));
	ar = locale_get(STR("ar"));
	return 0;
}

static int teardown(void **state)
{
	arena_destroy(*state);
	arena_destroy(process);
	return 0;
}

static void same(str got, const char *want)
{
	if (!str_eqz(got, want))
		fail_msg("got «%.*s», want «%s»", STR_ARG(got), want);
}

static void locales(void **state)
{
	(void)state;
	assert_int_equal(locale_count(), 3);
	assert_ptr_equal(locale_at(0), fr);
	assert_ptr_equal(locale_get(STR("de")), fr);
	assert_ptr_equal(locale_get((str){0}), fr);
	same(locale_tag(ar), "ar");
	same(locale_own_name(ar), "العربية");
	assert_true(locale_rtl(ar));
	assert_false(locale_rtl(fr));
}

static void accept(void **state)
{
	static const struct {
		const char *header, *tag;
	} rows[] = {
		{NULL, "fr"},
		{"", "fr"},
		{"en", "en"},
		{"ar-MA", "ar"},
		{"AR-ma,en;q=0.8", "ar"},
		{"en;q=0.3, ar;q=0.9", "ar"},
		{"en;q=0.5,ar;q=0.5", "en"},
		{"de, *;q=0.5, en;q=0.4", "fr"},
		{"de-CH, en ; q=0.001", "en"},
		{"en;q=0, de", "fr"},
		{"fr;q=0.2,en;Q=1.000", "en"},
		{"en;q=1.001", "fr"},
		{"en;q=2", "fr"},
		{"en;q=0.1234", "fr"},
		{"en;q=", "fr"},
		{"en;q=0,5", "fr"},
		{"en;level=1, ar", "ar"},
		{",,;;,-,en", "en"},
		{"english", "fr"},
		{"d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,d,en", "fr"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		same(locale_tag(locale_accept(str_of(rows[i].header))), rows[i].tag);
}

static void messages(void **state)
{
	struct arena *a = *state;
	const struct tr_arg args[] = {{"n", {"1", 1}}, {"m", {"6", 1}}};

	for (int i = 0; i < ERR_KINDS; i++) {
		assert_string_not_equal(tr(fr, err_kinds[i].message), err_kinds[i].message);
		assert_string_not_equal(tr(ar, err_kinds[i].message), err_kinds[i].message);
		assert_ptr_equal(tr(en, err_kinds[i].message), err_kinds[i].message);
	}
	assert_string_equal(tr(fr, "Please sign in again."), "Veuillez vous reconnecter.");
	assert_string_equal(tr(fr, "no such message"), "no such message");
	assert_string_equal(tr(fr, ""), "");
	assert_string_equal(tr(en, "verb\004Open"), "Open");
	assert_string_equal(tr(fr, "verb\004no such"), "no such");
	assert_string_equal(tr_n(fr, "{n} dog", "{n} dogs", 1), "{n} dog");
	assert_string_equal(tr_n(fr, "{n} dog", "{n} dogs", 2), "{n} dogs");
	assert_string_equal(tr_n(en, "{n} dog", "{n} dogs", -1), "{n} dog");
	assert_string_equal(tr_n(en, "{n} dog", "{n} dogs", INT64_MIN), "{n} dogs");
	same(tr_fill(a, "Step {n} of {m}", args, 2), "Step 1 of 6");
	same(tr_fill(a, "{n}{n}{x}{ {} } {n", args, 2), "11{x}{ {} } {n");
	same(tr_fill(a, "", args, 2), "");
	same(tr_fill(a, "{n", NULL, 0), "{n");
	same(tr_say(a, en, "Step {n} of {m}", args, 2), "Step 1 of 6");
	same(tr_say(a, ar, "Step {n} of {m}", args, 2), "Step \xE2\x81\xA8"
							"1\xE2\x81\xA9 of \xE2\x81\xA8"
							"6\xE2\x81\xA9");
}

static void dates(void **state)
{
	struct arena *a = *state;
	day d = day_of(2018, 11, 20), first = day_of(2019, 1, 1);

	same(fmt_day(a, fr, d, DATE_LONG), "20 novembre 2018");
	same(fmt_day(a, fr, d, DATE_SHORT), "20 nov.");
	same(fmt_day(a, fr, d, DATE_NUM), "20/11/2018");
	same(fmt_day(a, fr, d, DATE_WEEKDAY), "mardi 20 novembre 2018");
	same(fmt_day(a, fr, first, DATE_LONG), "1er janvier 2019");
	same(fmt_day(a, fr, first, DATE_NUM), "01/01/2019");
	same(fmt_day(a, en, d, DATE_LONG), "20 November 2018");
	same(fmt_day(a, en, first, DATE_WEEKDAY), "Tuesday, 1 January 2019");
	same(fmt_day(a, ar, d, DATE_LONG), "20 نوفمبر 2018");
	same(fmt_day(a, ar, d, DATE_NUM), "20" RLM "/11" RLM "/2018");
	same(fmt_day(a, fr, NO_DAY, DATE_LONG), "");
	same(fmt_day(a, fr, day_of(9999, 12, 31) + 1, DATE_LONG), "");
}

static void times(void **state)
{
	static const struct {
		const char *utc, *paris;
	} rows[] = {
		{"2018-11-20T09:00:00Z", "20 nov. 2018, 10:00"},   {"2018-07-20T22:30:00Z", "21 juil. 2018, 00:30"},
		{"2019-03-31T00:59:00Z", "31 mars 2019, 01:59"},   {"2019-03-31T01:00:00Z", "31 mars 2019, 03:00"},
		{"2019-10-27T00:59:00Z", "27 oct. 2019, 02:59"},   {"2019-10-27T01:00:00Z", "27 oct. 2019, 02:00"},
		{"1975-07-01T00:00:00Z", "1er juil. 1975, 01:00"}, {"2026-12-31T23:30:00Z", "1er janv. 2027, 00:30"},
		{"1960-01-02T00:00:00Z", "2 janv. 1960, 01:00"},   {"2150-07-01T10:00:00Z", "1er juil. 2150, 12:00"},
	};
	struct arena *a = *state;
	msec t;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(msec_parse(str_of(rows[i].utc), &t));
		same(fmt_time(a, fr, t), rows[i].paris);
	}
	assert_true(msec_parse(STR("2018-11-20T09:05:00Z"), &t));
	same(fmt_time(a, en, t), "20 Nov 2018, 10:05");
	same(fmt_time(a, ar, t), "20 نوفمبر 2018، 10:05");
	same(fmt_time(a, fr, INT64_MIN), "");
	same(fmt_time(a, fr, INT64_MAX), "");
}

/* Every style against udat_format, day by day over years; French "1er" is ours. */
static void dates_as_icu(void **state)
{
	static const char *const ids[] = {"fr-u-ca-gregory-nu-latn", "en-GB-u-ca-gregory-nu-latn",
					  "ar-u-ca-gregory-nu-latn"};
	static const char *const skeletons[] = {"yMMMMd", "MMMd", "yMd", "yMMMMEEEEd", "yMMM"};
	struct arena *a = arena_create(16 << 20);

	(void)state;
	for (size_t l = 0; l < 3; l++)
		for (size_t s = 0; s < 4; s++) {
			UErrorCode e = U_ZERO_ERROR;
			UDateTimePatternGenerator *g = udatpg_open(ids[l], &e);
			UChar skeleton[16], pattern[64], out[96];
			char utf8[256];
			UDateFormat *f;

			u_uastrcpy(skeleton, skeletons[s]);
			udatpg_getBestPattern(g, skeleton, -1, pattern, 64, &e);
			udatpg_close(g);
			f = udat_open(UDAT_PATTERN, UDAT_PATTERN, ids[l], u"UTC", -1, pattern, -1, &e);
			for (day d = day_of(1900, 1, 1); d < day_of(2040, 1, 1); d += 13) {
				if (l == 0 && s != DATE_NUM && day_civil(d).day == 1)
					continue;
				udat_format(f, (UDate)d * 86400000.0, out, 96, NULL, &e);
				u_strToUTF8(utf8, sizeof utf8, NULL, out, -1, &e);
				assert_true(U_SUCCESS(e));
				same(fmt_day(a, locale_at(l), d, (enum date_style)s), utf8);
				arena_reset(a);
			}
			udat_close(f);
		}
	arena_destroy(a);
}

static void numbers(void **state)
{
	struct arena *a = *state;

	same(fmt_int(a, fr, 1234567), "1" NNBSP "234" NNBSP "567");
	same(fmt_int(a, en, -1234), "-1,234");
	same(fmt_int(a, ar, 1234), "1,234");
	same(fmt_int(a, en, INT64_MIN), "-9,223,372,036,854,775,808");
	same(fmt_money(a, fr, 280000, "EUR"), "2" NNBSP "800,00" NBSP "€");
	same(fmt_money(a, en, 280050, "EUR"), "€2,800.50");
	same(fmt_money(a, ar, 280000, "EUR"), RLM "2,800.00" NBSP "€");
	same(fmt_money(a, fr, -5, "EUR"), "-0,05" NBSP "€");
	same(fmt_money(a, fr, 280000, "XOF"), "2" NNBSP "800" NBSP "F" NNBSP "CFA");
	same(fmt_money(a, fr, 280050, "XOF"), "2" NNBSP "800,50" NBSP "F" NNBSP "CFA");
	same(fmt_money(a, en, 100, "ISK"), "ISK" NBSP "1"); /* not among those opened at start */
	same(fmt_money(a, en, 100, "SEK"), "SEK" NBSP "1.00");
	same(fmt_money(a, en, 100, "euro"), "1.00");
	same(fmt_money(a, en, 100, ""), "1.00");
	same(fmt_percent(a, fr, 1, 3), "33" NBSP "%");
	same(fmt_percent(a, en, 2, 3), "67%");
	same(fmt_percent(a, ar, 1, 2), "50" LRM "%" LRM);
	same(fmt_percent(a, en, 0, 7), "0%");
	same(fmt_percent(a, en, 1, 0), "–");
	same(fmt_percent(a, en, INT64_MAX, 1), "–");
}

static void lists_are_sorted(const struct locale *l, const struct named *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_true(list[i].name.n > 0 && str_utf8_ok(list[i].name));
		assert_false(str_eq(list[i].name, list[i].code));
		assert_false(i && collate(l, list[i - 1].name, list[i].name) >= 0);
	}
}

static void country_names(void **state)
{
	struct arena *a = *state;
	size_t n;

	for (size_t i = 0; i < locale_count(); i++) {
		const struct named *list = countries(locale_at(i), &n);

		assert_int_equal(n, 250);
		lists_are_sorted(locale_at(i), list, n);
	}
	same(country_name(a, fr, STR("NG")), "Nigeria");
	same(country_name(a, fr, STR("CI")), "Côte d’Ivoire");
	same(country_name(a, en, STR("VN")), "Vietnam");
	same(country_name(a, ar, STR("DZ")), "الجزائر");
	same(country_name(a, fr, STR("XK")), "Kosovo");
	same(country_name(a, fr, STR("ZZ")), "ZZ");
	assert_true(country_known(STR("FR")));
	assert_true(country_known(STR("XK")));
	assert_false(country_known(STR("EA")));
	assert_false(country_known(STR("fr")));
	assert_false(country_known(STR("")));
	assert_false(country_known((str){0}));
	assert_false(country_known(STR("F")));
}

static void language_names(void **state)
{
	static const char *const needed[] = {"bin", "ish", "urh", "yo",  "ig",  "ha", "tw", "wo", "bm", "snk", "ff",
					     "ln",  "am",  "ti",  "om",  "so",  "bn", "vi", "zh", "sq", "uk",  "ru",
					     "ro",  "rom", "pt",  "pcm", "kri", "fr", "en", "ar", "es", "fsl"};
	struct arena *a = *state;
	const struct named *list = NULL;
	size_t n, found;

	for (size_t i = 0; i < locale_count(); i++) {
		list = languages(locale_at(i), &n);
		assert_true(n >= 200);
		lists_are_sorted(locale_at(i), list, n);
		for (size_t k = 0; k < sizeof needed / sizeof *needed; k++) {
			found = 0;
			for (size_t j = 0; j < n; j++)
				found += str_eqz(list[j].code, needed[k]);
			assert_int_equal(found, 1);
		}
	}
	same(language_name(a, fr, STR("bin")), "Edo (bini)");
	same(language_name(a, fr, STR("yo")), "Yoruba");
	same(language_name(a, en, STR("urh")), "Urhobo");
	same(language_name(a, ar, STR("vi")), "الفيتنامية");
	same(language_name(a, fr, STR("pt-BR")), "Portugais");
	same(language_name(a, fr, STR("ang")), "Ancien anglais"); /* known to ICU, not in our list */
	same(language_name(a, fr, STR("qqq")), "qqq");
	assert_true(language_known(STR("ish")));
	assert_false(language_known(STR("xx")));
	assert_false(language_known((str){0}));
}

static void folding(void **state)
{
	/* Spellings of one name, NULL at the end of each. */
	static const char *const alike[][6] = {
		{"Blessing", "BLESSING", "blesing"},
		{"Fatou Diop", "Fatu  DIOP", "fatw-diop", "Fatoo Diop"},
		{"Khadidja", "Kadija"},
		{"Aïcha", "Aisha", "AÏSHA", "Aitcha"},
		{"Jean-Pierre", "jean pierre", " Jean–Pierre "},
		{"N'Diaye", "N’Diaye", "Ndiaye"},
		{"Ọláwálé", "Olawale", "OLAWALE"},
		{"Nguyễn Thị Hương", "nguyen thi huong", "NGUYỄN THỊ HƯƠNG"},
		{"Đặng", "Dang"},
		{"Œuvrard Łukasz Søren Weiß", "oeuvrard lukasz soren weiss"},
		{"محمد", "مُحَمَّد", "محـــمد", "mhmd"},
		{"أحمد", "احمد", "ahmd"},
		{"Олександр", "Oleksandr"},
		{"Шевченко", "Shevchenko"},
		{"Юлія", "Yuliya"},
		{"张伟", "Zhang Wei"},
		{"Joseph", "Josef"},
		{"Ｆａｔｉｍａ", "Fatima", "Fatyma"},
		{"Traoré 2", "traore ٢"},
		{"Ɓoɗo", "bodo"},
	};
	static const char *const apart[][2] = {
		{"Blessing", "Blossom"}, {"Fati", "Fatou"}, {"22", "2"}, {"Amina Bello", "Aminabello"}, {"ⵎ", "ⵏ"}};
	struct arena *a = *state;

	for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
		for (size_t j = 1; j < 6 && alike[i][j]; j++)
			same(name_fold(a, str_of(alike[i][j])), name_fold(a, str_of(alike[i][0])).p);
	for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
		assert_false(str_eq(name_fold(a, str_of(apart[i][0])), name_fold(a, str_of(apart[i][1]))));
	same(name_fold(a, STR("Fatoumata Ouédraogo")), "fatumata uedraogo");
	same(name_fold(a, STR("")), "");
	same(name_fold(a, (str){0}), "");
	same(name_fold(a, STR("\xFF\xFE'’")), "");
	same(name_fold(a, STR("\xFF"
			      "Ada\xC3")),
	     "ada");
}

/* Hostile lengths: everything that NFKC and transliteration can blow up. */
static void folding_is_bounded(void **state)
{
	static const char *const pieces[] = {"\xEF\xB7\xBA",    "ß", "ǆ", "㋀", "𝔄", "ⵎ", "a", "\xCC\x81",
					     "\xF0\x9E\xA4\x80"};
	struct arena *a = *state;
	struct buf b;

	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		buf_init(&b, a, 100000);
		while (b.n < 5000)
			buf_z(&b, pieces[i]);
		assert_true(name_fold(a, buf_done(&b)).n <= 3072 * 3);
		assert_true(str_utf8_ok(name_fold(a, buf_done(&b))));
	}
}

static void sorting(void **state)
{
	(void)state;
	assert_true(collate(fr, STR("éclair"), STR("zèbre")) < 0);
	assert_true(collate(fr, STR("Eclair"), STR("éclairs")) < 0);
	assert_true(collate(fr, STR("b"), STR("a")) > 0);
	assert_int_equal(collate(fr, STR("a"), STR("a")), 0);
	assert_true(collate(fr, (str){0}, STR("a")) < 0);
	assert_int_not_equal(collate(fr, STR("e\xCC\x81"), STR("é")), 0); /* equal in the language, not in bytes */
}

static void *in_thread(void *unused)
{
	struct arena *a = arena_create(1 << 20);
	bool ok = true;

	(void)unused;
	for (int i = 0; i < 300; i++) {
		ok = ok && str_eqz(name_fold(a, STR("Шевченко")), "xevxenko");
		ok = ok && str_eqz(fmt_money(a, fr, 280000, "EUR"), "2" NNBSP "800,00" NBSP "€");
		ok = ok && str_eqz(fmt_day(a, fr, 0, DATE_LONG), "1er janvier 1970");
		ok = ok && collate(ar, STR("ب"), STR("ا")) > 0;
		arena_reset(a);
	}
	arena_destroy(a);
	return ok ? NULL : (void *)1;
}

static void threads(void **state)
{
	(void)state;
	in_four_threads(in_thread);
}

static double microseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

#define TIME(what, times, call)                                                                                        \
	do {                                                                                                           \
		double from_ = microseconds();                                                                         \
		for (int i_ = 0; i_ < (times); i_++) {                                                                 \
			(void)(call);                                                                                  \
			if (i_ % 512 == 0)                                                                             \
				arena_reset(a);                                                                        \
		}                                                                                                      \
		print_message("%-28s %6.2f µs\n", what, (microseconds() - from_) / (times));                           \
	} while (0)

/* Printed, not asserted: the machine is shared. */
static void speed(void **state)
{
	struct arena *a = arena_create(16 << 20);

	(void)state;
	TIME("tr fr", 20000, tr(fr, "Something went wrong on our side. Nothing was saved. Please try again."));
	TIME("fmt_day long", 20000, fmt_day(a, fr, 17000 + i_ % 1000, DATE_LONG));
	TIME("fmt_time", 20000, fmt_time(a, fr, INT64_C(1542704400000) + i_));
	TIME("fmt_int", 5000, fmt_int(a, fr, i_));
	TIME("fmt_money", 5000, fmt_money(a, fr, i_, "EUR"));
	TIME("name_fold ascii", 5000, name_fold(a, STR("Blessing Osarodion")));
	TIME("name_fold latin", 5000, name_fold(a, STR("Nguyễn Thị Hương")));
	TIME("name_fold cyrillic", 500, name_fold(a, STR("Олександр Шевченко")));
	TIME("name_fold arabic", 500, name_fold(a, STR("محمد عبد الرحمن")));
	TIME("collate", 5000, collate(fr, STR("Émilie Ouédraogo"), STR("Emilie Ouedraogo")));
	TIME("country_name", 5000, country_name(a, fr, STR("NG")));
	arena_destroy(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(locales),
		cmocka_unit_test(accept),
		cmocka_unit_test(messages),
		cmocka_unit_test(dates),
		cmocka_unit_test(times),
		cmocka_unit_test(dates_as_icu),
		cmocka_unit_test(numbers),
		cmocka_unit_test(country_names),
		cmocka_unit_test(language_names),
		cmocka_unit_test(folding),
		cmocka_unit_test(folding_is_bounded),
		cmocka_unit_test(sorting),
		cmocka_unit_test(threads),
		cmocka_unit_test(speed),
	};

	return cmocka_run_group_tests_name("i18n", tests, setup, teardown);
}
