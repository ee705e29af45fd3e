/* audit_query_test.c — asking the audit log by person, file, kind and time; who may; and a copy taken out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "access.h"
#include "audit_query.h"
#include "vault_fixture.h"
#include "wire.h"

#define REASON STR("The supervisory authority asks for it.")

static struct person coo = {.login = "coo", .role = ROLE_COO, .office = "PARIS"},
		     cmf = {.login = "cmf", .role = ROLE_CMF, .office = "PARIS"},
		     other = {.login = "other", .role = ROLE_CMF, .office = "PARIS"},
		     dpo = {.login = "dpo", .role = ROLE_DPO, .office = "PARIS"};

static void everyone(struct world *w)
{
	struct person *const all[] = {&coo, &cmf, &other, &dpo};

	people_in(w, all, sizeof all / sizeof *all);
}

static void look(struct world *w, const struct person *p, const struct made *m, enum purpose why)
{
	struct case_key *k;
	size_t n;

	OK(vault_open(w->v, w->a, p->t, m->id, why, NULL, m->w, m->n_w, &k, &n));
}

static size_t found(struct world *w, struct audit_query q)
{
	struct audit_found f;

	OK(vault_audit_find(w->v, w->a, dpo.t, &q, &f));
	return f.n;
}

static void kinds(void **state)
{
	static const struct {
		const char *action;
		enum purpose p;
		bool done;
		uint32_t of; /* bits of enum audit_kind, but for AUDIT_ALL */
	} rows[] = {
		{"case.open", PURPOSE_READ, true, 1u << AUDIT_OPENED},
		{"case.open", PURPOSE_REVEAL, true, 1u << AUDIT_OPENED | 1u << AUDIT_REVEALED},
		{"case.open", PURPOSE_PRINT, false, 1u << AUDIT_OPENED | 1u << AUDIT_TAKEN | 1u << AUDIT_REFUSED},
		{"case.list", 0, true, 1u << AUDIT_LISTS},
		{"case.glass", 0, true, 1u << AUDIT_REACH},
		{"case.assign", 0, false, 1u << AUDIT_REACH | 1u << AUDIT_REFUSED},
		{"case.erase", 0, true, 1u << AUDIT_ERASED},
		{"audit.export", 0, true, 1u << AUDIT_TAKEN},
		{"audit.read", 0, true, 1u << AUDIT_LISTS},
		{"signin", 0, false, 1u << AUDIT_SIGN_IN | 1u << AUDIT_REFUSED},
		{"session.again", 0, true, 1u << AUDIT_SIGN_IN},
		{"user.lock", 0, true, 1u << AUDIT_ACCOUNTS},
		{"budget.raise", 0, true, 1u << AUDIT_LIMITS},
		{"backup.made", 0, true, 1u << AUDIT_TAKEN},
		{"backup.failed", 0, false, 1u << AUDIT_TAKEN | 1u << AUDIT_REFUSED},
		{"something.new", 0, true, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(audit_kind_has(AUDIT_ALL, rows[i].action, rows[i].p, rows[i].done));
		for (enum audit_kind k = AUDIT_OPENED; k < AUDIT_KINDS; k++)
			assert_int_equal(audit_kind_has(k, rows[i].action, rows[i].p, rows[i].done),
					 (rows[i].of & 1u << k) != 0);
	}
	for (enum audit_kind k = AUDIT_ALL; k < AUDIT_KINDS; k++)
		assert_int_equal(audit_kind_find(str_of(audit_kinds[k])), k);
	assert_int_equal(audit_kind_find(STR("other")), AUDIT_KINDS);
	assert_int_equal(audit_kind_find(STR("")), AUDIT_KINDS);
}

