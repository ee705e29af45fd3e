/* session.c — signing in, and what a token stands for.
 *
 * No verifier of a password is stored: the password is right when it opens a slot.  The token is kept nowhere; its
 * keyed hash finds the session, and a key made from it opens the user's secret.  An idle vault holds ciphertext. */
#include "core.h"

#include <string.h>

#define FREE_TRIES 5u
#define WAIT_MAX_MS (15 * 60 * 1000)
#define TICKETS_MAX 4u
#define BUCKETS 4096u
#define TOUCH_KEPT_MS 60000

struct id login_key(const struct vaultd *v, struct arena *a, str login)
{
	char *folded = arena_alloc(a, login.n + 1);
	struct key h;
	struct id id;

	for (size_t i = 0; i < login.n; i++)
		folded[i] = (char)(login.p[i] >= 'A' && login.p[i] <= 'Z' ? login.p[i] + 32 : login.p[i]);
	h = crypt_derive(&v->keys->login, "login", (str){folded, login.n});
	memcpy(id.b, h.b, sizeof id.b);
	return id;
}

struct key user_key(const struct vaultd *v, struct arena *a, user_id id, const struct key *pre)
{
	str parts[] = {{(const char *)id.v.b, 16}, {(const char *)pre->b, 32}};

	return crypt_derive(&v->keys->pepper, "uk1", arena_join(a, parts, 2, STR("")));
}

struct seal_at slot_place(const struct vaultd *v, user_id id, unsigned slot)
{
	return (struct seal_at){.tenant = v->keys->tenant,
				.table = SEAL_MEMBER,
				.row = id.v,
				.compartment = (uint8_t)slot,
				.keygen = 1};
}

struct key slot_key(const struct key *uk, unsigned slot)
{
	static const char *const labels[SLOTS] = {"slot-password", "slot-recovery", "slot-duress", "slot-spare"};

	return crypt_derive(uk, labels[slot], STR(""));
}

struct seal_at totp_place(const struct vaultd *v, user_id id)
{
	return (struct seal_at){.tenant = v->keys->tenant, .table = SEAL_MEMBER, .row = id.v, .keygen = 2};
}

static struct seal_at session_place(const struct vaultd *v, const struct st_session *s)
{
	return (struct seal_at){.tenant = v->keys->tenant, .table = SEAL_SESSION, .row = s->id, .object = s->user.v};
}

static struct key token_key(const struct vaultd *v, const char *label, const struct token *t)
{
	return crypt_derive(&v->keys->session, label, (str){(const char *)t->b, sizeof t->b});
}

static struct st_session *session_row(const struct vaultd *v, const struct token *t)
{
	struct key h = token_key(v, "session-id", t);
	struct id id;

	memcpy(id.b, h.b, sizeof id.b);
	return map_get(&v->store.sessions, id);
}

static void end_session(struct vaultd *v, const struct st_session *s, msec lazy)
{
	struct st_session gone = *s;

	gone.ended = true;
	memset(gone.secret, 0, sizeof gone.secret);
	store_put(&v->store, ROW_SESSION, &gone, lazy);
}

struct err *session_find(struct vaultd *v, struct ask *k)
{
	struct st_session *s = session_row(v, &k->token);
	struct st_user *u = s ? map_get(&v->store.users, s->user.v) : NULL;

	if (!s || s->ended || !u || !u->active)
		return FAIL(k->a, SIGNED_OUT, NULL, "no such session");
	if (k->now - s->touched > IDLE_MS || k->now - s->started > SESSION_MS) {
		end_session(v, s, k->now);
		return FAIL(k->a, SIGNED_OUT, NULL, "the session has ended");
	}
	k->session = s;
	k->user = u;
	return NULL;
}

static bool take_secret(struct ask *k, str plain)
{
	if (plain.n != SECRET_LEN)
		return false;
	memcpy(k->secret.sk.b, plain.p, 32);
	memcpy(k->secret.sym.b, plain.p + 32, 32);
	return k->have_secret = true;
}

struct err *ask_secret(struct vaultd *v, struct ask *k)
{
	struct seal_at at;
	struct key key;
	str plain;

	if (k->have_secret)
		return NULL;
	if (!k->session)
		return FAIL(k->a, DENIED, NULL, "needs a session");
	at = session_place(v, k->session);
	key = token_key(v, "session-key", &k->token);
	TRY(crypt_unwrap(k->a, &key, &at, (str){(char *)k->session->secret, SECRET_WRAP}, &plain));
	crypt_wipe(&key, sizeof key);
	if (!take_secret(k, plain))
		return FAIL(k->a, INTERNAL, NULL, "session secret of %zu bytes", plain.n);
	return NULL;
}

