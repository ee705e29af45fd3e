/* facts.c — from filed answers to the coded facts of the head.
 *
 * Two sources, both tables: fields that declare "head", and a computation per form for what no single answer says.
 * Nothing here reads another record: a head is never derived again from what its author cannot read (design §10.3). */
#include "facts.h"

#include <string.h>

#include "gate.h"
#include "geo.h"
#include "risk.h"
#include "rss.h"
#include "waiver.h"

struct facts_in {
	struct op *op;
	struct head *h;
	const struct form *f;
	const struct json *answers;
	const struct json *was; /* what a correction corrects; NULL for a new record */
	const struct head *old; /* before this form */
};

/* A correction says again all that was said: only what it says differently is news.  The rest may have been overtaken
 * by other forms since, and an old form does not come back over a newer one. */
static bool unchanged(const struct facts_in *in, str name)
{
	const struct json *before = json_get_s(in->was, name), *now = json_get_s(in->answers, name);

	if (!in->was)
		return false;
	return before && now ? json_equal(before, now) : before == now;
}

static int32_t mask_of(const struct code_list *list, const struct json *answers)
{
	int32_t mask = 0;

	JSON_EACH (v, answers) {
		int at = code_index(list, json_str(v));

		if (at >= 0 && at < 31)
			mask |= 1 << at;
	}
	return mask;
}

/* Citizenships may be one country or several: the first is kept, and whether any is of the Union. */
static void take_citizenship(struct facts_in *in, const struct json *v)
{
	bool eu = false;
	str first = json_str(v);

	JSON_EACH (c, v) {
		if (!first.n)
			first = json_str(c);
		eu |= geo_eu(geo_sovereign(json_str(c)), in->op->today);
	}
	eu |= first.n && geo_eu(geo_sovereign(first), in->op->today);
	in->h->fact[FACT_citizenship] = fact_country(first);
	in->h->fact[FACT_eu_citizen] = eu;
}

static void take_special(struct facts_in *in, enum fact fact, const struct json *v)
{
	day d;

	if (fact == FACT_birth && v) /* an answer that is no date, "I don't know", forgets the former one */
		in->h->fact[FACT_adult_from] = day_parse(json_str(v), &d) ? head_adult_from(d) : NO_FACT;
	if (fact == FACT_found_in)
		in->h->fact[FACT_metropolitan] = geo_french(json_str(v)) == GEO_METROPOLITAN;
	if (fact == FACT_citizenship)
		take_citizenship(in, v);
}

static bool special(enum fact f)
{
	return f == FACT_birth || f == FACT_found_in || f == FACT_citizenship || f == FACT_consent_kind ||
	       f == FACT_consent_status || f == FACT_consent_on;
}

/* A talk about the return that finds no health problem does not outweigh the questionnaire that found one. */
static bool asked_more_closely(const struct facts_in *in, enum fact fact)
{
	return fact == FACT_health_flag && form_no_find(in->f->code) == FORM_F04 && in->h->form[FORM_F08].present;
}

static void take(void *arg, const struct field *field, const struct json *v)
{
	struct facts_in *in = arg;
	enum fact fact = fact_find(field->head);
	int32_t *to = &in->h->fact[fact];
	day d;

	if (unchanged(in, field->name))
		return;
	if (special(fact)) {
		take_special(in, fact, v);
		return;
	}
	if (asked_more_closely(in, fact) && str_eqz(json_str(v), "NO"))
		return;
	*to = NO_FACT;
	if (!v)
		return;
	switch (fact_rows[fact].kind) {
	case FK_DAY:
		if (day_parse(json_str(v), &d))
			*to = d;
		break;
	case FK_CODE:
		if (field->choices && code_index(field->choices, json_str(v)) >= 0)
			*to = code_index(field->choices, json_str(v));
		break;
	case FK_MASK:
		*to = mask_of(field->choices, v);
		break;
	case FK_INT:
		*to = (int32_t)json_int(v, NO_FACT);
		break;
	case FK_COUNTRY:
		*to = fact_country(json_str(v));
		break;
	case FK_PRESENT:
		*to = json_str(v).n > 0 ? 1 : NO_FACT;
		break;
	}
}

