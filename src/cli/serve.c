/* serve.c — the supervisor: starts the vault and the web process, joined by socket pairs, and ends with them.
 * It parses nothing from the network and holds no key.  When one child dies the other is ended and the supervisor
 * leaves with an error: the service manager starts all three anew (design §10.17). */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "guard.h"
#include "log.h"
#include "probe.h"

/* Our arenas wipe themselves; what libraries give back (pieces of requests, of TLS records, of text on its way to paper) the
 * C library overwrites.  Its thread caches do not, so there are none. */
#define WIPED "glibc.malloc.perturb=85:glibc.malloc.tcache_count=0"

static bool make_channels(int vault_end[CHANNELS], int web_end[CHANNELS])
{
	for (int i = 0; i < CHANNELS; i++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
			return false;
		vault_end[i] = pair[0];
		web_end[i] = pair[1];
	}
	return true;
}

static void fd_list(char *out, size_t room, const int fds[CHANNELS])
{
	size_t at = 0;

	for (int i = 0; i < CHANNELS; i++)
		at += (size_t)snprintf(out + at, room - at, "%s%d", i ? "," : "", fds[i]);
}

/* Each child learns what it needs: web not where the key file is, the vault nothing of the network or the database. */
static bool needs(bool vault, const char *option)
{
	bool its_own = strcmp(option, "--key-file") == 0 || strcmp(option, "--budgets") == 0;

	if (strcmp(option, "--public") == 0) /* said to both by the supervisor */
		return false;
	return vault ? its_own || strcmp(option, "--data") == 0 : !its_own;
}

/* The child keeps its own ends across exec; every other descriptor closes. */
static void exec_child(const char *verb, const int fds[CHANNELS], const struct serve_options *o, int argc, char **argv)
{
	char list[CHANNELS * 8], bits[24], *args[64];
	int n = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < CHANNELS; i++) {
		int keep = dup(fds[i]);

		if (keep < 0)
			_exit(1);
		((int *)(uintptr_t)fds)[i] = keep;
	}
	fd_list(list, sizeof list, fds);
	args[n++] = (char *)(uintptr_t) "rivage";
	args[n++] = (char *)(uintptr_t)verb;
	args[n++] = (char *)(uintptr_t) "--fds";
	args[n++] = list;
	args[n++] = (char *)(uintptr_t) "--weak";
	snprintf(bits, sizeof bits, "%llu", (unsigned long long)o->weak_bits);
	args[n++] = bits;
	if (o->origin[0]) {
		args[n++] = (char *)(uintptr_t) "--public";
		args[n++] = (char *)(uintptr_t)o->origin;
	}
	for (int i = 1; i + 1 < argc && n < 62; i += 2) { /* every option of serve has a value */
		if (!needs(strcmp(verb, "_vault") == 0, argv[i]))
			continue;
		args[n++] = argv[i];
		args[n++] = argv[i + 1];
	}
	args[n] = NULL;
	setenv("GLIBC_TUNABLES", WIPED, 1);
	execv("/proc/self/exe", args);
	_exit(127);
}

static pid_t start_child(const char *verb, const int fds[CHANNELS], const struct serve_options *o, int argc,
			 char **argv, const sigset_t *open)
{
	int copy[CHANNELS];
	pid_t pid;

	memcpy(copy, fds, sizeof copy);
	pid = fork();
	if (pid == 0) {
		sigprocmask(SIG_SETMASK, open, NULL);
		exec_child(verb, copy, o, argc, argv);
	}
	return pid;
}

static int exit_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* Until someone says stop, or a child has ended.  Web goes first: the vault still answers what web has begun. */
static int watch(const sigset_t *awaited, pid_t vault, pid_t web)
{
	int sig, status, code = 0;
	pid_t gone = 0;

	do
		sigwait(awaited, &sig);
	while (sig == SIGCHLD && (gone = waitpid(-1, &status, WNOHANG)) == 0);
	if (gone) {
		code = exit_code(status) ? exit_code(status) : 1;
		log_error("the %s process ended; stopping", gone == vault ? "vault" : "web");
	}
	for (int i = 0; i < 2; i++) {
		pid_t child = i == 0 ? web : vault;

		if (child == gone)
			continue;
		kill(child, SIGTERM);
		waitpid(child, &status, 0); /* every signal of ours is blocked: nothing cuts this short */
		code = code ? code : exit_code(status);
	}
	return code;
}

static void await(sigset_t *awaited, sigset_t *open)
{
	sigemptyset(awaited);
	sigaddset(awaited, SIGTERM);
	sigaddset(awaited, SIGINT);
	sigaddset(awaited, SIGCHLD);
	sigprocmask(SIG_BLOCK, awaited, open); /* before the children: none of them ends unseen */
}

int cli_serve(int argc, char **argv)
{
	int vault_end[CHANNELS], web_end[CHANNELS];
	sigset_t awaited, open;
	struct serve_options o;
	const char *why;
	pid_t vault, web;

	if (!serve_options(argc, argv, &o))
		return 2;
	log_open("supervisor", LOG_INFO_);
	o.weak_bits = probe(&o);
	if (doctor_refuses(o.weak_bits))
		return err_kinds[ERR_CONFIG].exit;
	if (!make_channels(vault_end, web_end)) {
		log_error("no socket pairs: %s", strerror(errno));
		return 8;
	}
	await(&awaited, &open);
	vault = start_child("_vault", vault_end, &o, argc, argv, &open);
	web = start_child("_web", web_end, &o, argc, argv, &open);
	for (int i = 0; i < CHANNELS; i++) {
		close(vault_end[i]);
		close(web_end[i]);
	}
	if (vault < 0 || web < 0) {
		log_error("cannot start a process: %s", strerror(errno));
		return 8;
	}
	why = guard_calls(GUARD_SUPERVISOR, false);
	if (why)
		log_warn("the system calls of the supervisor are not filtered: %s", why);
	return watch(&awaited, vault, web);
}
