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
#include "vault_fixture.h"
#include "wire.h"

#define PASSWORD STR("correct horse battery")
#define CASE_MASK 0x3ffu

static struct person coo, cmf, other, cmr, fin, trv, med, rsk, dpo, adm;

static void everyone(struct world *w)
{
	static const struct person fresh[] = {{.login = "coo", .role = ROLE_COO, .office = "PARIS"},
					      {.login = "cmf", .role = ROLE_CMF, .office = "PARIS"},
					      {.login = "other", .role = ROLE_CMF, .office = "PARIS"},
					      {.login = "cmr", .role = ROLE_CMR, .office = "LAGOS"},
					      {.login = "fin", .role = ROLE_FIN, .office = "PARIS"},
					      {.login = "trv", .role = ROLE_TRV, .office = "PARIS"},
					      {.login = "med", .role = ROLE_MED, .office = "PARIS"},
					      {.login = "rsk", .role = ROLE_RSK, .office = "PARIS"},
					      {.login = "dpo", .role = ROLE_DPO, .office = "PARIS"},
					      {.login = "adm", .role = ROLE_ADM, .office = "PARIS"}};
	struct person *all[] = {&coo, &cmf, &other, &cmr, &fin, &trv, &med, &rsk, &dpo, &adm};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		*all[i] = fresh[i];
		person_new(w, all[i], i ? coo.t : NO_TOKEN);
		person_in(w, all[i]);
	}
}

struct made {
	case_id id;
	struct wrap *w;
	struct case_key *k;
	size_t n_w, n_k;
};

static struct made make_case(struct world *w, struct token t, enum dossier d, const char *first, const char *second)
{
	struct made m = {.id.v = id_random()};
	str offices[] = {str_of(first), str_of(second)};

	OK(vault_object_new(w->v, w->a, t, m.id, d, CASE_MASK, offices, second ? 2 : 1, &m.w, &m.n_w, &m.k, &m.n_k));
	return m;
}

