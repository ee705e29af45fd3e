/* vault_account.c — the client side of accounts and sessions. */
#include "client.h"

static void put_key(struct codec *c, const struct key *k)
{
	struct key copy = *k;

	code_key(c, &copy);
	crypt_wipe(&copy, sizeof copy);
}

static void put_secrets(struct codec *c, const struct new_secrets *s)
{
	struct new_secrets copy = *s;

	code_secrets(c, &copy);
	crypt_wipe(&copy, sizeof copy);
}

static void put_link(struct codec *c, const struct invite *link)
{
	struct invite copy = *link;

	code_invite(c, &copy);
}

/* With a token before it: NO_TOKEN for those who have none. */
static struct codec *begin(struct vault *v, struct token t)
{
	struct codec *c = vault_begin(v);

	code_token(c, &t);
	return c;
}

static struct err *done(struct vault *v, struct arena *a, unsigned sub)
{
	TRY(vault_call(v, a, VERB_ACCOUNT, sub));
	return vault_end(v, a);
}

struct err *vault_account_invite(struct vault *v, struct arena *a, struct token t, const struct user_new *u,
				 user_id *out, struct invite *link)
{
	struct codec *c = begin(v, t);
	struct user_new copy = *u;

	code_user_new(c, &copy);
	if (c->bad)
		return FAIL(a, INVALID, NULL, "login, name or office is too long");
	TRY(vault_call(v, a, VERB_ACCOUNT, ACCOUNT_INVITE));
	code_id(&v->c, &out->v);
	code_invite(&v->c, link);
	return vault_end(v, a);
}

struct err *vault_account_renew(struct vault *v, struct arena *a, struct token t, user_id who, struct invite *link)
{
	code_id(begin(v, t), &who.v);
	TRY(vault_call(v, a, VERB_ACCOUNT, ACCOUNT_RENEW));
	code_invite(&v->c, link);
	return vault_end(v, a);
}

struct err *vault_account_welcome(struct vault *v, struct arena *a, const struct invite *link, struct staff *out)
{
	struct staff s = {0};

	put_link(begin(v, NO_TOKEN), link);
	TRY(vault_call(v, a, VERB_ACCOUNT, ACCOUNT_WELCOME));
	code_staff(&v->c, &s);
	TRY(vault_end(v, a));
	*out = s;
	return NULL;
}

struct err *vault_account_accept(struct vault *v, struct arena *a, const struct invite *link,
				 const struct new_secrets *s, uint8_t totp[20])
{
	struct codec *c = begin(v, NO_TOKEN);

	put_link(c, link);
	put_secrets(c, s);
	TRY(vault_call(v, a, VERB_ACCOUNT, ACCOUNT_ACCEPT));
	code_bytes(&v->c, totp, 20);
	return vault_end(v, a);
}

struct err *vault_account_standing(struct vault *v, struct arena *a, struct token t, user_id who, enum account_act s)
{
	struct codec *c = begin(v, t);

	code_id(c, &who.v);
	CODE_ENUM(c, s, STANDINGS);
	return done(v, a, ACCOUNT_STANDING);
}

struct err *vault_account_travel(struct vault *v, struct arena *a, struct token t, user_id who, day from, day until)
{
	struct codec *c = begin(v, t);

	code_id(c, &who.v);
	code_i32(c, &from);
	code_i32(c, &until);
	return done(v, a, ACCOUNT_TRAVEL);
}

struct err *vault_account_end(struct vault *v, struct arena *a, struct token t, user_id who)
{
	code_id(begin(v, t), &who.v);
	return done(v, a, ACCOUNT_END);
}

struct err *vault_account_recover(struct vault *v, struct arena *a, str login, const struct key *recovery,
				  const struct new_secrets *s, uint8_t totp[20])
{
	struct codec *c = begin(v, NO_TOKEN);

	code_str(c, &login, LOGIN_MAX);
	put_key(c, recovery);
	put_secrets(c, s);
	TRY(vault_call(v, a, VERB_ACCOUNT, ACCOUNT_RECOVER));
	code_bytes(&v->c, totp, 20);
	return vault_end(v, a);
}

