/* seckeys_test.c — security keys as the second factor: registered, signed in with, and refused for every reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "access.h"
#include "seckey_testing.h"
#include "vault_fixture.h"

#define ORIGIN "https://rivage.example"
#define RP "rivage.example"
#define STEP_MS 30000

static struct person coo, cmf, other;

static void everyone(struct world *w)
{
	struct person *all[] = {&coo, &cmf, &other};
	static const struct person fresh[] = {{.login = "coo", .role = ROLE_COO, .office = "PARIS"},
					      {.login = "cmf", .role = ROLE_CMF, .office = "PARIS"},
					      {.login = "other", .role = ROLE_CMF, .office = "PARIS"}};

	world_new(w);
	for (size_t i = 0; i < 3; i++) {
		*all[i] = fresh[i];
		person_new(w, all[i], i ? coo.t : NO_TOKEN);
		person_in(w, all[i]);
	}
}

static str of_challenge(const struct key_challenge *x)
{
	return (str){(const char *)x->b, sizeof x->b};
}

static struct err *add(struct world *w, struct person *p, struct soft_key *k, const char *origin)
{
	struct key_challenge x;
	struct seckey got;
	str client;

	TRY(vault_key_challenge(w->v, w->a, p->t, SECKEY_CREATE, STR(""), &x));
	client = soft_client(w->a, "webauthn.create", of_challenge(&x), origin);
	assert_int_equal(seckey_registered(soft_attestation(w->a, k, RP, SOFT_TOUCHED, k->half.counter), STR(RP), &got),
			 SECKEY_GOOD);
	return vault_key_add(w->v, w->a, p->t, STR("blue key"), x.b, client, &got);
}

/* What a key says to a challenge; each test changes one thing of it. */
static struct key_answer answer(struct world *w, struct soft_key *k, const struct key_challenge *x, uint8_t flags)
{
	struct key_answer out = {.id = {(const char *)k->half.id, k->half.n_id}};

	memcpy(out.challenge, x->b, sizeof out.challenge);
	out.client = soft_client(w->a, "webauthn.get", of_challenge(x), ORIGIN);
	out.auth = soft_auth(w->a, RP, flags, ++k->half.counter);
	out.sig = soft_sign(w->a, k, out.auth, out.client);
	return out;
}

static struct key_challenge asked(struct world *w, struct token t, const char *login)
{
	struct key_challenge x;

	OK(vault_key_challenge(w->v, w->a, t, SECKEY_GET, str_of(login), &x));
	return x;
}

static struct err *in_with(struct world *w, struct person *p, const struct key_answer *answer, str password)
{
	uint8_t salt[16];
	struct key pre;

	TRY(vault_signin_start(w->v, w->a, str_of(p->login), salt));
	pre = world_pre(w, password, salt);
	return vault_signin(w->v, w->a, str_of(p->login), &pre, &(struct second){.key = answer}, &p->t);
}

static struct err *in(struct world *w, struct person *p, struct soft_key *k)
{
	struct key_challenge x = asked(w, NO_TOKEN, p->login);
	struct key_answer out = answer(w, k, &x, SOFT_TOUCHED);

	return in_with(w, p, &out, PERSON_PASSWORD);
}

static struct err *in_by_code(struct world *w, struct person *p)
{
	test_clock->shift += STEP_MS;
	return person_try(w, p, PERSON_PASSWORD, crypt_totp_at(w->a, p->totp, test_now()));
}

static size_t alerts_of(struct world *w, enum alarm_kind kind, user_id who)
{
	struct alarm *list;
	size_t n, found = 0;

	OK(vault_alerts(w->v, w->a, coo.t, true, 0, &list, &n));
	for (size_t i = 0; i < n; i++)
		found += list[i].kind == kind && id_eq(list[i].who.v, who.v);
	return found;
}

