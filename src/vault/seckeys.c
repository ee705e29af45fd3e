/* seckeys.c — security keys as the second factor: challenges, registration, and what a key answered, judged.
 *
 * A challenge is not kept: it carries its own keyed hash over its moment, its purpose and the session or login that it
 * is for, under a key made at every start, so that strangers who ask for many push out nobody's.  Kept in memory is
 * which of them a key has answered: none counts twice, whether the password beside it was right or not.
 * What must not happen here: an answer that tells a stranger which logins there are, or which have keys. */
#include "core.h"

#include <stdlib.h>
#include <string.h>

#define MAC 32

struct challenge { /* what its bytes are */
	msec at;
	struct id nonce;
	uint8_t mac[MAC];
};

static void code_challenge(struct codec *c, struct challenge *x)
{
	code_i64(c, &x->at);
	code_id(c, &x->nonce);
	code_bytes(c, x->mac, sizeof x->mac);
}

static void mac_of(const struct vaultd *v, struct challenge x, enum seckey_act act, struct id bound, uint8_t out[MAC])
{
	uint8_t b[8 + 16 + 16];
	struct codec c = codec_writer(b, sizeof b);
	struct key h;

	code_i64(&c, &x.at);
	code_id(&c, &x.nonce);
	code_id(&c, &bound);
	h = crypt_derive(&v->challenges, act == SECKEY_CREATE ? "key-create" : "key-get", codec_written(&c));
	memcpy(out, h.b, MAC);
}

/* What was let go as too old would be young again under a clock set back: no challenge of before counts then. */
static void clock_back(struct vaultd *v, msec now)
{
	if (now >= v->forgot)
		return;
	v->challenges = crypt_key_new();
	map_free(&v->answered, free);
	v->forgot = 0;
}

/* Of our making, for this act and this session or login, young, and not answered yet. */
static bool challenge_good(struct vaultd *v, struct ask *k, const uint8_t bytes[KEY_CHALLENGE], enum seckey_act act,
			   struct id bound, struct challenge *x)
{
	struct codec c = codec_reader((str){(const char *)bytes, KEY_CHALLENGE});
	uint8_t mac[MAC];

	clock_back(v, k->now);
	code_challenge(&c, x);
	mac_of(v, *x, act, bound, mac);
	return codec_end(&c) && crypt_equal(mac, x->mac, MAC) && x->at <= k->now &&
	       k->now - x->at <= KEY_CHALLENGE_MS && !map_get(&v->answered, x->nonce);
}

static void challenge_used(struct vaultd *v, const struct challenge *x)
{
	*(struct challenge *)map_under(&v->answered, x->nonce, sizeof *x) = *x;
}

void keys_sweep(struct vaultd *v, msec now)
{
	const struct challenge *x;
	struct id gone[32];
	size_t n = 0;

	for (size_t i = 0; n < sizeof gone / sizeof *gone && (x = map_next(&v->answered, &i));)
		if (now - x->at > KEY_CHALLENGE_MS)
			gone[n++] = x->nonce;
	if (n && now > v->forgot)
		v->forgot = now;
	while (n > 0)
		free(map_drop(&v->answered, gone[--n]));
}

/* Keyed, so that the store's map cannot be made to collide. */
static struct id row_id(const struct vaultd *v, str key_id)
{
	struct key h = crypt_derive(&v->keys->login, "security-key", key_id);
	struct id id;

	memcpy(id.b, h.b, sizeof id.b);
	return id;
}

static size_t keys_of(const struct vaultd *v, user_id who, struct st_seckey *out[KEYS_EACH])
{
	struct st_seckey *s;
	size_t n = 0;

	for (size_t i = 0; n < KEYS_EACH && (s = map_next(&v->store.seckeys, &i));) {
		size_t at = n;

		if (!id_eq(s->user.v, who.v))
			continue;
		for (; at > 0 && out[at - 1]->made > s->made; at--)
			out[at] = out[at - 1];
		out[at] = s;
		n++;
	}
	return n;
}

