/* rule_person.c — the JSON rules about a person: eligibility, risk, reintegration score. */
#include "eligibility.h"
#include "geo.h"
#include "risk.h"
#include "rss.h"
#include "rule_in.h"

/* A country code that exists; absent when not given. */
static str country(struct rule_in *r, const struct at *at, const struct json *v)
{
	str code = json_str(v);

	if (!v || v->type == JSON_NULL)
		return (str){0};
	if (!geo_known(code))
		strict_bad(&r->s, at, "The country {arg} is unknown: two capital letters of ISO 3166-1.", code);
	return code;
}

static void read_citizenships(struct rule_in *r, struct eligibility_in *e)
{
	const struct json *list = strict_list(&r->s, NULL, r->in, "citizenships", false);
	str *codes = NEWS(r->a, str, json_count(list) + 1);

	JSON_EACH (v, list) {
		const struct at *at = AT_N(AT(NULL, "citizenships"), e->n_citizenships);

		if (v->type != JSON_STR)
			strict_bad(&r->s, at, "This must be a text that is not empty.", (str){0});
		codes[e->n_citizenships++] = country(r, at, v);
	}
	e->citizenships = codes;
	e->citizenships_known = list != NULL;
}

static str read_place(struct rule_in *r)
{
	const struct json *v = json_get(r->in, "identified_in");
	str place = json_str(v);

	if (!v || v->type == JSON_NULL || str_eqz(place, "FR-UNK"))
		return (str){0};
	if (geo_french(place) == GEO_UNREADABLE)
		strict_bad(&r->s, AT(NULL, "identified_in"),
			   "{arg} is neither a part of France (FR-2A, FR-IDF) nor a French postal code (20000).",
			   place);
	return place;
}

/* "programme": the code of the one built in, or its dates: then these dates decide; else they only raise a flag. */
static struct err *read_dates(struct rule_in *r, struct eligibility_in *e)
{
	static const char *const keys[] = {"identified_from", "identified_to", "departure_from", "departure_to", NULL};
	const struct json *given = json_get(r->in, "programme");
	const struct at *at = AT(NULL, "programme");
	struct programme *p;

	TRY(rule_programme(r, &p));
	e->metropolitan_only = p->metropolitan_only;
	e->identified_from = p->identified_from;
	e->identified_to = p->identified_to;
	e->departure_from = p->departure_from;
	e->departure_to = p->departure_to;
	e->dates_decide = given != NULL;
	if (!given || str_eq_ci(json_str(given), p->code))
		return NULL;
	if (given->type != JSON_OBJECT) {
		strict_bad(&r->s, at, "The programme {arg} is unknown.", json_str(given));
		return NULL;
	}
	strict_keys(&r->s, at, given, keys);
	e->identified_from = strict_day(&r->s, at, given, keys[0], false);
	e->identified_to = strict_day(&r->s, at, given, keys[1], false);
	e->departure_from = strict_day(&r->s, at, given, keys[2], false);
	e->departure_to = strict_day(&r->s, at, given, keys[3], false);
	return NULL;
}

static void put_eligibility(struct rule_in *r, const struct eligibility *e)
{
	struct json *flags = json_array(r->a), *reasons = json_array(r->a);

	if (e->flags & ELIG_EU_CITIZENSHIP)
		json_push(flags, json_new_str(r->a, STR("EU_CITIZENSHIP")));
	if (e->flags & ELIG_OUTSIDE_PROGRAMME_DATES)
		json_push(flags, json_new_str(r->a, STR("OUTSIDE_PROGRAMME_DATES")));
	for (int c = 0; c < CRITERIA; c++) {
		struct json *o = json_object(r->a);

		rule_set_z(r, o, "code", e->reason[c].code);
		rule_set(r, o, "met", json_new_bool(r->a, e->reason[c].met));
		rule_set_z(r, o, "text", e->reason[c].text);
		rule_set_z(r, o, "text_fr", e->reason[c].text_fr);
		json_push(reasons, o);
	}
	rule_set(r, r->out, "eligible", json_new_bool(r->a, e->eligible));
	rule_set(r, r->out, "flags", flags);
	rule_set(r, r->out, "reasons", reasons);
}

