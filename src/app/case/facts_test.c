/* facts_test.c — with a real vault and a real store: what filing and correcting forms does to the facts on which gates
 * rest.  An old form corrected must never undo what was found since. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gate.h"
#include "heads.h"
#include "kase.h"
#include "house_fixture.h"

enum { YES, NO };

static struct person coo = {.login = "coo", .role = ROLE_COO, .office = "PARIS"},
		     cmf = {.login = "cmf", .role = ROLE_CMF, .office = "PARIS"},
		     rsk = {.login = "rsk", .role = ROLE_RSK, .office = "PARIS"},
		     cmr = {.login = "cmr", .role = ROLE_CMR, .office = "LAGOS"};
static day today;

static struct op as(const struct person *p)
{
	return house_op(p, today);
}

static int setup(void **state)
{
	struct person *all[] = {&coo, &cmf, &rsk, &cmr};

	(void)state;
	house_new(all, sizeof all / sizeof *all);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	house_end();
	return 0;
}

static struct json *parse(const char *text)
{
	return json_of(str_of(text));
}

#define ADULT                                                                                                          \
	"\"agrees\":\"YES\",\"return_wish\":\"YES\",\"return_country\":\"NG\",\"birth_date\":\"1990-01-01\","          \
	"\"age_certainty\":\"DOCUMENT\",\"given_name\":\"Ada\""

static case_id new_case(void)
{
	struct op op = as(&cmf), chief = as(&coo);
	case_id id;
	str code;

	OK(kase_create(&op, (record_id){id_random()}, parse("{" ADULT ",\"safe_contact\":\"1\"}"), NULL, &id, &code));
	OK(kase_assign(&chief, open_case(&chief, id), cmf.id, false, NO_DAY));
	return id;
}

/* Files it as a person would: the first time anew, then, where it is kept once, as a correction of what is there. */
static struct err *try(const struct person *who, case_id id, const char *code, const char *answers)
{
	struct op op = as(who);
	struct kase *k = open_case(&op, id);
	const struct form *f = form_find(house->forms, str_of(code), 0);
	struct record last = {.id = {id_random()}};
	bool found = false;

	if (f->once)
		OK(record_last(&op, k, code, &last, &found));
	return record_file(&op, k, f, last.id, found ? last.version : 0, parse(answers), STR("a word"));
}

static struct head put(const struct person *who, case_id id, const char *code, const char *answers)
{
	struct head h;

	OK(try(who, id, code, answers));
	assert_true(heads_get(house->heads, id, &h));
	return h;
}

static void refused_at(const char *question, struct err *e)
{
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_INVALID);
	assert_non_null(e->fields);
	assert_true(str_eqz(e->fields->field, question));
}

static case_id abroad(void)
{
	struct op op = as(&cmf), chief = as(&coo);
	case_id id = new_case();

	(void)put(&cmf, id, "F03", "{\"kind\":\"C3\",\"status\":\"GIVEN\",\"consent_on\":\"2018-09-01\"}");
	OK(kase_open_cor(&op, open_case(&op, id)));
	OK(kase_assign(&chief, open_case(&chief, id), cmr.id, true, NO_DAY));
	return id;
}

static void an_old_form_does_not_undo_newer_facts(void **state)
{
	case_id id = new_case();
	struct head h;

	(void)state;
	today = day_of(2018, 9, 10);
	h = put(&cmf, id, "F02", "{\"age_certainty\":\"DISPUTED\",\"age_lower\":16,\"birth_date\":\"UNKNOWN\"}");
	assert_true(head_minor(&h, today));
	assert_int_equal(h.fact[FACT_held_since], today);
	today += 3;
	h = put(&cmf, id, "F01", "{" ADULT ",\"safe_contact\":\"2\"}"); /* a telephone number put right */
	assert_true(head_minor(&h, today));
	assert_int_equal(h.fact[FACT_held_since], today - 3);
	h = put(&cmf, id, "F01", /* but what a correction says differently counts */
		"{\"agrees\":\"YES\",\"return_wish\":\"CONSIDERING\",\"return_country\":\"NG\",\"birth_date\":"
		"\"1990-01-01\",\"age_certainty\":\"DECLARED\",\"safe_contact\":\"2\",\"given_name\":\"Ada\"}");
	assert_false(head_minor(&h, today) && h.fact[FACT_age_certainty] != 1);
	assert_int_equal(h.fact[FACT_return_wish], 1);
	(void)put(&cmf, id, "F04", "{\"pressure\":[\"NONE\"],\"asks\":\"a\",\"done_on\":\"2018-09-05\"}");
	h = put(&cmf, id, "VOL", "{\"pressure\":[\"EXPLOITER\"]}");
	assert_int_equal(h.fact[FACT_pressure], 1 << 2);
	h = put(&cmf, id, "F04", "{\"pressure\":[\"NONE\"],\"asks\":\"b\",\"done_on\":\"2018-09-05\"}");
	assert_int_equal(h.fact[FACT_pressure], 1 << 2);
}

