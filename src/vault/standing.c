/* standing.c — who may come in: locked, revoked, travelling; and whose sessions end.
 *
 * Never about oneself, by any route.  A revocation withdraws memberships, assignments and passes and gives the groups that
 * person held new keys (a new generation): what is sealed from then on was never within her reach; what is older
 * stays readable to those who remain, with the keys of its generation. */
#include "core.h"

#include <string.h>

bool account_away(const struct st_user *u, msec now)
{
	day today = day_of_msec(now);

	return u->away_from != NO_DAY && u->away_from <= today && today <= u->away_until;
}

bool account_works(const struct st_user *u, msec now)
{
	return u->state == ACCOUNT_ACTIVE && !account_away(u, now);
}

bool account_open(const struct st_user *u)
{
	return u->state != ACCOUNT_LOCKED && u->state != ACCOUNT_REVOKED;
}

struct err *other_account(struct vaultd *v, struct ask *k, struct st_user **out)
{
	user_id who;

	code_id(&k->in, &who.v);
	if (k->in.bad)
		return FAIL(k->a, MALFORMED, NULL, "account cannot be read");
	k->note.object = who.v;
	*out = map_get(&v->store.users, who.v);
	if (!*out)
		return FAIL(k->a, NOT_FOUND, NULL, "no such account");
	if (id_eq(who.v, k->user->id.v))
		return FAIL(k->a, DENIED, "Nobody changes what her own account may do.", "one's own account");
	return NULL;
}

/* New generations of some groups, drawn before anything is written. */
struct renewal {
	struct st_group *old, fresh;
	struct group_keys keys;
};

/* Who renews the keys of a group must hold them: an administrator takes none from a coordinator. */
static struct err *plan_renewal(struct vaultd *v, struct ask *k, const struct st_user *gone, struct renewal **out,
				size_t *n)
{
	struct renewal *list = NEWS(k->a, struct renewal, v->store.newest.n);
	struct st_group *g;

	*n = 0;
	for (size_t i = 0; (g = map_next(&v->store.newest, &i));) {
		struct renewal *r = &list[*n];
		struct box_pair pair;

		if (!store_member(&v->store, gone->id, g->id))
			continue;
		TRY(ask_group(v, k, g, &r->keys));
		if (g->kind == GROUP_INDEX) /* its rows name no generation: docs/adr/0014 */
			continue;
		crypt_box_new(&pair);
		*r = (struct renewal){g, *g, {pair.sk, crypt_key_new()}};
		r->fresh.id.v = id_random();
		r->fresh.gen++;
		memcpy(r->fresh.pk, pair.pk, sizeof pair.pk);
		crypt_wipe(&pair, sizeof pair);
		(*n)++;
	}
	*out = list;
	return NULL;
}

static void give_renewal(struct vaultd *v, struct ask *k, const struct st_user *gone, struct renewal *r)
{
	group_id old = r->old->id;
	struct st_user *u;

	store_put(&v->store, ROW_GROUP, &r->fresh, 0);
	for (size_t i = 0; (u = map_next(&v->store.users, &i));)
		if (u->state != ACCOUNT_REVOKED && !id_eq(u->id.v, gone->id.v) && store_member(&v->store, u->id, old))
			give_group(v, k, u, &r->fresh, &r->keys);
	escrow_put(v, k, &r->fresh, &r->keys);
	crypt_wipe(&r->keys, sizeof r->keys);
}

static void withdraw(struct vaultd *v, user_id who)
{
	struct st_person *given = access_person(&v->store.access, who);
	struct st_group *g;
	struct st_object *o;

	for (size_t i = 0; (g = map_next(&v->store.groups, &i));) {
		struct st_member gone = {.user = who, .group = g->id};

		if (store_member(&v->store, who, g->id))
			store_put(&v->store, ROW_MEMBER_DROP, &gone, 0);
	}
	for (size_t i = 0; (o = map_next(&v->store.objects, &i));) {
		struct st_assign gone = {.object = o->id, .user = who};

		for (struct st_assign *m = o->assigns; m; m = m->next)
			if (id_eq(m->user.v, who.v)) {
				store_put(&v->store, ROW_UNASSIGN, &gone, 0);
				break;
			}
	}
	while (given && given->passes) {
		struct st_pass gone = {.object = given->passes->object, .user = who};

		store_put(&v->store, ROW_UNPASS, &gone, 0);
	}
}

