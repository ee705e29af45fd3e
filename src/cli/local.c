/* local.c — a vault process of its own and the house around it, for commands. */
#include "local.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "password.h"
#include "access.h"
#include "server.h"

static struct err *make_channels(struct arena *a, size_t n, int theirs[LOCAL_CHANNELS], struct local *l)
{
	for (; l->n_fds < n; l->n_fds++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
			return FAIL(a, UNAVAILABLE, NULL, "no socket pair: %s", strerror(errno));
		theirs[l->n_fds] = pair[0];
		l->fds[l->n_fds] = pair[1];
	}
	return NULL;
}

static struct err *start_vault(struct arena *a, const char *dir, const char *key_file, size_t channels, struct local *l)
{
	int theirs[LOCAL_CHANNELS];

	TRY(make_channels(a, channels, theirs, l));
	l->pid = fork();
	if (l->pid < 0)
		return FAIL(a, UNAVAILABLE, NULL, "cannot start a process: %s", strerror(errno));
	if (l->pid == 0) {
		static const uint32_t none[BUDGETS]; /* a demonstration of months is played in minutes */
		struct vault_config conf = {.dir = dir,
					    .fds = theirs,
					    .n_fds = channels,
					    .key_file = key_file,
					    .budgets = none,
					    .budgets_if_demo = true};

		for (size_t i = 0; i < channels; i++)
			close(l->fds[i]);
		_exit(vault_main(&conf));
	}
	for (size_t i = 0; i < channels; i++)
		close(theirs[i]);
	l->vault = vault_attach(a, l->fds[0]);
	return NULL;
}

static struct err *open_as(const char *dir, const char *key_file, size_t channels, const struct house_config *conf,
			   struct local *l)
{
	struct vault_status s;

	if (channels < 1 || channels > LOCAL_CHANNELS)
		BUG("%zu channels", channels);
	TRY(start_vault(l->a, dir, key_file, channels, l));
	TRY(vault_status(l->vault, l->a, &s));
	TRY(house_open(l->a, conf, &l->house));
	l->house->demo = s.demonstration;
	return db_reader(l->house->pool, l->a, &l->reader);
}

struct err *local_open(struct arena *a, const char *dir, const char *key_file, struct password_cost cost,
		       struct local *out)
{
	return local_open_wide(a, dir, key_file, cost, 1, out);
}

struct err *local_open_wide(struct arena *a, const char *dir, const char *key_file, struct password_cost cost,
			    size_t channels, struct local *out)
{
	struct house_config conf = {.data = str_of(dir), .cost = cost};

	*out = (struct local){.a = a};
	return open_as(dir, key_file, channels, &conf, out);
}

struct err *local_open_with(struct arena *a, const char *dir, const char *key_file, const char *database,
			    struct password_cost cost, struct local *out)
{
	struct house_config conf = {.data = str_of(dir), .database = str_of(database), .cost = cost};

	*out = (struct local){.a = a};
	return open_as(dir, key_file, 1, &conf, out);
}

void local_close(struct local *l)
{
	if (l->reader)
		db_reader_close(l->reader);
	if (l->house)
		house_close(l->house);
	for (size_t i = 0; i < l->n_fds; i++)
		close(l->fds[i]);
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
	struct user_new u = {
		.login = str_of(n->login), .name = str_of(n->name), .role = n->role, .office = str_of(n->office)};
	struct err *e;

	random_bytes(u.salt, sizeof u.salt);
	TRY(crypt_password(l->a, password_normal(l->a, n->password), u.salt, l->house->cost, &u.pre));
	e = vault_user_new(l->vault, l->a, by, &u, id, totp);
	crypt_wipe(&u.pre, sizeof u.pre);
	return e;
}

/* code NULL: worked out from totp, once the slow password is: the step of its half minute must not pass meanwhile. */
static struct err *sign_in(struct local *l, const char *login, str password, const str *code, const uint8_t *totp,
			   struct token *out)
{
	struct second second = {0};
	uint8_t salt[16];
	struct key pre;
	struct err *e;

	TRY(vault_signin_start(l->vault, l->a, str_of(login), salt));
	TRY(crypt_password(l->a, password_normal(l->a, password), salt, l->house->cost, &pre));
	second.code = code ? *code : crypt_totp_at(l->a, totp, cli_now() - 30000);
	e = vault_signin(l->vault, l->a, str_of(login), &pre, &second, out);
	crypt_wipe(&pre, sizeof pre);
	return e;
}

struct err *local_sign_in_code(struct local *l, const char *login, str password, str code, struct token *out)
{
	return sign_in(l, login, password, &code, NULL, out);
}

struct err *local_sign_in(struct local *l, const char *login, str password, const uint8_t totp[20], struct token *out)
{
	return sign_in(l, login, password, NULL, totp, out);
}

void local_print_secret(struct arena *a, const char *login, const uint8_t totp[20])
{
	str secret = crypt_base32(a, (str){(const char *)totp, 20});

	printf("account   %s\nsecret    %.*s\naddress   otpauth://totp/Rivage:%s?secret=%.*s&issuer=Rivage\n", login,
	       STR_ARG(secret), login, STR_ARG(secret));
}

struct err *local_password(struct arena *a, const char *path, const char *login, const char *name, str *out)
{
	str own[] = {str_of(login), str_of(name), STR("Rivage")};
	const char *fault;

	TRY(cli_read_file(a, path, 512, out));
	*out = str_trim(*out);
	fault = password_fault(a, *out, own, sizeof own / sizeof *own);
	if (fault)
		return FAIL(a, INVALID, fault, "password refused");
	return NULL;
}

struct err *local_op(struct local *l, struct arena *a, struct token t, day today, struct op *out)
{
	*out = (struct op){
		.a = a, .house = l->house, .db = l->reader, .vault = l->vault, .token = t, .l = locale_get(STR("fr"))};
	TRY(house_unseal(l->house, l->reader, l->vault, a, cli_now()));
	out->actor.role = ROLE_PUBLIC;
	if (!crypt_equal(&t, &NO_TOKEN, sizeof t))
		TRY(vault_session(l->vault, a, t, true, &out->actor));
	l->house->clock_shift = today * DAY_MS + 9 * 3600000 - cli_now();
	op_clock(out, cli_now());
	return NULL;
}
