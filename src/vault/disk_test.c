/* disk_test.c — a disk that is full, or fails: nothing is answered that is not written, and when there is room again nobody
 * has to start anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>

#include "disk.h"
#include "files_fixture.h"

static struct person coo;

static void with_coordinator(struct world *w)
{
	world_new_unlimited(w);
	coo = (struct person){.login = "coo", .role = ROLE_COO, .office = "PARIS"};
	person_new(w, &coo, NO_TOKEN);
	person_in(w, &coo);
}

static void a_full_disk_closes_everything(void **state)
{
	struct vault_status s;
	struct world w;
	struct stat st;
	struct err *e = NULL;
	int done = 0;

	(void)state;
	with_coordinator(&w);
	world_stop(&w, SIGTERM);
	stat(file_path(&w, "store"), &st);
	w.file_limit = (uint64_t)st.st_size + 2000;
	world_start(&w, NULL);
	world_unseal(&w);
	for (; !e; done++)
		e = vault_office_new(w.v, w.a, coo.t, arena_fmt(w.a, "O%d", done));
	KIND(UNAVAILABLE, e);
	KIND(UNAVAILABLE, vault_status(w.v, w.a, &s)); /* everything, from now on */
	KIND(UNAVAILABLE, vault_audit(world_client(&w, 1), w.a, NO_TOKEN, "x", (case_id){0}, true, 0));
	world_stop(&w, SIGTERM);
	w.file_limit = 0;
	world_start(&w, NULL);
	world_unseal(&w);
	KIND(CONFLICT,
	     done > 1 ? vault_office_new(w.v, w.a, coo.t, STR("O0")) : vault_office_new(w.v, w.a, coo.t, STR("PARIS")));
	OK(vault_office_new(w.v, w.a, coo.t, STR("NEW")));
	world_end(&w);
}

/* A vault whose files disk.c watches: from their opening on. */
static void with_watched_disk(struct world *w)
{
	with_coordinator(w);
	world_stop(w, SIGTERM);
	disk->n_dirs = 0;
	disk_watch(arena_fmt(w->a, "%s/vault", w->dir).p);
	world_start(w, NULL);
	world_unseal(w);
}

static void refuse(unsigned kinds, int code)
{
	disk_order(&(struct disk_orders){.kinds = kinds, .code = code, .nth = 1, .on = 1, .half = 1});
}

/* Nothing is answered while the disk is full, and all of it again once there is room: nobody has to start anything. */
static void a_full_disk_that_has_room_again(void **state)
{
	static const int codes[] = {ENOSPC, EIO};
	struct actor_info who;
	struct world w;

	(void)state;
	with_watched_disk(&w);
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		str office = arena_fmt(w.a, "O%zu", i);

		refuse(1u << DISK_WRITE | 1u << DISK_CREATE, codes[i]);
		KIND(UNAVAILABLE, vault_office_new(w.v, w.a, coo.t, office));
		KIND(UNAVAILABLE, vault_session(w.v, w.a, coo.t, false, &who));
		test_clock->shift += 5000;
		KIND(UNAVAILABLE, vault_session(w.v, w.a, coo.t, false, &who)); /* it was tried, and is still full */
		disk_order(NULL);
		test_clock->shift += 5000;
		OK(vault_session(w.v, w.a, coo.t, false, &who));
		OK(vault_office_new(w.v, w.a, coo.t, office)); /* what was refused was not done */
		KIND(CONFLICT, vault_office_new(w.v, w.a, coo.t, STR("PARIS")));
	}
	world_stop(&w, SIGKILL);
	OK(unseal_here(&w));
	world_end(&w);
}

/* The rows were written and their audit entries were not: what was refused is not in force behind it. */
static void a_log_that_takes_no_entry(void **state)
{
	struct disk_orders orders = {.kinds = 1u << DISK_WRITE, .code = ENOSPC, .nth = 1, .on = 1, .half = 1};
	struct stat st;
	struct world w;

	(void)state;
	with_watched_disk(&w);
	assert_int_equal(stat(file_path(&w, "audit"), &st), 0);
	orders.only = st.st_ino;
	disk_order(&orders);
	KIND(UNAVAILABLE, vault_office_new(w.v, w.a, coo.t, STR("NEW")));
	disk_order(NULL);
	test_clock->shift += 5000;
	OK(vault_office_new(w.v, w.a, coo.t, STR("NEW")));
	world_stop(&w, SIGKILL);
	OK(unseal_here(&w));
	world_end(&w);
}

/* A flush that failed is not tried again, and nothing is answered in this life of the process. */
static void a_flush_that_fails(void **state)
{
	struct actor_info who;
	struct world w;

	(void)state;
	with_watched_disk(&w);
	refuse(1u << DISK_SYNC, EIO);
	KIND(UNAVAILABLE, vault_office_new(w.v, w.a, coo.t, STR("LOST")));
	assert_int_equal(disk->calls, 1);
	disk_order(NULL);
	for (int i = 0; i < 3; i++) {
		test_clock->shift += 5000;
		KIND(UNAVAILABLE, vault_session(w.v, w.a, coo.t, false, &who));
	}
	world_stop(&w, SIGTERM);
	world_start(&w, NULL);
	world_unseal(&w);
	OK(vault_session(w.v, w.a, coo.t, false, &who));
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_disk_closes_everything),
		cmocka_unit_test(a_full_disk_that_has_room_again),
		cmocka_unit_test(a_flush_that_fails),
		cmocka_unit_test(a_log_that_takes_no_entry),
	};

	assert_non_null(disk_start(0));
	return cmocka_run_group_tests_name("vault disk", tests, NULL, NULL);
}
