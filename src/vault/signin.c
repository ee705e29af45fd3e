/* signin.c — attempts: counted before they are judged, slowed, and answered alike whoever asks.
 *
 * No verifier of a password is stored: the password is right when it opens its slot.  Signing in, typing the password
 * once more, changing it and coming back with a recovery code are one attempt each: on_signin_start counts it on disk
 * and gives a ticket, which the second step uses up. */
#include "core.h"

#include <string.h>

#define FREE_TRIES 5u
#define WAIT_MAX_MS (15 * 60 * 1000)
#define TICKETS_MAX 4u
#define BUCKETS 4096u

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

/* Every slot is tried, whoever it is: which one opened does not show.  Only the one asked for counts. */
static bool open_slot(struct vaultd *v, struct ask *k, const struct st_user *u, const struct key *pre, unsigned slot)
{
	struct key uk = user_key(v, k->a, u->id, pre);
	bool opened = false;

	for (unsigned i = 0; i < SLOTS; i++) {
		struct key key = slot_key(&uk, i);
		struct seal_at at = slot_place(v, u->id, i);
		str plain;

		if (!crypt_unwrap(k->a, &key, &at, (str){(const char *)u->slots[i], SECRET_WRAP}, &plain))
			opened |= i == slot && take_secret(k, plain);
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

struct err *attempt_begin(struct vaultd *v, struct ask *k, str login, struct attempt *t)
{
	struct st_counter *kept;

	t->login = login_key(v, k->a, login);
	t->by_key = false;
	t->user = store_login(&v->store, t->login);
	t->counter = counter_of(v, t->login, t->user);
	if (t->user)
		k->note.actor = t->user->id.v;
	if (t->counter.tickets == 0)
		return FAIL(k->a, DENIED, NULL, "sign-in was not started");
	kept = map_get(&v->store.counters, t->counter.id);
	t->counter.tickets = --kept->tickets;
	return NULL;
}

bool attempt_opens(struct vaultd *v, struct ask *k, const struct attempt *t, const struct key *pre, unsigned slot)
{
	return open_slot(v, k, t->user ? t->user : &v->nobody, pre, slot);
}

static bool code_right(struct vaultd *v, struct ask *k, struct attempt *t, str code)
{
	const struct st_user *u = t->user ? t->user : &v->nobody;
	int64_t step = match_code(v, k, u, code);

	if (step < 0 || step <= t->counter.step || u->keys_only)
		return false;
	t->counter.step = step;
	return true;
}

struct err *attempt_judge(struct vaultd *v, struct ask *k, struct attempt *t, const struct key *pre,
			  const struct second *s)
{
	bool opened = attempt_opens(v, k, t, pre, SLOT_PASSWORD);
	bool right = s->key ? key_right(v, k, t, s->key) : code_right(v, k, t, s->code);

	if (!t->user || !opened || !right)
		return FAIL(k->a, DENIED, NULL, "sign-in refused");
	return NULL;
}

void attempt_good(struct vaultd *v, struct attempt *t)
{
	if (t->by_key)
		store_put(&v->store, ROW_SECKEY, &t->key, 0);
	t->counter.failures = 0;
	store_put(&v->store, ROW_COUNTER, &t->counter, 0);
}

/* The first sign-in with a code shows that the phone was set up: it confirms the account. */
static bool may_come_in(const struct st_user *u, msec now)
{
	return (u->state == ACCOUNT_ACTIVE || u->state == ACCOUNT_UNCONFIRMED) && !account_away(u, now);
}

static struct err *confirm(struct vaultd *v, struct ask *k, struct st_user *u)
{
	struct st_user now = *u;

	if (u->state == ACCOUNT_ACTIVE)
		return NULL;
	TRY(core_note(v, k, "user.confirm", true));
	now.state = ACCOUNT_ACTIVE;
	random_bytes(now.slots[SLOT_LAST], sizeof now.slots[SLOT_LAST]); /* the code that came back is over */
	store_put(&v->store, ROW_USER, &now, 0);
	return NULL;
}

struct err *on_signin(struct vaultd *v, struct ask *k)
{
	struct attempt t;
	struct token token;
	struct err *e;
	struct key_answer answer;
	struct second second = {0};
	struct key pre;
	str login;

	TRY(read_login(k, &login));
	code_key(&k->in, &pre);
	code_second(&k->in, &second, &answer);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "sign-in cannot be read");
	TRY(attempt_begin(v, k, login, &t));
	e = attempt_judge(v, k, &t, &pre, &second);
	crypt_wipe(&pre, sizeof pre);
	TRY(e);
	if (!may_come_in(t.user, k->now))
		return FAIL(k->a, DENIED, NULL, "sign-in refused");
	TRY(session_new(v, k, t.user, &token));
	attempt_good(v, &t);
	TRY(confirm(v, k, t.user));
	if (role_may(t.user->role, MAY_ASSIGN))
		groups_complete(v, k);
	if (t.user->role == ROLE_COO)
		TRY(escrow_complete(v, k));
	rewrap_groups(v, k);
	TRY(core_note(v, k, t.by_key ? "signin.key" : "signin", true));
	code_token(&k->out, &token);
	return NULL;
}
