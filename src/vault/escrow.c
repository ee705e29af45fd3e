/* escrow.c — the keys of every group sealed to the recovery key, and a coordinator made from its shares (docs/adr/0029).
 *
 * A row opens with the recovery key, which is on paper only, and lies under the keyring as every row does: shares alone
 * open nothing, nor does the machine.  What must not happen here: a key left behind on any path, a membership on the
 * disk before the entry that tells of it, or an account that could be used before somebody had time to lock it. */
#include "audit_query.h"
#include "core.h"
#include "recovery.h"

#include <string.h>

#define PLAIN 64u /* secret key, symmetric key */
_Static_assert(PLAIN + 48 == ESCROW_BOX, "a sealed box is 48 bytes longer");
#define LOOKED 32

static bool card_in(const struct vaultd *v)
{
	return v->store.recovery.card.total != 0;
}

void escrow_put(struct vaultd *v, struct ask *k, const struct st_group *g, const struct group_keys *keys)
{
	struct st_escrow row = {.group = g->id};
	uint8_t plain[PLAIN];
	str box;

	if (!card_in(v))
		return;
	memcpy(plain, keys->sk.b, 32);
	memcpy(plain + 32, keys->sym.b, 32);
	box = crypt_box_seal(k->a, v->store.recovery.card.pk, (str){(char *)plain, sizeof plain});
	crypt_wipe(plain, sizeof plain);
	card_set(&v->store.recovery.card, row.set);
	memcpy(row.sealed, box.p, sizeof row.sealed);
	store_put(&v->store, ROW_ESCROW, &row, 0);
}

size_t escrow_missing(const struct store *s)
{
	struct st_group *g;
	size_t n = 0;

	for (size_t i = 0; (g = map_next(&s->groups, &i));)
		n += !map_get(&s->escrows, g->id.v);
	return n;
}

struct err *escrow_complete(struct vaultd *v, struct ask *k)
{
	struct st_group *g;
	int64_t n = 0;

	if (!card_in(v) || escrow_missing(&v->store) == 0)
		return NULL;
	for (size_t i = 0; (g = map_next(&v->store.groups, &i));) {
		struct group_keys keys;

		if (map_get(&v->store.escrows, g->id.v) || ask_group(v, k, g, &keys))
			continue;
		escrow_put(v, k, g, &keys);
		crypt_wipe(&keys, sizeof keys);
		n++;
	}
	k->note.count = n;
	if (n)
		TRY(core_note(v, k, "recovery.escrow", true));
	k->note.count = 0;
	return NULL;
}

/* The row is of this set, and holds the key whose public half the group has: so it is of this group. */
static bool open_row(struct vaultd *v, struct arena *a, const struct box_pair *recovery, const struct st_group *g,
		     struct group_keys *out)
{
	const struct st_escrow *row = map_get(&v->store.escrows, g->id.v);
	struct box_pair pair;
	uint8_t set[8];
	bool good;
	str plain;

	card_set(&v->store.recovery.card, set);
	if (!row || memcmp(row->set, set, sizeof set) != 0 ||
	    crypt_box_open(a, recovery, (str){(const char *)row->sealed, sizeof row->sealed}, &plain))
		return false;
	good = plain.n == PLAIN;
	if (good) {
		memcpy(out->sk.b, plain.p, 32);
		memcpy(out->sym.b, plain.p + 32, 32);
		crypt_box_from_secret(&out->sk, &pair);
		good = memcmp(pair.pk, g->pk, sizeof g->pk) == 0;
		crypt_wipe(&pair, sizeof pair);
	}
	crypt_wipe((void *)(uintptr_t)plain.p, plain.n);
	return good;
}

struct making {
	struct vaultd *v;
	struct ask *k;
	struct coordinator_new *in;
	struct st_user u;
	struct gift *gifts;
	size_t n, room;
};

static struct err *open_rows(struct making *m)
{
	struct key recovery = {{0}};
	struct box_pair pair;
	struct st_group *g;
	struct err *e;
	size_t wrong;

	e = shamir_join(m->k->a, m->in->shares, m->in->n_shares, &m->v->store.recovery.card, &recovery, &wrong);
	m->in->wrong = e ? wrong : m->in->n_shares;
	if (!e) {
		crypt_box_from_secret(&recovery, &pair);
		for (size_t i = 0; (g = map_next(&m->v->store.groups, &i));) {
			m->gifts[m->n].group = g;
			if (open_row(m->v, m->k->a, &pair, g, &m->gifts[m->n].keys))
				m->n++;
			else
				m->in->missing++;
		}
		crypt_wipe(&pair, sizeof pair);
	}
	crypt_wipe(&recovery, sizeof recovery);
	if (!e && m->n == 0)
		e = FAIL(m->k->a, CONFLICT,
			 "No key is sealed to these shares yet: a coordinator must sign in once after the ceremony.",
			 "no row of this set");
	return e;
}

