/* object_test.c — with a real vault and a real store: the programme's object, its access and its conflicts; payments
 * and waivers filed through record_file, where no page stands between a person and the rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "heads.h"
#include "object.h"
#include "payment.h"
#include "training.h"
#include "house_fixture.h"
#include "waiver.h"

static struct person coo = {.login = "coo", .role = ROLE_COO, .office = "PARIS"},
		     boss = {.login = "boss", .role = ROLE_COO, .office = "PARIS"},
		     cmf = {.login = "cmf", .role = ROLE_CMF, .office = "PARIS"},
		     cmr = {.login = "cmr", .role = ROLE_CMR, .office = "LAGOS"},
		     fin = {.login = "fin", .role = ROLE_FIN, .office = "PARIS"},
		     trn = {.login = "trn", .role = ROLE_TRN, .office = "PARIS"},
		     mne = {.login = "mne", .role = ROLE_MNE, .office = "PARIS"};

static struct op as(const struct person *p)
{
	return house_op(p, day_of(2018, 11, 20));
}

static int setup(void **state)
{
	struct person *all[] = {&coo, &boss, &cmf, &cmr, &fin, &trn, &mne};

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

static const struct form *form(const char *code)
{
	return form_find(house->forms, str_of(code), 0);
}

static struct json *session(const char *name, const char *city)
{
	return json_of(arena_fmt(
		w.a, "{\"session\":\"%s\",\"date\":\"2018-03-15\",\"city\":\"%s\",\"hours\":6,\"capacity\":20}", name,
		city));
}

static struct json *participant(const char *session, const char *name)
{
	return json_of(arena_fmt(w.a,
				 "{\"session\":\"%s\",\"name\":\"%s\",\"corps\":\"PAF\",\"attended_morning\":\"YES\","
				 "\"attended_afternoon\":\"YES\"}",
				 session, name));
}

static void the_object_is_made_once(void **state)
{
	struct op op = as(&coo), trainer = as(&trn), manager = as(&cmf), figures = as(&mne);
	struct kase *first, *k;

	(void)state;
	KIND(NOT_FOUND, object_open(&trainer, OBJECT_PROGRAMME, PURPOSE_READ, &k)); /* before it is made */
	KIND(DENIED, object_make(&manager));
	OK(object_open(&op, OBJECT_PROGRAMME, PURPOSE_READ, &first)); /* a coordinator's opening makes it */
	OK(object_make(&op));
	OK(object_open(&op, OBJECT_PROGRAMME, PURPOSE_READ, &k));
	assert_true(id_eq(first->head.id.v, k->head.id.v));
	assert_int_equal(k->readable[DOSSIER_FR],
			 COMP_BIT(COMP_STAFF) | COMP_BIT(COMP_TRAINING) | COMP_BIT(COMP_ACCOUNTS));
	OK(object_open(&trainer, OBJECT_PROGRAMME, PURPOSE_READ, &k));
	assert_int_equal(k->readable[DOSSIER_FR], COMP_BIT(COMP_TRAINING));
	KIND(NOT_FOUND, object_open(&manager, OBJECT_PROGRAMME, PURPOSE_READ, &k));
	KIND(NOT_FOUND, object_open(&figures, OBJECT_PROGRAMME, PURPOSE_READ, &k));
}

static void a_training_is_filed_and_corrected(void **state)
{
	record_id first = {id_random()}, one = {id_random()};
	struct op op = as(&trn), other = as(&coo);
	struct trainings t;
	struct kase *k, *theirs;

	(void)state;
	OK(object_open(&op, OBJECT_PROGRAMME, PURPOSE_WRITE, &k));
	OK(object_open(&other, OBJECT_PROGRAMME, PURPOSE_WRITE, &theirs));
	OK(session_file(&op, k, form("TRN"), first, 0, session("Lyon 1", "Lyon"), STR("")));
	OK(session_file(&op, k, form("TRN"), first, 0, session("Lyon 1", "Lyon"),
			STR(""))); /* the same submit, twice */
	KIND(INVALID,
	     session_file(&op, k, form("TRN"), (record_id){id_random()}, 0, session("LYON 1", "Lyon"), STR("")));
	OK(participant_file(&op, k, form("TRP"), one, 0, participant("Lyon 1", "Hélène Roux"), STR("")));
	KIND(INVALID, participant_file(&op, k, form("TRP"), (record_id){id_random()}, 0,
				       participant("Lyon 1", "helene roux"), STR("")));
	KIND(INVALID,
	     participant_file(&op, k, form("TRP"), (record_id){id_random()}, 0, participant("Nice", "Ana"), STR("")));
	KIND(INVALID, session_file(&op, k, form("TRN"), first, 1, session("Lyon 2", "Lyon"), STR("why")));
	/* Both correct version 1: the second meets the first's. */
	OK(session_file(&other, theirs, form("TRN"), first, 1, session("Lyon 1", "Villeurbanne"), STR("the room")));
	KIND(CONFLICT, session_file(&op, k, form("TRN"), first, 1, session("Lyon 1", "Bron"), STR("the room")));
	OK(trainings_read(&op, k, &t));
	assert_int_equal(t.n_sessions, 1);
	assert_int_equal(t.sessions[0].version, 2);
	assert_true(str_eqz(t.sessions[0].city, "Villeurbanne"));
	assert_int_equal(t.sessions[0].n_people, 1);
}