static void after_f01(struct facts_in *in)
{
	char iso2[3];
	const struct office *o;

	fact_country_text(in->h->fact[FACT_country], iso2);
	o = programme_office_for(in->op->house->programme, str_of(iso2));
	if (in->h->flags & FLAG_COR_OPEN)
		return; /* the office abroad is set once its file is open */
	memset(in->h->cor_office, 0, sizeof in->h->cor_office);
	if (o && geo_third_country(str_of(iso2), in->op->today))
		str_put(in->h->cor_office, sizeof in->h->cor_office, o->code);
}

static void after_consent(struct facts_in *in)
{
	consent_said(in->h, list_find(in->op->house->forms, STR("CONSENT_KIND")), in->answers, in->was, in->op->today);
}

static int32_t vetoes(struct facts_in *in, const char *answer)
{
	return mask_of(list_find(in->op->house->forms, STR("VETO")), json_get(in->answers, answer));
}

static void after_f05(struct facts_in *in)
{
	const struct code_list *risks = list_find(in->op->house->forms, STR("RISK"));
	str *starred = NEWS(in->op->a, str, risks ? risks->n : 0);
	struct risk_result r;
	size_t n = 0;

	for (size_t i = 0; risks && i < risks->n; i++)
		if (risks->codes[i].starred)
			starred[n++] = risks->codes[i].code;
	r = risk_judge(json_get(in->answers, "factors"), starred, n);
	in->h->fact[FACT_risk_level] = (int32_t)r.overall;
	in->h->fact[FACT_risk_unconfirmed] = r.unconfirmed;
	if (!unchanged(in, STR("vetoes")) || !unchanged(in, STR("factors")) || !unchanged(in, STR("done_on")))
		in->h->fact[FACT_risk_vetoes] = vetoes(in, "vetoes") |
						(int32_t)r.vetoes; /* found by people, or proven by the factors */
	in->h->fact[FACT_risk_on] = answer_day(in->answers, "done_on", in->op->today);
	in->h->fact[FACT_risk_until] = in->h->fact[FACT_risk_on] + in->op->house->programme->risk_valid_days;
	in->h->fact[FACT_risk_agreed] = NO_FACT; /* a new assessment waits for its own second reader */
}

/* What the country of return says anew is read anew too. */
static void after_f05c(struct facts_in *in)
{
	in->h->fact[FACT_risk_agreed] = NO_FACT;
}

static bool said(const struct facts_in *in, const char *question, const char *answer)
{
	return json_says(in->answers, question, answer);
}

/* To agree is to have read both parts, to find them enough and the plan realistic.  One who advises against the return
 * agrees with no departure. */
static void after_f05r(struct facts_in *in)
{
	int32_t *found = &in->h->fact[FACT_risk_vetoes];
	bool agrees = said(in, "agrees", "YES") && said(in, "read_both", "YES") && said(in, "sources_enough", "YES") &&
		      said(in, "plan_realistic", "YES");

	in->h->fact[FACT_risk_agreed] = !agrees                       ? READ_DISAGREES
					: said(in, "advice", "NO_GO") ? READ_AGREES_NO_GO
								      : READ_AGREES;
	*found = (*found == NO_FACT ? 0 : *found) | vetoes(in, "added_vetoes");
}

static void after_f07(struct facts_in *in)
{
	int best = -1;

	JSON_EACH (o, json_get(in->answers, "opportunities")) {
		str grade = json_text(o, "reliability");
		int g = str_eqz(grade, "CONFIRMED") ? 2 : str_eqz(grade, "LIKELY") ? 1 : 0;

		best = g > best ? g : best;
	}
	in->h->fact[FACT_opportunity] = best < 0 ? NO_FACT : best;
}

