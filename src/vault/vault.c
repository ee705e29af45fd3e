/* vault.c — the client side: the vault itself, sign-in, accounts, the audit log.  Linked into web and the commands. */
#include "access.h"
#include "audit_query.h"
#include "client.h"

#include <stddef.h>
#include <string.h>

struct vault *vault_attach(struct arena *a, int fd)
{
	struct vault *v = NEW(a, struct vault);

	v->fd = fd;
	return v;
}

struct codec *vault_begin(struct vault *v)
{
	v->c = codec_writer(v->out, sizeof v->out);
	return &v->c;
}

static void wipe(struct vault *v)
{
	crypt_wipe(v->out, v->asked);
	crypt_wipe(v->in, v->got);
	v->asked = v->got = 0;
}

static struct err *lost(struct vault *v, struct arena *a, const char *why)
{
	v->broken = true;
	wipe(v);
	return FAIL(a, UNAVAILABLE, NULL, "vault: %s", why);
}

/* What the reader is told, where a kind's own sentence would mislead. */
static const char *message_of(enum verb verb, enum err_kind kind, str detail)
{
	if (kind == ERR_UNAVAILABLE && str_starts(detail, STR(CANNOT_WRITE)))
		return N_(
			"The server cannot write for the moment: its disk may be full. Nothing was saved. Please tell "
			"whoever looks after the server.");
	if (verb == VERB_SIGNIN && kind == ERR_DENIED)
		return "The name, the password or the code is not right.";
	if (verb == VERB_UNSEAL && kind == ERR_DENIED)
		return "This passphrase does not open the vault.";
	return NULL;
}

struct err *vault_call(struct vault *v, struct arena *a, enum verb verb, unsigned sub)
{
	struct wire_head h = {.verb = (uint8_t)verb, .sub = (uint8_t)sub, .seq = ++v->seq}, reply = {.more = true};
	struct err *refusal;

	v->asked = v->c.at;
	v->got = 0;
	if (v->broken)
		return lost(v, a, "the channel is broken");
	if (v->c.bad) {
		wipe(v);
		return FAIL(a, TOO_BIG, NULL, "question of verb %d does not fit", (int)verb);
	}
	if (!wire_send(v->fd, h, codec_written(&v->c), 0))
		return lost(v, a, "gone");
	while (reply.more) {
		if (wire_receive(v->fd, &reply, v->in, &v->got, sizeof v->in, 0) != WIRE_GOT)
			return lost(v, a, "gone");
		if (reply.seq != v->seq || reply.verb != verb || reply.kind > ERR_KINDS)
			return lost(v, a, "an answer to another question");
	}
	v->c = codec_reader((str){(const char *)v->in, v->got});
	if (reply.kind == 0)
		return NULL;
	refusal = err_make(a, reply.kind - 1, WHERE,
			   message_of(verb, reply.kind - 1, (str){(const char *)v->in, v->got}), "vault: %.*s",
			   (int)v->got, (const char *)v->in);
	wipe(v);
	return refusal;
}

struct err *vault_end(struct vault *v, struct arena *a)
{
	bool good = codec_end(&v->c);

	wipe(v);
	return good ? NULL : lost(v, a, "an answer that cannot be read");
}

struct err *vault_status(struct vault *v, struct arena *a, struct vault_status *out)
{
	struct vault_status s = {0};

	vault_begin(v);
	TRY(vault_call(v, a, VERB_STATUS, 0));
	code_status(&v->c, &s);
	TRY(vault_end(v, a));
	*out = s;
	return NULL;
}

struct err *vault_unseal(struct vault *v, struct arena *a, str passphrase)
{
	code_str(vault_begin(v), &passphrase, PACKET);
	TRY(vault_call(v, a, VERB_UNSEAL, 0));
	return vault_end(v, a);
}

struct err *vault_web_keys(struct vault *v, struct arena *a, struct web_keys *out)
{
	vault_begin(v);
	TRY(vault_call(v, a, VERB_WEB_KEYS, 0));
	code_web_keys(&v->c, out);
	return vault_end(v, a);
}

