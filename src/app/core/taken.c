/* taken.c — the kinds of acts in the audit log in words, and which entries of it a copy held. */
#include "taken.h"

#include "heads.h"

static const char *const kinds[AUDIT_KINDS] = {
	[AUDIT_ALL] = N_("Every act"),
	[AUDIT_OPENED] = N_("Files opened"),
	[AUDIT_REVEALED] = N_("Where a person is, shown"),
	[AUDIT_TAKEN] = N_("Papers and copies taken out"),
	[AUDIT_REACH] = N_("Files given, taken over, opened with a reason"),
	[AUDIT_LISTS] = N_("Lists and searches"),
	[AUDIT_SIGN_IN] = N_("Signing in and out"),
	[AUDIT_ACCOUNTS] = N_("Accounts"),
	[AUDIT_LIMITS] = N_("Limits and alerts"),
	[AUDIT_ERASED] = N_("Erasures and restores"),
	[AUDIT_REFUSED] = N_("Whatever was refused"),
};

const char *taken_kind(enum audit_kind k)
{
	return kinds[k];
}

str taken_account(struct ctx *c, struct id who)
{
	struct staff *list;
	size_t n;

	if (id_is_zero(who) || staff_list(c->op.house, c->op.vault, c->op.a, &list, &n))
		return STR("");
	for (size_t i = 0; i < n; i++)
		if (id_eq(list[i].id.v, who))
			return arena_str(c->op.a, str_of(list[i].name));
	return STR("");
}

static str with_day(struct ctx *c, const char *words, msec at)
{
	struct tr_arg arg = {"day", fmt_day(c->op.a, c->op.l, op_day_at(at), DATE_LONG)};

	return tr_say(c->op.a, c->op.l, tr(c->op.l, words), &arg, 1);
}

str taken_words(struct ctx *c, struct id about, int64_t number)
{
	struct tr_arg name = {"name", taken_account(c, about)}, code = {"code", STR("")};
	struct head h;
	struct audit_query q;
	bool beside;
	str parts[5];
	size_t n = 0;

	audit_taken_read(number, &q, &beside);
	parts[n++] = str_of(tr(c->op.l, taken_kind(q.kind)));
	if (name.value.n)
		parts[n++] = tr_say(c->op.a, c->op.l, tr(c->op.l, N_("what {name} did")), &name, 1);
	else if (heads_get(c->op.house->heads, (case_id){about}, &h)) {
		code.value = arena_str(c->op.a, str_of(h.code));
		parts[n++] = tr_say(c->op.a, c->op.l, tr(c->op.l, N_("the file {code}")), &code, 1);
	} else if (!id_is_zero(about))
		parts[n++] = str_of(tr(c->op.l, N_("a file that is erased")));
	if (q.from)
		parts[n++] = with_day(c, N_("from {day} on"), q.from);
	if (q.to)
		parts[n++] = with_day(c, N_("until {day}"), q.to - 1);
	if (beside)
		parts[n++] = str_of(tr(c->op.l, N_("of these only what is told beside this, of the same moment")));
	return arena_join(c->op.a, parts, n, str_of(tr(c->op.l, ", ")));
}
