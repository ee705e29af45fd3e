/* names.c — the index of names in memory: load, search, drop.  Names are wiped when the last of their office
 * signs out, or has been idle for longer than a session lives.  What must not happen here: a name on disk, or in a log. */
#include "names.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "case_sql.h"
#include "heads.h"
#include "log.h"
#include "match.h"
#include "names_in.h"
#include "seal.h"

#define MINUTE_MS (60 * 1000)
#define IDLE_MS (16 * MINUTE_MS) /* a session's 15 idle minutes, and one more */
#define OFFICES_MAX 64

struct entry {
	case_id id;
	char name[NAME_MAX_BYTES];
	struct match_key key;
	char phone[20]; /* last digits only */
};

struct office_names {
	char office[OFFICE_MAX + 1];
	struct entry *entry;
	size_t n, room;
	uint32_t *slot;
	size_t slots;
	msec used;
	bool ready; /* its rows are read: until then it only learns what is filed meanwhile */
};

struct names {
	pthread_rwlock_t lock;
	pthread_mutex_t load; /* one loader at a time */
	struct office_names *office[OFFICES_MAX];
	size_t n;
	msec swept;
};

struct names *names_create(void)
{
	struct names *s = calloc(1, sizeof *s);

	if (!s)
		BUG("out of memory for names");
	pthread_rwlock_init(&s->lock, NULL);
	pthread_mutex_init(&s->load, NULL);
	return s;
}

static void drop(struct office_names *o)
{
	if (!o)
		return;
	if (o->entry)
		explicit_bzero(o->entry, o->room * sizeof *o->entry);
	free(o->entry);
	free(o->slot);
	free(o);
}

void names_destroy(struct names *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		drop(s->office[i]);
	pthread_rwlock_destroy(&s->lock);
	pthread_mutex_destroy(&s->load);
	free(s);
}

void names_drop(struct names *s, const char *office)
{
	pthread_rwlock_wrlock(&s->lock);
	for (size_t i = 0; i < s->n; i++)
		if (s->office[i]->ready && strcmp(s->office[i]->office, office) == 0) {
			drop(s->office[i]);
			s->office[i] = s->office[--s->n];
			break;
		}
	pthread_rwlock_unlock(&s->lock);
}

/* Once a minute. */
void names_sweep(struct names *s, msec now)
{
	msec last = __atomic_load_n(&s->swept, __ATOMIC_RELAXED);

	if (now - last < MINUTE_MS && now >= last)
		return;
	pthread_rwlock_wrlock(&s->lock);
	__atomic_store_n(&s->swept, now, __ATOMIC_RELAXED);
	for (size_t i = 0; i < s->n;) {
		if (!s->office[i]->ready || now - s->office[i]->used <= IDLE_MS) {
			i++;
			continue;
		}
		drop(s->office[i]);
		s->office[i] = s->office[--s->n];
	}
	pthread_rwlock_unlock(&s->lock);
}

static size_t hash_id(case_id id)
{
	uint64_t v;

	memcpy(&v, id.v.b, sizeof v);
	return (size_t)v;
}

static struct entry *find(const struct office_names *o, case_id id)
{
	if (!o->slots)
		return NULL;
	for (size_t i = hash_id(id);; i++) {
		uint32_t at = o->slot[i & (o->slots - 1)];

		if (at == 0)
			return NULL;
		if (id_eq(o->entry[at - 1].id.v, id.v))
			return &o->entry[at - 1];
	}
}

void names_forget(struct names *s, case_id id)
{
	pthread_rwlock_wrlock(&s->lock);
	for (size_t i = 0; i < s->n; i++) {
		struct entry *e = find(s->office[i], id);

		if (!e)
			continue;
		explicit_bzero(e, sizeof *e);
		e->id = id; /* the table of positions goes on as it is */
	}
	pthread_rwlock_unlock(&s->lock);
}

static void *must(void *p)
{
	if (!p)
		BUG("out of memory for names");
	return p;
}

static void grow(struct office_names *o)
{
	size_t room = o->room ? o->room * 2 : 256;
	struct entry *more = must(calloc(room, sizeof *more));

	if (o->n)
		memcpy(more, o->entry, o->n * sizeof *more);
	if (o->entry)
		explicit_bzero(o->entry, o->room * sizeof *more);
	free(o->entry);
	free(o->slot);
	o->entry = more;
	o->room = room;
	o->slots = room * 4;
	o->slot = must(calloc(o->slots, sizeof *o->slot));
	for (size_t at = 0; at < o->n; at++) {
		size_t i = hash_id(o->entry[at].id);

		while (o->slot[i & (o->slots - 1)])
			i++;
		o->slot[i & (o->slots - 1)] = (uint32_t)at + 1;
	}
}

