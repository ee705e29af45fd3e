/* access_test.c — budgets, access by name, break-glass, alerts and decoys, against a real vault and a clock that the
 * test moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <string.h>

#include "access.h"
#include "account.h"
#include "vault_fixture.h"

#define HOUR (3600 * 1000)
#define REASON STR("Her colleague is ill and the shelter rang.")

static struct person coo = {.login = "coo", .role = ROLE_COO, .office = "PARIS"},
		     coo2 = {.login = "coo2", .role = ROLE_COO, .office = "PARIS"},
		     cmf = {.login = "cmf", .role = ROLE_CMF, .office = "PARIS"},
		     other = {.login = "other", .role = ROLE_CMF, .office = "PARIS"},
		     cpf = {.login = "cpf", .role = ROLE_CPF, .office = "PARIS"},
		     cmr = {.login = "cmr", .role = ROLE_CMR, .office = "LAGOS"},
		     near = {.login = "near", .role = ROLE_CMR, .office = "LAGOS"},
		     med = {.login = "med", .role = ROLE_MED, .office = "PARIS"},
		     fin = {.login = "fin", .role = ROLE_FIN, .office = "PARIS"},
		     dpo = {.login = "dpo", .role = ROLE_DPO, .office = "PARIS"},
		     adm = {.login = "adm", .role = ROLE_ADM, .office = "PARIS"};

static void everyone(struct world *w)
{
	struct person *const all[] = {&coo, &coo2, &cmf, &other, &cpf, &cmr, &near, &med, &fin, &dpo, &adm};

	people_in(w, all, sizeof all / sizeof *all);
}

static void a_replacement_ends_by_the_vaults_clock(void **state)
{
	struct made m;
	struct world w;
	day today;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	today = day_of_msec(test_now());
	OK(vault_assign(w.v, w.a, coo.t, m.id, other.id, today + 1));
	OK(vault_name(w.v, w.a, coo.t, m.id, med.id, today + 1));
	OK(reads(&w, &other, &m));
	OK(reads(&w, &med, &m));
	test_clock->shift += 24 * HOUR;
	OK(person_again(&w, &other));
	OK(person_again(&w, &med));
	OK(reads(&w, &other, &m)); /* its last day */
	OK(reads(&w, &med, &m));
	test_clock->shift += 24 * HOUR;
	OK(person_again(&w, &other));
	OK(person_again(&w, &med));
	KIND(NOT_FOUND, reads(&w, &other, &m));
	KIND(NOT_FOUND, reads(&w, &med, &m));
	world_end(&w);
}

