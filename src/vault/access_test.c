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

#define CASE_MASK 0x3ffu
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

static void in_again(struct world *w, struct person *p)
{
	test_clock->shift += 30000; /* codes work once */
	person_in(w, p);
}

struct made {
	case_id id;
	struct wrap *w;
	size_t n_w;
};

static struct made make(struct world *w, struct token t, enum dossier d, bool abroad)
{
	struct made m = {.id.v = id_random()};
	str offices[] = {STR("PARIS"), STR("LAGOS")};
	struct case_key *k;
	size_t n;

	OK(vault_object_new(w->v, w->a, t, m.id, d, CASE_MASK, offices, abroad ? 2 : 1, &m.w, &m.n_w, &k, &n));
	return m;
}

static struct err *open_for(struct world *w, const struct person *p, const struct made *m, enum purpose why,
			    uint32_t *got)
{
	struct case_key *keys;
	size_t n = 0;

	TRY(vault_open(w->v, w->a, p->t, m->id, why, NULL, m->w, m->n_w, &keys, &n));
	if (got)
		*got = 0;
	for (size_t i = 0; got && i < n; i++)
		*got |= COMP_BIT(keys[i].compartment);
	return NULL;
}

static struct err *reads(struct world *w, const struct person *p, const struct made *m)
{
	return open_for(w, p, m, PURPOSE_READ, NULL);
}

static struct err *prints(struct world *w, const struct person *p, const struct made *m)
{
	return open_for(w, p, m, PURPOSE_PRINT, NULL);
}

static size_t waiting(struct world *w, const struct person *p, enum alarm_kind kind, struct alarm *first)
{
	struct alarm *list;
	size_t n, found = 0;

	OK(vault_alerts(w->v, w->a, p->t, true, 0, &list, &n));
	for (size_t i = 0; i < n; i++) {
		if (list[i].kind != kind)
			continue;
		if (first && !found)
			*first = list[i];
		found++;
	}
	return found;
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
		m[i] = make(&w, cmf.t, DOSSIER_FR, false);
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
	in_again(&w, &cmf);
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
		m[i] = make(&w, cmf.t, DOSSIER_FR, false);
	OK(reads(&w, &cmf, &m[0]));
	test_clock->shift += HOUR + 1;
	in_again(&w, &cmf);
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
	in_again(&w, &cmf);
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
		m[i] = make(&w, cmf.t, DOSSIER_FR, false);
	for (int i = 0; i < 150; i++) {
		if (i % 38 == 37) {
			test_clock->shift += HOUR + 1;
			in_again(&w, &cmf);
		}
		OK(reads(&w, &cmf, &m[i]));
	}
	test_clock->shift += HOUR + 1;
	in_again(&w, &cmf);
	KIND(RATE, reads(&w, &cmf, &m[150]));
	test_clock->shift += 22 * HOUR;
	in_again(&w, &cmf);
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
	m = make(&w, cmf.t, DOSSIER_FR, false);
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
	in_again(&w, &cmf);
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
		m[i] = make(&w, cmf.t, DOSSIER_FR, false);
		OK(reads(&w, &cmf, &m[i]));
	}
	w.budgets = NULL;
	world_stop(&w, SIGTERM);
	world_start(&w, NULL); /* what was not counted then does not count now */
	world_unseal(&w);
	OK(reads(&w, &cmf, &m[0]));
	world_end(&w);
}

