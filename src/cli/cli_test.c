/* cli_test.c — what the command line says: errors with their fields, the audit log as a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit.h"
#include "cli.h"
#include "files.h"
#include "guard_testing.h"
#include "policy.h"
#include "probe.h"
#include "server.h"
#include "vault.h"

/* What is written to one of the standard streams meanwhile. */
struct heard {
	FILE *stream, *copy;
	int was;
	char text[4096];
};

static void hear(struct heard *h, FILE *stream)
{
	*h = (struct heard){.stream = stream, .copy = tmpfile()};
	assert_non_null(h->copy);
	fflush(stream);
	h->was = dup(fileno(stream));
	assert_true(dup2(fileno(h->copy), fileno(stream)) >= 0);
}

static const char *heard(struct heard *h)
{
	size_t n;

	fflush(h->stream);
	dup2(h->was, fileno(h->stream));
	close(h->was);
	rewind(h->copy);
	n = fread(h->text, 1, sizeof h->text - 1, h->copy);
	h->text[n] = '\0';
	fclose(h->copy);
	return h->text;
}

static void errors(void **state)
{
	struct arena *a = arena_create(1u << 20);
	struct err *e = FAIL(a, INVALID, "The file {arg} cannot be read.", "password short");
	struct heard h;
	int code;

	(void)state;
	e->arg = STR("here");
	err_field(a, &e, STR("rows[2].day"), "At most {arg} rows.", STR("12"));
	err_field(a, &e, STR("name"), "Please answer.", STR(""));
	hear(&h, stderr);
	code = cli_fail(e);
	assert_string_equal(heard(&h), "rivage: The file here cannot be read.\n  rows[2].day: At most 12 rows.\n"
				       "  name: Please answer.\n  (password short)\n");
	assert_int_equal(code, 6);
	arena_destroy(a);
}

static void addresses(void **state)
{
	static const struct {
		const char *listen, *address;
		int port;
	} rows[] = {{"127.0.0.1:8080", "127.0.0.1", 8080},
		    {"[::]:443", "::", 443},
		    {"[::1]:8080", "::1", 8080},
		    {"::1:8080", "::1", 8080},
		    {"[::1:80", NULL, 0},
		    {"::1]:80", NULL, 0},
		    {"[]:80", NULL, 0},
		    {":80", NULL, 0},
		    {"127.0.0.1", NULL, 0},
		    {"127.0.0.1:65536", NULL, 0}};
	char words[4][16] = {"serve", "--data", "d", "--listen"};
	struct serve_options o;
	struct heard h;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char listen[32];
		bool good;

		snprintf(listen, sizeof listen, "%s", rows[i].listen);
		hear(&h, stderr);
		good = serve_options(5, (char *[]){words[0], words[1], words[2], words[3], listen, NULL}, &o);
		heard(&h);
		assert_int_equal(good, rows[i].address != NULL);
		if (!good)
			continue;
		assert_string_equal(o.address, rows[i].address);
		assert_int_equal(o.port, rows[i].port);
	}
}

/* In a process of its own: there is no way back over the fence.  0: as it should be; 100: no Landlock here. */
static int behind_the_fence(const char *dir)
{
	struct serve_options o = {.data = dir};
	struct arena *a = arena_create(1u << 20);
	bool up = web_fence(a, &o);

	arena_destroy(a);
	if (!up)
		return 100;
	if (!opens(dir, "/rivage.db", O_RDWR) || !opens(dir, "/rivage.db-wal", O_RDWR | O_CREAT | O_TRUNC) ||
	    !opens(dir, "/rivage.db-shm", O_RDWR) || !opens("", "/etc/fonts", O_RDONLY | O_DIRECTORY))
		return 1;
	if (opens(dir, "/vault/keyring", O_RDONLY) || opens(dir, "/vault/new", O_WRONLY | O_CREAT))
		return 2;
	if (opens(dir, "/key", O_RDONLY) || opens(dir, "/rivage.db-journal", O_RDWR | O_CREAT) ||
	    opens("", "/etc/hostname", O_RDONLY))
		return 3;
	return 0;
}

