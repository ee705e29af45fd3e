/* programme_test.c — the shipped programme, and files that are refused, each with the place and the reason. */
#include "rule_testing.h"

static void the_shipped_programme(void **state)
{
	struct programme *p = shipped(*state);
	money total = 0;

	assert_true(str_eqz(p->code, "CARE-PLUS"));
	assert_true(p->start == on(2017, 11, 1) && p->end == on(2019, 4, 30));
	assert_int_equal(p->target_people, 15);
	assert_int_equal(p->target_trainings, 5);
	assert_int_equal(p->n_offices, 10);
	assert_int_equal(p->n_posts, 9);
	assert_int_equal(p->n_points, 10);
	assert_true(p->ceiling_adult == 180000 && p->ceiling_child == 280000 && p->cash_max == 30000 &&
		    p->emergency_max == 30000);
	assert_true(p->risk_valid_days == 60 && p->reflection_hours == 72 && p->reconfirm_hours == 72 &&
		    p->recheck_days == 7 && p->acknowledge_working_days == 2 && p->retention_months == 24);
	assert_true(p->metropolitan_only && p->identified_from == NO_DAY && p->departure_to == on(2019, 4, 30));
	assert_true(p->note.fr.n && p->note.en.n && p->note.ar.n); /* invented figures are said to be so */
	assert_false(programme_office(p, STR("PARIS"))->abroad);
	assert_null(programme_office(p, STR("MARS")));
	assert_null(programme_office(p, (str){0}));
	assert_null(programme_office_for(p, STR("US")));
	for (size_t i = 0; i < p->n_posts; i++)
		total += p->posts[i].planned;
	assert_int_equal(total, 39911000);
	assert_true(str_eqz(text3_in(&p->funders[1].name, "en"), "OFII (French immigration office)"));
	assert_true(text3_in(&p->funders[0].name, "fr").n && text3_in(&p->funders[0].name, "ar").n);
}

/* Every country of the programme's cohort has its office. */
static void countries_have_an_office(void **state)
{
	static const char *const rows[][2] = {{"NG", "LAGOS"},   {"GH", "ACCRA"}, {"CI", "ABIDJAN"},
					      {"AL", "TIRANA"},  {"MA", "RABAT"}, {"BR", "BRASILIA"},
					      {"CN", "BEIJING"}, {"VN", "HANOI"}, {"UA", "KYIV"}};
	struct programme *p = shipped(*state);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_true(str_eqz(programme_office_for(p, str_of(rows[i][0]))->code, rows[i][1]));
}

/* The gates hold every safeguard once, and none of them can be waived. */
static void safeguards_are_there(void **state)
{
	struct programme *p = shipped(*state);

	for (size_t s = 0; s < gate_safeguards_n; s++) {
		int seen = 0;

		for (size_t i = 0; i < p->n_gates; i++) {
			const struct gate_row *g = &p->gates[i];

			if (g->transition != gate_safeguards[s].transition ||
			    g->condition != gate_safeguards[s].condition ||
			    g->param.form != gate_safeguards[s].param.form ||
			    g->param.consent != gate_safeguards[s].param.consent)
				continue;
			seen++;
			assert_false(g->waivable);
		}
		assert_int_equal(seen, 1);
	}
}

static str replaced(struct arena *a, str text, const char *what, const char *with)
{
	ptrdiff_t at = str_find(text, str_of(what));
	str parts[3];

	if (at < 0)
		fail_msg("the shipped file has no %s", what);
	parts[0] = str_sub(text, 0, (size_t)at);
	parts[1] = str_of(with);
	parts[2] = str_sub(text, (size_t)at + strlen(what), text.n);
	return arena_join(a, parts, 3, STR(""));
}

