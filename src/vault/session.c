/* session.c — what a token stands for: sessions found, listed, ended.
 *
 * The token is kept nowhere; its keyed hash finds the session, and a key made from it opens the user's secret.  An
 * idle vault holds ciphertext.  Each question looks at the account anew: who is locked, revoked or travelling is out
 * with the very next one. */
#include "core.h"

#include <string.h>

#define TOUCH_KEPT_MS 60000

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

	if (!s || s->ended || !u || !account_works(u, k->now))
		return FAIL(k->a, SIGNED_OUT, NULL, "no such session");
	if (k->now - s->touched > IDLE_MS || k->now - s->started > SESSION_MS) {
		end_session(v, s, k->now);
		return FAIL(k->a, SIGNED_OUT, NULL, "the session has ended");
	}
	k->session = s;
	k->user = u;
	return NULL;
}

bool take_secret(struct ask *k, str plain)
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

struct err *session_new(struct vaultd *v, struct ask *k, struct st_user *u, struct token *out)
{
	struct st_session s = {.user = u->id, .started = k->now, .touched = k->now, .again = k->now};
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

static struct err *look(struct vaultd *v, struct ask *k)
{
	struct st_session *s = k->session;
	struct actor_info i = {.id = k->user->id,
			       .role = k->user->role,
			       .signed_in = s->started,
			       .until = s->started + SESSION_MS,
			       .again_until = s->again + AGAIN_MS};

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

static bool is_over(const struct st_session *s, msec now)
{
	return s->ended || now - s->touched > IDLE_MS || now - s->started > SESSION_MS;
}

/* Newest first; what has run out is not listed. */
static struct err *list(struct vaultd *v, struct ask *k)
{
	struct session_line *lines = NEWS(k->a, struct session_line, SESSIONS_LISTED);
	struct st_session *s;
	size_t n = 0;

	for (size_t i = 0; (s = map_next(&v->store.sessions, &i));) {
		size_t at = n;

		if (!id_eq(s->user.v, k->user->id.v) || is_over(s, k->now))
			continue;
		while (at > 0 && lines[at - 1].started < s->started)
			at--;
		if (at == SESSIONS_LISTED)
			continue;
		n += n < SESSIONS_LISTED;
		memmove(&lines[at + 1], &lines[at], (n - 1 - at) * sizeof *lines);
		lines[at] = (struct session_line){s->id, s->started, s->touched, s == k->session};
	}
	code_count(&k->out, &n, SESSIONS_LISTED);
	for (size_t i = 0; i < n; i++)
		code_session_line(&k->out, &lines[i]);
	return NULL;
}

size_t sessions_end(struct vaultd *v, user_id who, const struct st_session *but)
{
	struct st_session *s;
	size_t n = 0;

	for (size_t i = 0; (s = map_next(&v->store.sessions, &i));)
		if (id_eq(s->user.v, who.v) && !s->ended && s != but) {
			end_session(v, s, 0);
			n++;
		}
	return n;
}

/* Another's session is as if it were not there. */
static struct err *end(struct vaultd *v, struct ask *k, struct id which)
{
	const struct st_session *s = map_get(&v->store.sessions, which);

	if (id_is_zero(which)) {
		k->note.count = (int64_t)sessions_end(v, k->user->id, k->session);
		return core_note(v, k, "session.end", true);
	}
	if (!s || s->ended || !id_eq(s->user.v, k->user->id.v))
		return FAIL(k->a, NOT_FOUND, NULL, "no such session of this person");
	k->note.count = 1;
	TRY(core_note(v, k, "session.end", true));
	end_session(v, s, 0);
	return NULL;
}

/* Password and code once more: for five minutes grants are open to this session. */
static struct err *again(struct vaultd *v, struct ask *k, const struct key *pre, const struct second *s)
{
	struct st_session mine = *k->session;
	struct attempt t;

	k->action = "session.again";
	TRY(attempt_begin(v, k, str_of(k->user->login), &t));
	TRY(attempt_judge(v, k, &t, pre, s));
	TRY(core_note(v, k, "session.again", true));
	attempt_good(v, &t);
	mine.again = k->now;
	store_put(&v->store, ROW_SESSION, &mine, 0);
	return NULL;
}

struct err *on_session(struct vaultd *v, struct ask *k)
{
	struct id which = {0};
	struct key pre = {0};
	struct second second = {0};
	struct key_answer answer;

	if (k->sub == SESSION_END)
		code_id(&k->in, &which);
	if (k->sub == SESSION_AGAIN) {
		code_key(&k->in, &pre);
		code_second(&k->in, &second, &answer);
	}
	if (!codec_end(&k->in) || k->sub > SESSION_AGAIN)
		return FAIL(k->a, MALFORMED, NULL, "question about a session cannot be read");
	if (k->sub == SESSION_LIST)
		return list(v, k);
	if (k->sub == SESSION_END)
		return end(v, k, which);
	if (k->sub == SESSION_AGAIN)
		return again(v, k, &pre, &second);
	return look(v, k);
}

/* Whether somebody else of this office is signed in, or she herself elsewhere. */
static bool office_works_on(struct vaultd *v, const struct ask *k)
{
	struct st_session *s;

	for (size_t i = 0; (s = map_next(&v->store.sessions, &i));) {
		const struct st_user *u = map_get(&v->store.users, s->user.v);

		if (s != k->session && !s->ended && u && account_works(u, k->now) && k->now - s->touched <= IDLE_MS &&
		    strcmp(u->office, k->user->office) == 0)
			return true;
	}
	return false;
}

struct err *on_signout(struct vaultd *v, struct ask *k)
{
	bool last;

	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "bytes behind the token");
	last = !office_works_on(v, k);
	end_session(v, k->session, 0);
	TRY(core_note(v, k, "signout", true));
	code_bool(&k->out, &last);
	return NULL;
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

	keys_sweep(v, now);
	for (size_t i = 0; n < 32 && (s = map_next(&v->store.sessions, &i));) {
		bool over = now - s->touched > IDLE_MS || now - s->started > SESSION_MS;

		if (over && now - s->touched > ENDED_KEPT_MS)
			gone[n++] = *s;
	}
	for (size_t i = 0; i < n; i++)
		store_put(&v->store, ROW_SESSION_DROP, &gone[i], now);
}
