/* users.c — accounts and offices.  Whoever makes an account gives it the group keys of its role, and so must hold
 * them: an administrator can make accounts without content only (design §10.8). */
#include "core.h"

#include <stdlib.h>
#include <string.h>

bool text_ok(str s, size_t max)
{
	if (s.n == 0 || s.n > max || !str_utf8_ok(s))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

static bool office_ok(str s)
{
	if (s.n == 0 || s.n > OFFICE_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'A' && s.p[i] <= 'Z') && !(s.p[i] >= '0' && s.p[i] <= '9'))
			return false;
	return true;
}

static struct fresh_group *fresh_of(struct vaultd *v, group_id g)
{
	struct fresh_group *f = v->fresh;

	while (f && !id_eq(f->id.v, g.v))
		f = f->next;
	return f;
}

static void forget_fresh(struct vaultd *v)
{
	while (v->fresh) {
		struct fresh_group *f = v->fresh;

		v->fresh = f->next;
		crypt_wipe(f, sizeof *f);
		free(f);
	}
}

struct err *user_check(struct vaultd *v, struct ask *k, const struct user_new *in, bool first)
{
	if (!text_ok(in->login, LOGIN_MAX) || !text_ok(in->name, STAFF_NAME_MAX))
		return FAIL(k->a, INVALID, NULL, "login or name is empty, too long or not text");
	if (in->role <= ROLE_PUBLIC || in->role >= ROLES)
		return FAIL(k->a, INVALID, NULL, "not a role of an account");
	if (!office_ok(in->office) || !store_office(&v->store, arena_z(k->a, in->office)))
		return FAIL(k->a, INVALID, NULL, "no such office");
	if (!first && k->user && !role_makes(k->user->role, in->role))
		return FAIL(k->a, DENIED, "Your role does not make accounts of this role: ask a coordinator.",
			    "role %d", (int)in->role);
	if (first && in->role != ROLE_COO)
		return FAIL(k->a, INVALID, NULL, "the first account is the coordinator's");
	if (store_login(&v->store, login_key(v, k->a, in->login)))
		return FAIL(k->a, CONFLICT, NULL, "an account has that login");
	return NULL;
}

struct err *gifts_gather(struct vaultd *v, struct ask *k, const struct st_user *u, struct gift **out, size_t *n)
{
	struct gift *gifts = NEWS(k->a, struct gift, v->store.groups.n);
	struct st_group *g;

	*n = 0;
	for (size_t i = 0; (g = map_next(&v->store.groups, &i));) {
		struct fresh_group *f = fresh_of(v, g->id);

		if (!reads_group(u, g))
			continue;
		if (!k->session && !f)
			return FAIL(k->a, CONFLICT, NULL,
				    "keys of an office were lost before the first account: make it again");
		if (k->session)
			TRY(ask_group(v, k, g, &gifts[*n].keys));
		else
			gifts[*n].keys = f->keys;
		gifts[(*n)++].group = g;
	}
	*out = gifts;
	return NULL;
}

void gifts_give(struct vaultd *v, struct ask *k, const struct st_user *u, const struct gift *gifts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		give_group(v, k, u, gifts[i].group, &gifts[i].keys);
}

void user_keys(struct st_user *u, uint8_t secret[SECRET_LEN])
{
	struct box_pair pair;

	crypt_box_new(&pair);
	memcpy(u->box_pk, pair.pk, sizeof u->box_pk);
	memcpy(secret, pair.sk.b, 32);
	random_bytes(secret + 32, SECRET_LEN - 32);
	crypt_wipe(&pair, sizeof pair);
}

struct err *slot_fill(struct vaultd *v, struct ask *k, struct st_user *u, unsigned slot, const struct key *pre,
		      const uint8_t secret[SECRET_LEN])
{
	struct key uk = user_key(v, k->a, u->id, pre), key = slot_key(&uk, slot);
	struct seal_at at = slot_place(v, u->id, slot);
	str wrapped;

	TRY(crypt_wrap(k->a, &key, &at, (str){(const char *)secret, SECRET_LEN}, &wrapped));
	memcpy(u->slots[slot], wrapped.p, SECRET_WRAP);
	crypt_wipe(&uk, sizeof uk);
	crypt_wipe(&key, sizeof key);
	return NULL;
}

struct err *totp_fill(struct vaultd *v, struct ask *k, struct st_user *u, const uint8_t totp[20])
{
	struct seal_at at = totp_place(v, u->id);
	str wrapped;

	TRY(crypt_wrap(k->a, &v->keys->totp, &at, (str){(const char *)totp, 20}, &wrapped));
	memcpy(u->totp, wrapped.p, TOTP_WRAP);
	return NULL;
}

/* Slots that nobody filled hold random bytes: none looks different. */
struct st_user user_of(const struct vaultd *v, struct ask *k, const struct user_new *in)
{
	struct st_user u = {.role = in->role, .made = k->now, .away_from = NO_DAY, .away_until = NO_DAY};

	if (k->user)
		u.made_by = k->user->id;
	u.id.v = id_random();
	u.login_key = login_key(v, k->a, in->login);
	memcpy(u.office, in->office.p, in->office.n);
	memcpy(u.name, in->name.p, in->name.n);
	memcpy(u.login, in->login.p, in->login.n);
	random_bytes(u.slots, sizeof u.slots);
	random_bytes(u.invite, sizeof u.invite);
	random_bytes(&u.invite_id, sizeof u.invite_id);
	return u;
}

static struct err *may_make_account(struct ask *k)
{
	if (!k->user || !role_may(k->user->role, MAY_STAFF))
		return FAIL(k->a, DENIED, NULL, "accounts are made by a coordinator or an administrator");
	return again_lately(k);
}

