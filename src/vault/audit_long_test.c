/* audit_long_test.c — questions to an audit log of years: what is old is found by reading on, in a bounded time for each
 * answer, by whoever and about whatever it is asked.
 *
 *   vault_audit_long_test [ENTRIES]      130 000; more, to measure */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audit.h"
#include "audit_query.h"
#include "keyring.h"
#include "vault_fixture.h"
#include "wire.h"

#define EVERY_MS 60000 /* between two entries */
#define BEGAN ((msec)1500000000 * 1000)
static uint64_t entries = 130000;
static const struct id quiet = {{1}}, busy = {{2}}, rare = {{3}};
static struct audit u;
static struct arena *a;
static char dir[40] = "/tmp/audit-long-XXXXXX";

/* All of them of one person about one file, but for the oldest ten: of another, about the same file or another. */
static void fill(void)
{
	for (uint64_t i = 0; i < entries; i++) {
		struct audit_entry e = {.at = BEGAN + (msec)i * EVERY_MS,
					.done = true,
					.actor = i < 10 ? quiet : busy,
					.object = i % 2 && i < 10 ? rare : busy,
					.action = "case.open"};

		assert_true(audit_add(&u, e));
		if (u.n_pending == AUDIT_WRITE_MAX || i + 1 == entries)
			OK(audit_commit(a, &u, 0));
		if (u.n_pending == 0)
			arena_reset(a);
	}
}

static int setup(void **state)
{
	uint8_t seed[32] = {7};
	int fd;

	(void)state;
	crypt_start();
	a = arena_create(256u << 20);
	assert_non_null(mkdtemp(dir));
	fd = open(dir, O_RDONLY | O_DIRECTORY);
	OK(audit_create(a, fd, STR("rivage/test"), seed));
	OK(audit_open(a, &u, fd, STR("rivage/test"), seed, BEGAN));
	close(fd);
	fill();
	return 0;
}

static int teardown(void **state)
{
	static const char *const names[] = {"audit", "audit.checkpoints", "audit.pub"};
	char path[80];

	(void)state;
	audit_close(&u);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		unlink(path);
	}
	arena_destroy(a);
	return rmdir(dir);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Reads on to the end as the page does.  Each answer is older than the one before. */
static size_t read_on(const char *what, struct audit_query q, int *answers)
{
	struct audit_entry *e = NEWS(a, struct audit_entry, AUDIT_PAGE);
	double began = seconds(), longest = 0;
	uint64_t next, last = UINT64_MAX;
	size_t n, all = 0;
	msec reached;

	*answers = 0;
	do {
		double since = seconds();

		OK(audit_find(a, &u, &q, e, AUDIT_PAGE, &n, &next, &reached));
		longest = seconds() - since > longest ? seconds() - since : longest;
		for (size_t i = 0; i < n; i++) {
			assert_true(e[i].seq < last);
			last = e[i].seq;
		}
		assert_true(!next || !q.before || next < q.before); /* it goes on, not round */
		all += n;
		q.before = next;
		(*answers)++;
	} while (next);
	print_message("%s: %zu found in %d answers, %.1f ms, the longest %.1f ms\n", what, all, *answers,
		      1e3 * (seconds() - began), 1e3 * longest);
	return all;
}

/* One who did little, long ago. */
static void by_person(void **state)
{
	int answers;

	(void)state;
	assert_int_equal(read_on("by person", (struct audit_query){.who.v = quiet}, &answers), 10);
	assert_in_range(answers, 2, 1 + entries / AUDIT_SCANNED);
}

/* A file with more entries than are looked at for one answer: by its own thread. */
static void of_a_file(void **state)
{
	int answers;

	(void)state;
	assert_int_equal(read_on("of a file", (struct audit_query){.object.v = busy, .who.v = quiet}, &answers), 5);
	assert_in_range(answers, 2, 1 + entries / AUDIT_THREADED);
	assert_int_equal(read_on("of another", (struct audit_query){.object.v = rare}, &answers), 5);
	assert_int_equal(answers, 1);
}

/* Days long ago are asked for by their dates, and answered at once. */
static void by_day(void **state)
{
	struct audit_query q = {.from = BEGAN, .to = BEGAN + 20 * EVERY_MS};
	int answers;

	(void)state;
	assert_int_equal(read_on("by day", q, &answers), 20);
	assert_int_equal(answers, 1);
	q.object.v = busy;
	assert_int_equal(read_on("of a file, by day", q, &answers), 15);
	q = (struct audit_query){.object.v = busy, .from = BEGAN + (msec)(entries - 20) * EVERY_MS};
	assert_int_equal(read_on("of a file, the last days", q, &answers), 20);
	assert_int_equal(answers, 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_person),
		cmocka_unit_test(of_a_file),
		cmocka_unit_test(by_day),
	};

	if (argc > 1)
		entries = strtoull(argv[1], NULL, 10);
	return cmocka_run_group_tests_name("a long audit log", tests, setup, teardown);
}
