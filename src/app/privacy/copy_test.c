/* copy_test.c — what a person is given of her file, and what of others never leaves with it: with the forms as shipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "copy.h"
#include "desk.h"
#include "register.h"

static struct arena *a;
static struct forms *forms;
static const struct locale *en;

static int start(void **state)
{
	(void)state;
	a = arena_create(256 << 20);
	if (i18n_start(a) || house_forms(a, &forms))
		return -1;
	en = locale_get(STR("en"));
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_destroy(a);
	return 0;
}

static struct copy_record lines(const char *form, const char *answers, const str *kept, size_t n)
{
	struct copy_record r = {
		.form = form_find(forms, str_of(form), 0), .id = STR("r1"), .on = day_of(2018, 5, 14), .version = 1};
	struct json *v;

	assert_null(json_parse(a, str_of(answers), &v));
	copy_lines(a, en, v, kept, n, &r);
	return r;
}

static const char screening[] =
	"{\"given_name\":\"Ada\",\"birthplace\":\"Benin City\",\"children\":[{\"child_with\":\"her mother Grace\"}],"
	"\"perpetrators\":[{\"perp_nickname\":\"Uncle\",\"perp_role\":\"driver\"}],\"debt_to\":\"Madam Joy\","
	"\"rationale\":\"Told by Madam Joy's sister\",\"second_reader\":\"Paul Durand\"}";

static const struct copy_line *named(const struct copy_record *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_eqz(r->lines[i].name, name))
			return &r->lines[i];
	return NULL;
}

static void others_are_masked(void **state)
{
	static const char *const of_others[] = {"Grace", "Uncle", "driver", "Joy", "Durand"};
	const str kept[] = {STR("r1.1.rationale"), STR("r1.1.second_reader"), STR("r1.1.debt_to")};
	struct copy_record r = lines("F02", screening, NULL, 0);
	struct copy c = {.reference = STR("K7F-2QM-9X"), .made = day_of(2018, 5, 14), .records = &r, .n = 1};
	str json = copy_json(a, en, &c);

	(void)state;
	assert_int_equal(r.n, 7);
	assert_int_equal(r.n_masked, 5);
	assert_false(named(&r, "given_name")->masked);
	assert_true(str_eqz(named(&r, "given_name")->answer, "Ada"));
	assert_true(named(&r, "children")->masked && named(&r, "perpetrators")->masked);
	assert_true(named(&r, "rationale")->key.n && !named(&r, "debt_to")->key.n);
	assert_non_null(strstr(arena_z(a, json), "Benin City"));
	for (size_t i = 0; i < sizeof of_others / sizeof *of_others; i++)
		assert_null(strstr(arena_z(a, json), of_others[i]));
	/* Free words are let through when somebody has read them; what is of others by its question, never. */
	r = lines("F02", screening, kept, 3);
	assert_int_equal(r.n_masked, 4);
	assert_true(str_eqz(named(&r, "rationale")->answer, "Told by Madam Joy's sister"));
	assert_true(named(&r, "second_reader")->masked && named(&r, "debt_to")->masked);
}

/* Short questions whose answer may be a name: shown to be read like long ones.  A tick is of the version that was read. */
static void short_words_are_read_first(void **state)
{
	static const char *const words[][3] = {
		{"F01", "safe_contact", NULL},
		{"TRI", "safe_contact", NULL},
		{"F02", "id_documents", NULL},
		{"F05", "factors", "mitigation_text"},
		{"F05C", "other_area", NULL},
		{"F06", "needs", "detail"},
		{"F06", "needs", "existing_support"},
		{"F06", "needs", "preferred_solution"},
		{"F07", "safety_limits", NULL},
		{"F07", "own_kind", NULL},
		{"F07", "opportunities", "provider"},
		{"F09", "onward", NULL},
		{"F09", "checklist", "note"},
		{"F09C", "if_absent", NULL},
		{"F09C", "meeting_point", NULL},
		{"F09C", "first_night", NULL},
		{"F10", "activities", "act_provider"},
		{"F10", "activities", "act_depends_on"},
		{"F10", "first_30", "first_provider"},
		{"F12", "provider", NULL},
		{"F12", "referred_to", NULL},
		{"F14", "attempts", "result"},
		{"F14", "actions", "what"},
		{"F15", "times", NULL},
		{"F15", "visits_where", NULL},
		{"F17", "referrals", "to"},
		{"DEC", "conditions", "cond_what"},
	};
	const str old[] = {STR("r1.2.safe_contact"), STR("r1.safe_contact")};
	struct copy_record r;

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const char *inner = words[i][2];
		str json = inner ? arena_fmt(a, "{\"%s\":[{\"%s\":\"Sister Agathe\"}]}", words[i][1], inner)
				 : arena_fmt(a, "{\"%s\":\"Sister Agathe\"}", words[i][1]);

		r = lines(words[i][0], arena_z(a, json), NULL, 0);
		assert_int_equal(r.n, 1);
		assert_true(r.lines[0].masked && r.lines[0].key.n);
	}
	r = lines("F01", "{\"safe_contact\":\"Her sister Rose\"}", old, 2);
	assert_true(r.lines[0].masked);
}

