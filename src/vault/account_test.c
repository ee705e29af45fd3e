/* account_test.c — accounts as their people live them: invited, confirmed, locked, travelling, revoked, back again. */
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
#define STEP_MS 30000

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

/* A one-time code works once: the next one comes half a minute later. */
static str next_code(struct world *w, const struct person *p)
{
	test_clock->shift += STEP_MS;
	return crypt_totp_at(w->a, p->totp, test_now());
}

static struct err *in_again(struct world *w, struct person *p)
{
	return person_try(w, p, PERSON_PASSWORD, next_code(w, p));
}

static struct user_new invited(const char *login, enum role r, const char *office)
{
	return (struct user_new){.login = str_of(login), .name = str_of(login), .role = r, .office = str_of(office)};
}

static struct new_secrets secrets(struct world *w, str password, str recovery)
{
	struct new_secrets s;

	random_bytes(s.salt, sizeof s.salt);
	s.password = world_pre(w, password, s.salt);
	s.recovery = crypt_derive(&(struct key){{0}}, "recovery", recovery);
	return s;
}

static enum account_state state_of(struct world *w, user_id id)
{
	struct staff *list;
	size_t n;

	OK(vault_staff(w->v, w->a, &list, &n));
	for (size_t i = 0; i < n; i++)
		if (id_eq(list[i].id.v, id.v))
			return list[i].state;
	return ACCOUNT_STATES;
}

