/* alerts.c — what somebody should look at: kept in the vault's store, never changed, acknowledged by name.
 *
 * An alert is written in the same turn as the act it tells of.  The data-protection officer and the coordinators read
 * all of them; who has a file reads that the glass of it was broken, and why.  No alert holds a word about a person,
 * but for a reason that somebody typed. */
#include "core.h"

#include <string.h>

#define SAME_MS ((msec)3600 * 1000)
#define SIGN_IN_FAILURES 10

static bool told_already(const struct vaultd *v, msec now, enum alarm_kind kind, user_id who, struct id object,
			 int64_t count)
{
	const struct st_access *x = &v->store.access;

	for (size_t i = x->n_alerts; i-- > 0;) {
		const struct st_alert *l = x->alerts[i];

		if (!within(now, l->at, SAME_MS))
			return false;
		if (l->kind == kind && id_eq(l->who.v, who.v) && id_eq(l->object, object) &&
		    (kind != ALARM_BUDGET || l->count == count))
			return true;
	}
	return false;
}

static struct seal_at reason_place(const struct vaultd *v, const struct st_alert *l)
{
	return (struct seal_at){.tenant = v->keys->tenant,
				.table = SEAL_SHRED,
				.object = l->object,
				.version = l->no,
				.compartment = 2 /* neither head nor frame of the file of those keys */};
}

/* What was typed about a file goes with the file, out of every backup too. */
static void put_reason(struct vaultd *v, struct st_alert *l, str reason)
{
	const struct key *shred = shred_of(&v->shred, (case_id){l->object});
	struct arena *one = arena_create(64u << 10);
	struct seal_at at = reason_place(v, l);
	struct key key;

	if (shred) {
		key = crypt_derive(shred, "reason", STR(""));
		if (crypt_wrap(one, &key, &at, reason, &reason))
			reason = STR("");
		crypt_wipe(&key, sizeof key);
	}
	l->of_file = shred != NULL;
	l->n_reason = (uint16_t)(reason.n < sizeof l->reason ? reason.n : sizeof l->reason);
	memcpy(l->reason, reason.p, l->n_reason);
	arena_destroy(one);
}

static str reason_of(const struct vaultd *v, struct arena *a, const struct st_alert *l)
{
	const struct key *shred = shred_of(&v->shred, (case_id){l->object});
	str kept = {(const char *)l->reason, l->n_reason}, plain = STR("");
	struct seal_at at = reason_place(v, l);
	struct key key;

	if (!l->of_file || !kept.n)
		return kept;
	if (!shred)
		return STR(""); /* erased */
	key = crypt_derive(shred, "reason", STR(""));
	if (crypt_unwrap(a, &key, &at, kept, &plain))
		plain = STR("");
	crypt_wipe(&key, sizeof key);
	return plain;
}

void alert_raise(struct vaultd *v, msec now, enum alarm_kind kind, user_id who, struct id object, int64_t count,
		 str reason)
{
	struct st_alert l = {.no = v->store.access.n_alerts + 1,
			     .kind = kind,
			     .who = who,
			     .object = object,
			     .at = now,
			     .count = count};

	if (!reason.n && told_already(v, now, kind, who, object, count))
		return;
	if (reason.n)
		put_reason(v, &l, reason);
	store_put(&v->store, ROW_ALERT, &l, 0);
	crypt_wipe(&l, sizeof l);
}

void alert_decoy(struct vaultd *v, struct ask *k, const struct st_object *o)
{
	const struct st_decoy *d = map_get(&v->store.access.decoys, o->id.v);

	if (d && !id_eq(d->by.v, k->user->id.v))
		alert_raise(v, k->now, ALARM_DECOY, k->user->id, o->id.v, 0, STR(""));
}

void alert_failures(struct vaultd *v, msec now, user_id who, uint32_t failures)
{
	if (failures >= SIGN_IN_FAILURES)
		alert_raise(v, now, ALARM_SIGN_IN, who, (struct id){0}, failures, STR(""));
}

static bool reads_all(const struct st_user *u)
{
	return role_may(u->role, MAY_ALERTS);
}

/* Somebody has the file who can be told: at work, for whom it is in force, and of the side that may read the reason. */
static bool owned(struct vaultd *v, msec now, const struct st_alert *l)
{
	const struct st_object *o = map_get(&v->store.objects, l->object);
	const struct st_user *who = map_get(&v->store.users, l->who.v);

	for (const struct st_assign *m = o && who ? o->assigns : NULL; m; m = m->next) {
		const struct st_user *u = map_get(&v->store.users, m->user.v);

		if (u && account_works(u, now) && !id_eq(u->id.v, who->id.v) &&
		    (m->grant.until == NO_DAY || m->grant.until >= day_of_msec(now)) &&
		    (strcmp(o->office, u->office) == 0 || strcmp(who->office, u->office) == 0))
			return true;
	}
	return false;
}

/* Her own file, opened by someone else; an officer abroad is told of her own office only, for what stands in the reason
 * may be of the French file. */
static bool concerns(struct vaultd *v, struct ask *k, const struct st_alert *l)
{
	struct st_object *o = map_get(&v->store.objects, l->object);
	const struct st_user *who = map_get(&v->store.users, l->who.v);

	if (l->kind != ALARM_GLASS || !o || !who || id_eq(l->who.v, k->user->id.v) || !assigned_to(v, k, o))
		return false;
	return strcmp(o->office, k->user->office) == 0 || strcmp(who->office, k->user->office) == 0;
}