static void a_third_person_is_given_the_file(void **state)
{
	struct made m, cor;
	struct pass *list;
	struct world w;
	uint32_t got;
	size_t n;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	KIND(NOT_FOUND, reads(&w, &med, &m));
	KIND(DENIED, vault_name(w.v, w.a, cmf.t, m.id, med.id, NO_DAY));
	KIND(NOT_FOUND, vault_name(w.v, w.a, coo.t, (case_id){id_random()}, med.id, NO_DAY));
	KIND(NOT_FOUND, vault_name(w.v, w.a, coo.t, m.id, (user_id){id_random()}, NO_DAY));
	KIND(DENIED, vault_name(w.v, w.a, coo.t, m.id, cmr.id, NO_DAY)); /* no file of her office */
	KIND(DENIED, vault_name(w.v, w.a, coo.t, m.id, dpo.id, NO_DAY));
	KIND(DENIED, vault_name(w.v, w.a, coo.t, m.id, adm.id, NO_DAY));
	KIND(DENIED, vault_name(w.v, w.a, coo.t, m.id, fin.id, NO_DAY)); /* by her role, not by name */
	KIND(DENIED, vault_assign(w.v, w.a, coo.t, m.id, adm.id, NO_DAY));
	OK(vault_name(w.v, w.a, coo.t, m.id, med.id, NO_DAY));
	OK(open_for(&w, &med, &m, PURPOSE_READ, &got));
	assert_int_equal(got, COMP_BIT(COMP_IDENTITY) | COMP_BIT(COMP_HEALTH));
	OK(vault_passes_of(w.v, w.a, coo.t, m.id, &list, &n));
	assert_true(n == 1 && id_eq(list[0].user.v, med.id.v) && list[0].kind == PASS_NAMED && list[0].until == 0);
	KIND(DENIED, vault_passes_of(w.v, w.a, cmf.t, m.id, &list, &n));
	OK(vault_passes_mine(w.v, w.a, med.t, &list, &n));
	assert_true(n == 1 && id_eq(list[0].object.v, m.id.v));
	world_stop(&w, SIGKILL);
	world_start(&w, NULL);
	world_unseal(&w);
	OK(reads(&w, &med, &m));
	OK(vault_unassign(w.v, w.a, coo.t, m.id, med.id));
	KIND(NOT_FOUND, reads(&w, &med, &m));
	OK(reads(&w, &cmf, &m));
	cor = make_case(&w, cmf.t, DOSSIER_COR, "PARIS",
			"LAGOS"); /* a file that the office abroad holds: its part only */
	OK(vault_name(w.v, w.a, coo.t, cor.id, near.id, NO_DAY));
	OK(open_for(&w, &near, &cor, PURPOSE_WRITE, &got));
	assert_int_equal(got, CASE_MASK & ~COMP_BIT(COMP_STORY));
	world_end(&w);
}

static void a_withdrawn_account_keeps_no_pass(void **state)
{
	struct made m, more;
	struct pass *list;
	struct world w;
	size_t n;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	more = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	OK(vault_name(w.v, w.a, coo.t, m.id, other.id, NO_DAY));
	OK(vault_name(w.v, w.a, coo.t, m.id, med.id, NO_DAY));
	OK(vault_glass(w.v, w.a, other.t, more.id, REASON));
	OK(vault_raise(w.v, w.a, coo.t, other.id, REASON));
	OK(vault_account_standing(w.v, w.a, coo.t, other.id, STANDING_REVOKE));
	for (int i = 0; i < 2; i++) {
		OK(vault_passes_of(w.v, w.a, coo.t, m.id, &list, &n));
		assert_true(n == 1 && id_eq(list[0].user.v, med.id.v));
		OK(vault_passes_of(w.v, w.a, coo.t, more.id, &list, &n));
		assert_int_equal(n, 0);
		world_stop(&w, SIGKILL);
		world_start(&w, NULL);
		world_unseal(&w);
	}
	world_end(&w);
}

/* Of the longest letters, and one letter more. */
static void the_longest_reason(struct world *w, const struct made *m)
{
	char text[4 * ACCESS_REASON_LETTERS + 1];
	str reason = {text, 4 * ACCESS_REASON_LETTERS};
	struct alarm l;

	for (int i = 0; i < ACCESS_REASON_LETTERS; i++)
		memcpy(text + 4 * i, "\xf0\x90\xa4\x80", 4);
	text[reason.n] = 'a';
	KIND(INVALID, vault_glass(w->v, w->a, cpf.t, m->id, (str){text, reason.n + 1}));
	OK(vault_glass(w->v, w->a, cpf.t, m->id, reason));
	world_stop(w, SIGTERM);
	world_start(w, NULL);
	world_unseal(w);
	assert_int_equal(waiting(w, &dpo, ALARM_GLASS, &l), 2);
	assert_true(str_eq(l.reason, reason));
	OK(vault_alert_ack(w->v, w->a, cmf.t, l.no));
	OK(vault_alert_ack(w->v, w->a, dpo.t, l.no));
	assert_int_equal(waiting(w, &cmf, ALARM_GLASS, NULL), 1);
}

