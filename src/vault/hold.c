/* hold.c — legal holds: a case that a court may still ask for is kept, and the erasure is refused here, whatever the
 * head says that web reads.  Why it must be kept is written in the register of the desk. */
#include "core.h"

bool held(const struct vaultd *v, case_id object)
{
	return map_get(&v->store.holds, object.v) != NULL;
}

static struct err *may_hold(struct vaultd *v, struct ask *k, struct st_object *o)
{
	if (role_may(k->user->role, MAY_ERASE))
		return NULL;
	if (k->sub == OBJECT_RELEASE || !role_may(k->user->role, MAY_CASE_WRITE))
		return FAIL(k->a, DENIED, NULL, "this role sets or lifts no hold");
	return may_reach(v, k, o) ? NULL : FAIL(k->a, NOT_FOUND, NULL, "no such case");
}

struct err *on_hold(struct vaultd *v, struct ask *k)
{
	struct st_erase row = {.at = k->now};
	struct st_object *o;
	bool is;

	k->action = k->sub == OBJECT_RELEASE ? "case.release" : k->sub == OBJECT_HELD ? "case.held" : "case.hold";
	code_id(&k->in, &row.object.v);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "hold cannot be read");
	k->note.object = row.object.v;
	o = map_get(&v->store.objects, row.object.v);
	if (!k->user)
		return FAIL(k->a, DENIED, NULL, "a hold needs a session");
	if (!o || !o->made || !o->has_head || !o->person)
		return FAIL(k->a, NOT_FOUND, NULL, "no such case");
	TRY(may_hold(v, k, o));
	if (k->sub == OBJECT_HELD) {
		is = held(v, row.object);
		code_bool(&k->out, &is);
		return NULL;
	}
	if (held(v, row.object) == (k->sub == OBJECT_HOLD))
		return NULL;
	row.by = k->user->id;
	TRY(core_note(v, k, k->action, true));
	store_put(&v->store, k->sub == OBJECT_HOLD ? ROW_HOLD : ROW_HOLD_DROP, &row, 0);
	return NULL;
}
