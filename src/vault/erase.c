/* erase.c — a case is erased: its shred key is destroyed, and with it every copy of the case, wherever it lies.
 *
 * Two people: one asks, another confirms.  What stays is a tombstone, signed, that names nobody: a restore of an older
 * backup meets it and erases once more.  That there are two, which roles, and that no legal hold forbids it, is decided
 * here; whether the case is closed is web's to know (it reads the head). */
#include "core.h"

#include <string.h>

static struct tomb *tomb_of(const struct vaultd *v, case_id object)
{
	struct id hash;

	if (v->store.tombs.n == 0)
		return NULL;
	hash = tomb_hash(&v->keys->store, object);
	return map_get(&v->store.tombs, hash);
}

bool erased(const struct vaultd *v, case_id object)
{
	return tomb_of(v, object) != NULL;
}

/* Only what has a head is a case: offices and programmes are objects too, and are not erased. */
static struct err *find_case(struct vaultd *v, struct ask *k, case_id *object)
{
	struct st_object *o;

	code_id(&k->in, &object->v);
	if (!codec_end(&k->in))
		return FAIL(k->a, MALFORMED, NULL, "erasure cannot be read");
	k->note.object = object->v;
	o = map_get(&v->store.objects, object->v);
	if (erased(v, *object))
		return NULL;
	if (!o || !o->made || !o->has_head || !o->person)
		return FAIL(k->a, NOT_FOUND, NULL, "no such case");
	return NULL;
}

static struct err *not_held(const struct vaultd *v, struct ask *k, case_id object)
{
	if (!held(v, object))
		return NULL;
	k->told = true; /* somebody tried */
	return FAIL(k->a, INVALID, NULL, "a legal hold is on it");
}

static struct err *ask_it(struct vaultd *v, struct ask *k, case_id object)
{
	struct st_erase row = {.object = object, .by = k->user->id, .at = k->now};

	if (erased(v, object) || map_get(&v->store.erasures, object.v))
		return FAIL(k->a, CONFLICT, NULL, "asked already");
	TRY(not_held(v, k, object));
	TRY(core_note(v, k, "erase.ask", true));
	store_put(&v->store, ROW_ERASE_ASKED, &row, 0);
	return NULL;
}

static struct err *drop_it(struct vaultd *v, struct ask *k, case_id object)
{
	struct st_erase *row = map_get(&v->store.erasures, object.v), gone = {.object = object};

	if (!row)
		return FAIL(k->a, NOT_FOUND, NULL, "nobody asked for it");
	TRY(core_note(v, k, "erase.withdraw", true));
	store_put(&v->store, ROW_ERASE_DROPPED, &gone, 0);
	return NULL;
}

static void bury(struct vaultd *v, case_id object, struct tomb *t)
{
	struct st_object gone = {.id = object};
	struct st_erase asked = {.object = object};

	shred_destroy(&v->shred, object, t);
	store_put(&v->store, ROW_TOMB, t, 0);
	store_put(&v->store, ROW_ERASE_DROPPED, &asked, 0);
	store_put(&v->store, ROW_OBJECT_DROP, &gone, 0);
}

/* Who made an account, or its newest link, may hold it herself: such two are not two. */
static bool one_hand(const struct st_user *a, const struct st_user *b)
{
	return id_eq(a->made_by.v, b->id.v) || id_eq(a->linked_by.v, b->id.v);
}

static struct err *do_it(struct vaultd *v, struct ask *k, case_id object)
{
	struct st_erase *row = map_get(&v->store.erasures, object.v);
	struct tomb t = {.hash = tomb_hash(&v->keys->store, object), .confirmed = k->user->id, .at = k->now};
	const struct st_user *asker;

