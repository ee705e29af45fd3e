/* account_test.c — accounts as their people live them: invited, confirmed, locked, travelling, revoked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <string.h>

#include "access.h"
#include "vault_fixture.h"
#include "wire.h"

#define DAY_OF_MS (24 * 3600 * 1000)

static struct person coo = {.login = "coo", .role = ROLE_COO, .office = "PARIS"},
		     adm = {.login = "adm", .role = ROLE_ADM, .office = "PARIS"},
		     cmf = {.login = "cmf", .role = ROLE_CMF, .office = "PARIS"},
		     other = {.login = "other", .role = ROLE_CMF, .office = "PARIS"},
		     cmr = {.login = "cmr", .role = ROLE_CMR, .office = "LAGOS"};

static void everyone(struct world *w)
{
	struct person *const all[] = {&coo, &adm, &cmf, &other, &cmr};

	world_new(w);
	people_in(w, all, sizeof all / sizeof *all);
}

static struct user_new invited(const char *login, enum role r, const char *office)
{
	return (struct user_new){.login = str_of(login), .name = str_of(login), .role = r, .office = str_of(office)};
}

static size_t opens(struct world *w, struct token t, const struct made *m)
{
	struct case_key *keys;
	size_t n = 0;

	return vault_open(w->v, w->a, t, m->id, PURPOSE_WRITE, NULL, m->w, m->n_w, &keys, &n) ? 0 : n;
}

static void invitation(void **state)
{
	struct person p = {.login = "new", .role = ROLE_CMF, .office = "PARIS"};
	struct user_new u = invited("new", ROLE_CMF, "PARIS");
	struct new_secrets s;
	struct invite link, guess;
	struct staff who;
	struct world w;
	struct made m;

	(void)state;
	everyone(&w);
	s = secrets(&w, PERSON_PASSWORD, STR("CODE"));
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	OK(vault_account_invite(w.v, w.a, coo.t, &u, &p.id, &link));
	KIND(CONFLICT, vault_account_invite(w.v, w.a, coo.t, &u, &p.id, &guess));
	assert_int_equal(state_of(&w, p.id), ACCOUNT_INVITED);
	OK(vault_assign(w.v, w.a, coo.t, m.id, p.id, NO_DAY)); /* a file may wait for her */
	KIND(DENIED, person_try(&w, &p, PERSON_PASSWORD, STR("123456")));
	memset(&guess, 7, sizeof guess);
	KIND(NOT_FOUND, vault_account_welcome(w.v, w.a, &guess, &who));
	KIND(NOT_FOUND, vault_account_accept(w.v, w.a, &guess, &s, p.totp));
	OK(vault_account_welcome(w.v, w.a, &link, &who));
	assert_true(who.role == ROLE_CMF && !strcmp(who.login, "new") && id_eq(who.id.v, p.id.v));
	OK(vault_account_accept(w.v, w.a, &link, &s, p.totp));
	assert_int_equal(state_of(&w, p.id), ACCOUNT_UNCONFIRMED);
	KIND(NOT_FOUND, vault_account_accept(w.v, w.a, &link, &s, p.totp)); /* once */
	KIND(NOT_FOUND, vault_account_welcome(w.v, w.a, &link, &who));
	KIND(DENIED, person_try(&w, &p, PERSON_PASSWORD, STR("000000")));
	assert_int_equal(state_of(&w, p.id), ACCOUNT_UNCONFIRMED);
	OK(person_again(&w, &p));
	assert_int_equal(state_of(&w, p.id), ACCOUNT_ACTIVE);
	assert_int_equal(opens(&w, p.t, &m), 10);
	world_end(&w);
}

