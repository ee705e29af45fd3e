/* grants.c — signed grants: assignments by name and memberships; who reaches a case. */
#include "core.h"

#include <string.h>

static const uint8_t NO_KEY[32];

/* One form for every grant: nothing of it can be read as another. */
static str grant_text(struct arena *a, const struct vaultd *v, const struct st_grant *g, user_id who,
		      const uint8_t who_pk[32], struct id what, const uint8_t what_pk[32])
{
	struct codec c = codec_writer(arena_alloc(a, 160), 160);
	struct st_grant copy = *g;
	struct id tenant = v->keys->tenant;

	code_bytes(&c, (void *)(uintptr_t) "rvg-grant1", 10);
	code_id(&c, &tenant);
	code_id(&c, &copy.by.v);
	code_i64(&c, &copy.at);
	code_i32(&c, &copy.until);
	code_id(&c, &who.v);
	code_bytes(&c, (void *)(uintptr_t)who_pk, 32);
	code_id(&c, &what);
	code_bytes(&c, (void *)(uintptr_t)what_pk, 32);
	if (c.bad)
		BUG("grant does not fit");
	return codec_written(&c);
}

void grant_sign(const struct vaultd *v, struct arena *a, struct st_grant *g, user_id who, const uint8_t who_pk[32],
		struct id what, const uint8_t what_pk[32])
{
	crypt_sign(&v->delegate, grant_text(a, v, g, who, who_pk, what, what_pk), g->sig);
}

bool grant_good(const struct vaultd *v, struct arena *a, const struct st_grant *g, user_id who,
		const uint8_t who_pk[32], struct id what, const uint8_t what_pk[32])
{
	return crypt_verify(v->delegate.pk, grant_text(a, v, g, who, who_pk, what, what_pk), g->sig);
}

bool assigned_to(struct vaultd *v, struct ask *k, struct st_object *o)
{
	for (struct st_assign *m = o->assigns; m; m = m->next) {
		if (!id_eq(m->user.v, k->user->id.v))
			continue;
		if (m->grant.until != NO_DAY && m->grant.until < day_of_msec(k->now))
			return false;
		if (!m->verified)
			m->verified = grant_good(v, k->a, &m->grant, m->user, k->user->box_pk, o->id.v, NO_KEY);
		return m->verified;
	}
	return false;
}

bool of_office(const struct st_object *o, const char *office)
{
	bool is = strcmp(o->office, office) == 0;

	for (int i = 0; i < o->n_also; i++)
		is = is || strcmp(o->also[i], office) == 0;
	return is;
}

/* A referral nobody has yet been assigned to is open to those of its office who do triage. */
bool may_reach(struct vaultd *v, struct ask *k, struct st_object *o)
{
	const struct role_row *r = &roles[k->user->role];

	if (!o->made)
		return false;
	if (r->every_case && (r->reads[DOSSIER_FR] | r->reads[DOSSIER_COR]) &&
	    (r->every_office || of_office(o, k->user->office)))
		return true;
	if (o->triage && role_may(k->user->role, MAY_TRIAGE) && strcmp(o->office, k->user->office) == 0)
		return true;
	return assigned_to(v, k, o) || (by_name_ok(k->user, o) && has_pass(v, k, o->id.v, PASS_NONE));
}

struct err *reached(struct vaultd *v, struct ask *k, case_id object, struct st_object **out)
{
	struct st_object *o = map_get(&v->store.objects, object.v);

	k->note.object = object.v;
	if (!o || !may_reach(v, k, o))
		return FAIL(k->a, NOT_FOUND, NULL, "no such case, or not this actor's");
	*out = o;
	return NULL;
}

void assign_to(struct vaultd *v, struct ask *k, case_id object, user_id who, day until)
{
	const struct st_user *u = map_get(&v->store.users, who.v);
	struct st_assign m = {
		.object = object, .user = who, .grant = {.by = k->user->id, .at = k->now, .until = until}};

	grant_sign(v, k->a, &m.grant, who, u->box_pk, object.v, NO_KEY);
	store_put(&v->store, ROW_ASSIGN, &m, 0);
}

struct err *on_assign(struct vaultd *v, struct ask *k)
{
	struct st_assign gone = {0};
	struct st_object *o;
	struct st_user *u;
	case_id object;
	user_id who;
	day until = NO_DAY;

	code_id(&k->in, &object.v);
	code_id(&k->in, &who.v);
	code_i32(&k->in, &until);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "assignment cannot be read");
	TRY(reached(v, k, object, &o));
	if (k->sub == ACCESS_TAKE) {
		struct st_pass pass = {.object = object, .user = who};

		gone.object = object;
		gone.user = who;
		store_put(&v->store, ROW_UNASSIGN, &gone, 0);
		store_put(&v->store, ROW_UNPASS, &pass, 0);
		return core_note(v, k, "case.unassign", true);
	}
	u = map_get(&v->store.users, who.v);
	if (!u || !account_open(u))
		return FAIL(k->a, NOT_FOUND, NULL, "no such account");
	if (!(roles[u->role].reads[DOSSIER_FR] | roles[u->role].reads[DOSSIER_COR]))
		return FAIL(k->a, DENIED, NULL, "role %s reads no file", roles[u->role].code);
	if (o->triage) {
		struct st_object taken = *o;

		taken.triage = false;
		store_put(&v->store, ROW_OBJECT, &taken, 0);
	}
	assign_to(v, k, object, who, until);
	return core_note(v, k, "case.assign", true);
}