/* One change to the shipped file, and what is said about it: part of the place, part of the message. */
static const struct {
	const char *what, *with, *place, *message;
} refusals[] = {
	{"\"version\":1", "\"version\":1,\"colour\":1", "p.json", "key {arg} is unknown"},
	{"\"version\":1", "\"version\":0", "version", "whole number between"},
	{"\"start\":\"2017-11-01\"", "\"start\":\"2017-11-31\"", "start", "date that exists"},
	{"\"start\":\"2017-11-01\"", "\"start\":\"2019-11-01\"", "end", "before the beginning"},
	{"\"start\":\"2017-11-01\",", "", "start", "missing"},
	{"\"people\":15", "\"people\":\"15\"", "targets.people", "whole number"},
	{"\"code\": \"LAGOS\"", "\"code\": \"Lagos\"", "offices[1].code", "capital letters"},
	{"\"code\": \"LAGOS\"", "\"code\": \"PARIS\"", "offices[1].code", "twice"},
	{"\"country\": \"NG\"", "\"country\": \"XX\"", "offices[1].country", "unknown"},
	{"\"NE\"", "\"RO\"", "offices[1].serves[1]", "not a country outside"},
	{"\"NE\"", "\"RE\"", "offices[1].serves[1]", "not a country outside"},
	{"\"TG\"", "\"NG\"", "offices[2].serves[1]", "twice"},
	{"\"country\": \"FR\", \"abroad\": false", "\"country\": \"FR\", \"abroad\": false, \"serves\": [\"US\"]",
	 "offices[0].serves", "Only an office abroad"},
	{"\"abroad\": false", "\"abroad\": \"no\"", "offices[0].abroad", "true or false"},
	{"\"share_permille\": 750", "\"share_permille\": 751", "funders", "1000 together"},
	{"\"planned\": \"0.00\"", "\"planned\": \"a lot\"", "posts[3].planned", "amount"},
	{"\"adult\":\"1800.00\"", "\"adult\":-1", "ceilings.adult", "amount"},
	{"\"point\": \"D7\", \"days\": 7", "\"point\": \"D7\", \"days\": 1", "calendar[1]", "nearest to the farthest"},
	{"\"adult\": \"CALL\"", "\"adult\": \"FAX\"", "calendar[0].adult", "unknown"},
	{"\"days\": 1, ", "", "calendar[0]", "some days or months"},
	{"\"to\": \"2018-01-31\"", "\"to\": \"2016-01-31\"", "milestones[0].to", "before the beginning"},
	/* figures that would weaken a safeguard */
	{"\"reflection_hours\":72", "\"reflection_hours\":71", "limits.reflection_hours", "between"},
	{"\"reconfirm_hours\":72", "\"reconfirm_hours\":96", "limits.reconfirm_hours", "between"},
	{"\"recheck_days\":7", "\"recheck_days\":8", "limits.recheck_days", "between"},
	{"\"risk_valid_days\":60", "\"risk_valid_days\":61", "limits.risk_valid_days", "between"},
	{"\"retention_months\":24", "\"retention_months\":0", "limits.retention_months", "between"},
	/* gates */
	{"\"screen\":[", "\"scream\":[", "gates.scream", "transition {arg} is unknown"},
	{"\"condition\": \"safe_channel\"", "\"condition\": \"always\"", "gates.screen[3].condition",
	 "condition {arg} is unknown"},
	{"\"form\": \"TRI\", \"waivable\": false}", "\"form\": \"F99\", \"waivable\": false}", "gates.screen[1].form",
	 "unknown"},
	{"\"condition\": \"safe_channel\"", "\"condition\": \"safe_channel\", \"form\": \"F01\"",
	 "gates.screen[3].form", "does not take"},
	{"\"form\": \"F01\", \"waivable\"", "\"waivable\"", "gates.screen[0].form", "missing"},
	{"\"form\": \"F01\", \"waivable\"", "\"form\": \"F01\", \"days\": 0, \"waivable\"", "gates.screen[0].days",
	 "between"},
	{"\"form\": \"F01\", \"waivable\"", "\"form\": \"F01\", \"why\": 1, \"waivable\"", "gates.screen[0]",
	 "unknown"},
	{"\"consent\": \"C5\"", "\"consent\": \"C13\"", "gates.ready[5].consent", "unknown"},
	{"\"consent\": \"C5\"", "\"consent\": \"5\"", "gates.ready[5].consent", "unknown"},
	{"\"fact\": \"duplicate_checked\"", "\"fact\": \"mood\"", "gates.screen[2].fact", "unknown"},
	{"\"fact\": \"duplicate_checked\"", "\"fact\": \"birth\"", "gates.screen[2].fact", "not kept"},
	{"\"fact\": \"duplicate_checked\"", "\"fact\": \"departure\"", "gates.screen[2].fact", "one code"},
	{"\"codes\": [\"YES\"]", "\"codes\": [\"MAYBE\"]", "gates.screen[2].codes[0]", "unknown"},
	{"\"codes\": [\"YES\"]", "\"codes\": []", "gates.screen[2].codes", "not empty"},
	{"{\"condition\": \"accepted\"", "{\"condition\": \"safe_channel\"}, {\"condition\": \"accepted\"",
	 "gates.screen[5]", "twice"},
	{"{\"condition\": \"accepted\"", "5, {\"condition\": \"accepted\"", "gates.screen[5]", "object"},
	/* safeguards made waivable or weaker */
	{"\"depart\":[", "\"depart\":[{\"condition\": \"no_veto\", \"waivable\": true},", "gates.depart[0].waivable",
	 "safeguard"},
	{"\"depart\":[", "\"depart\":[{\"condition\": \"consent\", \"consent\": \"C4\", \"waivable\": true},",
	 "gates.depart[0].waivable", "safeguard"},
	{"\"counsel\":[", "\"counsel\":[{\"condition\": \"reviewer_is_not_author\", \"waivable\": true},",
	 "gates.counsel[0].waivable", "safeguard"},
	{"\"assess\":[", "\"assess\":[{\"condition\": \"reflection\", \"days\": 2},", "gates.assess[0].days",
	 "safeguard"},
};

