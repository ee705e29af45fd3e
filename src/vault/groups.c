/* groups.c — the keys of office × compartment, and who holds them. */
#include "core.h"

#include <string.h>

/* The names index is read by whoever reads identities. */
bool reads_group(const struct st_user *u, const struct st_group *g)
{
	const struct role_row *r = &roles[u->role];
	uint32_t reads = r->reads[DOSSIER_FR] | r->reads[DOSSIER_COR];
	unsigned c = g->kind == GROUP_INDEX ? COMP_IDENTITY : g->kind;

	if (!r->every_office && strcmp(u->office, g->office) != 0)
		return false;
	return (reads & COMP_BIT(c)) != 0;
}

static struct seal_at member_place(const struct vaultd *v, const struct st_user *u, const struct st_group *g)
{
	return (struct seal_at){.tenant = v->keys->tenant,
				.table = SEAL_MEMBER,
				.row = u->id.v,
				.object = g->id.v,
				.keygen = g->gen,
				.version = 1};
}

static bool open_member(struct vaultd *v, struct ask *k, const struct st_member *m, const struct st_group *g,
			struct group_keys *out)
{
	struct seal_at at = member_place(v, k->user, g);
	struct box_pair pair;
	struct err *e;
	str plain;

	if (m->boxed) {
		memcpy(pair.pk, k->user->box_pk, sizeof pair.pk);
		pair.sk = k->secret.sk;
		e = crypt_box_open(k->a, &pair, (str){(const char *)m->sealed, MEMBER_BOX}, &plain);
		crypt_wipe(&pair, sizeof pair);
	} else {
		e = crypt_unwrap(k->a, &k->secret.sym, &at, (str){(const char *)m->sealed, MEMBER_WRAP}, &plain);
	}
	if (e || plain.n != 64)
		return false;
	memcpy(out->sk.b, plain.p, 32);
	memcpy(out->sym.b, plain.p + 32, 32);
	return true;
}

/* The signature of a membership is checked at its first use in this process, and the answer kept. */
struct err *ask_group(struct vaultd *v, struct ask *k, const struct st_group *g, struct group_keys *out)
{
	struct st_member *m;

	TRY(ask_secret(v, k));
	m = reads_group(k->user, g) ? store_member(&v->store, k->user->id, g->id) : NULL;
	if (!m)
		return FAIL(k->a, DENIED, NULL, "the account does not hold the keys of this group");
	if (!m->verified)
		m->verified = grant_good(v, k->a, &m->grant, k->user->id, k->user->box_pk, g->id.v, g->pk);
	if (!m->verified || !open_member(v, k, m, g, out))
		return FAIL(k->a, INTERNAL, NULL, "a membership is not what was granted");
	return NULL;
}

void give_group(struct vaultd *v, struct ask *k, const struct st_user *to, const struct st_group *g,
		const struct group_keys *keys)
{
	struct st_member m = {.user = to->id, .group = g->id, .boxed = true, .grant = {.at = k->now, .until = NO_DAY}};
	uint8_t plain[64];
	str box;

	memcpy(plain, keys->sk.b, 32);
	memcpy(plain + 32, keys->sym.b, 32);
	box = crypt_box_seal(k->a, to->box_pk, (str){(char *)plain, sizeof plain});
	crypt_wipe(plain, sizeof plain);
	memcpy(m.sealed, box.p, MEMBER_BOX);
	if (k->user)
		m.grant.by = k->user->id;
	grant_sign(v, k->a, &m.grant, to->id, to->box_pk, g->id.v, g->pk);
	store_put(&v->store, ROW_MEMBER, &m, 0);
}

void rewrap_groups(struct vaultd *v, struct ask *k)
{
	struct st_group *g;

	for (size_t i = 0; (g = map_next(&v->store.groups, &i));) {
		struct st_member *m = store_member(&v->store, k->user->id, g->id), fresh;
		struct seal_at at = member_place(v, k->user, g);
		struct group_keys keys;
		uint8_t plain[64];
		str wrapped;

		if (!m || !m->boxed || ask_group(v, k, g, &keys))
			continue;
		memcpy(plain, keys.sk.b, 32);
		memcpy(plain + 32, keys.sym.b, 32);
		if (!crypt_wrap(k->a, &k->secret.sym, &at, (str){(char *)plain, sizeof plain}, &wrapped)) {
			fresh = *m;
			fresh.boxed = false;
			memcpy(fresh.sealed, wrapped.p, MEMBER_WRAP);
			store_put(&v->store, ROW_MEMBER, &fresh, 0);
		}
		crypt_wipe(plain, sizeof plain);
		crypt_wipe(&keys, sizeof keys);
	}
}
