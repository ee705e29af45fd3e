/* account_rows.c — one codec for each row about who comes in (accounts, sessions, failures counted), and what it does to
 * memory: a row read at the start and a row written now take the same way. */
#include "account_rows.h"

#include "wire.h"

#include <stdlib.h>

void code_user(struct codec *c, void *row)
{
	struct st_user *u = row;

	code_id(c, &u->id.v);
	code_id(c, &u->login_key);
	CODE_ENUM(c, u->role, ROLES);
	code_text(c, u->office, sizeof u->office);
	code_text(c, u->name, sizeof u->name);
	code_text(c, u->login, sizeof u->login);
	CODE_ENUM(c, u->state, ACCOUNT_STATES);
	CODE_ENUM(c, u->was, ACCOUNT_STATES);
	code_i32(c, &u->away_from);
	code_i32(c, &u->away_until);
	code_bytes(c, u->box_pk, sizeof u->box_pk);
	code_bytes(c, u->salt, sizeof u->salt);
	code_bytes(c, u->slots, sizeof u->slots);
	code_bytes(c, u->totp, sizeof u->totp);
	code_id(c, &u->invite_id);
	code_i64(c, &u->invite_until);
	code_i64(c, &u->invite_from);
	code_bytes(c, u->invite, sizeof u->invite);
	code_i64(c, &u->made);
	code_id(c, &u->made_by.v);
	code_id(c, &u->linked_by.v);
	code_bool(c, &u->restored);
	code_bool(c, &u->keys_only);
}

void code_seckey_row(struct codec *c, void *row)
{
	struct st_seckey *k = row;

	code_id(c, &k->id);
	code_id(c, &k->user.v);
	code_text(c, k->name, sizeof k->name);
	code_seckey(c, &k->key);
	code_i64(c, &k->made);
	code_i64(c, &k->used);
}

void code_seckey_drop(struct codec *c, void *row)
{
	struct st_seckey *k = row;

	code_id(c, &k->id);
}

void code_session(struct codec *c, void *row)
{
	struct st_session *s = row;

	code_id(c, &s->id);
	code_id(c, &s->user.v);
	code_i64(c, &s->started);
	code_i64(c, &s->touched);
	code_i64(c, &s->again);
	code_bool(c, &s->ended);
	code_bytes(c, s->secret, sizeof s->secret);
}

void code_session_drop(struct codec *c, void *row)
{
	struct st_session *s = row;

	code_id(c, &s->id);
}

void code_counter(struct codec *c, void *row)
{
	struct st_counter *n = row;

	code_id(c, &n->id);
	code_u32(c, &n->failures);
	code_i64(c, &n->last);
	code_i64(c, &n->step);
}

void apply_user(struct store *s, const void *row)
{
	const struct st_user *u = row;
	struct st_user *mine = map_under(&s->users, u->id.v, sizeof *mine);

	*mine = *u;
	map_put(&s->logins, u->login_key, mine);
}

void apply_seckey(struct store *s, const void *row)
{
	const struct st_seckey *k = row;

	*(struct st_seckey *)map_under(&s->seckeys, k->id, sizeof *k) = *k;
}

void apply_seckey_drop(struct store *s, const void *row)
{
	const struct st_seckey *k = row;

	free(map_drop(&s->seckeys, k->id));
}

void apply_session(struct store *s, const void *row)
{
	const struct st_session *x = row;
	struct st_session *mine = map_under(&s->sessions, x->id, sizeof *mine);

	*mine = *x;
	mine->touch_kept = x->touched;
}

void apply_session_drop(struct store *s, const void *row)
{
	const struct st_session *x = row;

	free(map_drop(&s->sessions, x->id));
}

void apply_counter(struct store *s, const void *row)
{
	const struct st_counter *n = row;

	*(struct st_counter *)map_under(&s->counters, n->id, sizeof *n) = *n;
}
