/* reach_test.c — strangers, other offices, and the end: who gets how far with a vault that runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit_file.h"
#include "core.h"
#include "files.h"
#include "vault_fixture.h"

static struct person coo = {.login = "coo", .role = ROLE_COO, .office = "PARIS"},
		     cmf = {.login = "cmf", .role = ROLE_CMF, .office = "PARIS"},
		     near = {.login = "near-fin", .role = ROLE_FIN, .office = "PARIS"},
		     dpo = {.login = "dpo", .role = ROLE_DPO, .office = "PARIS"};

static void some_people(struct world *w)
{
	struct person *const all[] = {&coo, &cmf, &near, &dpo};

	people_in(w, all, sizeof all / sizeof *all);
}

struct wrapped {
	struct wrap *w;
	size_t n_w;
};

static struct wrapped make(struct world *w, case_id id, enum dossier d, size_t n_offices)
{
	str offices[] = {STR("PARIS"), STR("LAGOS")};
	struct case_key *k;
	struct wrapped m;
	size_t n;

	OK(vault_object_new(w->v, w->a, cmf.t, id, d, CASE_MASK, offices, n_offices, &m.w, &m.n_w, &k, &n));
	return m;
}

/* Finance opens payments, or nothing. */
static struct err *open_with(struct world *w, struct token t, case_id id, const struct wrapped *m)
{
	struct case_key *k;
	size_t n;

	TRY(vault_open(w->v, w->a, t, id, PURPOSE_READ, NULL, m->w, m->n_w, &k, &n));
	assert_true(n == 1 && k->compartment == COMP_FINANCE);
	return NULL;
}

static uint64_t entries_of(struct world *w)
{
	struct vault_status s;

	OK(vault_status(w->v, w->a, &s)); /* its turn may write what was counted before */
	OK(vault_status(w->v, w->a, &s));
	return s.audit_size;
}

static void guess(struct world *w, const char *login)
{
	struct key pre = {0};
	struct token t;

	KIND(DENIED, vault_signin(w->v, w->a, str_of(login), &pre, &(struct second){.code = STR("000000")},
				  &t)); /* not started: the cheapest */
}

/* A stranger's thousand tries are counted, each minute, in one entry for all names unknown and one for each account. */
static void a_flood_is_counted(void **state)
{
	struct audit_report r;
	struct audit_line *l;
	uint64_t before;
	struct world w;
	size_t n;

	(void)state;
	world_new(&w);
	some_people(&w);
	before = entries_of(&w);
	for (int i = 0; i < 300; i++)
		guess(&w, arena_fmt(w.a, "nobody%d", i).p);
	for (int i = 0; i < 200; i++)
		guess(&w, "cmf");
	assert_int_equal(entries_of(&w), before + 2); /* the first of each at once, before it was answered */
	test_clock->shift += 60001;
	assert_int_equal(entries_of(&w), before + 4);
	OK(vault_audit_read(w.v, w.a, dpo.t, (case_id){0}, 0, &l, &n));
	for (int i = 0; i < 4; i++) {
		bool known = id_eq(l[i].actor.v, cmf.id.v);

		assert_true(!l[i].done && strcmp(l[i].action, "signin") == 0);
		assert_true(known || id_is_zero(l[i].actor.v));
		assert_int_equal(l[i].count, i >= 2 ? 1 : known ? 199 : 299);
	}
	before = entries_of(&w);
	test_clock->shift += 60001;
	assert_int_equal(entries_of(&w), before); /* nobody tried again: nothing to say */
	guess(&w, "cmf");
	guess(&w, "cmf");
	KIND(NOT_FOUND, vault_assign(w.v, w.a, coo.t, (case_id){id_random()}, cmf.id, NO_DAY));
	KIND(NOT_FOUND, vault_assign(w.v, w.a, coo.t, (case_id){id_random()}, cmf.id, NO_DAY));
	assert_int_equal(entries_of(&w), before + 3); /* people signed in answer for each of their own */
	world_stop(&w, SIGTERM);
	OK(audit_verify(w.a, w.dir, (str){0}, &r));
	assert_true(r.good);
	assert_int_equal(r.entries, before + 4); /* what was counted is written at the end */
	world_end(&w);
}