static uint32_t opened(struct world *w, struct token t, const struct made *m, struct err **e)
{
	struct case_key *keys;
	size_t n = 0;
	uint32_t got = 0;

	*e = vault_open(w->v, w->a, t, m->id, PURPOSE_WRITE, NULL, m->w, m->n_w, &keys, &n);
	for (size_t i = 0; !*e && i < n; i++) {
		got |= COMP_BIT(keys[i].compartment);
		for (size_t j = 0; j < m->n_k; j++)
			if (m->k[j].compartment == keys[i].compartment)
				assert_memory_equal(&m->k[j].key, &keys[i].key, sizeof keys[i].key);
	}
	return got;
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

static void an_office_added_later(void **state)
{
	struct person there = {.login = "there", .role = ROLE_CMR, .office = "ACCRA"};
	struct world w;
	struct err *e;
	struct made m;

	(void)state;
	world_new(&w);
	everyone(&w);
	OK(vault_office_new(w.v, w.a, coo.t, STR("ACCRA")));
	person_new(&w, &there, coo.t); /* the session made before the office holds its keys */
	person_in(&w, &there);
	m = make_case(&w, cmf.t, DOSSIER_COR, "PARIS", "ACCRA");
	assert_int_equal(opened(&w, coo.t, &m, &e), CASE_MASK);
	OK(vault_assign(w.v, w.a, coo.t, m.id, there.id, NO_DAY));
	assert_int_equal(opened(&w, there.t, &m, &e), CASE_MASK & ~COMP_BIT(COMP_STORY));
	world_end(&w);
}

static void an_older_head_opens_nothing(void **state)
{
	uint8_t none[32] = {0}, first[32] = {1}, second[32] = {2};
	struct case_key *k;
	struct world w;
	struct made m;
	size_t n;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	KIND(INTERNAL, vault_open(w.v, w.a, cmf.t, m.id, PURPOSE_WRITE, first, m.w, m.n_w, &k, &n));
	OK(vault_head_next(w.v, w.a, m.id, none, first));
	OK(vault_open(w.v, w.a, cmf.t, m.id, PURPOSE_WRITE, first, m.w, m.n_w, &k, &n));
	assert_int_equal(n, m.n_w);
	OK(vault_head_next(w.v, w.a, m.id, first, second));
	OK(vault_open(w.v, w.a, cmf.t, m.id, PURPOSE_WRITE, second, m.w, m.n_w, &k, &n));
	KIND(INTERNAL, vault_open(w.v, w.a, cmf.t, m.id, PURPOSE_WRITE, (uint8_t[32]){3}, m.w, m.n_w, &k, &n));
	OK(vault_open(w.v, w.a, cmf.t, m.id, PURPOSE_WRITE, NULL, m.w, m.n_w, &k, &n));
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

static void who_opens_what(void **state)
{
	struct err *e;
	struct world w;
	struct made m;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	assert_int_equal(m.n_k, 10);
	assert_int_equal(m.n_w, 10);
	assert_int_equal(opened(&w, cmf.t, &m, &e), CASE_MASK); /* the maker is assigned */
	assert_int_equal(opened(&w, coo.t, &m, &e), CASE_MASK);
	assert_int_equal(opened(&w, fin.t, &m, &e), COMP_BIT(COMP_FINANCE));
	opened(&w, other.t, &m, &e);
	KIND(NOT_FOUND, e);
	assert_int_equal(opened(&w, trv.t, &m, &e), COMP_BIT(COMP_IDENTITY) | COMP_BIT(COMP_TRAVEL));
	opened(&w, med.t, &m, &e);
	KIND(NOT_FOUND, e);
	opened(&w, dpo.t, &m, &e);
	KIND(NOT_FOUND, e);
	opened(&w, adm.t, &m, &e);
	KIND(NOT_FOUND, e);
	opened(&w, NO_TOKEN, &m, &e);
	KIND(SIGNED_OUT, e);
	OK(vault_assign(w.v, w.a, coo.t, m.id, trv.id, NO_DAY));
	OK(vault_assign(w.v, w.a, coo.t, m.id, med.id, NO_DAY));
	OK(vault_assign(w.v, w.a, coo.t, m.id, rsk.id, NO_DAY));
	OK(vault_assign(w.v, w.a, coo.t, m.id, cmr.id, NO_DAY));
	assert_int_equal(opened(&w, trv.t, &m, &e), COMP_BIT(COMP_IDENTITY) | COMP_BIT(COMP_TRAVEL));
	assert_int_equal(opened(&w, med.t, &m, &e), COMP_BIT(COMP_IDENTITY) | COMP_BIT(COMP_HEALTH));
	assert_int_equal(opened(&w, rsk.t, &m, &e), COMP_BIT(COMP_RISK));
	opened(&w, cmr.t, &m, &e); /* assigned, and still never the FR dossier */
	KIND(NOT_FOUND, e);
	for (size_t i = 0; i < m.n_w; i++)
		memcpy(m.w[i].office, "LAGOS", 6); /* nor by another office's name on the wrap */
	opened(&w, cmr.t, &m, &e);
	KIND(NOT_FOUND, e);
	for (size_t i = 0; i < m.n_w; i++)
		m.w[i].dossier = DOSSIER_COR; /* nor by another dossier's */
	opened(&w, cmr.t, &m, &e);
	KIND(INTERNAL, e);
	world_end(&w);
}

static void wraps_cannot_be_moved(void **state)
{
	struct made m, n, x;
	struct err *e;
	struct world w;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	n = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	x = m;
	x.id = n.id;
	opened(&w, cmf.t, &x, &e);
	KIND(INTERNAL, e);
	x = m;
	x.n_w = 1;
	x.w[0].compartment = COMP_FINANCE;
	opened(&w, cmf.t, &x, &e);
	KIND(INTERNAL, e);
	x.w[0].compartment = COMP_IDENTITY;
	x.w[0].gen = 2;
	opened(&w, cmf.t, &x, &e);
	KIND(NOT_FOUND, e);
	x.w[0].gen = 1;
	x.w[0].sealed = str_sub(x.w[0].sealed, 0, 20);
	opened(&w, cmf.t, &x, &e);
	KIND(INTERNAL, e);
	x.n_w = 0;
	opened(&w, cmf.t, &x, &e);
	KIND(NOT_FOUND, e);
	x.id.v = id_random();
	opened(&w, coo.t, &x, &e);
	KIND(NOT_FOUND, e);
	x.n_w = 65;
	opened(&w, coo.t, &x, &e);
	KIND(TOO_BIG, e);
	world_end(&w);
}

static void both_dossiers(void **state)
{
	str offices[] = {STR("PARIS"), STR("LAGOS")};
	struct case_key *k;
	struct wrap *more;
	struct made m, cor;
	struct err *e;
	struct world w;
	size_t n, n_k;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	cor = m;
	KIND(NOT_FOUND, vault_object_new(w.v, w.a, other.t, m.id, DOSSIER_COR, CASE_MASK, offices, 2, &cor.w, &cor.n_w,
					 &cor.k, &cor.n_k)); /* not a way into a case */
	KIND(NOT_FOUND,
	     vault_object_new(w.v, w.a, cmr.t, m.id, DOSSIER_COR, 1, offices, 1, &cor.w, &cor.n_w, &cor.k, &cor.n_k));
	OK(vault_object_new(w.v, w.a, cmf.t, m.id, DOSSIER_COR, CASE_MASK, offices, 1, &cor.w, &cor.n_w, &cor.k,
			    &cor.n_k));
	OK(vault_assign(w.v, w.a, coo.t, m.id, cmr.id, NO_DAY));
	opened(&w, cmr.t, &cor, &e);
	KIND(NOT_FOUND, e); /* not shared yet */
	KIND(DENIED, vault_share(w.v, w.a, cmr.t, m.id, cor.w, cor.n_w, STR("LAGOS"), &more, &n));
	KIND(INVALID, vault_share(w.v, w.a, cmf.t, m.id, cor.w, cor.n_w, STR("ROME"), &more, &n));
	KIND(NOT_FOUND, vault_share(w.v, w.a, other.t, m.id, cor.w, cor.n_w, STR("LAGOS"), &more, &n));
	KIND(NOT_FOUND, vault_share(w.v, w.a, cmf.t, m.id, cor.w, 0, STR("LAGOS"), &more, &n));
	KIND(DENIED, vault_share(w.v, w.a, cmf.t, m.id, m.w, m.n_w, STR("LAGOS"), &more, &n)); /* the FR dossier */
	OK(vault_share(w.v, w.a, cmf.t, m.id, cor.w, cor.n_w, STR("LAGOS"), &more, &n));
	assert_int_equal(n, 10);
	cor.w = more;
	cor.n_w = n;
	assert_int_equal(opened(&w, cmr.t, &cor, &e), CASE_MASK & ~COMP_BIT(COMP_STORY));
	assert_int_equal(opened(&w, coo.t, &cor, &e), CASE_MASK);
	opened(&w, cmf.t, &cor, &e);
	KIND(NOT_FOUND, e); /* LAGOS' copy; Paris has its own */
	{
		struct wrap all[20];

		memcpy(all, m.w, 10 * sizeof *all);
		memcpy(all + 10, cor.w, 10 * sizeof *all);
		OK(vault_open(w.v, w.a, coo.t, m.id, PURPOSE_PRINT, NULL, all, 20, &k, &n_k));
		assert_int_equal(n_k, 20);
	}
	KIND(INVALID,
	     vault_object_new(w.v, w.a, coo.t, m.id, DOSSIER_FR, 1, (str[]){STR("ROME")}, 1, &more, &n, &k, &n_k));
	KIND(MALFORMED, vault_object_new(w.v, w.a, coo.t, m.id, DOSSIER_FR, 0, offices, 1, &more, &n, &k, &n_k));
	KIND(MALFORMED,
	     vault_object_new(w.v, w.a, coo.t, m.id, DOSSIER_FR, 1u << COMPARTMENTS, offices, 1, &more, &n, &k, &n_k));
	world_end(&w);
}

/* The write of a referral may be cut short, and is then sent again; once it is in the database, never. */
static void again_until_committed(struct world *w, const struct made *m)
{
	uint8_t none[32] = {0}, first[32] = {1};
	str paris = STR("PARIS");
	struct case_key *k;
	struct wrap *x;
	size_t n, n_k;

	OK(vault_object_new(w->v, w->a, NO_TOKEN, m->id, DOSSIER_FR, CASE_MASK, &paris, 1, &x, &n, &k, &n_k));
	assert_memory_not_equal(&k[0].key, &m->k[0].key, sizeof k[0].key);
	OK(vault_head_next(w->v, w->a, m->id, none, first));
	OK(vault_object_new(w->v, w->a, NO_TOKEN, m->id, DOSSIER_FR, 1, &paris, 1, &x, &n, &k, &n_k));
	OK(vault_head_check(w->v, w->a, m->id, first));
	KIND(NOT_FOUND, vault_object_new(w->v, w->a, NO_TOKEN, m->id, DOSSIER_FR, 1, &paris, 1, &x, &n, &k, &n_k));
}

static void referral(void **state)
{
	str paris = STR("PARIS"), two[] = {STR("PARIS"), STR("LAGOS")};
	struct case_key *k;
	struct wrap *x;
	struct made m;
	struct err *e;
	struct world w;
	size_t n, n_k;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make_case(&w, NO_TOKEN, DOSSIER_FR, "PARIS", NULL);
	assert_int_equal(m.n_k, 10);
	again_until_committed(&w, &m);
	KIND(DENIED,
	     vault_object_new(w.v, w.a, NO_TOKEN, (case_id){id_random()}, DOSSIER_COR, 1, &paris, 1, &x, &n, &k, &n_k));
	KIND(DENIED,
	     vault_object_new(w.v, w.a, NO_TOKEN, (case_id){id_random()}, DOSSIER_FR, 1, two, 2, &x, &n, &k, &n_k));
	KIND(DENIED, vault_object_new(w.v, w.a, NO_TOKEN, (case_id){id_random()}, DOSSIER_FR, COMP_BIT(COMP_STAFF),
				      &paris, 1, &x, &n, &k, &n_k));
	assert_int_equal(opened(&w, other.t, &m, &e), CASE_MASK); /* triage: not yet assigned */
	assert_int_equal(opened(&w, trv.t, &m, &e), COMP_BIT(COMP_IDENTITY) | COMP_BIT(COMP_TRAVEL));
	opened(&w, med.t, &m, &e);
	KIND(NOT_FOUND, e);
	OK(vault_assign(w.v, w.a, coo.t, m.id, cmf.id, NO_DAY));
	assert_int_equal(opened(&w, cmf.t, &m, &e), CASE_MASK);
	opened(&w, other.t, &m, &e);
	KIND(NOT_FOUND, e); /* assigned now, to someone else */
	world_end(&w);
}

static void assignments(void **state)
{
	day today;
	struct made m;
	struct err *e;
	struct world w;

	(void)state;
	world_new(&w);
	everyone(&w);
	today = day_of_msec(test_now());
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	KIND(DENIED, vault_assign(w.v, w.a, cmf.t, m.id, other.id, NO_DAY));
	KIND(NOT_FOUND, vault_assign(w.v, w.a, coo.t, m.id, (user_id){id_random()}, NO_DAY));
	KIND(NOT_FOUND, vault_assign(w.v, w.a, coo.t, (case_id){id_random()}, other.id, NO_DAY));
	OK(vault_assign(w.v, w.a, coo.t, m.id, other.id, today - 1));
	opened(&w, other.t, &m, &e);
	KIND(NOT_FOUND, e);
	OK(vault_assign(w.v, w.a, coo.t, m.id, other.id, today + 2));
	assert_int_equal(opened(&w, other.t, &m, &e), CASE_MASK);
	world_stop(&w, SIGKILL);
	world_start(&w, NULL);
	world_unseal(&w);
	assert_int_equal(opened(&w, other.t, &m, &e), CASE_MASK);
	OK(vault_unassign(w.v, w.a, coo.t, m.id, other.id));
	opened(&w, other.t, &m, &e);
	KIND(NOT_FOUND, e);
	assert_int_equal(opened(&w, cmf.t, &m, &e), CASE_MASK);
	OK(vault_unassign(w.v, w.a, coo.t, m.id, (user_id){0})); /* all of them */
	opened(&w, cmf.t, &m, &e);
	KIND(NOT_FOUND, e);
	world_end(&w);
}

static void names_index(void **state)
{
	struct box_pair pair;
	struct world w;
	str sealed, plain;

	(void)state;
	world_new(&w);
	everyone(&w);
	OK(vault_index_seal(w.v, w.a, STR("PARIS"), STR("a name"), &sealed));
	KIND(NOT_FOUND, vault_index_seal(w.v, w.a, STR("ROME"), STR("a name"), &sealed));
	OK(vault_index_key(w.v, w.a, cmf.t, STR("PARIS"), &pair));
	OK(crypt_box_open(w.a, &pair, sealed, &plain));
	assert_true(str_eq(plain, STR("a name")));
	KIND(DENIED, vault_index_key(w.v, w.a, fin.t, STR("PARIS"), &pair));
	KIND(DENIED, vault_index_key(w.v, w.a, cmr.t, STR("PARIS"), &pair));
	KIND(DENIED, vault_index_key(w.v, w.a, NO_TOKEN, STR("PARIS"), &pair));
	OK(vault_index_key(w.v, w.a, cmr.t, STR("LAGOS"), &pair));
	OK(vault_index_key(w.v, w.a, coo.t, STR("LAGOS"), &pair));
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

static void audit_trail(void **state)
{
	struct audit_line *l;
	struct made m;
	struct err *e;
	struct world w;
	size_t n;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	opened(&w, fin.t, &m, &e);
	opened(&w, other.t, &m, &e);
	OK(vault_audit(w.v, w.a, cmf.t, "case.list", (case_id){0}, true, 50));
	OK(vault_audit(w.v, w.a, NO_TOKEN, "referral.view", m.id, false, -1));
	KIND(MALFORMED, vault_audit(w.v, w.a, cmf.t, "Fatou Diallo", (case_id){0}, true, 0));
	KIND(TOO_BIG, vault_audit(w.v, w.a, cmf.t, "an-action-with-a-name-that-is-too-long", (case_id){0}, true, 0));
	KIND(DENIED, vault_audit_read(w.v, w.a, cmf.t, (case_id){0}, 0, &l, &n));
	KIND(NOT_FOUND, vault_audit_read(w.v, w.a, other.t, m.id, 0, &l, &n));
	OK(vault_audit_read(w.v, w.a, cmf.t, m.id, 0, &l, &n));
	assert_int_equal(n, 5); /* newest first; the refused reading is one of them */
	assert_string_equal(l[0].action, "audit.read");
	assert_false(l[0].done);
	assert_string_equal(l[1].action, "referral.view");
	assert_true(id_is_zero(l[1].actor.v) && !l[1].done && l[1].count == -1);
	assert_string_equal(l[2].action, "case.open");
	assert_true(id_eq(l[2].actor.v, other.id.v) && !l[2].done);
	assert_true(id_eq(l[3].actor.v, fin.id.v) && l[3].done && l[3].purpose == PURPOSE_WRITE);
	assert_int_equal(l[3].compartments, COMP_BIT(COMP_FINANCE));
	assert_string_equal(l[4].action, "case.new");
	OK(vault_audit_read(w.v, w.a, cmf.t, m.id, l[3].seq, &l, &n));
	assert_int_equal(n, 1);
	OK(vault_audit_read(w.v, w.a, dpo.t, (case_id){0}, 0, &l, &n));
	assert_true(n > 30 && n <= 100);
	for (size_t i = 1; i < n; i++)
		assert_int_equal(l[i].seq, l[i - 1].seq - 1);
	assert_string_equal(l[n - 1].action, "vault.unseal");
	OK(vault_audit_read(w.v, w.a, dpo.t, (case_id){0}, 3, &l, &n));
	assert_int_equal(n, 3);
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
		cmocka_unit_test(an_office_added_later),
		cmocka_unit_test(an_older_head_opens_nothing),
		cmocka_unit_test(a_lost_office_is_made_again),
		cmocka_unit_test(sign_in),
		cmocka_unit_test(locked_out),
		cmocka_unit_test(sessions_end),
		cmocka_unit_test(who_opens_what),
		cmocka_unit_test(wraps_cannot_be_moved),
		cmocka_unit_test(both_dossiers),
		cmocka_unit_test(referral),
		cmocka_unit_test(assignments),
		cmocka_unit_test(names_index),
		cmocka_unit_test(drafts),
		cmocka_unit_test(audit_trail),
		cmocka_unit_test(strange_messages),
		cmocka_unit_test(one_vault_at_a_time),
	};

	return cmocka_run_group_tests_name("vault", tests, NULL, NULL);
}
