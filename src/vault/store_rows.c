/* store_rows.c — one codec per row, and what each row does to the maps.  A row read at start and a row written now
 * go through the same row_apply: memory is always what the journal says. */
#include "account_rows.h"
#include "object_rows.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>

static void code_office(struct codec *c, void *row)
{
	struct st_office *o = row;

	code_text(c, o->code, sizeof o->code);
}

static void code_group(struct codec *c, void *row)
{
	struct st_group *g = row;

	code_id(c, &g->id.v);
	code_text(c, g->office, sizeof g->office);
	CODE_ENUM(c, g->kind, GROUP_KINDS);
	code_u32(c, &g->gen);
	code_bytes(c, g->pk, sizeof g->pk);
}

static void code_member(struct codec *c, void *row)
{
	struct st_member *m = row;

	code_id(c, &m->user.v);
	code_id(c, &m->group.v);
	code_bool(c, &m->boxed);
	code_bytes(c, m->sealed, m->boxed ? MEMBER_BOX : MEMBER_WRAP);
	code_grant(c, &m->grant);
}

static void code_member_drop(struct codec *c, void *row)
{
	struct st_member *m = row;

	code_id(c, &m->user.v);
	code_id(c, &m->group.v);
}

static void code_recovery(struct codec *c, void *row)
{
	struct st_recovery *r = row;

	code_u8(c, &r->card.need);
	code_u8(c, &r->card.total);
	code_bytes(c, r->card.pk, sizeof r->card.pk);
	code_bytes(c, r->card.digest, sizeof r->card.digest);
	code_i64(c, &r->made);
	if (!card_good(&r->card))
		c->bad = true;
}

/* An office, and a kind of group in it. */
static struct id place_key(const char *office, unsigned kind)
{
	struct id k = {0};

	memcpy(k.b, office, strnlen(office, OFFICE_MAX));
	k.b[15] = (uint8_t)kind;
	return k;
}

static struct id group_key(const char *office, unsigned kind, uint32_t gen)
{
	struct id k = place_key(office, kind);

	for (int i = 0; i < 4; i++)
		k.b[OFFICE_MAX + i] = (uint8_t)(gen >> (8 * i));
	return k;
}

static struct id pair_key(struct id a, struct id b)
{
	memcpy(a.b + 8, b.b + 8, 8);
	return a;
}

static void apply_office(struct store *s, const void *row)
{
	const struct st_office *o = row;

	*(struct st_office *)map_under(&s->offices, place_key(o->code, 0xff), sizeof *o) = *o;
}

static void apply_group(struct store *s, const void *row)
{
	const struct st_group *g = row;
	struct st_group *mine = map_under(&s->groups, group_key(g->office, g->kind, g->gen), sizeof *mine);
	struct st_group *newest = store_group(s, g->office, g->kind);

	*mine = *g;
	if (!newest || newest->gen < g->gen)
		map_put(&s->newest, place_key(g->office, g->kind), mine);
}

static void apply_member(struct store *s, const void *row)
{
	const struct st_member *m = row;

	*(struct st_member *)map_under(&s->members, pair_key(m->user.v, m->group.v), sizeof *m) = *m;
}

static void apply_member_drop(struct store *s, const void *row)
{
	const struct st_member *m = row;

	free(map_drop(&s->members, pair_key(m->user.v, m->group.v)));
}

static void code_escrow(struct codec *c, void *row)
{
	struct st_escrow *x = row;

	code_id(c, &x->group.v);
	code_bytes(c, x->set, sizeof x->set);
	code_bytes(c, x->sealed, sizeof x->sealed);
}

static void apply_escrow(struct store *s, const void *row)
{
	const struct st_escrow *x = row;

	*(struct st_escrow *)map_under(&s->escrows, x->group.v, sizeof *x) = *x;
}

/* What was sealed to another set of shares goes with it. */
static void apply_recovery(struct store *s, const void *row)
{
	const struct st_recovery *r = row;

	if (memcmp(r->card.pk, s->recovery.card.pk, sizeof r->card.pk) != 0)
		map_free(&s->escrows, free);
	s->recovery = *r;
}

