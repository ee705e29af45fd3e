/* heads.c — which states of a case's head the database may hold, so that a restored older one is seen
 * (design §10.3).  The pair {prev, next} is on disk before the database commits next; either is then good until
 * next has been read, and prev for a short while longer: a reader may have begun before the commit. */
#include "core.h"

#include <string.h>

#define READER_MS 10000

static bool current(const struct st_object *o, const uint8_t digest[32], msec now)
{
	if (memcmp(digest, o->next, 32) == 0)
		return true;
	return memcmp(digest, o->prev, 32) == 0 && (o->next_seen == 0 || now - o->next_seen <= READER_MS);
}

static struct err *next_head(struct vaultd *v, struct ask *k, struct st_object *o, case_id object,
			     const uint8_t prev[32], const uint8_t next[32])
{
	struct st_object head = {.id = object};

	if (o && o->has_head && !current(o, prev, k->now))
		return FAIL(k->a, INTERNAL, NULL, "the head to be replaced is not one the vault knows");
	memcpy(head.prev, prev, 32);
	memcpy(head.next, next, 32);
	store_put(&v->store, ROW_HEAD, &head, 0);
	return NULL;
}

/* Lazily kept: after a crash prev is good once more, which a restored database would need to hit exactly. */
static void resolve(struct vaultd *v, struct ask *k, struct st_object *o, const uint8_t digest[32])
{
	if (memcmp(digest, o->next, 32) != 0 || memcmp(o->prev, o->next, 32) == 0)
		return;
	if (o->next_seen == 0)
		o->next_seen = k->now;
	if (k->now - o->next_seen > READER_MS) {
		struct st_object head = {.id = o->id};

		memcpy(head.prev, digest, 32);
		memcpy(head.next, digest, 32);
		store_put(&v->store, ROW_HEAD, &head, k->now);
	}
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
	if (k->sub == HEAD_NEXT)
		return next_head(v, k, o, object, digest, next);
	if (!o || !o->has_head || !current(o, digest, k->now))
		return FAIL(k->a, INTERNAL, NULL, "the head in the database is not one the vault knows");
	resolve(v, k, o, digest);
	return NULL;
}
