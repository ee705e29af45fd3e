/* probe.c — each check of check.h, looked at.  True: weak.  What cannot be looked at is not called weak: a probe says
 * only what it has seen. */
#include "probe.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

#include "audit_file.h"
#include "cli.h"

#define ENOUGH_LOCKED (1u << 20)
#define ENOUGH_DISK (UINT64_C(1) << 30)

static bool open_to_others(const char *path, mode_t bits)
{
	struct stat st;

	return path && stat(path, &st) == 0 && (st.st_mode & bits);
}

static bool key_file(const struct serve_options *o)
{
	return open_to_others(o->key_file, 077);
}

static bool data_folder(const struct serve_options *o)
{
	return open_to_others(o->data, 077);
}

static bool root(const struct serve_options *o)
{
	(void)o;
	return geteuid() == 0;
}

/* Length of what a small file of the system holds; 0: it cannot be read. */
static size_t slurp(const char *path, char *out, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, out, room - 1);

	if (fd >= 0)
		close(fd);
	out[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

/* "/dev/dm-1  partition …": a mapped device says in /sys what it is; zram never leaves memory. */
static bool clear_swap(str line)
{
	char path[96], uuid[64];
	str device = str_split(&line, ' '), name = device;

	if (!str_starts(device, STR("/dev/")))
		return true;
	name = str_sub(name, 5, name.n);
	if (str_starts(name, STR("zram")))
		return false;
	if (!str_starts(name, STR("dm-")) || name.n > 16)
		return true;
	snprintf(path, sizeof path, "/sys/block/%.*s/dm/uuid", STR_ARG(name));
	return slurp(path, uuid, sizeof uuid) && strncmp(uuid, "CRYPT-", 6) != 0;
}

static bool swap(const struct serve_options *o)
{
	char text[4096];
	str rest = {text, slurp("/proc/swaps", text, sizeof text)};

	(void)o;
	str_split(&rest, '\n'); /* its heading */
	while (rest.p) {
		str line = str_split(&rest, '\n');

		if (line.n && clear_swap(line))
			return true;
	}
	return false;
}

static bool tracing(const struct serve_options *o)
{
	char text[8];

	(void)o;
	return slurp("/proc/sys/kernel/yama/ptrace_scope", text, sizeof text) && text[0] == '0';
}

static bool locked(const struct serve_options *o)
{
	struct rlimit l;

	(void)o;
	return geteuid() != 0 && getrlimit(RLIMIT_MEMLOCK, &l) == 0 && l.rlim_cur < ENOUGH_LOCKED;
}

static bool files(const struct serve_options *o)
{
	return o->clock_file || syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 1;
}

static bool calls(const struct serve_options *o)
{
	uint32_t ends = SECCOMP_RET_KILL_PROCESS;

	(void)o;
	return !GUARD_BUILT || syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &ends) != 0;
}

static bool tls(const struct serve_options *o)
{
	return !o->tls_cert;
}

static bool address(const struct serve_options *o)
{
	return !o->origin[0];
}

/* A socket of this machine, or a host whose certificate is checked. */
static bool database(const struct serve_options *o)
{
	str url = str_of(o->database), at = STR("postgresql://");
	ptrdiff_t user;

	if (!o->database || !str_starts(url, at) || str_find(url, STR("sslmode=verify-full")) >= 0)
		return false;
	url = str_sub(url, at.n, url.n);
	user = str_find(url, STR("@"));
	if (user >= 0)
		url = str_sub(url, (size_t)user + 1, url.n);
	return url.n && url.p[0] != '/' && url.p[0] != '?' && !str_starts(url, STR("localhost")) &&
	       !str_starts(url, STR("127.0.0.1")) && !str_starts(url, STR("%2F"));
}

static bool disk(const struct serve_options *o)
{
	struct statvfs s;

	return statvfs(o->data, &s) == 0 && (uint64_t)s.f_bavail * s.f_frsize < ENOUGH_DISK;
}

static bool clock_free(const struct serve_options *o)
{
	struct timex t = {.modes = 0};

	(void)o;
	return adjtimex(&t) == TIME_ERROR;
}

static bool demonstration(const struct serve_options *o)
{
	char path[512];

	snprintf(path, sizeof path, "%s/demo-accounts", o->data);
	return access(path, F_OK) == 0;
}

static bool backup(const struct serve_options *o)
{
	struct arena *a = arena_create(1u << 20);
	struct err *e = NULL;
	msec at = 0;
	bool weak;

	if (!o->database || str_starts(str_of(o->database), STR("sqlite:")))
		e = audit_backup(a, o->data, &at);
	else
		at = cli_now();
	weak = !e && cli_now() - at > CHECK_BACKUP_MS;
	arena_destroy(a);
	return weak;
}

static bool (*const probes[CHECKS])(const struct serve_options *) = {
	[CHECK_KEY_FILE] = key_file, [CHECK_DATA_FOLDER] = data_folder,
	[CHECK_ROOT] = root,         [CHECK_SWAP] = swap,
	[CHECK_TRACING] = tracing,   [CHECK_LOCKED] = locked,
	[CHECK_FILES] = files,       [CHECK_CALLS] = calls,
	[CHECK_TLS] = tls,           [CHECK_ADDRESS] = address,
	[CHECK_DATABASE] = database, [CHECK_DISK] = disk,
	[CHECK_CLOCK] = clock_free,  [CHECK_DEMONSTRATION] = demonstration,
	[CHECK_BACKUP] = backup,
};

uint64_t probe(const struct serve_options *o)
{
	uint64_t weak = 0;

	for (int i = 0; i < CHECKS; i++)
		weak |= probes[i](o) ? CHECK_BIT(i) : 0;
	return weak;
}