static void rows_keep_their_place(void **state)
{
	struct copy_record r = lines(
		"F03",
		"{\"kind\":\"C2\",\"witness\":\"A colleague\",\"recipients\":[{\"org\":\"One\"},{\"org\":\"Two\"}]}",
		NULL, 0);

	(void)state;
	assert_true(str_eqz(named(&r, "recipients.1.org")->answer, "Two"));
	assert_true(named(&r, "witness")->masked);
	assert_true(str_eqz(named(&r, "kind")->answer, "C2 – Exchange with named partners in France"));
}

static void as_a_paper(void **state)
{
	str recipients[] = {STR("14 May 2018 · Maison Test")};
	struct copy_record r = lines("F02", screening, NULL, 0);
	struct copy c = {.reference = STR("K7F-2QM-9X"),
			 .made = day_of(2018, 5, 14),
			 .records = &r,
			 .n = 1,
			 .recipients = recipients,
			 .n_recipients = 1};
	str pdf;

	(void)state;
	for (size_t i = 0; i < locale_count(); i++) {
		assert_null(copy_pdf(a, locale_at(i), &c, &pdf));
		assert_true(str_starts(pdf, STR("%PDF")));
	}
}

static void clocks(void **state)
{
	static const struct {
		const char *text;
		int minutes;
	} hours[] = {{"00:00", 0},  {"09:30", 570}, {"23:59", 1439}, {"24:00", -1}, {"9:30", -1},  {"09:60", -1},
		     {"0a:30", -1}, {"09-30", -1},  {"", -1},        {"09:3", -1},  {"+9:30", -1}, {"09:+3", -1}};

	(void)state;
	for (size_t i = 0; i < sizeof hours / sizeof *hours; i++) {
		int m = -1;

		assert_int_equal(hour_parse(str_of(hours[i].text), &m), hours[i].minutes >= 0);
		assert_int_equal(m, hours[i].minutes);
	}
	assert_int_equal(request_due(day_of(2018, 1, 31), false), day_of(2018, 2, 28));
	assert_int_equal(request_due(day_of(2018, 11, 30), true), day_of(2019, 2, 28));
	assert_int_equal(request_due(NO_DAY, true), NO_DAY);
	/* Paris: one hour ahead in winter, two in summer; 25 March and 28 October 2018 change at three. */
	assert_int_equal(desk_moment(day_of(2018, 1, 10), 570), (msec)day_of(2018, 1, 10) * DAY_MS + (msec)510 * 60000);
	assert_int_equal(desk_moment(day_of(2018, 3, 25), 60), (msec)day_of(2018, 3, 25) * DAY_MS);
	assert_int_equal(desk_moment(day_of(2018, 3, 25), 570), (msec)day_of(2018, 3, 25) * DAY_MS + (msec)450 * 60000);
	assert_int_equal(desk_moment(day_of(2018, 10, 28), 570),
			 (msec)day_of(2018, 10, 28) * DAY_MS + (msec)510 * 60000);
}

static struct filled consent(const char *answers)
{
	struct filled f = {0};

	assert_null(json_parse(a, str_of(answers), &f.answers));
	return f;
}

static void which_consent_stands(void **state)
{
	struct filled all[] = {
		consent("{\"kind\":\"C2\",\"status\":\"GIVEN\",\"consent_on\":\"2018-03-01\",\"expires_on\":\"2018-05-"
			"14\"}"),
		consent("{\"kind\":\"C3\",\"status\":\"WITHDRAWN\",\"consent_on\":\"2018-01-01\",\"withdrawn_on\":"
			"\"2018-04-01\"}"),
		consent("{\"kind\":\"C3\",\"status\":\"GIVEN\",\"consent_on\":\"2018-03-01\"}"),
		consent("{\"kind\":\"C3\",\"status\":\"GIVEN\",\"consent_on\":\"2018-04-02\"}"),
		consent("{\"kind\":\"C2\",\"status\":\"REFUSED\",\"consent_on\":\"2018-02-01\"}"),
	};

	(void)state;
	assert_true(consent_stands(all, 5, 0, day_of(2018, 5, 14)));
	assert_false(consent_stands(all, 5, 0, day_of(2018, 5, 15)));
	assert_false(consent_stands(all, 5, 0, day_of(2018, 2, 28)));
	assert_false(consent_stands(all, 5, 1, day_of(2018, 5, 14)));
	assert_false(consent_stands(all, 5, 2, day_of(2018, 5, 14))); /* withdrawn since */
	assert_true(consent_stands(all, 5, 3, day_of(2018, 5, 14)));  /* given anew */
}

static void formulas_are_none(void **state)
{
	struct processing row = {.purpose = STR("=1+1"), .basis = STR("says \"yes\""), .forms = STR("a,b")};
	str csv = register_csv(a, en, &row, 1);

	(void)state;
	assert_non_null(strstr(arena_z(a, csv), "\"'=1+1\",\"says \"\"yes\"\"\",\"a,b\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(others_are_masked),
		cmocka_unit_test(rows_keep_their_place),
		cmocka_unit_test(as_a_paper),
		cmocka_unit_test(clocks),
		cmocka_unit_test(which_consent_stands),
		cmocka_unit_test(formulas_are_none),
		cmocka_unit_test(short_words_are_read_first),
	};

	return cmocka_run_group_tests(tests, start, end);
}
