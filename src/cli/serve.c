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
#include "log.h"
#include "serve.h"

static volatile sig_atomic_t asked_to_stop;

static void on_signal(int sig)
{
	asked_to_stop = sig;
}

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

/* The child keeps its own ends across exec; every other descriptor closes. */
static void exec_child(const char *verb, const int fds[CHANNELS], int argc, char **argv)
{
	char list[CHANNELS * 8], *args[64];
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
	for (int i = 1; i < argc && n < 63; i++)
		args[n++] = argv[i];
	args[n] = NULL;
	execv("/proc/self/exe", args);
	_exit(127);
}

static pid_t start_child(const char *verb, const int fds[CHANNELS], int argc, char **argv)
{
	int copy[CHANNELS];
	pid_t pid;

	memcpy(copy, fds, sizeof copy);
	pid = fork();
	if (pid == 0)
		exec_child(verb, copy, argc, argv);
	return pid;
}

static void watch(pid_t vault, pid_t web, int *code)
{
	int status;
	pid_t gone;

	while ((gone = waitpid(-1, &status, 0)) < 0 && errno == EINTR)
		if (asked_to_stop) {
			kill(web, SIGTERM);
			waitpid(web, &status, 0);
			kill(vault, SIGTERM);
			waitpid(vault, &status, 0);
			*code = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
			return;
		}
	*code = WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : 1;
	log_error("the %s process ended; stopping", gone == vault ? "vault" : "web");
	kill(gone == vault ? web : vault, SIGTERM);
	waitpid(gone == vault ? web : vault, NULL, 0);
}

int cli_serve(int argc, char **argv)
{
	int vault_end[CHANNELS], web_end[CHANNELS], code = 1;
	struct sigaction act = {.sa_handler = on_signal};
	struct serve_options o;
	pid_t vault, web;

	if (!serve_options(argc, argv, &o))
		return 2;
	log_open("supervisor", LOG_INFO_);
	if (!make_channels(vault_end, web_end)) {
		log_error("no socket pairs: %s", strerror(errno));
		return 8;
	}
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	vault = start_child("_vault", vault_end, argc, argv);
	web = start_child("_web", web_end, argc, argv);
	for (int i = 0; i < CHANNELS; i++) {
		close(vault_end[i]);
		close(web_end[i]);
	}
	if (vault < 0 || web < 0) {
		log_error("cannot start a process: %s", strerror(errno));
		return 8;
	}
	watch(vault, web, &code);
	return code;
}
