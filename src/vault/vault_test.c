/* vault_test.c — the vault as its clients see it: a real process, real files, a clock that moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit_file.h"
#include "cast_fixture.h"
#include "wire.h"

#define PASSWORD STR("correct horse battery")

static void everyone(struct world *w)
{
	struct person *const all[] = {&coo, &cmf, &other, &cmr, &fin, &trv, &med, &rsk, &dpo, &adm};

	people_in(w, all, sizeof all / sizeof *all);
}

static void sealed_and_unsealed(void **state)
{
	struct vault_status s;
	struct web_keys keys;
	struct world w;

	(void)state;
	world_dir(&w);
	world_start(&w, NULL);
	OK(vault_status(w.v, w.a, &s));
	assert_true(s.sealed && s.empty);
	KIND(UNAVAILABLE, vault_unseal(w.v, w.a, PASSPHRASE));
	assert_int_equal(world_stop(&w, 0), 0);
	KIND(INVALID, vault_init(w.a, w.dir, STR("short"), false, PASSWORD_COST_TEST));
	OK(vault_init(w.a, w.dir, PASSPHRASE, true, PASSWORD_COST_TEST));
	KIND(CONFLICT, vault_init(w.a, w.dir, PASSPHRASE, true, PASSWORD_COST_TEST));
	world_start(&w, NULL);
	OK(vault_status(w.v, w.a, &s));
	assert_true(s.sealed && !s.empty && s.demonstration);
	KIND(UNAVAILABLE, vault_web_keys(w.v, w.a, &keys));
	KIND(DENIED, vault_unseal(w.v, w.a, STR("not the passphrase")));
	KIND(RATE, vault_unseal(w.v, w.a, PASSPHRASE));
	test_clock->shift += 1500;
	world_unseal(&w);
	world_unseal(&w); /* open already: nothing to do */
	OK(vault_status(w.v, w.a, &s));
	assert_false(s.sealed);
	assert_int_equal(s.audit_size, 1);
	OK(vault_web_keys(w.v, w.a, &keys));
	assert_false(id_is_zero(keys.tenant));
	assert_int_equal(world_stop(&w, SIGTERM), 0);
	KIND(UNAVAILABLE, vault_status(w.v, w.a, &s));
	KIND(UNAVAILABLE, vault_status(w.v, w.a, &s));
	world_end(&w);
}

static void key_file(void **state)
{
	struct vault_status s;
	struct world w;
	char path[128];
	str secret;

	(void)state;
	world_dir(&w);
	snprintf(path, sizeof path, "%s/key", w.dir);
	OK(vault_key_file_new(w.a, path));
	KIND(CONFLICT, vault_key_file_new(w.a, path));
	KIND(UNAVAILABLE, vault_key_file_new(w.a, "/proc/none"));
	OK(vault_key_file(w.a, path, &secret));
	assert_int_equal(secret.n, 44);
	OK(vault_init(w.a, w.dir, secret, false, PASSWORD_COST_TEST));
	world_start(&w, path);
	OK(vault_status(w.v, w.a, &s));
	assert_false(s.sealed);
	assert_int_equal(world_stop(&w, SIGTERM), 0);
	unlink(path);
	OK(vault_key_file_new(w.a, path));
	world_start(&w, path);
	assert_int_equal(world_stop(&w, 0), 3);
	KIND(NOT_FOUND, vault_key_file(w.a, "/nonexistent", &secret));
	world_end(&w);
}

