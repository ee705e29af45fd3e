/* accounts.c — how a person comes to her account: invited by a link, back with a printed code, a new password.
 *
 * Her key pair is drawn at the invitation, so that group keys can be given at once, and waits under a key made from
 * the link's code.  What must not happen here: a code kept, or a secret changed without the proof that opens it. */
#include "core.h"

#include <string.h>

#define DAY_OF_MS (24 * 3600 * 1000)

static struct id invite_id(const struct vaultd *v, const struct invite *link)
{
	struct key h = crypt_derive(&v->keys->login, "invite", (str){(const char *)link->b, sizeof link->b});
	struct id id;

	memcpy(id.b, h.b, sizeof id.b);
	return id;
}

static struct key invite_key(const struct vaultd *v, const struct invite *link)
{
	return crypt_derive(&v->keys->pepper, "invite", (str){(const char *)link->b, sizeof link->b});
}

static struct seal_at invite_place(const struct vaultd *v, user_id id)
{
	return (struct seal_at){.tenant = v->keys->tenant, .table = SEAL_MEMBER, .row = id.v, .keygen = 3};
}

/* A fresh key pair that only the link opens: no password, no recovery code, no one-time codes. */
struct err *account_link(struct vaultd *v, struct ask *k, struct st_user *u, struct invite *link)
{
	struct seal_at at = invite_place(v, u->id);
	uint8_t secret[SECRET_LEN];
	struct key key;
	str wrapped;

	random_bytes(link, sizeof *link);
	key = invite_key(v, link);
	user_keys(u, secret);
	TRY(crypt_wrap(k->a, &key, &at, (str){(char *)secret, sizeof secret}, &wrapped));
	memcpy(u->invite, wrapped.p, sizeof u->invite);
	crypt_wipe(secret, sizeof secret);
	crypt_wipe(&key, sizeof key);
	random_bytes(u->slots, sizeof u->slots);
	random_bytes(u->salt, sizeof u->salt);
	random_bytes(u->totp, sizeof u->totp);
	u->invite_id = invite_id(v, link);
	u->invite_until = k->now + (msec)INVITE_DAYS * DAY_OF_MS;
	u->invite_from = 0;
	u->keys_only = false;
	u->state = ACCOUNT_INVITED;
	return NULL;
}

static struct err *invite(struct vaultd *v, struct ask *k)
{
	struct user_new in = {0};
	struct st_user u;
	struct invite link;
	struct gift *gifts;
	size_t n;

	code_user_new(&k->in, &in);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "account cannot be read");
	TRY(user_check(v, k, &in, false));
	u = user_of(v, k, &in);
	TRY(gifts_gather(v, k, &u, &gifts, &n));
	TRY(account_link(v, k, &u, &link));
	k->note.object = u.id.v;
	k->note.count = (int64_t)u.role;
	TRY(core_note(v, k, "user.invite", true));
	store_put(&v->store, ROW_USER, &u, 0);
	gifts_give(v, k, &u, gifts, n);
	code_id(&k->out, &u.id.v);
	code_invite(&k->out, &link);
	crypt_wipe(&link, sizeof link);
	return NULL;
}

/* Assignments are signed for a public key: the new one needs them anew, from a hand that assigns. */
static void assign_again(struct vaultd *v, struct ask *k, user_id who)
{
	struct st_object *o;

	for (size_t i = 0; (o = map_next(&v->store.objects, &i));)
		for (struct st_assign *m = o->assigns; m; m = m->next)
			if (id_eq(m->user.v, who.v)) {
				assign_to(v, k, o->id, who, m->grant.until);
				break; /* the list is another now */
			}
}

static struct err *renew(struct vaultd *v, struct ask *k)
{
	struct invite link;
	struct gift *gifts;
	struct st_user *old, u;
	size_t n;

	TRY(other_account(v, k, &old));
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "account cannot be read");
	if (!account_open(old))
		return FAIL(k->a, INVALID, "This account is locked or withdrawn: no link can be sent for it.",
			    "state %d", (int)old->state);
	if (!role_makes(k->user->role, old->role))
		return FAIL(k->a, DENIED, "Your role does not make accounts of this role: ask a coordinator.",
			    "role %d", (int)old->role);
	u = *old;
	TRY(gifts_gather(v, k, &u, &gifts, &n));
	TRY(account_link(v, k, &u, &link));
	TRY(core_note(v, k, "user.renew", true));
	u.linked_by = k->user->id;
	sessions_end(v, u.id, NULL);
	keys_drop(v, u.id);
	store_put(&v->store, ROW_USER, &u, 0);
	gifts_give(v, k, &u, gifts, n);
	if (role_may(k->user->role, MAY_ASSIGN))
		assign_again(v, k, u.id);
	passes_renew(v, k, &u);
	code_invite(&k->out, &link);
	crypt_wipe(&link, sizeof link);
	return NULL;
}

/* Every account is compared, whichever it is. */
static struct err *find_invited(struct vaultd *v, struct ask *k, const struct invite *link, struct st_user **out)
{
	struct id id = invite_id(v, link);
	struct st_user *u, *found = NULL;

