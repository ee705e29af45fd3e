/* programme.c — loading a programme file, strictly: every error in one run, nothing half accepted.
 *
 * What must not happen: a figure that weakens a safeguard (the limits below hold their bounds). */
#include "geo.h"
#include "programme_load.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct text3 read_text3(struct strict *s, const struct at *at, const struct json *o, const char *key,
			       bool needed)
{
	static const char *const keys[] = {"fr", "en", "ar", NULL};
	const struct json *v = strict_map(s, at, o, key, needed);
	const struct at *here = AT(at, key);

	if (!v)
		return (struct text3){0};
	strict_keys(s, here, v, keys);
	return (struct text3){strict_text(s, here, v, "fr", true), strict_text(s, here, v, "en", true),
			      strict_text(s, here, v, "ar", true)};
}

static str read_country(struct strict *s, const struct at *at, str code)
{
	if (code.p && !geo_known(code))
		strict_bad(s, at, "The country {arg} is unknown.", code);
	return code;
}

static bool code_ok(str code)
{
	for (size_t i = 0; i < code.n; i++)
		if (code.p[i] < 'A' || code.p[i] > 'Z')
			return false;
	return code.n >= 2 && code.n <= 8;
}

static void read_serves(struct strict *s, const struct at *at, const struct json *o, struct programme *p,
			struct office *office)
{
	const struct json *list = strict_list(s, at, o, "serves", office->abroad);

	if (list && !office->abroad)
		strict_bad(s, AT(at, "serves"), "Only an office abroad serves countries of return.", (str){0});
	JSON_EACH (v, list) {
		const struct at *here = AT_N(AT(at, "serves"), office->n_serves);
		str code = json_str(v);

		if (office->n_serves == COUNT(office->serves)) {
			strict_bad(s, AT(at, "serves"), "There are too many.", (str){0});
			return;
		}
		if (!geo_third_country(code, p->start))
			strict_bad(s, here, "{arg} is not a country outside the European Union.", code);
		else if (programme_office_for(p, code))
			strict_bad(s, here, "{arg} stands twice.", code);
		office->serves[office->n_serves++] = code;
	}
}

static void read_offices(struct strict *s, const struct json *o, struct programme *p)
{
	static const char *const keys[] = {"code", "name", "country", "abroad", "serves", "phone", NULL};
	const struct json *list = strict_list(s, NULL, o, "offices", true);

	p->offices = NEWS(s->a, struct office, json_count(list) + 1);
	JSON_EACH (v, list) {
		const struct at *at = AT_N(AT(NULL, "offices"), p->n_offices);
		struct office *office = &p->offices[p->n_offices];
		str code;

		if (!strict_object(s, at, v))
			continue;
		strict_keys(s, at, v, keys);
		code = strict_text(s, at, v, "code", true);
		if (code.p && !code_ok(code))
			strict_bad(s, AT(at, "code"), "The code of an office has 2 to 8 capital letters.", (str){0});
		if (code.p && programme_office(p, code))
			strict_bad(s, AT(at, "code"), "{arg} stands twice.", code);
		office->name = read_text3(s, at, v, "name", true);
		office->country = read_country(s, AT(at, "country"), strict_text(s, at, v, "country", true));
		office->abroad = strict_bool(s, at, v, "abroad", false);
		office->phone = strict_text(s, at, v, "phone", false);
		p->n_offices++;
		read_serves(s, at, v, p, office);
		office->code = code;
	}
	if (list && p->n_offices == 0)
		strict_bad(s, AT(NULL, "offices"), "This must be a list that is not empty.", (str){0});
}

static void read_funders(struct strict *s, const struct json *o, struct programme *p)
{
	static const char *const keys[] = {"code", "name", "share_permille", NULL};
	const struct json *list = strict_list(s, NULL, o, "funders", true);
	int sum = 0;

	p->funders = NEWS(s->a, struct funder, json_count(list) + 1);
	JSON_EACH (v, list) {
		const struct at *at = AT_N(AT(NULL, "funders"), p->n_funders);
		struct funder *f = &p->funders[p->n_funders];

		if (!strict_object(s, at, v))
			continue;
		strict_keys(s, at, v, keys);
		f->code = strict_text(s, at, v, "code", true);
		f->name = read_text3(s, at, v, "name", true);
		f->share_permille = (int)strict_int(s, at, v, "share_permille", 0, 1000, STRICT_NEEDED);
		sum += p->n_funders < 100 ? f->share_permille : 0;
		p->n_funders++;
	}
	if (list && sum != 1000)
		strict_bad(s, AT(NULL, "funders"), "The shares must make 1000 together.", (str){0});
}