static void each_role_files_its_own(void **state)
{
	struct op op = as(&trn), books = as(&fin);
	struct json *cost = json_of(STR("{\"piece\":\"P1\",\"post\":\"E\",\"amount_eur\":\"10.00\"}"));
	record_id id = {id_random()};
	struct trainings t;
	struct kase *k;

	(void)state;
	OK(object_open(&op, OBJECT_PROGRAMME, PURPOSE_WRITE, &k));
	KIND(DENIED, object_file(&op, k, form("COST"), id, 0, cost, STR("")));
	KIND(INVALID, object_file(&op, k, form("F01"), id, 0, cost, STR("")));
	OK(object_open(&books, OBJECT_PROGRAMME, PURPOSE_WRITE, &k));
	OK(object_file(&books, k, form("COST"), id, 0, cost, STR("")));
	OK(trainings_read(&books, k, &t)); /* not his: empty, not an error */
	assert_int_equal(t.n_sessions, 0);
	/* A record is never filed over by another form. */
	OK(object_open(&op, OBJECT_PROGRAMME, PURPOSE_WRITE, &k));
	KIND(MALFORMED, object_file(&op, k, form("TRN"), id, 1, session("Nice 1", "Nice"), STR("x")));
}

static str put(struct op *op, struct kase *k, const char *code, str answers)
{
	record_id id = {id_random()};

	OK(record_file(op, k, form(code), id, 0, json_of(answers), STR("")));
	return id_text(w.a, id.v);
}

static struct err *try(struct op *op, struct kase *k, const char *code, str answers)
{
	return record_file(op, k, form(code), (record_id){id_random()}, 0, json_of(answers), STR(""));
}

/* A file of someone found in Paris who wants to go home to Nigeria, with its COR dossier and a signed plan. */
static case_id case_with_plan(void)
{
	struct op op = as(&cmf), boss_op = as(&coo);
	struct kase *k;
	case_id id;
	str code;

	OK(kase_create(
		&op, (record_id){id_random()},
		json_of(STR("{\"agrees\":\"YES\",\"return_wish\":\"YES\",\"return_country\":\"NG\",\"given_name\":"
			    "\"Ada\"}")),
		NULL, &id, &code));
	k = open_case(&boss_op, id);
	OK(kase_assign(&boss_op, k, cmf.id, false, NO_DAY));
	k = open_case(&op, id);
	put(&op, k, "F03", STR("{\"kind\":\"C3\",\"status\":\"GIVEN\",\"consent_on\":\"2018-11-01\"}"));
	OK(kase_open_cor(&op, k));
	OK(kase_assign(&boss_op, open_case(&boss_op, id), cmr.id, true, NO_DAY));
	k = open_case(&op, id);
	put(&op, k, "F10",
	    STR("{\"signed_on\":\"2018-11-10\",\"budget\":[{\"line\":\"L1\",\"service\":\"VOCTRAIN\",\"amount_eur\":"
		"\"900.00\"}]}"));
	return id;
}

static str request(const char *amount)
{
	return arena_fmt(w.a,
			 "{\"line\":\"L1\",\"amount_eur\":\"%s\",\"modality\":\"SUPPLIER\",\"instalment\":\"1/2\"}",
			 amount);
}

static str answer(str id, const char *decision)
{
	return arena_fmt(w.a, "{\"payment\":\"%.*s\",\"decision\":\"%s\",\"reason\":\"in order\"}", STR_ARG(id),
			 decision);
}