static msec signed_in(struct vaultd *v, struct arena *a, user_id who)
{
	struct audit_entry list[LOOKED];
	struct audit_query q = {.kind = AUDIT_SIGN_IN, .who = who};
	uint64_t next;
	msec reached;
	size_t n = 0;

	if (audit_find(a, &v->audit, &q, list, LOOKED, &n, &next, &reached))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (list[i].done && str_starts(str_of(list[i].action), STR("signin")))
			return list[i].at;
	return 0;
}

static struct err *agreed(struct making *m)
{
	struct coordinator_seen *list = NEWS(m->k->a, struct coordinator_seen, m->v->store.users.n + 1);
	struct st_user *u;
	size_t n = 0;

	for (size_t i = 0; (u = map_next(&m->v->store.users, &i));)
		if (u->role == ROLE_COO && account_open(u)) {
			memcpy(list[n].login, u->login, sizeof u->login);
			list[n++].signed_in = signed_in(m->v, m->k->a, u->id);
		}
	if (m->in->agree && !m->in->agree(m->in->arg, list, n))
		return FAIL(m->k->a, CONFLICT, "The login was not typed again: nothing was made.", "not agreed");
	return NULL;
}

static struct err *judge(struct making *m)
{
	struct user_new in = {.login = m->in->login, .name = m->in->name, .role = ROLE_COO, .office = m->in->office};

	if (!card_in(m->v))
		return FAIL(m->k->a, CONFIG, "There is no recovery key yet: make it with “rivage ceremony new”.",
			    "no recovery card in the store");
	TRY(user_check(m->v, m->k, &in, false));
	TRY(open_rows(m));
	TRY(agreed(m));
	m->u = user_of(m->v, m->k, &in);
	return NULL;
}

static struct err *tell(struct making *m, bool done)
{
	struct audit_entry e = {.at = m->k->now, .done = done, .role = ROLE_NONE, .action = "recovery.coordinator"};

	if (done) {
		e.object = m->u.id.v;
		e.count = (int64_t)m->n;
		alert_raise(m->v, m->k->now, ALARM_COORDINATOR, m->u.id, (struct id){0}, (int64_t)m->n, STR(""));
	}
	if (!audit_add(&m->v->audit, e))
		return FAIL(m->k->a, UNAVAILABLE, NULL, "the audit log takes no entry");
	TRY(core_commit(m->v, m->k->a, m->k->now));
	return audit_checkpoint(m->k->a, &m->v->audit, m->k->now, true);
}

/* Entry, checkpoint and alert are on the disk before the account and its keys are. */
static struct err *give(struct making *m)
{
	TRY(tell(m, true));
	TRY(account_link(m->v, m->k, &m->u, &m->in->link));
	m->u.invite_from = m->k->now + COORDINATOR_WAITS_MS;
	m->u.invite_until += COORDINATOR_WAITS_MS;
	store_put(&m->v->store, ROW_USER, &m->u, 0);
	gifts_give(m->v, m->k, &m->u, m->gifts, m->n);
	TRY(core_commit(m->v, m->k->a, m->k->now));
	m->in->id = m->u.id;
	m->in->from = m->u.invite_from;
	m->in->until = m->u.invite_until;
	m->in->groups = m->n;
	return NULL;
}

static struct err *make(struct vaultd *v, struct arena *a, void *arg)
{
	struct ask k = {.a = a};
	struct making m = {.v = v, .k = &k, .in = arg};
	struct err *e, *worse;

	k.now = m.in->now;
	TRY(core_unseal(v, a, m.in->secret, k.now));
	m.room = v->store.groups.n + 1;
	m.gifts = NEWS(a, struct gift, m.room);
	e = judge(&m);
	if (!e) {
		e = give(&m);
	} else {
		worse = tell(&m, false);
		e = worse ? worse : e;
	}
	crypt_wipe(m.gifts, m.room * sizeof *m.gifts);
	crypt_wipe(&m.u, sizeof m.u);
	stack_wipe();
	return e;
}

struct err *vault_coordinator(struct arena *a, const char *dir, struct coordinator_new *in)
{
	return core_alone(a, dir, make, in);
}
