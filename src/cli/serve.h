/* serve.h — options of `rivage serve`, shared by the supervisor and its two children. */
#pragma once
#include "access.h"
#include "cli.h"

#define WEB_THREADS 32
#define CHANNELS (WEB_THREADS + 1) /* one for the web process itself, at its start */

struct serve_options {
	const char *data, *listen, *key_file, *tls_cert, *tls_key, *clock, *clock_file, *database, *fds, *weak,
		*budgets, *public;
	char address[64];
	int port;
	char origin[280];   /* of the pages, for security keys; empty: not known */
	msec clock_at;      /* 0: real */
	uint64_t weak_bits; /* of enum check; for web, from the supervisor */
	int fd[CHANNELS];
	size_t n_fd;
	uint32_t budget[BUDGETS]; /* with --budgets */
};
/* fence.c: shuts the vault's files away from this process; before its first thread.  False: the log says why. */
bool web_fence(struct arena *a, const struct serve_options *o);
bool serve_options(int argc, char **argv, struct serve_options *out); /* false: said why */
