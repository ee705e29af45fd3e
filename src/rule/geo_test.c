/* geo_test.c — geography against the test vectors of the study and facts anyone can look up. */
#include "geo.h"

#include "rule_testing.h"

static void membership_has_dates(void **state)
{
	static const struct {
		const char *code;
		int y, m, d;
		bool member;
	} rows[] = {
		{"FR", 2018, 1, 1, true},    {"GB", 2020, 1, 31, true},  {"GB", 2020, 2, 1, false},
		{"GB", 1972, 12, 31, false}, {"HR", 2013, 6, 30, false}, {"HR", 2013, 7, 1, true},
		{"RO", 2006, 12, 31, false}, {"RO", 2018, 5, 2, true},   {"BG", 2007, 1, 1, true},
		{"CH", 2018, 1, 1, false},   {"NO", 2018, 1, 1, false},  {"TR", 2018, 1, 1, false},
		{"XX", 2018, 1, 1, false},   {"", 2018, 1, 1, false},    {"GP", 2018, 1, 1, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(geo_eu(str_of(rows[i].code), on(rows[i].y, rows[i].m, rows[i].d)), rows[i].member);
}

/* In the programme's window the Union has 28 members, with the United Kingdom and Croatia. */
static void twenty_eight_members(void **state)
{
	int n = 0;

	(void)state;
	for (char x = 'A'; x <= 'Z'; x++)
		for (char y = 'A'; y <= 'Z'; y++)
			n += geo_eu((str){(char[]){x, y}, 2}, on(2018, 6, 1));
	assert_int_equal(n, 28);
}

static void third_countries(void **state)
{
	static const struct {
		const char *code;
		int y;
		bool third;
	} rows[] = {
		{"NG", 2018, true},   {"XK", 2018, true},  {"MC", 2018, true},  {"CH", 2018, true},
		{"RO", 2018, false},  {"RE", 2018, false}, {"NC", 2018, false}, {"AX", 2018, false},
		{"GL", 2018, false},  {"CW", 2018, false}, {"GI", 2018, false}, {"GI", 2021, true},
		{"BM", 2021, true},   {"GB", 2021, true},  {"XX", 2018, false}, {"ng", 2018, false},
		{"NGA", 2018, false}, {"", 2018, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (geo_third_country(str_of(rows[i].code), on(rows[i].y, 3, 1)) != rows[i].third)
			fail_msg("%s in %d", rows[i].code, rows[i].y);
}

static void france_by_code(void **state)
{
	static const struct {
		const char *place;
		enum geo_france is;
	} rows[] = {
		{"FR-75", GEO_METROPOLITAN},  {"FR-2A", GEO_METROPOLITAN}, {"FR-2B", GEO_METROPOLITAN},
		{"FR-01", GEO_METROPOLITAN},  {"FR-95", GEO_METROPOLITAN}, {"FR-IDF", GEO_METROPOLITAN},
		{"FR-69M", GEO_METROPOLITAN}, {"FR-20", GEO_UNREADABLE},   {"FR-00", GEO_UNREADABLE},
		{"FR-96", GEO_UNREADABLE},    {"FR-1", GEO_UNREADABLE},    {"FR-", GEO_UNREADABLE},
		{"FR", GEO_UNREADABLE},       {"FR-UNK", GEO_UNREADABLE},  {"FR-974", GEO_OVERSEAS},
		{"FR-PM", GEO_OVERSEAS},      {"RE", GEO_OVERSEAS},        {"20000", GEO_METROPOLITAN},
		{"75011", GEO_METROPOLITAN},  {"01000", GEO_METROPOLITAN}, {"97400", GEO_OVERSEAS},
		{"97150", GEO_OVERSEAS},      {"98800", GEO_OVERSEAS},     {"98000", GEO_NOT_FRANCE},
		{"99100", GEO_NOT_FRANCE},    {"96000", GEO_UNREADABLE},   {"00100", GEO_UNREADABLE},
		{"98200", GEO_UNREADABLE},    {"7501", GEO_UNREADABLE},    {"750111", GEO_UNREADABLE},
		{"7501A", GEO_UNREADABLE},    {"DE-BE", GEO_NOT_FRANCE},   {"MC", GEO_NOT_FRANCE},
		{"Paris", GEO_UNREADABLE},    {"", GEO_UNREADABLE},        {"XX-01", GEO_UNREADABLE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (geo_french(str_of(rows[i].place)) != rows[i].is)
			fail_msg("%s", rows[i].place);
}

/* Every department of the form is placed, and only the 96 of the mainland and Corsica are metropolitan. */
static void departments_of_the_form(void **state)
{
	int metropolitan = 0, overseas = 0, other = 0;

	JSON_EACH (c, code_files_list(code_files_open(*state, &rule_data), STR("DEPT"))) {
		enum geo_france is = geo_french(json_text(c, "code"));

		metropolitan += is == GEO_METROPOLITAN;
		overseas += is == GEO_OVERSEAS;
		other += is != GEO_METROPOLITAN && is != GEO_OVERSEAS;
	}
	assert_int_equal(metropolitan, 96);
	assert_int_equal(overseas, 11);
	assert_int_equal(other, 1); /* FR-UNK */
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(membership_has_dates), TEST(twenty_eight_members),
					   TEST(third_countries), TEST(france_by_code), TEST(departments_of_the_form)};

	return cmocka_run_group_tests_name("geo", tests, NULL, NULL);
}
