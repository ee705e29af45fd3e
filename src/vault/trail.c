/* trail.c — what others write to the audit log, and reading it back.
 *
 * A stranger's refusals are written like anyone's, but not one by one: the first at once, those of the same kind and
 * about the same account in the next minute with their number, when it is over.  So a flood of sign-ins adds entries
 * by the minute, never by the thousand.  A power cut loses the number of its last minute, nothing else. */
#include "core.h"

#include <string.h>

#define TALLY_MS 60000
#define TALLIES_A_TURN 256

struct tally {
	struct audit_entry e; /* the first one's */
	msec since;           /* 0: no minute is running */
	int64_t more;
};

static struct tally *tally_of(struct vaultd *v, const struct ask *k)
{
	struct id key = k->note.actor; /* zero: a name that is nobody's */
	struct tally *t;

	key.b[0] ^= (uint8_t)k->verb;
	key.b[1] ^= k->sub;
	t = map_get(&v->refusals, key);
	if (!t) {
		t = big_alloc(sizeof *t);
		map_put(&v->refusals, key, t);
	}
	return t;
}

struct err *core_note_refusal(struct vaultd *v, struct ask *k, const char *action)
{
	struct tally *t;

	if (k->session || !id_is_zero(k->note.object))
		return core_note(v, k, action, false);
	t = tally_of(v, k);
	if (t->since) {
		t->more++;
		return NULL;
	}
	k->note.count = 1;
	TRY(core_note(v, k, action, false));
	t->e = v->audit.pending[v->audit.n_pending - 1];
	t->since = k->now;
	return NULL;
}

void core_tally(struct vaultd *v, msec now, bool all)
{
	struct tally *t;
	int written = 0;

	for (size_t i = 0; written < TALLIES_A_TURN && (t = map_next(&v->refusals, &i));) {
		if (!t->since || (!all && now >= t->since && now - t->since < TALLY_MS))
			continue;
		t->e.at = now;
		t->e.count = t->more;
		if (t->more && !audit_add(&v->audit, t->e))
			return;
		written += t->more > 0;
		t->since = t->more ? now : 0;
		t->more = 0;
	}
}

static bool action_ok(str s)
{
	if (s.n == 0 || s.n > ACTION_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '.' &&
		    s.p[i] != '-' && s.p[i] != '_')
			return false;
	return true;
}

struct err *on_audit(struct vaultd *v, struct ask *k)
{
	str action = STR("");
	bool done = false;

	code_str(&k->in, &action, ACTION_MAX);
	code_id(&k->in, &k->note.object);
	code_bool(&k->in, &done);
	code_i64(&k->in, &k->note.count);
	if (!codec_end(&k->in) || !action_ok(action))
		return FAIL(k->a, MALFORMED, NULL, "an action is 1 to %d of a-z 0-9 . - _", ACTION_MAX);
	return core_note(v, k, arena_z(k->a, action), done);
}

static struct audit_line line_of(const struct audit_entry *e)
{
	struct audit_line l = {.seq = e->seq,
			       .at = e->at,
			       .compartments = e->compartments,
			       .done = e->done,
			       .count = e->count,
			       .purpose = e->purpose};

	l.actor.v = e->actor;
	l.object.v = e->object;
	memcpy(l.action, e->action, sizeof l.action);
	return l;
}

struct err *on_audit_read(struct vaultd *v, struct ask *k)
{
	struct audit_entry *e = NEWS(k->a, struct audit_entry, AUDIT_PAGE);
	uint64_t before = 0;
	struct st_object *o;
	size_t n;

	code_id(&k->in, &k->note.object);
	code_u64(&k->in, &before);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "audit page cannot be read");
	o = map_get(&v->store.objects, k->note.object);
	if (!role_may(k->user->role, MAY_AUDIT) && (!o || !may_reach(v, k, o)))
		return FAIL(k->a, DENIED, NULL, "the audit log is not open to this actor");
	TRY(audit_lines(k->a, &v->audit, k->note.object, before, e, AUDIT_PAGE, &n));
	k->note.count = (int64_t)n;
	TRY(core_note(v, k, "audit.read", true));
	code_count(&k->out, &n, AUDIT_PAGE);
	for (size_t i = 0; i < n; i++) {
		struct audit_line l = line_of(&e[i]);

		code_audit_line(&k->out, &l);
	}
	return NULL;
}