	if (erased(v, object))
		return NULL; /* asked again after an answer was lost, or so that web can finish */
	TRY(not_held(v, k, object));
	if (!row)
		return FAIL(k->a, NOT_FOUND, NULL, "nobody asked for it");
	if (id_eq(row->by.v, k->user->id.v))
		return FAIL(k->a, DENIED, NULL, "asker and confirmer are the same");
	asker = map_get(&v->store.users, row->by.v);
	if (!asker || !account_open(asker))
		return FAIL(k->a, DENIED, "Who asked for this erasure is no longer here: it must be asked for again.",
			    "asker locked or withdrawn");
	if (one_hand(asker, k->user) || one_hand(k->user, asker))
		return FAIL(k->a, DENIED, NULL, "asker and confirmer may be one hand");
	TRY(again_lately(k));
	t.asked = row->by;
	crypt_sign(&v->delegate, tomb_signed(k->a, &t), t.sig);
	TRY(core_note(v, k, "case.erase", true));
	bury(v, object, &t);
	return NULL;
}

static struct err *tell(struct vaultd *v, struct ask *k, case_id object)
{
	struct tomb none = {0}, *t = tomb_of(v, object);
	bool is = t != NULL;

	code_bool(&k->out, &is);
	t = t ? t : &none;
	code_id(&k->out, &t->asked.v);
	code_id(&k->out, &t->confirmed.v);
	code_i64(&k->out, &t->at);
	return NULL;
}

struct err *on_erase(struct vaultd *v, struct ask *k)
{
	case_id object;

	if (k->sub == OBJECT_ERASED) {
		code_id(&k->in, &object.v);
		return codec_end(&k->in) ? tell(v, k, object) : FAIL(k->a, MALFORMED, NULL, "question cannot be read");
	}
	if (k->sub == OBJECT_HOLD || k->sub == OBJECT_RELEASE || k->sub == OBJECT_HELD)
		return on_hold(v, k);
	if (k->sub > OBJECT_HELD)
		return FAIL(k->a, MALFORMED, NULL, "no such act on an object");
	k->action = k->sub == OBJECT_ERASE_ASK    ? "erase.ask"
		    : k->sub == OBJECT_ERASE_DROP ? "erase.drop"
						  : "case.erase";
	if (!k->user || !role_may(k->user->role, MAY_ERASE))
		return FAIL(k->a, DENIED, NULL, "this role erases nothing");
	TRY(find_case(v, k, &object));
	if (k->sub == OBJECT_ERASE_ASK)
		return ask_it(v, k, object);
	return k->sub == OBJECT_ERASE_DROP ? drop_it(v, k, object) : do_it(v, k, object);
}

/* Tombstones known to one file only go into the other: an older copy of either may have been put back. */
static void agree(struct vaultd *v)
{
	struct tomb *t;

	for (size_t i = 0; (t = map_next(&v->shred.tombs, &i));)
		if (!map_get(&v->store.tombs, t->hash))
			store_put(&v->store, ROW_TOMB, t, 0);
	for (size_t i = 0; (t = map_next(&v->store.tombs, &i));)
		if (!map_get(&v->shred.tombs, t->hash))
			shred_tomb(&v->shred, t);
}

size_t shred_missing(const struct vaultd *v)
{
	struct st_object *o;
	size_t n = 0;

	for (size_t i = 0; (o = map_next(&v->store.objects, &i));)
		n += o->made && !shred_of(&v->shred, o->id);
	return n;
}

size_t shred_lost(struct vaultd *v, bool accept)
{
	struct st_object *o;
	size_t n = 0;

	for (size_t i = 0; (o = map_next(&v->store.objects, &i));) {
		if (!o->made || o->lost || shred_of(&v->shred, o->id))
			continue;
		n++;
		if (accept) {
			o->lost = true;
			store_put(&v->store, ROW_OBJECT, o, 0);
		}
	}
	return n;
}

#define A_TURN 256

void erase_replay(struct vaultd *v)
{
	case_id found[A_TURN];
	size_t n;

	agree(v);
	do {
		struct shred_key *k;
		struct st_object *o;

		n = 0;
		for (size_t i = 0; v->store.tombs.n && n < A_TURN && (k = map_next(&v->shred.keys, &i));)
			if (erased(v, (case_id){k->object}))
				found[n++] = (case_id){k->object};
		for (size_t i = 0; v->store.tombs.n && n < A_TURN && (o = map_next(&v->store.objects, &i));)
			if (erased(v, o->id))
				found[n++] = o->id;
		for (size_t i = 0; i < n; i++) {
			struct tomb t = *tomb_of(v, found[i]);

			bury(v, found[i], &t);
		}
	} while (n == A_TURN);
}
