/* cases_test.c — keys of files through a real vault: who opens which compartment of which dossier, who was given it, what the
 * log says of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <string.h>

#include "audit_file.h"
#include "cast_fixture.h"
#include "wire.h"

static void everyone(struct world *w)
{
	struct person *const all[] = {&coo, &cmf, &other, &cmr, &fin, &trv, &med, &rsk, &dpo, &adm};

	people_in(w, all, sizeof all / sizeof *all);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_office_added_later), cmocka_unit_test(an_older_head_opens_nothing),
		cmocka_unit_test(who_opens_what),        cmocka_unit_test(wraps_cannot_be_moved),
		cmocka_unit_test(both_dossiers),         cmocka_unit_test(referral),
		cmocka_unit_test(assignments),           cmocka_unit_test(names_index),
		cmocka_unit_test(audit_trail),
	};

	return cmocka_run_group_tests_name("cases", tests, NULL, NULL);
}
