/* account_web.c — signing in and out, unsealing, language, quick exit, and what was typed into an ended session.
 * Argon2id runs in a pool of two (design §10.10), so that sign-ins never slow the others. */
#include <semaphore.h>
#include <string.h>
#include <time.h>

#include "account_html.h"
#include "account_view.h"
#include "core_sql.h"
#include "web.h"

#define STASH_MAX (256 * 1024)

static sem_t argon_slots;

__attribute__((constructor)) static void make_slots(void)
{
	sem_init(&argon_slots, 0, 2);
}

/* Only a path of ours: begins with one '/', never "//" or a backslash. */
static str safe_back(str back)
{
	bool ours = back.n && back.p[0] == '/' && !str_starts(back, STR("//")) && str_index(back, '\\') < 0 && back.n < 300;

	for (size_t i = 0; ours && i < back.n; i++)
		ours = (unsigned char)back.p[i] > 0x20;
	return ours ? back : STR("/");
}

static struct err *show_sign_in(struct ctx *c, const char *error, int status)
{
	struct page p = {.title = N_("Sign in"), .status = status};
	struct sign_in_view v = {
		.error = error ? str_of(tr(c->op.l, error)) : (str){0},
		.login = ctx_form(c, "login"),
		.back = safe_back(ctx_form(c, "back").n ? ctx_form(c, "back") : ctx_query(c, "back")),
		.stash = ctx_form(c, "stash").n ? ctx_form(c, "stash") : ctx_query(c, "stash"),
	};
	struct vault_status s;

	TRY(vault_status(c->op.vault, c->op.a, &s));
	v.sealed = s.sealed;
	page_begin(c, &p);
	sign_in_page(&c->h, &v);
	return page_end(c);
}

static struct err *sign_in_get(struct ctx *c)
{
	return show_sign_in(c, NULL, 200);
}

static struct err *derive(struct ctx *c, str password, const uint8_t salt[16], struct key *pre)
{
	struct timespec until;
	struct err *e;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 10;
	if (sem_timedwait(&argon_slots, &until) != 0)
		return FAIL(c->op.a, UNAVAILABLE, "Many people are signing in. Please try again in a moment.", "sign-in queue full");
	e = crypt_password(c->op.a, password, salt, c->op.house->cost, pre);
	sem_post(&argon_slots);
	return e;
}

static struct err *sign_in(struct ctx *c, struct token *t)
{
	str login = str_trim(ctx_form(c, "login"));
	uint8_t salt[16];
	struct key pre;
	struct err *e;

	if (login.n == 0 || login.n > LOGIN_MAX)
		return FAIL(c->op.a, SIGNED_OUT, NULL, "no login");
	TRY(vault_signin_start(c->op.vault, c->op.a, login, salt));
	TRY(derive(c, ctx_form(c, "password"), salt, &pre));
	e = vault_signin(c->op.vault, c->op.a, login, &pre, str_trim(ctx_form(c, "code")), t);
	crypt_wipe(&pre, sizeof pre);
	return e;
}

/* One answer, whatever was wrong: account, password or code (no enumeration). */
static struct err *sign_in_post(struct ctx *c)
{
	str stash = ctx_form(c, "stash");
	struct token t;
	struct err *e = sign_in(c, &t);

	if (e && (e->kind == ERR_SIGNED_OUT || e->kind == ERR_DENIED || e->kind == ERR_NOT_FOUND))
		return show_sign_in(c, N_("Account, password or code is not right. Check them; a code works only once."), 422);
	if (e && e->kind == ERR_RATE)
		return show_sign_in(c, N_("Too many attempts. Wait a little before you try again."), 429);
	if (e)
		return e;
	http_reply_cookie(c->q, c->r, "rivage", crypt_base64(c->op.a, (str){(const char *)t.b, sizeof t.b}), 10 * 3600);
	crypt_wipe(&t, sizeof t);
	if (stash.n == ID_TEXT)
		return ctx_see_other(c, "/waiting/%.*s", STR_ARG(stash));
	return ctx_see_other(c, "%.*s", STR_ARG(safe_back(ctx_form(c, "back"))));
}

static struct err *sign_out_post(struct ctx *c)
{
	TRY(vault_signout(c->op.vault, c->op.a, c->op.token));
	http_reply_cookie(c->q, c->r, "rivage", STR(""), 0);
	http_reply_header(c->r, "Clear-Site-Data", STR("\"cache\", \"storage\""));
	return ctx_see_other(c, "/sign-in?done=signed-out");
}

static struct err *unseal_post(struct ctx *c)
{
	struct err *e = vault_unseal(c->op.vault, c->op.a, ctx_form(c, "passphrase"));

	if (e && (e->kind == ERR_DENIED || e->kind == ERR_INVALID || e->kind == ERR_RATE))
		return show_sign_in(c, N_("This is not the passphrase of the installation."), 422);
	if (e)
		return e;
	return ctx_see_other(c, "/sign-in");
}

static struct err *language_get(struct ctx *c)
{
	const struct locale *l = locale_get(ctx_query(c, "to"));

	http_reply_cookie(c->q, c->r, "lang", locale_tag(l), 365 * 86400);
	return ctx_see_other(c, "%.*s", STR_ARG(safe_back(ctx_query(c, "back"))));
}