static void who_breaks_none(struct world *w, const struct made *m)
{
	KIND(NOT_FOUND, reads(w, &other, m));
	KIND(INVALID, vault_glass(w->v, w->a, other.t, m->id, STR("not nineteen chars.")));
	KIND(DENIED, vault_glass(w->v, w->a, dpo.t, m->id, REASON));
	KIND(DENIED, vault_glass(w->v, w->a, adm.t, m->id, REASON));
	KIND(DENIED, vault_glass(w->v, w->a, fin.t, m->id, REASON));
	KIND(NOT_FOUND, vault_glass(w->v, w->a, cmr.t, m->id, REASON)); /* never across the border … */
	KIND(NOT_FOUND,
	     vault_glass(w->v, w->a, cmr.t, (case_id){id_random()}, REASON)); /* … and as if it were not there */
	assert_int_equal(waiting(w, &dpo, ALARM_GLASS, NULL), 0);
}

static void in_an_office_abroad(struct world *w)
{
	struct made cor;

	OK(person_again(w, &cmf));
	OK(person_again(w, &cmr));
	OK(person_again(w, &near));
	OK(person_again(w, &coo));
	cor = make_case(w, cmf.t, DOSSIER_COR, "PARIS", "LAGOS");
	OK(vault_assign(w->v, w->a, coo.t, cor.id, near.id, NO_DAY));
	OK(vault_glass(w->v, w->a, cmr.t, cor.id, REASON)); /* a colleague's file of her own office */
	OK(reads(w, &cmr, &cor));
	assert_int_equal(waiting(w, &near, ALARM_GLASS, NULL), 1);
	OK(vault_glass(w->v, w->a, other.t, cor.id, REASON));
	assert_int_equal(waiting(w, &near, ALARM_GLASS, NULL), 1); /* what Paris wrote is not for abroad */
	OK(person_again(w, &cmf));
	assert_int_equal(waiting(w, &cmf, ALARM_GLASS, NULL), 2);
}

static void breaking_the_glass(void **state)
{
	struct made m, french;
	struct alarm l;
	struct world w;
	size_t n;
	struct pass *list;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	french = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	who_breaks_none(&w, &m);
	OK(vault_glass(w.v, w.a, other.t, m.id, REASON));
	OK(reads(&w, &other, &m));
	KIND(NOT_FOUND, reads(&w, &other, &french));
	assert_int_equal(waiting(&w, &dpo, ALARM_GLASS, &l), 1);
	assert_true(str_eq(l.reason, REASON) && id_eq(l.who.v, other.id.v) && id_eq(l.object.v, m.id.v));
	assert_int_equal(waiting(&w, &cmf, ALARM_GLASS, &l), 1);
	assert_true(str_eq(l.reason, REASON));
	assert_int_equal(waiting(&w, &coo, ALARM_GLASS, NULL), 0); /* somebody has the file */
	assert_int_equal(waiting(&w, &other, ALARM_GLASS, NULL), 0);
	assert_int_equal(waiting(&w, &cpf, ALARM_GLASS, NULL), 0);
	the_longest_reason(&w, &french);
	KIND(NOT_FOUND, vault_alert_ack(w.v, w.a, cpf.t, l.no));
	KIND(NOT_FOUND, vault_alert_ack(w.v, w.a, cpf.t, l.no + 1000));
	world_stop(&w, SIGKILL);
	world_start(&w, NULL);
	world_unseal(&w);
	OK(vault_alert_ack(w.v, w.a, cmf.t, l.no));
	OK(vault_alert_ack(w.v, w.a, cmf.t, l.no)); /* twice is once */
	assert_int_equal(waiting(&w, &cmf, ALARM_GLASS, NULL), 0);
	assert_int_equal(waiting(&w, &dpo, ALARM_GLASS, NULL), 1); /* each for herself */
	OK(reads(&w, &other, &m));
	test_clock->shift += 24 * HOUR - 60000;
	OK(person_again(&w, &other));
	OK(reads(&w, &other, &m));
	test_clock->shift += 31000;
	KIND(NOT_FOUND, reads(&w, &other, &m)); /* a day, not more */
	OK(vault_passes_mine(w.v, w.a, other.t, &list, &n));
	assert_int_equal(n, 0);
	in_an_office_abroad(&w);
	world_end(&w);
}

