/* journey.c — paths shared by several people, laid on each one's own days.
 *
 * "on" of a step: an anchor and what is added: R referral, D departure, A arrival; "R+5", "D-2", "A+1m", "A+3m-4".
 * Days that fall on a weekend move to Monday, which keeps their order.  Nothing here may know a rule. */
#include "demo/journey.h"

#include <stdlib.h>

#include "rivage_data.h"

#define STEPS_MAX 4000

struct anchors {
	day r, d, a;
};

static struct err *bad(struct arena *a, size_t person, const char *what, str arg)
{
	return FAIL(a, CONFIG, "The script of the demonstration is wrong: {arg}", "person %zu: %s “%.*s”", person + 1,
		    what, STR_ARG(arg));
}

static day working_day(day d)
{
	return day_weekday(d) > 5 ? d + 8 - day_weekday(d) : d;
}

/* Reads one "+3" or "-4m" at s.p[*i]. */
static bool add_offset(str s, size_t *i, day *d)
{
	int sign = s.p[*i] == '-' ? -1 : 1, n = 0;
	size_t from;

	if (s.p[*i] != '+' && s.p[*i] != '-')
		return false;
	for (from = ++*i; *i < s.n && s.p[*i] >= '0' && s.p[*i] <= '9' && *i - from < 4; ++*i)
		n = n * 10 + (s.p[*i] - '0');
	if (*i == from)
		return false;
	if (*i < s.n && s.p[*i] == 'm') {
		++*i;
		*d = day_add_months(*d, sign * n);
	} else {
		*d += sign * n;
	}
	return true;
}

static bool day_at(str s, const struct anchors *x, day *out)
{
	char c = s.n ? s.p[0] : '\0';

	*out = c == 'R' ? x->r : c == 'D' ? x->d : c == 'A' ? x->a : NO_DAY;
	if (*out == NO_DAY)
		return false;
	for (size_t i = 1; i < s.n;)
		if (!add_offset(s, &i, out))
			return false;
	return true;
}

static struct err *anchors_of(struct arena *a, size_t person, const struct json *who, struct anchors *x)
{
	x->d = x->a = NO_DAY;
	if (!day_parse(json_text(who, "referral"), &x->r))
		return bad(a, person, "referral", json_text(who, "referral"));
	if (day_parse(json_text(who, "departure"), &x->d))
		x->a = x->d + (day)json_int(json_get(who, "travel_days"), 0);
	return NULL;
}

static struct err *add_steps(struct arena *a, struct script *out, size_t person, const struct json *who,
			     const struct anchors *x, const struct json *list, size_t *at)
{
	JSON_EACH (what, list) {
		struct step s = {.person = person, .at = (*at)++, .who = who, .what = what};

		if (!day_at(json_text(what, "on"), x, &s.on))
			return bad(a, person, "day", json_text(what, "on"));
		s.on = working_day(s.on);
		if (s.on >= out->today)
			continue;
		if (out->n_steps == STEPS_MAX)
			return bad(a, person, "too many steps at", json_text(what, "on"));
		out->steps[out->n_steps++] = s;
	}
	return NULL;
}

static struct err *add_person(struct arena *a, struct script *out, size_t person, const struct json *who)
{
	const struct json *paths = json_get(out->json, "paths");
	struct anchors x;
	size_t at = 0;

	TRY(anchors_of(a, person, who, &x));
	JSON_EACH (name, json_get(who, "path")) {
		const struct json *path = json_get_s(paths, json_str(name));

		if (!path)
			return bad(a, person, "path", json_str(name));
		TRY(add_steps(a, out, person, who, &x, path, &at));
	}
	return add_steps(a, out, person, who, &x, json_get(who, "steps"), &at);
}

static int by_day(const void *p, const void *q)
{
	const struct step *a = p, *b = q;

	if (a->on != b->on)
		return a->on < b->on ? -1 : 1;
	if (a->person != b->person)
		return a->person < b->person ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

struct err *script_read(struct arena *a, str text, struct script *out)
{
	struct json *json;
	size_t person = 0;
	msec clock;

	TRY(json_parse(a, text, &json));
	*out = (struct script){.json = json, .steps = NEWS(a, struct step, STEPS_MAX)};
	if (!msec_parse(json_text(json, "clock"), &clock))
		return bad(a, 0, "clock", json_text(json, "clock"));
	out->today = day_of_msec(clock);
	JSON_EACH (who, json_get(json, "people"))
		TRY(add_person(a, out, person++, who));
	qsort(out->steps, out->n_steps, sizeof *out->steps, by_day);
	return NULL;
}

struct err *script_load(struct arena *a, struct script *out)
{
	const struct embed_file *file = embed_find(&rivage_data, STR("data/demo.json"));

	if (!file)
		BUG("data/demo.json is not built in");
	return script_read(a, file->data, out);
}

str step_login(const struct step *s, const char *key)
{
	str name = json_text(s->what, key), own = json_str(json_get_s(s->who, name));

	return own.n ? own : name;
}

str step_by(const struct step *s)
{
	return step_login(s, "by");
}

static void set_all(struct arena *a, struct json *to, const struct json *from)
{
	JSON_EACH (m, from)
		json_set(a, to, m->key, json_copy(a, m));
}

/* "@D", "@R-1", "@A+3": days of the person. */
static void set_anchors(struct arena *a, struct json *v, const struct anchors *x)
{
	str s = json_str(v);
	day d;

	JSON_EACH (item, v)
		set_anchors(a, item, x);
	if (s.n > 1 && s.p[0] == '@' && day_at(str_sub(s, 1, s.n), x, &d))
		v->s = day_iso(a, d);
}

/* What holds for the person in every form, then for this form, then for this step. */
struct json *step_answers(struct arena *a, const struct step *s, const struct form *f, bool first)
{
	struct json *out = json_object(a);
	struct anchors x;

	if (first) {
		JSON_EACH (m, json_get(s->who, "any"))
			if (form_field(f, m->key))
				json_set(a, out, m->key, json_copy(a, m));
		set_all(a, out, json_get_s(json_get(s->who, "forms"), f->code));
	}
	set_all(a, out, json_get(s->what, "set"));
	if (!anchors_of(a, s->person, s->who, &x))
		set_anchors(a, out, &x);
	return out;
}
