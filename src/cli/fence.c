/* fence.c — what the web process may still open once it has started (Landlock, Linux 5.13 and later).
 *
 * Web reads bytes from strangers, so it is the process an intruder gets first; and it runs as the user who owns the
 * vault's files.  Behind the fence it opens the database, fonts and what the libraries read, and nothing else: not
 * DIR/vault, not the key file, no program.  Only from before its first thread: the fence holds for threads made later.
 * Nothing depends on it: where the system has no Landlock, web runs as before and the log says so. */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log.h"
#include "serve.h"

#define TRUNCATE (UINT64_C(1) << 14) /* since the third version of Landlock; younger than Debian's header */
#define VERSION_1 ((UINT64_C(1) << 13) - 1)
#define READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define OF_A_FILE (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE)

/* Read by the C library, TLS, the PostgreSQL client and the makers of papers.  What is not there is left out. */
static const char *const readable[] = {
	"/usr",
	"/lib",
	"/lib64",
	"/etc/ld.so.cache",
	"/etc/fonts",
	"/var/cache/fontconfig",
	"/etc/ssl",
	"/etc/gnutls",
	"/etc/pkcs11",
	"/etc/localtime",
	"/etc/hosts",
	"/etc/host.conf",
	"/etc/services",
	"/etc/gai.conf",
	"/etc/passwd",
	"/etc/nsswitch.conf",
	"/etc/resolv.conf",
	"/run/systemd/resolve",
	"/dev/urandom",
	"/dev/null",
	"/proc/self",
	"/proc/sys/vm",
	"/proc/meminfo",
	"/sys/devices/system/cpu",
};

struct fence {
	int set;
	uint64_t handled;
	bool failed;
};

static void allow(struct fence *f, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = rights & f->handled};
	struct stat st;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return;
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= OF_A_FILE;
	f->failed |= syscall(SYS_landlock_add_rule, f->set, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0;
	close(rule.parent_fd);
}

/* SQLite's files are allowed one by one, since the vault is in their folder; so they must be there.  Empty ones are
 * what it makes itself. */
static bool allow_sqlite(struct fence *f, struct arena *a, const char *database)
{
	static const char *const companions[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < sizeof companions / sizeof *companions; i++) {
		const char *path = arena_fmt(a, "%s%s", database, companions[i]).p;
		int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (i ? O_CREAT : 0), 0600);

		if (fd < 0)
			return false;
		close(fd);
		allow(f, path, LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE);
	}
	return true;
}

static bool allow_needed(struct fence *f, struct arena *a, const struct serve_options *o)
{
	const char *home = getenv("HOME");
	str sqlite = STR("sqlite:");

	for (size_t i = 0; i < sizeof readable / sizeof *readable; i++)
		allow(f, readable[i], READ);
	allow(f, "/dev/null", LANDLOCK_ACCESS_FS_WRITE_FILE);
	allow(f, arena_fmt(a, "%s/clock", o->data).p, LANDLOCK_ACCESS_FS_READ_FILE);
	if (o->tls_cert)
		allow(f, o->tls_cert, LANDLOCK_ACCESS_FS_READ_FILE);
	if (o->tls_key)
		allow(f, o->tls_key, LANDLOCK_ACCESS_FS_READ_FILE);
	if (!o->database)
		return allow_sqlite(f, a, arena_fmt(a, "%s/rivage.db", o->data).p);
	if (str_starts(str_of(o->database), sqlite))
		return allow_sqlite(f, a, o->database + sqlite.n);
	if (home) {
		allow(f, arena_fmt(a, "%s/.pgpass", home).p, READ);
		allow(f, arena_fmt(a, "%s/.postgresql", home).p, READ);
	}
	return true;
}

static const char *raise(struct arena *a, const struct serve_options *o)
{
	struct landlock_ruleset_attr attr = {.handled_access_fs = VERSION_1};
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct fence f = {0};
	bool up;

	if (version < 1)
		return "this system has no Landlock";
	if (o->clock_file)
		return "a demonstration with --clock-file";
	if (version >= 3)
		attr.handled_access_fs |= TRUNCATE;
	f.handled = attr.handled_access_fs;
	f.set = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (f.set < 0)
		return strerror(errno);
	up = allow_needed(&f, a, o) && !f.failed && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	     syscall(SYS_landlock_restrict_self, f.set, 0) == 0;
	close(f.set);
	return up ? NULL : "the database is not there yet, or a rule was refused";
}

bool web_fence(struct arena *a, const struct serve_options *o)
{
	const char *why = raise(a, o);

	if (why)
		log_warn("web is not kept from the files of the vault: %s", why);
	return !why;
}