/* Unknown logins share a bounded number of counters, so that they cost, wait and are written like known ones. */
static struct st_counter counter_of(const struct vaultd *v, struct id key, const struct st_user *u)
{
	struct st_counter fresh = {0};
	struct st_counter *c;

	if (u) {
		fresh.id = u->id.v;
	} else {
		uint16_t bucket = (uint16_t)((key.b[0] + 256u * key.b[1]) % BUCKETS);
		struct key h = crypt_derive(&v->keys->login, "bucket", (str){(char *)&bucket, sizeof bucket});

		memcpy(fresh.id.b, h.b, sizeof fresh.id.b);
	}
	c = map_get(&v->store.counters, fresh.id);
	return c ? *c : fresh;
}

static msec wait_of(uint32_t failures)
{
	uint32_t over = failures - FREE_TRIES;

	if (failures < FREE_TRIES)
		return 0;
	return over >= 10 ? WAIT_MAX_MS : (msec)1000 << over;
}

static struct err *read_login(struct ask *k, str *login)
{
	code_str(&k->in, login, LOGIN_MAX);
	if (k->in.bad)
		return FAIL(k->a, MALFORMED, NULL, "login cannot be read");
	return NULL;
}

struct err *on_signin_start(struct vaultd *v, struct ask *k)
{
	struct st_counter c;
	struct st_user *u;
	struct key made_up;
	struct id key;
	uint8_t salt[16];
	str login;

	TRY(read_login(k, &login));
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "bytes behind the login");
	key = login_key(v, k->a, login);
	u = store_login(&v->store, key);
	c = counter_of(v, key, u);
	if (u)
		k->note.actor = u->id.v;
	if (c.last <= k->now && k->now < c.last + wait_of(c.failures))
		return FAIL(k->a, RATE, "Too many attempts. Please wait a little.", "sign-in waits after %u failures",
			    c.failures);
	c.failures += c.failures < UINT32_MAX;
	if (u)
		alert_failures(v, k->now, u->id, c.failures);
	c.last = k->now;
	c.tickets = (uint8_t)(c.tickets < TICKETS_MAX ? c.tickets + 1u : TICKETS_MAX);
	store_put(&v->store, ROW_COUNTER, &c, 0);
	made_up = crypt_derive(&v->keys->salt, "salt", (str){(char *)key.b, sizeof key.b});
	memcpy(salt, u ? u->salt : made_up.b, sizeof salt);
	code_bytes(&k->out, salt, sizeof salt);
	return NULL;
}

/* Every slot is tried, whoever it is: which one opened does not show. */
static bool open_slots(struct vaultd *v, struct ask *k, const struct st_user *u, const struct key *pre)
{
	struct key uk = user_key(v, k->a, u->id, pre);
	bool opened = false;

	for (unsigned i = 0; i < SLOTS; i++) {
		struct key key = slot_key(&uk, i);
		struct seal_at at = slot_place(v, u->id, i);
		str plain;

		if (!crypt_unwrap(k->a, &key, &at, (str){(const char *)u->slots[i], SECRET_WRAP}, &plain))
			opened |= take_secret(k, plain);
		crypt_wipe(&key, sizeof key);
	}
	crypt_wipe(&uk, sizeof uk);
	return opened;
}

static int64_t match_code(struct vaultd *v, struct ask *k, const struct st_user *u, str code)
{
	struct seal_at at = totp_place(v, u->id);
	uint8_t nothing[20] = {0};
	str secret;

	if (crypt_unwrap(k->a, &v->keys->totp, &at, (str){(const char *)u->totp, TOTP_WRAP}, &secret) ||
	    secret.n != 20) {
		crypt_totp_match(nothing, code, k->now);
		return -1;
	}
	return crypt_totp_match((const uint8_t *)secret.p, code, k->now);
}

static struct err *new_session(struct vaultd *v, struct ask *k, struct st_user *u, struct token *out)
{
	struct st_session s = {.user = u->id, .started = k->now, .touched = k->now};
	struct seal_at at;
	struct key key, h;
	uint8_t plain[SECRET_LEN];
	str wrapped;

	random_bytes(out, sizeof *out);
	h = token_key(v, "session-id", out);
	memcpy(s.id.b, h.b, sizeof s.id.b);
	at = session_place(v, &s);
	key = token_key(v, "session-key", out);
	memcpy(plain, k->secret.sk.b, 32);
	memcpy(plain + 32, k->secret.sym.b, 32);
	TRY(crypt_wrap(k->a, &key, &at, (str){(char *)plain, sizeof plain}, &wrapped));
	crypt_wipe(plain, sizeof plain);
	crypt_wipe(&key, sizeof key);
	memcpy(s.secret, wrapped.p, SECRET_WRAP);
	store_put(&v->store, ROW_SESSION, &s, 0);
	k->user = u;
	k->session = map_get(&v->store.sessions, s.id);
	return NULL;
}

