/* access_rows.c — one codec for each row about reaching files, and what it does to memory: a row read at the start and a
 * row written now take the same way. */
#include "store.h"

#include <stdlib.h>
#include <string.h>

void code_spent(struct codec *c, void *row)
{
	struct st_spent *s = row;

	code_id(c, &s->user.v);
	CODE_ENUM(c, s->what, SPENDS);
	code_id(c, &s->object);
	code_i64(c, &s->at);
}

void code_st_pass(struct codec *c, void *row)
{
	struct st_pass *p = row;

	code_id(c, &p->object.v);
	code_id(c, &p->user.v);
	code_id(c, &p->by.v);
	CODE_ENUM(c, p->kind, PASS_KINDS);
	if (p->kind == PASS_NONE) /* would stand for every kind */
		c->bad = true;
	code_i64(c, &p->at);
	code_i64(c, &p->until);
	code_bytes(c, p->sig, sizeof p->sig);
}

void code_unpass(struct codec *c, void *row)
{
	struct st_pass *p = row;

	code_id(c, &p->object.v);
	code_id(c, &p->user.v);
}

void code_st_alert(struct codec *c, void *row)
{
	struct st_alert *l = row;

	code_u64(c, &l->no);
	CODE_ENUM(c, l->kind, ALARMS);
	code_id(c, &l->who.v);
	code_id(c, &l->object);
	code_i64(c, &l->at);
	code_i64(c, &l->count);
	code_bool(c, &l->of_file);
	code_u16(c, &l->n_reason);
	if (l->n_reason > sizeof l->reason)
		c->bad = true;
	else
		code_bytes(c, l->reason, l->n_reason);
}

void code_ack(struct codec *c, void *row)
{
	struct st_ack *k = row;

	code_u64(c, &k->alert);
	code_id(c, &k->by.v);
	code_i64(c, &k->at);
}

void code_decoy(struct codec *c, void *row)
{
	struct st_decoy *d = row;

	code_id(c, &d->object.v);
	code_id(c, &d->by.v);
	code_i64(c, &d->at);
}

struct st_person *access_person(const struct st_access *s, user_id u)
{
	return map_get(&s->persons, u.v);
}

static struct st_person *person(struct st_access *s, user_id u)
{
	struct st_person *p = access_person(s, u);

	if (p)
		return p;
	p = big_alloc(sizeof *p);
	p->id = u;
	map_put(&s->persons, u.v, p);
	return p;
}

/* What is older than every window goes when something new comes. */
static void forget_old(struct st_person *p, msec now)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n_spent; i++)
		if (within(now, p->spent[i].at, SPENT_KEPT_MS))
			p->spent[kept++] = p->spent[i];
	p->n_spent = kept;
}

void apply_spent(struct store *s, const void *row)
{
	const struct st_spent *x = row;
	struct st_person *p = person(&s->access, x->user);

	forget_old(p, x->at);
	if (p->n_spent == p->room) {
		size_t room = p->room ? p->room * 2 : 64;
		struct st_spent *more = big_alloc(room * sizeof *more);

		if (p->n_spent)
			memcpy(more, p->spent, p->n_spent * sizeof *more);
		free(p->spent);
		p->spent = more;
		p->room = room;
	}
	p->spent[p->n_spent++] = *x;
}

static void drop_passes(struct st_person *p, struct id object, enum pass_kind kind /* PASS_NONE: any */)
{
	struct st_pass **at = &p->passes, *gone;

	while ((gone = *at)) {
		if (!id_eq(gone->object.v, object) || (kind != PASS_NONE && gone->kind != kind)) {
			at = &gone->next;
			continue;
		}
		*at = gone->next;
		free(gone);
	}
}

void apply_pass(struct store *s, const void *row)
{
	const struct st_pass *x = row;
	struct st_person *p = person(&s->access, x->user);
	struct st_pass *mine = big_alloc(sizeof *mine);

	drop_passes(p, x->object.v, x->kind);
	*mine = *x;
	mine->next = p->passes;
	p->passes = mine;
}

/* user zero: everyone's. */
void apply_unpass(struct store *s, const void *row)
{
	const struct st_pass *x = row;
	struct st_person *p;

	for (size_t i = 0; (p = map_next(&s->access.persons, &i));)
		if (id_is_zero(x->user.v) || id_eq(p->id.v, x->user.v))
			drop_passes(p, x->object.v, PASS_NONE);
}

void apply_alert(struct store *s, const void *row)
{
	struct st_access *x = &s->access;
	struct st_alert *mine = big_alloc(sizeof *mine);

	*mine = *(const struct st_alert *)row;
	mine->n_acks = 0;
	if (x->n_alerts == x->room) {
		size_t room = x->room ? x->room * 2 : 64;
		struct st_alert **more = big_alloc(room * sizeof(struct st_alert *));

		if (x->n_alerts)
			memcpy(more, x->alerts, x->n_alerts * sizeof(struct st_alert *));
		free(x->alerts);
		x->alerts = more;
		x->room = room;
	}
	x->alerts[x->n_alerts++] = mine;
}

void apply_ack(struct store *s, const void *row)
{
	const struct st_ack *k = row;
	struct st_alert *l;

	if (k->alert == 0 || k->alert > s->access.n_alerts)
		return;
	l = s->access.alerts[k->alert - 1];
	if (l->n_acks < ACKS_MAX)
		l->acks[l->n_acks++] = *k;
}

void apply_decoy(struct store *s, const void *row)
{
	struct st_decoy *mine = big_alloc(sizeof *mine);

	*mine = *(const struct st_decoy *)row;
	free(map_drop(&s->access.decoys, mine->object.v));
	map_put(&s->access.decoys, mine->object.v, mine);
}

void access_each(struct st_access *s, void (*fn)(void *arg, enum row_type t, void *row), void *arg)
{
	struct st_person *p;
	struct st_decoy *d;

	for (size_t i = 0; (p = map_next(&s->persons, &i));) {
		for (size_t k = 0; k < p->n_spent; k++)
			fn(arg, ROW_SPENT, &p->spent[k]);
		for (struct st_pass *x = p->passes; x; x = x->next)
			fn(arg, ROW_PASS, x);
	}
	for (size_t i = 0; i < s->n_alerts; i++) {
		fn(arg, ROW_ALERT, s->alerts[i]);
		for (size_t k = 0; k < s->alerts[i]->n_acks; k++)
			fn(arg, ROW_ACK, &s->alerts[i]->acks[k]);
	}
	for (size_t i = 0; (d = map_next(&s->decoys, &i));)
		fn(arg, ROW_DECOY, d);
}

static void free_person(void *v)
{
	struct st_person *p = v;

	while (p->passes) {
		struct st_pass *x = p->passes;

		p->passes = x->next;
		free(x);
	}
	free(p->spent);
	free(p);
}

void access_free(struct st_access *s)
{
	map_free(&s->persons, free_person);
	map_free(&s->decoys, free);
	for (size_t i = 0; i < s->n_alerts; i++) {
		explicit_bzero(s->alerts[i], sizeof *s->alerts[i]);
		free(s->alerts[i]);
	}
	free(s->alerts);
}
