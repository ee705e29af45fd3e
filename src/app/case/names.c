/* names.c — the index of names in memory: load, search, drop.  Names are wiped when their office's last session
 * has been idle for longer than a session lives.  What must not happen here: a name on disk, or in a log. */
#include "names.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "case_sql.h"
#include "heads.h"
#include "match.h"
#include "seal.h"

#define IDLE_MS (16 * 60 * 1000) /* a session's 15 idle minutes, and one more */
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
	int64_t seq; /* head changes already seen */
};

struct names {
	pthread_rwlock_t lock;
	pthread_mutex_t load; /* one loader at a time */
	struct office_names *office[OFFICES_MAX];
	size_t n;
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

void names_sweep(struct names *s, msec now)
{
	pthread_rwlock_wrlock(&s->lock);
	for (size_t i = 0; i < s->n;) {
		if (now - s->office[i]->used <= IDLE_MS) {
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

static void put(struct office_names *o, struct arena *a, case_id id, str name, str phone)
{
	struct entry *e = find(o, id);
	size_t i;

	if (!e) {
		if (o->n == o->room)
			grow(o);
		e = &o->entry[o->n++];
		e->id = id;
		for (i = hash_id(id); o->slot[i & (o->slots - 1)]; i++)
			;
		o->slot[i & (o->slots - 1)] = (uint32_t)o->n;
	}
	str_put(e->name, sizeof e->name, name);
	match_key(a, name, &e->key);
	match_digits(phone, e->phone, sizeof e->phone);
}

/* The name a person goes by: given name, then family name, as typed in the referral. */
static str used_name(struct arena *a, const struct json *answers)
{
	str given = json_text(answers, "given_name"), family = json_text(answers, "family_name");

	return str_trim(arena_fmt(a, "%.*s %.*s", STR_ARG(given), STR_ARG(family)));
}

/* The case stands inside the sealed row too: a row moved to another case is refused when it is read. */
static str index_row(struct op *op, case_id id, str name, str phone)
{
	struct json *o = json_object(op->a);

	json_set(op->a, o, STR("id"), json_new_str(op->a, id_text(op->a, id.v)));
	json_set(op->a, o, STR("name"), json_new_str(op->a, name));
	json_set(op->a, o, STR("phone"), json_new_str(op->a, phone));
	return json_dump(op->a, o, 4096);
}

static struct office_names *loaded(struct names *s, const char *office)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->office[i]->office, office) == 0)
			return s->office[i];
	return NULL;
}

/* An office that is not loaded learns the name when it is; a loaded one learns it now. */
static void tell(struct op *op, const char *office, case_id id, str name, str phone)
{
	struct names *s = op->house->names;
	struct office_names *o;

	pthread_rwlock_wrlock(&s->lock);
	o = loaded(s, office);
	if (o)
		put(o, op->a, id, name, phone);
	pthread_rwlock_unlock(&s->lock);
}

struct name_rows {
	const char *office[2]; /* NULL: none */
	str sealed[2];
	str name, phone;
};

struct err *names_seal(struct op *op, const struct kase *k, const struct json *answers, struct name_rows **out)
{
	struct name_rows *r = NEW(op->a, struct name_rows);

	r->name = used_name(op->a, answers);
	r->phone = json_text(answers, "safe_contact");
	r->office[0] = k->head.office;
	if (k->head.flags & FLAG_COR_OPEN)
		r->office[1] = k->head.cor_office;
	for (size_t i = 0; i < 2; i++)
		if (r->office[i])
			TRY(vault_index_seal(op->vault, op->a, str_of(r->office[i]),
					     index_row(op, k->head.id, r->name, r->phone), &r->sealed[i]));
	*out = r;
	return NULL;
}

struct err *names_write(struct op *op, struct db *tx, const struct kase *k, const struct name_rows *r)
{
	for (size_t i = 0; r && i < 2; i++) {
		if (!r->office[i])
			continue;
		TRY(index_put(tx, op->a, k->head.id, office_group(op->house, r->office[i]), r->sealed[i], NULL));
		tell(op, r->office[i], k->head.id, r->name, r->phone);
	}
	return NULL;
}

struct loading {
	struct op *op;
	struct office_names *o;
	struct box_pair pair;
	struct arena *row; /* reset after each row */
};

static struct err *load_row(const struct index_of_row *row, void *arg)
{
	struct loading *l = arg;
	struct json *o;
	str plain;

