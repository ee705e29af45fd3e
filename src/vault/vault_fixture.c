/* vault_fixture.c — forks the vault as the supervisor does, with a clock the test moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "access.h"
#include "vault_fixture.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

struct test_clock *test_clock;

msec test_now(void)
{
	return test_clock->start + test_clock->shift;
}

static msec real_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (msec)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void world_dir(struct world *w)
{
	*w = (struct world){.a = arena_create(512u << 20)};
	if (!test_clock)
		test_clock = mmap(NULL, sizeof *test_clock, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	test_clock->start = real_now();
	crypt_start();
	snprintf(w->dir, sizeof w->dir, "/tmp/vault-test-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
}

static _Noreturn void child(struct world *w, const int fds[CLIENTS], const char *key_file)
{
	struct vault_config conf = {.dir = w->dir,
				    .fds = fds,
				    .n_fds = CLIENTS,
				    .key_file = key_file,
				    .clock = test_now,
				    .origin = "https://rivage.example",
				    .budgets = w->budgets};
	int status;

	log_open("vault-test", getenv("VAULT_TEST_LOG") ? LOG_INFO_ : LOG_ERROR_ + 1);
	if (w->file_limit) {
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &(struct rlimit){w->file_limit, w->file_limit});
	}
	status = vault_main(&conf);
	arena_destroy(w->a); /* this process's copy of the test's */
	exit(status);
}