static struct err *revoke(struct vaultd *v, struct ask *k, const struct st_user *u)
{
	struct st_user now = *u;
	struct renewal *list;
	size_t n;

	TRY(again_lately(k));
	TRY(plan_renewal(v, k, u, &list, &n));
	k->note.count = (int64_t)n;
	TRY(core_note(v, k, "user.revoke", true));
	sessions_end(v, u->id, NULL);
	for (size_t i = 0; i < n; i++)
		give_renewal(v, k, u, &list[i]);
	withdraw(v, u->id);
	keys_drop(v, u->id);
	now.state = ACCOUNT_REVOKED;
	random_bytes(now.slots, sizeof now.slots);
	random_bytes(now.totp, sizeof now.totp);
	random_bytes(now.invite, sizeof now.invite);
	store_put(&v->store, ROW_USER, &now, 0);
	return NULL;
}

static struct err *lock(struct vaultd *v, struct ask *k, const struct st_user *u)
{
	struct st_user now = *u;

	now.was = u->state;
	now.restored = false;
	now.state = ACCOUNT_LOCKED;
	TRY(core_note(v, k, "user.lock", true));
	sessions_end(v, u->id, NULL);
	store_put(&v->store, ROW_USER, &now, 0);
	return NULL;
}

static struct err *unlock(struct vaultd *v, struct ask *k, const struct st_user *u)
{
	struct st_user now = *u;

	TRY(again_lately(k));
	now.state = u->was;
	now.restored = false;
	TRY(core_note(v, k, "user.unlock", true));
	store_put(&v->store, ROW_USER, &now, 0);
	return NULL;
}

static bool fits(enum account_state now, enum account_act s)
{
	if (now == ACCOUNT_REVOKED)
		return false;
	return s == STANDING_REVOKE || (s == STANDING_UNLOCK) == (now == ACCOUNT_LOCKED);
}

struct err *account_standing(struct vaultd *v, struct ask *k)
{
	static struct err *(*const acts[STANDINGS])(struct vaultd *, struct ask *, const struct st_user *) = {
		[STANDING_LOCK] = lock, [STANDING_UNLOCK] = unlock, [STANDING_REVOKE] = revoke};
	static const char *const names[STANDINGS] = {"user.lock", "user.unlock", "user.revoke"};
	enum account_act s = STANDING_LOCK;
	struct st_user *u;

	TRY(other_account(v, k, &u));
	CODE_ENUM(&k->in, s, STANDINGS);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "state cannot be read");
	k->action = names[s];
	if (!fits(u->state, s))
		return FAIL(k->a, CONFLICT, "The account is in another state by now. Look at it again.", "state %d",
			    (int)u->state);
	return acts[s](v, k, u);
}

/* Sessions end now if the journey has begun; if not, each question is refused from its first day on. */
struct err *account_travel(struct vaultd *v, struct ask *k)
{
	struct st_user *u, now;
	day from = NO_DAY, until = NO_DAY;

	TRY(other_account(v, k, &u));
	code_i32(&k->in, &from);
	code_i32(&k->in, &until);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "journey cannot be read");
	if (from != NO_DAY || until != NO_DAY)
		if (from == NO_DAY || until < from || until < day_of_msec(k->now))
			return FAIL(k->a, INVALID,
				    "The journey must end on its first day or later, and not in the past.",
				    "days of a journey");
	if (u->state == ACCOUNT_REVOKED)
		return FAIL(k->a, CONFLICT, "The account is in another state by now. Look at it again.", "revoked");
	now = *u;
	now.away_from = from;
	now.away_until = until;
	TRY(core_note(v, k, from == NO_DAY ? "user.travel.end" : "user.travel", true));
	if (account_away(&now, k->now))
		sessions_end(v, u->id, NULL);
	store_put(&v->store, ROW_USER, &now, 0);
	return NULL;
}

/* A colleague may have to be quick: anyone of the same office can do it, and it takes nothing away but sessions. */
struct err *account_end(struct vaultd *v, struct ask *k)
{
	struct st_user *u;

	TRY(other_account(v, k, &u));
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "account cannot be read");
	if (!role_may(k->user->role, MAY_STAFF) && strcmp(u->office, k->user->office) != 0)
		return FAIL(k->a, NOT_FOUND, NULL, "no such account");
	k->note.count = (int64_t)sessions_end(v, u->id, NULL);
	return core_note(v, k, "user.end", true);
}