static bool is_iga(str service)
{
	return str_starts(service, STR("IGA_")) || str_eqz(service, "FAMIGA") || str_eqz(service, "COOP");
}

/* What of the budget was agreed on: enough to see that it changed, never what it says. */
static int32_t budget_mark(struct arena *a, const struct json *budget)
{
	str *cells = NEWS(a, str, json_count(budget) * 3 + 1);
	uint8_t digest[32];
	uint32_t mark;
	size_t n = 0;

	JSON_EACH (line, budget) {
		cells[n++] = json_text(line, "line");
		cells[n++] = json_text(line, "service");
		cells[n++] = json_text(line, "amount_eur");
	}
	crypt_sha256(arena_join(a, cells, n, STR("/")), digest);
	memcpy(&mark, digest, sizeof mark);
	return (int32_t)(mark >> 4);
}

/* The person signed a budget: when it changes, it is signed again, and what was granted above the ceiling is asked
 * again. */
static void budget_changed(struct facts_in *in)
{
	day said = in->h->fact[FACT_plan_signed], before = in->old->fact[FACT_plan_signed];

	if (before != NO_FACT && said != NO_FACT && said <= before && said != in->op->today)
		in->h->fact[FACT_plan_signed] = NO_FACT;
	for (int w = 0; w < WAIVERS_MAX; w++)
		if (in->h->waiver[w].asked_by && in->h->waiver[w].condition == COND_within_ceiling &&
		    in->h->fact[FACT_plan_cents] > in->old->fact[FACT_plan_cents])
			in->h->waiver[w] = (struct waiver){0};
}

static int32_t first_days(const struct json *services)
{
	bool all = json_count(services) > 0;

	JSON_EACH (s, services)
		all &= json_says(s, "first_confirmed", "YES");
	return all;
}

static void after_f10(struct facts_in *in)
{
	money total = 0, m;
	bool iga = false, any = false;

	JSON_EACH (line, json_get(in->answers, "budget")) {
		iga |= is_iga(json_text(line, "service"));
		if (money_parse(json_text(line, "amount_eur"), &m)) {
			total += m;
			any = true;
		}
	}
	in->h->fact[FACT_plan_iga] = iga;
	in->h->fact[FACT_first_days] = first_days(json_get(in->answers, "first_30"));
	in->h->fact[FACT_plan_cents] = any && total < INT32_MAX ? (int32_t)total : any ? INT32_MAX : NO_FACT;
	in->h->fact[FACT_plan_mark] = budget_mark(in->op->a, json_get(in->answers, "budget"));
	if (in->old->form[FORM_F10].present && in->old->fact[FACT_plan_mark] != in->h->fact[FACT_plan_mark])
		budget_changed(in);
}

/* The points of the follow-up at which she was reached; who answers in her place may be anyone. */
static void after_f14(struct facts_in *in)
{
	const struct programme *p = in->op->house->programme;
	str point = json_text(in->answers, "point");
	int32_t *done = &in->h->fact[FACT_followed];

	*done = *done == NO_FACT ? 0 : *done;
	for (size_t i = 0; i < p->n_points; i++)
		if (said(in, "reached", "YES") && str_eq(p->points[i].code, point))
			*done |= 1 << i;
}

static void after_rss(struct facts_in *in)
{
	in->h->fact[FACT_rss_last] = rss_composite(in->op->house->rss, in->answers);
}

/* "The person no longer wishes to return": at any state, without a reason (domain §5). */
static void after_wdr(struct facts_in *in)
{
	int32_t *last = &in->h->fact[FACT_withdrawn_on];
	struct consent_mark *c4 = &in->h->consent[4];
	day on = answer_day(in->answers, "withdrawn_on", in->op->today);

	*last = *last == NO_FACT || on > *last ? on : *last;
	in->h->flags |= FLAG_WITHDRAWN;
	if (c4->state != CONSENT_NONE)
		*c4 = (struct consent_mark){.state = CONSENT_WITHDRAWN, .on = on > c4->on ? on : c4->on};
	in->h->fact[FACT_voluntary_on] = NO_FACT;
}