static void read_posts(struct strict *s, const struct json *o, struct programme *p)
{
	static const char *const keys[] = {"code", "name", "planned", NULL};
	const struct json *list = strict_list(s, NULL, o, "posts", true);

	p->posts = NEWS(s->a, struct budget_post, json_count(list) + 1);
	JSON_EACH (v, list) {
		const struct at *at = AT_N(AT(NULL, "posts"), p->n_posts);
		struct budget_post *post = &p->posts[p->n_posts];

		if (!strict_object(s, at, v))
			continue;
		strict_keys(s, at, v, keys);
		post->code = strict_text(s, at, v, "code", true);
		post->name = read_text3(s, at, v, "name", true);
		post->planned = strict_money(s, at, v, "planned", MONEY_NEEDED);
		p->n_posts++;
	}
}

static str read_mode(struct strict *s, const struct at *at, const struct json *o, const char *key)
{
	static const char *const modes[] = {"CALL", "VISIT", "CONTACT"};
	int mode = strict_code(s, at, o, key, modes, COUNT(modes), false);

	return mode < 0 ? (str){0} : str_of(modes[mode]);
}

static void read_point(struct strict *s, const struct at *at, const struct json *v, struct programme *p)
{
	static const char *const keys[] = {"point", "days", "months", "before", "after", "adult", "minor", NULL};
	struct point *point = &p->points[p->n_points];

	strict_keys(s, at, v, keys);
	point->code = strict_text(s, at, v, "point", true);
	point->days = (int)strict_int(s, at, v, "days", 0, 366, 0);
	point->months = (int)strict_int(s, at, v, "months", 0, 36, 0);
	point->before = (int)strict_int(s, at, v, "before", 0, 60, STRICT_NEEDED);
	point->after = (int)strict_int(s, at, v, "after", 0, 60, STRICT_NEEDED);
	point->mode_adult = read_mode(s, at, v, "adult");
	point->mode_minor = read_mode(s, at, v, "minor");
	if (p->n_points) {
		const struct point *last = point - 1;

		if (point->months < last->months || (point->months == last->months && point->days <= last->days))
			strict_bad(s, at, "The points of the calendar go from the nearest to the farthest.", (str){0});
	}
	if (point->days == 0 && point->months == 0)
		strict_bad(s, at, "A point is some days or months after the arrival.", (str){0});
	p->n_points++;
}

static void read_calendar(struct strict *s, const struct json *o, struct programme *p)
{
	const struct json *list = strict_list(s, NULL, o, "calendar", true);

	if (json_count(list) > POINTS_MAX)
		strict_bad(s, AT(NULL, "calendar"), "There are too many.", (str){0});
	JSON_EACH (v, list) {
		const struct at *at = AT_N(AT(NULL, "calendar"), p->n_points);

		if (p->n_points < POINTS_MAX && strict_object(s, at, v))
			read_point(s, at, v, p);
	}
}

static void read_milestones(struct strict *s, const struct json *o, struct programme *p)
{
	static const char *const keys[] = {"name", "from", "to", NULL};
	const struct json *list = strict_list(s, NULL, o, "milestones", false);

	p->milestones = NEWS(s->a, struct milestone, json_count(list) + 1);
	JSON_EACH (v, list) {
		const struct at *at = AT_N(AT(NULL, "milestones"), p->n_milestones);
		struct milestone *m = &p->milestones[p->n_milestones];

		if (!strict_object(s, at, v))
			continue;
		strict_keys(s, at, v, keys);
		m->name = read_text3(s, at, v, "name", true);
		m->from = strict_day(s, at, v, "from", true);
		m->to = strict_day(s, at, v, "to", true);
		if (m->to < m->from)
			strict_bad(s, AT(at, "to"), "The end comes before the beginning.", (str){0});
		p->n_milestones++;
	}
}

static void read_money(struct strict *s, const struct json *o, struct programme *p)
{
	static const char *const keys[] = {"adult", "child", "cash", "emergency", NULL};
	const struct json *v = strict_map(s, NULL, o, "ceilings", true);
	const struct at *at = AT(NULL, "ceilings");

	if (!v)
		return;
	strict_keys(s, at, v, keys);
	p->ceiling_adult = strict_money(s, at, v, "adult", MONEY_NEEDED);
	p->ceiling_child = strict_money(s, at, v, "child", MONEY_NEEDED);
	p->cash_max = strict_money(s, at, v, "cash", MONEY_NEEDED);
	p->emergency_max = strict_money(s, at, v, "emergency", MONEY_NEEDED);
}

static void read_eligibility(struct strict *s, const struct json *o, struct programme *p)
{
	static const char *const keys[] = {"metropolitan_only", "identified_from", "identified_to",
					   "departure_from",    "departure_to",    NULL};
	const struct json *v = strict_map(s, NULL, o, "eligibility", true);
	const struct at *at = AT(NULL, "eligibility");

	if (!v)
		return;
	strict_keys(s, at, v, keys);
	p->metropolitan_only = strict_bool(s, at, v, "metropolitan_only", true);
	p->identified_from = strict_day(s, at, v, "identified_from", false);
	p->identified_to = strict_day(s, at, v, "identified_to", false);
	p->departure_from = strict_day(s, at, v, "departure_from", false);
	p->departure_to = strict_day(s, at, v, "departure_to", false);
}

