/* case_side.c — the side of a case's page: forms, drafts, quick note and contact, actions. */
#include <string.h>

#include "case_web.h"

static bool may_fill(const struct ctx *c, const struct form *f)
{
	return form_filled_by(f, c->op.actor.role) && kase_takes(&c->kase->head, f) &&
	       (f->dossier == DOSSIER_FR || (c->kase->head.flags & FLAG_COR_OPEN)) &&
	       (kase_reaches(&c->op, c->kase, f->dossier) & f->compartments);
}

/* Forms in the order of the journey; a minor's or held file still shows them: what is held is the moving on. */
static void fill_forms(struct ctx *c, struct case_view *v)
{
	const struct head *h = &c->kase->head;

	v->forms = NEWS(c->op.a, struct form_link, FORMS);
	for (int no = 0; no < FORMS; no++) {
		const struct form *f = form_find(c->op.house->forms, str_of(form_codes[no]), 0);
		const struct form_mark *m = &h->form[no];
		struct form_link *l;

		if (!f || !may_fill(c, f) || no >= FORM_NOTE)
			continue;
		l = &v->forms[v->n_forms++];
		l->title = label_in(&f->title, c->op.l);
		l->url = arena_fmt(c->op.a, "%.*s/forms/%s", STR_ARG(v->base), form_codes[no]);
		l->status = m->present ? fmt_day(c->op.a, c->op.l, m->on, DATE_SHORT) : STR("");
		l->class = m->present ? "tag ok" : "vh";
	}
}

static struct err *fill_drafts(struct ctx *c, struct case_view *v)
{
	struct draft *list;
	size_t n;

	TRY(draft_list(&c->op, c->kase, &list, &n));
	v->drafts = NEWS(c->op.a, struct form_link, n + 1);
	for (size_t i = 0; i < n; i++)
		v->drafts[v->n_drafts++] = (struct form_link){
			.title = form_title(c, arena_z(c->op.a, list[i].form)),
			.status = fmt_day(c->op.a, c->op.l, list[i].on, DATE_SHORT),
			.url = arena_fmt(c->op.a, "%.*s/forms/%.*s?record=%.*s", STR_ARG(v->base),
					 STR_ARG(list[i].form), STR_ARG(id_text(c->op.a, list[i].id.v))),
		};
	return NULL;
}

static void fill_quick(struct ctx *c, struct case_view *v)
{
	bool abroad = c->op.actor.role == ROLE_CMR;
	const struct form *note, *contact;

	v->note_form = abroad ? STR("NOTEC") : STR("NOTE");
	v->contact_form = abroad ? STR("CONTC") : STR("CONT");
	note = form_find(c->op.house->forms, v->note_form, 0);
	contact = form_find(c->op.house->forms, v->contact_form, 0);
	v->may_write = note && contact && may_fill(c, note) && kase_state(&c->op, &c->kase->head) != STATE_ARCHIVED;
	if (!v->may_write)
		return;
	v->note_record = id_text(c->op.a, id_random());
	v->contact_record = id_text(c->op.a, id_random());
	v->note_inputs = form_blank(c->op.a, note, c->op.l);
	v->contact_inputs = form_blank(c->op.a, contact, c->op.l);
}

static void action(struct ctx *c, struct case_view *v, const char *form, const char *label, const char *class)
{
	const struct form *f = form_find(c->op.house->forms, str_of(form), 0);

	if (!f || !may_fill(c, f) || v->n_actions == sizeof v->actions / sizeof *v->actions)
		return;
	v->actions[v->n_actions++] = (struct action_view){
		.label = label, .class = class, .url = arena_fmt(c->op.a, "%.*s/forms/%s", STR_ARG(v->base), form)};
}

/* The forms that are always at hand; whose role may not fill one does not see its button, so that of two forms for the
 * same act (here, and in the country of return) each sees their own. */
