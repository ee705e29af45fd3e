/* password_test.c — what people do with their own account: a password lost or changed, sessions ended, who they are typed once
 * more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <string.h>

#include "access.h"
#include "vault_fixture.h"

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

static struct err *recover(struct world *w, struct person *p, str code, const struct new_secrets *s)
{
	struct key pre = crypt_derive(&(struct key){{0}}, "recovery", code);
	uint8_t salt[16];

	TRY(vault_signin_start(w->v, w->a, str_of(p->login), salt));
	return vault_account_recover(w->v, w->a, str_of(p->login), &pre, s, p->totp);
}

/* Alerts about it that wait for the coordinator. */
static size_t recovered(struct world *w, user_id who)
{
	struct alarm *list;
	size_t n, found = 0;

	OK(vault_alerts(w->v, w->a, coo.t, true, 0, &list, &n));
	for (size_t i = 0; i < n; i++)
		found += list[i].kind == ALARM_RECOVERED && id_eq(list[i].who.v, who.v);
	return found;
}

static void lost_password(void **state)
{
	struct person nobody = {.login = "nobody"};
	struct new_secrets s, again;
	struct token before;
	struct world w;
	struct key pre;

	(void)state;
	everyone(&w);
	s = secrets(&w, STR("another long password"), STR("SECOND"));
	again = secrets(&w, STR("a third long password"), STR("THIRD"));
	KIND(DENIED, recover(&w, &cmf, STR("FIRST"), &s)); /* she has none yet */
	pre = crypt_derive(&(struct key){{0}}, "recovery", STR("FIRST"));
	OK(vault_account_code(w.v, w.a, cmf.t, &pre));
	KIND(DENIED, recover(&w, &nobody, STR("FIRST"), &s));
	KIND(DENIED, recover(&w, &cmf, STR("WRONG"), &s));
	KIND(DENIED, vault_account_recover(w.v, w.a, STR("other"), &pre, &s, cmf.totp)); /* not counted first */
	assert_true(alive(&w, cmf.t));
	before = cmf.t;
	assert_int_equal(recovered(&w, cmf.id), 0);
	OK(recover(&w, &cmf, STR("FIRST"), &s));
	assert_false(alive(&w, before));
	assert_int_equal(recovered(&w, cmf.id), 1);
	assert_int_equal(state_of(&w, cmf.id), ACCOUNT_UNCONFIRMED);
	KIND(DENIED, person_again(&w, &cmf));        /* the old password */
	OK(recover(&w, &cmf, STR("FIRST"), &again)); /* the answer never came: once more, until she is in */
	KIND(DENIED, recover(&w, &cmf, STR("SECOND"), &s));
	OK(recover(&w, &cmf, STR("FIRST"), &s));
	world_stop(&w, SIGKILL);
	world_start(&w, NULL);
	world_unseal(&w);
	OK(recover(&w, &cmf, STR("FIRST"), &s));
	OK(person_try(&w, &cmf, STR("another long password"), person_code(&w, &cmf)));
	assert_int_equal(state_of(&w, cmf.id), ACCOUNT_ACTIVE);
	KIND(DENIED, recover(&w, &cmf, STR("FIRST"), &again));                    /* from here on it opens nothing */
	KIND(DENIED, person_try(&w, &cmf, STR("SECOND"), person_code(&w, &cmf))); /* the printed code is no password */
	OK(vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_LOCK));
	KIND(DENIED, recover(&w, &cmf, STR("SECOND"), &again));
	OK(vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_UNLOCK));
	for (int i = 0; i < 2; i++)
		KIND(DENIED, recover(&w, &cmf, STR("WRONG"), &s));
	for (int i = 0; i < 3 && !recover(&w, &cmf, STR("WRONG"), &s); i++)
		;
	KIND(RATE, recover(&w, &cmf, STR("SECOND"), &again)); /* slowed like any attempt */
	test_clock->shift += 15 * 60 * 1000;
	OK(recover(&w, &cmf, STR("SECOND"), &again));
	world_end(&w);
}

static struct err *change(struct world *w, struct person *p, str old, str code, const struct new_secrets *s)
{
	uint8_t salt[16];
	struct key pre;

	TRY(vault_signin_start(w->v, w->a, str_of(p->login), salt));
	pre = world_pre(w, old, salt);
	return vault_account_password(w->v, w->a, p->t, &pre, &(struct second){.code = code}, s);
}

