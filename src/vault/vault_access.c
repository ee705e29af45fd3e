/* vault_access.c — the client side of access.h: budgets, access by name, break-glass, alerts, decoys. */
#include "access.h"

#include "client.h"

struct err *vault_budgets(struct vault *v, struct arena *a, struct token t, struct budget_state out[BUDGETS])
{
	code_token(vault_begin(v), &t);
	TRY(vault_call(v, a, VERB_ACCESS, ACCESS_BUDGETS));
	for (int i = 0; i < BUDGETS; i++)
		code_budget(&v->c, &out[i]);
	return vault_end(v, a);
}

struct err *vault_search(struct vault *v, struct arena *a, struct token t)
{
	code_token(vault_begin(v), &t);
	TRY(vault_call(v, a, VERB_ACCESS, ACCESS_SEARCH));
	return vault_end(v, a);
}

/* An id and the reason for it. */
static struct err *with_reason(struct vault *v, struct arena *a, struct token t, struct id what, str reason,
			       enum access sub)
{
	struct codec *c = vault_begin(v);

	code_token(c, &t);
	code_id(c, &what);
	code_str(c, &reason, ACCESS_REASON_MAX);
	if (c->bad)
		return FAIL(a, INVALID, NULL, "the reason is too long");
	TRY(vault_call(v, a, VERB_ACCESS, sub));
	return vault_end(v, a);
}

struct err *vault_raise(struct vault *v, struct arena *a, struct token t, user_id who, str reason)
{
	return with_reason(v, a, t, who.v, reason, ACCESS_RAISE);
}

struct err *vault_glass(struct vault *v, struct arena *a, struct token t, case_id object, str reason)
{
	return with_reason(v, a, t, object.v, reason, ACCESS_GLASS);
}

struct err *vault_name(struct vault *v, struct arena *a, struct token t, case_id object, user_id who, day until)
{
	struct codec *c = vault_begin(v);

	code_token(c, &t);
	code_id(c, &object.v);
	code_id(c, &who.v);
	code_i32(c, &until);
	TRY(vault_call(v, a, VERB_ACCESS, ACCESS_NAME));
	return vault_end(v, a);
}

static struct err *read_passes(struct vault *v, struct arena *a, struct pass **out, size_t *n)
{
	struct pass *list;
	size_t count = 0;

	code_count(&v->c, &count, PASSES_MAX);
	list = NEWS(a, struct pass, count + 1);
	for (size_t i = 0; i < count; i++)
		code_pass(&v->c, &list[i]);
	TRY(vault_end(v, a));
	*out = list;
	*n = count;
	return NULL;
}

struct err *vault_passes_of(struct vault *v, struct arena *a, struct token t, case_id object, struct pass **out,
			    size_t *n)
{
	struct codec *c = vault_begin(v);

	code_token(c, &t);
	code_id(c, &object.v);
	TRY(vault_call(v, a, VERB_ACCESS, ACCESS_WHO));
	return read_passes(v, a, out, n);
}

struct err *vault_passes_mine(struct vault *v, struct arena *a, struct token t, struct pass **out, size_t *n)
{
	code_token(vault_begin(v), &t);
	TRY(vault_call(v, a, VERB_ACCESS, ACCESS_MINE));
	return read_passes(v, a, out, n);
}

struct err *vault_alerts(struct vault *v, struct arena *a, struct token t, bool waiting, uint64_t before,
			 struct alarm **out, size_t *n)
{
	struct codec *c = vault_begin(v);
	struct alarm *list;
	size_t count = 0;

	code_token(c, &t);
	code_bool(c, &waiting);
	code_u64(c, &before);
	TRY(vault_call(v, a, VERB_ACCESS, ACCESS_ALERTS));
	code_count(&v->c, &count, ALERT_PAGE);
	list = NEWS(a, struct alarm, count + 1);
	for (size_t i = 0; i < count; i++) {
		code_alert(&v->c, &list[i]);
		list[i].reason = arena_str(a, list[i].reason);
	}
	TRY(vault_end(v, a));
	*out = list;
	*n = count;
	return NULL;
}

struct err *vault_alert_ack(struct vault *v, struct arena *a, struct token t, uint64_t no)
{
	struct codec *c = vault_begin(v);

	code_token(c, &t);
	code_u64(c, &no);
	TRY(vault_call(v, a, VERB_ACCESS, ACCESS_ACK));
	return vault_end(v, a);
}

struct err *vault_decoy(struct vault *v, struct arena *a, struct token t, case_id object)
{
	struct codec *c = vault_begin(v);

	code_token(c, &t);
	code_id(c, &object.v);
	TRY(vault_call(v, a, VERB_ACCESS, ACCESS_DECOY));
	return vault_end(v, a);
}

struct err *vault_decoys(struct vault *v, struct arena *a, case_id **out, size_t *n)
{
	struct token none = NO_TOKEN;
	case_id *list;
	size_t count = 0;

	code_token(vault_begin(v), &none);
	TRY(vault_call(v, a, VERB_ACCESS, ACCESS_DECOYS));
	code_count(&v->c, &count, DECOYS_MAX);
	list = NEWS(a, case_id, count + 1);
	for (size_t i = 0; i < count; i++)
		code_id(&v->c, &list[i].v);
	TRY(vault_end(v, a));
	*out = list;
	*n = count;
	return NULL;
}

struct err *vault_seen(struct vault *v, struct arena *a, struct token t, msec from, msec to, struct seen **out,
		       size_t *n)
{
	struct codec *c = vault_begin(v);
	struct seen *list;
	size_t count = 0;

	code_token(c, &t);
	code_i64(c, &from);
	code_i64(c, &to);
	TRY(vault_call(v, a, VERB_ACCESS, ACCESS_SEEN));
	code_count(&v->c, &count, SEEN_MAX);
	list = NEWS(a, struct seen, count + 1);
	for (size_t i = 0; i < count; i++)
		code_seen(&v->c, &list[i]);
	TRY(vault_end(v, a));
	*out = list;
	*n = count;
	return NULL;
}