struct err *vault_signin_start(struct vault *v, struct arena *a, str login, uint8_t salt[16])
{
	code_str(vault_begin(v), &login, LOGIN_MAX);
	TRY(vault_call(v, a, VERB_SIGNIN_START, 0));
	code_bytes(&v->c, salt, 16);
	return vault_end(v, a);
}

void put_second(struct codec *c, const struct second *s)
{
	struct second copy = *s;
	struct key_answer answer;

	code_second(c, &copy, &answer);
}

struct err *vault_signin(struct vault *v, struct arena *a, str login, const struct key *pre, const struct second *s,
			 struct token *out)
{
	struct codec *c = vault_begin(v);
	struct key copy = *pre;

	code_str(c, &login, LOGIN_MAX);
	code_key(c, &copy);
	crypt_wipe(&copy, sizeof copy);
	put_second(c, s);
	TRY(vault_call(v, a, VERB_SIGNIN, 0));
	code_token(&v->c, out);
	return vault_end(v, a);
}

struct err *vault_session(struct vault *v, struct arena *a, struct token t, bool touch, struct actor_info *out)
{
	struct actor_info i = {0};

	code_token(vault_begin(v), &t);
	TRY(vault_call(v, a, VERB_SESSION, touch ? SESSION_TOUCH : SESSION_LOOK));
	code_actor(&v->c, &i);
	TRY(vault_end(v, a));
	*out = i;
	return NULL;
}

struct err *vault_leave(struct vault *v, struct arena *a, struct token t, bool *last)
{
	*last = false;
	code_token(vault_begin(v), &t);
	TRY(vault_call(v, a, VERB_SIGNOUT, 0));
	code_bool(&v->c, last);
	return vault_end(v, a);
}

struct err *vault_signout(struct vault *v, struct arena *a, struct token t)
{
	bool last;

	return vault_leave(v, a, t, &last);
}

struct err *vault_user_new(struct vault *v, struct arena *a, struct token t, const struct user_new *u, user_id *out,
			   uint8_t totp[20])
{
	struct codec *c = vault_begin(v);
	struct user_new copy = *u;

	code_token(c, &t);
	code_user_new(c, &copy);
	crypt_wipe(&copy, sizeof copy);
	if (c->bad)
		return FAIL(a, INVALID, NULL, "login, name or office is too long");
	TRY(vault_call(v, a, VERB_ACCOUNT, ACCOUNT_NEW));
	code_id(&v->c, &out->v);
	code_bytes(&v->c, totp, 20);
	return vault_end(v, a);
}

struct err *vault_staff(struct vault *v, struct arena *a, struct staff **out, size_t *n)
{
	struct staff *all = NULL;
	size_t have = 0, page = STAFF_PAGE;
	user_id after = {0};

	while (page == STAFF_PAGE) {
		struct staff *more;

		code_id(vault_begin(v), &after.v);
		TRY(vault_call(v, a, VERB_STAFF, 0));
		code_count(&v->c, &page, STAFF_PAGE);
		more = NEWS(a, struct staff, have + page);
		if (have)
			memcpy(more, all, have * sizeof *all);
		for (size_t i = 0; i < page; i++)
			code_staff(&v->c, &more[have + i]);
		TRY(vault_end(v, a));
		all = more;
		have += page;
		if (page)
			after = all[have - 1].id;
	}
	*out = all;
	*n = have;
	return NULL;
}

struct err *vault_office_new(struct vault *v, struct arena *a, struct token t, str office)
{
	struct codec *c = vault_begin(v);

	code_token(c, &t);
	code_str(c, &office, OFFICE_MAX);
	if (c->bad)
		return FAIL(a, INVALID, NULL, "an office has at most %d letters", OFFICE_MAX);
	TRY(vault_call(v, a, VERB_OFFICE_NEW, 0));
	return vault_end(v, a);
}