static void new_password(void **state)
{
	struct new_secrets s;
	struct token first;
	struct world w;

	(void)state;
	everyone(&w);
	s = secrets(&w, STR("another long password"), STR(""));
	first = cmf.t;
	OK(person_again(&w, &cmf));
	KIND(DENIED, change(&w, &cmf, STR("not my password"), person_code(&w, &cmf), &s));
	KIND(DENIED, change(&w, &cmf, PERSON_PASSWORD, STR("000000"), &s));
	assert_true(alive(&w, first));
	OK(change(&w, &cmf, PERSON_PASSWORD, person_code(&w, &cmf), &s));
	assert_true(alive(&w, cmf.t));
	assert_false(alive(&w, first)); /* other sessions end */
	KIND(DENIED, person_again(&w, &cmf));
	OK(person_try(&w, &cmf, STR("another long password"), person_code(&w, &cmf)));
	world_end(&w);
}

static void ones_own_sessions(void **state)
{
	struct session_line *lines;
	struct token first, second;
	struct world w;
	size_t n;

	(void)state;
	everyone(&w);
	first = cmf.t;
	OK(person_again(&w, &cmf));
	second = cmf.t;
	OK(person_again(&w, &cmf));
	OK(vault_sessions(w.v, w.a, cmf.t, &lines, &n));
	assert_int_equal(n, 3); /* hers alone: there are seven in all */
	assert_true(lines[0].here && !lines[1].here && lines[0].started >= lines[1].started);
	OK(vault_session_end(w.v, w.a, cmf.t, lines[1].id));
	assert_true(!alive(&w, second) && alive(&w, first));
	KIND(NOT_FOUND, vault_session_end(w.v, w.a, cmf.t, lines[1].id));
	KIND(NOT_FOUND, vault_session_end(w.v, w.a, other.t, lines[2].id)); /* another's */
	OK(vault_session_end(w.v, w.a, cmf.t, (struct id){0}));
	assert_true(!alive(&w, first) && alive(&w, cmf.t) && alive(&w, other.t));
	KIND(NOT_FOUND, vault_account_end(w.v, w.a, cmr.t, cmf.id)); /* another office */
	OK(vault_account_end(w.v, w.a, other.t, cmf.id));            /* a colleague */
	assert_false(alive(&w, cmf.t));
	OK(vault_account_end(w.v, w.a, adm.t, cmr.id));
	assert_false(alive(&w, cmr.t));
	KIND(SIGNED_OUT, vault_sessions(w.v, w.a, cmf.t, &lines, &n));
	world_end(&w);
}

static struct err *again(struct world *w, struct person *p, str password, str code)
{
	uint8_t salt[16];
	struct key pre;

	TRY(vault_signin_start(w->v, w->a, str_of(p->login), salt));
	pre = world_pre(w, password, salt);
	return vault_again(w->v, w->a, p->t, &pre, &(struct second){.code = code});
}

static void typed_once_more(void **state)
{
	struct user_new u = invited("x", ROLE_MNE, "PARIS");
	struct actor_info i;
	struct invite link;
	struct world w;
	user_id id;
	day today;
	uint8_t totp[20];

	(void)state;
	everyone(&w);
	test_clock->shift += 6 * 60 * 1000;
	today = day_of_msec(test_now());
	KIND(DENIED, vault_account_invite(w.v, w.a, coo.t, &u, &id, &link));
	KIND(DENIED, vault_user_new(w.v, w.a, coo.t, &u, &id, totp));
	KIND(DENIED, vault_account_travel(w.v, w.a, coo.t, cmf.id, today, today));
	KIND(DENIED, vault_account_renew(w.v, w.a, coo.t, cmf.id, &link));
	KIND(DENIED, vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_REVOKE));
	KIND(DENIED, vault_account_code(w.v, w.a, coo.t, &(struct key){{1}}));
	OK(vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_LOCK)); /* in haste: taking away needs nothing */
	KIND(DENIED, vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_UNLOCK));
	OK(vault_session(w.v, w.a, coo.t, false, &i));
	assert_true(i.again_until < test_now());
	KIND(DENIED, again(&w, &coo, STR("not the password"), person_code(&w, &coo)));
	KIND(DENIED, again(&w, &coo, PERSON_PASSWORD, STR("000000")));
	KIND(DENIED, vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_UNLOCK));
	OK(again(&w, &coo, PERSON_PASSWORD, person_code(&w, &coo)));
	OK(vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_UNLOCK));
	OK(vault_account_invite(w.v, w.a, coo.t, &u, &id, &link));
	OK(vault_session(w.v, w.a, coo.t, false, &i));
	assert_true(i.again_until > test_now());
	test_clock->shift += 6 * 60 * 1000;
	KIND(DENIED, vault_account_standing(w.v, w.a, coo.t, id, STANDING_REVOKE));
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lost_password),
		cmocka_unit_test(new_password),
		cmocka_unit_test(ones_own_sessions),
		cmocka_unit_test(typed_once_more),
	};

	return cmocka_run_group_tests_name("vault-passwords", tests, NULL, NULL);
}
