/* heads.c — which states of a case's head the database may hold, so that a restored older one is seen
 * (design §10.3).  A state is on disk here before the database commits it.  Several may be written from the same
 * one at once; the database lets one through.  Whichever is read later was that one; the state before it, and those
 * before that, stay good for a short while: a reader may have begun before the commit. */
#include "core.h"

#include <string.h>

#define READER_MS 10000

static int pending(const struct st_object *o, const uint8_t digest[32])
{
	for (int i = 0; i < o->n_next; i++)
		if (memcmp(digest, o->next[i], 32) == 0)
			return i;
	return -1;
}

static bool recent(const struct st_object *o, const uint8_t digest[32], msec now)
{
	for (int i = 0; i < HEADS_PENDING; i++)
		if (o->older_at[i] && now - o->older_at[i] <= READER_MS && memcmp(digest, o->older[i], 32) == 0)
			return true;
	return false;
}

static bool current(const struct st_object *o, const uint8_t digest[32], msec now)
{
	if (pending(o, digest) >= 0 || recent(o, digest, now))
		return true;
	return memcmp(digest, o->prev, 32) == 0 && (o->seen_at == 0 || now - o->seen_at <= READER_MS);
}

/* prev gives way to a state that was committed; readers that began before are remembered for a while. */
static void keep_older(struct st_object *o, msec now)
{
	int oldest = 0;

	for (int i = 1; i < HEADS_PENDING; i++)
		if (o->older_at[i] < o->older_at[oldest])
			oldest = i;
	memcpy(o->older[oldest], o->prev, 32);
	o->older_at[oldest] = now;
}

static void put_head(struct vaultd *v, case_id id, const uint8_t prev[32], const uint8_t next[32], msec lazy)
{
	struct st_object head = {.id = id};

	memcpy(head.prev, prev, 32);
	memcpy(head.next[0], next, 32);
	store_put(&v->store, ROW_HEAD, &head, lazy);
}

static struct err *next_head(struct vaultd *v, struct ask *k, struct st_object *o, case_id object,
			     const uint8_t prev[32], const uint8_t next[32])
{
	bool known = o && o->has_head;

	if (known && !current(o, prev, k->now)) {
		alert_raise(v, k->now, ALARM_ROLLBACK, (user_id){0}, object.v, 0, STR(""));
		return FAIL(k->a, INTERNAL, NULL, "the head to be replaced is not one the vault knows");
	}
	if (known && pending(o, prev) >= 0) {
		keep_older(o, k->now);
	} else if (known && memcmp(prev, o->prev, 32) != 0) {
		return FAIL(k->a, CONFLICT, NULL, "the head was replaced meanwhile");
	} else if (known && o->n_next == HEADS_PENDING && k->now - o->next_at[0] <= READER_MS) {
		return FAIL(k->a, CONFLICT, NULL, "too many write this head at once");
	}
	put_head(v, object, prev, next, 0);
	o = map_get(&v->store.objects, object.v);
	o->next_at[o->n_next - 1] = k->now;
	return NULL;
}

/* A pending state was read, so it is the committed one.  Kept lazily: after a crash prev is good once more, which a
 * restored database would need to hit exactly. */
static void resolve(struct vaultd *v, struct ask *k, struct st_object *o, const uint8_t digest[32])
{
	if (pending(o, digest) < 0 || memcmp(o->prev, digest, 32) == 0)
		return;
	if (o->seen_at == 0)
		o->seen_at = k->now;
	if (k->now - o->seen_at <= READER_MS)
		return;
	put_head(v, o->id, digest, digest, k->now);
}

struct err *head_good(struct vaultd *v, struct ask *k, struct st_object *o, const uint8_t digest[32])
{
	if (!o || !o->has_head || !current(o, digest, k->now)) {
		if (o && o->has_head)
			alert_raise(v, k->now, ALARM_ROLLBACK, k->user ? k->user->id : (user_id){0}, o->id.v, 0,
				    STR(""));
		return FAIL(k->a, INTERNAL, NULL, "the head in the database is not one the vault knows");
	}
	resolve(v, k, o, digest);
	return NULL;
}

struct err *on_head(struct vaultd *v, struct ask *k)
{
	uint8_t digest[32], next[32];
	struct st_object *o;
	case_id object;

	code_id(&k->in, &object.v);
	code_bytes(&k->in, digest, sizeof digest);
	if (k->sub == HEAD_NEXT)
		code_bytes(&k->in, next, sizeof next);
	if (!codec_end(&k->in) || k->sub > HEAD_CHECK)
		return FAIL(k->a, MALFORMED, NULL, "head digest cannot be read");
	k->note.object = object.v;
	o = map_get(&v->store.objects, object.v);
	if (erased(v, object))
		return FAIL(k->a, NOT_FOUND, NULL, "this case was erased");
	if (k->sub == HEAD_NEXT)
		return next_head(v, k, o, object, digest, next);
	return head_good(v, k, o, digest);
}
