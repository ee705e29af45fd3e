/* rule_case.c — the JSON rules about a case: what a step waits for, and the follow-up calendar. */
#include "gate.h"
#include "geo.h"
#include "rule_in.h"
#include "task.h"

struct reading { /* a case being read from JSON */
	struct rule_in *r;
	struct head h;
	const struct programme *p;
	day today;
};

static int32_t read_mask(struct reading *c, const struct at *at, const struct json *v, const char *list)
{
	int32_t mask = 0;

	if (v->type != JSON_ARRAY) {
		strict_bad(&c->r->s, at, "This must be a list.", (str){0});
		return NO_FACT;
	}
	JSON_EACH (code, v) {
		int position = code_files_index(c->r->codes, str_of(list), json_str(code));

		if (position < 0 || position > 30)
			strict_bad(&c->r->s, at, "The code {arg} is unknown.", json_str(code));
		else
			mask |= 1 << position;
	}
	return mask;
}

static int32_t read_int(struct reading *c, const struct at *at, const struct json *v)
{
	if (v->type == JSON_BOOL)
		return v->b;
	if (v->type == JSON_INT && v->i > -INT32_MAX && v->i < INT32_MAX)
		return (int32_t)v->i;
	strict_bad(&c->r->s, at, "This must be a whole number.", (str){0});
	return NO_FACT;
}

static int32_t read_day(struct reading *c, const struct at *at, const struct json *v)
{
	day d = NO_DAY;

	if (v->type != JSON_STR || !day_parse(v->s, &d))
		strict_bad(&c->r->s, at, "This must be a date that exists, as 2018-03-15.", (str){0});
	return d;
}

static int32_t read_country(struct reading *c, const struct at *at, const struct json *v)
{
	if (geo_known(json_str(v)))
		return fact_country(json_str(v));
	strict_bad(&c->r->s, at, "The country {arg} is unknown: two capital letters of ISO 3166-1.", json_str(v));
	return NO_FACT;
}

static void read_citizenship(struct reading *c, const struct at *at, const struct json *v)
{
	const struct json *first = v->type == JSON_ARRAY ? json_first(v) : v;
	bool eu = false;

	for (const struct json *one = first; one; one = v->type == JSON_ARRAY ? one->next : NULL) {
		(void)read_country(c, at, one);
		eu |= geo_eu(geo_sovereign(json_str(one)), c->today);
	}
	c->h.fact[FACT_citizenship] = first ? fact_country(json_str(first)) : NO_FACT;
	c->h.fact[FACT_eu_citizen] = eu;
}

/* Facts that a form gives but the head keeps as another. */
static bool read_special(struct reading *c, const struct at *at, enum fact f, const struct json *v)
{
	day d;

	if (f == FACT_birth) {
		d = read_day(c, at, v);
		c->h.fact[FACT_adult_from] = d == NO_DAY ? NO_FACT : head_adult_from(d);
	} else if (f == FACT_found_in) {
		c->h.fact[FACT_metropolitan] = geo_french(json_str(v)) == GEO_METROPOLITAN;
	} else if (f == FACT_citizenship) {
		read_citizenship(c, at, v);
	} else {
		return false;
	}
	return true;
}

static void read_fact(struct reading *c, const struct json *v)
{
	const struct at *at = AT(AT(NULL, "facts"), arena_z(c->r->a, v->key));
	enum fact f = fact_find(v->key);
	int position;

	if (f == FACTS) {
		strict_bad(&c->r->s, at, "The fact {arg} is unknown, or is not kept.", v->key);
		return;
	}
	if (v->type == JSON_NULL || read_special(c, at, f, v))
		return;
	switch (fact_rows[f].kind) {
	case FK_DAY:
		c->h.fact[f] = read_day(c, at, v);
		break;
	case FK_CODE:
		position = code_files_index(c->r->codes, str_of(fact_rows[f].list), json_str(v));
		c->h.fact[f] = position < 0 ? NO_FACT : position;
		if (position < 0)
			strict_bad(&c->r->s, at, "The code {arg} is unknown.", json_str(v));
		break;
	case FK_MASK:
		c->h.fact[f] = read_mask(c, at, v, fact_rows[f].list);
		break;
	case FK_COUNTRY:
		c->h.fact[f] = read_country(c, at, v);
		break;
	case FK_INT:
	case FK_PRESENT:
		c->h.fact[f] = read_int(c, at, v);
		break;
	}
}