/* The stopped vault's store, written anew from what it says. */
static void compact(struct world *w)
{
	struct arena *life = arena_create(64u << 20);
	struct vaultd *v = big_alloc(sizeof *v);

	v->life = life;
	OK(vault_dir(w->a, w->dir, false, true, &v->dir));
	OK(core_unseal(v, w->a, PASSPHRASE, test_now()));
	OK(store_compact(w->a, &v->store));
	core_seal(v);
	close(v->dir);
	free(v);
	arena_destroy(life);
}

/* Travel, finance and risk of one office neither open nor read the trail of another's files. */
static void another_office(void **state)
{
	struct person far[] = {{.login = "far-fin", .role = ROLE_FIN, .office = "LAGOS"},
			       {.login = "far-trv", .role = ROLE_TRV, .office = "LAGOS"},
			       {.login = "far-rsk", .role = ROLE_RSK, .office = "LAGOS"}};
	case_id id = {id_random()};
	struct audit_line *l;
	struct wrapped fr, cor;
	struct world w;
	size_t n;

	(void)state;
	world_new(&w);
	some_people(&w);
	fr = make(&w, id, DOSSIER_FR, 1);
	for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
		person_new(&w, &far[i], coo.t);
		person_in(&w, &far[i]);
		KIND(NOT_FOUND, vault_audit_read(w.v, w.a, far[i].t, id, 0, &l, &n));
		KIND(NOT_FOUND, open_with(&w, far[i].t, id, &fr));
	}
	OK(open_with(&w, near.t, id, &fr));
	KIND(DENIED, vault_audit_read(w.v, w.a, near.t, id, 0, &l, &n)); /* opens it, and yet does not answer for it */
	OK(vault_audit_read(w.v, w.a, coo.t, id, 0, &l, &n));
	cor = make(&w, id, DOSSIER_COR, 2);
	OK(open_with(&w, far[0].t, id, &cor)); /* it is Lagos' file too now */
	KIND(DENIED, vault_audit_read(w.v, w.a, far[0].t, id, 0, &l, &n));
	world_stop(&w, SIGTERM);
	compact(&w);
	world_start(&w, NULL);
	world_unseal(&w);
	OK(open_with(&w, far[0].t, id, &cor));
	world_end(&w);
}

/* Asked to stop while questions may still come: they are answered, until the channels close. */
static void the_last_questions(void **state)
{
	struct actor_info i;
	struct world w;
	pid_t gone = 0;

	(void)state;
	world_new(&w);
	some_people(&w);
	kill(w.pid, SIGINT);
	usleep(50000);
	OK(vault_session(w.v, w.a, cmf.t, false, &i));
	kill(w.pid, SIGTERM);
	usleep(50000);
	OK(vault_session(w.v, w.a, cmf.t, false, &i));
	OK(vault_signout(w.v, w.a, cmf.t));
	assert_int_equal(world_stop(&w, 0), 0);
	world_start(&w, NULL);
	kill(w.pid, SIGTERM);
	for (int tries = 0; !gone && tries < 500; tries++) { /* not for ever: the channels are still open here */
		usleep(20000);
		test_clock->shift += 16000; /* of a clock that stands still; the vault looks at it when it wakes */
		gone = waitpid(w.pid, NULL, WNOHANG);
	}
	assert_int_equal(gone, w.pid);
	w.pid = 0;
	for (int k = 0; k < CLIENTS; k++)
		close(w.fds[k]);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flood_is_counted),
		cmocka_unit_test(another_office),
		cmocka_unit_test(the_last_questions),
	};

	return cmocka_run_group_tests_name("vault reach", tests, NULL, NULL);
}
