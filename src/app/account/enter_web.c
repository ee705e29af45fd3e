/* enter_web.c — coming to one's account without a password: by invitation, and back with the printed code.
 *
 * Nobody is signed in here.  The code of a link is read from the address once, then travels in bodies; secrets are
 * shown on the page that answers the POST which made them, because they are kept nowhere to be shown again. */
#include <string.h>

#include "account_parts.h"
#include "enter_html.h"
#include "password.h"

#define SECRET_LETTERS 32 /* 20 bytes in base32 */

static bool invite_parse(struct arena *a, str typed, struct invite *out)
{
	str text = str_trim(typed), bytes;
	ptrdiff_t at = str_index(text, '=');

	if (at >= 0) /* the whole link */
		text = str_sub(text, (size_t)at + 1, text.n);
	if (text.n > 64 || crypt_unbase64_url(a, text, &bytes) || bytes.n != sizeof out->b)
		return false;
	memcpy(out->b, bytes.p, bytes.n);
	return true;
}

const char *new_password_fault(struct ctx *c, str typed, const struct staff *about)
{
	const struct programme *p = c->op.house->programme;
	const struct office *o = programme_office(p, str_of(about->office));
	str own[] = {str_of(about->login),     str_of(about->name),     str_of(about->office), STR("Rivage"), p->code,
		     o ? o->name.fr : STR(""), o ? o->name.en : STR("")};

	return password_fault(c->op.a, typed, own, sizeof own / sizeof *own);
}

struct err *new_secrets(struct ctx *c, str password, str code, struct new_secrets *out)
{
	*out = (struct new_secrets){0};
	if (code.p && !recovery_key(code, &out->recovery))
		return FAIL(c->op.a, INTERNAL, NULL, "a code of ours is none");
	random_bytes(out->salt, sizeof out->salt);
	return ctx_derive(c, password, out->salt, &out->password);
}

/* In groups of four, as authenticator applications show it. */
static str grouped(struct arena *a, str secret)
{
	struct buf b;

	buf_init(&b, a, 2 * secret.n + 1);
	for (size_t i = 0; i < secret.n; i++) {
		if (i && i % 4 == 0)
			buf_c(&b, ' ');
		buf_c(&b, secret.p[i]);
	}
	return buf_done(&b);
}

struct err *show_setup(struct ctx *c, str login, str secret, str code, const char *error, int status)
{
	struct page p = {.title = N_("Your account"), .status = status, .once = true};
	struct setup_view v = {.login = login, .secret = secret, .code = code, .error = error};
	str address = arena_fmt(c->op.a, "otpauth://totp/Rivage:%.*s?secret=%.*s&issuer=Rivage",
				STR_ARG(http_urlencode(c->op.a, login)), STR_ARG(secret));

	if (secret.n) {
		v.grouped = grouped(c->op.a, secret);
		v.qr = svg_qr(&c->h, str_of(tr(c->op.l, N_("Square for the application on your phone"))), address);
	}
	page_begin(c, &p);
	setup_page(&c->h, &v);
	return page_end(c);
}

static struct err *show_welcome(struct ctx *c, const struct welcome_view *v, int status)
{
	struct page p = {.title = N_("Your account"), .status = status};

	page_begin(c, &p);
	welcome_page(&c->h, v);
	return page_end(c);
}

static struct err *no_link(struct ctx *c, const char *error, int status)
{
	struct welcome_view v = {.error = error};

	return show_welcome(c, &v, status);
}

/* The page of an invitation that can be taken; or that it cannot. */
static struct err *find_invitation(struct ctx *c, str typed, struct invite *link, struct staff *who, bool *found)
{
	struct err *e;

	*found = false;
	if (!ctx_limit(c, LIMIT_SIGN_IN))
		return FAIL(c->op.a, RATE, NULL, "invitations from one address");
	if (!invite_parse(c->op.a, typed, link))
		return NULL;
	e = vault_account_welcome(c->op.vault, c->op.a, link, who);
	*found = !e;
	return e && e->kind != ERR_NOT_FOUND ? e : NULL;
}

static struct err *welcome(struct ctx *c, str typed, const char *fault, int status)
{
	struct welcome_view v = {.password = {.error = fault}};
	struct invite link;
	struct staff who;
	bool found;

	if (!typed.n)
		return no_link(c, NULL, 200);
	TRY(find_invitation(c, typed, &link, &who, &found));
	if (!found)
		return no_link(c,
			       N_("This link does not open an account: it was used, has expired or was replaced, or a "
				  "piece of it is missing. Ask the person who gave it to you for a new one."),
			       422);
	v.invite = crypt_base64_url(c->op.a, (str){(const char *)link.b, sizeof link.b});
	v.name = arena_str(c->op.a, str_of(who.name));
	v.login = arena_str(c->op.a, str_of(who.login));
	return show_welcome(c, &v, status);
}

static struct err *welcome_get(struct ctx *c)
{
	return welcome(c, ctx_query(c, "c"), NULL, 200);
}

static struct err *welcome_post(struct ctx *c)
{
	str typed = ctx_form(c, "invite"), fresh = ctx_form(c, "fresh"), code, secret;
	const char *fault;
	struct attempt_fault failed;
	struct new_secrets s;
	struct invite link;
	struct staff who;
	uint8_t totp[20];
	struct err *e;
	bool found;