static void links_end(void **state)
{
	struct person p = {.login = "late", .role = ROLE_CMF, .office = "PARIS"};
	struct user_new u = invited("late", ROLE_CMF, "PARIS");
	struct invite first, second;
	struct new_secrets s;
	struct staff who;
	struct world w;
	struct made m;

	(void)state;
	everyone(&w);
	s = secrets(&w, PERSON_PASSWORD, STR("CODE"));
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	OK(vault_account_invite(w.v, w.a, coo.t, &u, &p.id, &first));
	OK(vault_assign(w.v, w.a, coo.t, m.id, p.id, NO_DAY));
	OK(vault_account_renew(w.v, w.a, coo.t, p.id, &second));
	KIND(NOT_FOUND, vault_account_welcome(w.v, w.a, &first, &who)); /* the new one ends the old */
	test_clock->shift += (msec)INVITE_DAYS * DAY_OF_MS + 1000;
	KIND(NOT_FOUND, vault_account_welcome(w.v, w.a, &second, &who));
	KIND(NOT_FOUND, vault_account_accept(w.v, w.a, &second, &s, p.totp));
	OK(person_again(&w, &coo));
	OK(vault_account_renew(w.v, w.a, coo.t, p.id, &second));
	OK(vault_account_standing(w.v, w.a, coo.t, p.id, STANDING_LOCK)); /* locked: the link opens nothing */
	KIND(NOT_FOUND, vault_account_accept(w.v, w.a, &second, &s, p.totp));
	KIND(INVALID, vault_account_renew(w.v, w.a, coo.t, p.id, &first));
	OK(vault_account_standing(w.v, w.a, coo.t, p.id, STANDING_UNLOCK));
	assert_int_equal(state_of(&w, p.id), ACCOUNT_INVITED);
	OK(vault_account_accept(w.v, w.a, &second, &s, p.totp));
	OK(person_again(&w, &p));
	assert_int_equal(opens(&w, p.t, &m), 10); /* assigned before the second link, with a key pair of before */
	OK(person_again(&w, &cmf));
	OK(vault_account_renew(w.v, w.a, coo.t, cmf.id, &first)); /* both lost: given anew, what was opens nothing */
	assert_false(alive(&w, cmf.t));
	KIND(DENIED, person_again(&w, &cmf));
	world_end(&w);
}

/* Access by name is signed for a key pair: with a new one it is signed anew, at once; what she took for a day is not. */
static void by_name_comes_along(void **state)
{
	static const char reason[] = "she is at the station and her papers are not there";
	struct made named, broken, waiting;
	struct new_secrets s;
	struct invite link;
	struct world w;

	(void)state;
	everyone(&w);
	s = secrets(&w, PERSON_PASSWORD, STR("CODE"));
	named = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	broken = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	waiting = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	OK(vault_name(w.v, w.a, coo.t, named.id, other.id, NO_DAY));
	OK(vault_name(w.v, w.a, coo.t, waiting.id, other.id, day_of_msec(test_now()) + 1));
	OK(vault_glass(w.v, w.a, other.t, broken.id, str_of(reason)));
	assert_true(opens(&w, other.t, &named) && opens(&w, other.t, &broken) && opens(&w, other.t, &waiting));
	OK(vault_account_renew(w.v, w.a, coo.t, other.id, &link));
	OK(vault_account_accept(w.v, w.a, &link, &s, other.totp));
	OK(person_again(&w, &other));
	for (int restarted = 0; restarted < 2; restarted++) {
		assert_true(opens(&w, other.t, &named) > 0);
		assert_true(opens(&w, other.t, &waiting) > 0);
		assert_int_equal(opens(&w, other.t, &broken), 0);
		world_stop(&w, SIGTERM);
		world_start(&w, NULL);
		world_unseal(&w);
	}
	test_clock->shift += 2 * (msec)DAY_OF_MS; /* to the same day as before */
	OK(person_again(&w, &other));
	assert_true(opens(&w, other.t, &named) > 0);
	assert_int_equal(opens(&w, other.t, &waiting), 0);
	world_end(&w);
}

/* In every state, with the right password and the right code. */
static void states_at_the_door(void **state)
{
	struct world w;

	(void)state;
	everyone(&w);
	OK(person_again(&w, &cmf));
	OK(vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_LOCK));
	assert_false(alive(&w, cmf.t)); /* with the very next question */
	KIND(DENIED, person_again(&w, &cmf));
	KIND(CONFLICT, vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_LOCK));
	OK(vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_UNLOCK));
	KIND(CONFLICT, vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_UNLOCK));
	assert_false(alive(&w, cmf.t)); /* unlocking wakes no session */
	OK(person_again(&w, &cmf));
	OK(vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_REVOKE));
	assert_false(alive(&w, cmf.t));
	KIND(DENIED, person_again(&w, &cmf));
	KIND(CONFLICT, vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_UNLOCK));
	KIND(CONFLICT, vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_REVOKE));
	KIND(CONFLICT, vault_account_travel(w.v, w.a, coo.t, cmf.id, NO_DAY, NO_DAY));
	assert_int_equal(state_of(&w, cmf.id), ACCOUNT_REVOKED);
	KIND(NOT_FOUND, vault_account_standing(w.v, w.a, coo.t, (user_id){{{9}}}, STANDING_LOCK));
	world_end(&w);
}

