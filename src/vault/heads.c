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

static enum head_found judge(struct vaultd *v, struct ask *k, const struct head_seen *h)
{
	struct st_object *o = map_get(&v->store.objects, h->object.v);

	if (erased(v, h->object))
		return HEAD_OF_ERASED;
	if (head_good(v, k, o, h->digest))
		return HEAD_WRONG;
	if (pending(o, h->digest) >=
	    0) /* whoever loads all heads began behind every commit: this one is the committed one */
		put_head(v, o->id, h->digest, h->digest, k->now);
	o->listed = true;
	return HEAD_GOOD;
}

static struct err *list_heads(struct vaultd *v, struct ask *k)
{
	struct head_seen *list = NEWS(k->a, struct head_seen, HEADS_LISTED);
	struct st_object *o;
	bool first;
	size_t n;

	code_bool(&k->in, &first);
	code_count(&k->in, &n, HEADS_LISTED);
	for (size_t i = 0; i < n; i++) {
		code_id(&k->in, &list[i].object.v);
		code_bytes(&k->in, list[i].digest, sizeof list[i].digest);
	}
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "list of heads cannot be read");
	for (size_t i = 0; first && (o = map_next(&v->store.objects, &i));)
		o->listed = false;
	for (size_t i = 0; i < n; i++) {
		enum head_found found = judge(v, k, &list[i]);

		CODE_ENUM(&k->out, found, HEADS_FOUND);
	}
	return NULL;
}

#define MISSING_TOLD 20u

/* One that was never read back may be a first write that did not end; any other is gone from the database. */
static struct err *missing_heads(struct vaultd *v, struct ask *k)
{
	static const uint8_t never[32];
	struct st_object *o;
	uint64_t n = 0;

	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "bytes behind a question without any");
	for (size_t i = 0; (o = map_next(&v->store.objects, &i));) {
		if (!o->has_head || o->listed || memcmp(o->prev, never, sizeof never) == 0)
			continue;
		if (n++ < MISSING_TOLD)
			alert_raise(v, k->now, ALARM_ROLLBACK, (user_id){0}, o->id.v, 0, STR(""));
	}
	code_u64(&k->out, &n);
	return NULL;
}

static struct err *wrong_rows(struct vaultd *v, struct ask *k)
{
	case_id object;

	code_id(&k->in, &object.v);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "object cannot be read");
	if (map_get(&v->store.objects, object.v))
		alert_raise(v, k->now, ALARM_ROLLBACK, (user_id){0}, object.v, 0, STR(""));
	return NULL;
}

struct err *on_head(struct vaultd *v, struct ask *k)
{
	uint8_t digest[32], next[32];
	struct st_object *o;
	case_id object;

	if (k->sub == HEAD_LIST)
		return list_heads(v, k);
	if (k->sub == HEAD_MISSING)
		return missing_heads(v, k);
	if (k->sub == HEAD_WRONG_ROWS)
		return wrong_rows(v, k);
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