static void by_each(void **state)
{
	struct made m, second;
	struct world w;
	msec before, later;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	second = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	before = test_now() + 1000;
	test_clock->shift += 2000;
	look(&w, &cmf, &m, PURPOSE_READ);
	look(&w, &cmf, &m, PURPOSE_REVEAL);
	test_clock->shift += 2000;
	later = test_now() - 1000;
	look(&w, &coo, &m, PURPOSE_READ);
	look(&w, &cmf, &second, PURPOSE_READ);
	assert_int_equal(found(&w, (struct audit_query){.kind = AUDIT_OPENED}), 4);
	assert_int_equal(found(&w, (struct audit_query){.kind = AUDIT_OPENED, .object = m.id}), 3);
	assert_int_equal(found(&w, (struct audit_query){.kind = AUDIT_OPENED, .who = coo.id}), 1);
	assert_int_equal(found(&w, (struct audit_query){.kind = AUDIT_OPENED, .object = m.id, .who = cmf.id}), 2);
	assert_int_equal(found(&w, (struct audit_query){.kind = AUDIT_REVEALED}), 1);
	assert_int_equal(found(&w, (struct audit_query){.kind = AUDIT_OPENED, .from = later}), 2);
	assert_int_equal(found(&w, (struct audit_query){.kind = AUDIT_OPENED, .to = later}), 2);
	assert_int_equal(found(&w, (struct audit_query){.kind = AUDIT_OPENED, .from = before, .to = later}), 2);
	assert_int_equal(found(&w, (struct audit_query){.kind = AUDIT_OPENED, .from = later + 3600000}), 0);
	assert_int_equal(found(&w, (struct audit_query){.object.v = id_random()}), 0);
	world_end(&w);
}

/* Page after page, nothing is shown twice or left out. */
static void pages(void **state)
{
	struct audit_query q = {.kind = AUDIT_LISTS};
	struct audit_found f;
	uint64_t last = UINT64_MAX;
	size_t lists = 0;
	struct world w;

	(void)state;
	world_new(&w);
	everyone(&w);
	for (int i = 0; i < 250; i++)
		OK(vault_audit(w.v, w.a, i % 2 ? cmf.t : other.t, "case.list", (case_id){0}, true, i));
	q.who = cmf.id;
	do {
		OK(vault_audit_find(w.v, w.a, dpo.t, &q, &f));
		assert_true(f.n <= AUDIT_PAGE);
		for (size_t i = 0; i < f.n; i++) {
			assert_true(f.lines[i].seq < last && id_eq(f.lines[i].actor.v, cmf.id.v));
			last = f.lines[i].seq;
		}
		lists += f.n;
		q.before = f.next;
	} while (f.next);
	assert_int_equal(lists, 125);
	world_end(&w);
}

/* A file's log is for who answers for it; a reason only for who may read its alert. */
static void who_may(void **state)
{
	struct audit_query q = {0};
	struct audit_found f;
	struct made m;
	struct world w;
	size_t reasons = 0;

	(void)state;
	world_new(&w);
	everyone(&w);
	m = make_case(&w, cmf.t, DOSSIER_FR, "PARIS", NULL);
	OK(vault_glass(w.v, w.a, other.t, m.id, REASON));
	look(&w, &other, &m, PURPOSE_READ);
	KIND(DENIED, vault_audit_find(w.v, w.a, cmf.t, &q, &f));
	KIND(DENIED, vault_audit_find(w.v, w.a, coo.t, &q, &f));
	q.object = m.id;
	KIND(DENIED, vault_audit_find(w.v, w.a, other.t, &q, &f)); /* a pass is no assignment */
	OK(vault_audit_find(w.v, w.a, coo.t, &q, &f));
	OK(vault_audit_find(w.v, w.a, cmf.t, &q, &f));
	for (size_t i = 0; i < f.n; i++) {
		bool glass = strcmp(f.lines[i].action, "case.glass") == 0 && f.lines[i].done;

		assert_int_equal(f.lines[i].reason.n > 0, glass);
		reasons += glass && str_eq(f.lines[i].reason, REASON);
	}
	assert_int_equal(reasons, 1);
	q.object.v = id_random();
	KIND(NOT_FOUND, vault_audit_find(w.v, w.a, cmf.t, &q, &f));
	world_end(&w);
}