#define GOES_ON "\"decision_today\":\"GO_ON\",\"return_wish\":\"YES\",\"wish_on\":\"2018-08-01\""

static void a_typing_error_does_not_lift_a_withdrawal(void **state)
{
	case_id id = new_case();
	struct head h;

	(void)state;
	today = day_of(2018, 9, 10);
	(void)put(&cmf, id, "F03", "{\"kind\":\"C4\",\"status\":\"GIVEN\",\"consent_on\":\"2018-09-08\"}");
	(void)put(&cmf, id, "F04", "{" GOES_ON ",\"done_on\":\"2018-09-01\"}");
	h = put(&cmf, id, "WDR", "{\"withdrawn_on\":\"2018-09-09\",\"wish_now\":\"NO\"}");
	assert_true(h.flags & FLAG_WITHDRAWN);
	assert_int_equal(h.fact[FACT_withdrawn_on], day_of(2018, 9, 9));
	assert_int_equal(h.consent[4].state, CONSENT_WITHDRAWN);
	h = put(&cmf, id, "F04", "{" GOES_ON ",\"done_on\":\"2018-09-01\",\"asks\":\"x\"}");
	assert_true(h.flags & FLAG_WITHDRAWN);
	h = put(&cmf, id, "F04", /* another day, but before she said no */
		"{" GOES_ON ",\"done_on\":\"2018-09-08\",\"asks\":\"x\"}");
	assert_true(h.flags & FLAG_WITHDRAWN);
	assert_int_equal(h.fact[FACT_return_wish], 2);
	today++; /* a new interview: said anew, though in the same words */
	h = put(&cmf, id, "F04", "{" GOES_ON ",\"done_on\":\"2018-09-11\"}");
	assert_false(h.flags & FLAG_WITHDRAWN);
	assert_int_equal(h.fact[FACT_return_wish], 0);
	assert_int_equal(h.fact[FACT_withdrawn_on], day_of(2018, 9, 9)); /* the time to reflect counts from it */
	h = put(&cmf, id, "F03", "{\"kind\":\"C4\",\"status\":\"GIVEN\",\"consent_on\":\"2018-09-08\"}");
	assert_int_equal(h.consent[4].state, CONSENT_WITHDRAWN); /* an older paper */
}

#define AGREED                                                                                                         \
	"\"agrees\":\"YES\",\"read_both\":\"YES\",\"sources_enough\":\"YES\",\"plan_realistic\":\"YES\",\"advice\":"   \
	"\"GO\""

static void who_wrote_it_cannot_read_it(void **state)
{
	case_id id = new_case();
	struct head h;

	(void)state;
	today = day_of(2018, 9, 10);
	(void)put(&cmf, id, "F05", "{\"done_on\":\"2018-09-01\",\"limits\":\"a\"}");
	(void)put(&coo, id, "F05", "{\"done_on\":\"2018-09-01\",\"limits\":\"b\"}");
	(void)put(&cmf, id, "F05", "{\"done_on\":\"2018-09-01\",\"limits\":\"b,\"}"); /* the last author is another */
	refused_at("agrees", try(&coo, id, "F05R", "{" AGREED "}"));
	h = put(&rsk, id, "F05R", "{" AGREED "}");
	assert_int_equal(h.fact[FACT_risk_agreed], 1);
	(void)put(&coo, id, "F02", "{\"found_on\":\"2018-08-01\"}");
	(void)put(&cmf, id, "F02", "{\"found_on\":\"2018-08-02\"}");
	refused_at("agree", try(&coo, id, "F02R", "{\"agree\":\"YES\"}"));
}