struct err *on_signin(struct vaultd *v, struct ask *k)
{
	struct st_counter c, *kept;
	struct st_user *u, *who;
	struct token t;
	struct key pre;
	struct id key;
	bool opened;
	int64_t step;
	str login, code = STR("");

	TRY(read_login(k, &login));
	code_key(&k->in, &pre);
	code_str(&k->in, &code, 16);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "sign-in cannot be read");
	key = login_key(v, k->a, login);
	u = store_login(&v->store, key);
	who = u ? u : &v->nobody;
	c = counter_of(v, key, u);
	if (u)
		k->note.actor = u->id.v;
	if (c.tickets == 0)
		return FAIL(k->a, DENIED, NULL, "sign-in was not started");
	kept = map_get(&v->store.counters, c.id);
	c.tickets = --kept->tickets;
	opened = open_slots(v, k, who, &pre);
	crypt_wipe(&pre, sizeof pre);
	step = match_code(v, k, who, code);
	if (!u || !u->active || !opened || step < 0 || step <= c.step)
		return FAIL(k->a, DENIED, NULL, "sign-in refused");
	c.failures = 0;
	c.step = step;
	TRY(new_session(v, k, u, &t));
	store_put(&v->store, ROW_COUNTER, &c, 0);
	if (role_may(u->role, MAY_ASSIGN))
		groups_complete(v, k);
	rewrap_groups(v, k);
	TRY(core_note(v, k, "signin", true));
	code_token(&k->out, &t);
	return NULL;
}

struct err *on_session(struct vaultd *v, struct ask *k)
{
	struct st_session *s = k->session;
	struct actor_info i = {
		.id = k->user->id, .role = k->user->role, .signed_in = s->started, .until = s->started + SESSION_MS};

	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "bytes behind the token");
	if (k->sub == SESSION_TOUCH && k->now > s->touched) {
		s->touched = k->now;
		if (k->now - s->touch_kept >= TOUCH_KEPT_MS) {
			struct st_session copy = *s;

			store_put(&v->store, ROW_SESSION, &copy, k->now);
		}
	}
	i.idle_until = s->touched + IDLE_MS;
	memcpy(i.office, k->user->office, sizeof i.office);
	memcpy(i.name, k->user->name, sizeof i.name);
	memcpy(i.login, k->user->login, sizeof i.login);
	code_actor(&k->out, &i);
	return NULL;
}

struct err *on_signout(struct vaultd *v, struct ask *k)
{
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "bytes behind the token");
	end_session(v, k->session, 0);
	return core_note(v, k, "signout", true);
}

/* Drafts typed into a session that ended (design §10.13): the text never comes here, only the key it is under. */
struct err *on_stash(struct vaultd *v, struct ask *k)
{
	struct st_session *s = session_row(v, &k->token);
	struct st_user *u = s ? map_get(&v->store.users, s->user.v) : NULL;
	struct box_pair pair;
	str box = STR(""), key;

	if (!u)
		return FAIL(k->a, SIGNED_OUT, NULL, "no such session");
	if (k->sub == STASH_OPEN)
		code_str(&k->in, &box, STASH_BOX);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "draft cannot be read");
	if (k->sub != STASH_OPEN) {
		code_id(&k->out, &u->id.v);
		code_bytes(&k->out, u->box_pk, sizeof u->box_pk);
		return NULL;
	}
	TRY(session_find(v, k));
	TRY(ask_secret(v, k));
	memcpy(pair.pk, u->box_pk, sizeof pair.pk);
	pair.sk = k->secret.sk;
	if (crypt_box_open(k->a, &pair, box, &key) || key.n != 32)
		return FAIL(k->a, NOT_FOUND, NULL, "the draft is not this person's");
	crypt_wipe(&pair, sizeof pair);
	code_bytes(&k->out, (void *)(uintptr_t)key.p, key.n);
	code_id(&k->out, &u->id.v);
	return NULL;
}

void core_sweep(struct vaultd *v, msec now)
{
	struct st_session *s, gone[32];
	size_t n = 0;

	for (size_t i = 0; n < 32 && (s = map_next(&v->store.sessions, &i));) {
		bool over = now - s->touched > IDLE_MS || now - s->started > SESSION_MS;

		if (over && now - s->touched > ENDED_KEPT_MS)
			gone[n++] = *s;
	}
	for (size_t i = 0; i < n; i++)
		store_put(&v->store, ROW_SESSION_DROP, &gone[i], now);
}