static void travelling(void **state)
{
	struct world w;
	day today;

	(void)state;
	everyone(&w);
	today = day_of_msec(test_now());
	KIND(INVALID, vault_account_travel(w.v, w.a, coo.t, cmf.id, today, today - 1));
	KIND(INVALID, vault_account_travel(w.v, w.a, coo.t, cmf.id, today - 5, today - 1));
	KIND(INVALID, vault_account_travel(w.v, w.a, coo.t, cmf.id, NO_DAY, today));
	OK(vault_account_travel(w.v, w.a, coo.t, cmf.id, today + 2, today + 3));
	assert_true(alive(&w, cmf.t)); /* not yet */
	OK(vault_account_travel(w.v, w.a, coo.t, cmf.id, today, today + 3));
	assert_false(alive(&w, cmf.t));
	KIND(DENIED, person_again(&w, &cmf));
	OK(vault_account_travel(w.v, w.a, coo.t, cmf.id, NO_DAY, NO_DAY)); /* lifted by whoever set it */
	OK(person_again(&w, &cmf));
	OK(vault_account_travel(w.v, w.a, coo.t, cmf.id, today + 1, today + 1));
	assert_true(alive(&w, cmf.t));
	test_clock->shift += DAY_OF_MS;
	assert_false(alive(&w, cmf.t));
	KIND(DENIED, person_again(&w, &cmf));
	test_clock->shift += DAY_OF_MS;
	OK(person_again(&w, &cmf));                                       /* lifted by its end */
	test_clock->shift += DAY_OF_MS - test_now() % DAY_OF_MS - 120000; /* two minutes to midnight */
	OK(person_again(&w, &coo));
	OK(person_again(&w, &cmf));
	today = day_of_msec(test_now() + DAY_OF_MS);
	OK(vault_account_travel(w.v, w.a, coo.t, cmf.id, today, today));
	assert_true(alive(&w, cmf.t));
	test_clock->shift += 60000;
	assert_false(alive(&w, cmf.t)); /* a session under way when the day begins */
	assert_true(alive(&w, coo.t));
	world_end(&w);
}

static void nobody_raises_herself(void **state)
{
	struct user_new u = invited("x", ROLE_CMF, "PARIS");
	struct person *all[] = {&coo, &adm, &cmf, &cmr};
	struct invite link;
	struct world w;
	user_id id;
	day today;

	(void)state;
	everyone(&w);
	today = day_of_msec(test_now());
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct person *me = all[i];

		for (enum account_act s = 0; s < STANDINGS; s++)
			KIND(DENIED, vault_account_standing(w.v, w.a, me->t, me->id, s));
		KIND(DENIED, vault_account_travel(w.v, w.a, me->t, me->id, today, today));
		KIND(DENIED, vault_account_travel(w.v, w.a, me->t, me->id, NO_DAY, NO_DAY));
		KIND(DENIED, vault_account_renew(w.v, w.a, me->t, me->id, &link));
		KIND(DENIED, vault_account_end(w.v, w.a, me->t, me->id));
		KIND(SIGNED_OUT, vault_account_standing(w.v, w.a, NO_TOKEN, me->id, STANDING_LOCK));
	}
	KIND(DENIED, vault_account_standing(w.v, w.a, cmf.t, other.id, STANDING_LOCK));
	KIND(DENIED, vault_account_travel(w.v, w.a, cmr.t, cmf.id, today, today));
	KIND(DENIED, vault_account_invite(w.v, w.a, cmf.t, &u, &id, &link));
	KIND(SIGNED_OUT, vault_account_invite(w.v, w.a, NO_TOKEN, &u, &id, &link));
	world_end(&w);
}

