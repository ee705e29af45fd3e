/* shred_test.c — the key store alone: what it keeps, what a run destroys, what is left when a run does not end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "files.h"
#include "shred.h"
#include "vault_fixture.h"

static const struct key lock = {{9, 8, 7}};
static const struct id tenant = {{1}};

struct place {
	struct arena *a;
	char dir[40];
	int fd;
};

static void place_new(struct place *p)
{
	crypt_start();
	*p = (struct place){.a = arena_create(256u << 20), .dir = "/tmp/shred-test-XXXXXX"};
	assert_non_null(mkdtemp(p->dir));
	p->fd = open(p->dir, O_RDONLY | O_DIRECTORY);
	OK(shred_create(p->a, p->fd, tenant, &lock));
}

static void place_end(struct place *p)
{
	unlinkat(p->fd, "keys", 0);
	unlinkat(p->fd, "keys.new", 0);
	close(p->fd);
	assert_int_equal(rmdir(p->dir), 0);
	arena_destroy(p->a);
}

static str bytes_of(struct place *p)
{
	str s;

	OK(file_read(p->a, p->fd, "keys", 64 << 20, &s));
	return s;
}

static case_id numbered(unsigned i)
{
	return (case_id){{{(uint8_t)i, (uint8_t)(i >> 8), 77}}};
}

static struct key key_of(unsigned i)
{
	return crypt_derive(&lock, "test", (str){(char *)&i, sizeof i});
}

static void fill(struct place *p, struct shred *s, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++) {
		struct key k = key_of(i);

		shred_put(s, numbered(i), &k);
		if (i % 3 == 0)
			OK(shred_commit(p->a, s));
	}
	OK(shred_commit(p->a, s));
}

static void expect(const struct shred *s, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++) {
		struct key want = key_of(i);
		const struct key *have = shred_of(s, numbered(i));

		assert_non_null(have);
		assert_memory_equal(have, &want, sizeof want);
	}
}

static void kept_and_read(void **state)
{
	struct place p;
	struct shred s;
	struct key other = {{1}};

	(void)state;
	place_new(&p);
	OK(shred_open(p.a, &s, p.fd, tenant, &lock));
	assert_null(shred_of(&s, numbered(0)));
	fill(&p, &s, 0, 3000);
	shred_close(&s);
	OK(shred_open(p.a, &s, p.fd, tenant, &lock));
	expect(&s, 0, 3000);
	assert_null(shred_of(&s, numbered(3000)));
	assert_int_equal(s.torn, 0);
	shred_close(&s);
	KIND(CONFIG, shred_open(p.a, &s, p.fd, tenant, &other));
	shred_close(&s);
	KIND(CONFIG, shred_open(p.a, &s, p.fd, (struct id){{2}}, &lock));
	shred_close(&s);
	place_end(&p);
}

/* A run leaves every other key, under another key of the file; what was copied before still has the destroyed one. */
static void destroyed(void **state)
{
	struct tomb t = {.at = 5};
	struct place p;
	struct shred s, copy;
	str before, after;
	int old;

	(void)state;
	place_new(&p);
	OK(shred_open(p.a, &s, p.fd, tenant, &lock));
	fill(&p, &s, 0, 2000);
	before = bytes_of(&p);
	old = openat(p.fd, "keys", O_RDONLY);
	t.hash = tomb_hash(&lock, numbered(7));
	shred_destroy(&s, numbered(7), &t);
	shred_put(&s, numbered(2000), &(struct key){{4}}); /* of the same turn */
	OK(shred_commit(p.a, &s));
	assert_null(shred_of(&s, numbered(7)));
	assert_non_null(map_get(&s.tombs, t.hash));
	assert_int_equal(s.generation, 2);
	fill(&p, &s, 2001, 2010);
	shred_close(&s);
	OK(shred_open(p.a, &s, p.fd, tenant, &lock));
	assert_null(shred_of(&s, numbered(7)));
	assert_non_null(map_get(&s.tombs, t.hash));
	expect(&s, 0, 7);
	expect(&s, 8, 2000);
	expect(&s, 2001, 2010);
	assert_non_null(shred_of(&s, numbered(2000)));
	shred_close(&s);
	after = bytes_of(&p);
	assert_memory_not_equal(before.p, after.p, 123);
	for (char b[512]; read(old, b, sizeof b) > 0;) /* the file before holds nothing any more */
		for (size_t i = 0; i < sizeof b; i++)
			assert_int_equal(b[i], 0);
	close(old);
	OK(shred_read(p.a, &copy, tenant, &lock, before));
	assert_non_null(shred_of(&copy, numbered(7)));
	shred_close(&copy);
	OK(shred_read(p.a, &copy, tenant, &lock, after));
	assert_null(shred_of(&copy, numbered(7)));
	shred_close(&copy);
	place_end(&p);
}

