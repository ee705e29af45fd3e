/* backup_fuzz.c — the file of a backup: its head in clear, and what is in the stream.
 * Holds: a good backup that was changed anywhere is refused; content of one's own making, sealed with the public key that
 * is no secret, is refused without the vault's signature, and never writes outside its folder. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../src/cli/bundle.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct key secret = {{3}};
static struct share_card card;
static struct sign_pair root, delegate;
static int folder = -1, good = -1;
static off_t good_end;

static void clear(void)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unlinkat(folder, names[i], 0);
}

static char dir[] = "/tmp/backup-fuzz-XXXXXX";

static void leave(void)
{
	clear();
	rmdir(dir);
}

static struct err *read_it(struct arena *a, int fd)
{
	struct bundle b;

	clear();
	TRY(bundle_peek(a, &b, fd));
	TRY(bundle_open(a, &b, &secret));
	return bundle_unpack(a, &b, folder);
}

static void start(struct arena *a)
{
	struct share shares[5];
	struct bundle_signer s;
	struct bundle b;
	int part = memfd_create("part", 0);

	shamir_split(&secret, 3, 5, shares, &card);
	crypt_sign_new(&root);
	crypt_sign_new(&delegate);
	memcpy(s.delegate, delegate.pk, 32);
	memcpy(s.root, root.pk, 32);
	crypt_sign(&root, (str){(char *)delegate.pk, 32}, s.certificate);
	good = memfd_create("good", 0);
	if (!mkdtemp(dir) || write(part, "abc", 3) != 3 || bundle_create(a, &b, good, &card, (struct id){{1}}, 5))
		abort();
	folder = open(dir, O_RDONLY | O_DIRECTORY);
	atexit(leave);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (bundle_put(a, &b, names[i], part, 3))
			abort();
	if (bundle_finish(a, &b, &delegate, &s))
		abort();
	good_end = lseek(good, 0, SEEK_END);
	close(part);
	if (read_it(a, good))
		abort();
}

static void changed(struct arena *a, const uint8_t *data, size_t size)
{
	uint8_t *copy = arena_alloc(a, (size_t)good_end), *before = arena_alloc(a, (size_t)good_end);
	int fd = memfd_create("changed", 0);

	if (pread(good, before, (size_t)good_end, 0) != good_end)
		abort();
	memcpy(copy, before, (size_t)good_end);
	for (size_t i = 0; i + 2 < size; i += 3)
		copy[(data[i] | (size_t)data[i + 1] << 8) % (size_t)good_end] ^= data[i + 2];
	if (write(fd, copy, (size_t)good_end) != good_end)
		abort();
	if (!read_it(a, fd) && memcmp(copy, before, (size_t)good_end) != 0)
		abort();
	close(fd);
}

/* The input as the inside of a stream that anyone could have sealed. */
static void inside(struct arena *a, const uint8_t *data, size_t size)
{
	int fd = memfd_create("inside", 0);
	struct bundle b;

	if (bundle_create(a, &b, fd, &card, (struct id){{1}}, 5) ||
	    stream_put(a, &b.s, (str){(const char *)data, size}) || stream_end(a, &b.s))
		abort();
	if (!read_it(a, fd))
		abort();
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create(64u << 20);
	int fd;

	crypt_start();
	if (folder < 0)
		start(a);
	fd = memfd_create("raw", 0);
	if (write(fd, data, size) != (ssize_t)size || !read_it(a, fd))
		abort();
	close(fd);
	changed(a, data, size);
	inside(a, data, size);
	arena_destroy(a);
	return 0;
}
