/* scratch.c — files for a while, removed at the start, at the end, and when a signal ends the command. */
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 24

/* A handler of signals reads these: set before it is installed, and one command runs in a process. */
static const char *paths[FILES_MAX];
static volatile sig_atomic_t n_paths, n_kept; /* kept: the first of them, which a good end removes as well */
static int lock = -1;

static void drop(int n)
{
	for (int i = 0; i < n; i++)
		unlink(paths[i]);
}

static void ended(int signal)
{
	drop(n_paths);
	raise(signal); /* SA_RESETHAND: what it would have done */
}

static void listen_to(void (*handler)(int))
{
	static const int signals[] = {SIGHUP, SIGINT, SIGTERM};
	struct sigaction act = {.sa_handler = handler, .sa_flags = handler == SIG_DFL ? 0 : (int)SA_RESETHAND};

	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &act, NULL);
}

struct err *scratch_begin(struct arena *a, const char *folder, bool wait, const char *const *names, size_t n)
{
	if (n >= FILES_MAX)
		BUG("too many files for a while");
	umask(077);
	lock = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (lock < 0)
		return FAIL(a, UNAVAILABLE, NULL, "%s: %s", folder, strerror(errno));
	if (flock(lock, wait ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
		close(lock);
		lock = -1;
		return FAIL(a, CONFLICT, "The same command is at work in {arg}: wait for its end.", "%s", folder);
	}
	for (size_t i = 0; i < n; i++)
		paths[i] = arena_fmt(a, "%s/%s", folder, names[i]).p;
	n_paths = n_kept = (sig_atomic_t)n;
	drop(n_kept);
	listen_to(ended);
	return NULL;
}

void scratch_also(struct arena *a, const char *path)
{
	if (n_paths >= FILES_MAX)
		BUG("too many files for a while");
	paths[n_paths] = arena_fmt(a, "%s", path).p;
	n_paths = n_paths + 1;
}

void scratch_end(void)
{
	if (lock < 0)
		return;
	listen_to(SIG_DFL);
	drop(n_kept);
	n_paths = n_kept = 0;
	close(lock);
	lock = -1;
}