static bool said(const struct err *e, const char *place, const char *message)
{
	for (const struct err_field *f = e->fields; f; f = f->next)
		if (str_find(f->field, str_of(place)) >= 0 && strstr(f->message, message))
			return true;
	return false;
}

static void files_are_refused_with_their_place(void **state)
{
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		str text = replaced(*state, programme_text(), refusals[i].what, refusals[i].with);
		struct programme *p = NULL;
		struct err *e = load_text(*state, text, &p);

		if (!e)
			fail_msg("%s → %s was taken", refusals[i].what, refusals[i].with);
		assert_int_equal(e->kind, ERR_CONFIG);
		assert_null(p);
		if (!said(e, refusals[i].place, refusals[i].message))
			fail_msg("%s → %s: nothing said at %s; first: %.*s %s", refusals[i].what, refusals[i].with,
				 refusals[i].place, STR_ARG(e->fields->field), e->fields->message);
	}
}

/* Whichever safeguard a file lists as waivable, at whichever step, the file is refused. */
static void no_safeguard_becomes_waivable(void **state)
{
	for (size_t s = 0; s < gate_safeguards_n; s++) {
		const struct gate_row *g = &gate_safeguards[s];
		const char *name = condition_rows[g->condition].name;

		for (int t = 0; t < TRANSITIONS; t++) {
			struct arena *a = arena_create(8 << 20);
			str row = g->condition == COND_consent ? arena_fmt(a, ",\"consent\":\"C%d\"", g->param.consent)
				  : g->condition == COND_form_final
					  ? arena_fmt(a, ",\"form\":\"%s\"", form_codes[g->param.form])
					  : STR("");
			str gates = arena_fmt(a, "\"gates\":{\"%s\":[{\"condition\":\"%s\"%.*s,\"waivable\":true}]}}",
					      transition_rows[t].code, name, STR_ARG(row));
			ptrdiff_t at = str_find(programme_text(), STR("\"gates\":"));
			str parts[2] = {str_sub(programme_text(), 0, (size_t)at), gates};
			struct programme *p;
			struct err *e = load_text(a, arena_join(a, parts, 2, STR("")), &p);

			if (!e || !said(e, "waivable", "safeguard"))
				fail_msg("%s at %s", name, transition_rows[t].code);
			arena_destroy(a);
		}
	}
	(void)state;
}

