/* router.c — a request on its way: find the row, the session, check what the row demands, call the handler, turn
 * errors into pages.  What must not happen here: anything that belongs to one feature. */
#include <string.h>
#include <stdio.h>

#include "form_fill.h"
#include "heads.h"
#include "log.h"
#include "names.h"
#include "web.h"
#include "worker.h"

static const struct route *find_route(struct ctx *c, enum err_kind *why)
{
	enum http_method m = c->q->method == HTTP_HEAD ? HTTP_GET : c->q->method;

	*why = ERR_NOT_FOUND;
	for (const struct route *const *t = all_routes; *t; t++)
		for (const struct route *r = *t; r->path; r++) {
			if (!http_match(str_of(r->path), c->q->path, c->capture, &c->n_capture))
				continue;
			if (r->method == m)
				return r;
			*why = ERR_METHOD;
		}
	return NULL;
}

struct err *routes_check(struct arena *a)
{
	for (const struct route *const *t = all_routes; *t; t++)
		for (const struct route *r = *t; r->path; r++) {
			if (r->may == MAY_UNSET)
				return FAIL(a, CONFIG, NULL, "route %s has no .may", r->path);
			if (r->method == HTTP_POST && r->may == MAY_PUBLIC && !r->own_origin)
				return FAIL(a, CONFIG, NULL, "public POST %s does not say own_origin", r->path);
			if (r->again && (r->method != HTTP_POST || r->may == MAY_PUBLIC))
				return FAIL(a, CONFIG, NULL, "route %s cannot ask who it is once more", r->path);
			if (r->load != LOAD_NONE && !strstr(r->path, ":case"))
				return FAIL(a, CONFIG, NULL, "route %s loads a case but names none", r->path);
			if ((r->fn == fill_get || r->fn == fill_post) != (r->fill != NULL))
				return FAIL(a, CONFIG, NULL, "route %s fills a form and names no row, or the reverse",
					    r->path);
		}
	return NULL;
}

static bool token_parse(struct arena *a, str cookie, struct token *out)
{
	str bytes;

	if (crypt_unbase64(a, cookie, &bytes) || bytes.n != sizeof out->b)
		return false;
	memcpy(out->b, bytes.p, bytes.n);
	return true;
}

static struct err *find_session(struct ctx *c)
{
	struct err *e;

	c->op.actor.role = ROLE_PUBLIC;
	if (!token_parse(c->op.a, http_cookie(c->q, "rivage"), &c->op.token))
		return NULL;
	e = vault_session(c->op.vault, c->op.a, c->op.token, true, &c->op.actor);
	c->signed_in = !e;
	if (!e || e->kind != ERR_SIGNED_OUT)
		return e;
	c->op.token = NO_TOKEN;
	c->op.actor = (struct actor_info){.role = ROLE_PUBLIC};
	return NULL;
}

static struct err *check_permission(struct ctx *c)
{
	if (c->route->may == MAY_PUBLIC)
		return NULL;
	if (!c->signed_in)
		return FAIL(c->op.a, SIGNED_OUT, NULL, "no session");
	if (c->route->may == MAY_SIGNED_IN || op_may(&c->op, c->route->may))
		return NULL;
	return FAIL(c->op.a, DENIED, NULL, "role lacks permission %d", (int)c->route->may);
}

/* The token of this session, masked anew in each reply (BREACH: docs/adr/0005): mask ‖ mask ⊕ mac(session). */
static struct key csrf_secret(const struct ctx *c)
{
	return crypt_derive(&c->op.house->keys.csrf, "csrf", (str){(const char *)c->op.token.b, sizeof c->op.token.b});
}

static str csrf_masked(struct ctx *c)
{
	struct key secret = csrf_secret(c);
	char both[32];

	random_bytes(both, 16);
	for (int i = 0; i < 16; i++)
		both[16 + i] = (char)(both[i] ^ (char)secret.b[i]);
	return crypt_base64(c->op.a, (str){both, sizeof both});
}

static bool csrf_right(struct ctx *c)
{
	struct key secret = csrf_secret(c);
	uint8_t plain[16];
	str both;

	if (crypt_unbase64(c->op.a, http_form(c->q, "csrf"), &both) || both.n != 32)
		return false;
	for (int i = 0; i < 16; i++)
		plain[i] = (uint8_t)(both.p[i] ^ both.p[16 + i]);
	return crypt_equal(plain, secret.b, sizeof plain);
}