static const struct {
	void (*code)(struct codec *, void *);
	void (*apply)(struct store *, const void *);
} rows[ROWS] = {
	[ROW_USER] = {code_user, apply_user},
	[ROW_OFFICE] = {code_office, apply_office},
	[ROW_GROUP] = {code_group, apply_group},
	[ROW_MEMBER] = {code_member, apply_member},
	[ROW_ASSIGN] = {code_assign, apply_assign},
	[ROW_UNASSIGN] = {code_unassign, apply_unassign},
	[ROW_SESSION] = {code_session, apply_session},
	[ROW_SESSION_DROP] = {code_session_drop, apply_session_drop},
	[ROW_COUNTER] = {code_counter, apply_counter},
	[ROW_OBJECT] = {code_object, apply_object},
	[ROW_HEAD] = {code_head, apply_head},
	[ROW_REACH] = {code_reach, apply_reach},
	[ROW_MEMBER_DROP] = {code_member_drop, apply_member_drop},
	[ROW_RECOVERY] = {code_recovery, apply_recovery},
	[ROW_ESCROW] = {code_escrow, apply_escrow},
	[ROW_TOMB] = {code_tomb_row, apply_tomb},
	[ROW_ERASE_ASKED] = {code_erase, apply_erase},
	[ROW_ERASE_DROPPED] = {code_erase, apply_erase_dropped},
	[ROW_OBJECT_DROP] = {code_object_drop, apply_object_drop},
	[ROW_HOLD] = {code_erase, apply_hold},
	[ROW_HOLD_DROP] = {code_erase, apply_hold_drop},
	[ROW_SECKEY] = {code_seckey_row, apply_seckey},
	[ROW_SECKEY_DROP] = {code_seckey_drop, apply_seckey_drop},
	[ROW_SPENT] = {code_spent, apply_spent},
	[ROW_PASS] = {code_st_pass, apply_pass},
	[ROW_UNPASS] = {code_unpass, apply_unpass},
	[ROW_ALERT] = {code_st_alert, apply_alert},
	[ROW_ACK] = {code_ack, apply_ack},
	[ROW_DECOY] = {code_decoy, apply_decoy},
};

void row_write(struct codec *c, enum row_type t, void *row)
{
	uint8_t type = (uint8_t)t;

	code_u8(c, &type);
	rows[t].code(c, row);
}

void row_apply(struct store *s, enum row_type t, const void *row)
{
	rows[t].apply(s, row);
}

bool rows_apply(struct store *s, str bytes)
{
	struct codec c = codec_reader(bytes);

	while (!c.bad && c.at < c.n) {
		union {
			struct st_user user;
			struct st_member member;
			struct st_assign assign;
			struct st_session session;
			struct st_object object;
			struct st_recovery recovery;
			struct st_escrow escrow;
			struct tomb tomb;
			struct st_erase erase;
			struct st_spent spent;
			struct st_pass pass;
			struct st_alert alert;
			struct st_ack ack;
			struct st_decoy decoy;
			struct st_seckey seckey;
		} row = {0};
		uint8_t type = 0;

		code_u8(&c, &type);
		if (type >= ROWS || !rows[type].code)
			return false;
		rows[type].code(&c, &row);
		if (!c.bad)
			rows[type].apply(s, &row);
	}
	return !c.bad;
}

static void each_in(const struct map *m, enum row_type t, void (*fn)(void *, enum row_type, void *), void *arg)
{
	void *row;

	for (size_t i = 0; (row = map_next(m, &i));)
		fn(arg, t, row);
}

void rows_each(struct store *s, void (*fn)(void *arg, enum row_type t, void *row), void *arg)
{
	if (s->recovery.card.total)
		fn(arg, ROW_RECOVERY, &s->recovery);
	each_in(&s->offices, ROW_OFFICE, fn, arg);
	each_in(&s->groups, ROW_GROUP, fn, arg);
	each_in(&s->escrows, ROW_ESCROW, fn, arg);
	each_in(&s->users, ROW_USER, fn, arg);
	each_in(&s->seckeys, ROW_SECKEY, fn, arg);
	each_in(&s->members, ROW_MEMBER, fn, arg);
	each_in(&s->sessions, ROW_SESSION, fn, arg);
	each_in(&s->counters, ROW_COUNTER, fn, arg);
	each_in(&s->tombs, ROW_TOMB, fn, arg);
	each_in(&s->erasures, ROW_ERASE_ASKED, fn, arg);
	each_in(&s->holds, ROW_HOLD, fn, arg);
	objects_each(s, fn, arg);
	access_each(&s->access, fn, arg);
}

void rows_free(struct store *s)
{
	map_free(&s->logins, NULL);
	map_free(&s->users, free);
	map_free(&s->seckeys, free);
	map_free(&s->offices, free);
	map_free(&s->newest, NULL);
	map_free(&s->groups, free);
	map_free(&s->escrows, free);
	map_free(&s->members, free);
	map_free(&s->sessions, free);
	map_free(&s->counters, free);
	map_free(&s->objects, object_free);
	map_free(&s->tombs, free);
	map_free(&s->erasures, free);
	map_free(&s->holds, free);
	access_free(&s->access);
}

struct st_user *store_login(const struct store *s, struct id login_key)
{
	return map_get(&s->logins, login_key);
}

struct st_group *store_group(const struct store *s, const char *office, unsigned kind)
{
	return map_get(&s->newest, place_key(office, kind));
}

struct st_group *store_group_gen(const struct store *s, const char *office, unsigned kind, uint32_t gen)
{
	return map_get(&s->groups, group_key(office, kind, gen));
}

struct st_office *store_office(const struct store *s, const char *code)
{
	return map_get(&s->offices, place_key(code, 0xff));
}

struct st_member *store_member(const struct store *s, user_id u, group_id g)
{
	return map_get(&s->members, pair_key(u.v, g.v));
}
