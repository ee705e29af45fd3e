/* embed.c — turns files into C, so that the program carries them (src/lib/base/embed.h).
 *
 *   embed [--root DIR] SETNAME OUT.c OUT.h FILE…
 *
 * Paths are kept relative to DIR and sorted; the same input always gives the same bytes.  Data are string
 * literals, which compilers read much faster than lists of numbers. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "embed.h"
#include "base.h"

enum { MAX_FILE = 16 << 20, MAX_OUT = 256 << 20, LINE = 120 };

struct item {
	const char *path;
	str data, gzip;
	uint64_t hash;
};

static _Noreturn void fail(const char *path, const char *why)
{
	fprintf(stderr, "embed: %s: %s\n", path, why);
	exit(EXIT_FAILURE);
}

static str read_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	char chunk[65536];
	struct buf b;
	size_t n;

	if (!f)
		fail(path, "cannot be read");
	buf_init(&b, a, MAX_FILE);
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_put(&b, chunk, n);
	if (ferror(f) || b.over)
		fail(path, "cannot be read, or is too big");
	fclose(f);
	return buf_done(&b);
}

static void write_file(const char *path, const struct buf *b)
{
	FILE *f = fopen(path, "wb");

	if (b->over || !f || fwrite(b->p, 1, b->n, f) != b->n || fclose(f) != 0)
		fail(path, "cannot be written");
}

/* Absent when that is no shorter.  zlib writes neither a time nor a name into the header. */
static str compressed(struct arena *a, str data)
{
	z_stream z = {0};
	uLong room;
	str out;

	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		fail("zlib", "cannot start");
	room = deflateBound(&z, data.n);
	out.p = arena_alloc(a, room);
	z.next_in = (Bytef *)(uintptr_t)data.p;
	z.avail_in = (uInt)data.n;
	z.next_out = (Bytef *)(uintptr_t)out.p;
	z.avail_out = (uInt)room;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		fail("zlib", "cannot compress");
	out.n = z.total_out;
	deflateEnd(&z);
	return out.n < data.n ? out : (str){0};
}

static uint64_t fnv1a(str s)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < s.n; i++)
		hash = (hash ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* Meson gives paths relative to the build folder: both are made absolute before they are compared. */
static const char *relative(struct arena *a, const char *path, const char *root)
{
	char full[PATH_MAX], base[PATH_MAX];
	size_t n;

	if (!root)
		return path;
	if (!realpath(path, full) || !realpath(root, base))
		fail(path, "cannot be read");
	n = strlen(base);
	if (strncmp(full, base, n) != 0 || full[n] != '/')
		fail(path, "does not stand under --root");
	return arena_z(a, str_of(full + n + 1));
}

/* Three octal digits, always: a shorter form would swallow a digit that follows. */
static void put_literal(struct buf *out, str s)
{
	size_t column = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		char octal[5] = {'\\', (char)('0' + (c >> 6)), (char)('0' + ((c >> 3) & 7)), (char)('0' + (c & 7)),
				 '\0'};

		if (column == 0)
			buf_z(out, "\n\t\"");
		if (c >= ' ' && c < 0x7F && c != '"' && c != '\\' && c != '?') {
			buf_c(out, (char)c);
			column++;
		} else {
			buf_put(out, octal, 4);
			column += 4;
		}
		if (column >= LINE - 10 || i + 1 == s.n) {
			buf_c(out, '"');
			column = 0;
		}
	}
}

static void put_str(struct buf *out, const char *field, str s)
{
	if (!s.p)
		return;
	buf_fmt(out, "\n\t .%s = {", field);
	if (s.n)
		put_literal(out, s);
	else
		buf_z(out, "\"\"");
	buf_fmt(out, ", %zu},", s.n);
}

static void put_set(struct buf *out, const char *set, const char *header, const struct item *items, size_t n)
{
	buf_fmt(out, "/* Made by tools/embed. */\n#include \"%s\"\n\nstatic const struct embed_file files[] = {",
		header);
	for (size_t i = 0; i < n; i++) {
		buf_z(out, "\n\t{.path =");
		put_literal(out, str_of(items[i].path));
		buf_c(out, ',');
		put_str(out, "data", items[i].data);
		put_str(out, "gzip", items[i].gzip);
		buf_fmt(out, "\n\t .etag = \"%016llx\"},", (unsigned long long)items[i].hash);
	}
	buf_fmt(out, "\n};\nconst struct embed_set %s = {files, %zu};\n", set, n);
}

static int by_path(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static struct item *read_items(struct arena *a, char **files, size_t n, const char *root)
{
	struct item *items = NEWS(a, struct item, n);

	for (size_t i = 0; i < n; i++) {
		items[i].path = relative(a, files[i], root);
		items[i].data = read_file(a, files[i]);
		items[i].gzip = compressed(a, items[i].data);
		items[i].hash = fnv1a(items[i].data);
	}
	qsort(items, n, sizeof *items, by_path);
	for (size_t i = 1; i < n; i++)
		if (strcmp(items[i - 1].path, items[i].path) == 0)
			fail(items[i].path, "is given twice");
	return items;
}

int main(int argc, char **argv)
{
	bool rooted = argc > 2 && strcmp(argv[1], "--root") == 0;
	char **arg = argv + (rooted ? 3 : 1);
	struct arena *a;
	const char *header;
	struct buf c, h;
	size_t n;

	if (argc < (rooted ? 7 : 5)) {
		fputs("usage: embed [--root DIR] SETNAME OUT.c OUT.h FILE...\n", stderr);
		return 2;
	}
	a = arena_create((size_t)2 << 30);
	n = (size_t)(argc - (arg - argv)) - 3;
	header = strrchr(arg[2], '/') ? strrchr(arg[2], '/') + 1 : arg[2];
	buf_init(&c, a, MAX_OUT);
	buf_init(&h, a, MAX_OUT);
	put_set(&c, arg[0], header, read_items(a, arg + 3, n, rooted ? argv[2] : NULL), n);
	buf_fmt(&h,
		"/* Made by tools/embed. */\n#pragma once\n#include \"embed.h\"\n\nextern const struct embed_set %s;\n",
		arg[0]);
	write_file(arg[1], &c);
	write_file(arg[2], &h);
	arena_destroy(a);
	return 0;
}
