/* account_web.c — signing in and out, unsealing, language, quick exit, and what was typed into an ended session. */
#include <string.h>

#include "account_html.h"
#include "account_parts.h"
#include "names.h"

/* Only a path of ours: begins with one '/', never "//" or a backslash. */
static str safe_back(str back)
{
	bool ours = back.n && back.p[0] == '/' && !str_starts(back, STR("//")) && str_index(back, '\\') < 0 &&
		    back.n < 300;

	for (size_t i = 0; ours && i < back.n; i++)
		ours = (unsigned char)back.p[i] > 0x20;
	return ours ? back : STR("/");
}

static struct err *show_sign_in(struct ctx *c, const char *error, int status)
{
	struct page p = {.title = N_("Sign in"), .status = status, .keys = true};
	struct sign_in_view v = {
		.error = error ? str_of(tr(c->op.l, error)) : (str){0},
		.login = ctx_form(c, "login"),
		.back = safe_back(ctx_form(c, "back").n ? ctx_form(c, "back") : ctx_query(c, "back")),
		.stash = ctx_form(c, "stash").n ? ctx_form(c, "stash") : ctx_query(c, "stash"),
		.box = key_box_of(c, "", "/sign-in/key"),
	};
	struct vault_status s;

	TRY(vault_status(c->op.vault, c->op.a, &s));
	v.sealed = s.sealed;
	v.box.needs = "login password";
	v.box.label = N_("Sign in with a security key");
	page_begin(c, &p);
	sign_in_page(&c->h, &v);
	return page_end(c);
}

static struct err *sign_in_get(struct ctx *c)
{
	return show_sign_in(c, NULL, 200);
}

struct err *sign_in(struct ctx *c, struct token *t)
{
	str login = str_trim(ctx_form(c, "login"));
	struct key_answer answer;
	struct second s;
	struct key pre;
	struct err *e;

	ctx_second(c, "", &s, &answer);
	TRY(ctx_attempt(c, login, ctx_form(c, "password"), &pre));
	e = vault_signin(c->op.vault, c->op.a, login, &pre, &s, t);
	crypt_wipe(&pre, sizeof pre);
	return e;
}

void sign_in_cookie(struct ctx *c, struct token *t)
{
	http_reply_cookie(c->q, c->r, "rivage", crypt_base64(c->op.a, (str){(const char *)t->b, sizeof t->b}),
			  10 * 3600);
	crypt_wipe(t, sizeof *t);
}

/* One answer, whatever was wrong: account, password, code or key (no enumeration). */
static struct err *sign_in_post(struct ctx *c)
{
	static const char wrong_code[] = N_(
		"Account, password or code is not right. Check them; a code works only once.");
	static const char wrong_key[] = N_(
		"Account, password or security key is not right. Check them, or use a code from your phone.");
	bool by_key = ctx_form(c, "key_sig").n > 0;
	str stash = ctx_form(c, "stash");
	struct attempt_fault fault;
	struct token t;
	struct err *e = sign_in(c, &t);

	if (e && attempt_fault(c, e, by_key ? wrong_key : wrong_code, &fault))
		return show_sign_in(c, fault.why, fault.status);
	if (e)
		return e;
	sign_in_cookie(c, &t);
	if (stash.n == ID_TEXT)
		return ctx_see_other(c, "/waiting/%.*s", STR_ARG(stash));
	return ctx_see_other(c, "%.*s", STR_ARG(safe_back(ctx_form(c, "back"))));
}

static struct err *sign_out_post(struct ctx *c)
{
	bool last;

	TRY(vault_leave(c->op.vault, c->op.a, c->op.token, &last));
	if (last)
		names_drop(c->op.house->names, c->op.actor.office);
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

/* Back to the form, with what was typed. */
static struct err *waiting_get(struct ctx *c)
{
	str path, body;

	TRY(stash_open(c, ctx_capture(c, "stash"), &path, &body));
	if (!path.n)
		return ctx_see_other(c, "/");
	return ctx_see_other(c, "%.*s", STR_ARG(stash_address(c, safe_back(path), ctx_capture(c, "stash"))));
}

const struct route account_routes[] = {
	{HTTP_GET, "/sign-in", sign_in_get, .may = MAY_PUBLIC, .while_sealed = true},
	{HTTP_POST, "/sign-in", sign_in_post, .may = MAY_PUBLIC, .own_origin = true},
	{HTTP_POST, "/unseal", unseal_post, .may = MAY_PUBLIC, .own_origin = true, .while_sealed = true},
	{HTTP_POST, "/sign-out", sign_out_post, .may = MAY_SIGNED_IN},
	{HTTP_GET, "/language", language_get, .may = MAY_PUBLIC, .while_sealed = true},
	{HTTP_GET, "/quick-exit", quick_exit_get, .may = MAY_PUBLIC, .while_sealed = true},
	{HTTP_GET, "/waiting/:stash", waiting_get, .may = MAY_SIGNED_IN},
	ROUTES_END,
};