/* Browsers of this decade send Sec-Fetch-Site; older ones Origin.  A request with neither is not a browser's form
 * from elsewhere, and carries no cookie of ours (SameSite=Strict).  The origin must be ours to the letter: another
 * site's name may end like ours. */
static bool own_origin(const struct ctx *c)
{
	str site = http_header(c->q, "sec-fetch-site"), origin = http_header(c->q, "origin");
	str host = http_header(c->q, "host");
	size_t scheme = str_starts(origin, STR("https://")) ? 8 : 7;

	if (site.p)
		return str_eqz(site, "same-origin") || str_eqz(site, "none");
	if (!origin.p)
		return true;
	return (scheme == 8 || str_starts(origin, STR("http://"))) && str_eq(str_sub(origin, scheme, origin.n), host);
}

static struct err *check_csrf(struct ctx *c)
{
	if (c->q->method != HTTP_POST)
		return NULL;
	if (!own_origin(c) || (!c->route->own_origin && !csrf_right(c)))
		return FAIL(c->op.a, DENIED,
			    "This form is too old or comes from elsewhere. Go back, reload the page and try again.",
			    "csrf refused");
	return NULL;
}

static struct err *load_object(struct ctx *c)
{
	struct id id;

	if (c->route->load == LOAD_NONE)
		return NULL;
	if (!id_parse(ctx_capture(c, "case"), &id))
		return FAIL(c->op.a, NOT_FOUND, NULL, "not an id");
	TRY(kase_find(&c->op, (case_id){id}, &c->kase));
	if (c->route->load == LOAD_OPEN)
		return kase_open(&c->op, c->kase, c->q->method == HTTP_POST ? PURPOSE_WRITE : PURPOSE_READ);
	return NULL;
}

static struct err *handle(struct ctx *c)
{
	struct house *h = c->op.house;
	bool answered = false;
	struct err *e = NULL;
	enum err_kind why;

	c->route = find_route(c, &why);
	if (!c->route)
		return err_make(c->op.a, why, WHERE, NULL, "no route");
	if (!c->route->while_sealed)
		e = house_unseal(h, c->op.db, c->op.vault, c->op.a, c->q->now);
	if (e)
		return e;
	if (h->unsealed) {
		heads_new_day(&c->op);
		TRY(find_session(c));
	}
	TRY(check_permission(c));
	TRY(check_csrf(c));
	if (c->signed_in) {
		TRY(op_passes(&c->op));
		c->h.csrf = csrf_masked(c);
		if (c->op.actor.office[0] && op_may(&c->op, MAY_CASE_LIST))
			TRY(names_ready(&c->op));
	}
	if (c->route->again) /* before a file is opened, counted and written into the audit */
		TRY(web_again(c, &answered));
	if (answered)
		return NULL;
	TRY(load_object(c));
	TRY(c->route->fn(c));
	return stash_saved(c);
}

static const struct locale *choose_locale(const struct http_request *q)
{
	str chosen = http_cookie(q, "lang");

	return chosen.n ? locale_get(chosen) : locale_accept(http_header(q, "accept-language"));
}

/* A person whose session ended goes to sign-in and comes back; what she typed waits there (account_expired). */
static void answer_error(struct ctx *c, struct err *e)
{
	if (e->kind == ERR_SIGNED_OUT) {
		struct err *again = web_signed_out(c);

		if (!again)
			return;
		e = again;
	}
	if (e->kind == ERR_INTERNAL || e->kind == ERR_UNAVAILABLE)
		log_err(e);
	page_error(c, e);
}

void web_serve(struct http_request *q, struct http_reply *r, void *house)
{
	struct ctx c = {.q = q, .r = r, .op = {.a = q->a, .house = house, .l = choose_locale(q)}};
	struct err *e = worker_lend(&c.op);

	html_init(&c.h, q->a, c.op.l, 4 << 20);
	if (!e) {
		op_clock(&c.op, q->now);
		e = handle(&c);
	}
	if (e)
		answer_error(&c, e);
	worker_return(&c.op);
}

str ctx_capture(const struct ctx *c, const char *name)
{
	for (size_t i = 0; i < c->n_capture; i++)
		if (str_eqz(c->capture[i].name, name))
			return c->capture[i].value;
	return (str){0};
}

str ctx_form(const struct ctx *c, const char *name)
{
	return http_form(c->q, name);
}

str ctx_query(const struct ctx *c, const char *name)
{
	return http_query(c->q, name);
}

struct err *ctx_see_other(struct ctx *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	c->r->location = arena_vfmt(c->op.a, fmt, ap);
	va_end(ap);
	c->r->status = 303;
	return NULL;
}
