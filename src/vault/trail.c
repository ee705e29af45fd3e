/* trail.c — what others write to the audit log, and reading it back.
 *
 * A stranger's refusals are written like anyone's, but not one by one: the first at once, those of the same kind and
 * about the same account in the next minute with their number, when it is over.  So a flood of sign-ins adds entries
 * by the minute, never by the thousand.  A power cut loses the number of its last minute, nothing else. */
#include "audit_query.h"
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

/* The log of a file is for who answers for it; the whole of it for the data-protection officer.  A file that is not for
 * this actor at all is answered as one that never was. */
static struct err *may_read_about(struct vaultd *v, struct ask *k, struct id object)
{
	struct st_object *o = map_get(&v->store.objects, object);

	if (role_may(k->user->role, MAY_AUDIT))
		return NULL;
	if (!id_is_zero(object) && (!o || !may_reach(v, k, o)))
		return FAIL(k->a, NOT_FOUND, NULL, "no such case");
	if (o && (role_may(k->user->role, MAY_ASSIGN) || assigned_to(v, k, o)))
		return NULL;
	return FAIL(k->a, DENIED, NULL, "the audit log is not open to this actor");
}

static void answer(struct vaultd *v, struct ask *k, const struct audit_entry *e, size_t n, uint64_t next, msec reached)
{
	struct audit_line *lines = NEWS(k->a, struct audit_line, n + 1);
	size_t reasons = 0;

	for (size_t i = 0; i < n && reasons < AUDIT_REASONS; i++) {
		lines[i] = line_of(&e[i]);
		lines[i].reason = alert_reason(v, k, &e[i]);
		reasons += lines[i].reason.n;
		if (reasons >= AUDIT_REASONS && i + 1 < n) {
			n = i + 1;
			next = id_is_zero(k->note.object) ? e[i].seq : e[i].object_prev;
		}
	}
	code_count(&k->out, &n, AUDIT_PAGE);
	for (size_t i = 0; i < n; i++)
		code_audit_line(&k->out, &lines[i]);
	code_u64(&k->out, &next);
	code_i64(&k->out, &reached);
}

static struct err *find(struct vaultd *v, struct ask *k, const struct audit_query *q)
{
	struct audit_entry *e = NEWS(k->a, struct audit_entry, AUDIT_PAGE);
	uint64_t next;
	msec reached;
	size_t n;

	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "audit page cannot be read");
	TRY(may_read_about(v, k, q->object.v));
	TRY(audit_find(k->a, &v->audit, q, e, AUDIT_PAGE, &n, &next, &reached));
	k->note.count = (int64_t)n;
	TRY(core_note(v, k, "audit.read", true));
	answer(v, k, e, n, next, reached);
	return NULL;
}

/* Only written down, counted and told here; the entries are then read as for the page. */
static struct err *export_begins(struct vaultd *v, struct ask *k, const struct audit_query *q)
{
	struct id about[2] = {q->object.v, q->who.v};
	size_t first = id_is_zero(about[0]) && !id_is_zero(about[1]), end = id_is_zero(about[1]) ? 1 : 2;
	str reason = STR("");

	code_str(&k->in, &reason, ACCESS_REASON_MAX);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "export cannot be read");
	k->note.count = audit_taken(q);
	if (!role_may(k->user->role, MAY_AUDIT))
		return FAIL(k->a, DENIED, NULL, "the audit log is not open to this actor");
	if (!access_reason_ok(reason))
		return FAIL(k->a, INVALID, NULL, "an export needs a reason");
	TRY(budget_check(v, k, SPEND_PRINT, q->object.v));
	for (size_t i = first; i < end; i++) {
		k->note.object = about[i];
		TRY(core_note(v, k, "audit.export", true));
	}
	budget_spend(v, k, SPEND_PRINT, q->object.v);
	for (size_t i = first; i < end; i++)
		alert_raise(v, k->now, ALARM_EXPORT, k->user->id, about[i], k->note.count, reason);
	return NULL;
}

struct err *on_audit_read(struct vaultd *v, struct ask *k)
{
	struct audit_query q = {0};

	code_audit_query(&k->in, &q);
	if (k->in.bad)
		return FAIL(k->a, MALFORMED, NULL, "question about the audit log cannot be read");
	k->note.object = q.object.v;
	if (k->sub == AUDIT_EXPORT)
		k->action = "audit.export"; /* also of a refusal */
	return k->sub == AUDIT_FIND     ? find(v, k, &q)
	       : k->sub == AUDIT_EXPORT ? export_begins(v, k, &q)
					: FAIL(k->a, MALFORMED, NULL, "no such question about the audit log");
}
