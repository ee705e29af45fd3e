/* given_web.c — the second half of the page "Assign the file": who else has access by name, and until when. */
#include "access.h"
#include "case_html.h"
#include "case_web.h"

static str until_of(struct ctx *c, const struct pass *p)
{
	struct tr_arg last = {"day", STR("")};

	if (!p->until)
		return STR("");
	if (p->kind == PASS_GLASS)
		return fmt_time(c->op.a, c->op.l, p->until);
	last.value = fmt_day(c->op.a, c->op.l, day_of_msec(p->until - 1) + c->op.ahead, DATE_LONG);
	return tr_say(c->op.a, c->op.l, tr(c->op.l, N_("until {day}")), &last, 1);
}

static bool among(const struct pass *list, size_t n, user_id who)
{
	for (size_t i = 0; i < n; i++)
		if (id_eq(list[i].user.v, who.v) && list[i].kind == PASS_NAMED)
			return true;
	return false;
}

struct err *case_fill_given(struct ctx *c, struct assign_view *v)
{
	const struct head *h = &c->kase->head;
	struct pass *passes;
	struct staff *list;
	size_t n, n_passes;

	TRY(vault_passes_of(c->op.vault, c->op.a, c->op.token, h->id, &passes, &n_passes));
	TRY(staff_by_name(c->op.house, c->op.vault, c->op.a, c->op.l, &list, &n));
	v->given = NEWS(c->op.a, struct given_row, n_passes + 1);
	for (size_t i = 0; i < n_passes; i++)
		v->given[v->n_given++] = (struct given_row){
			.id = id_text(c->op.a, passes[i].user.v),
			.name = staff_name(c->op.house, c->op.vault, c->op.a, passes[i].user),
			.until = until_of(c, &passes[i]),
			.glass = passes[i].kind == PASS_GLASS,
		};
	v->others = NEWS(c->op.a, struct person_option, n + 1);
	for (size_t i = 0; i < n; i++)
		if (kase_may_have(c->kase, &list[i]) && !among(passes, n_passes, list[i].id) &&
		    !id_eq(list[i].id.v, h->assignee.v) && !id_eq(list[i].id.v, h->cor_assignee.v))
			v->others[v->n_others++] = (struct person_option){
				.id = id_text(c->op.a, list[i].id.v),
				.name = arena_fmt(c->op.a, "%s (%s)", list[i].name,
						  tr(c->op.l, roles[list[i].role].name)),
			};
	return NULL;
}

/* Who may be given the file; taken back it can be from anyone who has it, whatever became of the account. */
static struct err *chosen(struct ctx *c, bool take, user_id *out)
{
	struct staff *list;
	struct id id;
	size_t n;

	if (!id_parse(ctx_form(c, "who"), &id))
		return FAIL(c->op.a, INVALID, "Choose a person.", "no account chosen");
	TRY(staff_list(c->op.house, c->op.vault, c->op.a, &list, &n));
	*out = (user_id){id};
	for (size_t i = 0; i < n; i++)
		if (id_eq(list[i].id.v, id) && (take || kase_may_have(c->kase, &list[i])))
			return NULL;
	return FAIL(c->op.a, INVALID, "This person cannot take the file: choose another one.",
		    "not an eligible account");
}

struct err *given_post(struct ctx *c)
{
	bool take = str_eqz(ctx_form(c, "do"), "take");
	day until = NO_DAY;
	user_id who;

	TRY(chosen(c, take, &who));
	if (take) {
		TRY(kase_take_back(&c->op, c->kase, who));
		return ctx_see_other(c, "%.*s/assign?done=taken", STR_ARG(case_base(c, c->kase)));
	}
	if (ctx_form(c, "until").n && !day_parse(ctx_form(c, "until"), &until))
		return FAIL(c->op.a, INVALID, "This is not a date: write it as year-month-day, for example 2018-11-20.",
			    "bad date");
	if (until != NO_DAY && until < c->op.today)
		return FAIL(c->op.a, INVALID, "The last day cannot lie in the past.", "past date");
	TRY(kase_give(&c->op, c->kase, who, until));
	return ctx_see_other(c, "%.*s/assign?done=given", STR_ARG(case_base(c, c->kase)));
}