static void keys_sign_in(void **state)
{
	struct soft_key k, ed;
	struct key_list list;
	struct world w;

	(void)state;
	everyone(&w);
	soft_new(&k, SECKEY_ES256);
	soft_new(&ed, SECKEY_EDDSA);
	OK(add(&w, &cmf, &k, ORIGIN));
	OK(add(&w, &cmf, &ed, ORIGIN));
	OK(in(&w, &cmf, &k));
	OK(in(&w, &cmf, &ed));
	OK(in_by_code(&w, &cmf)); /* codes stay possible */
	OK(vault_keys(w.v, w.a, cmf.t, &list));
	assert_int_equal(list.n, 2);
	assert_false(list.only);
	assert_string_equal(list.line[0].name, "blue key");
	assert_true(list.line[0].used > 0);
	world_stop(&w, 15); /* keys and their counters are on the disk */
	world_start(&w, NULL);
	world_unseal(&w);
	OK(in(&w, &cmf, &k));
	k.half.counter -= 2; /* the next is the last one once more */
	KIND(DENIED, in(&w, &cmf, &k));
	soft_free(&k);
	soft_free(&ed);
	world_end(&w);
}

static bool looks_real(const struct key_challenge *x)
{
	bool good = x->n_ids == 1 || x->n_ids == 2;

	for (size_t i = 0; i < x->n_ids; i++)
		good = good && (x->ids[i].n == 32 || x->ids[i].n == 48 || x->ids[i].n == 64);
	return good && (x->n_ids == 1 || !str_eq(x->ids[0], x->ids[1]));
}

/* `answered` was taken, and is never taken again. */
static void too_old(struct world *w, struct soft_key *k, const struct key_answer *answered)
{
	struct key_challenge x;
	struct key_answer a;

	test_clock->shift += 2 * KEY_CHALLENGE_MS; /* forgotten as too old, and young again under a clock set back */
	x = asked(w, NO_TOKEN, "cmf");
	x = asked(w, NO_TOKEN, "cmf");
	test_clock->shift -= 2 * KEY_CHALLENGE_MS;
	KIND(DENIED, in_with(w, &cmf, answered, PERSON_PASSWORD));
	test_clock->shift += 60 * 1000;
	x = asked(w, NO_TOKEN, "cmf");
	test_clock->shift += KEY_CHALLENGE_MS + 1; /* too old */
	a = answer(w, k, &x, SOFT_TOUCHED);
	KIND(DENIED, in_with(w, &cmf, &a, PERSON_PASSWORD));
	x = asked(w, NO_TOKEN, "cmf");
	x.b[20] ^= 1; /* not of the vault's making */
	a = answer(w, k, &x, SOFT_TOUCHED);
	KIND(DENIED, in_with(w, &cmf, &a, PERSON_PASSWORD));
}

/* Who has no key, or no account, is answered alike. */
static void of_strangers(struct world *w)
{
	struct key_challenge x, fake, fake2;

	fake = asked(w, NO_TOKEN, "nobody at all");
	fake2 = asked(w, NO_TOKEN, "Nobody At All");
	assert_true(looks_real(&fake) && fake.n_ids == fake2.n_ids && str_eq(fake.ids[0], fake2.ids[0]));
	for (int i = 0; i < 50; i++) {
		x = asked(w, NO_TOKEN, arena_fmt(w->a, "stranger%d", i).p);
		assert_true(looks_real(&x) && !str_eq(x.ids[0], fake.ids[0]));
	}
	fake2 = asked(w, NO_TOKEN, "other"); /* has no key: answered alike */
	assert_true(looks_real(&fake2));
	fake = asked(w, other.t, ""); /* her own session is not lied to */
	assert_int_equal(fake.n_ids, 0);
}

