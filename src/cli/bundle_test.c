/* bundle_test.c — a backup's file: what was put in comes out; changed, cut, foreign or forged, it is refused.  And the
 * ring: what is too old goes, the rest stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bundle.h"
#include "files.h"
#include "ring.h"

#define OK(expr)                                                                                                       \
	do {                                                                                                           \
		struct err *e_ = (expr);                                                                               \
		if (e_)                                                                                                \
			fail_msg("%s: %.*s", #expr, STR_ARG(e_->detail));                                              \
	} while (0)

static const char *const names[] = {"keyring", "store", "audit", "audit.checkpoints", "audit.pub", "rivage.db"};
static struct key secret;
static struct share_card card;
static struct sign_pair root, delegate;

static int with(const uint8_t *p, size_t n)
{
	int fd = memfd_create("part", 0);

	assert_int_equal(write(fd, p, n), (ssize_t)n);
	return fd;
}

static struct bundle_signer signer_of(const struct sign_pair *r, const struct sign_pair *d)
{
	struct bundle_signer s;

	memcpy(s.delegate, d->pk, 32);
	memcpy(s.root, r->pk, 32);
	crypt_sign(r, (str){(char *)(uintptr_t)d->pk, 32}, s.certificate);
	return s;
}

/* parts: how many of the six; last: the name given to the last one. */
static int bundle_of(struct arena *a, size_t parts, const char *last, const struct sign_pair *by,
		     const struct bundle_signer *signer)
{
	int fd = memfd_create("bundle", 0);
	struct bundle b;

	OK(bundle_create(a, &b, fd, &card, (struct id){{7}}, 1000));
	b.audit_size = 9;
	for (size_t i = 0; i < parts; i++) {
		size_t n = i * 30000;
		uint8_t *p = arena_alloc(a, n + 1);
		int part;

		memset(p, (int)i + 1, n);
		part = with(p, n);
		OK(bundle_put(a, &b, i + 1 == parts ? last : names[i], part, n));
		close(part);
	}
	OK(bundle_finish(a, &b, by, signer));
	return fd;
}

static int out_dir = -1;

static struct err *read_it(struct arena *a, int fd, const struct key *k)
{
	struct bundle b;

	for (size_t i = 0; i < 6; i++)
		unlinkat(out_dir, names[i], 0);
	TRY(bundle_peek(a, &b, fd));
	TRY(bundle_open(a, &b, k));
	TRY(bundle_unpack(a, &b, out_dir));
	assert_int_equal(b.audit_size, 9);
	return NULL;
}

static void round_trip(void **state)
{
	struct arena *a = arena_create(256 << 20);
	struct bundle_signer s = signer_of(&root, &delegate);
	int fd = bundle_of(a, 6, "rivage.db", &delegate, &s);
	str back;

	(void)state;
	OK(read_it(a, fd, &secret));
	for (size_t i = 0; i < 6; i++) {
		OK(file_read(a, out_dir, names[i], 1 << 20, &back));
		assert_int_equal(back.n, i * 30000);
		for (size_t at = 0; at < back.n; at += 100)
			assert_int_equal(back.p[at], i + 1);
	}
	close(fd);
	arena_destroy(a);
}

static void damage(void **state)
{
	struct arena *a = arena_create((size_t)3 << 30);
	struct bundle_signer s = signer_of(&root, &delegate);
	int fd = bundle_of(a, 6, "rivage.db", &delegate, &s);
	off_t end = lseek(fd, 0, SEEK_END);
	int tried = 0;

	(void)state;
	for (off_t at = 0; at < end; at = at < 400 || at >= end - 400 ? at + 1
					  : at + 4001 < end - 400     ? at + 4001
								      : end - 400,
		   tried++) {
		uint8_t b;
		struct err *e;

		assert_int_equal(pread(fd, &b, 1, at), 1);
		b ^= 1;
		assert_int_equal(pwrite(fd, &b, 1, at), 1);
		e = read_it(a, fd, &secret);
		if (!e || e->kind != ERR_INVALID)
			fail_msg("byte %ld changed: %s", (long)at, e ? err_kinds[e->kind].name : "taken");
		b ^= 1;
		assert_int_equal(pwrite(fd, &b, 1, at), 1);
	}
	assert_true(tried > 800);
	OK(read_it(a, fd, &secret));
	for (off_t cut = end - 1; cut > 0; cut -= cut > end - 60 || cut < 400 ? 7 : 9001) {
		struct err *e;

		assert_int_equal(ftruncate(fd, cut), 0);
		e = read_it(a, fd, &secret);
		assert_non_null(e);
		assert_int_equal(e->kind, ERR_INVALID);
	}
	close(fd);
	arena_destroy(a);
}

