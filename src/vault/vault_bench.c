/* vault_bench.c — openings a second over 1 and 16 channels, as web would ask for them: ten compartments each, every
 * one behind its audit entry on disk.  Usage: vault_bench [seconds] [directory on the disk to measure] */
#include "access.h"
#include "server.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "vault.h"

#define CHANNELS 16
#define COMPS 10u

static double seconds_now(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(struct err *e)
{
	if (!e)
		return;
	fprintf(stderr, "vault_bench: %.*s\n", STR_ARG(e->detail));
	exit(1);
}

enum what { OPEN, OPEN_ONE, LOOK, HEAD, WHATS };
static const char *const names[WHATS] = {"open, 10 compartments", "open, 1 compartment", "session look-up",
					 "head, durable"};

struct worker {
	pthread_t thread;
	struct vault *v;
	struct arena *a;
	struct token t;
	case_id object;
	struct wrap *wraps;
	enum what what;
	double until;
	unsigned long done;
};

static void once(struct worker *w, struct arena *a)
{
	struct actor_info who;
	struct case_key *keys;
	uint8_t digest[32] = {0};
	size_t n;

	if (w->what == LOOK)
		must(vault_session(w->v, a, w->t, true, &who));
	else if (w->what == HEAD)
		must(vault_head_next(w->v, a, w->object, digest, digest));
	else
		must(vault_open(w->v, a, w->t, w->object, PURPOSE_READ, NULL, w->wraps, w->what == OPEN ? COMPS : 1,
				&keys, &n));
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct arena *a = arena_create(1 << 20);

	while (seconds_now(CLOCK_MONOTONIC) < w->until) {
		once(w, a);
		arena_reset(a);
		w->done++;
	}
	arena_destroy(a);
	return NULL;
}

static void measure(struct worker *all, int n, enum what what, double seconds)
{
	unsigned long done = 0;
	double start = seconds_now(CLOCK_MONOTONIC), took;

	for (int i = 0; i < n; i++) {
		all[i].what = what;
		all[i].done = 0;
		all[i].until = start + seconds;
		pthread_create(&all[i].thread, NULL, work, &all[i]);
	}
	for (int i = 0; i < n; i++) {
		pthread_join(all[i].thread, NULL);
		done += all[i].done;
	}
	took = seconds_now(CLOCK_MONOTONIC) - start;
	printf("%-24s %2d channels  %8.0f /s  %6.0f us each\n", names[what], n, (double)done / took,
	       took * 1e6 * n / (double)done);
}

static struct token sign_in(struct vault *v, struct arena *a)
{
	struct user_new u = {.login = STR("coo"), .name = STR("Coordinator"), .role = ROLE_COO, .office = STR("PARIS")};
	struct timespec now;
	struct token t;
	uint8_t totp[20], salt[16];
	user_id id;

	must(vault_unseal(v, a, STR("a passphrase to measure")));
	must(vault_office_new(v, a, NO_TOKEN, STR("PARIS")));
	random_bytes(u.salt, sizeof u.salt);
	must(crypt_password(a, STR("x"), u.salt, PASSWORD_COST_TEST, &u.pre));
	must(vault_user_new(v, a, NO_TOKEN, &u, &id, totp));
	must(vault_signin_start(v, a, STR("coo"), salt));
	clock_gettime(CLOCK_REALTIME, &now);
	must(vault_signin(v, a, STR("coo"), &u.pre,
			  &(struct second){.code = crypt_totp_at(a, totp, (msec)now.tv_sec * 1000)}, &t));
	return t;
}

static void prepare(struct worker *all, const int *fds, struct arena *a)
{
	struct vault *v = vault_attach(a, fds[0]);
	struct token t = sign_in(v, a);
	str paris = STR("PARIS");

	for (int i = 0; i < CHANNELS; i++) {
		struct case_key *keys;
		size_t n, n_keys;

		all[i].v = i ? vault_attach(a, fds[i]) : v;
		all[i].t = t;
		all[i].object.v = id_random();
		must(vault_object_new(v, a, t, all[i].object, DOSSIER_FR, (1u << COMPS) - 1, &paris, 1, &all[i].wraps,
				      &n, &keys, &n_keys));
	}
}

int main(int argc, char **argv)
{
	int64_t seconds = 2;
	struct arena *a = arena_create(64u << 20);
	const char *dir = arena_fmt(a, "%s/vault-bench-XXXXXX", argc > 2 ? argv[2] : "/tmp").p;
	struct worker all[CHANNELS] = {0};
	int near[CHANNELS], far[CHANNELS];
	struct rusage used;
	pid_t pid;

	if (argc > 1 && (!str_to_i64(str_of(argv[1]), &seconds) || seconds < 1))
		return 2;
	if (!mkdtemp((char *)(uintptr_t)dir))
		return 1;
	must(vault_init(a, dir, STR("a passphrase to measure"), true, PASSWORD_COST_TEST));
	for (int i = 0; i < CHANNELS; i++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
			return 1;
		near[i] = pair[0];
		far[i] = pair[1];
	}
	pid = fork();
	if (pid == 0) {
		static const uint32_t none[BUDGETS]; /* one account opens thousands */
		struct vault_config conf = {.dir = dir, .fds = far, .n_fds = CHANNELS, .budgets = none};

		for (int i = 0; i < CHANNELS; i++)
			close(near[i]);
		_exit(vault_main(&conf));
	}
	for (int i = 0; i < CHANNELS; i++)
		close(far[i]);
	prepare(all, near, a);
	for (enum what what = OPEN; what < WHATS; what++) {
		measure(all, 1, what, (double)seconds);
		measure(all, CHANNELS, what, (double)seconds);
	}
	for (int i = 0; i < CHANNELS; i++)
		close(near[i]);
	wait4(pid, NULL, 0, &used);
	printf("vault: %.2f s of processor, %ld KB\n(files left in %s)\n",
	       (double)used.ru_utime.tv_sec + (double)used.ru_utime.tv_usec / 1e6 + (double)used.ru_stime.tv_sec +
		       (double)used.ru_stime.tv_usec / 1e6,
	       used.ru_maxrss, dir);
	arena_destroy(a);
	return 0;
}