/* With a password, by the commands: init, user add, the demonstration. */
struct err *account_new(struct vaultd *v, struct ask *k)
{
	uint8_t totp[20], secret[SECRET_LEN];
	bool first = v->store.users.n == 0;
	struct user_new in = {0};
	struct gift *gifts;
	struct st_user u;
	size_t n;

	code_user_new(&k->in, &in);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "account cannot be read");
	if (!first)
		TRY(may_make_account(k));
	TRY(user_check(v, k, &in, first));
	u = user_of(v, k, &in);
	u.state = ACCOUNT_ACTIVE;
	memcpy(u.salt, in.salt, sizeof u.salt);
	random_bytes(totp, sizeof totp);
	TRY(gifts_gather(v, k, &u, &gifts, &n));
	user_keys(&u, secret);
	TRY(slot_fill(v, k, &u, SLOT_PASSWORD, &in.pre, secret));
	crypt_wipe(secret, sizeof secret);
	TRY(totp_fill(v, k, &u, totp));
	k->note.object = u.id.v;
	k->note.count = (int64_t)u.role;
	TRY(core_note(v, k, "user.new", true));
	store_put(&v->store, ROW_USER, &u, 0);
	gifts_give(v, k, &u, gifts, n);
	forget_fresh(v);
	code_id(&k->out, &u.id.v);
	code_bytes(&k->out, totp, sizeof totp);
	crypt_wipe(totp, sizeof totp);
	return NULL;
}

static void new_group(struct vaultd *v, struct ask *k, const char *office, unsigned kind)
{
	struct st_group g = {.kind = (uint8_t)kind, .gen = 1};
	struct fresh_group *f = big_alloc(sizeof *f);
	struct box_pair pair;
	struct st_user *u;

	g.id.v = id_random();
	memcpy(g.office, office, strlen(office));
	crypt_box_new(&pair);
	memcpy(g.pk, pair.pk, sizeof g.pk);
	f->id = g.id;
	f->keys = (struct group_keys){pair.sk, crypt_key_new()};
	crypt_wipe(&pair, sizeof pair);
	store_put(&v->store, ROW_GROUP, &g, 0);
	for (size_t i = 0; (u = map_next(&v->store.users, &i));)
		if (u->state != ACCOUNT_REVOKED && reads_group(u, &g))
			give_group(v, k, u, &g, &f->keys);
	escrow_put(v, k, &g, &f->keys);
	f->next = v->fresh;
	v->fresh = f;
}

/* Those the office does not have yet, or all of them anew. */
static void new_groups(struct vaultd *v, struct ask *k, const char *office, bool anew)
{
	for (unsigned kind = 0; kind < GROUP_KINDS; kind++) {
		bool used = kind < COMPARTMENTS || kind == GROUP_INDEX;

		if (!used || (!anew && store_group(&v->store, office, kind)))
			continue;
		new_group(v, k, office, kind);
	}
}

void groups_complete(struct vaultd *v, struct ask *k)
{
	struct st_office *o;

	for (size_t i = 0; (o = map_next(&v->store.offices, &i));)
		new_groups(v, k, o->code, false);
	forget_fresh(v);
}

/* Before the first account the keys wait in memory for it; afterwards whoever is to read them has them at once. */
struct err *on_office_new(struct vaultd *v, struct ask *k)
{
	struct st_office o = {0};
	bool bare = v->store.users.n == 0;
	str code = STR("");

	code_str(&k->in, &code, OFFICE_MAX);
	if (!codec_end(&k->in) || !office_ok(code))
		return FAIL(k->a, INVALID, NULL, "an office is 1 to %d capital letters and digits", OFFICE_MAX);
	if (!k->user && !bare)
		return FAIL(k->a, DENIED, NULL, "offices are made by a coordinator");
	memcpy(o.code, code.p, code.n);
	if (store_office(&v->store, o.code) && !bare)
		return FAIL(k->a, CONFLICT, NULL, "there is such an office");
	TRY(core_note(v, k, "office.new", true));
	store_put(&v->store, ROW_OFFICE, &o, 0);
	new_groups(v, k, o.code, bare);
	if (!bare)
		forget_fresh(v);
	return NULL;
}

struct staff user_line(const struct st_user *u)
{
	struct staff s = {.id = u->id,
			  .role = u->role,
			  .active = account_open(u),
			  .state = u->state,
			  .away_from = u->away_from,
			  .away_until = u->away_until,
			  .restored = u->state == ACCOUNT_LOCKED && u->restored,
			  .invite_until = u->state == ACCOUNT_INVITED ? u->invite_until : 0,
			  .invite_from = u->state == ACCOUNT_INVITED ? u->invite_from : 0};

	memcpy(s.office, u->office, sizeof s.office);
	memcpy(s.name, u->name, sizeof s.name);
	memcpy(s.login, u->login, sizeof s.login);
	return s;
}

static int by_id(const void *a, const void *b)
{
	const struct st_user *const *x = a, *const *y = b;

	return id_cmp((*x)->id.v, (*y)->id.v);
}

struct err *on_staff(struct vaultd *v, struct ask *k)
{
	struct st_user **all = NEWS(k->a, struct st_user *, v->store.users.n + 1), *u;
	struct id after;
	size_t n = 0, page;

	code_id(&k->in, &after);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "page cannot be read");
	for (size_t i = 0; (u = map_next(&v->store.users, &i));)
		if (id_cmp(u->id.v, after) > 0)
			all[n++] = u;
	qsort(all, n, sizeof(struct st_user *), by_id);
	page = n < STAFF_PAGE ? n : STAFF_PAGE;
	code_count(&k->out, &page, STAFF_PAGE);
	for (size_t i = 0; i < page; i++) {
		struct staff s = user_line(all[i]);

		code_staff(&k->out, &s);
	}
	return NULL;
}
