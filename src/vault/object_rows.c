/* object_rows.c — rows of what has keys of its own, files of people and registers: whose it is, who was given it, which heads of
 * it are known, and what is left when it is erased. */
#include "object_rows.h"

#include <stdlib.h>
#include <string.h>

void code_grant(struct codec *c, struct st_grant *g)
{
	code_id(c, &g->by.v);
	code_i64(c, &g->at);
	code_i32(c, &g->until);
	code_bytes(c, g->sig, sizeof g->sig);
}

void code_assign(struct codec *c, void *row)
{
	struct st_assign *m = row;

	code_id(c, &m->object.v);
	code_id(c, &m->user.v);
	code_grant(c, &m->grant);
}

void code_unassign(struct codec *c, void *row)
{
	struct st_assign *m = row;

	code_id(c, &m->object.v);
	code_id(c, &m->user.v);
}

void code_object(struct codec *c, void *row)
{
	struct st_object *o = row;

	code_id(c, &o->id.v);
	code_bool(c, &o->triage);
	code_bool(c, &o->person);
	code_bool(c, &o->lost);
	code_text(c, o->office, sizeof o->office);
}

void code_reach(struct codec *c, void *row)
{
	struct st_object *o = row;

	code_id(c, &o->id.v);
	code_text(c, o->office, sizeof o->office);
}

void code_head(struct codec *c, void *row)
{
	struct st_object *o = row;

	code_id(c, &o->id.v);
	code_bytes(c, o->prev, sizeof o->prev);
	code_bytes(c, o->next[0], sizeof o->next[0]);
}

void code_tomb_row(struct codec *c, void *row)
{
	code_tomb(c, row);
}

void code_erase(struct codec *c, void *row)
{
	struct st_erase *x = row;

	code_id(c, &x->object.v);
	code_id(c, &x->by.v);
	code_i64(c, &x->at);
}

void code_object_drop(struct codec *c, void *row)
{
	struct st_object *o = row;

	code_id(c, &o->id.v);
}

static void drop_assigns(struct st_object *o, user_id user, bool everyone)
{
	struct st_assign **at = &o->assigns, *gone;

	while (*at) {
		gone = *at;
		if (!everyone && !id_eq(gone->user.v, user.v)) {
			at = &gone->next;
			continue;
		}
		*at = gone->next;
		free(gone);
	}
}

void apply_unassign(struct store *s, const void *row)
{
	const struct st_assign *m = row;
	struct st_object *o = map_under(&s->objects, m->object.v, sizeof *o);

	o->id = m->object;
	drop_assigns(o, m->user, id_is_zero(m->user.v));
}

void apply_assign(struct store *s, const void *row)
{
	const struct st_assign *m = row;
	struct st_assign *mine = big_alloc(sizeof *mine);
	struct st_object *o = map_under(&s->objects, m->object.v, sizeof *o);

	o->id = m->object;
	drop_assigns(o, m->user, false);
	*mine = *m;
	mine->next = o->assigns;
	o->assigns = mine;
}

void apply_object(struct store *s, const void *row)
{
	const struct st_object *o = row;
	struct st_object *mine = map_under(&s->objects, o->id.v, sizeof *mine);

	mine->id = o->id;
	mine->made = true;
	mine->triage = o->triage;
	mine->person = o->person;
	mine->lost = o->lost;
	memcpy(mine->office, o->office, sizeof mine->office);
}

/* A ninth office takes the place of the eighth. */
void apply_reach(struct store *s, const void *row)
{
	const struct st_object *o = row;
	struct st_object *mine = map_under(&s->objects, o->id.v, sizeof *mine);

	mine->id = o->id;
	mine->n_also = (uint8_t)(mine->n_also < ALSO_MAX ? mine->n_also + 1 : ALSO_MAX);
	memcpy(mine->also[mine->n_also - 1], o->office, sizeof o->office);
}

/* From the same state as before: one more that may be committed.  From another: that one was committed. */
void apply_head(struct store *s, const void *row)
{
	const struct st_object *o = row;
	struct st_object *mine = map_under(&s->objects, o->id.v, sizeof *mine);
	bool same = mine->has_head && memcmp(mine->prev, o->prev, sizeof mine->prev) == 0;
	bool settled = memcmp(o->prev, o->next[0], sizeof o->prev) == 0;

	mine->id = o->id;
	mine->has_head = true;
	if (!same || settled)
		mine->n_next = 0;
	if (mine->n_next == HEADS_PENDING) { /* the oldest was given up long ago: heads.c */
		memmove(mine->next[0], mine->next[1], sizeof mine->next - sizeof mine->next[0]);
		memmove(&mine->next_at[0], &mine->next_at[1], sizeof mine->next_at - sizeof mine->next_at[0]);
		mine->n_next--;
	}
	memcpy(mine->prev, o->prev, sizeof mine->prev);
	memcpy(mine->next[mine->n_next++], o->next[0], sizeof mine->next[0]);
	mine->seen_at = 0;
}

void apply_tomb(struct store *s, const void *row)
{
	const struct tomb *t = row;

	*(struct tomb *)map_under(&s->tombs, t->hash, sizeof *t) = *t;
}

void apply_erase(struct store *s, const void *row)
{
	const struct st_erase *x = row;

	*(struct st_erase *)map_under(&s->erasures, x->object.v, sizeof *x) = *x;
}

void apply_erase_dropped(struct store *s, const void *row)
{
	const struct st_erase *x = row;

	free(map_drop(&s->erasures, x->object.v));
}

void apply_hold(struct store *s, const void *row)
{
	const struct st_erase *x = row;

	*(struct st_erase *)map_under(&s->holds, x->object.v, sizeof *x) = *x;
}

void apply_hold_drop(struct store *s, const void *row)
{
	const struct st_erase *x = row;

	free(map_drop(&s->holds, x->object.v));
}

void object_free(void *p)
{
	struct st_object *o = p;

	while (o->assigns) {
		struct st_assign *m = o->assigns;

		o->assigns = m->next;
		free(m);
	}
	free(o);
}

void apply_object_drop(struct store *s, const void *row)
{
	const struct st_object *o = row;
	struct st_object *mine = map_drop(&s->objects, o->id.v);

	if (mine)
		object_free(mine);
}

void objects_each(struct store *s, void (*fn)(void *arg, enum row_type t, void *row), void *arg)
{
	struct st_object *o;

	for (size_t i = 0; (o = map_next(&s->objects, &i));) {
		if (o->made)
			fn(arg, ROW_OBJECT, o);
		for (int n = 0; n < o->n_also; n++) {
			struct st_object reach = {.id = o->id};

			memcpy(reach.office, o->also[n], sizeof reach.office);
			fn(arg, ROW_REACH, &reach);
		}
		for (int n = 0; o->has_head && n < o->n_next; n++) {
			struct st_object head = {.id = o->id};

			memcpy(head.prev, o->prev, sizeof head.prev);
			memcpy(head.next[0], o->next[n], sizeof head.next[0]);
			fn(arg, ROW_HEAD, &head);
		}
		for (struct st_assign *m = o->assigns; m; m = m->next)
			fn(arg, ROW_ASSIGN, m);
	}
}