/* Enough to tell two people apart; 0 when nobody is named: then no second reader is believed. */
static uint32_t mark_of(str name)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * 16777619u;
	return name.n ? h | 1 : 0;
}

/* "F05": "2018-01-05", or {"on": "2018-01-05", "by": "who"}. */
static void read_form(struct reading *c, const struct json *v)
{
	const struct at *at = AT(AT(NULL, "forms"), arena_z(c->r->a, v->key));
	enum form_no f = form_no_find(v->key);
	bool whole = v->type == JSON_OBJECT;
	day on;

	if (f == FORMS) {
		strict_bad(&c->r->s, at, "The form {arg} is unknown.", v->key);
		return;
	}
	on = whole ? strict_day(&c->r->s, at, v, "on", true) : read_day(c, at, v);
	if (on != NO_DAY)
		c->h.form[f] = (struct form_mark){true, 1, on, whole ? mark_of(json_text(v, "by")) : 0};
}

/* "C1": "GIVEN", or {"status": "GIVEN", "on": "2018-01-05", "until": "2019-01-05"}. */
static void read_consent(struct reading *c, const struct json *v)
{
	static const enum consent_state states[] = {CONSENT_GIVEN, CONSENT_REFUSED, CONSENT_WITHDRAWN,
						    CONSENT_NOT_ASKED, CONSENT_NA};
	const struct at *at = AT(AT(NULL, "consents"), arena_z(c->r->a, v->key));
	bool whole = v->type == JSON_OBJECT;
	int kind = code_files_index(c->r->codes, STR("CONSENT_KIND"), v->key);
	int state = code_files_index(c->r->codes, STR("CONSENT_STATUS"), whole ? json_text(v, "status") : json_str(v));
	day on = whole ? strict_day(&c->r->s, at, v, "on", false) : NO_DAY;
	day until = whole ? strict_day(&c->r->s, at, v, "until", false) : NO_DAY;

	if (kind < 0 || kind >= CONSENT_KINDS)
		strict_bad(&c->r->s, at, "The consent {arg} is unknown.", v->key);
	else if (state < 0 || state >= 5)
		strict_bad(&c->r->s, at, "The code {arg} is unknown.", whole ? json_text(v, "status") : json_str(v));
	else
		c->h.consent[kind] = (struct consent_mark){states[state], on == NO_DAY ? c->today : on,
							   until == NO_DAY ? 0 : until};
}

static void read_flags(struct reading *c)
{
	static const char *const names[] = {"SUSPENDED", "EMERGENCY", "CONTACT_LOST",
					    "COR_OPEN",  "REOPENED",  "WITHDRAWN"};
	size_t i = 0;

	JSON_EACH (v, strict_list(&c->r->s, NULL, c->r->in, "flags", false)) {
		size_t bit = 0;

		while (bit < 6 && !str_eqz(json_str(v), names[bit]))
			bit++;
		if (bit == 6)
			strict_bad(&c->r->s, AT_N(AT(NULL, "flags"), i), "The code {arg} is unknown.", json_str(v));
		else
			c->h.flags |= 1u << bit;
		i++;
	}
	c->h.flag_since = c->today;
}

static void read_case(struct reading *c)
{
	struct strict *s = &c->r->s;
	const struct office *office;
	char country[3];

	JSON_EACH (v, strict_map(s, NULL, c->r->in, "facts", false))
		read_fact(c, v);
	JSON_EACH (v, strict_map(s, NULL, c->r->in, "forms", false))
		read_form(c, v);
	JSON_EACH (v, strict_map(s, NULL, c->r->in, "consents", false))
		read_consent(c, v);
	read_flags(c);
	fact_country_text(c->h.fact[FACT_country], country);
	office = programme_office_for(c->p, str_of(country));
	for (size_t i = 0; office && i < office->code.n; i++)
		c->h.cor_office[i] = office->code.p[i];
}

static str with_arg(struct arena *a, const char *message, str arg)
{
	str text = str_of(message);
	ptrdiff_t at = str_find(text, STR("{arg}"));
	str parts[3];

	if (at < 0)
		return text;
	parts[0] = str_sub(text, 0, (size_t)at);
	parts[1] = arg;
	parts[2] = str_sub(text, (size_t)at + 5, text.n);
	return arena_join(a, parts, 3, STR(""));
}

static struct json *put_item(struct rule_in *r, const struct gate_item *item)
{
	const struct condition_row *row = &condition_rows[item->row->condition];
	const struct gate_answer *g = &item->answer;
	struct json *o = json_object(r->a);