/* Made before the lock is taken: what asks for memory may end the request. */
static struct entry entry_of(struct arena *a, case_id id, str name, str phone)
{
	struct entry e = {.id = id};

	str_put(e.name, sizeof e.name, name);
	match_key(a, name, &e.key);
	match_digits(phone, e.phone, sizeof e.phone);
	return e;
}

static void put(struct office_names *o, const struct entry *e)
{
	struct entry *there = find(o, e->id);
	size_t i;

	if (!there) {
		if (o->n == o->room)
			grow(o);
		there = &o->entry[o->n++];
		for (i = hash_id(e->id); o->slot[i & (o->slots - 1)]; i++)
			;
		o->slot[i & (o->slots - 1)] = (uint32_t)o->n;
	}
	*there = *e;
}

static struct office_names *listed(struct names *s, const char *office)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->office[i]->office, office) == 0)
			return s->office[i];
	return NULL;
}

static struct office_names *loaded(struct names *s, const char *office)
{
	struct office_names *o = listed(s, office);

	return o && o->ready ? o : NULL;
}

void names_tell(struct op *op, const struct kase *k, const struct name_rows *r)
{
	struct names *s = op->house->names;
	struct office_names *o;
	struct entry e;

	if (!r)
		return;
	e = entry_of(op->a, k->head.id, r->name, r->phone);
	pthread_rwlock_wrlock(&s->lock);
	for (size_t i = 0; i < 2; i++) {
		o = r->office[i] ? listed(s, r->office[i]) : NULL;
		if (o)
			put(o, &e);
	}
	pthread_rwlock_unlock(&s->lock);
	explicit_bzero(&e, sizeof e);
}

struct loading {
	struct op *op;
	struct office_names *o;
	struct box_pair pair;
	struct arena *row; /* reset after each row */
	size_t bad;
};

/* A row that does not open is one name missing; an office that cannot work would be worse. */
static struct err *load_row(const struct index_of_row *row, void *arg)
{
	struct loading *l = arg;
	struct names *s = l->op->house->names;
	struct entry e;
	str name, phone;

	if (name_row_open(l->row, l->op->house->heads, &l->pair, row->object, row->sealed, &name, &phone)) {
		l->bad++;
	} else {
		e = entry_of(l->row, row->object, name, phone);
		pthread_rwlock_wrlock(&s->lock);
		if (!find(l->o, e.id)) /* what was filed meanwhile is newer */
			put(l->o, &e);
		pthread_rwlock_unlock(&s->lock);
		explicit_bzero(&e, sizeof e);
	}
	arena_reset(l->row);
	return NULL;
}

/* From here on the office learns what is filed, so that nothing falls between its rows and its first search.  NULL: no
 * room for another office. */
static struct office_names *list(struct names *s, const char *office, msec now)
{
	struct office_names *o = NULL;

	pthread_rwlock_wrlock(&s->lock);
	if (s->n < OFFICES_MAX) {
		o = s->office[s->n++] = must(calloc(1, sizeof *o));
		str_put(o->office, sizeof o->office, str_of(office));
		o->used = now;
	}
	pthread_rwlock_unlock(&s->lock);
	return o;
}

static void finish(struct names *s, struct office_names *o, bool good)
{
	pthread_rwlock_wrlock(&s->lock);
	o->ready = good;
	for (size_t i = 0; !good && i < s->n; i++)
		if (s->office[i] == o)
			s->office[i] = s->office[--s->n];
	pthread_rwlock_unlock(&s->lock);
	if (!good)
		drop(o);
}

/* One at a time (s->load). */
static struct err *load(struct op *op)
{
	struct names *s = op->house->names;
	struct loading l = {.op = op};
	struct err *e;

	TRY(vault_index_key(op->vault, op->a, op->token, str_of(op->actor.office), &l.pair));
	l.o = list(s, op->actor.office, op->now);
	if (!l.o) {
		crypt_wipe(&l.pair, sizeof l.pair);
		return NULL;
	}
	l.row = arena_create(1 << 20);
	e = index_of(op->db, op->a, office_group(op->house, op->actor.office), load_row, &l);
	arena_destroy(l.row);
	crypt_wipe(&l.pair, sizeof l.pair);
	if (l.bad)
		log_error("%zu index row(s) of an office do not open", l.bad);
	finish(s, l.o, e == NULL);
	return e;
}

