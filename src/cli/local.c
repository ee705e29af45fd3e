/* local.c — a vault process of its own and the house around it, for commands. */
#include "local.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"

static struct err *start_vault(struct arena *a, const char *dir, const char *key_file, struct local *l)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return FAIL(a, UNAVAILABLE, NULL, "no socket pair: %s", strerror(errno));
	l->pid = fork();
	if (l->pid < 0)
		return FAIL(a, UNAVAILABLE, NULL, "cannot start a process: %s", strerror(errno));
	if (l->pid == 0) {
		struct vault_config conf = {.dir = dir, .fds = &pair[0], .n_fds = 1, .key_file = key_file};

		close(pair[1]);
		_exit(vault_main(&conf));
	}
	close(pair[0]);
	l->fds[0] = pair[1];
	l->vault = vault_attach(a, pair[1]);
	return NULL;
}

struct err *local_open(struct arena *a, const char *dir, const char *key_file, struct password_cost cost,
                       struct local *out)
{
	return local_open_with(a, dir, key_file, NULL, cost, out);
}

struct err *local_open_with(struct arena *a, const char *dir, const char *key_file, const char *database,
                            struct password_cost cost, struct local *out)
{
	struct house_config conf = {.data = str_of(dir), .database = str_of(database), .cost = cost};
	struct vault_status s;

	*out = (struct local){.a = a};
	TRY(start_vault(a, dir, key_file, out));
	TRY(vault_status(out->vault, a, &s));
	TRY(house_open(a, &conf, &out->house));
	out->house->demo = s.demonstration;
	return db_reader(out->house->pool, a, &out->reader);
}

void local_close(struct local *l)
{
	if (l->reader)
		db_reader_close(l->reader);
	if (l->house)
		house_close(l->house);
	if (l->fds[0] > 0)
		close(l->fds[0]);
	if (l->pid > 0) {
		kill(l->pid, SIGTERM);
		while (waitpid(l->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

struct err *local_offices(struct local *l)
{
	const struct programme *p = l->house->programme;

	for (size_t i = 0; i < p->n_offices; i++)
		TRY(vault_office_new(l->vault, l->a, NO_TOKEN, p->offices[i].code));
	return NULL;
}

struct err *local_account(struct local *l, struct token by, const struct account_new *n, user_id *id, uint8_t totp[20])
{
	struct user_new u = {.login = str_of(n->login), .name = str_of(n->name), .role = n->role, .office = str_of(n->office)};
	struct err *e;

	random_bytes(u.salt, sizeof u.salt);
	TRY(crypt_password(l->a, n->password, u.salt, l->house->cost, &u.pre));
	e = vault_user_new(l->vault, l->a, by, &u, id, totp);
	crypt_wipe(&u.pre, sizeof u.pre);
	return e;
}

struct err *local_sign_in(struct local *l, const char *login, str password, const uint8_t totp[20], struct token *out)
{
	uint8_t salt[16];
	struct key pre;
	struct err *e;

	TRY(vault_signin_start(l->vault, l->a, str_of(login), salt));
	TRY(crypt_password(l->a, password, salt, l->house->cost, &pre));
	e = vault_signin(l->vault, l->a, str_of(login), &pre, crypt_totp_at(l->a, totp, cli_now() - 30000), out);
	crypt_wipe(&pre, sizeof pre);
	return e;
}

struct err *local_op(struct local *l, struct arena *a, struct token t, day today, struct op *out)
{
	*out = (struct op){.a = a, .house = l->house, .db = l->reader, .vault = l->vault, .token = t, .l = locale_get(STR("fr"))};
	TRY(house_unseal(l->house, l->reader, l->vault, a, cli_now()));
	out->actor.role = ROLE_PUBLIC;
	if (!crypt_equal(&t, &NO_TOKEN, sizeof t))
		TRY(vault_session(l->vault, a, t, true, &out->actor));
	l->house->clock_shift = today * DAY_MS + 9 * 3600000 - cli_now();
	op_clock(out, cli_now());
	return NULL;
}