	rule_set_z(r, o, "condition", row->name);
	rule_set(r, o, "met", json_new_bool(r->a, g->met));
	rule_set(r, o, "missing",
		 g->missing ? json_new_str(r->a, with_arg(r->a, g->missing, g->arg)) : json_null(r->a));
	rule_set_z(r, o, "form", g->met ? NULL : g->form);
	if (item->row->condition == COND_form_final || item->row->condition == COND_after_arrival)
		rule_set_z(r, o, "about", form_codes[item->row->param.form]);
	if (item->row->condition == COND_consent)
		rule_set(r, o, "about", json_new_str(r->a, arena_fmt(r->a, "C%d", item->row->param.consent)));
	if (item->row->condition == COND_fact_is || item->row->condition == COND_fact_present)
		rule_set_z(r, o, "about", fact_rows[item->row->param.fact].name);
	rule_set(r, o, "safeguard", json_new_bool(r->a, gate_never_waivable(item->row->condition, &item->row->param)));
	return o;
}

static enum transition read_transition(struct rule_in *r, const struct head *h)
{
	str name = strict_text(&r->s, NULL, r->in, "transition", false);
	enum transition t = name.p ? transition_find(name) : transition_next(h->state);

	if (name.p && t == TRANSITIONS)
		strict_bad(&r->s, AT(NULL, "transition"), "The transition {arg} is unknown.", name);
	return t;
}

struct err *rule_gate(struct rule_in *r)
{
	static const char *const keys[] = {"state", "transition", "facts", "forms", "consents", "flags", "today", NULL};
	struct reading c = {.r = r};
	struct json *list = json_array(r->a);
	struct gate_in in = {&c.h, NULL, 0};
	struct gate_item *items = NULL;
	struct programme *p;
	size_t n = 0, open = 0;
	enum transition t;
	int state;

	TRY(rule_programme(r, &p));
	head_init(&c.h);
	c.p = in.p = p;
	c.today = strict_day(&r->s, NULL, r->in, "today", false);
	in.today = c.today = c.today == NO_DAY ? r->today : c.today;
	state = strict_code(&r->s, NULL, r->in, "state", state_codes, STATES, true);
	c.h.state = state < 0 ? STATE_REFERRED : (enum state)state;
	read_case(&c);
	t = read_transition(r, &c.h);
	if (!r->s.e && t != TRANSITIONS)
		gate_check(r->a, &in, t, &items, &n, &open);
	for (size_t i = 0; i < n; i++)
		json_push(list, put_item(r, &items[i]));
	rule_set_z(r, r->out, "transition", t == TRANSITIONS ? NULL : transition_rows[t].code);
	rule_set_z(r, r->out, "gate", t == TRANSITIONS ? NULL : transition_rows[t].gate);
	rule_set(r, r->out, "open", json_new_int(r->a, (int64_t)open));
	rule_set(r, r->out, "conditions", list);
	rule_ignore(r, keys);
	return NULL;
}

struct err *rule_schedule(struct rule_in *r)
{
	static const char *const keys[] = {"arrival", "minor", "programme_end", NULL};
	day arrival = strict_day(&r->s, NULL, r->in, "arrival", true);
	day end = strict_day(&r->s, NULL, r->in, "programme_end", false);
	bool minor = strict_bool(&r->s, NULL, r->in, "minor", false);
	struct json *list = json_array(r->a);
	struct contact_due due[POINTS_MAX];
	struct programme *p;
	size_t n;

	TRY(rule_programme(r, &p));
	p->end = end == NO_DAY ? p->end : end;
	if (arrival != NO_DAY && (arrival < day_of(1990, 1, 1) || arrival > day_of(2199, 12, 31)))
		strict_bad(&r->s, AT(NULL, "arrival"), "This day is not plausible.", (str){0});
	n = r->s.e ? 0 : schedule(p, arrival, minor, NULL, r->today, due);
	for (size_t i = 0; i < n; i++) {
		struct json *o = json_object(r->a);

		rule_set(r, o, "point", json_new_str(r->a, due[i].point->code));
		rule_set_day(r, o, "due", due[i].due);
		rule_set_day(r, o, "from", due[i].from);
		rule_set_day(r, o, "to", due[i].to);
		rule_set(r, o, "mode", json_new_str(r->a, due[i].mode));
		rule_set(r, o, "beyond_programme", json_new_bool(r->a, due[i].beyond_programme));
		json_push(list, o);
	}
	rule_set(r, r->out, "contacts", list);
	rule_ignore(r, keys);
	return NULL;
}