static void fence(void **state)
{
	static const char *const files[] = {
		"/rivage.db", "/rivage.db-wal", "/rivage.db-shm", "/key", "/vault/keyring", "/vault", ""};
	char dir[] = "/tmp/cli-test-XXXXXX", path[128];
	int status;
	pid_t pid;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/vault", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_true(opens(dir, "/vault/keyring", O_WRONLY | O_CREAT) && opens(dir, "/key", O_WRONLY | O_CREAT) &&
		    opens(dir, "/rivage.db", O_WRONLY | O_CREAT));
	pid = fork();
	if (pid == 0)
		_exit(behind_the_fence(dir));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(path, sizeof path, "%s%s", dir, files[i]);
		remove(path);
	}
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 100)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* What a test can make weak; the rest is of the machine it runs on. */
static void probes(void **state)
{
	static const struct {
		const char *database;
		bool weak;
	} rows[] = {
		{NULL, false},
		{"sqlite:/var/lib/rivage/rivage.db", false},
		{"postgresql:///rivage", false},
		{"postgresql://rivage@/rivage?host=/run/postgresql", false},
		{"postgresql://rivage@localhost/rivage", false},
		{"postgresql://rivage@db.example.org/rivage", true},
		{"postgresql://db.example.org/rivage?sslmode=require", true},
		{"postgresql://rivage@db.example.org/rivage?sslmode=verify-full", false},
	};
	char dir[] = "/tmp/cli-test-XXXXXX", key[64], accounts[64];
	struct serve_options o = {.data = dir, .key_file = key};
	uint64_t mine = CHECK_BIT(CHECK_KEY_FILE) | CHECK_BIT(CHECK_DATA_FOLDER) | CHECK_BIT(CHECK_DEMONSTRATION) |
			CHECK_BIT(CHECK_TLS);

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(key, sizeof key, "%s/key", dir);
	snprintf(accounts, sizeof accounts, "%s/demo-accounts", dir);
	assert_true(opens(dir, "/key", O_WRONLY | O_CREAT));
	assert_true((probe(&o) & mine) == CHECK_BIT(CHECK_TLS));
	assert_false(doctor_refuses(CHECK_BIT(CHECK_TLS) | CHECK_BIT(CHECK_ROOT)));
	assert_int_equal(chmod(key, 0640), 0);
	assert_int_equal(chmod(dir, 0755), 0);
	assert_true(opens(dir, "/demo-accounts", O_WRONLY | O_CREAT));
	o.tls_cert = key;
	assert_true((probe(&o) & mine) == (mine & ~CHECK_BIT(CHECK_TLS)));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		o.database = rows[i].database;
		assert_int_equal((probe(&o) & CHECK_BIT(CHECK_DATABASE)) != 0, rows[i].weak);
	}
	assert_true(probe(&o) & CHECK_BIT(CHECK_ADDRESS)); /* no --public: nobody can use a security key */
	str_put(o.origin, sizeof o.origin, STR("https://rivage.example.org"));
	assert_false(probe(&o) & CHECK_BIT(CHECK_ADDRESS));
	assert_false(doctor_refuses(CHECK_BIT(CHECK_ADDRESS)));
	assert_true(unlink(key) == 0 && unlink(accounts) == 0 && rmdir(dir) == 0);
}

static void some_entries(struct arena *a, const char *dir)
{
	struct audit_entry rows[] = {
		{.role = ROLE_CMF, .done = true, .purpose = PURPOSE_PRINT, .object = {{7}}, .action = "case.open"},
		{.role = ROLE_PUBLIC, .count = 23, .action = "signin"}};
	static const uint8_t seed[32] = {1};
	struct audit *u = NEW(a, struct audit);
	int fd;

	assert_null(vault_dir(a, dir, true, true, &fd));
	assert_null(audit_create(a, fd, STR("rivage/test"), seed));
	assert_null(audit_open(a, u, fd, STR("rivage/test"), seed, 0));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_true(audit_add(u, rows[i]));
	assert_null(audit_commit(a, u, 0));
	assert_null(audit_checkpoint(a, u, 0, true));
	audit_close(u);
	close(fd);
}

static void audit_shown(void **state)
{
	static const char *const files[] = {"vault/audit", "vault/audit.pub", "vault/audit.checkpoints", "vault", ""};
	struct arena *a = arena_create(4u << 20);
	char dir[] = "/tmp/cli-test-XXXXXX", word[3][8] = {"audit", "show", "verify"};
	struct serve_options o = {.data = dir};
	struct heard h;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_false(probe(&o) & CHECK_BIT(CHECK_BACKUP)); /* no log yet: nothing is seen */
	some_entries(a, dir);
	assert_true(probe(&o) & CHECK_BIT(CHECK_BACKUP));
	o.database = "postgresql:///rivage"; /* copied by its own tools */
	assert_false(probe(&o) & CHECK_BIT(CHECK_BACKUP));
	hear(&h, stdout);
	assert_int_equal(cli_audit(3, (char *[]){word[0], word[1], dir, NULL}), 0);
	assert_string_equal(heard(&h), arena_fmt(a,
						 "0\t1970-01-01T00:00:00Z\tCMF\tcase.open\t%.*s\tprint\tdone\t0\n"
						 "1\t1970-01-01T00:00:00Z\tPUBLIC\tsignin\t-\t-\trefused\t23\n",
						 STR_ARG(id_text(a, (struct id){{7}})))
					       .p);
	hear(&h, stdout);
	assert_int_equal(cli_audit(3, (char *[]){word[0], word[2], dir, NULL}), 0);
	assert_string_equal(heard(&h), "entries 2, signed up to 2 in 1 checkpoints\nthe log is whole\n");
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		assert_int_equal(remove(arena_fmt(a, "%s/%s", dir, files[i]).p), 0);
	arena_destroy(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors), cmocka_unit_test(addresses),   cmocka_unit_test(fence),
		cmocka_unit_test(probes), cmocka_unit_test(audit_shown),
	};

	crypt_start();
	return cmocka_run_group_tests_name("command line", tests, NULL, NULL);
}