struct err *vault_audit(struct vault *v, struct arena *a, struct token t, const char *action, case_id object, bool done,
			int64_t count)
{
	struct codec *c = vault_begin(v);
	str name = str_of(action);

	code_token(c, &t);
	code_str(c, &name, ACTION_MAX);
	code_id(c, &object.v);
	code_bool(c, &done);
	code_i64(c, &count);
	TRY(vault_call(v, a, VERB_AUDIT, 0));
	return vault_end(v, a);
}

struct err *vault_audit_find(struct vault *v, struct arena *a, struct token t, const struct audit_query *q,
			     struct audit_found *out)
{
	struct codec *c = vault_begin(v);
	struct audit_query copy = *q;

	*out = (struct audit_found){0};
	code_token(c, &t);
	code_audit_query(c, &copy);
	TRY(vault_call(v, a, VERB_AUDIT_READ, AUDIT_FIND));
	code_count(&v->c, &out->n, AUDIT_PAGE);
	out->lines = NEWS(a, struct audit_line, out->n + 1);
	for (size_t i = 0; i < out->n; i++) {
		code_audit_line(&v->c, &out->lines[i]);
		out->lines[i].reason = arena_str(a, out->lines[i].reason);
	}
	code_u64(&v->c, &out->next);
	code_i64(&v->c, &out->reached);
	return vault_end(v, a);
}

struct err *vault_audit_read(struct vault *v, struct arena *a, struct token t, case_id object, uint64_t before,
			     struct audit_line **out, size_t *n)
{
	struct audit_found found;

	TRY(vault_audit_find(v, a, t, &(struct audit_query){.object = object, .before = before}, &found));
	*out = found.lines;
	*n = found.n;
	return NULL;
}

struct err *vault_audit_export(struct vault *v, struct arena *a, struct token t, const struct audit_query *q,
			       str reason)
{
	struct codec *c = vault_begin(v);
	struct audit_query copy = *q;

	code_token(c, &t);
	code_audit_query(c, &copy);
	code_str(c, &reason, ACCESS_REASON_MAX);
	TRY(vault_call(v, a, VERB_AUDIT_READ, AUDIT_EXPORT));
	return vault_end(v, a);
}

static struct seal_at draft_place(user_id who)
{
	return (struct seal_at){.table = SEAL_DRAFT, .row = who.v};
}

/* The text is sealed here under a fresh key, and only that key to the person: drafts of any length, and the vault
 * sees none. */
struct err *vault_stash(struct vault *v, struct arena *a, struct token ended, str plain, user_id *who, str *sealed)
{
	struct key k = crypt_key_new();
	struct seal_at at;
	uint8_t pk[32];
	str box, body;

	code_token(vault_begin(v), &ended);
	TRY(vault_call(v, a, VERB_STASH, STASH_WHO));
	code_id(&v->c, &who->v);
	code_bytes(&v->c, pk, sizeof pk);
	TRY(vault_end(v, a));
	at = draft_place(*who);
	TRY(crypt_seal(a, &k, &at, plain, &body));
	box = crypt_box_seal(a, pk, (str){(char *)k.b, sizeof k.b});
	crypt_wipe(&k, sizeof k);
	*sealed = arena_join(a, (str[]){box, body}, 2, STR(""));
	return NULL;
}

struct err *vault_unstash(struct vault *v, struct arena *a, struct token t, str sealed, str *plain)
{
	struct codec *c = vault_begin(v);
	str box = str_sub(sealed, 0, STASH_BOX);
	struct seal_at at;
	struct key k;
	user_id who;
	struct err *e;

	code_token(c, &t);
	code_str(c, &box, STASH_BOX);
	TRY(vault_call(v, a, VERB_STASH, STASH_OPEN));
	code_key(&v->c, &k);
	code_id(&v->c, &who.v);
	TRY(vault_end(v, a));
	at = draft_place(who);
	e = crypt_open(a, &k, &at, str_sub(sealed, STASH_BOX, sealed.n), plain);
	crypt_wipe(&k, sizeof k);
	return e;
}
