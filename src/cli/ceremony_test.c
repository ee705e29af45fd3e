/* ceremony_test.c — the verb as people call it: sheets are written, tried, read back; a wrong one is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony.h"
#include "cli.h"
#include "recovery.h"
#include "server.h"

#ifdef __SANITIZE_ADDRESS__
/* Fontconfig keeps what it knows of fonts until the process ends; nothing else may (lib/doc says the same). */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig.so";
}
#endif

static char folder[] = "/tmp/rivage-ceremony-XXXXXX";

static int call(const char *const *words)
{
	char *argv[12];
	int argc = 0;

	for (argv[argc++] = (char *)(uintptr_t) "ceremony"; words[argc - 1]; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc - 1];
	return cli_ceremony(argc, argv);
}

static int start(void **state)
{
	(void)state;
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int finish(void **state)
{
	const char *argv[] = {"rm", "-rf", folder, NULL};
	pid_t p = fork();

	(void)state;
	if (p == 0) {
		execvp("rm", (char **)(uintptr_t)argv);
		_exit(1);
	}
	waitpid(p, NULL, 0);
	return 0;
}

#define CALL(...) call((const char *const[]){__VA_ARGS__, NULL})

static void test_new_and_check(void **state)
{
	(void)state;
	assert_int_equal(CALL("new", "--out", "s"), 0);
	assert_int_equal(CALL("new", "--out", "s"), 5); /* nothing is written over */
	assert_int_equal(CALL("check", "s/share-1.txt", "s/share-3.txt", "s/share-5.txt"), 0);
	assert_int_equal(CALL("check", "--card", "s/card.txt", "s/share-2.txt", "s/share-3.txt", "s/share-4.txt"), 0);
	assert_int_equal(CALL("check", "s/share-1.txt", "s/share-3.txt"), 6);
	assert_int_equal(CALL("check", "s/share-1.txt", "s/share-3.txt", "s/none.txt"), 4);
	assert_int_equal(CALL("check"), 2);
	assert_int_equal(CALL("new", "--out", "t", "--need", "6"), 2);
	assert_int_equal(CALL("frob"), 2);
	assert_int_equal(access("s/share-5.pdf", R_OK), 0);
}

static void test_changed(void **state)
{
	struct arena *a = arena_create(1 << 20);
	struct share three[3];
	struct key k;
	FILE *f;
	str text;

	(void)state;
	assert_null(cli_read_file(a, "s/share-2.txt", 4096, &text));
	f = fopen("changed.txt", "w");
	fprintf(f, "%.*s", STR_ARG(text));
	fseek(f, (long)text.n - 10, SEEK_SET);
	fputc(text.p[text.n - 10] == 'Q' ? 'R' : 'Q', f);
	fclose(f);
	assert_int_equal(CALL("check", "s/share-1.txt", "changed.txt", "s/share-5.txt"), 6);
	assert_non_null(shares_read(a, (const char *[]){"changed.txt"}, 1, three));
	/* Forged with its check: the card names it. */
	assert_null(shares_read(a, (const char *[]){"s/share-2.txt"}, 1, three));
	three[0].data[0] ^= 1;
	f = fopen("forged.txt", "w");
	fprintf(f, "%.*s\n", STR_ARG(share_text(a, &three[0])));
	fclose(f);
	assert_int_equal(CALL("check", "--card", "s/card.txt", "s/share-1.txt", "forged.txt", "s/share-5.txt"), 6);
	assert_int_equal(CALL("check", "s/share-1.txt", "forged.txt", "s/share-5.txt"), 6);
	assert_non_null(shares_open(a, (const char *[]){"s/share-1.txt", "forged.txt", "s/share-5.txt"}, 3, NULL, &k));
	arena_destroy(a);
}

static void test_install(void **state)
{
	struct arena *a = arena_create(256 << 20);
	str secret;

	(void)state;
	assert_null(vault_key_file_new(a, "key"));
	assert_null(vault_key_file(a, "key", &secret));
	assert_null(vault_init(a, "data", secret, false, PASSWORD_COST_TEST));
	assert_int_equal(CALL("install", "data", "s/card.txt", "--key-file", "key"), 0);
	assert_int_equal(CALL("install", "data", "s/share-1.txt", "--key-file", "key"), 6);
	assert_int_equal(CALL("install", "nowhere", "s/card.txt", "--key-file", "key"), 4);
	assert_int_equal(CALL("new", "data", "--key-file", "key", "--out", "u", "--need", "2", "--shares", "3"), 0);
	arena_destroy(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new_and_check),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_install),
	};

	crypt_start();
	return cmocka_run_group_tests(tests, start, finish);
}