/* An administrator holds no content key: she makes and takes none. */
static void administrators(void **state)
{
	struct user_new chief = invited("chief", ROLE_COO, "PARIS"), worker = invited("w", ROLE_CMF, "PARIS"),
			counter = invited("count", ROLE_MNE, "PARIS"), officer = invited("d", ROLE_DPO, "PARIS"),
			second = invited("adm2", ROLE_ADM, "PARIS");
	struct invite link;
	struct world w;
	user_id id;

	(void)state;
	everyone(&w);
	KIND(DENIED, vault_account_invite(w.v, w.a, adm.t, &chief, &id, &link));
	KIND(DENIED, vault_account_invite(w.v, w.a, adm.t, &worker, &id, &link));
	KIND(DENIED, vault_account_renew(w.v, w.a, adm.t, coo.id, &link));
	KIND(DENIED, vault_account_standing(w.v, w.a, adm.t, coo.id, STANDING_REVOKE));
	KIND(DENIED, vault_account_standing(w.v, w.a, adm.t, cmf.id, STANDING_REVOKE));
	assert_true(alive(&w, coo.t) && state_of(&w, coo.id) == ACCOUNT_ACTIVE);
	KIND(DENIED, vault_account_invite(w.v, w.a, adm.t, &counter, &id, &link)); /* sees every list */
	KIND(DENIED, vault_account_invite(w.v, w.a, adm.t, &officer, &id, &link)); /* erases, judges alerts */
	OK(vault_account_invite(w.v, w.a, coo.t, &officer, &id, &link));
	KIND(DENIED, vault_account_renew(w.v, w.a, adm.t, id, &link));
	OK(vault_account_invite(w.v, w.a, adm.t, &second, &id, &link));
	OK(vault_account_standing(w.v, w.a, adm.t, id, STANDING_REVOKE));
	OK(vault_account_standing(w.v, w.a, adm.t, coo.id, STANDING_LOCK)); /* stops a stolen session; takes nothing */
	assert_false(alive(&w, coo.t));
	OK(vault_account_standing(w.v, w.a, adm.t, coo.id, STANDING_UNLOCK));
	OK(person_again(&w, &coo));
	world_end(&w);
}

static void revocation_renews_the_keys(void **state)
{
	struct person late = {.login = "later", .role = ROLE_CMF, .office = "PARIS"};
	struct made before, after;
	struct world w;

	(void)state;
	everyone(&w);
	before = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	OK(vault_assign(w.v, w.a, coo.t, before.id, other.id, NO_DAY));
	assert_int_equal(opens(&w, other.t, &before), 10);
	OK(vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_REVOKE));
	after = make_case(&w, other.t, DOSSIER_FR, "PARIS", NULL);
	for (size_t i = 0; i < after.n_w; i++)
		assert_true(after.w[i].gen == before.w[i].gen + 1);
	assert_int_equal(opens(&w, other.t, &before), 10); /* what was sealed before stays readable */
	assert_int_equal(opens(&w, other.t, &after), 10);
	assert_int_equal(opens(&w, coo.t, &before), 10);
	person_new(&w, &late, coo.t); /* who comes later gets both generations */
	person_in(&w, &late);
	OK(vault_assign(w.v, w.a, coo.t, before.id, late.id, NO_DAY));
	OK(vault_assign(w.v, w.a, coo.t, after.id, late.id, NO_DAY));
	KIND(NOT_FOUND, vault_assign(w.v, w.a, coo.t, after.id, cmf.id, NO_DAY));
	assert_int_equal(world_stop(&w, SIGTERM), 0);
	world_start(&w, NULL);
	world_unseal(&w);
	assert_int_equal(opens(&w, late.t, &before), 10);
	assert_int_equal(opens(&w, late.t, &after), 10);
	after = make_case(&w, other.t, DOSSIER_FR, "PARIS", NULL);
	assert_true(after.w[0].gen == before.w[0].gen + 1);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(invitation),          cmocka_unit_test(links_end),
		cmocka_unit_test(by_name_comes_along), cmocka_unit_test(states_at_the_door),
		cmocka_unit_test(travelling),          cmocka_unit_test(nobody_raises_herself),
		cmocka_unit_test(administrators),      cmocka_unit_test(revocation_renews_the_keys),
	};

	return cmocka_run_group_tests_name("vault-accounts", tests, NULL, NULL);
}