/* What was read and then changed is read again, and the same answer counts again. */
static void a_changed_interview_is_read_again(void **state)
{
	case_id id = new_case();

	(void)state;
	today = day_of(2018, 9, 10);
	(void)put(&cmf, id, "F02", "{\"found_on\":\"2018-08-01\"}");
	assert_int_equal(put(&coo, id, "F02R", "{\"agree\":\"YES\"}").fact[FACT_second_reader_ok], 0);
	assert_int_equal(put(&cmf, id, "F02", "{\"found_on\":\"2018-08-02\"}").fact[FACT_second_reader_ok], NO_FACT);
	assert_int_equal(
		put(&coo, id, "F02R", "{\"agree\":\"YES\",\"comment\":\"read again\"}").fact[FACT_second_reader_ok], 0);
}

/* One answer of the second reader that is not as it should be. */
static void what_is_no_agreement(void **state)
{
	static const struct {
		const char *agrees, *read_both, *enough, *realistic, *advice;
		enum risk_read read;
	} rows[] = {
		{"NO", "YES", "YES", "YES", "GO", READ_DISAGREES},
		{"YES", "NO", "YES", "YES", "GO", READ_DISAGREES},
		{"YES", "YES", "NO", "YES", "GO", READ_DISAGREES},
		{"YES", "YES", "YES", "NO", "GO", READ_DISAGREES},
		{"YES", "YES", "YES", "YES", "NO_GO", READ_AGREES_NO_GO},
		{"YES", "YES", "YES", "YES", "GO", READ_AGREES},
	};
	case_id id = new_case();

	(void)state;
	today = day_of(2018, 9, 10);
	(void)put(&cmf, id, "F05", "{\"done_on\":\"2018-09-01\"}");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		str text = arena_fmt(w.a,
				     "{\"agrees\":\"%s\",\"read_both\":\"%s\",\"sources_enough\":\"%s\","
				     "\"plan_realistic\":\"%s\",\"advice\":\"%s\"}",
				     rows[i].agrees, rows[i].read_both, rows[i].enough, rows[i].realistic,
				     rows[i].advice);

		assert_int_equal(put(&rsk, id, "F05R", arena_z(w.a, text)).fact[FACT_risk_agreed], rows[i].read);
	}
}

static void the_view_from_abroad_counts(void **state)
{
	case_id id;
	struct head h;

	(void)state;
	today = day_of(2018, 9, 10);
	id = abroad();
	(void)put(&cmr, id, "F05C", "{\"advice\":\"GO\",\"exploiter_present\":\"NO\"}");
	(void)put(&cmf, id, "F05", "{\"done_on\":\"2018-09-01\"}");
	h = put(&rsk, id, "F05R", "{" AGREED "}");
	assert_int_equal(h.fact[FACT_abroad_advice], 0);
	h = put(&cmr, id, "F05C", "{\"advice\":\"NO_GO\",\"exploiter_present\":\"YES\"}");
	assert_int_equal(h.fact[FACT_abroad_advice], 3);
	assert_int_equal(h.fact[FACT_risk_agreed], NO_FACT); /* read before this was said */
	h = put(&cmf, id, "F05", "{\"done_on\":\"2018-09-02\"}");
	h = put(&rsk, id, "F05R", "{" AGREED ",\"comment\":\"again\"}");
	assert_int_equal(h.fact[FACT_abroad_advice], 3); /* nobody here lifts it */
}

static void risks_grow_old_from_the_day_they_were_assessed(void **state)
{
	case_id id = new_case();
	struct head h;

	(void)state;
	today = day_of(2018, 9, 10);
	h = put(&cmf, id, "F05", "{\"done_on\":\"2018-09-01\"}");
	assert_int_equal(h.fact[FACT_risk_until], day_of(2018, 9, 1) + house->programme->risk_valid_days);
	today += 40;
	h = put(&cmf, id, "F05", "{\"done_on\":\"2018-09-01\",\"limits\":\"a comma\"}");
	assert_int_equal(h.fact[FACT_risk_until], day_of(2018, 9, 1) + house->programme->risk_valid_days);
	assert_int_equal(h.fact[FACT_risk_on], day_of(2018, 9, 1));
	h = put(&cmf, id, "F05", "{\"done_on\":\"2018-10-19\",\"limits\":\"a comma\"}");
	assert_int_equal(h.fact[FACT_risk_on], day_of(2018, 10, 19));
	/* what the second reader added stays when the assessment is only put right */
	(void)put(&rsk, id, "F05R", "{\"agrees\":\"NO\",\"added_vetoes\":[\"V8\"]}");
	h = put(&cmf, id, "F05", "{\"done_on\":\"2018-10-19\",\"limits\":\"two commas\"}");
	assert_int_equal(h.fact[FACT_risk_vetoes], 1 << 7);
}