struct err *vault_account_password(struct vault *v, struct arena *a, struct token t, const struct key *old,
				   const struct second *second, const struct new_secrets *s)
{
	struct codec *c = begin(v, t);

	put_key(c, old);
	put_second(c, second);
	put_secrets(c, s);
	return done(v, a, ACCOUNT_PASSWORD);
}

struct err *vault_account_code(struct vault *v, struct arena *a, struct token t, const struct key *recovery)
{
	put_key(begin(v, t), recovery);
	return done(v, a, ACCOUNT_CODE);
}

struct err *vault_again(struct vault *v, struct arena *a, struct token t, const struct key *pre, const struct second *s)
{
	struct codec *c = begin(v, t);

	put_key(c, pre);
	put_second(c, s);
	TRY(vault_call(v, a, VERB_SESSION, SESSION_AGAIN));
	return vault_end(v, a);
}

struct err *vault_sessions(struct vault *v, struct arena *a, struct token t, struct session_line **out, size_t *n)
{
	struct session_line *lines;
	size_t count = 0;

	begin(v, t);
	TRY(vault_call(v, a, VERB_SESSION, SESSION_LIST));
	code_count(&v->c, &count, SESSIONS_LISTED);
	lines = NEWS(a, struct session_line, count);
	for (size_t i = 0; i < count; i++)
		code_session_line(&v->c, &lines[i]);
	TRY(vault_end(v, a));
	*out = lines;
	*n = count;
	return NULL;
}

struct err *vault_session_end(struct vault *v, struct arena *a, struct token t, struct id which)
{
	code_id(begin(v, t), &which);
	TRY(vault_call(v, a, VERB_SESSION, SESSION_END));
	return vault_end(v, a);
}

struct err *vault_key_challenge(struct vault *v, struct arena *a, struct token t, enum seckey_act act, str login,
				struct key_challenge *out)
{
	struct codec *c = begin(v, t);
	uint8_t b = (uint8_t)act;

	*out = (struct key_challenge){0};
	code_u8(c, &b);
	code_str(c, &login, LOGIN_MAX);
	TRY(vault_call(v, a, VERB_ACCOUNT, ACCOUNT_KEY_ASK));
	code_bytes(&v->c, out->b, sizeof out->b);
	code_count(&v->c, &out->n_ids, KEYS_EACH);
	for (size_t i = 0; i < out->n_ids; i++) {
		code_str(&v->c, &out->ids[i], SECKEY_ID_MAX);
		out->ids[i] = arena_str(a, out->ids[i]); /* the answer is wiped */
	}
	return vault_end(v, a);
}

struct err *vault_key_add(struct vault *v, struct arena *a, struct token t, str name,
			  const uint8_t challenge[KEY_CHALLENGE], str client, const struct seckey *k)
{
	struct codec *c = begin(v, t);
	struct seckey copy = *k;

	code_str(c, &name, SECKEY_NAME_MAX);
	code_bytes(c, (void *)(uintptr_t)challenge, KEY_CHALLENGE);
	code_str(c, &client, SECKEY_CLIENT_MAX);
	code_seckey(c, &copy);
	if (c->bad)
		return FAIL(a, INVALID, NULL, "a name or an answer is too long");
	return done(v, a, ACCOUNT_KEY_ADD);
}

struct err *vault_key_remove(struct vault *v, struct arena *a, struct token t, struct id which)
{
	code_id(begin(v, t), &which);
	return done(v, a, ACCOUNT_KEY_REMOVE);
}

struct err *vault_keys_only(struct vault *v, struct arena *a, struct token t, bool only)
{
	code_bool(begin(v, t), &only);
	return done(v, a, ACCOUNT_KEYS_ONLY);
}

struct err *vault_keys(struct vault *v, struct arena *a, struct token t, struct key_list *out)
{
	*out = (struct key_list){0};
	begin(v, t);
	TRY(vault_call(v, a, VERB_ACCOUNT, ACCOUNT_KEYS));
	code_bool(&v->c, &out->only);
	code_count(&v->c, &out->n, KEYS_EACH);
	for (size_t i = 0; i < out->n; i++)
		code_key_line(&v->c, &out->line[i]);
	return vault_end(v, a);
}
