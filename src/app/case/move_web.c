/* move_web.c — acts on a case that are no form: moving on, assigning, opening abroad, showing the safe contact. */
#include <string.h>

#include "case_html.h"
#include "case_web.h"

static struct err *move_post(struct ctx *c)
{
	enum transition t = transition_find(ctx_form(c, "to"));

	if (t == TRANSITIONS || t == T_PAY)
		return FAIL(c->op.a, MALFORMED, NULL, "unknown transition");
	TRY(kase_move(&c->op, c->kase, t));
	return ctx_see_other(c, "%.*s?done=moved", STR_ARG(case_base(c, c->kase)));
}

static struct err *open_abroad_post(struct ctx *c)
{
	TRY(kase_open_cor(&c->op, c->kase));
	return ctx_see_other(c, "%.*s?done=opened", STR_ARG(case_base(c, c->kase)));
}

static bool works_here(const struct ctx *c, const struct staff *s, bool abroad)
{
	const char *office = abroad ? c->kase->head.cor_office : c->kase->head.office;

	if (!s->active || strcmp(s->office, office) != 0)
		return false;
	return abroad ? s->role == ROLE_CMR : s->role == ROLE_CMF || s->role == ROLE_CPF;
}

/* A replacement that ends: who had the file before is proposed; else nothing changes unless somebody is chosen. */
static bool proposed(const struct ctx *c, const struct staff *s, bool abroad)
{
	const struct head *h = &c->kase->head;
	int32_t until = h->fact[abroad ? FACT_abroad_until : FACT_here_until];
	int32_t before = h->fact[abroad ? FACT_abroad_before : FACT_here_before];

	return until != NO_FACT && before != NO_FACT && c->op.today >= until && account_mark(s->id) == before;
}

static struct err *people(struct ctx *c, bool abroad, struct assign_side *out)
{
	user_id now = abroad ? c->kase->head.cor_assignee : c->kase->head.assignee;
	int32_t until = c->kase->head.fact[abroad ? FACT_abroad_until : FACT_here_until];
	struct staff *list;
	size_t count;

	TRY(staff_by_name(c->op.house, c->op.vault, c->op.a, c->op.l, &list, &count));
	*out = (struct assign_side){.list = NEWS(c->op.a, struct person_option, count + 1)};
	for (size_t i = 0; i < count; i++) {
		if (id_eq(list[i].id.v, now.v))
			out->now = str_of(list[i].name);
		if (works_here(c, &list[i], abroad))
			out->list[out->n++] = (struct person_option){
				id_text(c->op.a, list[i].id.v), str_of(list[i].name), proposed(c, &list[i], abroad)};
	}
	out->until_known = until != NO_FACT;
	out->until = until;
	return NULL;
}

static struct err *assign_get(struct ctx *c)
{
	struct page p = {.title = N_("Assign the file"), .section = "cases", .kase = c->kase};
	struct assign_view v = {.base = case_base(c, c->kase), .cor_open = c->kase->head.flags & FLAG_COR_OPEN};

	TRY(people(c, false, &v.here));
	TRY(people(c, true, &v.abroad));
	TRY(case_fill_given(c, &v));
	page_begin(c, &p);
	assign_page(&c->h, &v);
	return page_end(c);
}

/* The choice must be one of those offered: an account of that office whose role takes cases. */
static struct err *assign_one(struct ctx *c, const char *input, bool abroad, day until)
{
	str chosen = ctx_form(c, input);
	struct assign_side side;
	struct id id;

	if (!chosen.n)
		return NULL;
	TRY(people(c, abroad, &side));
	for (size_t i = 0; i < side.n; i++)
		if (str_eq(side.list[i].id, chosen) && id_parse(chosen, &id))
			return kase_assign(&c->op, c->kase, (user_id){id}, abroad, until);
	return FAIL(c->op.a, INVALID, "This person cannot take the file: choose another one.",
		    "not an eligible account");
}

static struct err *assign_post(struct ctx *c)
{
	day until = NO_DAY;

	if (ctx_form(c, "until").n && !day_parse(ctx_form(c, "until"), &until))
		return FAIL(c->op.a, INVALID, "This is not a date: write it as year-month-day, for example 2018-11-20.",
			    "bad date");
	if (until != NO_DAY && until < c->op.today)
		return FAIL(c->op.a, INVALID, "The end of a replacement cannot lie in the past.", "past date");
	TRY(assign_one(c, "here", false, until));
	TRY(assign_one(c, "abroad", true, until));
	return ctx_see_other(c, "%.*s?done=assigned", STR_ARG(case_base(c, c->kase)));
}

static void add_warning(struct ctx *c, struct contact_view *v, str text)
{
	if (text.n)
		v->warnings[v->n_warnings++].text = arena_str(c->op.a, text);
}

static const char *const agreed[] = {"times", "who_may_answer", "if_other", "code_safe", "code_danger", "never"};

/* What was agreed in the follow-up calendar, with its question. */
static void add_answer(struct ctx *c, struct contact_view *v, const char *name, const struct json *answers)
{
	const struct form *f = form_find(c->op.house->forms, STR("F15"), 0);
	const struct field *field = f ? form_field(f, str_of(name)) : NULL;
	str text = field ? answer_text(c->op.a, c->op.l, field, json_get(answers, name)) : STR("");

	if (text.n)
		add_warning(c, v,
			    arena_fmt(c->op.a, "%.*s %.*s", STR_ARG(label_in(&field->label, c->op.l)), STR_ARG(text)));
}

