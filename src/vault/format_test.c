/* format_test.c — a data directory of another version of the program: each file that an older or newer one wrote, whole and
 * under the right keys, is refused at the start with the reason, and not a byte of it is changed; and so is a file of
 * nothing known, however long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "audit_file.h"
#include "files.h"
#include "files_fixture.h"
#include "keyring.h"

#define OTHERS 3
static const uint8_t others[OTHERS] = {0, 2, 9}; /* this version writes 1 everywhere */

/* The first byte behind the four of its name; the digest at the end is right again. */
static str other_keyring(struct world *w, str file, const struct keyring *k, uint8_t format)
{
	char *p = (char *)(uintptr_t)arena_str(w->a, file).p;

	(void)k;
	p[4] = (char)format;
	memset(p + 5, 0xff, 12); /* and another shape behind it */
	crypt_sha256((str){p, file.n - 32}, (uint8_t *)p + file.n - 32);
	return (str){p, file.n};
}

static str other_keys(struct world *w, str file, const struct keyring *k, uint8_t format)
{
	char *p = (char *)(uintptr_t)arena_str(w->a, file).p;

	(void)k;
	p[4] = (char)format;
	return (str){p, file.n};
}

/* The front says it, under the key of the store. */
static str other_store(struct world *w, str file, const struct keyring *k, uint8_t format)
{
	char *p = (char *)(uintptr_t)arena_str(w->a, file).p;
	struct key mac = crypt_derive(&k->store, "store-mac", (str){(const char *)k->tenant.b, sizeof k->tenant.b}),
		   front;

	p[4] = (char)format;
	front = crypt_derive(&mac, "frame", (str){p, 16});
	memcpy(p + 16, front.b, 16);
	return (str){p, file.n};
}

/* One entry more, in the chain. */
static str other_audit(struct world *w, str file, const struct keyring *k, uint8_t format)
{
	char *p = arena_alloc(w->a, file.n + AUDIT_ENTRY);
	str last = str_sub(file, file.n - AUDIT_ENTRY, file.n);

	(void)k;
	memcpy(p, file.p, file.n);
	memcpy(p + file.n, last.p, AUDIT_ENTRY);
	p[file.n] = (char)format;
	audit_link((const uint8_t *)last.p + AUDIT_ENTRY - 32, (str){p + file.n, AUDIT_ENTRY},
		   (uint8_t *)p + file.n + AUDIT_ENTRY - 32);
	return (str){p, file.n + AUDIT_ENTRY};
}

static void another_version(void **state)
{
	static const struct {
		const char *name;
		str (*other)(struct world *, str, const struct keyring *, uint8_t);
	} files[] = {{"keyring", other_keyring}, {"keys", other_keys}, {"store", other_store}, {"audit", other_audit}};
	static const char *const all[] = {"keyring", "keys", "store", "audit", "audit.checkpoints"};
	struct person coo = {.login = "coo", .role = ROLE_COO, .office = "PARIS"};
	struct keyring *k;
	struct world w;
	int dir;

	(void)state;
	world_new(&w);
	person_new(&w, &coo, NO_TOKEN);
	world_stop(&w, SIGTERM);
	OK(vault_dir(w.a, w.dir, false, true, &dir));
	k = NEW(w.a, struct keyring);
	OK(keyring_load(w.a, dir, PASSPHRASE, k));
	close(dir);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		str whole = file_get(&w, files[i].name);

		for (size_t j = 0; j < OTHERS; j++) {
			str other = files[i].other(&w, whole, k, others[j]), before[5];
			struct err *e;

			file_put(&w, files[i].name, other);
			for (size_t n = 0; n < 5; n++)
				before[n] = file_get(&w, all[n]);
			e = unseal_here(&w);
			assert_non_null(e);
			assert_int_equal(e->kind, ERR_CONFIG);
			assert_true(str_find(e->detail, STR("tart the version that wrote it")) >= 0);
			assert_true(str_find(e->detail, STR("damaged")) < 0);
			for (size_t n = 0; n < 5; n++)
				assert_true(str_eq(before[n], file_get(&w, all[n])));
		}
		file_put(&w, files[i].name, whole);
	}
	OK(unseal_here(&w));
	world_end(&w);
}

static void endless_checkpoints(void **state)
{
	enum { LONG = 3 << 20 }; /* more than one checkpoint may take of memory */
	struct person coo = {.login = "coo", .role = ROLE_COO, .office = "PARIS"};
	struct world w;
	str whole, text;
	struct err *e;

	(void)state;
	world_new(&w);
	person_new(&w, &coo, NO_TOKEN);
	world_stop(&w, SIGTERM);
	whole = file_get(&w, "audit.checkpoints");
	text = arena_join(w.a, (str[]){whole, {memset(arena_alloc(w.a, LONG), 'a', LONG), LONG}}, 2, STR(""));
	file_put(&w, "audit.checkpoints", text);
	e = unseal_here(&w);
	assert_true(e && e->kind == ERR_CONFIG && str_find(e->detail, STR("not of the right form")) >= 0);
	assert_true(str_eq(text, file_get(&w, "audit.checkpoints")));
	file_put(&w, "audit.checkpoints", whole);
	OK(unseal_here(&w));
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(another_version), cmocka_unit_test(endless_checkpoints)};

	return cmocka_run_group_tests_name("formats", tests, NULL, NULL);
}