static void the_glass_has_a_budget(void **state)
{
	struct made m;
	struct world w;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	for (int i = 0; i < 6; i++)
		KIND(NOT_FOUND, vault_glass(w.v, w.a, other.t, (case_id){id_random()}, REASON));
	KIND(RATE, vault_glass(w.v, w.a, other.t, m.id, REASON));
	assert_int_equal(waiting(&w, &dpo, ALARM_BUDGET, NULL), 1);
	world_end(&w);
}

static void a_decoy_tells(void **state)
{
	struct made m, real;
	case_id *decoys;
	struct alarm l;
	struct world w;
	size_t n;

	(void)state;
	world_new(&w);
	everyone(&w);
	real = make_case(&w, coo.t, DOSSIER_FR, "PARIS", NULL);
	m = make_case(&w, coo.t, DOSSIER_FR, "PARIS", NULL);
	KIND(DENIED, vault_decoy(w.v, w.a, cmf.t, m.id));
	KIND(NOT_FOUND, vault_decoy(w.v, w.a, coo.t, (case_id){id_random()}));
	OK(vault_decoy(w.v, w.a, coo.t, m.id));
	OK(vault_decoys(w.v, w.a, &decoys, &n));
	assert_true(n == 1 && id_eq(decoys[0].v, m.id.v));
	OK(reads(&w, &coo, &m)); /* who made it knows */
	OK(reads(&w, &fin, &real));
	assert_int_equal(waiting(&w, &dpo, ALARM_DECOY, NULL), 0);
	OK(reads(&w, &fin, &m));
	OK(reads(&w, &fin, &m));
	assert_int_equal(waiting(&w, &dpo, ALARM_DECOY, &l), 1);
	assert_true(id_eq(l.who.v, fin.id.v) && id_eq(l.object.v, m.id.v));
	assert_int_equal(waiting(&w, &fin, ALARM_DECOY, NULL), 0);
	world_stop(&w, SIGKILL);
	world_start(&w, NULL);
	world_unseal(&w);
	OK(vault_decoys(w.v, w.a, &decoys, &n));
	assert_int_equal(n, 1);
	world_end(&w);
}

static void other_alerts(void **state)
{
	static const uint8_t none[32], first[32] = {1}, second[32] = {2};
	struct alarm l, *list;
	struct made m;
	struct world w;
	uint8_t salt[16];
	size_t n;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	OK(vault_head_next(w.v, w.a, m.id, none, first));
	OK(vault_head_check(w.v, w.a, m.id, first));
	KIND(INTERNAL, vault_head_check(w.v, w.a, m.id, second));
	assert_int_equal(waiting(&w, &dpo, ALARM_ROLLBACK, &l), 1);
	assert_true(id_eq(l.object.v, m.id.v));
	for (int i = 0; i < 10; i++) {
		OK(vault_signin_start(w.v, w.a, STR("cpf"), salt));
		test_clock->shift += 60000;
	}
	assert_int_equal(waiting(&w, &coo, ALARM_SIGN_IN, &l), 1);
	assert_true(id_eq(l.who.v, cpf.id.v) && l.count == 10);
	OK(vault_alert_ack(w.v, w.a, coo.t, l.no));
	assert_int_equal(waiting(&w, &coo, ALARM_SIGN_IN, NULL), 0);
	assert_int_equal(waiting(&w, &coo2, ALARM_SIGN_IN, NULL), 0); /* one coordinator is enough */
	assert_int_equal(waiting(&w, &dpo, ALARM_SIGN_IN, NULL), 1);
	OK(vault_alerts(w.v, w.a, coo2.t, false, 0, &list, &n));
	assert_int_equal(n, 2);
	assert_true(list[0].no == 2 && list[1].no == 1 && id_eq(list[0].acked_by.v, coo.id.v));
	OK(vault_alerts(w.v, w.a, coo2.t, false, 2, &list, &n));
	assert_true(n == 1 && list[0].no == 1);
	OK(vault_alerts(w.v, w.a, fin.t, false, 0, &list, &n));
	assert_int_equal(n, 0);
	world_end(&w);
}