/* Names in memory serve a whole office, but not those in it for whom a code stands for the name (policy.c).  The
 * vault refuses them the key as well. */
static bool reads_names(const struct op *op)
{
	const struct role_row *r = &roles[op->actor.role];

	return ((r->reads[DOSSIER_FR] | r->reads[DOSSIER_COR]) & COMP_BIT(COMP_IDENTITY)) != 0;
}

static bool known(struct op *op)
{
	struct names *s = op->house->names;
	struct office_names *o;

	pthread_rwlock_rdlock(&s->lock);
	o = loaded(s, op->actor.office);
	if (o)
		__atomic_store_n(&o->used, op->now, __ATOMIC_RELAXED);
	pthread_rwlock_unlock(&s->lock);
	return o != NULL;
}

struct err *names_ready(struct op *op)
{
	struct names *s = op->house->names;
	struct err *e = NULL;

	names_sweep(s, op->now);
	if (!reads_names(op) || known(op))
		return NULL;
	pthread_mutex_lock(&s->load);
	if (!known(op))
		e = load(op);
	pthread_mutex_unlock(&s->load);
	return e;
}

str names_of(struct op *op, case_id id)
{
	struct names *s = op->house->names;
	char name[NAME_MAX_BYTES] = "";
	struct office_names *o;
	struct entry *e;
	str kept;

	pthread_rwlock_rdlock(&s->lock);
	o = reads_names(op) ? loaded(s, op->actor.office) : NULL;
	e = o ? find(o, id) : NULL;
	if (e)
		memcpy(name, e->name, sizeof name);
	pthread_rwlock_unlock(&s->lock);
	kept = name[0] ? arena_str(op->a, str_of(name)) : (str){0};
	explicit_bzero(name, sizeof name);
	return kept;
}

struct found {
	struct name_hit hit;
	char name[NAME_MAX_BYTES];
};

static void keep_best(struct found *all, size_t *n, size_t max, const struct entry *e, int distance)
{
	size_t i = *n < max ? (*n)++ : max;

	if (i == max) {
		if (all[max - 1].hit.distance <= distance)
			return;
		i = max - 1;
	}
	for (; i > 0 && all[i - 1].hit.distance > distance; i--)
		all[i] = all[i - 1];
	all[i].hit = (struct name_hit){.id = e->id, .distance = distance};
	memcpy(all[i].name, e->name, sizeof e->name);
}

static int distance_of(const struct match_key *q, const char *digits, const struct entry *e)
{
	return digits[0] && strcmp(digits, e->phone) == 0 ? 0 : match_distance(q, &e->key);
}

static void search(struct op *op, str query, size_t max, case_id except, struct name_hit **out, size_t *n)
{
	struct names *s = op->house->names;
	struct found *best = NEWS(op->a, struct found, max + 1);
	struct office_names *o;
	struct match_key q;
	char digits[20];
	struct head h;

	*out = NEWS(op->a, struct name_hit, max + 1);
	*n = 0;
	match_key(op->a, query, &q);
	match_digits(query, digits, sizeof digits);
	pthread_rwlock_rdlock(&s->lock);
	o = reads_names(op) ? loaded(s, op->actor.office) : NULL;
	for (size_t i = 0; o && i < o->n; i++) {
		const struct entry *e = &o->entry[i];
		int d = distance_of(&q, digits, e);

		if (d < 0 || (*n == max && d >= best[max - 1].hit.distance) || id_eq(e->id.v, except.v))
			continue;
		if (heads_get(op->house->heads, e->id, &h) && kase_visible(op, &h))
			keep_best(best, n, max, e, d);
	}
	pthread_rwlock_unlock(&s->lock);
	for (size_t i = 0; i < *n; i++) {
		(*out)[i] = best[i].hit;
		(*out)[i].name = str_of(best[i].name);
	}
}

void names_search(struct op *op, str query, size_t max, struct name_hit **out, size_t *n)
{
	search(op, query, max, (case_id){0}, out, n);
}

void names_alike(struct op *op, str name, case_id except, struct name_hit **out, size_t *n)
{
	search(op, name, 5, except, out, n);
}