static void files_are_private(void **state)
{
	static const char *const names[] = {"keyring", "store", "audit", "audit.checkpoints"};
	struct world w;
	struct stat st;
	char path[128];

	(void)state;
	world_new(&w);
	snprintf(path, sizeof path, "%s/vault", w.dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/vault/%s", w.dir, names[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	world_end(&w);
}

static void accounts(void **state)
{
	struct user_new bad = {.login = STR("x"), .name = STR("X"), .role = ROLE_CMF, .office = STR("PARIS")};
	struct person early = {.login = "early", .role = ROLE_CMF, .office = "PARIS"};
	struct person ops = {.login = "ops", .role = ROLE_ADM, .office = "PARIS"};
	struct staff *staff;
	struct world w;
	uint8_t totp[20];
	user_id id;
	size_t n;

	(void)state;
	world_new(&w);
	OK(vault_office_new(w.v, w.a, NO_TOKEN, STR("LAGOS")));             /* before the first account: made anew */
	KIND(INVALID, vault_user_new(w.v, w.a, NO_TOKEN, &bad, &id, totp)); /* the first is the coordinator */
	everyone(&w);
	KIND(DENIED, vault_user_new(w.v, w.a, NO_TOKEN, &bad, &id, totp));
	KIND(DENIED, vault_user_new(w.v, w.a, cmf.t, &bad, &id, totp));
	KIND(DENIED, vault_user_new(w.v, w.a, adm.t, &bad, &id, totp)); /* holds no content key to give */
	person_new(&w, &ops, adm.t);
	person_new(&w, &early, coo.t);
	bad.login = STR("COO");
	KIND(CONFLICT, vault_user_new(w.v, w.a, coo.t, &bad, &id, totp));
	bad.login = STR("a\nb");
	KIND(INVALID, vault_user_new(w.v, w.a, coo.t, &bad, &id, totp));
	bad.login = STR("");
	KIND(INVALID, vault_user_new(w.v, w.a, coo.t, &bad, &id, totp));
	bad.login = STR("y");
	bad.office = STR("ROME");
	KIND(INVALID, vault_user_new(w.v, w.a, coo.t, &bad, &id, totp));
	bad.office = STR("MUCHTOOLONG");
	KIND(INVALID, vault_user_new(w.v, w.a, coo.t, &bad, &id, totp));
	bad.office = STR("PARIS");
	bad.role = ROLE_PUBLIC;
	KIND(INVALID, vault_user_new(w.v, w.a, coo.t, &bad, &id, totp));
	OK(vault_staff(w.v, w.a, &staff, &n));
	assert_int_equal(n, 12);
	for (size_t i = 0; i < n; i++)
		if (id_eq(staff[i].id.v, cmr.id.v))
			assert_true(staff[i].role == ROLE_CMR && staff[i].active && !strcmp(staff[i].office, "LAGOS"));
	KIND(DENIED, vault_office_new(w.v, w.a, NO_TOKEN, STR("ACCRA")));
	KIND(DENIED, vault_office_new(w.v, w.a, adm.t, STR("ACCRA")));
	KIND(CONFLICT, vault_office_new(w.v, w.a, coo.t, STR("LAGOS")));
	KIND(INVALID, vault_office_new(w.v, w.a, coo.t, STR("accra")));
	KIND(INVALID, vault_office_new(w.v, w.a, coo.t, STR("TOOLONGNAME")));
	world_end(&w);
}

static void many_staff(void **state)
{
	struct staff *staff;
	struct world w;
	char login[16];
	size_t n;

	(void)state;
	world_new(&w);
	coo = (struct person){.login = "coo", .role = ROLE_COO, .office = "PARIS"};
	person_new(&w, &coo, NO_TOKEN);
	person_in(&w, &coo);
	for (int i = 0; i < 160; i++) {
		struct person p = {.login = login, .role = ROLE_MNE, .office = "PARIS"};

		snprintf(login, sizeof login, "m%d", i);
		person_new(&w, &p, coo.t);
	}
	OK(vault_staff(w.v, w.a, &staff, &n));
	assert_int_equal(n, 161);
	for (size_t i = 1; i < n; i++)
		assert_true(id_cmp(staff[i - 1].id.v, staff[i].id.v) < 0);
	world_end(&w);
}

static void a_lost_office_is_made_again(void **state)
{
	struct world w;

	(void)state;
	world_new(&w);
	world_stop(&w, SIGTERM);
	world_start(&w, NULL);
	world_unseal(&w);
	coo = (struct person){.login = "coo", .role = ROLE_COO, .office = "PARIS"};
	{
		struct user_new u = {.login = STR("coo"), .name = STR("C"), .role = ROLE_COO, .office = STR("PARIS")};

		KIND(CONFLICT, vault_user_new(w.v, w.a, NO_TOKEN, &u, &coo.id, coo.totp));
	}
	OK(vault_office_new(w.v, w.a, NO_TOKEN, STR("PARIS")));
	OK(vault_office_new(w.v, w.a, NO_TOKEN, STR("LAGOS")));
	person_new(&w, &coo, NO_TOKEN);
	person_in(&w, &coo);
	world_end(&w);
}

static void sign_in(void **state)
{
	struct person nobody = {.login = "nobody"};
	uint8_t salt[16], again[16];
	struct actor_info i;
	struct token first;
	struct key pre = {0};
	struct world w;
	str code;

	(void)state;
	world_new(&w);
	everyone(&w);
	OK(vault_session(w.v, w.a, cmf.t, false, &i));
	assert_true(i.role == ROLE_CMF && !strcmp(i.office, "PARIS") && !strcmp(i.login, "cmf"));
	assert_int_equal(i.until - i.signed_in, 10 * 3600 * 1000);
	code = crypt_totp_at(w.a, cmf.totp, test_now());
	KIND(DENIED, person_try(&w, &cmf, PASSWORD, code)); /* that code was used */
	test_clock->shift += 60000;
	code = crypt_totp_at(w.a, cmf.totp, test_now());
	KIND(DENIED, person_try(&w, &cmf, STR("wrong"), code));
	KIND(DENIED, person_try(&w, &cmf, PASSWORD, STR("000")));
	KIND(DENIED, person_try(&w, &cmf, PASSWORD, STR("a code that is far too long")));
	first = cmf.t;
	OK(person_try(&w, &cmf, PASSWORD, code)); /* the right password with that code still passes */
	assert_false(crypt_equal(&first, &cmf.t, sizeof first));
	OK(vault_session(w.v, w.a, first, false, &i)); /* two sessions of one person */
	KIND(DENIED, person_try(&w, &nobody, PASSWORD, code));
	OK(vault_signin_start(w.v, w.a, STR("nobody"), salt));
	OK(vault_signin_start(w.v, w.a, STR("NoBody"), again));
	assert_memory_equal(salt, again, 16);
	KIND(DENIED, vault_signin(w.v, w.a, STR("fin"), &pre, &(struct second){.code = STR("123456")},
				  &first)); /* not started */
	OK(vault_signout(w.v, w.a, cmf.t));
	KIND(SIGNED_OUT, vault_session(w.v, w.a, cmf.t, false, &i));
	KIND(SIGNED_OUT, vault_signout(w.v, w.a, cmf.t));
	KIND(SIGNED_OUT, vault_session(w.v, w.a, NO_TOKEN, false, &i));
	world_end(&w);
}

static void locked_out(void **state)
{
	uint8_t salt[16];
	struct world w;
	int tries = 0;

	(void)state;
	world_new(&w);
	everyone(&w);
	while (tries < 5) {
		KIND(DENIED, person_try(&w, &cmf, STR("guess"), STR("000000")));
		tries++;
	}
	KIND(RATE, person_try(&w, &cmf, PASSWORD, STR("000000")));
	test_clock->shift += 1100;
	KIND(DENIED, person_try(&w, &cmf, STR("guess"), STR("000000")));
	test_clock->shift += 1100;
	KIND(RATE, person_try(&w, &cmf, STR("guess"), STR("000000"))); /* two seconds now */
	world_stop(&w, SIGKILL);
	world_start(&w, NULL);
	world_unseal(&w);
	KIND(RATE, person_try(&w, &cmf, STR("guess"), STR("000000"))); /* counted on disk */
	for (int i = 0; i < 12; i++) {
		test_clock->shift += 901000;
		KIND(DENIED, person_try(&w, &cmf, STR("guess"), STR("000000")));
	}
	test_clock->shift += 899000;
	KIND(RATE, person_try(&w, &cmf, PASSWORD, STR("000000")));
	test_clock->shift += 2000;
	OK(person_try(&w, &cmf, PASSWORD, crypt_totp_at(w.a, cmf.totp, test_now()))); /* never more than 15 minutes */
	OK(vault_signin_start(w.v, w.a, STR("cmf"), salt));                           /* and forgiven by a success */
	for (tries = 0; !vault_signin_start(w.v, w.a, STR("someone unknown"), salt); tries++)
		assert_true(tries < 6);
	assert_int_equal(tries, 5); /* unknown names wait as known ones do */
	world_end(&w);
}

static void sessions_end(void **state)
{
	struct actor_info i;
	struct world w;

	(void)state;
	world_new(&w);
	everyone(&w);
	test_clock->shift += 14 * 60000;
	OK(vault_session(w.v, w.a, cmf.t, true, &i));
	OK(vault_session(w.v, w.a, fin.t, false, &i));
	test_clock->shift += 2 * 60000;
	OK(vault_session(w.v, w.a, cmf.t, false, &i));
	KIND(SIGNED_OUT, vault_session(w.v, w.a, fin.t, true, &i)); /* looked at is not touched */
	test_clock->shift += 31000;
	OK(vault_session(w.v, w.a, cmf.t, false, &i)); /* the touch is written by now */
	world_stop(&w, SIGKILL);
	world_start(&w, NULL);
	world_unseal(&w);
	OK(vault_session(w.v, w.a, cmf.t, true, &i));
	KIND(SIGNED_OUT, vault_session(w.v, w.a, fin.t, true, &i));
	for (int m = 0; m < 60; m++) {
		test_clock->shift += 10 * 60000;
		if (m < 57)
			OK(vault_session(w.v, w.a, cmf.t, true, &i));
	}
	KIND(SIGNED_OUT, vault_session(w.v, w.a, cmf.t, true, &i)); /* ten hours */
	world_end(&w);
}

static void drafts(void **state)
{
	struct world w;
	user_id who;
	str sealed, plain, text;

	(void)state;
	world_new(&w);
	everyone(&w);
	text = (str){arena_alloc(w.a, 100000), 100000};
	test_clock->shift += 16 * 60000;
	OK(vault_stash(w.v, w.a, cmf.t, text, &who, &sealed));
	assert_true(id_eq(who.v, cmf.id.v));
	KIND(SIGNED_OUT, vault_unstash(w.v, w.a, cmf.t, sealed, &plain));
	person_in(&w, &cmf);
	person_in(&w, &other);
	OK(vault_unstash(w.v, w.a, cmf.t, sealed, &plain));
	assert_true(str_eq(plain, text));
	KIND(NOT_FOUND, vault_unstash(w.v, w.a, other.t, sealed, &plain));
	KIND(NOT_FOUND, vault_unstash(w.v, w.a, cmf.t, STR("short"), &plain));
	KIND(SIGNED_OUT, vault_stash(w.v, w.a, NO_TOKEN, text, &who, &sealed));
	test_clock->shift += 25 * 3600000LL;
	KIND(SIGNED_OUT, vault_unstash(w.v, w.a, cmf.t, sealed, &plain));
	KIND(SIGNED_OUT, vault_signout(w.v, w.a, other.t));
	usleep(1100000); /* the sweep runs in a turn of its own */
	test_clock->shift += 61000;
	KIND(SIGNED_OUT, vault_signout(w.v, w.a, other.t));
	KIND(SIGNED_OUT, vault_stash(w.v, w.a, fin.t, text, &who, &sealed)); /* forgotten after a day */
	world_end(&w);
}

/* Bytes no client of ours sends: refused or hung up on, and the others are served all the same. */
static void strange_messages(void **state)
{
	struct wire_head h = {.seq = 1}, r;
	uint8_t body[REPLY_MAX] = {0}, junk[PACKET] = {0};
	struct vault_status s;
	struct world w;
	size_t n = 0;

	(void)state;
	world_new(&w);
	for (unsigned verb = 0; verb < 256; verb++) {
		if (verb == VERB_STATUS || verb == VERB_WEB_KEYS)
			continue;
		h.verb = (uint8_t)verb;
		assert_true(wire_send(w.fds[1], h, STR("?"), 0));
		n = 0;
		assert_int_equal(wire_receive(w.fds[1], &r, body, &n, sizeof body, 0), WIRE_GOT);
		assert_true(r.kind == 1 + ERR_MALFORMED || r.kind == 1 + ERR_SIGNED_OUT || r.kind == 1 + ERR_INVALID);
	}
	assert_int_equal(send(w.fds[1], junk, sizeof junk, 0), sizeof junk);
	assert_int_equal(wire_receive(w.fds[1], &r, body, &n, sizeof body, 0), WIRE_GONE);
	h.kind = 3; /* an answer, to the vault */
	assert_true(wire_send(w.fds[2], h, STR("?"), 0));
	assert_int_equal(wire_receive(w.fds[2], &r, body, &n, sizeof body, 0), WIRE_GONE);
	h.kind = 0;
	wire_send(w.fds[3], h, (str){(char *)body, 5 * PACKET_BODY}, 0); /* longer than any question */
	assert_int_equal(wire_receive(w.fds[3], &r, body, &n, sizeof body, 0), WIRE_GONE);
	OK(vault_status(w.v, w.a, &s));
	world_end(&w);
}

static void one_vault_at_a_time(void **state)
{
	struct world w, second;

	(void)state;
	world_new(&w);
	second = w;
	world_start(&second, NULL);
	assert_int_equal(world_stop(&second, 0), 3);
	OK(vault_office_new(w.v, w.a, NO_TOKEN, STR("ACCRA")));
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sealed_and_unsealed),
		cmocka_unit_test(key_file),
		cmocka_unit_test(files_are_private),
		cmocka_unit_test(accounts),
		cmocka_unit_test(many_staff),
		cmocka_unit_test(a_lost_office_is_made_again),
		cmocka_unit_test(sign_in),
		cmocka_unit_test(locked_out),
		cmocka_unit_test(sessions_end),
		cmocka_unit_test(drafts),
		cmocka_unit_test(strange_messages),
		cmocka_unit_test(one_vault_at_a_time),
	};

	return cmocka_run_group_tests_name("vault", tests, NULL, NULL);
}