static void two_people_pay(void **state)
{
	struct op asks = as(&cmr), pays = as(&fin), manager = as(&cmf);
	case_id id = case_with_plan();
	struct kase *k = open_case(&asks, id), *books = open_case(&pays, id);
	struct payments p;
	str first, second;

	(void)state;
	assert_int_equal(books->readable[DOSSIER_FR] | books->readable[DOSSIER_COR], COMP_BIT(COMP_FINANCE));
	KIND(INVALID, try(&asks, k, "PAY", request("900.01")));
	first = put(&asks, k, "PAY", request("450.00"));
	KIND(DENIED, try(&asks, k, "PAYA", answer(first, "APPROVED")));
	KIND(DENIED, try(&manager, open_case(&manager, id), "PAYA", answer(first, "APPROVED")));
	KIND(INVALID, record_file(&asks, k, form("PAY"),
				  (record_id){payments_read(&asks, k, &p) ? (struct id){{0}} : p.list[0].id.v}, 1,
				  json_of(request("900.00")), STR("more"))); /* a request is never changed */
	put(&pays, books, "PAYA", answer(first, "APPROVED"));
	KIND(INVALID, try(&pays, books, "PAYA", answer(first, "REFUSED")));
	KIND(INVALID, try(&asks, k, "PAY", request("450.00"))); /* the former is not proved */
	put(&asks, k, "REC", arena_fmt(w.a, "{\"payment\":\"%.*s\",\"amount_eur\":\"450.00\"}", STR_ARG(first)));
	second = put(&asks, k, "PAY", request("450.00"));
	/* Withdrawn meanwhile: nothing is paid against the person's wish, but the request can be refused. */
	put(&manager, open_case(&manager, id), "WDR", STR("{}"));
	KIND(INVALID, try(&pays, books, "PAYA", answer(second, "APPROVED")));
	put(&pays, books, "PAYA", answer(second, "REFUSED"));
	OK(payments_read(&pays, books, &p));
	assert_int_equal(p.n, 2);
	assert_int_equal(plan_line_left(plan_line_of(&p, STR("L1"))), 45000);
	assert_int_equal(books->head.form[FORM_PAY].count, 2);
	assert_int_equal(books->head.form[FORM_PAYA].count, 2);
}

/* The condition's own row of the shipped programme. */
static const struct gate_row *row_of(enum transition t, enum condition c)
{
	for (size_t i = 0; i < house->programme->n_gates; i++)
		if (house->programme->gates[i].transition == t && house->programme->gates[i].condition == c)
			return &house->programme->gates[i];
	fail_msg("the programme has no such row");
	return NULL;
}

static void two_people_waive(void **state)
{
	struct op asks = as(&coo), other = as(&boss);
	case_id id = case_with_plan();
	struct kase *k = open_case(&asks, id);
	const struct gate_row *channel = row_of(T_SCREEN, COND_safe_channel),
			      *agreed = row_of(T_SCREEN, COND_agreed_to_referral);
	str words = waiver_text(w.a, STR("A safe way"), channel), request_id, said;
	struct gate_in in;
	struct gate_item *items;
	size_t n, before, after;

	(void)state;
	KIND(INVALID, try(&asks, k, "WAIV",
			  arena_fmt(w.a, "{\"condition\":\"%.*s\"}", STR_ARG(waiver_text(w.a, STR("x"), agreed)))));
	in = (struct gate_in){&k->head, house->programme, asks.today};
	gate_check(w.a, &in, T_SCREEN, &items, &n, &before);
	request_id = put(&asks, k, "WAIV",
			 arena_fmt(w.a, "{\"condition\":\"%.*s\",\"reason\":\"why\"}", STR_ARG(words)));
	said = arena_fmt(
		w.a, "{\"request\":\"%.*s\",\"condition\":\"%.*s\",\"answer\":\"APPROVE\",\"until\":\"2018-12-01\"}",
		STR_ARG(request_id), STR_ARG(words));
	KIND(INVALID, try(&asks, k, "WAIA", said)); /* the one who asked */
	k = open_case(&other, id);
	put(&other, k, "WAIA", said);
	KIND(INVALID, try(&other, k, "WAIA", said)); /* answered already */
	in.h = &k->head;
	gate_check(w.a, &in, T_SCREEN, &items, &n, &after);
	assert_int_equal(after, before - 1);
	assert_int_equal(gate_waiver(&k->head, channel)->granted_by, user_mark(boss.id));
	in.today = day_of(2018, 12, 2);
	gate_check(w.a, &in, T_SCREEN, &items, &n, &after);
	assert_int_equal(after, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_object_is_made_once), cmocka_unit_test(a_training_is_filed_and_corrected),
		cmocka_unit_test(each_role_files_its_own), cmocka_unit_test(two_people_pay),
		cmocka_unit_test(two_people_waive),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
