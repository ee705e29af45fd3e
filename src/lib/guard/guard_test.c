/* guard_test.c — what is held back and what goes on, each in a process of its own: there is no way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guard.h"
#include "guard_testing.h"

static int ended(int (*act)(void *), void *arg)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(act(arg));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static bool moves(const char *dir, const char *from, const char *to)
{
	char a[128], b[128];

	snprintf(a, sizeof a, "%s%s", dir, from);
	snprintf(b, sizeof b, "%s%s", dir, to);
	return rename(a, b) == 0;
}

/* 0: as it should be. */
static int behind(void *arg)
{
	const char *dir = arg;
	char read[64], edit[64], folder[64];
	struct guard_path paths[] = {
		{read, GUARD_READ}, {edit, GUARD_EDIT}, {folder, GUARD_FOLDER}, {"/nowhere/at/all", GUARD_READ}};

	snprintf(read, sizeof read, "%s/read", dir);
	snprintf(edit, sizeof edit, "%s/edit", dir);
	snprintf(folder, sizeof folder, "%s/folder", dir);
	if (guard_files(paths, 4))
		return 1;
	if (!opens(dir, "/read/a", O_RDONLY) || !opens(dir, "/edit", O_RDWR) ||
	    !opens(dir, "/folder/new", O_RDWR | O_CREAT))
		return 2;
	if (opens(dir, "/read/a", O_WRONLY) || opens(dir, "/read/new", O_WRONLY | O_CREAT) ||
	    opens(dir, "/other", O_RDONLY))
		return 3;
	if (!moves(dir, "/folder/new", "/folder/newer") || moves(dir, "/folder/newer", "/other"))
		return 4;
	return execl("/bin/true", "true", (char *)NULL) == 0 ? 5 : 0;
}

static void files(void **state)
{
	static const char *const made[] = {"/read", "/folder", "/read/a", "/edit", "/other"};
	static const char *const gone[] = {"/folder/new", "/folder/newer", "/read/a", "/read/new", "/edit",
					   "/other",      "/read",         "/folder", ""};
	char dir[] = "/tmp/guard-test-XXXXXX", path[128];
	int end;

	(void)state;
	if (!GUARD_BUILT || syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 1)
		skip();
	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
		snprintf(path, sizeof path, "%s%s", dir, made[i]);
		assert_true(i < 2 ? mkdir(path, 0700) == 0 : opens(path, "", O_WRONLY | O_CREAT));
	}
	end = ended(behind, dir);
	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
		snprintf(path, sizeof path, "%s%s", dir, gone[i]);
		remove(path);
	}
	assert_int_equal(end, 0);
}

static void *nothing(void *arg)
{
	return arg;
}

static bool denied(bool failed)
{
	return failed && errno == EPERM;
}

/* What web's libraries need goes on; what it has no business with is refused, and it lives. */
static int web_lives(void *arg)
{
	struct sockaddr_in loop = {
		.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	bool connects = *(bool *)arg;
	pthread_t t;
	void *p;
	int s;

	if (guard_calls(GUARD_WEB, connects))
		return 1;
	if (pthread_create(&t, NULL, nothing, NULL) || pthread_join(t, NULL))
		return 2;
	s = socket(AF_INET, SOCK_STREAM, 0);
	if (s < 0 || bind(s, (struct sockaddr *)&(struct sockaddr_in){.sin_family = AF_INET}, sizeof loop) ||
	    listen(s, 1))
		return 3;
	if (!denied(socket(AF_NETLINK, SOCK_RAW, 0) < 0))
		return 4;
	s = socket(AF_INET, SOCK_STREAM, 0);
	if (denied(connect(s, (struct sockaddr *)&loop, sizeof loop) != 0) == connects)
		return 5;
	if (denied(sendto(s, "x", 1, MSG_FASTOPEN, (struct sockaddr *)&loop, sizeof loop) < 0) == connects)
		return 8;
	if (denied(socket(AF_INET, SOCK_DGRAM, 0) < 0) == connects)
		return 9;
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED || !denied(mprotect(p, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) != 0))
		return 6;
	return denied(kill(getppid(), 0) != 0) ? 0 : 7;
}

static int web_attacked(void *arg)
{
	(void)arg;
	if (!guard_calls(GUARD_WEB, true))
		execl("/bin/true", "true", (char *)NULL);
	return 0;
}

static int vault_works(void *arg)
{
	char name[] = "/tmp/guard-vault-XXXXXX";
	int fd;

	(void)arg;
	if (guard_calls(GUARD_VAULT, false))
		return 1;
	fd = mkstemp(name);
	return fd < 0 || write(fd, "x", 1) != 1 || fdatasync(fd) || close(fd) || unlink(name) ? 2 : 0;
}

static int vault_speaks(void *arg)
{
	(void)arg;
	guard_calls(GUARD_VAULT, false);
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? 1 : 2;
}

static int vault_makes_code(void *arg)
{
	(void)arg;
	guard_calls(GUARD_VAULT, false);
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? 1 : 2;
}

static int supervisor_opens(void *arg)
{
	(void)arg;
	guard_calls(GUARD_SUPERVISOR, false);
	return open("/etc/passwd", O_RDONLY) < 0 ? 1 : 2;
}

static void system_calls(void **state)
{
	bool yes = true, no = false;

	(void)state;
	if (!GUARD_BUILT) {
		assert_non_null(guard_calls(GUARD_VAULT, false));
		skip();
	}
	assert_int_equal(ended(web_lives, &yes), 0);
	assert_int_equal(ended(web_lives, &no), 0);
	assert_int_equal(ended(web_attacked, NULL), -SIGSYS);
	assert_int_equal(ended(vault_works, NULL), 0);
	assert_int_equal(ended(vault_speaks, NULL), -SIGSYS);
	assert_int_equal(ended(vault_makes_code, NULL), -SIGSYS);
	assert_int_equal(ended(supervisor_opens, NULL), -SIGSYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(files), cmocka_unit_test(system_calls)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
