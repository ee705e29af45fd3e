/* retention.c — loading the table of how long, and the day a file is due. */
#include "retention.h"

#include "strict.h"

static struct retention_text load_words(struct strict *s, const struct at *at, const struct json *o, const char *key)
{
	static const char *const languages[] = {"fr", "en", "ar", NULL};
	const struct json *v = strict_map(s, at, o, key, true);
	const struct at *here = AT(at, key);

	if (!v)
		return (struct retention_text){0};
	strict_keys(s, here, v, languages);
	return (struct retention_text){strict_text(s, here, v, "fr", true), strict_text(s, here, v, "en", true),
				       strict_text(s, here, v, "ar", true)};
}

static day last_of_year(day d)
{
	return day_of(day_civil(d).year, 12, 31);
}

static void load_rule(struct strict *s, const struct at *at, const struct json *o, int programme_months,
		      day programme_end, struct retention *r)
{
	static const char *const keys[] = {"code", "from", "months", "majority", "grant", "label", "why", NULL};
	static const char *const from[] = {"RECORDED", "CLOSED"};
	struct retention_rule *rule = &r->rules[r->n];

	if (!strict_object(s, at, o))
		return;
	strict_keys(s, at, o, keys);
	rule->code = strict_text(s, at, o, "code", true);
	rule->label = load_words(s, at, o, "label");
	rule->why = load_words(s, at, o, "why");
	rule->from_closing = strict_code(s, at, o, "from", from, 2, true) == 1;
	rule->majority = strict_bool(s, at, o, "majority", false);
	rule->not_before = strict_bool(s, at, o, "grant", false) ? last_of_year(programme_end) : NO_DAY;
	rule->months = (int)strict_int(s, at, o, "months", 0, 1200, STRICT_NEEDED);
	if (rule->months == 0)
		rule->months = programme_months;
	if (rule->code.n && retention_find(r, rule->code) >= 0)
		strict_bad(s, AT(at, "code"), "{arg} stands twice.", rule->code);
	r->n++;
}

struct err *retention_load(struct arena *a, const char *path, str text, int programme_months, day programme_end,
			   const struct retention **out)
{
	static const char *const keys[] = {"retention", "version", "source", "rules", NULL};
	struct strict s = {.a = a,
			   .kind = ERR_CONFIG,
			   .message = "The table of how long things are kept has errors.",
			   .file = path};
	struct retention *r = NEW(a, struct retention);
	const struct json *rules;
	struct json *o;
	size_t i = 0;

	TRY(json_parse(a, text, &o));
	*r = (struct retention){0};
	if (strict_object(&s, NULL, o)) {
		strict_keys(&s, NULL, o, keys);
		(void)strict_text(&s, NULL, o, "source", true);
		rules = strict_list(&s, NULL, o, "rules", true);
		if (json_count(rules) > RETENTION_MAX)
			strict_bad(&s, AT(NULL, "rules"), "There are too many.", (str){0});
		JSON_EACH (v, rules) {
			if (r->n < RETENTION_MAX)
				load_rule(&s, AT_N(AT(NULL, "rules"), i), v, programme_months, programme_end, r);
			i++;
		}
	}
	*out = r;
	return s.e;
}

int retention_find(const struct retention *r, str code)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_eq(r->rules[i].code, code))
			return (int)i;
	return -1;
}

static day ends(const struct retention_rule *rule, day from)
{
	if (rule->not_before != NO_DAY && rule->not_before > from)
		from = rule->not_before;
	return day_add_months(from, rule->months);
}

static day due_of(const struct retention_rule *rule, const struct head *h)
{
	day from = h->fact[FACT_closed_on], adult = h->fact[FACT_adult_from];

	if (rule->majority && adult != NO_FACT && adult > from)
		from = adult;
	return ends(rule, from);
}

day retention_entry_due(const struct retention_rule *rule, day recorded)
{
	return rule->from_closing ? NO_DAY : ends(rule, recorded);
}

day retention_due(const struct retention *r, const struct head *h, uint32_t classes)
{
	day due = NO_DAY;

	if (h->state < STATE_CLOSED || h->fact[FACT_closed_on] == NO_FACT)
		return NO_DAY;
	for (size_t i = 0; i < r->n; i++) {
		day d;

		if (!(classes & (1u << i)) || !r->rules[i].from_closing)
			continue;
		d = due_of(&r->rules[i], h);
		due = due == NO_DAY || d > due ? d : due;
	}
	return due;
}