/* The bounds keep the safeguards: at least 72 h to reflect, a confirmation at most 72 h old … */
static void read_limits(struct strict *s, const struct json *o, struct programme *p)
{
	const struct json *v = strict_map(s, NULL, o, "limits", true);
	const struct at *at = AT(NULL, "limits");
	const struct {
		const char *key;
		int *to;
		int64_t lo, hi;
	} rows[] = {
		{"risk_valid_days", &p->risk_valid_days, 1, 60},
		{"reflection_hours", &p->reflection_hours, 72, 24 * 365},
		{"reconfirm_hours", &p->reconfirm_hours, 24, 72},
		{"recheck_days", &p->recheck_days, 1, 7},
		{"acknowledge_working_days", &p->acknowledge_working_days, 1, 10},
		{"retention_months", &p->retention_months, 1, 240},
		{"certificate_halfdays", &p->certificate_halfdays, 1, 20},
	};
	const char *keys[COUNT(rows) + 1] = {NULL};

	for (size_t i = 0; i < COUNT(rows); i++) {
		keys[i] = rows[i].key;
		if (v)
			*rows[i].to = (int)strict_int(s, at, v, rows[i].key, rows[i].lo, rows[i].hi, STRICT_NEEDED);
	}
	strict_keys(s, at, v, keys);
}

static void read_head(struct strict *s, const struct json *o, struct programme *p)
{
	static const char *const keys[] = {"programme",  "version",     "name",    "note",  "start",    "end",
					   "targets",    "offices",     "funders", "posts", "ceilings", "calendar",
					   "milestones", "eligibility", "limits",  "gates", NULL};
	static const char *const target_keys[] = {"people", "trainings", NULL};
	const struct json *targets = strict_map(s, NULL, o, "targets", true);
	const struct at *at = AT(NULL, "targets");

	strict_keys(s, NULL, o, keys);
	p->code = strict_text(s, NULL, o, "programme", true);
	(void)strict_int(s, NULL, o, "version", 1, 1000000, STRICT_NEEDED);
	p->name = read_text3(s, NULL, o, "name", true);
	p->note = read_text3(s, NULL, o, "note", false);
	p->start = strict_day(s, NULL, o, "start", true);
	p->end = strict_day(s, NULL, o, "end", true);
	if (p->end < p->start)
		strict_bad(s, AT(NULL, "end"), "The end comes before the beginning.", (str){0});
	if (!targets)
		return;
	strict_keys(s, at, targets, target_keys);
	p->target_people = (int)strict_int(s, at, targets, "people", 0, 1000000, STRICT_NEEDED);
	p->target_trainings = (int)strict_int(s, at, targets, "trainings", 0, 1000000, STRICT_NEEDED);
}

struct err *programme_load(struct arena *a, const char *path, str text, const struct code_resolver *codes,
			   struct programme **out)
{
	struct strict s = {.a = a, .kind = ERR_CONFIG, .message = "The programme file has errors.", .file = path};
	struct programme *p = NEW(a, struct programme);
	struct json *o = NULL;
	struct err *e = json_parse(a, text, &o);

	if (e) {
		strict_bad(&s, NULL, "This is not valid JSON: {arg}", e->arg);
		return s.e;
	}
	if (!strict_object(&s, NULL, o))
		return s.e;
	read_head(&s, o, p);
	read_offices(&s, o, p);
	read_funders(&s, o, p);
	read_posts(&s, o, p);
	read_money(&s, o, p);
	read_calendar(&s, o, p);
	read_milestones(&s, o, p);
	read_eligibility(&s, o, p);
	read_limits(&s, o, p);
	load_gates(&s, strict_map(&s, NULL, o, "gates", true), codes, p);
	if (!s.e)
		*out = p;
	return s.e;
}

const struct office *programme_office(const struct programme *p, str code)
{
	for (size_t i = 0; i < p->n_offices; i++)
		if (code.n && str_eq(p->offices[i].code, code))
			return &p->offices[i];
	return NULL;
}

const struct office *programme_office_for(const struct programme *p, str country)
{
	for (size_t i = 0; i < p->n_offices; i++)
		for (size_t k = 0; k < p->offices[i].n_serves; k++)
			if (str_eq(p->offices[i].serves[k], country))
				return &p->offices[i];
	return NULL;
}

str text3_in(const struct text3 *t, const char *lang)
{
	str l = str_of(lang);

	if (str_eqz(l, "fr"))
		return t->fr;
	return str_eqz(l, "ar") ? t->ar : t->en;
}