/* One of each role is enough; of those who have the file, each herself. */
static bool waits_for(struct vaultd *v, struct ask *k, const struct st_alert *l)
{
	bool staff = reads_all(k->user);

	if (id_eq(l->who.v, k->user->id.v))
		return false;
	if (staff && l->kind == ALARM_GLASS && k->user->role == ROLE_COO && owned(v, k->now, l))
		staff = false;
	if (l->kind == ALARM_RAISED && k->user->role != ROLE_DPO)
		staff = false; /* the coordinator raised it */
	if (!staff && !concerns(v, k, l))
		return false;
	for (size_t i = 0; i < l->n_acks; i++) {
		const struct st_user *by = map_get(&v->store.users, l->acks[i].by.v);

		if (id_eq(l->acks[i].by.v, k->user->id.v) || (staff && by && by->role == k->user->role))
			return false;
	}
	return true;
}

static bool readable(struct vaultd *v, struct ask *k, const struct st_alert *l)
{
	return reads_all(k->user) || concerns(v, k, l);
}

static const char *const acts[ALARMS] = {
	[ALARM_GLASS] = "case.glass",
	[ALARM_RAISED] = "budget.raise",
	[ALARM_EXPORT] = "audit.export",
};

/* An alert that has a reason is written with the entry of its act, at the same moment. */
str alert_reason(struct vaultd *v, struct ask *k, const struct audit_entry *e)
{
	const struct st_access *x = &v->store.access;

	for (size_t i = x->n_alerts; i-- > 0 && x->alerts[i]->at >= e->at;) {
		const struct st_alert *l = x->alerts[i];
		struct id by = l->kind == ALARM_RAISED ? l->object : l->who.v;
		struct id about = l->kind == ALARM_RAISED ? l->who.v : l->object;

		if (l->at == e->at && l->n_reason && id_eq(by, e->actor) && id_eq(about, e->object) && acts[l->kind] &&
		    strcmp(acts[l->kind], e->action) == 0 && e->done && readable(v, k, l))
			return reason_of(v, k->a, l);
	}
	return STR("");
}

static struct alarm shown(struct vaultd *v, struct ask *k, const struct st_alert *l)
{
	struct alarm out = {.no = l->no,
			    .kind = l->kind,
			    .who = l->who,
			    .at = l->at,
			    .count = l->count,
			    .reason = reason_of(v, k->a, l),
			    .waiting = waits_for(v, k, l)};

	out.object.v = l->object;
	if (l->n_acks) {
		out.acked_by = l->acks[l->n_acks - 1].by;
		out.acked_at = l->acks[l->n_acks - 1].at;
	}
	return out;
}

struct err *on_alerts(struct vaultd *v, struct ask *k)
{
	struct st_access *x = &v->store.access;
	struct alarm *list = NEWS(k->a, struct alarm, ALERT_PAGE);
	bool waiting = false;
	uint64_t before = 0;
	size_t n = 0;

	code_bool(&k->in, &waiting);
	code_u64(&k->in, &before);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "page of alerts cannot be read");
	for (size_t i = before && before <= x->n_alerts ? before - 1 : x->n_alerts; i-- > 0 && n < ALERT_PAGE;)
		if (readable(v, k, x->alerts[i]) && (!waiting || waits_for(v, k, x->alerts[i])))
			list[n++] = shown(v, k, x->alerts[i]);
	if (!waiting)
		TRY(core_note(v, k, "alert.read", true));
	code_count(&k->out, &n, ALERT_PAGE);
	for (size_t i = 0; i < n; i++)
		code_alert(&k->out, &list[i]);
	return NULL;
}

struct err *on_alert_ack(struct vaultd *v, struct ask *k)
{
	struct st_ack ack = {.by = k->user->id, .at = k->now};
	const struct st_alert *l;

	code_u64(&k->in, &ack.alert);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "number of an alert cannot be read");
	if (ack.alert == 0 || ack.alert > v->store.access.n_alerts)
		return FAIL(k->a, NOT_FOUND, NULL, "no such alert");
	l = v->store.access.alerts[ack.alert - 1];
	if (!readable(v, k, l))
		return FAIL(k->a, NOT_FOUND, NULL, "not this actor's alert");
	k->note.object = l->object;
	k->note.count = (int64_t)ack.alert;
	if (!waits_for(v, k, l))
		return NULL; /* somebody has seen to it */
	TRY(core_note(v, k, "alert.ack", true));
	store_put(&v->store, ROW_ACK, &ack, 0);
	return NULL;
}

struct err *on_decoy(struct vaultd *v, struct ask *k)
{
	struct st_decoy d = {.by = k->user->id, .at = k->now};
	struct st_object *o;

	code_id(&k->in, &d.object.v);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "case cannot be read");
	TRY(reached(v, k, d.object, &o));
	if (v->store.access.decoys.n >= DECOYS_MAX)
		return FAIL(k->a, CONFLICT, NULL, "there are enough decoys");
	TRY(core_note(v, k, "case.decoy", true));
	store_put(&v->store, ROW_DECOY, &d, 0);
	return NULL;
}

struct err *on_decoys(struct vaultd *v, struct ask *k)
{
	size_t n = v->store.access.decoys.n;
	struct st_decoy *d;

	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "bytes behind the token");
	code_count(&k->out, &n, DECOYS_MAX);
	for (size_t i = 0; (d = map_next(&v->store.access.decoys, &i));)
		code_id(&k->out, &d->object.v);
	return NULL;
}