	TRY(crypt_box_open(l->row, &l->pair, row->sealed, &plain));
	TRY(json_parse(l->row, plain, &o));
	if (!str_eq(json_text(o, "id"), id_text(l->row, row->object.v)))
		return FAIL(l->row, INTERNAL, NULL, "index row of another case");
	put(l->o, l->row, row->object, json_text(o, "name"), json_text(o, "phone"));
	arena_reset(l->row);
	return NULL;
}

static struct err *load(struct op *op)
{
	struct names *s = op->house->names;
	struct loading l = {.op = op};
	struct err *e;

	TRY(vault_index_key(op->vault, op->a, op->token, str_of(op->actor.office), &l.pair));
	l.o = must(calloc(1, sizeof *l.o));
	str_put(l.o->office, sizeof l.o->office, str_of(op->actor.office));
	l.o->used = op->now;
	l.row = arena_create(1 << 20);
	e = index_of(op->db, op->a, office_group(op->house, op->actor.office), load_row, &l);
	if (e)
		e = FAIL(op->a, INTERNAL, NULL, "index row does not open");
	arena_destroy(l.row);
	crypt_wipe(&l.pair, sizeof l.pair);
	if (e || s->n == OFFICES_MAX) {
		drop(l.o);
		return e;
	}
	pthread_rwlock_wrlock(&s->lock);
	s->office[s->n++] = l.o;
	pthread_rwlock_unlock(&s->lock);
	return NULL;
}

/* Names in memory serve a whole office, but not those in it for whom a code stands for the name (policy.c).  The
 * vault refuses them the key as well. */
static bool reads_names(const struct op *op)
{
	const struct role_row *r = &roles[op->actor.role];

	return ((r->reads[DOSSIER_FR] | r->reads[DOSSIER_COR]) & COMP_BIT(COMP_IDENTITY)) != 0;
}

struct err *names_ready(struct op *op)
{
	struct names *s = op->house->names;
	struct office_names *o;
	struct err *e = NULL;

	if (!reads_names(op))
		return NULL;
	pthread_rwlock_rdlock(&s->lock);
	o = loaded(s, op->actor.office);
	if (o)
		__atomic_store_n(&o->used, op->now, __ATOMIC_RELAXED);
	pthread_rwlock_unlock(&s->lock);
	if (o)
		return NULL;
	pthread_mutex_lock(&s->load);
	if (!loaded(s, op->actor.office))
		e = load(op);
	pthread_mutex_unlock(&s->load);
	return e;
}

str names_of(struct op *op, case_id id)
{
	struct names *s = op->house->names;
	struct office_names *o;
	struct entry *e;
	str name = {0};

	pthread_rwlock_rdlock(&s->lock);
	o = reads_names(op) ? loaded(s, op->actor.office) : NULL;
	e = o ? find(o, id) : NULL;
	if (e)
		name = arena_str(op->a, str_of(e->name));
	pthread_rwlock_unlock(&s->lock);
	return name;
}

static void keep_best(struct name_hit *hits, size_t *n, size_t max, struct name_hit hit)
{
	size_t i = *n < max ? (*n)++ : max;

	if (i == max) {
		if (hits[max - 1].distance <= hit.distance)
			return;
		i = max - 1;
	}
	for (; i > 0 && hits[i - 1].distance > hit.distance; i--)
		hits[i] = hits[i - 1];
	hits[i] = hit;
}

static void search(struct op *op, str query, size_t max, case_id except, struct name_hit **out, size_t *n)
{
	struct names *s = op->house->names;
	struct office_names *o;
	struct match_key q;
	char digits[20];
	struct head h;
	bool phone;

	*out = NEWS(op->a, struct name_hit, max + 1);
	*n = 0;
	match_key(op->a, query, &q);
	match_digits(query, digits, sizeof digits);
	phone = digits[0] != '\0';
	pthread_rwlock_rdlock(&s->lock);
	o = reads_names(op) ? loaded(s, op->actor.office) : NULL;
	for (size_t i = 0; o && i < o->n; i++) {
		struct entry *e = &o->entry[i];
		int d = match_distance(&q, &e->key);

		if (phone && strcmp(digits, e->phone) == 0)
			d = 0;
		if (d < 0 || (*n == max && d >= (*out)[max - 1].distance) || id_eq(e->id.v, except.v))
			continue;
		if (heads_get(op->house->heads, e->id, &h) && kase_visible(op, &h))
			keep_best(*out, n, max, (struct name_hit){e->id, arena_str(op->a, str_of(e->name)), d});
	}
	pthread_rwlock_unlock(&s->lock);
}

void names_search(struct op *op, str query, size_t max, struct name_hit **out, size_t *n)
{
	search(op, query, max, (case_id){0}, out, n);
}

void names_alike(struct op *op, str name, case_id except, struct name_hit **out, size_t *n)
{
	search(op, name, 5, except, out, n);
}