static void a_replacement_ends_by_the_vaults_clock(void **state)
{
	struct made m;
	struct world w;
	day today;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make(&w, cmf.t, DOSSIER_FR, false);
	today = day_of_msec(test_now());
	OK(vault_assign(w.v, w.a, coo.t, m.id, other.id, today + 1));
	OK(vault_name(w.v, w.a, coo.t, m.id, med.id, today + 1));
	OK(reads(&w, &other, &m));
	OK(reads(&w, &med, &m));
	test_clock->shift += 24 * HOUR;
	in_again(&w, &other);
	in_again(&w, &med);
	OK(reads(&w, &other, &m)); /* its last day */
	OK(reads(&w, &med, &m));
	test_clock->shift += 24 * HOUR;
	in_again(&w, &other);
	in_again(&w, &med);
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
	m = make(&w, cmf.t, DOSSIER_FR, false);
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
	cor = make(&w, cmf.t, DOSSIER_COR, true); /* a file that the office abroad holds: its part only */
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
	m = make(&w, cmf.t, DOSSIER_FR, false);
	more = make(&w, cmf.t, DOSSIER_FR, false);
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

static void breaking_the_glass(void **state)
{
	struct made m, french, cor;
	struct alarm l;
	struct world w;
	size_t n;
	struct pass *list;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make(&w, cmf.t, DOSSIER_FR, false);
	french = make(&w, cmf.t, DOSSIER_FR, false);
	KIND(NOT_FOUND, reads(&w, &other, &m));
	KIND(INVALID, vault_glass(w.v, w.a, other.t, m.id, STR("not nineteen chars.")));
	KIND(DENIED, vault_glass(w.v, w.a, dpo.t, m.id, REASON));
	KIND(DENIED, vault_glass(w.v, w.a, adm.t, m.id, REASON));
	KIND(DENIED, vault_glass(w.v, w.a, fin.t, m.id, REASON));
	KIND(NOT_FOUND, vault_glass(w.v, w.a, cmr.t, m.id, REASON)); /* never across the border … */
	KIND(NOT_FOUND,
	     vault_glass(w.v, w.a, cmr.t, (case_id){id_random()}, REASON)); /* … and as if it were not there */
	assert_int_equal(waiting(&w, &dpo, ALARM_GLASS, NULL), 0);
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
	in_again(&w, &other);
	OK(reads(&w, &other, &m));
	test_clock->shift += 31000;
	KIND(NOT_FOUND, reads(&w, &other, &m)); /* a day, not more */
	OK(vault_passes_mine(w.v, w.a, other.t, &list, &n));
	assert_int_equal(n, 0);
	in_again(&w, &cmf);
	in_again(&w, &cmr);
	in_again(&w, &near);
	in_again(&w, &coo);
	cor = make(&w, cmf.t, DOSSIER_COR, true);
	OK(vault_assign(w.v, w.a, coo.t, cor.id, near.id, NO_DAY));
	OK(vault_glass(w.v, w.a, cmr.t, cor.id, REASON)); /* a colleague's file of her own office */
	OK(reads(&w, &cmr, &cor));
	assert_int_equal(waiting(&w, &near, ALARM_GLASS, NULL), 1);
	OK(vault_glass(w.v, w.a, other.t, cor.id, REASON));
	assert_int_equal(waiting(&w, &near, ALARM_GLASS, NULL), 1); /* what Paris wrote is not for abroad */
	in_again(&w, &cmf);
	assert_int_equal(waiting(&w, &cmf, ALARM_GLASS, NULL), 2);
	world_end(&w);
}

static void the_glass_has_a_budget(void **state)
{
	struct made m;
	struct world w;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make(&w, cmf.t, DOSSIER_FR, false);
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
	real = make(&w, coo.t, DOSSIER_FR, false);
	m = make(&w, coo.t, DOSSIER_FR, false);
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
	m = make(&w, cmf.t, DOSSIER_FR, false);
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
	m = make(&w, cmf.t, DOSSIER_FR, false);
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
	m = make(&w, cmf.t, DOSSIER_FR, false);
	second = make(&w, cmf.t, DOSSIER_FR, false);
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
		cmocka_unit_test(openings_have_a_budget),
		cmocka_unit_test(what_was_opened_today_can_be_written),
		cmocka_unit_test(a_day_has_a_budget),
		cmocka_unit_test(searches_and_papers_have_budgets),
		cmocka_unit_test(a_budget_is_raised_for_a_day),
		cmocka_unit_test(other_budgets_are_for_demonstrations),
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
