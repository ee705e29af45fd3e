/* again.c — passwords on their way to the vault, and asking for one once more before a grant.
 *
 * Argon2id runs in a pool of two (design §10.10), and only a few wait for it: a thread that waits serves nobody.
 * The page that asks carries what was posted in its own fields, so that nothing typed is lost and nothing is kept. */
#include <semaphore.h>
#include <string.h>
#include <time.h>

#include "account.h"
#include "again_html.h"
#include "password.h"
#include "second.h"

#define WAITING_MAX 6 /* of the threads of the server; each waits a few tenths of a second */

static sem_t argon_slots;
static int waiting;

__attribute__((constructor)) static void make_slots(void)
{
	sem_init(&argon_slots, 0, 2);
}

static bool queue(void)
{
	struct timespec until;
	bool in = __atomic_add_fetch(&waiting, 1, __ATOMIC_RELAXED) <= WAITING_MAX;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 5;
	in = in && sem_timedwait(&argon_slots, &until) == 0;
	__atomic_sub_fetch(&waiting, 1, __ATOMIC_RELAXED);
	return in;
}

struct err *ctx_derive(struct ctx *c, str typed, const uint8_t salt[16], struct key *pre)
{
	str normal = password_normal(c->op.a, typed);
	struct err *e;

	if (!queue())
		return FAIL(c->op.a, UNAVAILABLE, "Many people are signing in. Please try again in a moment.",
			    "sign-in queue full");
	e = crypt_password(c->op.a, normal, salt, c->op.house->cost, pre);
	sem_post(&argon_slots);
	return e;
}

struct err *ctx_attempt(struct ctx *c, str login, str typed, struct key *pre)
{
	uint8_t salt[16];

	if (login.n == 0 || login.n > LOGIN_MAX)
		return FAIL(c->op.a, DENIED, NULL, "no login");
	if (!ctx_limit(c, LIMIT_SIGN_IN))
		return FAIL(c->op.a, RATE, NULL, "sign-ins from one address");
	TRY(vault_signin_start(c->op.vault, c->op.a, login, salt));
	return ctx_derive(c, typed, salt, pre);
}

#define TRY_AGAIN_SECONDS "5"

/* A queue that is full is not an error of the person's: her page, not another one, and in a moment it will do. */
bool attempt_fault(struct ctx *c, const struct err *e, const char *denied, struct attempt_fault *out)
{
	*out = (struct attempt_fault){denied, 422};
	if (e->kind == ERR_DENIED)
		return true;
	if (e->kind == ERR_RATE)
		*out = (struct attempt_fault){N_("Too many attempts. Wait a little before you try again."), 429};
	if (e->kind == ERR_UNAVAILABLE) {
		*out = (struct attempt_fault){e->message ? e->message : err_kinds[ERR_UNAVAILABLE].message, 503};
		http_reply_header(c->r, "Retry-After", STR(TRY_AGAIN_SECONDS));
	}
	return e->kind == ERR_RATE || e->kind == ERR_UNAVAILABLE;
}

static struct err *prove(struct ctx *c, bool *by_key)
{
	str login = arena_str(c->op.a, str_of(c->op.actor.login));
	struct key_answer answer;
	struct second s;
	struct key pre;
	struct err *e;

	ctx_second(c, "again_", &s, &answer);
	*by_key = s.key != NULL;
	TRY(ctx_attempt(c, login, ctx_form(c, "again_password"), &pre));
	e = vault_again(c->op.vault, c->op.a, c->op.token, &pre, &s);
	crypt_wipe(&pre, sizeof pre);
	return e;
}

static bool carried(str name)
{
	return !str_eqz(name, "csrf") && !str_starts(name, STR("again_"));
}

static struct err *ask(struct ctx *c, const char *error, int status)
{
	struct page p = {.title = N_("Is it you?"), .status = status, .keys = true};
	struct http_pair *kept = NEWS(c->op.a, struct http_pair, c->q->n_form + 1);
	struct again_view v = {.action = c->q->path, .kept = kept, .error = error};

	v.box = key_box_of(c, "again_", "/account/keys/challenge");
	v.box.needs = "again_password";

	if (c->q->raw_query.n)
		v.action = arena_join(c->op.a, (str[]){c->q->path, c->q->raw_query}, 2, STR("?"));
	for (size_t i = 0; i < c->q->n_form; i++)
		if (carried(c->q->form[i].name))
			kept[v.n_kept++] = c->q->form[i];
	page_begin(c, &p);
	again_page(&c->h, &v);
	return page_end(c);
}

struct err *web_again(struct ctx *c, bool *answered)
{
	static const char wrong_code[] = N_(
		"Password or code is not right. A code works only once: wait for the next one.");
	static const char wrong_key[] = N_("Password or security key is not right. Try again.");
	struct attempt_fault fault;
	bool by_key;
	struct err *e;

	*answered = false;
	if (c->op.actor.again_until > c->q->now)
		return NULL;
	*answered = true;
	if (!ctx_form(c, "again_password").p)
		return ask(c, NULL, 422);
	e = prove(c, &by_key);
	if (e && attempt_fault(c, e, by_key ? wrong_key : wrong_code, &fault))
		return ask(c, fault.why, fault.status);
	*answered = e != NULL;
	return e;
}