static int32_t code_said(const struct facts_in *in, const char *list, const char *question)
{
	int at = code_index(list_find(in->op->house->forms, str_of(list)), json_text(in->answers, question));

	return at < 0 ? NO_FACT : at;
}

/* A new counselling interview in which the person wishes to go on lifts an earlier withdrawal; a typing error put right
 * in the old one does not. */
static void after_f04(struct facts_in *in)
{
	day on = answer_day(in->answers, "done_on", in->op->today);

	if (!(in->h->flags & FLAG_WITHDRAWN) || !said(in, "decision_today", "GO_ON") ||
	    unchanged(in, STR("decision_today")))
		return;
	if (in->h->fact[FACT_withdrawn_on] != NO_FACT && on < in->h->fact[FACT_withdrawn_on])
		return;
	in->h->flags &= ~(uint32_t)FLAG_WITHDRAWN;
	in->h->fact[FACT_return_wish] = code_said(in, "WISH", "return_wish");
}

/* To file it again is to have read again what was changed since, whatever was answered before. */
static void after_f02r(struct facts_in *in)
{
	in->h->fact[FACT_second_reader_ok] = code_said(in, "SECOND_READ", "agree");
}

/* What was doubted at the first reading is settled by the first interview: by a document, or an estimate whose lowest age
 * is of an adult.  What the person declares does not settle it: she may have been told what to say. */
static void settle_age(struct facts_in *in)
{
	enum { DOCUMENT, DECLARED }; /* list AGECERT */
	struct head sure = *in->h;

	sure.fact[FACT_maybe_minor] = NO_FACT;
	if (!in->h->form[FORM_F02].present || in->h->fact[FACT_age_certainty] == DECLARED ||
	    head_minor(&sure, in->op->today))
		return;
	in->h->fact[FACT_maybe_minor] = NO_FACT;
}

/* What was read is no longer what stands there. */
static void after_f02(struct facts_in *in)
{
	in->h->fact[FACT_second_reader_ok] = NO_FACT;
	settle_age(in);
}

/* Answers that nobody may outweigh by ticking "no opinion of a doctor needed".  Weeks that are not known may be many. */
static bool needs_a_doctor(const struct json *answers)
{
	enum { LETTER_WEEKS = 28 };

	return json_says(answers, "health_flag", "YES") || json_says(answers, "suicidal", "YES") ||
	       json_says(answers, "infectious", "YES") ||
	       (json_says(answers, "pregnant", "YES") &&
		json_int(json_get(answers, "pregnancy_weeks"), LETTER_WEEKS) >= LETTER_WEEKS);
}

static void after_f08(struct facts_in *in)
{
	enum { YES, NO };
	bool flag = needs_a_doctor(in->answers);

	if (!in->was || flag != needs_a_doctor(in->was))
		in->h->fact[FACT_health_flag] = flag ? YES : NO;
}

/* The last check is one: alone, told that she can stop, able to decide, nothing new to fear. */
static void after_vol(struct facts_in *in)
{
	in->h->fact[FACT_last_check] = said(in, "seen_alone", "YES") && said(in, "told_can_stop", "YES") &&
				       said(in, "capacity_doubt", "NO") && !said(in, "new_danger", "YES");
}

/* Someone is there whom the person accepts and whose identity was checked; a yes without that is a no. */
static void after_f09c(struct facts_in *in)
{
	enum { YES, NO };

	in->h->fact[FACT_receiver_ok] = said(in, "receiver_ok", "YES") && said(in, "person_agrees", "YES") &&
							said(in, "receiver_checked", "YES")
						? YES
						: NO;
}

static void after_reop(struct facts_in *in)
{
	if (in->h->state != STATE_CLOSED)
		return;
	in->h->state = in->h->from_state;
	in->h->state_since = in->op->today;
	in->h->fact[FACT_closed_on] = NO_FACT;
	in->h->form[FORM_CLO] = (struct form_mark){.on = NO_DAY}; /* a later closing is told anew */
	in->h->flags |= FLAG_REOPENED;
}