struct err *rule_eligibility(struct rule_in *r)
{
	static const char *const keys[] = {"identified_in", "identified_on", "citizenships", "return_to", "departure",
					   "status",        "wish",          "programme",    NULL};
	struct eligibility_in e = {.today = r->today};
	struct eligibility result;

	TRY(read_dates(r, &e));
	e.identified_in = read_place(r);
	e.identified_on = strict_day(&r->s, NULL, r->in, "identified_on", false);
	e.departure = strict_day(&r->s, NULL, r->in, "departure", false);
	e.return_to = country(r, AT(NULL, "return_to"), json_get(r->in, "return_to"));
	e.status = rule_code(r, NULL, r->in, "status", "TSTATUS");
	e.wish = rule_code(r, NULL, r->in, "wish", "WISH");
	read_citizenships(r, &e);
	if (e.departure != NO_DAY && e.identified_on != NO_DAY && e.departure < e.identified_on)
		strict_bad(&r->s, AT(NULL, "departure"), "The departure comes before the identification.", (str){0});
	result = eligibility_judge(&e);
	put_eligibility(r, &result);
	rule_ignore(r, keys);
	return NULL;
}

static void check_factor(struct rule_in *r, const struct at *at, const struct json *factors, const struct json *row)
{
	static const char *const present[] = {"YES", "NO", "UNKNOWN"};
	static const char *const numbers[] = {"likelihood", "severity", "residual_likelihood", "residual_severity"};

	if (!strict_object(&r->s, at, row))
		return;
	if (!json_get(row, "code"))
		strict_bad(&r->s, AT(at, "code"), "This is missing.", (str){0});
	(void)rule_code(r, at, row, "code", "RISK");
	(void)rule_code(r, at, row, "mitig_status", "MITIG_STATUS");
	(void)strict_code(&r->s, at, row, "present", present, 3, true);
	for (size_t i = 0; i < 4; i++)
		(void)strict_int(&r->s, at, row, numbers[i], 1, 4, 0);
	JSON_EACH (m, strict_list(&r->s, at, row, "mitigation", false))
		if (code_files_index(r->codes, STR("MITIG"), json_str(m)) < 0)
			strict_bad(&r->s, AT(at, "mitigation"), "The code {arg} is unknown.", json_str(m));
	for (const struct json *other = json_first(factors); other != row; other = other->next)
		if (json_text(row, "code").n && str_eq(json_text(other, "code"), json_text(row, "code")))
			strict_bad(&r->s, AT(at, "code"), "{arg} stands twice.", json_text(row, "code"));
}

static size_t starred_of(struct rule_in *r, str **out)
{
	const struct json *list = code_files_list(r->codes, STR("RISK"));
	str *codes = NEWS(r->a, str, json_count(list) + 1);
	size_t n = 0;

	JSON_EACH (c, list)
		if (json_true(json_get(c, "starred")))
			codes[n++] = json_text(c, "code");
	*out = codes;
	return n;
}

static uint32_t given_vetoes(struct rule_in *r)
{
	uint32_t mask = 0;
	size_t i = 0;

	JSON_EACH (v, strict_list(&r->s, NULL, r->in, "vetoes", false)) {
		int at = code_files_index(r->codes, STR("VETO"), json_str(v));

		if (at < 0)
			strict_bad(&r->s, AT_N(AT(NULL, "vetoes"), i), "The code {arg} is unknown.", json_str(v));
		else
			mask |= 1u << at;
		i++;
	}
	return mask;
}