	for (size_t i = 0; (u = map_next(&v->store.users, &i));)
		if (u->state == ACCOUNT_INVITED && crypt_equal(&u->invite_id, &id, sizeof id))
			found = u;
	if (!found || k->now > found->invite_until || k->now < found->invite_from || account_away(found, k->now))
		return FAIL(k->a, NOT_FOUND, NULL, "no such invitation");
	k->note.actor = found->id.v;
	*out = found;
	return NULL;
}

static struct err *welcome(struct vaultd *v, struct ask *k)
{
	struct invite link = {0};
	struct staff s;
	struct st_user *u;

	code_invite(&k->in, &link);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "invitation cannot be read");
	TRY(find_invited(v, k, &link, &u));
	s = user_line(u);
	code_staff(&k->out, &s);
	return NULL;
}

/* New password, new printed code, new secret of one-time codes around the same key pair. */
static struct err *fill(struct vaultd *v, struct ask *k, struct st_user *u, const struct new_secrets *in,
			const uint8_t secret[SECRET_LEN], uint8_t totp[20])
{
	memcpy(u->salt, in->salt, sizeof u->salt);
	random_bytes(totp, 20);
	TRY(slot_fill(v, k, u, SLOT_PASSWORD, &in->password, secret));
	TRY(slot_fill(v, k, u, SLOT_RECOVERY, &in->recovery, secret));
	TRY(totp_fill(v, k, u, totp));
	random_bytes(u->invite, sizeof u->invite);
	random_bytes(&u->invite_id, sizeof u->invite_id);
	u->invite_until = u->invite_from = 0;
	u->keys_only = false;
	u->state = ACCOUNT_UNCONFIRMED;
	return NULL;
}

static struct err *accept(struct vaultd *v, struct ask *k)
{
	struct new_secrets in = {0};
	struct invite link = {0};
	struct st_user *old, u;
	struct seal_at at;
	uint8_t totp[20];
	struct key key;
	str secret;

	code_invite(&k->in, &link);
	code_secrets(&k->in, &in);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "invitation cannot be read");
	TRY(find_invited(v, k, &link, &old));
	u = *old;
	key = invite_key(v, &link);
	at = invite_place(v, u.id);
	TRY(crypt_unwrap(k->a, &key, &at, (str){(char *)u.invite, sizeof u.invite}, &secret));
	crypt_wipe(&key, sizeof key);
	if (secret.n != SECRET_LEN)
		return FAIL(k->a, INTERNAL, NULL, "secret of %zu bytes", secret.n);
	TRY(fill(v, k, &u, &in, (const uint8_t *)secret.p, totp));
	k->note.object = u.id.v;
	TRY(core_note(v, k, "user.accept", true));
	store_put(&v->store, ROW_USER, &u, 0);
	code_bytes(&k->out, totp, sizeof totp);
	crypt_wipe(totp, sizeof totp);
	crypt_wipe(&in, sizeof in);
	return NULL;
}

static void secret_of(const struct ask *k, uint8_t out[SECRET_LEN])
{
	memcpy(out, k->secret.sk.b, 32);
	memcpy(out + 32, k->secret.sym.b, 32);
}

/* The code that came back once comes back again until the first sign-in: what was answered may never have arrived. */
static bool recovers(struct vaultd *v, struct ask *k, const struct attempt *t, const struct key *pre)
{
	bool newest = attempt_opens(v, k, t, pre, SLOT_RECOVERY), last = attempt_opens(v, k, t, pre, SLOT_LAST);

	return newest || (last && t->user && t->user->state == ACCOUNT_UNCONFIRMED);
}

/* The phone may be lost with the password: codes begin anew, and the next sign-in shows that they work. */
static struct err *recover(struct vaultd *v, struct ask *k)
{
	uint8_t secret[SECRET_LEN], totp[20];
	struct new_secrets in = {0};
	struct attempt t;
	struct st_user u;
	struct key pre;
	str login = STR("");

	code_str(&k->in, &login, LOGIN_MAX);
	code_key(&k->in, &pre);
	code_secrets(&k->in, &in);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "recovery cannot be read");
	TRY(attempt_begin(v, k, login, &t));
	if (!recovers(v, k, &t, &pre) || !t.user || account_away(t.user, k->now) ||
	    (t.user->state != ACCOUNT_ACTIVE && t.user->state != ACCOUNT_UNCONFIRMED))
		return FAIL(k->a, DENIED, NULL, "recovery refused");
	u = *t.user;
	secret_of(k, secret);
	TRY(fill(v, k, &u, &in, secret, totp));
	TRY(slot_fill(v, k, &u, SLOT_LAST, &pre, secret));
	crypt_wipe(secret, sizeof secret);
	k->note.object = u.id.v;
	TRY(core_note(v, k, "user.recover", true));
	attempt_good(v, &t);
	sessions_end(v, u.id, NULL);
	keys_drop(v, u.id);
	store_put(&v->store, ROW_USER, &u, 0);
	alert_raise(v, k->now, ALARM_RECOVERED, u.id, (struct id){0}, 0, STR(""));
	code_bytes(&k->out, totp, sizeof totp);
	crypt_wipe(totp, sizeof totp);
	crypt_wipe(&in, sizeof in);
	return NULL;
}

