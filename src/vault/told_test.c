/* told_test.c — notes of commands reach the audit log: once, whole, or told as unknown; and none is lost when a write fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit_file.h"
#include "files.h"
#include "told.h"
#include "vault_fixture.h"

static struct keyring keys;

static void keys_read(struct world *w)
{
	int dir;

	OK(vault_dir(w->a, w->dir, false, false, &dir));
	OK(keyring_load(w->a, dir, PASSPHRASE, &keys));
	close(dir);
}

static size_t told(struct world *w, const char *action, struct audit_entry *last)
{
	struct audit_entry *all;
	size_t n, found = 0;

	OK(audit_show(w->a, w->dir, 0, 100000, &all, &n));
	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].action, action) == 0) {
			*last = all[i];
			found++;
		}
	return found;
}

static const char *place_of(struct world *w, int place)
{
	return arena_fmt(w->a, "%s/vault/told.%d", w->dir, place).p;
}

static void leave(const char *path, str bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_true(fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n && close(fd) == 0);
}

static bool gone(struct world *w, int place)
{
	test_clock->shift += 2000;
	return told_taken(w->a, w->dir, place, 5000);
}

static void once(void **state)
{
	struct told_note n = {.what = TOLD_MADE, .backup = {{7}}, .entries = 12};
	struct vault_status s;
	struct audit_entry e;
	struct world w;
	msec at;
	int place;
	str kept;

	(void)state;
	world_new(&w);
	keys_read(&w);
	OK(vault_status(w.v, w.a, &s));
	assert_int_equal(s.backup_at, 0);
	n.at = test_now() - 5000;
	OK(told_leave(w.a, w.dir, &keys, &n, &place));
	OK(file_read(w.a, AT_FDCWD, place_of(&w, place), 4096, &kept));
	assert_true(gone(&w, place));
	assert_int_equal(told(&w, "backup.made", &e), 1);
	assert_true(e.done && e.at == n.at && e.count == 12 && id_eq(e.object, n.backup));
	leave(place_of(&w, 5), kept); /* somebody puts it back */
	assert_true(gone(&w, 5));
	assert_int_equal(told(&w, "backup.made", &e), 1);
	n.what = TOLD_FAILED;
	n.at = test_now() + 3600000; /* a clock that was set back: no entry is of tomorrow */
	OK(told_leave(w.a, w.dir, &keys, &n, &place));
	assert_true(gone(&w, place));
	assert_int_equal(told(&w, "backup.failed", &e), 1);
	assert_true(!e.done && e.at <= test_now());
	OK(vault_status(w.v, w.a, &s));
	OK(audit_backup(w.a, w.dir, &at));
	assert_true(s.backup_at == at && at > 0 && at < e.at); /* that of the one that was made */
	world_end(&w);
}

static void foreign(void **state)
{
	static const char *const bytes[] = {"", "x", "not a note of anybody's, and longer than a note can be: "};
	struct audit_entry e;
	struct world w;

	(void)state;
	world_new(&w);
	for (int i = 0; i < 3; i++) {
		leave(place_of(&w, i), str_of(bytes[i]));
		assert_true(gone(&w, i));
		assert_int_equal(told(&w, "backup.unknown", &e), (size_t)i + 1);
		assert_false(e.done);
	}
	assert_int_equal(mkdir(place_of(&w, 4), 0700), 0); /* cannot be removed: told once, not every second */
	for (int i = 0; i < 3; i++) {
		test_clock->shift += 2000;
		usleep(1100000);
	}
	assert_int_equal(told(&w, "backup.unknown", &e), 4);
	assert_int_equal(rmdir(place_of(&w, 4)), 0);
	world_end(&w);
}

static void waits(void **state)
{
	struct told_note n = {.what = TOLD_VERIFIED, .backup = {{9}}};
	struct vault_status s;
	struct audit_entry e;
	struct world w;
	int place;

	(void)state;
	world_new(&w);
	keys_read(&w);
	assert_int_equal(world_stop(&w, 15), 0);
	n.at = test_now();
	for (int i = 0; i < TOLD_PLACES; i++, n.at++)
		OK(told_leave(w.a, w.dir, &keys, &n, &place));
	KIND(UNAVAILABLE, told_leave(w.a, w.dir, &keys, &n, &place)); /* and says so */
	leave(arena_fmt(w.a, "%s.new", place_of(&w, 3)).p, STR("half written"));
	world_start(&w, NULL);
	OK(vault_status(w.v, w.a, &s));
	assert_int_equal(access(arena_fmt(w.a, "%s.new", place_of(&w, 3)).p, F_OK), -1);
	test_clock->shift += 2000;
	usleep(1200000);
	assert_int_equal(told(&w, "backup.verified", &e), 0); /* sealed: it cannot be read, and stays */
	world_unseal(&w);
	for (int i = 0; i < TOLD_PLACES; i++)
		assert_true(gone(&w, i));
	assert_int_equal(told(&w, "backup.verified", &e), TOLD_PLACES);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(once), cmocka_unit_test(foreign), cmocka_unit_test(waits)};

	crypt_start();
	return cmocka_run_group_tests_name("notes for the log", tests, NULL, NULL);
}