static void a_check_that_is_none(void **state)
{
	static const struct {
		const char *answers;
		int ok;
	} rows[] = {
		{"{\"seen_alone\":\"YES\",\"told_can_stop\":\"YES\",\"capacity_doubt\":\"NO\",\"new_danger\":\"NO\"}",
		 1},
		{"{\"seen_alone\":\"NO\",\"told_can_stop\":\"YES\",\"capacity_doubt\":\"NO\",\"new_danger\":\"NO\"}",
		 0},
		{"{\"seen_alone\":\"YES\",\"told_can_stop\":\"NO\",\"capacity_doubt\":\"NO\",\"new_danger\":\"NO\"}",
		 0},
		{"{\"seen_alone\":\"YES\",\"told_can_stop\":\"YES\",\"capacity_doubt\":\"YES\",\"new_danger\":\"NO\"}",
		 0},
		{"{\"seen_alone\":\"YES\",\"told_can_stop\":\"YES\",\"capacity_doubt\":\"NO\",\"new_danger\":\"YES\"}",
		 0},
	};
	case_id id = abroad();
	struct head h;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(put(&cmf, id, "VOL", rows[i].answers).fact[FACT_last_check], rows[i].ok);
	h = put(&cmr, id, "F09C", "{\"receiver_ok\":\"YES\",\"person_agrees\":\"NO\",\"receiver_checked\":\"YES\"}");
	assert_int_equal(h.fact[FACT_receiver_ok], NO);
	h = put(&cmr, id, "F09C", "{\"receiver_ok\":\"YES\",\"person_agrees\":\"YES\",\"receiver_checked\":\"NO\"}");
	assert_int_equal(h.fact[FACT_receiver_ok], NO);
	h = put(&cmr, id, "F09C", "{\"receiver_ok\":\"YES\",\"person_agrees\":\"YES\",\"receiver_checked\":\"YES\"}");
	assert_int_equal(h.fact[FACT_receiver_ok], YES);
	h = put(&cmf, id, "F10",
		"{\"first_30\":[{\"code\":\"a\",\"first_confirmed\":\"YES\"},{\"code\":\"b\",\"first_confirmed\":"
		"\"NO\"}]}");
	assert_int_equal(h.fact[FACT_first_days], 0);
	h = put(&cmf, id, "F10",
		"{\"first_30\":[{\"code\":\"a\",\"first_confirmed\":\"YES\"},{\"code\":\"b\",\"first_confirmed\":"
		"\"YES\"}]}");
	assert_int_equal(h.fact[FACT_first_days], 1);
}

static void answers_that_need_a_doctor(void **state)
{
	static const struct {
		const char *answers;
		int flag;
	} rows[] = {
		{"{\"health_flag\":\"NO\",\"suicidal\":\"NO\",\"infectious\":\"NO\"}", NO},
		{"{\"health_flag\":\"NO\",\"suicidal\":\"YES\",\"infectious\":\"NO\"}", YES},
		{"{\"health_flag\":\"NO\",\"suicidal\":\"NO\",\"infectious\":\"YES\"}", YES},
		{"{\"health_flag\":\"NO\",\"pregnant\":\"YES\",\"pregnancy_weeks\":27}", NO},
		{"{\"health_flag\":\"NO\",\"pregnant\":\"YES\",\"pregnancy_weeks\":28}", YES},
		{"{\"health_flag\":\"NO\",\"pregnant\":\"YES\",\"pregnancy_weeks\":\"UNKNOWN\"}", YES},
		{"{\"health_flag\":\"YES\",\"suicidal\":\"NO\",\"infectious\":\"NO\"}", YES},
	};
	case_id id = new_case();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(put(&cmf, id, "F08", rows[i].answers).fact[FACT_health_flag], rows[i].flag);
	assert_int_equal(put(&cmf, id, "F04", "{\"health_flag\":\"NO\"}").fact[FACT_health_flag], YES);
	assert_int_equal(put(&cmf, id, "F08", rows[0].answers).fact[FACT_health_flag], NO);
	assert_int_equal(put(&cmf, id, "F04", "{\"health_flag\":\"YES\"}").fact[FACT_health_flag], YES);
}