static void add_unsafe_modes(struct ctx *c, struct contact_view *v, const struct form *f, const struct json *answers)
{
	const struct field *modes = form_field(f, STR("unsafe_contact_modes"));
	const struct json *said = json_get(answers, "unsafe_contact_modes");

	if (modes && said && !json_has_str(said, STR("NONE")))
		add_warning(c, v,
			    arena_fmt(c->op.a, "%s %.*s", tr(c->op.l, "Not safe:"),
				      STR_ARG(answer_text(c->op.a, c->op.l, modes, said))));
}

/* What the referral said, then what was confirmed at its first reading, which wins; ways that either calls unsafe stay
 * unsafe. */
static struct err *contact_at_intake(struct ctx *c, struct contact_view *v)
{
	static const char *const forms[] = {"F01", "TRI"};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct json *answers;
		struct record r;
		uint32_t readable;
		bool found;

		TRY(record_last(&c->op, c->kase, forms[i], &r, &found));
		if (!found || !case_readable(c->kase, DOSSIER_FR, COMP_LOCATION))
			continue;
		TRY(record_read(&c->op, c->kase, &r, &answers, &readable));
		if (json_text(answers, "safe_contact").n)
			v->safe_contact = json_text(answers, "safe_contact");
		add_unsafe_modes(c, v, r.form, answers);
	}
	return NULL;
}

/* What was agreed for the follow-up; and whether the person said since then that it is not safe any more. */
static struct err *contact_after_return(struct ctx *c, struct contact_view *v)
{
	struct filled *visits;
	struct json *answers;
	struct record agreement;
	uint32_t readable;
	bool found, asked = false;
	size_t n;

	if (!case_readable(c->kase, DOSSIER_COR, COMP_LOCATION))
		return NULL;
	TRY(record_last(&c->op, c->kase, "F15", &agreement, &found));
	if (found) {
		TRY(record_read(&c->op, c->kase, &agreement, &answers, &readable));
		if (json_text(answers, "phone").n)
			v->safe_contact = json_text(answers, "phone");
		for (size_t i = 0; i < sizeof agreed / sizeof *agreed; i++)
			add_answer(c, v, agreed[i], answers);
	}
	TRY(record_all(&c->op, c->kase, "F14", &visits, &n));
	for (size_t i = 0; i < n && !asked && !(found && visits[i].r.turn < agreement.turn); i++) {
		str ok = json_text(visits[i].answers, "phone_ok");

		asked = ok.n > 0;
		if (str_eqz(ok, "NO"))
			add_warning(
				c, v,
				str_of(tr(c->op.l,
					  "At the last follow-up the phone or this way of contact was no longer safe: "
					  "do not use it before a new one is agreed on.")));
	}
	return NULL;
}

static bool hidden(const struct ctx *c)
{
	bool here = kase_reaches(&c->op, c->kase, DOSSIER_FR) & ~c->kase->readable[DOSSIER_FR];
	bool abroad = kase_reaches(&c->op, c->kase, DOSSIER_COR) & ~c->kase->readable[DOSSIER_COR];

	return here || abroad;
}

static bool below(str address, str base)
{
	for (size_t i = 0; i < address.n; i++)
		if (address.p[i] <= ' ' || address.p[i] >= 0x7f || address.p[i] == '\\')
			return false;
	return str_starts(address, base) &&
	       (address.n == base.n || address.p[base.n] == '/' || address.p[base.n] == '?');
}

/* Shows where the person is, to this session, for five minutes; and goes back to where it was asked. */
static struct err *reveal_post(struct ctx *c)
{
	str base = case_base(c, c->kase), back = ctx_form(c, "back");
	str triage = arena_fmt(c->op.a, "/triage/%.*s", STR_ARG(id_text(c->op.a, c->kase->head.id.v)));
	bool ours = below(back, base) || below(back, triage);

	TRY(kase_open(&c->op, c->kase, PURPOSE_REVEAL));
	return ctx_see_other(c, "%.*s", STR_ARG(ours ? back : base));
}

/* Warnings come before any number (domain §6: safe-contact protocol); it is asked for, and that is an entry of its own. */
static struct err *contact_get(struct ctx *c)
{
	struct page p = {.title = N_("Contact"), .section = "cases", .kase = c->kase};
	struct contact_view v = {.base = case_base(c, c->kase), .warnings = NEWS(c->op.a, struct field_line, 32)};

	v.hidden = hidden(c);
	TRY(contact_at_intake(c, &v));
	TRY(contact_after_return(c, &v));
	v.known = v.safe_contact.n > 0;
	page_begin(c, &p);
	contact_page(&c->h, &v);
	return page_end(c);
}

const struct route case_routes[] = {
	{HTTP_GET, "/cases/:case", case_page_get, .may = MAY_CASE_READ, .load = LOAD_OPEN},
	{HTTP_GET, "/cases/:case/contact", contact_get, .may = MAY_CASE_READ, .load = LOAD_OPEN},
	{HTTP_POST, "/cases/:case/reveal", reveal_post, .may = MAY_CASE_READ, .load = LOAD_CASE},
	{HTTP_POST, "/cases/:case/move", move_post, .may = MAY_CASE_WRITE, .load = LOAD_OPEN},
	{HTTP_POST, "/cases/:case/open-abroad", open_abroad_post, .may = MAY_CASE_WRITE, .load = LOAD_OPEN},
	{HTTP_GET, "/cases/:case/assign", assign_get, .may = MAY_ASSIGN, .load = LOAD_OPEN},
	{HTTP_POST, "/cases/:case/assign", assign_post, .may = MAY_ASSIGN, .load = LOAD_OPEN, .again = true},
	{HTTP_POST, "/cases/:case/given", given_post, .may = MAY_ASSIGN, .load = LOAD_OPEN, .again = true},
	ROUTES_END,
};
