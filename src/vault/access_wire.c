/* access_wire.c — the structures of access.h on the wire, and what counts as a reason; for both sides. */
#include "access.h"

#include <string.h>

#include "codec.h"

void code_budget(struct codec *c, struct budget_state *b)
{
	CODE_ENUM(c, b->what, SPENDS);
	code_i64(c, &b->window);
	code_u32(c, &b->most);
	code_u32(c, &b->used);
	code_i64(c, &b->free_at);
}

void code_pass(struct codec *c, struct pass *p)
{
	code_id(c, &p->object.v);
	code_id(c, &p->user.v);
	CODE_ENUM(c, p->kind, PASS_KINDS);
	code_i64(c, &p->at);
	code_i64(c, &p->until);
}

void code_alert(struct codec *c, struct alarm *l)
{
	code_u64(c, &l->no);
	CODE_ENUM(c, l->kind, ALARMS);
	code_id(c, &l->who.v);
	code_id(c, &l->object.v);
	code_i64(c, &l->at);
	code_i64(c, &l->count);
	code_str(c, &l->reason, ACCESS_REASON_MAX);
	code_bool(c, &l->waiting);
	code_id(c, &l->acked_by.v);
	code_i64(c, &l->acked_at);
}

void code_seen(struct codec *c, struct seen *s)
{
	code_id(c, &s->object.v);
	code_id(c, &s->who.v);
	code_i64(c, &s->first);
	code_i64(c, &s->last);
	code_u32(c, &s->purposes);
}

bool access_reason_ok(str reason)
{
	size_t letters = 0;

	for (size_t i = 0; i < reason.n; i++)
		letters += ((unsigned char)reason.p[i] & 0xC0) != 0x80;
	return letters >= ACCESS_REASON_MIN && letters <= ACCESS_REASON_LETTERS && reason.n <= ACCESS_REASON_MAX &&
	       !memchr(reason.p, 0, reason.n);
}