#define HEAD 123

/* Bytes of the last frame. */
static size_t last_frame(str file)
{
	size_t at = HEAD, frame = 0;

	for (; at < file.n; at += frame) {
		const unsigned char *b = (const unsigned char *)file.p + at;

		frame = 4 + (b[0] | (size_t)b[1] << 8 | (size_t)b[2] << 16);
	}
	assert_int_equal(at, file.n);
	return frame;
}

/* A cut end is mended; any changed byte of what was whole is refused, or is that cut end. */
static void torn_and_changed(void **state)
{
	size_t last;
	struct place p;
	struct shred s;
	str whole;

	(void)state;
	place_new(&p);
	OK(shred_open(p.a, &s, p.fd, tenant, &lock));
	fill(&p, &s, 0, 30);
	shred_close(&s);
	whole = bytes_of(&p);
	last = last_frame(whole);
	for (size_t n = HEAD; n < whole.n; n += 13) {
		struct err *e = shred_read(p.a, &s, tenant, &lock, str_sub(whole, 0, n));

		assert_null(e);
		assert_int_equal(s.size + s.torn, n);
		shred_close(&s);
	}
	for (size_t n = 0; n < HEAD; n += 11) {
		KIND(CONFIG, shred_read(p.a, &s, tenant, &lock, str_sub(whole, 0, n)));
		shred_close(&s);
	}
	for (size_t at = 0; at < whole.n; at++) {
		char *changed = (char *)(uintptr_t)arena_str(p.a, whole).p;
		struct err *e;

		changed[at] = (char)(changed[at] ^ 1);
		e = shred_read(p.a, &s, tenant, &lock, (str){changed, whole.n});
		if (!e) /* a length of the last frame that now reaches past the end looks like a cut */
			assert_true(s.torn > 0 && s.torn <= last);
		shred_close(&s);
	}
	assert_int_equal(ftruncate(openat(p.fd, "keys", O_RDWR), (off_t)whole.n - 5), 0);
	OK(shred_open(p.a, &s, p.fd, tenant, &lock));
	assert_true(s.torn > 0);
	OK(shred_mend(p.a, &s));
	fill(&p, &s, 40, 50);
	shred_close(&s);
	OK(shred_open(p.a, &s, p.fd, tenant, &lock));
	expect(&s, 40, 50);
	shred_close(&s);
	place_end(&p);
}

/* A second name for the new file of the next run, or of one that a power cut ended: shows what became of its bytes. */
static void name_the_new(struct place *p, str bytes)
{
	int fd = openat(p->fd, "keys.new", O_RDWR | O_CREAT | O_EXCL, 0600);

	assert_true(fd >= 0);
	OK(file_write(p->a, fd, 0, bytes));
	close(fd);
	assert_int_equal(linkat(p->fd, "keys.new", p->fd, "kept", 0), 0);
}