static void foreign(void **state)
{
	struct arena *a = arena_create(512 << 20);
	struct bundle_signer s = signer_of(&root, &delegate), mixed;
	struct key other = crypt_key_new();
	struct sign_pair thief;
	int fd;

	(void)state;
	fd = bundle_of(a, 6, "rivage.db", &delegate, &s);
	assert_non_null(read_it(a, fd, &other));
	close(fd);
	fd = bundle_of(a, 5, "audit.pub", &delegate, &s); /* a part is missing */
	assert_non_null(read_it(a, fd, &secret));
	close(fd);
	fd = bundle_of(a, 6, "../escape", &delegate, &s);
	assert_non_null(read_it(a, fd, &secret));
	close(fd);
	fd = bundle_of(a, 6, "keyring", &delegate, &s); /* twice */
	assert_non_null(read_it(a, fd, &secret));
	close(fd);
	crypt_sign_new(&thief);
	fd = bundle_of(a, 6, "rivage.db", &thief, &s); /* whoever knows the public key can seal, not sign */
	assert_non_null(read_it(a, fd, &secret));
	close(fd);
	mixed = s;
	memcpy(mixed.delegate, thief.pk, 32);
	fd = bundle_of(a, 6, "rivage.db", &thief, &mixed);
	assert_non_null(read_it(a, fd, &secret));
	close(fd);
	arena_destroy(a);
}

static size_t copies(const char *folder)
{
	DIR *d = opendir(folder);
	size_t n = 0;

	for (struct dirent *x; (x = readdir(d));)
		n += strncmp(x->d_name, "keys-", 5) == 0;
	closedir(d);
	return n;
}

static void ring(void **state)
{
	struct arena *a = arena_create((size_t)1 << 30);
	char folder[] = "/tmp/rivage-ring-XXXXXX";
	const msec start = day_of(2018, 3, 1) * DAY_MS + 3600000;
	size_t pruned, all = 0;
	str bytes, name;

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (int hour = 0; hour < 24 * 60; hour += 6) { /* four a day for sixty days */
		OK(ring_put(a, folder, arena_fmt(a, "%d", hour), start + hour * INT64_C(3600000), &pruned));
		all += pruned;
		OK(ring_newest(a, folder, &bytes, &name));
		assert_true(str_eq(bytes, arena_fmt(a, "%d", hour)));
	}
	assert_int_equal(copies(folder), 4 + 4 + 34); /* today, yesterday, and the last of the days before */
	assert_int_equal(all, 240 - copies(folder));
	OK(ring_put(a, folder, STR("x"), start + 200 * DAY_MS, &pruned));
	assert_int_equal(copies(folder), 1);
	assert_non_null(ring_newest(a, arena_z(a, name), &bytes, &name)); /* it was pruned */
	OK(ring_newest(a, folder, &bytes, &name));
	assert_int_equal(unlink(name.p), 0);
	assert_non_null(ring_newest(a, folder, &bytes, &name));
	assert_int_equal(rmdir(folder), 0);
	arena_destroy(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(round_trip), cmocka_unit_test(damage),
					   cmocka_unit_test(foreign), cmocka_unit_test(ring)};
	/* In memory where there is such a place: hundreds of tries, each with its fsyncs. */
	char shm[] = "/dev/shm/rivage-bundle-XXXXXX", tmp[] = "/tmp/rivage-bundle-XXXXXX";
	char *dir = access("/dev/shm", W_OK) == 0 ? shm : tmp;
	struct share shares[5];
	int failed;

	crypt_start();
	secret = crypt_key_new();
	shamir_split(&secret, 3, 5, shares, &card);
	crypt_sign_new(&root);
	crypt_sign_new(&delegate);
	if (!mkdtemp(dir))
		return 1;
	out_dir = open(dir, O_RDONLY | O_DIRECTORY);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	for (size_t i = 0; i < 6; i++)
		unlinkat(out_dir, names[i], 0);
	rmdir(dir);
	return failed;
}