static void challenges(void **state)
{
	struct key_challenge x;
	struct key_answer a, b;
	struct soft_key k;
	struct world w;

	(void)state;
	everyone(&w);
	soft_new(&k, SECKEY_ES256);
	OK(add(&w, &cmf, &k, ORIGIN));
	assert_int_equal(alerts_of(&w, ALARM_SECKEY_NEW, cmf.id), 1);
	x = asked(&w, NO_TOKEN, "cmf");
	assert_int_equal(x.n_ids, 1);
	assert_memory_equal(x.ids[0].p, k.half.id, k.half.n_id);
	a = answer(&w, &k, &x, SOFT_TOUCHED);
	OK(in_with(&w, &cmf, &a, PERSON_PASSWORD));
	KIND(DENIED, in_with(&w, &cmf, &a, PERSON_PASSWORD)); /* the same answer again */
	a = answer(&w, &k, &x, SOFT_TOUCHED);                 /* another answer to the same challenge */
	KIND(DENIED, in_with(&w, &cmf, &a, PERSON_PASSWORD));
	x = asked(&w, NO_TOKEN, "other"); /* a challenge for another login */
	a = answer(&w, &k, &x, SOFT_TOUCHED);
	KIND(DENIED, in_with(&w, &cmf, &a, PERSON_PASSWORD));
	x = asked(&w, cmf.t, ""); /* of a session, not of a sign-in */
	a = answer(&w, &k, &x, SOFT_TOUCHED);
	KIND(DENIED, in_with(&w, &cmf, &a, PERSON_PASSWORD));
	x = asked(&w, NO_TOKEN, "cmf"); /* answered beside a wrong password: used up */
	a = answer(&w, &k, &x, SOFT_TOUCHED);
	KIND(DENIED, in_with(&w, &cmf, &a, STR("not the password")));
	test_clock->shift += 60 * 1000;
	KIND(DENIED, in_with(&w, &cmf, &a, PERSON_PASSWORD));
	test_clock->shift += 60 * 1000;
	x = asked(&w, NO_TOKEN, "cmf");
	b = answer(&w, &k, &x, SOFT_TOUCHED);
	OK(in_with(&w, &cmf, &b, PERSON_PASSWORD));
	too_old(&w, &k, &b);
	of_strangers(&w);
	soft_free(&k);
	world_end(&w);
}

static void wrong_answers(void **state)
{
	struct soft_key k, theirs, unknown;
	struct key_challenge x;
	struct key_answer a;
	struct world w;

	(void)state;
	everyone(&w);
	soft_new(&k, SECKEY_ES256);
	soft_new(&theirs, SECKEY_ES256);
	soft_new(&unknown, SECKEY_EDDSA);
	OK(add(&w, &cmf, &k, ORIGIN));
	OK(add(&w, &other, &theirs, ORIGIN));
	for (int i = 0; i < 9; i++) {
		struct soft_key *by = i == 0 ? &theirs : i == 1 ? &unknown : &k;

		x = asked(&w, NO_TOKEN, "cmf");
		a = answer(&w, by, &x, i == 2 ? 0x01 : SOFT_TOUCHED);
		if (i == 3)
			a.client = soft_client(w.a, "webauthn.get", of_challenge(&x), "https://rivage.evil");
		if (i == 4)
			a.client = soft_client(w.a, "webauthn.create", of_challenge(&x), ORIGIN);
		if (i == 5)
			a.auth = soft_auth(w.a, "rivage.evil", SOFT_TOUCHED, k.half.counter);
		if (i == 6)
			a.auth = arena_join(w.a, (str[]){a.auth, STR("\xa0")}, 2, STR(""));
		if (i == 7)
			a.auth.n = 0;
		if (i >= 3 && i <= 6)
			a.sig = soft_sign(w.a, &k, a.auth, a.client);
		if (i == 8)
			((char *)(uintptr_t)a.sig.p)[8] ^= 1;
		KIND(DENIED, in_with(&w, &cmf, &a, PERSON_PASSWORD));
		test_clock->shift += 15 * 60 * 1000; /* slowed like any attempt */
	}
	OK(in(&w, &cmf, &k)); /* none of these harmed the key */
	soft_free(&k);
	soft_free(&theirs);
	soft_free(&unknown);
	world_end(&w);
}

