/* training_test.c — who counts as trained, once, and by body. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "programme.h"
#include "training.h"

static struct arena *a;
static const struct programme programme = {.certificate_halfdays = 2};

static int setup(void **state)
{
	(void)state;
	a = arena_create(1 << 26);
	assert_null(i18n_start(a));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_destroy(a);
	return 0;
}

static struct filled record(str json)
{
	struct filled f = {.r = {.id = {id_random()}, .version = 1}};

	assert_null(json_parse(a, json, &f.answers));
	return f;
}

static struct filled day_of_training(const char *name, const char *date)
{
	return record(arena_fmt(a, "{\"session\":\"%s\",\"date\":\"%s\",\"city\":\"Lyon\",\"hours\":6,\"capacity\":20}",
				name, date));
}

static struct filled person(const char *session, const char *name, const char *corps, const char *email,
			    const char *morning, const char *afternoon)
{
	return record(arena_fmt(a,
				"{\"session\":\"%s\",\"name\":\"%s\",\"corps\":\"%s\",\"email\":\"%s\","
				"\"attended_morning\":\"%s\",\"attended_afternoon\":\"%s\",\"pre_test\":40}",
				session, name, corps, email, morning, afternoon));
}

static struct trainings world(void)
{
	struct filled days[] = {day_of_training("Paris 1", "2019-01-10"), day_of_training("Lyon 1", "2018-03-15"),
				day_of_training("Bordeaux 1", "2018-05-17")};
	struct filled people[] = {
		person("Lyon 1", "Hélène Roux", "PAF", "", "YES", "YES"),
		person("lyon 1 ", "Marc Petit", "OFII", "m.petit@ofii.example", "YES", "NO"),
		person("Lyon 1", "Ana Diaz", "OFII", "a.diaz@ofii.example", "YES", "YES"),
		person("Bordeaux 1", "helene roux", "PAF", "", "YES", "YES"), /* the same person again */
		person("Bordeaux 1", "Ana Diaz-Cruz", "OFII", "A.Diaz@ofii.example", "YES",
		       "YES"),                                                /* the same e-mail */
		person("Bordeaux 1", "Hélène Roux", "NGO", "", "YES", "YES"), /* another body: another person */
		person("Paris 1", "Yves Le Bras", "GENDARMERIE", "", "YES", "YES"),
		person("Nowhere", "No One", "OTHER", "", "YES", "YES"),
	};
	struct trainings t;

	trainings_build(a, days, 3, people, sizeof people / sizeof *people, &t);
	return t;
}

static void sessions_hold_their_people(void **state)
{
	struct trainings t = world();

	(void)state;
	assert_true(str_eqz(t.sessions[0].name, "Lyon 1")); /* oldest first */
	assert_true(str_eqz(t.sessions[2].name, "Paris 1"));
	assert_int_equal(t.sessions[0].n_people, 3);
	assert_int_equal(t.sessions[1].n_people, 3);
	assert_true(str_eqz(t.sessions[0].people[0]->name, "Ana Diaz")); /* by name */
	assert_ptr_equal(session_of(&t, STR(" LYON 1")), &t.sessions[0]);
	assert_null(session_of(&t, STR("Nowhere")));
	assert_ptr_equal(session_by_id(&t, t.sessions[1].id), &t.sessions[1]);
	assert_ptr_equal(participant_by_id(&t.sessions[0], t.sessions[0].people[2]->id), t.sessions[0].people[2]);
	assert_null(participant_by_id(&t.sessions[0], t.sessions[1].people[0]->id));
	assert_int_equal(t.sessions[0].people[0]->before, 40);
	assert_int_equal(t.sessions[0].people[0]->after, -1);
}

static void persons_and_participations(void **state)
{
	struct trainings t = world();
	struct training_count before = trainings_count(&t, &programme, day_of(2018, 3, 14)),
			      now = trainings_count(&t, &programme, day_of(2018, 11, 20)),
			      after = trainings_count(&t, &programme, day_of(2019, 2, 1));

	(void)state;
	assert_int_equal(before.held, 0);
	assert_int_equal(before.persons, 0);
	assert_int_equal(now.held, 2);
	assert_int_equal(now.participations, 5); /* half a day is not enough */
	assert_int_equal(now.persons, 3);
	assert_int_equal(after.held, 3);
	assert_int_equal(after.persons, 4);
}

static void half_days(void **state)
{
	static const struct programme lenient = {.certificate_halfdays = 1}, unset = {0};
	struct trainings t = world();
	const struct participant *half = t.sessions[0].people[2];

	(void)state;
	assert_true(str_eqz(half->name, "Marc Petit"));
	assert_int_equal(participant_halfdays(half), 1);
	assert_false(participant_trained(half, &programme));
	assert_true(participant_trained(half, &lenient));
	assert_false(participant_trained(&(struct participant){0}, &unset)); /* nobody is trained by staying away */
}

static void counts_by_body(void **state)
{
	struct code codes[] = {{.code = STR("OFII")}, {.code = STR("GENDARMERIE")}, {.code = STR("PAF")}};
	struct code_list corps = {.codes = codes, .n = 3};
	struct trainings t = world();
	struct corps_count *rows;

	(void)state;
	assert_int_equal(session_by_corps(a, &t.sessions[0], &programme, &corps, &rows), 2);
	assert_true(str_eqz(rows[0].corps, "OFII"));
	assert_int_equal(rows[0].registered, 2);
	assert_int_equal(rows[0].morning, 2);
	assert_int_equal(rows[0].afternoon, 1);
	assert_int_equal(rows[0].trained, 1);
	assert_true(str_eqz(rows[1].corps, "PAF"));
}

static struct house house = {.programme = (struct programme *)(uintptr_t)&programme};

static void certificates(void **state)
{
	static const struct forms none = {0};
	struct trainings t = world();
	struct op op = {.a = a, .house = &house, .today = day_of(2018, 11, 20)};
	str pdf, again;

	(void)state;
	house.forms = (struct forms *)(uintptr_t)&none;
	assert_null(certificate_pdf(&op, &t.sessions[0], t.sessions[0].people[0], locale_get(STR("fr")), &pdf));
	assert_true(str_starts(pdf, STR("%PDF-")));
	assert_null(certificate_pdf(&op, &t.sessions[0], t.sessions[0].people[0], locale_get(STR("en")), &again));
	assert_false(str_eq(pdf, again));
	assert_int_equal(certificate_number(a, t.sessions[0].people[0]).n, 10);
	assert_int_equal(
		certificate_pdf(&op, &t.sessions[0], t.sessions[0].people[2], locale_get(STR("fr")), &pdf)->kind,
		ERR_INVALID);
	assert_int_equal(
		certificate_pdf(&op, &t.sessions[2], t.sessions[2].people[0], locale_get(STR("fr")), &pdf)->kind,
		ERR_INVALID); /* a day to come */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sessions_hold_their_people),
		cmocka_unit_test(persons_and_participations),
		cmocka_unit_test(half_days),
		cmocka_unit_test(counts_by_body),
		cmocka_unit_test(certificates),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
