/* speak.c — codes said in words. */
#include "speak.h"

#include "risk.h"

str form_title(struct ctx *c, const char *code)
{
	const struct form *f = form_find(c->op.house->forms, str_of(code), 0);

	return f ? label_in(&f->title, c->op.l) : str_of(code);
}

str coded(struct ctx *c, const char *list, str code)
{
	const struct code_list *l = list_find(c->op.house->forms, str_of(list));

	return l && code.n ? code_label(l, code, c->op.l) : code;
}

str spoken(struct ctx *c, str arg)
{
	const struct code_list *consents = list_find(c->op.house->forms, STR("CONSENT_KIND"));
	enum fact fact;

	if (!arg.n)
		return arg;
	if (form_no_find(arg) != FORMS)
		return form_title(c, arena_z(c->op.a, arg));
	if (consents && code_index(consents, arg) >= 0)
		return code_label(consents, arg, c->op.l); /* begins with the code */
	fact = fact_find(arg);
	return fact != FACTS && c->op.house->asks[fact] ? label_in(&c->op.house->asks[fact]->label, c->op.l) : arg;
}

str sentence(struct ctx *c, const char *msgid, str arg)
{
	struct tr_arg a = {"arg", spoken(c, arg)};

	return tr_say(c->op.a, c->op.l, tr(c->op.l, msgid), &a, 1);
}

str sentence_n(struct ctx *c, const char *one, const char *many, int64_t n)
{
	struct tr_arg number = {"n", fmt_int(c->op.a, c->op.l, n)};

	return tr_fill(c->op.a, tr_n(c->op.l, one, many, n), &number, 1);
}

struct tag_view risk_tag(const struct op *op, const struct head *h)
{
	static const struct tag_view tags[RISK_LEVELS] = {
		[RISK_LOW] = {"tag ok", N_("Low")},
		[RISK_MEDIUM] = {"tag warn", N_("Medium")},
		[RISK_HIGH] = {"tag err", N_("High")},
		[RISK_EXTREME] = {"tag err", N_("Extreme")},
	};
	int32_t level = h->fact[FACT_risk_level];

	if (!op_reads(op, COMP_RISK) || level < RISK_NONE || level > RISK_EXTREME)
		return (struct tag_view){0};
	return tags[level];
}