/* Lifted at the desk, with a reason, and nowhere else: a correction that says yes again, as before, is not news. */
static void after_clo(struct facts_in *in)
{
	if (said(in, "legal_hold", "YES") && !unchanged(in, STR("legal_hold")))
		in->h->fact[FACT_legal_hold] = 1;
}

/* A departure put off asks for a new confirmation. */
static void after_f09(struct facts_in *in)
{
	day said = in->h->fact[FACT_voluntary_on], on = in->h->fact[FACT_departure];

	if (said != NO_FACT && on != NO_FACT && on - said > in->op->house->programme->reconfirm_hours / 24)
		in->h->fact[FACT_voluntary_on] = NO_FACT;
}

static void after_waiv(struct facts_in *in)
{
	waiver_asked(in->h, in->answers, in->op->actor.id, in->op->today);
}

static void after_waia(struct facts_in *in)
{
	waiver_answered(in->h, in->answers, in->op->actor.id, in->op->today);
}

static const struct {
	enum form_no form;
	void (*then)(struct facts_in *);
} computed[] = {
	{FORM_F02R, after_f02r}, {FORM_F02, after_f02},   {FORM_F05C, after_f05c}, {FORM_F08, after_f08},
	{FORM_VOL, after_vol},   {FORM_F09C, after_f09c}, {FORM_F01, after_f01},   {FORM_F03, after_consent},
	{FORM_F04, after_f04},   {FORM_F05, after_f05},   {FORM_F05R, after_f05r}, {FORM_F07, after_f07},
	{FORM_F09, after_f09},   {FORM_F10, after_f10},   {FORM_F14, after_f14},   {FORM_RSS, after_rss},
	{FORM_WDR, after_wdr},   {FORM_REOP, after_reop}, {FORM_WAIV, after_waiv}, {FORM_WAIA, after_waia},
	{FORM_TRI, settle_age},  {FORM_CLO, after_clo},   {FORM_WDRC, after_wdr},
};

static void mark_form(struct facts_in *in)
{
	enum form_no no = form_no_find(in->f->code);
	struct form_mark *m;

	if (no == FORMS)
		return;
	m = &in->h->form[no];
	m->present = true;
	m->count = (uint8_t)(m->count + (m->count < UINT8_MAX));
	m->on = in->op->today;
	m->author = user_mark(in->op->actor.id);
}

/* The day from which the file is held: that of the finding, not of the referral. */
static void mark_held(struct facts_in *in, bool before)
{
	bool now = head_minor(in->h, in->op->today);

	if (!now)
		in->h->fact[FACT_held_since] = NO_FACT;
	else if (!before || in->h->fact[FACT_held_since] == NO_FACT)
		in->h->fact[FACT_held_since] = in->op->today;
}

/* A form kept once is also where a later interview is written: held after the last one was filed, all it says is new. */
static bool held_again(const struct facts_in *in)
{
	enum form_no no = form_no_find(in->f->code);
	day on = answer_day(in->answers, "done_on", NO_DAY);

	return no != FORMS && in->h->form[no].present && on != NO_DAY && on > in->h->form[no].on;
}

struct err *facts_apply(struct op *op, struct head *h, const struct form *f, const struct json *answers,
			const struct json *was)
{
	struct head old = *h;
	struct facts_in in = {op, h, f, answers, was, &old};
	bool held = head_minor(h, op->today);

	if (held_again(&in))
		in.was = NULL;
	form_heads(f, answers, take, &in);
	mark_form(&in);
	for (size_t i = 0; i < sizeof computed / sizeof *computed; i++)
		if (form_no_find(f->code) == computed[i].form)
			computed[i].then(&in);
	facts_flags(h, form_no_find(f->code), answers, op->today);
	facts_signs(op, h, f, answers, in.was);
	mark_held(&in, held);
	return NULL;
}
