/* stream_test.c — round trips about the size of a chunk; every bit, every cut, every swap is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "stream.h"

static struct key key;

static int sealed_file(struct arena *a, size_t n, uint8_t *plain)
{
	struct stream s;
	int fd = memfd_create("stream", 0);

	random_bytes(plain, n);
	assert_null(stream_writer(a, &s, fd, &key, STR("head")));
	assert_null(stream_put(a, &s, (str){(char *)plain, n / 3}));
	assert_null(stream_put(a, &s, (str){(char *)plain + n / 3, n - n / 3}));
	assert_null(stream_end(a, &s));
	stream_wipe(&s);
	return fd;
}

static struct err *read_back(struct arena *a, int fd, size_t n, uint8_t *to, str about, const struct key *k)
{
	struct stream s;

	lseek(fd, 0, SEEK_SET);
	TRY(stream_reader(a, &s, fd, k, about));
	TRY(stream_take(a, &s, to, n));
	return stream_finished(a, &s);
}

static void test_sizes(void **state)
{
	const size_t sizes[] = {0, 1, 100, 65535, 65536, 65537, 131072, 200000};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct arena *a = arena_create(16 << 20);
		uint8_t *in = arena_alloc(a, sizes[i] + 1), *out = arena_alloc(a, sizes[i] + 2);
		int fd = sealed_file(a, sizes[i], in);
		struct key other = crypt_key_new();

		assert_null(read_back(a, fd, sizes[i], out, STR("head"), &key));
		assert_memory_equal(in, out, sizes[i]);
		assert_non_null(read_back(a, fd, sizes[i] + 1, out, STR("head"), &key));
		assert_non_null(read_back(a, fd, sizes[i], out, STR("Head"), &key));
		assert_non_null(read_back(a, fd, sizes[i], out, STR("head"), &other));
		if (sizes[i])
			assert_non_null(read_back(a, fd, sizes[i] - 1, out, STR("head"), &key));
		lseek(fd, 0, SEEK_END);
		assert_int_equal(write(fd, "x", 1), 1);
		assert_non_null(read_back(a, fd, sizes[i], out, STR("head"), &key));
		close(fd);
		arena_destroy(a);
	}
}

static void test_damage(void **state)
{
	const size_t n = 2 * STREAM_CHUNK + 50, chunk = STREAM_CHUNK + STREAM_OVER;
	struct arena *a = arena_create(512 << 20);
	uint8_t *in = arena_alloc(a, n), *out = arena_alloc(a, n);
	uint8_t *one = arena_alloc(a, chunk), *two = arena_alloc(a, chunk);
	int fd = sealed_file(a, n, in);
	off_t end = lseek(fd, 0, SEEK_END);

	(void)state;
	for (off_t at = 0; at < end; at += 1009) {
		uint8_t b;

		assert_int_equal(pread(fd, &b, 1, at), 1);
		b ^= 4;
		assert_int_equal(pwrite(fd, &b, 1, at), 1);
		assert_non_null(read_back(a, fd, n, out, STR("head"), &key));
		b ^= 4;
		assert_int_equal(pwrite(fd, &b, 1, at), 1);
	}
	assert_null(read_back(a, fd, n, out, STR("head"), &key));
	assert_int_equal(pread(fd, one, chunk, STREAM_HEAD), chunk);
	assert_int_equal(pread(fd, two, chunk, (off_t)(STREAM_HEAD + chunk)), chunk);
	assert_int_equal(pwrite(fd, two, chunk, STREAM_HEAD), chunk);
	assert_int_equal(pwrite(fd, one, chunk, (off_t)(STREAM_HEAD + chunk)), chunk);
	assert_non_null(read_back(a, fd, n, out, STR("head"), &key)); /* swapped */
	assert_int_equal(pwrite(fd, one, chunk, STREAM_HEAD), chunk);
	assert_int_equal(pwrite(fd, two, chunk, (off_t)(STREAM_HEAD + chunk)), chunk);
	assert_null(read_back(a, fd, n, out, STR("head"), &key));
	for (off_t cut = end - 1; cut >= 0; cut -= cut > (off_t)chunk ? 30011 : 7001) {
		assert_int_equal(ftruncate(fd, cut), 0);
		assert_non_null(read_back(a, fd, n, out, STR("head"), &key));
	}
	close(fd);
	arena_destroy(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_sizes), cmocka_unit_test(test_damage)};

	crypt_start();
	key = crypt_key_new();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