/* Two of one key: the one that is behind is refused, and somebody hears of it. */
static void counters(void **state)
{
	struct soft_key k;
	struct world w;

	(void)state;
	everyone(&w);
	soft_new(&k, SECKEY_ES256);
	k.half.counter = 7;
	OK(add(&w, &cmf, &k, ORIGIN));
	OK(in(&w, &cmf, &k));
	assert_int_equal(alerts_of(&w, ALARM_SECKEY, cmf.id), 0);
	k.half.counter = 3;
	KIND(DENIED, in(&w, &cmf, &k));
	assert_int_equal(alerts_of(&w, ALARM_SECKEY, cmf.id), 1);
	k.half.counter = 7;
	KIND(DENIED, in(&w, &cmf, &k)); /* stood still */
	OK(in(&w, &cmf, &k));
	soft_free(&k);
	world_end(&w);
}

static void registration(void **state)
{
	struct soft_key k, second, many[KEYS_EACH];
	struct key_challenge x, theirs;
	struct seckey got;
	struct world w;

	(void)state;
	everyone(&w);
	soft_new(&k, SECKEY_ES256);
	soft_new(&second, SECKEY_ES256);
	got = k.half;
	KIND(SIGNED_OUT, vault_key_challenge(w.v, w.a, NO_TOKEN, SECKEY_CREATE, STR("cmf"), &x));
	KIND(DENIED, add(&w, &cmf, &k, "https://rivage.evil"));
	OK(vault_key_challenge(w.v, w.a, cmf.t, SECKEY_CREATE, STR(""), &x));
	OK(vault_key_challenge(w.v, w.a, other.t, SECKEY_CREATE, STR(""), &theirs));
	KIND(DENIED, vault_key_add(w.v, w.a, cmf.t, STR("k"), theirs.b,
				   soft_client(w.a, "webauthn.create", of_challenge(&theirs), ORIGIN), &got));
	KIND(DENIED, vault_key_add(w.v, w.a, cmf.t, STR("k"), x.b,
				   soft_client(w.a, "webauthn.get", of_challenge(&x), ORIGIN), &got));
	KIND(MALFORMED, vault_key_add(w.v, w.a, cmf.t, STR(""), x.b,
				      soft_client(w.a, "webauthn.create", of_challenge(&x), ORIGIN), &got));
	OK(vault_key_add(w.v, w.a, cmf.t, STR("k"), x.b, soft_client(w.a, "webauthn.create", of_challenge(&x), ORIGIN),
			 &got));
	KIND(DENIED, vault_key_add(w.v, w.a, cmf.t, STR("k"), x.b, /* the same challenge again */
				   soft_client(w.a, "webauthn.create", of_challenge(&x), ORIGIN), &second.half));
	KIND(CONFLICT, add(&w, &cmf, &k, ORIGIN));   /* the same key again */
	KIND(CONFLICT, add(&w, &other, &k, ORIGIN)); /* one key, one account */
	for (int i = 1; i < KEYS_EACH; i++) {
		soft_new(&many[i], SECKEY_EDDSA);
		OK(add(&w, &cmf, &many[i], ORIGIN));
		soft_free(&many[i]);
	}
	KIND(CONFLICT, add(&w, &cmf, &second, ORIGIN)); /* enough */
	test_clock->shift += 6 * 60 * 1000;
	KIND(DENIED, add(&w, &other, &second, ORIGIN)); /* whoever has only a copy of the cookie: once more first */
	soft_free(&k);
	soft_free(&second);
	world_end(&w);
}

static struct err *again(struct world *w, struct person *p, const struct second *s)
{
	uint8_t salt[16];
	struct key pre;

	TRY(vault_signin_start(w->v, w->a, str_of(p->login), salt));
	pre = world_pre(w, PERSON_PASSWORD, salt);
	return vault_again(w->v, w->a, p->t, &pre, s);
}

