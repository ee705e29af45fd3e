/* over.c — what is said to someone who has reached a limit of the vault: which, why, until when, whom to ask. */
#include "access.h"
#include "web.h"

static const struct {
	enum budget budget;
	const char *reached; /* msgid with {n} */
} reached[] = {
	{BUDGET_OPEN_HOUR,
	 N_("You have opened {n} different files within an hour: as many as one person may. A file that you "
	    "opened within the hour stays open to you.")},
	{BUDGET_OPEN_DAY, N_("You have opened {n} files within 24 hours: as many as one person may.")},
	{BUDGET_SEARCH, N_("You have searched {n} times within ten minutes: as often as one person may.")},
	{BUDGET_PRINT, N_("You have taken {n} papers within 24 hours: as many as one person may.")},
	{BUDGET_GLASS,
	 N_("You have asked {n} times within 24 hours for files that were not given to you: as often as one "
	    "person may.")},
};
_Static_assert(sizeof reached / sizeof *reached == BUDGETS, "a sentence for each limit");

#define COORDINATORS 3

static str coordinators(struct ctx *c)
{
	str names[COORDINATORS];
	struct staff *list;
	size_t n, found = 0;

	if (staff_list(c->op.house, c->op.vault, c->op.a, &list, &n))
		return STR("");
	for (size_t i = 0; i < n && found < COORDINATORS; i++)
		if (list[i].active && role_may(list[i].role, MAY_ASSIGN) && !id_eq(list[i].id.v, c->op.actor.id.v))
			names[found++] = str_of(list[i].name);
	return arena_join(c->op.a, names, found, str_of(tr(c->op.l, ", ")));
}

static str said(struct ctx *c, const char *msgid, const struct budget_state *b)
{
	struct tr_arg n = {"n", fmt_int(c->op.a, c->op.l, b->used)};
	struct tr_arg when = {"time", fmt_time(c->op.a, c->op.l, b->free_at)};
	struct tr_arg who = {"names", coordinators(c)};
	str parts[] = {
		tr_fill(c->op.a, tr(c->op.l, msgid), &n, 1),
		str_of(tr(c->op.l,
			  N_("This protects the people whose files we keep: nobody can leaf through all of them, "
			     "not even with a stolen password."))),
		tr_say(c->op.a, c->op.l, tr(c->op.l, N_("It is possible again from {time} on.")), &when, 1),
		who.value.n ? tr_say(c->op.a, c->op.l,
				     tr(c->op.l, N_("If your work needs more today, ask a coordinator, who can raise "
						    "the limit for a day: {names}.")),
				     &who, 1)
			    : str_of(tr(c->op.l, N_("If your work needs more today, ask another coordinator, who can "
						    "raise the limit for a day."))),
	};

	return arena_join(c->op.a, parts, sizeof parts / sizeof *parts, STR(" "));
}

str over_budget(struct ctx *c)
{
	struct budget_state b[BUDGETS];

	if (vault_budgets(c->op.vault, c->op.a, c->op.token, b))
		return (str){0};
	for (size_t i = 0; i < BUDGETS; i++)
		if (b[reached[i].budget].free_at)
			return said(c, reached[i].reached, &b[reached[i].budget]);
	return (str){0};
}