static void what_was_said_last_stands(void **state)
{
	case_id id = new_case();
	struct head h;

	(void)state;
	today = day_of(2018, 9, 10);
	h = put(&cmf, id, "F03",
		"{\"kind\":\"C3\",\"status\":\"GIVEN\",\"consent_on\":\"2018-09-05\",\"expires_on\":\"2018-09-20\"}");
	assert_true(head_consents(&h, 3, day_of(2018, 9, 20)));
	assert_false(head_consents(&h, 3, day_of(2018, 9, 21)));
	h = put(&cmf, id, "F03", "{\"kind\":\"C3\",\"status\":\"REFUSED\",\"consent_on\":\"2018-09-04\"}");
	assert_int_equal(h.consent[3].state, CONSENT_GIVEN); /* found later, said before */
	h = put(&cmf, id, "F03",
		"{\"kind\":\"C3\",\"status\":\"WITHDRAWN\",\"consent_on\":\"2018-09-04\",\"withdrawn_on\":\"2018-09-"
		"06\"}");
	assert_int_equal(h.consent[3].state, CONSENT_WITHDRAWN);
	h = put(&cmf, id, "F03", "{\"kind\":\"C3\",\"status\":\"GIVEN\",\"consent_on\":\"2018-09-06\"}");
	assert_int_equal(h.consent[3].state, CONSENT_GIVEN); /* of one day: the later filed */
	assert_int_equal(h.consent[3].until, 0);
}

static void nobody_arrives_before_she_left(void **state)
{
	case_id id;

	(void)state;
	today = day_of(2018, 9, 10);
	id = abroad();
	(void)put(&cmf, id, "F09", "{\"boarded\":\"YES\",\"departed_on\":\"2018-09-08\"}");
	refused_at("arrival", try(&cmr, id, "F11", "{\"arrival\":\"2018-09-07\"}"));
	(void)put(&cmr, id, "F11", "{\"arrival\":\"2018-09-08\"}");
	refused_at("departed_on", try(&cmf, id, "F09", "{\"boarded\":\"YES\",\"departed_on\":\"2018-09-09\"}"));
}

/* A hold is lifted at the desk: the closing form, corrected, sets it again only where it then says so for the first time. */
static void a_lifted_hold_stays_lifted(void **state)
{
	const struct form *f = form_find(house->forms, STR("CLO"), 0);
	record_id closing = {id_random()};
	case_id id = new_case();
	struct head h;
	static const struct {
		const char *answers;
		bool lift, held;
	} told[] = {
		{"{\"reason_detail\":\"a\",\"legal_hold\":\"YES\"}", false, true},
		{"{\"reason_detail\":\"b\",\"legal_hold\":\"YES\"}", true, false},
		{"{\"reason_detail\":\"c\",\"legal_hold\":\"NO\"}", false, false},
		{"{\"reason_detail\":\"d\",\"legal_hold\":\"YES\"}", false, true},
		{"{\"reason_detail\":\"e\",\"legal_hold\":\"NO\"}", false, true}, /* nor does a correction lift it */
	};

	(void)state;
	for (int i = 0; i < 5; i++) {
		struct op op = as(&cmf), desk = as(&coo);

		if (told[i].lift)
			OK(kase_hold(&desk, id, false));
		OK(record_file(&op, open_case(&op, id), f, closing, i, parse(told[i].answers), STR("a word")));
		assert_true(heads_get(house->heads, id, &h));
		assert_int_equal(h.fact[FACT_legal_hold] == 1, told[i].held);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(an_old_form_does_not_undo_newer_facts),
					   cmocka_unit_test(a_typing_error_does_not_lift_a_withdrawal),
					   cmocka_unit_test(who_wrote_it_cannot_read_it),
					   cmocka_unit_test(a_changed_interview_is_read_again),
					   cmocka_unit_test(what_is_no_agreement),
					   cmocka_unit_test(the_view_from_abroad_counts),
					   cmocka_unit_test(risks_grow_old_from_the_day_they_were_assessed),
					   cmocka_unit_test(a_check_that_is_none),
					   cmocka_unit_test(answers_that_need_a_doctor),
					   cmocka_unit_test(what_was_said_last_stands),
					   cmocka_unit_test(nobody_arrives_before_she_left),
					   cmocka_unit_test(a_lifted_hold_stays_lifted)};

	today = day_of(2018, 9, 10);
	return cmocka_run_group_tests_name("facts", tests, setup, teardown);
}
