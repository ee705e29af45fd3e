/* access.c — what VERB_ACCESS does, who may ask it, and how a refusal is called in the audit; and who opened one's
 * files yesterday. */
#include "core.h"

#include <string.h>

static const struct access_row {
	struct err *(*handle)(struct vaultd *, struct ask *);
	const char *refused;
	enum may may; /* MAY_UNSET: anyone who is signed in; MAY_PUBLIC: web itself, without a session */
} rows[ACCESSES] = {
	[ACCESS_GIVE] = {on_assign, "case.assign", MAY_ASSIGN},
	[ACCESS_TAKE] = {on_assign, "case.unassign", MAY_ASSIGN},
	[ACCESS_NAME] = {on_name, "case.name", MAY_ASSIGN},
	[ACCESS_WHO] = {on_passes_of, "case.name", MAY_ASSIGN},
	[ACCESS_MINE] = {on_passes_mine, NULL, MAY_UNSET},
	[ACCESS_GLASS] = {on_glass, "case.glass", MAY_GLASS},
	[ACCESS_BUDGETS] = {on_budgets, NULL, MAY_UNSET},
	[ACCESS_SEARCH] = {on_search, "search.begin", MAY_CASE_LIST},
	[ACCESS_RAISE] = {on_raise, "budget.raise", MAY_ASSIGN},
	[ACCESS_ALERTS] = {on_alerts, "alert.read", MAY_UNSET},
	[ACCESS_ACK] = {on_alert_ack, "alert.ack", MAY_UNSET},
	[ACCESS_DECOY] = {on_decoy, "case.decoy", MAY_ASSIGN},
	[ACCESS_DECOYS] = {on_decoys, NULL, MAY_PUBLIC},
	[ACCESS_SEEN] = {on_seen, NULL, MAY_UNSET},
};

struct err *on_access(struct vaultd *v, struct ask *k)
{
	const struct access_row *row;

	if (k->sub >= ACCESSES)
		return FAIL(k->a, MALFORMED, NULL, "no such act of access");
	row = &rows[k->sub];
	if (row->refused)
		k->action = row->refused;
	if (row->may == MAY_PUBLIC)
		return row->handle(v, k);
	if (!k->user)
		return FAIL(k->a, SIGNED_OUT, NULL, "needs a session");
	if (row->may != MAY_UNSET && !role_may(k->user->role, row->may))
		return FAIL(k->a, DENIED, NULL, "role %s may not do this", roles[k->user->role].code);
	return row->handle(v, k);
}

#define LINES 32
struct seen_ask {
	msec from, to;
	struct seen *list;
	size_t n;
};

static void see(struct seen_ask *s, const struct ask *k, const struct audit_entry *e)
{
	struct seen *mine = NULL;

	if (!e->done || strcmp(e->action, "case.open") != 0 || id_eq(e->actor, k->user->id.v) || e->at < s->from ||
	    e->at >= s->to || !(e->compartments & CASE_BITS)) /* registers are nobody's file */
		return;
	for (size_t i = 0; i < s->n; i++)
		if (id_eq(s->list[i].who.v, e->actor) && id_eq(s->list[i].object.v, e->object))
			mine = &s->list[i];
	if (!mine) {
		if (s->n == SEEN_MAX)
			return;
		mine = &s->list[s->n++];
		mine->object.v = e->object;
		mine->who.v = e->actor;
		mine->last = e->at;
	}
	mine->first = e->at; /* newest first */
	mine->purposes |= 1u << e->purpose;
}

/* The chain of entries about one file, backwards until it is older than was asked. */
static struct err *see_file(struct vaultd *v, struct ask *k, struct id object, struct seen_ask *s)
{
	struct audit_entry *e = NEWS(k->a, struct audit_entry, LINES);
	uint64_t before = 0;
	size_t n;

	do {
		TRY(audit_lines(k->a, &v->audit, object, before, e, LINES, &n));
		for (size_t i = 0; i < n; i++)
			see(s, k, &e[i]);
		before = n ? e[n - 1].seq : 0;
	} while (n == LINES && e[n - 1].at >= s->from);
	return NULL;
}

struct err *on_seen(struct vaultd *v, struct ask *k)
{
	struct seen_ask s = {.list = NEWS(k->a, struct seen, SEEN_MAX)};
	struct st_object *o;

	code_i64(&k->in, &s.from);
	code_i64(&k->in, &s.to);
	if (!codec_end(&k->in) || s.from > s.to)
		return FAIL(k->a, MALFORMED, NULL, "stretch of time cannot be read");
	for (size_t i = 0; (o = map_next(&v->store.objects, &i));)
		if (o->assigns && assigned_to(v, k, o))
			TRY(see_file(v, k, o->id.v, &s));
	code_count(&k->out, &s.n, SEEN_MAX);
	for (size_t i = 0; i < s.n; i++)
		code_seen(&k->out, &s.list[i]);
	return NULL;
}