/* A file without a single gate still has all safeguards; one that is stricter stays stricter. */
static void gates_may_be_empty_or_stricter(void **state)
{
	ptrdiff_t at = str_find(programme_text(), STR("\"gates\":"));
	str head = str_sub(programme_text(), 0, (size_t)at);
	str empty[2] = {head, STR("\"gates\":{}}")};
	str strict[2] = {head, STR("\"gates\":{\"assess\":[{\"condition\":\"reflection\",\"days\":10}]}}")};
	struct programme *p;
	int found = 0;

	assert_null(load_text(*state, arena_join(*state, empty, 2, STR("")), &p));
	assert_int_equal(p->n_gates, gate_safeguards_n);
	assert_null(load_text(*state, arena_join(*state, strict, 2, STR("")), &p));
	assert_int_equal(p->n_gates, gate_safeguards_n);
	for (size_t i = 0; i < p->n_gates; i++)
		found += p->gates[i].transition == T_ASSESS && p->gates[i].condition == COND_reflection &&
			 p->gates[i].param.days == 10;
	assert_int_equal(found, 1);
}

static void all_errors_at_once(void **state)
{
	str text = replaced(*state, programme_text(), "\"people\":15", "\"people\":-1");
	struct programme *p;
	struct err *e;
	int n = 0;

	text = replaced(*state, text, "\"recheck_days\":7", "\"recheck_days\":99");
	text = replaced(*state, text, "\"waivable\": false}", "\"waivable\": 3}");
	e = load_text(*state, text, &p);
	for (const struct err_field *f = e->fields; f; f = f->next)
		n++;
	assert_int_equal(n, 3);
}

static void not_a_programme(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"{}",
		"\"x\"",
		"{\"gates\":[]}",
		"{\"offices\":{},\"posts\":3,\"funders\":[1]}",
		"{\"offices\":[1],\"posts\":[1],\"calendar\":[1],\"milestones\":[1],\"gates\":{\"screen\":{}}}"};
	struct programme *p = NULL;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_non_null(load_text(*state, str_of(texts[i]), &p));
	assert_null(p);
}

static void what_is_too_long_is_refused(void **state)
{
	struct buf b;
	struct programme *p;
	struct err *e;

	buf_init(&b, *state, 1 << 20);
	buf_z(&b, "{\"offices\":[{\"code\":\"LAGOS\",\"abroad\":true,\"serves\":[");
	for (int i = 0; i < 60; i++)
		buf_z(&b, i ? ",\"US\"" : "\"US\"");
	buf_z(&b, "]}],\"calendar\":[");
	for (int i = 0; i < 40; i++)
		buf_fmt(&b, "%s{\"point\":\"M%d\",\"months\":%d,\"before\":1,\"after\":1}", i ? "," : "", i, i);
	buf_z(&b, "],\"gates\":{\"screen\":[");
	for (int i = 0; i < 500; i++)
		buf_z(&b, i ? ",{}" : "{}");
	buf_z(&b, "]}}");
	e = load_text(*state, buf_done(&b), &p);
	assert_true(said(e, "offices[0].serves", "too many"));
	assert_true(said(e, "calendar", "too many"));
	assert_true(said(e, "gates.screen", "too many"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(the_shipped_programme),
					   TEST(countries_have_an_office),
					   TEST(safeguards_are_there),
					   TEST(files_are_refused_with_their_place),
					   TEST(no_safeguard_becomes_waivable),
					   TEST(gates_may_be_empty_or_stricter),
					   TEST(all_errors_at_once),
					   TEST(not_a_programme),
					   TEST(what_is_too_long_is_refused)};

	return cmocka_run_group_tests_name("programme", tests, NULL, NULL);
}