static struct err *password(struct vaultd *v, struct ask *k)
{
	struct st_user u = *k->user;
	struct new_secrets in = {0};
	uint8_t secret[SECRET_LEN];
	struct attempt t;
	struct second second = {0};
	struct key_answer answer;
	struct key old;

	code_key(&k->in, &old);
	code_second(&k->in, &second, &answer);
	code_secrets(&k->in, &in);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "password cannot be read");
	TRY(attempt_begin(v, k, str_of(k->user->login), &t));
	TRY(attempt_judge(v, k, &t, &old, &second));
	memcpy(u.salt, in.salt, sizeof u.salt);
	secret_of(k, secret);
	TRY(slot_fill(v, k, &u, SLOT_PASSWORD, &in.password, secret));
	crypt_wipe(secret, sizeof secret);
	k->note.object = u.id.v;
	TRY(core_note(v, k, "user.password", true));
	attempt_good(v, &t);
	sessions_end(v, u.id, k->session);
	store_put(&v->store, ROW_USER, &u, 0);
	crypt_wipe(&in, sizeof in);
	return NULL;
}

/* A new printed code; the old one opens nothing from here on. */
static struct err *new_code(struct vaultd *v, struct ask *k)
{
	struct st_user u = *k->user;
	uint8_t secret[SECRET_LEN];
	struct key pre;

	code_key(&k->in, &pre);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "recovery code cannot be read");
	TRY(ask_secret(v, k));
	secret_of(k, secret);
	TRY(slot_fill(v, k, &u, SLOT_RECOVERY, &pre, secret));
	crypt_wipe(secret, sizeof secret);
	k->note.object = u.id.v;
	TRY(core_note(v, k, "user.code", true));
	store_put(&v->store, ROW_USER, &u, 0);
	return NULL;
}

static const struct sub_row {
	struct err *(*handle)(struct vaultd *, struct ask *);
	const char *action;
	bool in_session;
	enum may may; /* MAY_UNSET: the handler decides */
	bool again;   /* password and code typed lately */
} subs[ACCOUNT_SUBS] = {
	[ACCOUNT_NEW] = {account_new, "user.new", false, MAY_UNSET, false},
	[ACCOUNT_INVITE] = {invite, "user.invite", true, MAY_STAFF, true},
	[ACCOUNT_RENEW] = {renew, "user.renew", true, MAY_STAFF, true},
	[ACCOUNT_WELCOME] = {welcome, "user.accept", false, MAY_UNSET, false},
	[ACCOUNT_ACCEPT] = {accept, "user.accept", false, MAY_UNSET, false},
	[ACCOUNT_STANDING] = {account_standing, "user.standing", true, MAY_STAFF, false},
	[ACCOUNT_TRAVEL] = {account_travel, "user.travel", true, MAY_STAFF, true},
	[ACCOUNT_END] = {account_end, "user.end", true, MAY_SIGNED_IN, false},
	[ACCOUNT_RECOVER] = {recover, "user.recover", false, MAY_UNSET, false},
	[ACCOUNT_PASSWORD] = {password, "user.password", true, MAY_SIGNED_IN, false},
	[ACCOUNT_CODE] = {new_code, "user.code", true, MAY_SIGNED_IN, true},
	[ACCOUNT_KEY_ASK] = {on_key_ask, "user.key.ask", false, MAY_UNSET, false},
	[ACCOUNT_KEY_ADD] = {on_key_add, "user.key", true, MAY_SIGNED_IN, true},
	[ACCOUNT_KEY_REMOVE] = {on_key_remove, "user.key.remove", true, MAY_SIGNED_IN, true},
	[ACCOUNT_KEYS_ONLY] = {on_keys_only, "user.key.only", true, MAY_SIGNED_IN, true},
	[ACCOUNT_KEYS] = {on_keys, "user.keys", true, MAY_SIGNED_IN, false},
};

struct err *again_lately(struct ask *k)
{
	msec at = k->session->again;

	if (k->now < at || k->now - at > AGAIN_MS)
		return FAIL(k->a, DENIED, "Type your password and a code once more.",
			    "password and code not typed lately");
	return NULL;
}

struct err *on_account(struct vaultd *v, struct ask *k)
{
	const struct sub_row *row = &subs[k->sub];

	if (k->sub >= ACCOUNT_SUBS)
		return FAIL(k->a, MALFORMED, NULL, "no such act on accounts");
	k->action = row->action;
	if (row->in_session && !k->session)
		return FAIL(k->a, SIGNED_OUT, NULL, "needs a session");
	if (row->may != MAY_UNSET && !role_may(k->user->role, row->may))
		return FAIL(k->a, DENIED, NULL, "role %s does not keep accounts", roles[k->user->role].code);
	if (row->again)
		TRY(again_lately(k));
	return row->handle(v, k);
}