void keys_drop(struct vaultd *v, user_id who)
{
	struct st_seckey *mine[KEYS_EACH];
	size_t n = keys_of(v, who, mine);

	for (size_t i = 0; i < n; i++) {
		struct st_seckey gone = {.id = mine[i]->id};

		store_put(&v->store, ROW_SECKEY_DROP, &gone, 0);
	}
}

static struct err *no_site(struct ask *k)
{
	return FAIL(k->a, INVALID, "Security keys cannot be used here: the service does not know its public address.",
		    "no origin");
}

/* For a login without keys, and for one that does not exist: one or two ids of no key, always the same. */
static size_t fake_ids(const struct vaultd *v, struct arena *a, struct id login, str out[KEYS_EACH])
{
	static const uint8_t lengths[] = {32, 48, 64};
	struct key shape = crypt_derive(&v->keys->login, "no-key", (str){(const char *)login.b, sizeof login.b});
	size_t n = 1 + (shape.b[0] & 1u);

	for (size_t i = 0; i < n; i++) {
		struct key halves[2];

		for (size_t k = 0; k < 2; k++) {
			shape.b[0] = (uint8_t)(2 * i + k);
			halves[k] = crypt_derive(&v->keys->login, "no-key-id", (str){(const char *)shape.b, 32});
		}
		out[i] = arena_str(a, (str){(const char *)halves, lengths[shape.b[1 + i] % sizeof lengths]});
	}
	return n;
}

/* Both are worked out, whichever is given. */
static void answer_ids(struct vaultd *v, struct ask *k, const struct st_user *u, struct id login)
{
	struct st_seckey *mine[KEYS_EACH];
	size_t n = keys_of(v, u ? u->id : v->nobody.id, mine);
	str ids[KEYS_EACH];
	size_t fakes = fake_ids(v, k->a, login, ids);

	for (size_t i = 0; i < n; i++)
		ids[i] = (str){(const char *)mine[i]->key.id, mine[i]->key.n_id};
	if (!n && !k->session)
		n = fakes;
	code_count(&k->out, &n, KEYS_EACH);
	for (size_t i = 0; i < n; i++)
		code_str(&k->out, &ids[i], SECKEY_ID_MAX);
}

struct err *on_key_ask(struct vaultd *v, struct ask *k)
{
	enum seckey_act act = SECKEY_CREATE;
	struct challenge x = {.at = k->now, .nonce = id_random()};
	struct id login = {0};
	str typed = STR("");

	CODE_ENUM(&k->in, act, SECKEY_GET + 1);
	code_str(&k->in, &typed, LOGIN_MAX);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "question for a challenge cannot be read");
	if (!v->site.rp.n)
		return no_site(k);
	if (!k->session && act != SECKEY_GET)
		return FAIL(k->a, SIGNED_OUT, NULL, "needs a session");
	if (!k->session)
		login = login_key(v, k->a, typed);
	clock_back(v, k->now);
	mac_of(v, x, act, k->session ? k->session->id : login, x.mac);
	code_challenge(&k->out, &x);
	answer_ids(v, k, k->session ? k->user : store_login(&v->store, login), login);
	return NULL;
}

/* The same work whether there is such a key or not. */
bool key_right(struct vaultd *v, struct ask *k, struct attempt *t, const struct key_answer *w)
{
	struct id bound = k->session ? k->session->id : t->login;
	const struct st_seckey *row = map_get(&v->store.seckeys, row_id(v, w->id));
	bool hers = row && t->user && id_eq(row->user.v, t->user->id.v);
	const struct seckey *half = hers ? &row->key : &seckey_nobody;
	str challenge = {(const char *)w->challenge, KEY_CHALLENGE};
	enum seckey_fault said, signed_;
	struct challenge x;
	uint32_t counter;
	bool good;

	if (!v->site.rp.n)
		return false;
	good = challenge_good(v, k, w->challenge, SECKEY_GET, bound, &x);
	said = seckey_client(k->a, w->client, SECKEY_GET, challenge, &v->site);
	signed_ = seckey_signed(half, v->site.rp, w->client, w->auth, w->sig, &counter);
	if (!hers || !good || said != SECKEY_GOOD)
		return false;
	if (signed_ == SECKEY_GOOD || signed_ == SECKEY_COUNTER)
		challenge_used(v, &x);
	if (signed_ == SECKEY_COUNTER)
		alert_raise(v, k->now, ALARM_SECKEY, t->user->id, (struct id){0}, 0, STR(""));
	if (signed_ != SECKEY_GOOD)
		return false;
	t->key = *row;
	t->key.key.counter = counter;
	t->key.used = k->now;
	return t->by_key = true;
}