static bool alive(struct world *w, struct token t)
{
	struct actor_info i;
	struct err *e = vault_session(w->v, w->a, t, false, &i);

	if (e)
		assert_int_equal(e->kind, ERR_SIGNED_OUT);
	return !e;
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
	OK(in_again(&w, &p));
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
	OK(in_again(&w, &coo));
	OK(vault_account_renew(w.v, w.a, coo.t, p.id, &second));
	OK(vault_account_standing(w.v, w.a, coo.t, p.id, STANDING_LOCK)); /* locked: the link opens nothing */
	KIND(NOT_FOUND, vault_account_accept(w.v, w.a, &second, &s, p.totp));
	KIND(INVALID, vault_account_renew(w.v, w.a, coo.t, p.id, &first));
	OK(vault_account_standing(w.v, w.a, coo.t, p.id, STANDING_UNLOCK));
	assert_int_equal(state_of(&w, p.id), ACCOUNT_INVITED);
	OK(vault_account_accept(w.v, w.a, &second, &s, p.totp));
	OK(in_again(&w, &p));
	assert_int_equal(opens(&w, p.t, &m), 10); /* assigned before the second link, with a key pair of before */
	OK(in_again(&w, &cmf));
	OK(vault_account_renew(w.v, w.a, coo.t, cmf.id, &first)); /* both lost: given anew, what was opens nothing */
	assert_false(alive(&w, cmf.t));
	KIND(DENIED, in_again(&w, &cmf));
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
	OK(in_again(&w, &other));
	for (int restarted = 0; restarted < 2; restarted++) {
		assert_true(opens(&w, other.t, &named) > 0);
		assert_true(opens(&w, other.t, &waiting) > 0);
		assert_int_equal(opens(&w, other.t, &broken), 0);
		world_stop(&w, SIGTERM);
		world_start(&w, NULL);
		world_unseal(&w);
	}
	test_clock->shift += 2 * (msec)DAY_OF_MS; /* to the same day as before */
	OK(in_again(&w, &other));
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
	OK(in_again(&w, &cmf));
	OK(vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_LOCK));
	assert_false(alive(&w, cmf.t)); /* with the very next question */
	KIND(DENIED, in_again(&w, &cmf));
	KIND(CONFLICT, vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_LOCK));
	OK(vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_UNLOCK));
	KIND(CONFLICT, vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_UNLOCK));
	assert_false(alive(&w, cmf.t)); /* unlocking wakes no session */
	OK(in_again(&w, &cmf));
	OK(vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_REVOKE));
	assert_false(alive(&w, cmf.t));
	KIND(DENIED, in_again(&w, &cmf));
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
	KIND(DENIED, in_again(&w, &cmf));
	OK(vault_account_travel(w.v, w.a, coo.t, cmf.id, NO_DAY, NO_DAY)); /* lifted by whoever set it */
	OK(in_again(&w, &cmf));
	OK(vault_account_travel(w.v, w.a, coo.t, cmf.id, today + 1, today + 1));
	assert_true(alive(&w, cmf.t));
	test_clock->shift += DAY_OF_MS;
	assert_false(alive(&w, cmf.t));
	KIND(DENIED, in_again(&w, &cmf));
	test_clock->shift += DAY_OF_MS;
	OK(in_again(&w, &cmf));                                           /* lifted by its end */
	test_clock->shift += DAY_OF_MS - test_now() % DAY_OF_MS - 120000; /* two minutes to midnight */
	OK(in_again(&w, &coo));
	OK(in_again(&w, &cmf));
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
	OK(in_again(&w, &coo));
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
	KIND(DENIED, in_again(&w, &cmf));            /* the old password */
	OK(recover(&w, &cmf, STR("FIRST"), &again)); /* the answer never came: once more, until she is in */
	KIND(DENIED, recover(&w, &cmf, STR("SECOND"), &s));
	OK(recover(&w, &cmf, STR("FIRST"), &s));
	world_stop(&w, SIGKILL);
	world_start(&w, NULL);
	world_unseal(&w);
	OK(recover(&w, &cmf, STR("FIRST"), &s));
	OK(person_try(&w, &cmf, STR("another long password"), next_code(&w, &cmf)));
	assert_int_equal(state_of(&w, cmf.id), ACCOUNT_ACTIVE);
	KIND(DENIED, recover(&w, &cmf, STR("FIRST"), &again));                  /* from here on it opens nothing */
	KIND(DENIED, person_try(&w, &cmf, STR("SECOND"), next_code(&w, &cmf))); /* the printed code is no password */
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
	OK(in_again(&w, &cmf));
	KIND(DENIED, change(&w, &cmf, STR("not my password"), next_code(&w, &cmf), &s));
	KIND(DENIED, change(&w, &cmf, PERSON_PASSWORD, STR("000000"), &s));
	assert_true(alive(&w, first));
	OK(change(&w, &cmf, PERSON_PASSWORD, next_code(&w, &cmf), &s));
	assert_true(alive(&w, cmf.t));
	assert_false(alive(&w, first)); /* other sessions end */
	KIND(DENIED, in_again(&w, &cmf));
	OK(person_try(&w, &cmf, STR("another long password"), next_code(&w, &cmf)));
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
	OK(in_again(&w, &cmf));
	second = cmf.t;
	OK(in_again(&w, &cmf));
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
	KIND(DENIED, again(&w, &coo, STR("not the password"), next_code(&w, &coo)));
	KIND(DENIED, again(&w, &coo, PERSON_PASSWORD, STR("000000")));
	KIND(DENIED, vault_account_standing(w.v, w.a, coo.t, cmf.id, STANDING_UNLOCK));
	OK(again(&w, &coo, PERSON_PASSWORD, next_code(&w, &coo)));
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
		cmocka_unit_test(invitation),          cmocka_unit_test(links_end),
		cmocka_unit_test(by_name_comes_along), cmocka_unit_test(states_at_the_door),
		cmocka_unit_test(travelling),          cmocka_unit_test(nobody_raises_herself),
		cmocka_unit_test(administrators),      cmocka_unit_test(revocation_renews_the_keys),
		cmocka_unit_test(lost_password),       cmocka_unit_test(new_password),
		cmocka_unit_test(ones_own_sessions),   cmocka_unit_test(typed_once_more),
	};

	return cmocka_run_group_tests_name("vault-accounts", tests, NULL, NULL);
}
