/* speak.c — codes said in words. */
#include "speak.h"

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

	return tr_fill(c->op.a, tr(c->op.l, msgid), &a, 1);
}