/* The file under the second name is `n` bytes or more, and nothing but zeros; "keys.new" is gone. */
static void written_over(struct place *p, size_t n)
{
	str s;

	assert_int_equal(faccessat(p->fd, "keys.new", F_OK, 0), -1);
	OK(file_read(p->a, p->fd, "kept", 64 << 20, &s));
	assert_true(s.n >= n);
	for (size_t i = 0; i < s.n; i++)
		assert_int_equal(s.p[i], 0);
	assert_int_equal(unlinkat(p->fd, "kept", 0), 0);
}

static void destroy(struct shred *s, unsigned i)
{
	struct tomb t = {.hash = tomb_hash(&lock, numbered(i)), .at = 5};

	shred_destroy(s, numbered(i), &t);
}

/* Keys that a run would write anew, and the run refused at its n-th call: what was there stays, whole and in use, and
 * what was refused did not happen.  False: it has no n-th call. */
static bool refused_run(struct place *p, const struct disk_orders *full)
{
	str before = bytes_of(p);
	struct shred s;
	struct err *e;

	OK(shred_open(p->a, &s, p->fd, tenant, &lock));
	name_the_new(p, STR(""));
	destroy(&s, 7);
	disk_order(full);
	e = shred_commit(p->a, &s);
	disk_order(NULL);
	shred_close(&s);
	if (!e)
		return false;
	assert_int_equal(e->kind, ERR_UNAVAILABLE);
	assert_true(str_find(e->detail, str_of(strerror(ENOSPC))) >= 0);
	assert_true(str_eq(before, bytes_of(p)));
	OK(shred_open(p->a, &s, p->fd, tenant, &lock));
	expect(&s, 0, 3000);
	shred_close(&s);
	return true;
}

/* Each write of a run, and its taking the old file's place.  What was written of the new file, which holds every key, is
 * written over; a disk that takes no byte at all leaves it without a name. */
static void a_run_without_room(void **state)
{
	struct disk_orders full = {.kinds = 1u << DISK_WRITE | 1u << DISK_RENAME, .code = ENOSPC};
	struct place p;
	struct shred s;

	(void)state;
	place_new(&p);
	disk_watch(p.dir);
	OK(shred_open(p.a, &s, p.fd, tenant, &lock));
	fill(&p, &s, 0, 3000);
	shred_close(&s);
	for (full.on = full.half = 1, full.nth = 1; full.nth <= 5; full.nth++) { /* head, three frames, its place */
		assert_true(refused_run(&p, &full));
		assert_int_equal(faccessat(p.fd, "keys.new", F_OK, 0), -1);
		assert_int_equal(unlinkat(p.fd, "kept", 0), 0);
	}
	for (full.on = full.half = 0, full.nth = 1; full.nth <= 5; full.nth++) {
		assert_true(refused_run(&p, &full));
		written_over(&p, full.nth > 1 ? HEAD : 0);
	}
	assert_false(refused_run(&p, &full));
	assert_int_equal(unlinkat(p.fd, "kept", 0), 0);
	OK(shred_open(p.a, &s, p.fd, tenant, &lock));
	assert_null(shred_of(&s, numbered(7)));
	shred_close(&s);
	place_end(&p);
}

/* A power cut before the new file took the old one's place: its bytes go at the next start. */
static void a_run_cut_short(void **state)
{
	struct place p;
	struct shred s;
	str whole;

	(void)state;
	place_new(&p);
	OK(shred_open(p.a, &s, p.fd, tenant, &lock));
	fill(&p, &s, 0, 300);
	shred_close(&s);
	whole = bytes_of(&p);
	name_the_new(&p, whole);
	OK(shred_open(p.a, &s, p.fd, tenant, &lock));
	written_over(&p, whole.n);
	expect(&s, 0, 300);
	shred_close(&s);
	assert_true(str_eq(whole, bytes_of(&p)));
	place_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept_and_read),    cmocka_unit_test(destroyed),
		cmocka_unit_test(torn_and_changed), cmocka_unit_test(a_run_without_room),
		cmocka_unit_test(a_run_cut_short),
	};

	if (!disk_start(0))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