static void who_opened_my_files(void **state)
{
	struct seen *list;
	struct made m;
	struct world w;
	msec from;
	size_t n;

	(void)state;
	world_new(&w);
	everyone(&w);
	from = test_now();
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	for (int i = 0; i < 40; i++) /* more than one page of the log */
		OK(reads(&w, &cmf, &m));
	OK(reads(&w, &fin, &m));
	OK(prints(&w, &fin, &m));
	OK(reads(&w, &coo, &m));
	for (int i = 0; i < 40; i++)
		OK(reads(&w, &cmf, &m));
	OK(vault_seen(w.v, w.a, cmf.t, from, test_now() + 1, &list, &n));
	assert_int_equal(n, 2);
	assert_true(id_eq(list[0].who.v, coo.id.v) && list[0].purposes == 1u << PURPOSE_READ);
	assert_true(id_eq(list[1].who.v, fin.id.v) && list[1].first <= list[1].last);
	assert_int_equal(list[1].purposes, 1u << PURPOSE_READ | 1u << PURPOSE_PRINT);
	OK(vault_seen(w.v, w.a, cmf.t, from - 5000, from, &list, &n));
	assert_int_equal(n, 0);
	OK(vault_seen(w.v, w.a, other.t, from, test_now() + 1, &list, &n));
	assert_int_equal(n, 0); /* not hers */
	world_end(&w);
}

/* Where a person is opens when it is asked for: to that session, of that file, for five minutes. */
static void where_she_is(void **state)
{
	static const uint32_t rest = CASE_MASK & ~COMP_BIT(COMP_LOCATION);
	struct audit_line *lines;
	struct made m, second;
	struct world w;
	uint32_t got;
	size_t n;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	second = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	OK(open_for(&w, &cmf, &m, PURPOSE_READ, &got));
	assert_int_equal(got, rest);
	OK(open_for(&w, &cmf, &m, PURPOSE_WRITE, &got));
	assert_int_equal(got, CASE_MASK);
	OK(open_for(&w, &cmf, &m, PURPOSE_READ, &got));
	assert_int_equal(got, rest); /* having written does not show it */
	OK(open_for(&w, &cmf, &m, PURPOSE_REVEAL, &got));
	assert_int_equal(got, COMP_BIT(COMP_LOCATION));
	OK(vault_audit_read(w.v, w.a, dpo.t, m.id, 0, &lines, &n));
	assert_int_equal(lines[0].purpose, PURPOSE_REVEAL);
	assert_int_equal(lines[0].compartments, COMP_BIT(COMP_LOCATION));
	OK(open_for(&w, &cmf, &m, PURPOSE_READ, &got));
	assert_int_equal(got, CASE_MASK);
	OK(open_for(&w, &cmf, &second, PURPOSE_READ, &got));
	assert_int_equal(got, rest);
	OK(open_for(&w, &coo, &m, PURPOSE_READ, &got));
	assert_int_equal(got, rest);
	KIND(NOT_FOUND, open_for(&w, &fin, &m, PURPOSE_REVEAL, &got)); /* a role that does not read it */
	test_clock->shift += 5 * 60000 + 1;
	OK(open_for(&w, &cmf, &m, PURPOSE_READ, &got));
	assert_int_equal(got, rest);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_replacement_ends_by_the_vaults_clock),
		cmocka_unit_test(a_third_person_is_given_the_file),
		cmocka_unit_test(a_withdrawn_account_keeps_no_pass),
		cmocka_unit_test(breaking_the_glass),
		cmocka_unit_test(the_glass_has_a_budget),
		cmocka_unit_test(a_decoy_tells),
		cmocka_unit_test(other_alerts),
		cmocka_unit_test(who_opened_my_files),
		cmocka_unit_test(where_she_is),
	};

	return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