static void once_more(void **state)
{
	struct key_challenge x;
	struct key_answer a;
	struct soft_key k;
	struct token copy;
	struct world w;

	(void)state;
	everyone(&w);
	soft_new(&k, SECKEY_ES256);
	OK(add(&w, &cmf, &k, ORIGIN));
	copy = cmf.t;
	OK(in(&w, &cmf, &k));
	test_clock->shift += 6 * 60 * 1000;
	KIND(DENIED, vault_keys_only(w.v, w.a, cmf.t, false));
	x = asked(&w, copy, ""); /* another session of hers */
	a = answer(&w, &k, &x, SOFT_TOUCHED);
	KIND(DENIED, again(&w, &cmf, &(struct second){.key = &a}));
	x = asked(&w, NO_TOKEN, "cmf"); /* of a sign-in */
	a = answer(&w, &k, &x, SOFT_TOUCHED);
	KIND(DENIED, again(&w, &cmf, &(struct second){.key = &a}));
	x = asked(&w, cmf.t, "");
	a = answer(&w, &k, &x, SOFT_TOUCHED);
	OK(again(&w, &cmf, &(struct second){.key = &a}));
	OK(vault_keys_only(w.v, w.a, cmf.t, false));
	KIND(DENIED, again(&w, &cmf, &(struct second){.key = &a}));
	soft_free(&k);
	world_end(&w);
}

static void keys_only(void **state)
{
	struct soft_key k, spare;
	struct key_list list;
	struct world w;

	(void)state;
	everyone(&w);
	soft_new(&k, SECKEY_ES256);
	soft_new(&spare, SECKEY_EDDSA);
	OK(add(&w, &cmf, &k, ORIGIN));
	KIND(CONFLICT, vault_keys_only(w.v, w.a, cmf.t, true)); /* one can be lost */
	test_clock->shift += 1000;                              /* they are listed in their order */
	OK(add(&w, &cmf, &spare, ORIGIN));
	OK(vault_keys_only(w.v, w.a, cmf.t, true));
	KIND(DENIED, in_by_code(&w, &cmf));
	OK(in(&w, &cmf, &k));
	OK(vault_keys(w.v, w.a, cmf.t, &list));
	assert_true(list.only);
	KIND(NOT_FOUND, vault_key_remove(w.v, w.a, other.t, list.line[0].id)); /* not hers */
	OK(vault_key_remove(w.v, w.a, cmf.t, list.line[0].id));
	KIND(CONFLICT, vault_key_remove(w.v, w.a, cmf.t, list.line[1].id)); /* the last factor */
	KIND(DENIED, in(&w, &cmf, &k));
	OK(in(&w, &cmf, &spare));
	OK(vault_keys_only(w.v, w.a, cmf.t, false));
	OK(vault_key_remove(w.v, w.a, cmf.t, list.line[1].id));
	OK(in_by_code(&w, &cmf));
	soft_free(&k);
	soft_free(&spare);
	world_end(&w);
}

/* A new link and a withdrawal: what opened the account before opens nothing. */
static void factors_begin_anew(void **state)
{
	struct soft_key k, theirs;
	struct key_challenge x;
	struct invite link;
	struct world w;

	(void)state;
	everyone(&w);
	soft_new(&k, SECKEY_ES256);
	soft_new(&theirs, SECKEY_ES256);
	OK(add(&w, &cmf, &k, ORIGIN));
	OK(add(&w, &other, &theirs, ORIGIN));
	OK(vault_account_renew(w.v, w.a, coo.t, cmf.id, &link));
	x = asked(&w, NO_TOKEN, "cmf");
	assert_true(looks_real(&x) && memcmp(x.ids[0].p, k.half.id, 16) != 0);
	x = asked(&w, NO_TOKEN, "other");
	assert_memory_equal(x.ids[0].p, theirs.half.id, 16);
	OK(vault_account_standing(w.v, w.a, coo.t, other.id, STANDING_REVOKE));
	x = asked(&w, NO_TOKEN, "other");
	assert_memory_not_equal(x.ids[0].p, theirs.half.id, 16);
	soft_free(&k);
	soft_free(&theirs);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_sign_in), cmocka_unit_test(challenges),         cmocka_unit_test(wrong_answers),
		cmocka_unit_test(counters),     cmocka_unit_test(registration),       cmocka_unit_test(once_more),
		cmocka_unit_test(keys_only),    cmocka_unit_test(factors_begin_anew),
	};

	return cmocka_run_group_tests_name("vault-seckeys", tests, NULL, NULL);
}
