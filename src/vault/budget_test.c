/* budget_test.c — what a person may open, search and print in a stretch of time, and who can give her more for a day. */
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

static void openings_have_a_budget(void **state)
{
	struct budget_state b[BUDGETS];
	struct made m[42];
	struct alarm l;
	struct world w;

	(void)state;
	world_new(&w);
	everyone(&w);
	for (int i = 0; i < 42; i++)
		m[i] = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	OK(reads(&w, &cmf, &m[0]));
	world_stop(&w, SIGKILL); /* the answer is out, so it is counted */
	world_start(&w, NULL);
	world_unseal(&w);
	OK(vault_budgets(w.v, w.a, cmf.t, b));
	assert_int_equal(b[BUDGET_OPEN_HOUR].used, 1);
	for (int i = 0; i < 40; i++)
		OK(reads(&w, &cmf, &m[i]));
	for (int i = 0; i < 40; i++)
		OK(reads(&w, &cmf, &m[i])); /* the same files once more cost nothing */
	KIND(RATE, reads(&w, &cmf, &m[40]));
	KIND(RATE, reads(&w, &cmf, &m[41]));
	OK(reads(&w, &cmf, &m[3]));                               /* work under way goes on */
	OK(reads(&w, &coo, &m[40]));                              /* each has her own */
	assert_int_equal(waiting(&w, &dpo, ALARM_BUDGET, &l), 1); /* one for both refusals */
	assert_true(id_eq(l.who.v, cmf.id.v) && l.count == SPEND_OPEN);
	assert_int_equal(waiting(&w, &cmf, ALARM_BUDGET, NULL), 0);
	OK(vault_budgets(w.v, w.a, cmf.t, b));
	assert_int_equal(b[BUDGET_OPEN_HOUR].used, 40);
	assert_int_equal(b[BUDGET_OPEN_HOUR].most, 40);
	assert_true(b[BUDGET_OPEN_HOUR].free_at > test_now() && b[BUDGET_OPEN_HOUR].free_at <= test_now() + HOUR);
	assert_true(b[BUDGET_OPEN_DAY].used == 40 && b[BUDGET_OPEN_DAY].free_at == 0);
	world_stop(&w, SIGKILL); /* no time to write anything behind the answers */
	world_start(&w, NULL);
	world_unseal(&w);
	KIND(RATE, reads(&w, &cmf, &m[40]));
	test_clock->shift += HOUR + 1;
	OK(person_again(&w, &cmf));
	OK(reads(&w, &cmf, &m[40]));
	world_end(&w);
}

/* A form that was opened before a limit was reached can be sent behind it. */
static void what_was_opened_today_can_be_written(void **state)
{
	struct budget_state b[BUDGETS];
	struct made m[42];
	struct world w;

	(void)state;
	world_new(&w);
	everyone(&w);
	for (int i = 0; i < 42; i++)
		m[i] = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	OK(reads(&w, &cmf, &m[0]));
	test_clock->shift += HOUR + 1;
	OK(person_again(&w, &cmf));
	for (int i = 1; i <= 40; i++)
		OK(reads(&w, &cmf, &m[i]));
	world_stop(&w, SIGKILL);
	world_start(&w, NULL);
	world_unseal(&w);
	KIND(RATE, reads(&w, &cmf, &m[0]));
	OK(open_for(&w, &cmf, &m[0], PURPOSE_WRITE, NULL));
	KIND(RATE, reads(&w, &cmf, &m[0]));                          /* which opens nothing for reading */
	KIND(RATE, open_for(&w, &cmf, &m[41], PURPOSE_WRITE, NULL)); /* never opened */
	OK(vault_budgets(w.v, w.a, cmf.t, b));
	assert_int_equal(b[BUDGET_OPEN_HOUR].used, 40);
	test_clock->shift += 23 * HOUR;
	OK(person_again(&w, &cmf));
	for (int i = 1; i <= 40; i++)
		OK(reads(&w, &cmf, &m[i]));
	KIND(RATE, open_for(&w, &cmf, &m[0], PURPOSE_WRITE, NULL)); /* that was yesterday */
	world_end(&w);
}