enum when { BEFORE_CLOSED, GOING_ON, HELD_UP, SIDE_EXIT, AFTER_LEAVING, ALARMED, ONCE_CLOSED };
static const struct {
	enum when when;
	const char *form, *label, *class;
} at_hand[] = {
	{BEFORE_CLOSED, "WDR", N_("The person no longer wishes to return"), "btn danger"},
	{AFTER_LEAVING, "WDRC", N_("The person asks that the support stop"), "btn danger"},
	{ALARMED, "ALR", N_("Answer the alert"), "btn danger"},
	{BEFORE_CLOSED, "EMER", N_("Emergency"), "btn danger"},
	{BEFORE_CLOSED, "EMERC", N_("Emergency"), "btn danger"},
	{HELD_UP, "RESUME", N_("Resume"), "btn sec"},
	{GOING_ON, "SUSP", N_("Suspend"), "btn sec"},
	{BEFORE_CLOSED, "LOST", N_("Contact lost"), "btn sec"},
	{BEFORE_CLOSED, "LOSTC", N_("Contact lost"), "btn sec"},
	{BEFORE_CLOSED, "WAIV", N_("Waivers"), "btn sec"},
	{SIDE_EXIT, "CLO", N_("Close the file"), "btn sec"},
	{ONCE_CLOSED, "REOP", N_("Reopen"), "btn sec"},
};

static void fill_actions(struct ctx *c, struct case_view *v)
{
	const struct head *h = &c->kase->head;
	enum state state = kase_state(&c->op, h);
	bool held = (h->flags & (FLAG_SUSPENDED | FLAG_EMERGENCY)) != 0;
	bool now[] = {
		[BEFORE_CLOSED] = state < STATE_CLOSED,
		[GOING_ON] = state < STATE_CLOSED && !held,
		[HELD_UP] = state < STATE_CLOSED && held,
		[SIDE_EXIT] = transition_from(h, T_CLOSE_EARLY),
		[AFTER_LEAVING] = state >= STATE_TRAVELLING && state < STATE_CLOSED,
		[ALARMED] = h->fact[FACT_alert] != NO_FACT && state < STATE_CLOSED,
		[ONCE_CLOSED] = state == STATE_CLOSED,
	};

	for (size_t i = 0; i < sizeof at_hand / sizeof *at_hand; i++)
		if (now[at_hand[i].when])
			action(c, v, at_hand[i].form, at_hand[i].label, at_hand[i].class);
	if (case_readable(c->kase, DOSSIER_COR, COMP_FINANCE) && v->n_actions < ACTIONS_MAX)
		v->actions[v->n_actions++] = (struct action_view){
			.label = N_("Payments"),
			.class = "btn sec",
			.url = arena_fmt(c->op.a, "%.*s/payments", STR_ARG(v->base))};
	if (op_may(&c->op, MAY_RIGHTS) && case_readable(c->kase, DOSSIER_FR, COMP_PLAN) && v->n_actions < ACTIONS_MAX)
		v->actions[v->n_actions++] = (struct action_view){
			.label = N_("What was passed on"),
			.class = "btn sec",
			.url = arena_fmt(c->op.a, "%.*s/disclosures", STR_ARG(v->base))};
	if (op_may(&c->op, MAY_COPY) && v->n_actions < ACTIONS_MAX)
		v->actions[v->n_actions++] = (struct action_view){
			.label = N_("Copy for the person"),
			.class = "btn sec",
			.url = arena_fmt(c->op.a, "%.*s/copy", STR_ARG(v->base))};
	if (op_may(&c->op, MAY_ERASE) && state >= STATE_CLOSED && kase_takes(h, NULL) &&
	    h->fact[FACT_legal_hold] != 1 && v->n_actions < ACTIONS_MAX)
		v->actions[v->n_actions++] = (struct action_view){
			.label = N_("Ask for the erasure"),
			.class = "btn danger",
			.url = arena_fmt(c->op.a, "%.*s/erase", STR_ARG(v->base))};
	if (op_may(&c->op, MAY_ASSIGN) && v->n_actions < ACTIONS_MAX)
		v->actions[v->n_actions++] = (struct action_view){
			.label = N_("Assign or replace"),
			.class = "btn sec",
			.url = arena_fmt(c->op.a, "%.*s/assign", STR_ARG(v->base))};
}

struct err *case_fill_side(struct ctx *c, struct case_view *v)
{
	const struct head *h = &c->kase->head;

	fill_forms(c, v);
	TRY(fill_drafts(c, v));
	fill_quick(c, v);
	fill_actions(c, v);
	v->cor_openable = head_consents(h, 3, c->op.today) && !(h->flags & FLAG_COR_OPEN) && h->cor_office[0] &&
			  kase_takes(h, NULL) && c->kase->readable[DOSSIER_FR] &&
			  (ACTOR_IS(&c->op, CMF) || ACTOR_IS(&c->op, COO));
	return NULL;
}