struct err *on_key_add(struct vaultd *v, struct ask *k)
{
	struct st_seckey row = {.user = k->user->id, .made = k->now}, *mine[KEYS_EACH];
	uint8_t bytes[KEY_CHALLENGE];
	str name = STR(""), client = STR("");
	struct challenge x;

	code_str(&k->in, &name, SECKEY_NAME_MAX);
	code_bytes(&k->in, bytes, sizeof bytes);
	code_str(&k->in, &client, SECKEY_CLIENT_MAX);
	code_seckey(&k->in, &row.key);
	if (!codec_end(&k->in) || !text_ok(name, SECKEY_NAME_MAX))
		return FAIL(k->a, MALFORMED, NULL, "security key cannot be read");
	if (!v->site.rp.n)
		return no_site(k);
	if (!challenge_good(v, k, bytes, SECKEY_CREATE, k->session->id, &x) ||
	    seckey_client(k->a, client, SECKEY_CREATE, (str){(const char *)bytes, sizeof bytes}, &v->site))
		return FAIL(k->a, DENIED, NULL, "not an answer to a challenge of this session");
	row.id = row_id(v, (str){(const char *)row.key.id, row.key.n_id});
	if (map_get(&v->store.seckeys, row.id) || keys_of(v, k->user->id, mine) == KEYS_EACH)
		return FAIL(k->a, CONFLICT, NULL, "registered already, or too many");
	memcpy(row.name, name.p, name.n);
	TRY(core_note(v, k, "user.key", true));
	challenge_used(v, &x);
	store_put(&v->store, ROW_SECKEY, &row, 0);
	alert_raise(v, k->now, ALARM_SECKEY_NEW, k->user->id, (struct id){0}, 0, STR(""));
	return NULL;
}

/* Who takes no codes must keep a key. */
struct err *on_key_remove(struct vaultd *v, struct ask *k)
{
	struct st_seckey gone = {0}, *row, *mine[KEYS_EACH];

	code_id(&k->in, &gone.id);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "security key cannot be read");
	row = map_get(&v->store.seckeys, gone.id);
	if (!row || !id_eq(row->user.v, k->user->id.v))
		return FAIL(k->a, NOT_FOUND, NULL, "no such key of this person");
	if (k->user->keys_only && keys_of(v, k->user->id, mine) == 1)
		return FAIL(k->a, CONFLICT, NULL, "the last factor");
	TRY(core_note(v, k, "user.key.remove", true));
	store_put(&v->store, ROW_SECKEY_DROP, &gone, 0);
	return NULL;
}

struct err *on_keys_only(struct vaultd *v, struct ask *k)
{
	struct st_user u = *k->user;
	struct st_seckey *mine[KEYS_EACH];

	code_bool(&k->in, &u.keys_only);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "choice cannot be read");
	if (u.keys_only && keys_of(v, u.id, mine) < KEYS_ONLY_MIN)
		return FAIL(k->a, CONFLICT, NULL, "too few keys to take no codes");
	TRY(core_note(v, k, "user.key.only", true));
	store_put(&v->store, ROW_USER, &u, 0);
	return NULL;
}

struct err *on_keys(struct vaultd *v, struct ask *k)
{
	struct st_seckey *mine[KEYS_EACH];
	size_t n = keys_of(v, k->user->id, mine);
	bool only = k->user->keys_only;

	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "bytes behind the token");
	code_bool(&k->out, &only);
	code_count(&k->out, &n, KEYS_EACH);
	for (size_t i = 0; i < n; i++) {
		struct key_line l = {.id = mine[i]->id, .made = mine[i]->made, .used = mine[i]->used};

		memcpy(l.name, mine[i]->name, sizeof l.name);
		code_key_line(&k->out, &l);
	}
	return NULL;
}