static void a_day_has_a_budget(void **state)
{
	struct made m[152];
	struct world w;

	(void)state;
	world_new(&w);
	everyone(&w);
	for (int i = 0; i < 152; i++)
		m[i] = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	for (int i = 0; i < 150; i++) {
		if (i % 38 == 37) {
			test_clock->shift += HOUR + 1;
			OK(person_again(&w, &cmf));
		}
		OK(reads(&w, &cmf, &m[i]));
	}
	test_clock->shift += HOUR + 1;
	OK(person_again(&w, &cmf));
	KIND(RATE, reads(&w, &cmf, &m[150]));
	test_clock->shift += 22 * HOUR;
	OK(person_again(&w, &cmf));
	OK(reads(&w, &cmf, &m[150]));
	world_end(&w);
}

static void searches_and_papers_have_budgets(void **state)
{
	struct alarm l;
	struct made m;
	struct world w;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	for (int i = 0; i < 20; i++) {
		OK(vault_search(w.v, w.a, cmf.t));
		OK(prints(&w, &cmf, &m)); /* of one file: papers count each time */
	}
	KIND(RATE, vault_search(w.v, w.a, cmf.t));
	KIND(RATE, prints(&w, &cmf, &m));
	OK(reads(&w, &cmf, &m));
	KIND(DENIED, vault_search(w.v, w.a, adm.t));
	assert_int_equal(waiting(&w, &coo, ALARM_BUDGET, &l), 2);
	test_clock->shift += 10 * 60000;
	OK(vault_search(w.v, w.a, cmf.t));
	KIND(RATE, prints(&w, &cmf, &m));
	world_end(&w);
}

static void a_budget_is_raised_for_a_day(void **state)
{
	struct alarm l;
	struct world w;

	(void)state;
	world_new(&w);
	everyone(&w);
	for (int i = 0; i < 20; i++)
		OK(vault_search(w.v, w.a, cmf.t));
	KIND(DENIED, vault_raise(w.v, w.a, cmf.t, other.id, REASON));
	KIND(DENIED, vault_raise(w.v, w.a, coo.t, coo.id, REASON)); /* not one's own */
	KIND(INVALID, vault_raise(w.v, w.a, coo.t, cmf.id, STR("too short")));
	KIND(NOT_FOUND, vault_raise(w.v, w.a, coo.t, (user_id){id_random()}, REASON));
	KIND(RATE, vault_search(w.v, w.a, cmf.t));
	OK(vault_raise(w.v, w.a, coo.t, cmf.id, REASON));
	for (int i = 0; i < 20; i++)
		OK(vault_search(w.v, w.a, cmf.t));
	KIND(RATE, vault_search(w.v, w.a, cmf.t));
	assert_int_equal(waiting(&w, &dpo, ALARM_RAISED, &l), 1);
	assert_true(str_eq(l.reason, REASON) && id_eq(l.object.v, coo.id.v));
	assert_int_equal(waiting(&w, &coo2, ALARM_RAISED, NULL), 0);
	world_stop(&w, SIGTERM);
	world_start(&w, NULL);
	world_unseal(&w);
	KIND(RATE, vault_search(w.v, w.a, cmf.t));
	test_clock->shift += 24 * HOUR - 60000;
	OK(person_again(&w, &cmf));
	for (int i = 0; i < 20; i++)
		OK(vault_search(w.v, w.a, cmf.t));
	test_clock->shift += 31000;
	KIND(RATE, vault_search(w.v, w.a, cmf.t)); /* the day is over */
	world_end(&w);
}

static void other_budgets_are_for_demonstrations(void **state)
{
	static const uint32_t none[BUDGETS];
	struct made m[50];
	struct world w;

	(void)state;
	world_dir(&w);
	OK(vault_init(w.a, w.dir, PASSPHRASE, false, PASSWORD_COST_TEST));
	w.budgets = none;
	world_start(&w, NULL);
	assert_int_equal(world_stop(&w, 0), 3);
	world_end(&w);
	world_new_unlimited(&w);
	everyone(&w);
	for (int i = 0; i < 50; i++) {
		m[i] = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
		OK(reads(&w, &cmf, &m[i]));
	}
	w.budgets = NULL;
	world_stop(&w, SIGTERM);
	world_start(&w, NULL); /* what was not counted then does not count now */
	world_unseal(&w);
	OK(reads(&w, &cmf, &m[0]));
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openings_have_a_budget),       cmocka_unit_test(what_was_opened_today_can_be_written),
		cmocka_unit_test(a_day_has_a_budget),           cmocka_unit_test(searches_and_papers_have_budgets),
		cmocka_unit_test(a_budget_is_raised_for_a_day), cmocka_unit_test(other_budgets_are_for_demonstrations),
	};

	return cmocka_run_group_tests_name("budgets", tests, NULL, NULL);
}
