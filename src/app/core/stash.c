/* stash.c — what a person posted into a session that had ended: sealed to her own key, given back after sign-in
 * (design §10.13).  ?stash=ID on the address of the form brings it back; once that form is saved it is dropped.
 * What must not happen here: text kept for nobody, or kept in the clear. */
#include <string.h>

#include "core_sql.h"
#include "web.h"

#define STASH_MAX (2u << 20) /* a body at its limit, with every byte percent-encoded again */
#define KEPT_DAYS 7

/* Of this request alone: its token, its place among what is kept, and the password of the page that asks once more. */
static bool kept(str name)
{
	return !str_eqz(name, "csrf") && !str_eqz(name, "stash") && !str_starts(name, STR("again_"));
}

static void put_pairs(struct buf *b, const struct http_pair *list, size_t n, char before)
{
	for (size_t i = 0; i < n; i++) {
		if (!kept(list[i].name))
			continue;
		if (before)
			buf_c(b, before);
		buf_str(b, http_urlencode(b->a, list[i].name));
		buf_c(b, '=');
		buf_str(b, http_urlencode(b->a, list[i].value));
		before = '&';
	}
}

/* The address on the first line, then the body without its secrets. */
static str posted(struct ctx *c)
{
	struct buf b;

	buf_init(&b, c->op.a, STASH_MAX);
	buf_str(&b, c->q->path);
	put_pairs(&b, c->q->query, c->q->n_query, '?');
	buf_c(&b, '\n');
	put_pairs(&b, c->q->form, c->q->n_form, '\0');
	return b.over ? (str){0} : buf_done(&b);
}

static struct err *put(struct ctx *c, struct db *tx, struct id id, user_id who, str sealed)
{
	TRY(stash_sweep(tx, c->op.a, c->op.today - KEPT_DAYS, NULL));
	return stash_put(tx, c->op.a, id, who, c->op.today, sealed, NULL);
}

static struct err *in_transaction(struct ctx *c, struct id id, user_id who, str sealed)
{
	struct db *tx;
	struct err *e;

	TRY(db_begin(c->op.house->pool, c->op.db, c->op.a, &tx));
	e = sealed.n ? put(c, tx, id, who, sealed) : stash_drop(tx, c->op.a, id, who, NULL);
	if (!e)
		return db_commit(tx, c->op.a);
	db_rollback(tx);
	return e;
}

/* Only forms are kept: they carry the number of the record they make. */
static struct err *keep(struct ctx *c, str *stash)
{
	struct id id = id_random(), record;
	struct token ended;
	user_id who;
	str sealed, cookie, text = posted(c);

	TRY(crypt_unbase64(c->op.a, http_cookie(c->q, "rivage"), &cookie));
	if (cookie.n != sizeof ended.b || !text.n || !id_parse(ctx_form(c, "record"), &record))
		return FAIL(c->op.a, SIGNED_OUT, NULL, "no session to keep text for, or no text");
	memcpy(ended.b, cookie.p, sizeof ended.b);
	TRY(vault_stash(c->op.vault, c->op.a, ended, text, &who, &sealed));
	TRY(in_transaction(c, id, who, sealed));
	*stash = id_text(c->op.a, id);
	return NULL;
}

struct err *web_signed_out(struct ctx *c)
{
	str stash = {0};

	if (c->q->method != HTTP_POST)
		return ctx_see_other(c, "/sign-in?back=%.*s", STR_ARG(http_urlencode(c->op.a, c->q->path)));
	/* Nothing to keep, or nobody to keep it for: sign-in all the same. */
	if (keep(c, &stash))
		stash = (str){0};
	return ctx_see_other(c, "/sign-in?back=%%2F%s%.*s", stash.n ? "&stash=" : "", STR_ARG(stash));
}

struct err *stash_open(struct ctx *c, str text, str *path, str *body)
{
	struct stash_of_row *rows;
	struct id id;
	size_t n;

	*path = *body = (str){0};
	if (!id_parse(text, &id))
		return NULL;
	TRY(stash_of(c->op.db, c->op.a, c->op.actor.id, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (!id_eq(rows[i].id, id))
			continue;
		TRY(vault_unstash(c->op.vault, c->op.a, c->op.token, rows[i].sealed, body));
		*path = str_split(body, '\n');
	}
	return NULL;
}

static void take_number(const struct http_pair *p, struct stashed *out)
{
	struct id id;
	int64_t based;

	if (str_eqz(p->name, "record") && id_parse(p->value, &id))
		out->record = (record_id){id};
	if (str_eqz(p->name, "based_on") && str_to_i64(p->value, &based) && based >= 0 && based <= 100000)
		out->based_on = (int)based;
	if (str_eqz(p->name, "_reason"))
		out->reason = p->value;
	if (str_eqz(p->name, "from") && str_eqz(p->value, "draft"))
		out->from_draft = true;
}

struct err *stash_take(struct ctx *c, const struct form *f, struct stashed *out)
{
	struct http_pair *pairs;
	str path, body;
	size_t n;

	*out = (struct stashed){0};
	if (c->q->method != HTTP_GET || !c->signed_in)
		return NULL;
	TRY(stash_open(c, ctx_query(c, "stash"), &path, &body));
	if (!str_eq(str_split(&path, '?'), c->q->path))
		return NULL;
	TRY(http_parse_urlencoded(c->op.a, body, 2000, &pairs, &n));
	for (size_t i = 0; i < n; i++)
		take_number(&pairs[i], out);
	out->pairs = pairs;
	out->n_pairs = n;
	out->answers = f ? form_read(c->op.a, f, (const struct pair *)pairs, n) : json_object(c->op.a);
	return NULL;
}

str stash_address(struct ctx *c, str address, str id)
{
	struct id known;

	if (!id_parse(id, &known))
		return address;
	return arena_fmt(c->op.a, "%.*s%cstash=%.*s", STR_ARG(address), str_index(address, '?') < 0 ? '?' : '&',
			 STR_ARG(id));
}

str stash_action(struct ctx *c, str action)
{
	return stash_address(c, action, ctx_query(c, "stash"));
}

/* A page sends on where it saved; what it was to give out follows at once. */
static bool went_well(const struct http_reply *r)
{
	return r->status == 303 ||
	       (r->status == 200 && r->content_type && !str_starts(str_of(r->content_type), STR("text/html")));
}

struct err *stash_saved(struct ctx *c)
{
	struct id id;

	if (c->q->method != HTTP_POST || !went_well(c->r) || !c->signed_in || !id_parse(ctx_query(c, "stash"), &id))
		return NULL;
	return in_transaction(c, id, c->op.actor.id, (str){0});
}
