/* demo_test.c — the whole demonstration, made in a temporary folder with cheap passwords: through the vault, the rules
 * and the store.  Then the heads are read back and compared with the model (domain §10, last paragraph). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "demo_accounts.h"
#include "audit_file.h"
#include "demo.h"
#include "heads.h"
#include "local.h"

static char dir[] = "/tmp/rivage-demo-XXXXXX";
static struct arena *a;

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static int setup(void **state)
{
	struct err *e;

	(void)state;
	crypt_start();
	a = arena_create(512 << 20);
	if (!mkdtemp(dir))
		return 1;
	e = demo_make(a, dir, PASSWORD_COST_TEST);
	return e ? cli_fail(e) : 0;
}

static int teardown(void **state)
{
	(void)state;
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	arena_destroy(a);
	return 0;
}

struct found {
	struct head *head;
	size_t n;
};

static size_t in_state(const struct found *f, enum state s)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += f->head[i].state == s;
	return n;
}

static const struct head *the_one_in(const struct found *f, enum state s)
{
	assert_int_equal(in_state(f, s), 1);
	for (size_t i = 0; i < f->n; i++)
		if (f->head[i].state == s)
			return &f->head[i];
	return NULL;
}

static const char *file_in(const char *name)
{
	return arena_z(a, arena_fmt(a, "%s/%s", dir, name));
}

/* Follow-ups spread over the months 1 to 9, and each person reached at what was due. */
static void check_followed(const struct found *f, day today)
{
	uint32_t months = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct head *h = &f->head[i];
		int since = 0;

		if (h->state != STATE_REINTEGRATION || (h->flags & FLAG_CONTACT_LOST))
			continue;
		while (day_add_months(h->fact[FACT_arrival], since + 1) <= today)
			since++;
		months |= 1u << since;
		assert_true(h->fact[FACT_followed] != NO_FACT && (h->fact[FACT_followed] & 7) == 7); /* D1, D7, M1 */
		assert_int_equal(h->fact[FACT_missed], 0);
	}
	assert_int_equal(months, 0x3FE); /* 1 … 9 */
}

static void test_paths(void **state)
{
	day today = day_of(2018, 11, 20);
	struct found *f = NEW(a, struct found);
	size_t lost = 0, minors = 0, all;
	const struct head *h;
	struct local l;
	struct op op;

	(void)state;
	assert_null(local_open(a, dir, file_in("key"), PASSWORD_COST_TEST, &l));
	assert_true(l.house->demo);
	assert_null(local_op(&l, a, NO_TOKEN, today, &op));
	op.actor.role = ROLE_MNE; /* sees every head, and nothing else */
	heads_query(&op, &(struct head_query){.country = NO_FACT, .limit = 20}, &f->head, &f->n, &all);
	assert_int_equal(all, f->n);
	assert_int_equal(f->n, 15);
	for (size_t i = 0; i < f->n; i++) {
		assert_true(f->head[i].flags & FLAG_DEMO);
		lost += (f->head[i].flags & FLAG_CONTACT_LOST) != 0;
		minors += head_minor(&f->head[i], today);
		assert_true(!head_minor(&f->head[i], today) || f->head[i].state == STATE_REFERRED);
	}
	assert_int_equal(in_state(f, STATE_REINTEGRATION), 10);
	assert_int_equal(lost, 1);
	assert_int_equal(minors, 2);
	assert_int_equal(in_state(f, STATE_REFERRED), 2);
	check_followed(f, today);
	h = the_one_in(f, STATE_CLOSED);
	assert_true(h->flags & FLAG_WITHDRAWN);
	assert_int_equal(h->fact[FACT_departure], NO_FACT);
	h = the_one_in(f, STATE_DECISION);
	assert_int_equal(h->fact[FACT_risk_vetoes], 1); /* V1 */
	h = the_one_in(f, STATE_PLANNING);
	assert_true(h->fact[FACT_doc_status] >= 0 && h->fact[FACT_doc_status] < 3); /* not issued */
	local_close(&l);
}

static void test_files(void **state)
{
	struct demo_account *list;
	struct audit_report r;
	struct stat st;
	size_t n;
	str clock;

	(void)state;
	assert_null(demo_accounts_read(a, dir, &list, &n));
	assert_int_equal(n, 22);
	for (size_t i = 0; i < n; i++)
		assert_true(list[i].password.n >= 14 && list[i].role != ROLE_NONE);
	assert_int_equal(stat(file_in(ACCOUNTS_FILE), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(file_in("key"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_null(cli_read_file(a, file_in("clock"), 64, &clock));
	assert_true(str_eqz(clock, "2018-11-20T09:00"));
	assert_null(audit_verify(a, dir, (str){0}, &r));
	assert_true(r.good && r.entries > 500);
}

static void test_refuses_a_second(void **state)
{
	struct err *e = demo_make(a, dir, PASSWORD_COST_TEST);

	(void)state;
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_CONFLICT);
	assert_int_equal(err_kinds[e->kind].exit, 5);
}

static void test_accounts_file(void **state)
{
	static const char *const bad[] = {"x\n", "h\nlogin\tpw\tCOO\tPARIS\tName\tSHORT\n",
					  "h\nlogin\tpw\tNONE\tPARIS\tName\t"
					  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
					  "h\nlogin\tpw\tCOO\tPARIS\tName\t"
					  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA1\n"};
	const char *sub = file_in("sub");
	struct demo_account *list;
	size_t n;

	(void)state;
	assert_int_equal(mkdir(sub, 0700), 0);
	assert_non_null(demo_accounts_read(a, sub, &list, &n));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *path = arena_z(a, arena_fmt(a, "%s/" ACCOUNTS_FILE, sub));
		struct err *e;

		assert_null(write_private(a, path, str_of(bad[i])));
		assert_non_null(write_private(a, path, STR("again")));
		e = demo_accounts_read(a, sub, &list, &n);
		assert_true(i == 0 ? e == NULL && n == 0 : e != NULL);
		assert_int_equal(unlink(path), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_refuses_a_second),
		cmocka_unit_test(test_accounts_file),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