void world_start(struct world *w, const char *key_file)
{
	int ends[CLIENTS];

	for (int i = 0; i < CLIENTS; i++) {
		int pair[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
		w->fds[i] = pair[0];
		ends[i] = pair[1];
	}
	fflush(NULL);
	w->pid = fork();
	assert_true(w->pid >= 0);
	if (w->pid == 0) {
		for (int i = 0; i < CLIENTS; i++)
			close(w->fds[i]);
		child(w, ends, key_file);
	}
	for (int i = 0; i < CLIENTS; i++)
		close(ends[i]);
	w->v = vault_attach(w->a, w->fds[0]);
}

int world_stop(struct world *w, int sig)
{
	int status = 0;

	if (!w->pid)
		return 0;
	if (sig)
		kill(w->pid, sig);
	for (int i = 0; i < CLIENTS; i++)
		close(w->fds[i]);
	waitpid(w->pid, &status, 0);
	w->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void world_end(struct world *w)
{
	static const char *const names[] = {"keyring",           "store",     "store.new", "audit",
					    "audit.checkpoints", "audit.pub", "keys",      "keys.new"};
	char path[128];

	world_stop(w, SIGTERM);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/vault/%s", w->dir, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof path, "%s/vault", w->dir);
	rmdir(path);
	snprintf(path, sizeof path, "%s/key", w->dir);
	unlink(path);
	assert_int_equal(rmdir(w->dir), 0);
	arena_destroy(w->a);
}

void world_unseal(struct world *w)
{
	OK(vault_unseal(w->v, w->a, PASSPHRASE));
}

static void make(struct world *w, bool demonstration, const uint32_t *budgets)
{
	world_dir(w);
	w->budgets = budgets;
	OK(vault_init(w->a, w->dir, PASSPHRASE, demonstration, PASSWORD_COST_TEST));
	world_start(w, NULL);
	world_unseal(w);
	OK(vault_office_new(w->v, w->a, NO_TOKEN, STR("PARIS")));
	OK(vault_office_new(w->v, w->a, NO_TOKEN, STR("LAGOS")));
}

void world_new(struct world *w)
{
	make(w, false, NULL);
}

void world_new_unlimited(struct world *w)
{
	static const uint32_t none[BUDGETS];

	make(w, true, none);
}

struct vault *world_client(struct world *w, int i)
{
	return vault_attach(w->a, w->fds[i]);
}

struct key world_pre(struct world *w, str password, const uint8_t salt[16])
{
	struct key pre;

	OK(crypt_password(w->a, password, salt, PASSWORD_COST_TEST, &pre));
	return pre;
}

void person_new(struct world *w, struct person *p, struct token by)
{
	struct user_new u = {
		.login = str_of(p->login), .name = str_of(p->login), .role = p->role, .office = str_of(p->office)};

	random_bytes(u.salt, sizeof u.salt);
	u.pre = world_pre(w, STR("correct horse battery"), u.salt);
	OK(vault_user_new(w->v, w->a, by, &u, &p->id, p->totp));
}

struct err *person_try(struct world *w, struct person *p, str password, str code)
{
	uint8_t salt[16];
	struct key pre;

	TRY(vault_signin_start(w->v, w->a, str_of(p->login), salt));
	pre = world_pre(w, password, salt);
	return vault_signin(w->v, w->a, str_of(p->login), &pre, &(struct second){.code = code}, &p->t);
}

void person_in(struct world *w, struct person *p)
{
	OK(person_try(w, p, STR("correct horse battery"), crypt_totp_at(w->a, p->totp, test_now())));
}

void people_in(struct world *w, struct person *const *all, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct person *p = all[i];

		*p = (struct person){.login = p->login, .role = p->role, .office = p->office};
		person_new(w, p, i ? all[0]->t : NO_TOKEN);
		person_in(w, p);
	}
}

struct made make_case(struct world *w, struct token t, enum dossier d, const char *first, const char *second)
{
	struct made m = {.id.v = id_random()};
	str offices[] = {str_of(first), str_of(second)};

	OK(vault_object_new(w->v, w->a, t, m.id, d, CASE_MASK, offices, second ? 2 : 1, &m.w, &m.n_w, &m.k, &m.n_k));
	return m;
}

struct err *open_for(struct world *w, const struct person *p, const struct made *m, enum purpose why, uint32_t *got)
{
	struct case_key *keys;
	size_t n = 0;

	TRY(vault_open(w->v, w->a, p->t, m->id, why, NULL, m->w, m->n_w, &keys, &n));
	if (got)
		*got = 0;
	for (size_t i = 0; got && i < n; i++)
		*got |= COMP_BIT(keys[i].compartment);
	return NULL;
}

struct err *reads(struct world *w, const struct person *p, const struct made *m)
{
	return open_for(w, p, m, PURPOSE_READ, NULL);
}

struct err *prints(struct world *w, const struct person *p, const struct made *m)
{
	return open_for(w, p, m, PURPOSE_PRINT, NULL);
}

size_t waiting(struct world *w, const struct person *p, enum alarm_kind kind, struct alarm *first)
{
	struct alarm *list;
	size_t n, found = 0;

	OK(vault_alerts(w->v, w->a, p->t, true, 0, &list, &n));
	for (size_t i = 0; i < n; i++) {
		if (list[i].kind != kind)
			continue;
		if (first && !found)
			*first = list[i];
		found++;
	}
	return found;
}

str person_code(struct world *w, const struct person *p)
{
	test_clock->shift += 30000;
	return crypt_totp_at(w->a, p->totp, test_now());
}

struct err *person_again(struct world *w, struct person *p)
{
	return person_try(w, p, PERSON_PASSWORD, person_code(w, p));
}

struct new_secrets secrets(struct world *w, str password, str recovery)
{
	struct new_secrets s;

	random_bytes(s.salt, sizeof s.salt);
	s.password = world_pre(w, password, s.salt);
	s.recovery = crypt_derive(&(struct key){{0}}, "recovery", recovery);
	return s;
}

bool alive(struct world *w, struct token t)
{
	struct actor_info i;
	struct err *e = vault_session(w->v, w->a, t, false, &i);

	if (e)
		assert_int_equal(e->kind, ERR_SIGNED_OUT);
	return !e;
}

enum account_state state_of(struct world *w, user_id id)
{
	struct staff *list;
	size_t n;

	OK(vault_staff(w->v, w->a, &list, &n));
	for (size_t i = 0; i < n; i++)
		if (id_eq(list[i].id.v, id.v))
			return list[i].state;
	return ACCOUNT_STATES;
}
