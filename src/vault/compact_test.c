/* compact_test.c — the vault's store compacted on a disk without room: each write refused in turn, and its taking the old
 * one's place.  The old store stays, whole and in use, and the refusal is said; the running vault tries again, not at every
 * question. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "disk_fixture.h"
#include "files.h"
#include "files_fixture.h"
#include "store.h"

static const struct key lock = {{9, 8, 7}};
static const struct id tenant = {{1}};

struct place {
	struct arena *a;
	char dir[40];
	int fd;
};

static str bytes_of(struct place *p)
{
	str s;

	OK(file_read(p->a, p->fd, "store", 64 << 20, &s));
	return s;
}

static struct st_counter counter(unsigned i, uint32_t failures)
{
	return (struct st_counter){.id = {{(uint8_t)i, (uint8_t)(i >> 8)}}, .failures = failures};
}

static void put(struct place *p, struct store *s, unsigned i, uint32_t failures)
{
	struct st_counter c = counter(i, failures);

	store_put(s, ROW_COUNTER, &c, 0);
	OK(store_commit(p->a, s, 0));
}

static void expect(const struct store *s, unsigned i, uint32_t failures)
{
	const struct st_counter *c = map_get(&s->counters, counter(i, 0).id);

	assert_non_null(c);
	assert_int_equal(c->failures, failures);
}

static void open_again(struct place *p, struct store *s)
{
	store_close(s);
	OK(store_open(p->a, s, p->fd, tenant, &lock));
	assert_int_equal(s->torn, 0);
}

/* Many rows twice over, so that half of the file is history. */
static void fill(struct place *p, struct store *s)
{
	for (uint32_t round = 1; round <= 2; round++) {
		for (unsigned i = 0; i < 4000; i++) {
			struct st_counter c = counter(i, round);

			store_put(s, ROW_COUNTER, &c, 0);
		}
		OK(store_commit(p->a, s, 0));
	}
}

static void without_room(struct place *p, struct store *s, const struct disk_orders *full)
{
	str before = bytes_of(p);
	struct err *e;

	disk_order(full);
	e = store_compact(p->a, s);
	disk_order(NULL);
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_UNAVAILABLE);
	assert_true(str_find(e->detail, str_of(strerror(ENOSPC))) >= 0);
	assert_int_equal(faccessat(p->fd, "store.new", F_OK, 0), -1);
	assert_true(str_eq(before, bytes_of(p)));
	put(p, s, 1, 10 + (uint32_t)full->nth); /* it goes on in the old one */
	open_again(p, s);
	expect(s, 0, 2);
	expect(s, 1, 10 + (uint32_t)full->nth);
	expect(s, 3999, 2);
}

static void a_full_disk(void **state)
{
	struct disk_orders full = {
		.kinds = 1u << DISK_WRITE | 1u << DISK_RENAME | 1u << DISK_CREATE, .code = ENOSPC, .on = 1, .half = 1};
	struct place p = {.a = arena_create(256u << 20), .dir = "/tmp/compact-test-XXXXXX"};
	struct store s = {.fd = -1};
	size_t before;

	(void)state;
	crypt_start();
	assert_non_null(mkdtemp(p.dir));
	p.fd = open(p.dir, O_RDONLY | O_DIRECTORY);
	disk_watch(p.dir);
	OK(store_create(p.a, p.fd, tenant, &lock));
	OK(store_open(p.a, &s, p.fd, tenant, &lock));
	fill(&p, &s);
	for (full.nth = 1; full.nth <= 5; full.nth++) /* the file, its front, two frames and more, its place */
		without_room(&p, &s, &full);
	before = bytes_of(&p).n;
	OK(store_compact(p.a, &s));
	assert_true(bytes_of(&p).n < before * 2 / 3);
	put(&p, &s, 2, 77);
	open_again(&p, &s);
	expect(&s, 1, 15);
	expect(&s, 2, 77);
	store_close(&s);
	unlinkat(p.fd, "store", 0);
	close(p.fd);
	assert_int_equal(rmdir(p.dir), 0);
	arena_destroy(p.a);
}

/* Above how many bytes a store is worth compacting: meson.build wraps store_bulky, of which 64 MiB are asked.  Shared with
 * the vault, which runs in a child process. */
static uint64_t *bulky_above;

bool __wrap_store_bulky(const struct store *s);
bool __wrap_store_bulky(const struct store *s)
{
	return s->size > *bulky_above;
}

/* Two questions: behind the first the vault keeps house, before it hears the second. */
static uint64_t tries_after(struct world *w, msec later)
{
	struct vault_status s;
	uint64_t before = disk->calls;

	test_clock->shift += later;
	OK(vault_status(w->v, w->a, &s));
	OK(vault_status(w->v, w->a, &s));
	return disk->calls - before;
}

static void with_history(struct world *w)
{
	world_new_unlimited(w);
	watch_its_disk(w);
	for (uint8_t i = 0; i < 50; i++) {
		uint8_t d[32] = {i}, next[32] = {(uint8_t)(i + 1)};

		OK(vault_head_next(w->v, w->a, (case_id){{{7}}}, d, next));
	}
}

static void tried_again_after_an_hour(void **state)
{
	const msec minute = 60 * 1000, hour = 60 * minute;
	struct disk_orders full = {.kinds = 1u << DISK_CREATE, .code = ENOSPC, .nth = 1, .on = 1};
	struct world w;
	size_t before;

	(void)state;
	with_history(&w);
	disk_order(&full);
	assert_int_equal(tries_after(&w, 0), 0); /* not worth it */
	before = file_get(&w, "store").n;
	*bulky_above = before - 1;
	assert_int_equal(tries_after(&w, 0), 1);
	assert_int_equal(tries_after(&w, 0), 0);
	assert_int_equal(tries_after(&w, 59 * minute), 0);
	assert_int_equal(tries_after(&w, minute), 1);
	assert_int_equal(tries_after(&w, 2 * hour), 1);
	assert_int_equal(tries_after(&w, -3 * hour), 1); /* a clock set back does not put it off */
	assert_true(file_get(&w, "store").n >= before);
	disk_order(&(struct disk_orders){.kinds = 1u << DISK_CREATE}); /* there is room: only counted */
	assert_int_equal(tries_after(&w, 30 * minute), 0);
	assert_int_equal(tries_after(&w, 30 * minute), 1);
	assert_true(file_get(&w, "store").n < before);
	OK(vault_head_check(w.v, w.a, (case_id){{{7}}}, (uint8_t[32]){50}));
	assert_int_equal(tries_after(&w, 2 * hour), 0); /* it is small now */
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_full_disk), cmocka_unit_test(tried_again_after_an_hour)};

	bulky_above = mmap(NULL, sizeof *bulky_above, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (bulky_above == MAP_FAILED)
		return 1;
	*bulky_above = UINT64_MAX;

	if (!disk_start(0))
		return 1;
	return cmocka_run_group_tests_name("compaction", tests, NULL, NULL);
}