/* Works without script: leaves, and forgets what the browser kept of this site. */
static struct err *quick_exit_get(struct ctx *c)
{
	http_reply_header(c->r, "Clear-Site-Data", STR("\"cache\", \"cookies\", \"storage\""));
	return ctx_see_other(c, "https://www.meteofrance.com/");
}

static struct err *account_get(struct ctx *c)
{
	struct page p = {.title = N_("Your account")};
	const struct actor_info *who = &c->op.actor;
	struct account_view v = {
		.name = str_of(who->name),
		.login = str_of(who->login),
		.office = str_of(who->office),
		.role = roles[who->role].name,
		.since = fmt_time(c->op.a, c->op.l, who->signed_in),
		.until = fmt_time(c->op.a, c->op.l, who->until),
		.reads = NEWS(c->op.a, struct field_line, COMPARTMENTS),
	};

	for (int k = 0; k < COMPARTMENTS; k++)
		if ((roles[who->role].reads[DOSSIER_FR] | roles[who->role].reads[DOSSIER_COR]) & COMP_BIT((unsigned)k))
			v.reads[v.n_reads++].text = str_of(tr(c->op.l, compartment_labels[k]));
	page_begin(c, &p);
	account_page(&c->h, &v);
	return page_end(c);
}

/* What was posted into an ended session: its address on the first line, then the body without its secrets. */
static str posted(struct ctx *c)
{
	struct buf b;

	buf_init(&b, c->op.a, STASH_MAX);
	buf_str(&b, c->q->path);
	buf_c(&b, '\n');
	for (size_t i = 0; i < c->q->n_form; i++) {
		if (str_eqz(c->q->form[i].name, "csrf"))
			continue;
		if (b.n > c->q->path.n + 1)
			buf_c(&b, '&');
		buf_str(&b, http_urlencode(c->op.a, c->q->form[i].name));
		buf_c(&b, '=');
		buf_str(&b, http_urlencode(c->op.a, c->q->form[i].value));
	}
	return b.over ? (str){0} : buf_done(&b);
}

static struct err *keep_posted(struct ctx *c, str *stash)
{
	struct id id = id_random();
	struct db *tx;
	struct err *e;
	user_id who;
	str sealed, cookie;
	struct token ended;

	TRY(crypt_unbase64(c->op.a, http_cookie(c->q, "rivage"), &cookie));
	if (cookie.n != sizeof ended.b)
		return FAIL(c->op.a, SIGNED_OUT, NULL, "no session to keep text for");
	memcpy(ended.b, cookie.p, sizeof ended.b);
	TRY(vault_stash(c->op.vault, c->op.a, ended, posted(c), &who, &sealed));
	TRY(db_begin(c->op.house->pool, c->op.db, c->op.a, &tx));
	e = stash_put(tx, c->op.a, id, who, c->op.today, sealed, NULL);
	if (e) {
		db_rollback(tx);
		return e;
	}
	TRY(db_commit(tx, c->op.a));
	*stash = id_text(c->op.a, id);
	return NULL;
}

struct err *web_signed_out(struct ctx *c)
{
	str stash = {0};

	if (c->q->method != HTTP_POST)
		return ctx_see_other(c, "/sign-in?back=%.*s", STR_ARG(http_urlencode(c->op.a, c->q->path)));
	/* Nothing to keep, or nobody to keep it for: sign-in all the same. */
	if (keep_posted(c, &stash))
		stash = (str){0};
	return ctx_see_other(c, "/sign-in?back=%%2F%s%.*s", stash.n ? "&stash=" : "", STR_ARG(stash));
}

static struct err *waiting_get(struct ctx *c)
{
	struct stash_of_row *rows;
	struct id id;
	str plain, path;
	size_t n;

	if (!id_parse(ctx_capture(c, "stash"), &id))
		return FAIL(c->op.a, NOT_FOUND, NULL, "not an id");
	TRY(stash_of(c->op.db, c->op.a, c->op.actor.id, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (!id_eq(rows[i].id, id))
			continue;
		TRY(vault_unstash(c->op.vault, c->op.a, c->op.token, rows[i].sealed, &plain));
		path = str_split(&plain, '\n');
		if (str_starts(path, STR("/cases/")) && str_find(path, STR("/forms/")) > 0)
			return ctx_see_other(c, "%.*s?stash=%.*s", STR_ARG(path), STR_ARG(ctx_capture(c, "stash")));
	}
	return ctx_see_other(c, "/");
}

const struct route account_routes[] = {
	{HTTP_GET, "/sign-in", sign_in_get, .may = MAY_PUBLIC, .while_sealed = true},
	{HTTP_POST, "/sign-in", sign_in_post, .may = MAY_PUBLIC, .own_origin = true},
	{HTTP_POST, "/unseal", unseal_post, .may = MAY_PUBLIC, .own_origin = true, .while_sealed = true},
	{HTTP_POST, "/sign-out", sign_out_post, .may = MAY_SIGNED_IN},
	{HTTP_GET, "/account", account_get, .may = MAY_SIGNED_IN},
	{HTTP_GET, "/language", language_get, .may = MAY_PUBLIC, .while_sealed = true},
	{HTTP_GET, "/quick-exit", quick_exit_get, .may = MAY_PUBLIC, .while_sealed = true},
	{HTTP_GET, "/waiting/:stash", waiting_get, .may = MAY_SIGNED_IN},
	ROUTES_END,
};
