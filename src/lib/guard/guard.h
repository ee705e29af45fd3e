/* guard.h — what a process of ours may still ask of the system once it has started: which files (Landlock, Linux 5.13
 * and later), which system calls (seccomp).
 *
 * An intruder in a process gets what the process may do, so each is left with little (SECURITY.md; reference
 * security.md §4).  There is no way back, and programs and threads started later are held too: raise it before the
 * first thread.  Nothing else depends on it: where the system has neither, the caller says so and goes on. */
#pragma once
#include "base.h"

enum guard_right {
	GUARD_READ,   /* a file, or all below a folder */
	GUARD_EDIT,   /* also write into what is there */
	GUARD_FOLDER, /* also make, rename and remove below it */
};
struct guard_path {
	const char *path; /* what is not there is left out */
	enum guard_right right;
};
/* From now on these and no others.  NULL, or why not: then nothing is held.  This and the calls are left out, and said
 * so, in builds for sanitizers, valgrind and coverage, which ask for more than the program (-Dguard=false). */
const char *guard_files(const struct guard_path *paths, size_t n);

/* What each process does is in syscalls.c, one row a call. */
enum guard_who { GUARD_SUPERVISOR, GUARD_VAULT, GUARD_WEB };
/* connects: web may open connections of its own, to PostgreSQL.  A call that is not allowed ends the supervisor and
 * the vault; in web, which runs many libraries, it is refused (EPERM), and ends the process if only an attacker would
 * make it.  NULL, or why not. */
const char *guard_calls(enum guard_who who, bool connects);

/* No core dumps, no tracing by others of the same user, no new privileges.  NULL, or why not. */
const char *guard_memory(void);
