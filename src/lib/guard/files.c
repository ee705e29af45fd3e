/* files.c — the files a process may still reach: a Landlock ruleset, by system call since Debian 12 has no library. */
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TRUNCATE (UINT64_C(1) << 14) /* since the third version of Landlock; younger than Debian's header */
#define VERSION_1 ((UINT64_C(1) << 13) - 1)
#define READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define EDIT (READ | LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE)
#define FOLDER                                                                                                         \
	(EDIT | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |           \
	 LANDLOCK_ACCESS_FS_REMOVE_DIR)
#define OF_A_FILE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE)

static const uint64_t rights[] = {[GUARD_READ] = READ, [GUARD_EDIT] = EDIT, [GUARD_FOLDER] = FOLDER};

static bool allow(int set, uint64_t handled, const struct guard_path *p)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = rights[p->right] & handled};
	struct stat st;
	bool good;

	rule.parent_fd = open(p->path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return true;
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= OF_A_FILE;
	good = syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	close(rule.parent_fd);
	return good;
}

const char *guard_files(const struct guard_path *paths, size_t n)
{
	struct landlock_ruleset_attr attr = {.handled_access_fs = VERSION_1};
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	bool up = true;
	int set;

	if (!GUARD_BUILT)
		return "this build is for tests that need more of the system";
	if (version < 1)
		return "this system has no Landlock";
	if (version >= 3)
		attr.handled_access_fs |= TRUNCATE;
	set = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (set < 0)
		return strerror(errno);
	for (size_t i = 0; i < n; i++)
		up = up && allow(set, attr.handled_access_fs, &paths[i]);
	up = up && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_landlock_restrict_self, set, 0) == 0;
	close(set);
	return up ? NULL : "a rule was refused";
}

const char *guard_memory(void)
{
	struct rlimit none = {0};

	if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    setrlimit(RLIMIT_CORE, &none) != 0)
		return strerror(errno);
	return NULL;
}