	if (!fresh.p)
		return welcome(c, typed, NULL, 200);
	TRY(find_invitation(c, typed, &link, &who, &found));
	if (!found)
		return welcome(c, typed, NULL, 422);
	fault = new_password_fault(c, fresh, &who);
	if (fault)
		return welcome(c, typed, fault, 422);
	code = recovery_new(c->op.a);
	e = new_secrets(c, fresh, code, &s);
	if (e && attempt_fault(c, e, NULL, &failed)) /* too many at once: the link is still good */
		return welcome(c, typed, failed.why, failed.status);
	TRY(e);
	e = vault_account_accept(c->op.vault, c->op.a, &link, &s, totp);
	crypt_wipe(&s, sizeof s);
	if (e && e->kind == ERR_NOT_FOUND)
		return welcome(c, typed, NULL, 422);
	TRY(e);
	secret = crypt_base32(c->op.a, (str){(const char *)totp, sizeof totp});
	crypt_wipe(totp, sizeof totp);
	return show_setup(c, arena_str(c->op.a, str_of(who.login)), secret, code, NULL, 200);
}

static struct err *show_recover(struct ctx *c, const char *error, const char *code, const char *password, int status)
{
	struct page p = {.title = N_("Your account"), .status = status};
	struct recover_view v = {.login = ctx_form(c, "login"),
				 .error = error,
				 .code = {ctx_form(c, "recovery"), code},
				 .password = {.error = password}};

	page_begin(c, &p);
	recover_page(&c->h, &v);
	return page_end(c);
}

static struct err *recover_get(struct ctx *c)
{
	return show_recover(c, NULL, NULL, NULL, 200);
}

static struct err *recover(struct ctx *c, str login, const struct key *old, str code, uint8_t totp[20])
{
	uint8_t salt[16]; /* not used: the printed code needs no slow function; the attempt is counted */
	struct new_secrets s;
	struct err *e;

	if (login.n == 0 || login.n > LOGIN_MAX)
		return FAIL(c->op.a, DENIED, NULL, "no login");
	if (!ctx_limit(c, LIMIT_SIGN_IN))
		return FAIL(c->op.a, RATE, NULL, "recoveries from one address");
	TRY(vault_signin_start(c->op.vault, c->op.a, login, salt));
	TRY(new_secrets(c, ctx_form(c, "fresh"), code, &s));
	e = vault_account_recover(c->op.vault, c->op.a, login, old, &s, totp);
	crypt_wipe(&s, sizeof s);
	return e;
}

/* One answer, whatever was wrong: account or code. */
static struct err *recover_post(struct ctx *c)
{
	str login = str_trim(ctx_form(c, "login")), code = recovery_new(c->op.a), secret;
	struct staff about = {0};
	struct attempt_fault failed;
	const char *fault;
	uint8_t totp[20];
	struct key old;
	struct err *e;

	if (login.n <= LOGIN_MAX && login.n)
		memcpy(about.login, login.p, login.n);
	fault = new_password_fault(c, ctx_form(c, "fresh"), &about);
	if (!recovery_key(ctx_form(c, "recovery"), &old))
		return show_recover(c, NULL,
				    N_("A recovery code has 26 letters and digits: compare it with your paper."), fault,
				    422);
	if (fault)
		return show_recover(c, NULL, NULL, fault, 422);
	e = recover(c, login, &old, code, totp);
	crypt_wipe(&old, sizeof old);
	if (e && attempt_fault(c, e, N_("Account or recovery code is not right, or the account is closed for now."),
			       &failed))
		return show_recover(c, failed.why, NULL, NULL, failed.status);
	TRY(e);
	secret = crypt_base32(c->op.a, (str){(const char *)totp, sizeof totp});
	crypt_wipe(totp, sizeof totp);
	return show_setup(c, login, secret, code, NULL, 200);
}

static bool is_secret(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'A' && s.p[i] <= 'Z') && !(s.p[i] >= '2' && s.p[i] <= '7'))
			return false;
	return s.n == SECRET_LETTERS;
}

/* The first sign-in.  What the page showed comes back with its form, so that a mistyped code does not lose it. */
static struct err *confirm_post(struct ctx *c)
{
	str secret = ctx_form(c, "secret"), code = ctx_form(c, "recovery"), login = str_trim(ctx_form(c, "login"));
	struct attempt_fault failed;
	struct token t;
	struct key key;
	struct err *e = sign_in(c, &t);
	bool shown = is_secret(secret) && recovery_key(code, &key) && login.n && login.n <= LOGIN_MAX;

	crypt_wipe(&key, sizeof key);
	if (!e) {
		sign_in_cookie(c, &t);
		return ctx_see_other(c, "/");
	}
	if (!attempt_fault(c, e, N_("Password or code is not right. A code works only once: wait for the next one."),
			   &failed))
		return e;
	if (!shown)
		return FAIL(c->op.a, INVALID,
			    "Account, password or code is not right. Check them; a code works only once.",
			    "a first sign-in without its page");
	return show_setup(c, login, secret, code, failed.why, failed.status);
}

const struct route enter_routes[] = {
	{HTTP_GET, "/welcome", welcome_get, .may = MAY_PUBLIC},
	{HTTP_POST, "/welcome", welcome_post, .may = MAY_PUBLIC, .own_origin = true},
	{HTTP_GET, "/recover", recover_get, .may = MAY_PUBLIC},
	{HTTP_POST, "/recover", recover_post, .may = MAY_PUBLIC, .own_origin = true},
	{HTTP_POST, "/confirm", confirm_post, .may = MAY_PUBLIC, .own_origin = true},
	ROUTES_END,
};
