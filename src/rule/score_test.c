/* score_test.c — risk, reintegration score and indicators against examples computed by hand, and properties at random. */
#include "risk.h"
#include "rss.h"
#include "rule_testing.h"
#include "screen.h"

static uint32_t seed = 12345;

static uint32_t next(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

static struct json *json_of(struct arena *a, const char *text)
{
	struct json *v = NULL;

	assert_null(json_parse(a, str_of(text), &v));
	return v;
}

static void levels(void **state)
{
	(void)state;
	for (int l = 1; l <= 4; l++)
		for (int s = 1; s <= 4; s++) {
			int x = l * s;

			assert_int_equal(risk_of_score(l, s), x <= 3   ? RISK_LOW
							      : x <= 6 ? RISK_MEDIUM
							      : x <= 9 ? RISK_HIGH
								       : RISK_EXTREME);
		}
	assert_int_equal(risk_of_score(0, 99), RISK_MEDIUM); /* bounded to 1 × 4 */
}

struct judged {
	const char *factors, *overall, *advice;
	int unconfirmed;
	uint32_t vetoes;
};

static void as_by_hand(struct arena *a, const struct judged *rows, size_t n)
{
	static const str starred[] = {STR("RK_T1"), STR("RK_T2"), STR("RK_G2")};

	for (size_t i = 0; i < n; i++) {
		struct risk_result r = risk_judge(json_of(a, rows[i].factors), starred, 3);

		if (strcmp(risk_codes[r.overall], rows[i].overall) != 0 || r.unconfirmed != rows[i].unconfirmed ||
		    r.vetoes != rows[i].vetoes || strcmp(risk_advice(&r, r.vetoes), rows[i].advice) != 0)
			fail_msg("%s\nis %s %s, unconfirmed %d, vetoes %u", rows[i].factors, risk_codes[r.overall],
				 risk_advice(&r, r.vetoes), r.unconfirmed, r.vetoes);
	}
}

static void risk_by_hand(void **state)
{
	static const struct judged rows[] = {
		{"[]", "NONE", "DELAY", 0, 0},
		{"[{\"code\":\"RK_T1\",\"present\":\"NO\"}]", "LOW", "GO", 0, 0},
		/* residual 2 × 3 = 6; inherent 12 and no confirmed measure */
		{"[{\"code\":\"RK_T2\",\"present\":\"YES\",\"likelihood\":3,\"severity\":4,\"residual_likelihood\":2,"
		 "\"residual_severity\":3}]",
		 "MEDIUM", "GO_CONDITIONS", 1, 0},
		{"[{\"code\":\"RK_T2\",\"present\":\"YES\",\"likelihood\":3,\"severity\":4,\"residual_likelihood\":2,"
		 "\"residual_severity\":3,\"mitig_status\":\"CONFIRMED\"}]",
		 "MEDIUM", "GO_CONDITIONS", 0, 0},
		/* a measure that failed protects nobody: 3 × 4 */
		{"[{\"code\":\"RK_F2\",\"present\":\"YES\",\"likelihood\":3,\"severity\":4,\"residual_likelihood\":1,"
		 "\"residual_severity\":1,\"mitig_status\":\"FAILED\"}]",
		 "EXTREME", "NO_GO", 1, 0},
		/* unknown: starred 3 × 2 = 6, not starred nothing */
		{"[{\"code\":\"RK_T1\",\"present\":\"UNKNOWN\",\"severity\":2}]", "MEDIUM", "GO_CONDITIONS", 0, 0},
		{"[{\"code\":\"RK_T1\",\"present\":\"UNKNOWN\",\"severity\":3}]", "HIGH", "DELAY", 1, 0},
		{"[{\"code\":\"RK_F2\",\"present\":\"UNKNOWN\",\"severity\":4}]", "LOW", "GO", 0, 0},
		{"[{\"code\":\"RK_F2\",\"present\":\"UNKNOWN\",\"residual_likelihood\":2,\"residual_severity\":2}]",
		 "MEDIUM", "GO_CONDITIONS", 0, 0},
		/* not knowing is no protection, unless a measure is named */
		{"[{\"code\":\"RK_T1\",\"present\":\"UNKNOWN\",\"severity\":3,\"residual_likelihood\":1,\"residual_"
		 "severity\":3}]",
		 "HIGH", "DELAY", 1, 0},
		{"[{\"code\":\"RK_T1\",\"present\":\"UNKNOWN\",\"severity\":3,\"residual_likelihood\":1,\"residual_"
		 "severity\":3,"
		 "\"mitigation\":[\"RELOC\"],\"mitig_status\":\"DONE\"}]",
		 "LOW", "GO", 0, 0},
		/* the highest, never an average */
		{"[{\"code\":\"RK_F3\",\"present\":\"YES\",\"likelihood\":1,\"severity\":1},"
		 "{\"code\":\"RK_F4\",\"present\":\"YES\",\"likelihood\":3,\"severity\":3,\"mitig_status\":\"DONE\"}]",
		 "HIGH", "GO_CONDITIONS", 0, 0},
		/* three HIGH are EXTREME */
		{"[{\"code\":\"RK_F3\",\"present\":\"YES\",\"likelihood\":3,\"severity\":3},"
		 "{\"code\":\"RK_F4\",\"present\":\"YES\",\"likelihood\":3,\"severity\":3},"
		 "{\"code\":\"RK_F5\",\"present\":\"YES\",\"likelihood\":2,\"severity\":4}]",
		 "EXTREME", "NO_GO", 3, 0},
		/* a missing number is the worst */
		{"[{\"code\":\"RK_F3\",\"present\":\"YES\",\"severity\":2}]", "HIGH", "DELAY", 1, 0},
	};

	as_by_hand(*state, rows, sizeof rows / sizeof *rows);
}

static void vetoes_by_hand(void **state)
{
	static const struct judged rows[] = {
		/* V1: known address, threats, no relocation; lifted by one that did not fail */
		{"[{\"code\":\"RK_T2\",\"present\":\"YES\",\"likelihood\":1,\"severity\":1},"
		 "{\"code\":\"RK_T3\",\"present\":\"YES\",\"likelihood\":1,\"severity\":1}]",
		 "LOW", "NO_GO", 0, 1},
		{"[{\"code\":\"RK_T2\",\"present\":\"YES\",\"likelihood\":1,\"severity\":1,\"mitigation\":[\"RELOC\"]},"
		 "{\"code\":\"RK_T3\",\"present\":\"YES\",\"likelihood\":1,\"severity\":1}]",
		 "LOW", "GO", 0, 0},
		{"[{\"code\":\"RK_T2\",\"present\":\"YES\",\"likelihood\":1,\"severity\":1,\"mitigation\":[\"RELOC\"],"
		 "\"mitig_status\":\"FAILED\"},{\"code\":\"RK_T3\",\"present\":\"YES\",\"likelihood\":1,\"severity\":1}"
		 "]",
		 "LOW", "NO_GO", 0, 1},
		/* V3: prosecution likely */
		{"[{\"code\":\"RK_G2\",\"present\":\"YES\",\"likelihood\":3,\"severity\":1}]", "LOW", "NO_GO", 0, 4},
		{"[{\"code\":\"RK_G1\",\"present\":\"YES\",\"likelihood\":2,\"severity\":1}]", "LOW", "GO", 0, 0},
	};

	as_by_hand(*state, rows, sizeof rows / sizeof *rows);
}

static struct json *random_factor(struct arena *a, struct json *list)
{
	static const char *const numbers[] = {"likelihood", "severity", "residual_likelihood", "residual_severity"};
	static const char *const present[] = {"YES", "NO", "UNKNOWN"}, *const status[] = {"PROPOSED", "CONFIRMED",
											  "DONE", "FAILED"};
	static const char *const codes[] = {"RK_T1", "RK_T2", "RK_T3", "RK_F1", "RK_R1",
					    "RK_G1", "RK_P7", "RK_R3", "RK_F2"};
	struct json *o = json_object(a);

	json_set(a, o, STR("code"), json_new_str(a, str_of(codes[next(9)])));
	json_set(a, o, STR("present"), json_new_str(a, str_of(present[next(3)])));
	for (int i = 0; i < 4; i++)
		if (next(4))
			json_set(a, o, str_of(numbers[i]), json_new_int(a, 1 + next(4)));
	if (next(2))
		json_set(a, o, STR("mitig_status"), json_new_str(a, str_of(status[next(4)])));
	json_push(list, o);
	return o;
}

static void adding_a_risk_never_lowers(void **state)
{
	static const str starred[] = {STR("RK_T1"), STR("RK_T2")};

	for (int round = 0; round < 3000; round++) {
		struct arena *a = arena_create(1 << 20);
		struct json *list = json_array(a);
		struct risk_result was = risk_judge(list, starred, 2), now;

		for (int i = 0; i < 6; i++, was = now) {
			random_factor(a, list);
			now = risk_judge(list, starred, 2);
			assert_true(now.overall >= was.overall);
			assert_true(now.unconfirmed >= was.unconfirmed);
			assert_int_equal(now.vetoes & was.vetoes, was.vetoes);
		}
		arena_destroy(a);
	}
	(void)state;
}

static const struct rss *rss_shipped(struct arena *a)
{
	const struct rss *r = NULL;

	assert_null(rss_load(a, "data/rss.json", embed_find(&rule_data, STR("data/rss.json"))->data, &r));
	return r;
}

/* Answers that give every item of a dimension the value 100, 50 or 0, in the order of data/rss.json. */
static struct json *answers(struct arena *a, size_t n, const char *const (*rows)[2])
{
	struct json *o = json_object(a);

	for (size_t i = 0; i < n; i++)
		json_set(a, o, str_of(rows[i][0]), json_new_str(a, str_of(rows[i][1])));
	return o;
}

static const char *const economic[][2] = {
	{"ec1", "SAT"},  {"ec2", "NEVER"}, {"ec3", "YES"}, {"ec4", "SOMETIMES"}, {"ec5", "SPEND_LARGER"},
	{"ec6", "FAIR"}, {"ec7", "YES"},   {"ec8", "NO"},  {"ec9", "NO"},        {"ec10", "MONEY"}};

static void rss_by_hand(void **state)
{
	const struct rss *r = rss_shipped(*state);
	struct json *o = answers(*state, 10, economic);
	/* 75+100+100+50+50+50+100+0+100 = 625 over 9 items = 69.44 */
	struct rss_result x = rss_judge(r, o);

	assert_int_equal(x.dimension[0].permille, 694);
	assert_int_equal(x.dimension[0].answered, 9);
	assert_int_equal(x.dimension[1].permille, NO_SCORE);
	assert_int_equal(x.composite.permille, NO_SCORE);
	assert_null(x.band);
	/* 7 of 9 are 77 %: 625 − 75 − 100 = 450 over 7 = 64.29; 6 of 9 are 66 %: none */
	json_set(*state, o, STR("ec1"), json_new_str(*state, STR("ND")));
	json_remove(o, STR("ec2"));
	assert_int_equal(rss_judge(r, o).dimension[0].permille, 643);
	json_set(*state, o, STR("ec3"), json_new_str(*state, STR("DK")));
	assert_int_equal(rss_judge(r, o).dimension[0].permille, NO_SCORE);
}

/* All items of one value: the composite is that value, and the bands change at 0.33 and 0.66. */
static void rss_whole(void **state)
{
	struct arena *a = *state;
	const struct rss *r = rss_shipped(a);
	struct json *file = json_of(a, embed_find(&rule_data, STR("data/rss.json"))->data.p), *o = json_object(a);
	static const struct {
		int64_t value;
		int32_t permille;
		const char *band;
	} rows[] = {{100, 1000, "LIGHT"}, {0, 0, "INTENSIVE"}};

	for (size_t i = 0; i < 2; i++) {
		JSON_EACH (item, json_get(file, "items")) {
			const struct json *scale = json_get_s(json_get(file, "scales"), json_text(item, "scale"));

			JSON_EACH (v, scale)
				if (json_int(v, -1) == rows[i].value)
					json_set(a, o, json_text(item, "field"), json_new_str(a, v->key));
		}
		assert_int_equal(rss_composite(r, o), rows[i].permille);
		assert_string_equal(rss_judge(r, o).band, rows[i].band);
	}
	json_set(a, o, STR("so4"), json_new_str(a, STR("NA"))); /* no child of school age: the item is out */
	assert_int_equal(rss_judge(r, o).composite.asked, 29);
	assert_true(rss_answer_known(r, STR("ec1"), STR("ND")));
	assert_false(rss_answer_known(r, STR("ec1"), STR("YES")));
	assert_null(rss_item(r, STR("ec99")));
	assert_string_equal(rss_dimension_code(r, 2), "PS");
}

/* Every answer that the form offers for a scored item has a value, or is one of the three that are missing. */
static void rss_form_and_data_agree(void **state)
{
	struct arena *a = *state;
	const struct rss *r = rss_shipped(a);
	struct json *form = json_of(a, embed_find(&rule_data, STR("forms/RSS.json"))->data.p);
	struct code_files *codes = code_files_open(a, &rule_data);
	int seen = 0;

	JSON_EACH (section, json_get(form, "sections"))
		JSON_EACH (field, json_get(section, "fields")) {
			if (!rss_item(r, json_text(field, "name")))
				continue;
			seen++;
			JSON_EACH (c, code_files_list(codes, json_text(field, "choices")))
				if (!rss_answer_known(r, json_text(field, "name"), json_text(c, "code")))
					fail_msg("%.*s %.*s", STR_ARG(json_text(field, "name")),
						 STR_ARG(json_text(c, "code")));
		}
	assert_int_equal(seen, 32);
}

static void rss_refuses(void **state)
{
	static const char *const bad[] = {
		"[]", "{}", "{",
		"{\"min_answered_percent\":75,\"bands\":[{\"code\":\"A\",\"from\":5},{\"code\":\"B\",\"from\":5}],"
		"\"dimensions\":[{\"code\":\"X\"}],\"scales\":{\"S\":{\"Y\":101},\"T\":1},\"items\":[{\"code\":\"Q\","
		"\"field\":\"q\","
		"\"dimension\":\"Z\",\"scale\":\"N\",\"scored\":false,\"weight\":1},7]}"};
	const struct rss *r;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_non_null(rss_load(*state, "x", str_of(bad[i]), &r));
}

static void the_published_rule(void **state)
{
	static const struct {
		int s, m, w;
		bool positive;
	} rows[] = {{2, 0, 0, true},  {1, 0, 0, false}, {1, 1, 0, true},  {1, 0, 1, true},   {0, 3, 0, true},
		    {0, 2, 0, false}, {0, 2, 1, true},  {0, 1, 9, false}, {0, 0, 16, false}, {0, 0, 0, false}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(screen_positive(rows[i].s, rows[i].m, rows[i].w), rows[i].positive);
}

static const struct indicator_set *set_of(struct arena *a, const char *name)
{
	const struct embed_file *f = embed_find(&rule_data, arena_fmt(a, "data/indicators/%s.json", name));
	const struct indicator_set *s = NULL;

	assert_non_null(f);
	assert_null(screen_load(a, f->path, f->data, &s));
	return s;
}

static void the_sets_shipped(void **state)
{
	static const struct {
		const char *name;
		bool enabled;
		size_t indicators;
	} rows[] = {{"ilo-adult-labour", true, 67},
		    {"ilo-child-labour", true, 65},
		    {"ilo-adult-sexual", false, 0},
		    {"ilo-child-sexual", false, 0}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct indicator_set *s = set_of(*state, rows[i].name);
		size_t n = 0;

		for (size_t d = 0; d < s->n; d++)
			n += s->dimension[d].n;
		assert_int_equal(n, rows[i].indicators);
		assert_int_equal(s->enabled, rows[i].enabled);
	}
}

typedef enum tri sheet[DIMENSIONS_MAX][INDICATORS_MAX];

static void random_sheet(sheet x)
{
	for (size_t d = 0; d < DIMENSIONS_MAX; d++)
		for (size_t i = 0; i < INDICATORS_MAX; i++)
			x[d][i] = (enum tri)next(3);
}

/* A yes never weakens a result; what is known lies between the bounds; only open results name what decides. */
static void screening_is_monotone(void **state)
{
	const struct indicator_set *s = set_of(*state, "ilo-adult-labour");
	const char *names[200];
	static sheet x;

	for (int round = 0; round < 20000; round++) {
		struct screen_result was, now;
		size_t d = next((uint32_t)s->n), i, n;

		random_sheet(x);
		i = next((uint32_t)s->dimension[d].n);
		was = screen_judge(s, x);
		n = screen_decisive(s, x, names, 200);
		assert_true(!was.lower_all || was.upper_all);
		assert_int_equal(n > 0, was.lower_all != was.upper_all);
		x[d][i] = TRI_YES;
		now = screen_judge(s, x);
		assert_true(now.lower_all >= was.lower_all);
		assert_true(now.lower[d] >= was.lower[d]);
	}
}

/* A child needs no means: act and exploitation suffice. */
static void a_child_needs_no_means(void **state)
{
	const struct indicator_set *adult = set_of(*state, "ilo-adult-labour"),
				   *child = set_of(*state, "ilo-child-labour");
	static sheet x; /* all no */

	x[0][0] = x[0][1] = TRI_YES; /* D1: strong and medium */
	x[3][0] = x[3][1] = TRI_YES; /* D4: strong and medium */
	assert_false(screen_judge(adult, x).upper_all);
	assert_true(screen_judge(child, x).lower_all);
}

static void screening_refuses(void **state)
{
	static const char *const bad[] = {
		"{", "[]", "{}",
		"{\"set\":\"x\",\"source\":\"s\",\"other\":1,\"dimensions\":[3,{\"code\":\"D1\",\"indicators\":[4,"
		"{\"code\":\"A\",\"weight\":\"heavy\",\"fr\":\"f\",\"en\":\"e\",\"ar\":\"a\"},"
		"{\"code\":\"A\",\"weight\":\"weak\"}]}],\"positive\":[[\"D9\"],1]}"};
	const struct indicator_set *s;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_non_null(screen_load(*state, "x", str_of(bad[i]), &s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(levels),
					   TEST(risk_by_hand),
					   TEST(vetoes_by_hand),
					   TEST(adding_a_risk_never_lowers),
					   TEST(rss_by_hand),
					   TEST(rss_whole),
					   TEST(rss_form_and_data_agree),
					   TEST(rss_refuses),
					   TEST(the_published_rule),
					   TEST(the_sets_shipped),
					   TEST(screening_is_monotone),
					   TEST(a_child_needs_no_means),
					   TEST(screening_refuses)};

	return cmocka_run_group_tests_name("score", tests, NULL, NULL);
}
