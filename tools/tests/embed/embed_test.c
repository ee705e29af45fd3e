/* embed_test.c — what tools/embed made of files/: the same bytes, sorted, compressed where that is shorter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <zlib.h>

#include "test_files.h"

static const char *folder;

static void same_bytes(void **state)
{
	char path[4096];
	static char bytes[1 << 16];

	(void)state;
	assert_int_equal(test_files.n, 3);
	for (size_t i = 0; i < test_files.n; i++) {
		const struct embed_file *file = &test_files.files[i];
		FILE *f;

		snprintf(path, sizeof path, "%s/%s", folder, file->path);
		f = fopen(path, "rb");
		assert_non_null(f);
		assert_int_equal(fread(bytes, 1, sizeof bytes, f), file->data.n);
		fclose(f);
		assert_memory_equal(bytes, file->data.p, file->data.n);
		assert_ptr_equal(embed_find(&test_files, str_of(file->path)), file);
	}
	assert_null(embed_find(&test_files, STR("files/absent")));
}

static void sorted(void **state)
{
	(void)state;
	assert_string_equal(test_files.files[0].path, "files/app.css");
	assert_string_equal(test_files.files[1].path, "files/bytes.bin");
	assert_string_equal(test_files.files[2].path, "files/empty.txt");
}

static void compressed(void **state)
{
	const struct embed_file *css = &test_files.files[0];
	static char bytes[1 << 16];
	z_stream z = {0};

	(void)state;
	assert_null(test_files.files[1].gzip.p);
	assert_null(test_files.files[2].gzip.p);
	assert_non_null(css->gzip.p);
	assert_true(css->gzip.n < css->data.n / 2);
	assert_memory_equal(css->gzip.p + 4, "\0\0\0\0", 4); /* no time: builds are reproducible */
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)css->gzip.p;
	z.avail_in = (uInt)css->gzip.n;
	z.next_out = (Bytef *)bytes;
	z.avail_out = sizeof bytes;
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, css->data.n);
	assert_memory_equal(bytes, css->data.p, css->data.n);
	inflateEnd(&z);
}

static void etags(void **state)
{
	(void)state;
	assert_string_equal(test_files.files[2].etag, "cbf29ce484222325"); /* FNV-1a of nothing */
	assert_int_equal(strlen(test_files.files[0].etag), 16);
	assert_string_not_equal(test_files.files[0].etag, test_files.files[1].etag);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_bytes),
		cmocka_unit_test(sorted),
		cmocka_unit_test(compressed),
		cmocka_unit_test(etags),
	};

	if (argc < 2)
		return 2;
	folder = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