struct err *rule_risk(struct rule_in *r)
{
	static const char *const keys[] = {"factors", "vetoes", "on", "done_on", NULL};
	const struct json *factors = strict_list(&r->s, NULL, r->in, "factors", true);
	day on = strict_day(&r->s, NULL, r->in, json_get(r->in, "on") ? "on" : "done_on", false);
	struct json *vetoes = json_array(r->a);
	struct risk_result result;
	struct programme *p;
	uint32_t found;
	size_t i = 0, n;
	str *starred;
	int bit = 0;

	TRY(rule_programme(r, &p));
	JSON_EACH (row, factors)
		check_factor(r, AT_N(AT(NULL, "factors"), i++), factors, row);
	n = starred_of(r, &starred);
	result = risk_judge(factors, starred, n);
	found = result.vetoes | given_vetoes(r);
	JSON_EACH (v, code_files_list(r->codes, STR("VETO")))
		if (found & (1u << bit++))
			json_push(vetoes, json_new_str(r->a, json_text(v, "code")));
	rule_set_z(r, r->out, "overall", risk_codes[result.overall]);
	rule_set(r, r->out, "vetoes", vetoes);
	rule_set_z(r, r->out, "advice", risk_advice(&result, found));
	rule_set_day(r, r->out, "valid_until", (on == NO_DAY ? r->today : on) + p->risk_valid_days);
	rule_set(r, r->out, "high", json_new_int(r->a, result.high));
	rule_set(r, r->out, "unconfirmed", json_new_int(r->a, result.unconfirmed));
	rule_ignore(r, keys);
	return NULL;
}

/* A score from 0 to 1, or null. */
static struct json *score(struct rule_in *r, const struct rss_score *s)
{
	struct json *v = json_null(r->a);

	if (s->permille != NO_SCORE) {
		v->type = JSON_REAL;
		v->d = s->permille / 1000.0;
	}
	return v;
}

static str lower(struct arena *a, str s)
{
	char *p = arena_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]);
	return (str){p, s.n};
}

/* Answers under "answers", or the input itself; items by code or by field. */
static const struct json *read_answers(struct rule_in *r, const struct rss *rss)
{
	const struct json *given = json_get(r->in, "answers") ? strict_map(&r->s, NULL, r->in, "answers", true) : r->in;
	struct json *answers = json_object(r->a), *ignored = json_array(r->a);

	JSON_EACH (v, given) {
		str field = lower(r->a, v->key);

		if (!rss_item(rss, field))
			json_push(ignored, json_new_str(r->a, v->key));
		else if (v->type != JSON_NULL && !rss_answer_known(rss, field, json_str(v)))
			strict_bad(&r->s, AT(given == r->in ? NULL : AT(NULL, "answers"), arena_z(r->a, field)),
				   "The code {arg} is unknown.", json_str(v));
		else
			json_set(r->a, answers, field, json_copy(r->a, v));
	}
	if (json_count(ignored))
		rule_set(r, r->out, "ignored", ignored);
	return answers;
}

struct err *rule_rss(struct rule_in *r)
{
	struct json *dimensions = json_object(r->a);
	const struct rss *rss;
	struct rss_result result;
	str text;

	TRY(rule_file(r, STR("data/rss.json"), &text));
	TRY(rss_load(r->a, "data/rss.json", text, &rss));
	result = rss_judge(rss, read_answers(r, rss));
	for (int d = 0; d < RSS_DIMENSIONS; d++)
		rule_set(r, dimensions, rss_dimension_code(rss, d), score(r, &result.dimension[d]));
	rule_set(r, r->out, "dimensions", dimensions);
	rule_set(r, r->out, "composite", score(r, &result.composite));
	rule_set_z(r, r->out, "band", result.band);
	rule_set(r, r->out, "answered", json_new_int(r->a, result.composite.answered));
	rule_set(r, r->out, "asked", json_new_int(r->a, result.composite.asked));
	rule_set_z(r, r->out, "weighting", "non-official");
	return NULL;
}