static void a_copy(void **state)
{
	struct audit_query q = {.kind = AUDIT_TAKEN};
	struct audit_found f;
	struct alarm *l;
	struct world w;
	size_t n, taken = 0;
	struct err *e;

	(void)state;
	world_new(&w);
	everyone(&w);
	KIND(INVALID, vault_audit_export(w.v, w.a, dpo.t, &q, STR("short")));
	KIND(DENIED, vault_audit_export(w.v, w.a, coo.t, &q, REASON));
	KIND(DENIED, vault_audit_export(w.v, w.a, cmf.t, &q, REASON));
	while (!(e = vault_audit_export(w.v, w.a, dpo.t, &q, REASON)))
		assert_true(++taken <= 20);
	assert_int_equal(e->kind, ERR_RATE);
	assert_int_equal(taken, 20); /* papers of a day */
	OK(vault_audit_find(w.v, w.a, dpo.t, &q, &f));
	for (n = 0; n < f.n && f.lines[n].done;)
		n++;
	assert_true(n == 20 && f.n == 22); /* the two who may not are there too */
	assert_true(str_eq(f.lines[0].reason, REASON));
	OK(vault_alerts(w.v, w.a, coo.t, true, 0, &l, &n));
	assert_true(n == ALERT_PAGE);
	assert_int_equal(l[0].kind, ALARM_BUDGET);
	assert_int_equal(l[1].kind, ALARM_EXPORT);
	assert_true(id_eq(l[1].who.v, dpo.id.v) && str_eq(l[1].reason, REASON));
	world_end(&w);
}

/* The entry says which entries were taken; a file and a person are an entry each. */
static void what_was_taken(void **state)
{
	static const struct audit_query asked[] = {
		{.kind = AUDIT_ALL},
		{.kind = AUDIT_REFUSED, .from = 1525903200000, .to = 1525989600000},
		{.kind = AUDIT_OPENED, .from = 1525903200001, .to = 1525989599999},
		{.kind = AUDIT_LISTS, .from = -1, .to = INT64_MAX},
		{.kind = AUDIT_LISTS, .from = INT64_MIN, .to = INT64_MIN},
	};
	struct audit_query q, both = {.kind = AUDIT_OPENED, .from = 1525903200000};
	struct audit_found f;
	struct alarm *l;
	struct world w;
	bool beside;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		audit_taken_read(audit_taken(&asked[i]), &q, &beside);
		assert_true(q.kind == asked[i].kind && !beside);
		assert_true(!asked[i].from == !q.from && !asked[i].to == !q.to);
	}
	audit_taken_read(audit_taken(&asked[2]), &q, &beside);
	assert_true(q.from == 1525903200000 && q.to == 1525989600000);
	audit_taken_read(-1, &q, &beside);
	assert_true(q.kind == AUDIT_ALL && beside);

	world_new(&w);
	everyone(&w);
	both.who = cmf.id;
	OK(vault_audit_export(w.v, w.a, dpo.t, &both, REASON));
	OK(vault_audit_find(w.v, w.a, dpo.t, &(struct audit_query){.kind = AUDIT_TAKEN}, &f));
	assert_int_equal(f.n, 1);
	assert_true(id_eq(f.lines[0].object.v, cmf.id.v) && f.lines[0].count == audit_taken(&both));
	both.object.v = id_random();
	OK(vault_audit_export(w.v, w.a, dpo.t, &both, REASON));
	OK(vault_audit_find(w.v, w.a, dpo.t, &(struct audit_query){.kind = AUDIT_TAKEN}, &f));
	assert_int_equal(f.n, 3);
	assert_true(id_eq(f.lines[0].object.v, cmf.id.v) && id_eq(f.lines[1].object.v, both.object.v));
	assert_true(str_eq(f.lines[0].reason, REASON) && str_eq(f.lines[1].reason, REASON));
	audit_taken_read(f.lines[1].count, &q, &beside);
	assert_true(beside && q.kind == AUDIT_OPENED && q.from == both.from && q.to == 0);
	OK(vault_alerts(w.v, w.a, coo.t, true, 0, &l, &n));
	assert_true(n == 3 && l[0].count == audit_taken(&both) && id_eq(l[1].object.v, both.object.v));
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),   cmocka_unit_test(by_each), cmocka_unit_test(pages),
		cmocka_unit_test(who_may), cmocka_unit_test(a_copy),  cmocka_unit_test(what_was_taken),
	};

	return cmocka_run_group_tests_name("audit query", tests, NULL, NULL);
}
