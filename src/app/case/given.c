/* given.c — access to a file by name, beside its case managers: the medical focal point, a second case manager, the
 * child-protection focal point.  The vault keeps who has it and until when; the file keeps that it was given. */
#include "kase.h"

#include <string.h>

bool kase_may_have(const struct kase *k, const struct staff *s)
{
	bool here = strcmp(s->office, k->head.office) == 0;
	bool abroad = (k->head.flags & FLAG_COR_OPEN) && strcmp(s->office, k->head.cor_office) == 0;

	if (!s->active || !role_may(s->role, MAY_CASE_READ) || roles[s->role].every_case)
		return false;
	return roles[s->role].reads[DOSSIER_FR] ? here : abroad;
}

static bool has_it(const struct kase *k, user_id who)
{
	return id_eq(k->head.assignee.v, who.v) || id_eq(k->head.cor_assignee.v, who.v);
}

static void unchanged(struct head *h, void *arg)
{
	(void)h;
	(void)arg;
}

static struct err *keep(struct op *op, struct kase *k, user_id who, bool given, day until)
{
	struct json *what = json_object(op->a);

	json_set(op->a, what, STR("user"), json_new_str(op->a, id_text(op->a, who.v)));
	json_set(op->a, what, STR("given"), json_new_bool(op->a, given));
	if (until != NO_DAY)
		json_set(op->a, what, STR("until"), json_new_str(op->a, day_iso(op->a, until)));
	return act_file(op, k, given ? "GIVEN" : "TAKEN", COMP_PLAN, what, unchanged, NULL);
}

struct err *kase_give(struct op *op, struct kase *k, user_id who, day until)
{
	if (!op_may(op, MAY_ASSIGN))
		return FAIL(op->a, DENIED, NULL, "role may not give access");
	if (has_it(k, who))
		return FAIL(op->a, INVALID, "This person has the file already.", "already case manager");
	TRY(vault_name(op->vault, op->a, op->token, k->head.id, who, until == NO_DAY ? NO_DAY : until - op->ahead));
	return keep(op, k, who, true, until);
}

struct err *kase_take_back(struct op *op, struct kase *k, user_id who)
{
	if (!op_may(op, MAY_ASSIGN))
		return FAIL(op->a, DENIED, NULL, "role may not take access back");
	if (has_it(k, who))
		return FAIL(op->a, INVALID, "Who has the file is replaced, so that somebody always has it.",
			    "is case manager");
	TRY(vault_unassign(op->vault, op->a, op->token, k->head.id, who));
	return keep(op, k, who, false, NO_DAY);
}
