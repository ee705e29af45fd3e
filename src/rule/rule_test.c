/* rule_test.c — the rules as JSON: the fixed shapes, the answers expected of them, and input that is refused with its
 * place. */
#include "rule.h"

#include "rule_run_testing.h"

#define LINE(in, to, dep, cit, wish)                                                                                   \
	"{\"identified_in\":\"" in "\",\"identified_on\":\"2018-01-10\",\"citizenships\":[" cit                        \
	"],\"return_to\":\"" to "\",\"departure\":\"" dep "\",\"status\":\"IDENTIFIED\",\"wish\":\"" wish "\"}"
#define NG "\"NG\""

struct eligible_row {
	const char *input;
	bool eligible;
	const char *unmet, *flag;
};

static void judged_eligible(struct arena *a, const struct eligible_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct json *out = run(a, "eligibility", rows[i].input), *flags = json_get(out, "flags");
		bool seen = false;

		if (json_true(json_get(out, "eligible")) != rows[i].eligible)
			fail_msg("%s", rows[i].input);
		assert_int_equal(json_count(flags), rows[i].flag ? 1 : 0);
		assert_true(!rows[i].flag || json_has_str(flags, str_of(rows[i].flag)));
		assert_int_equal(json_count(json_get(out, "reasons")), 7);
		JSON_EACH (r, json_get(out, "reasons")) {
			assert_true(json_text(r, "text").n > 10);
			assert_true(french_typography(json_text(r, "text_fr")));
			seen |= rows[i].unmet && json_says(r, "code", rows[i].unmet) && !json_true(json_get(r, "met"));
		}
		if (rows[i].unmet && !seen)
			fail_msg("%s: %s is met", rows[i].input, rows[i].unmet);
	}
}

static void eligibility(void **state)
{
	static const struct eligible_row rows[] = {
		{LINE("FR-2A", "NG", "2018-05-02", NG, "YES"), true, NULL, NULL},
		{LINE("FR-974", "NG", "2018-05-02", NG, "YES"), false, "IDENTIFIED_IN", NULL},
		{LINE("FR-75", "RO", "2018-05-02", NG, "YES"), false, "RETURN_TO", NULL},
		{LINE("FR-75", "GB", "2018-03-01", NG, "YES"), false, "RETURN_TO", NULL},
		{LINE("FR-75", "GB", "2020-03-01", NG, "YES"), true, NULL, "OUTSIDE_PROGRAMME_DATES"},
		{LINE("FR-69", "CH", "2018-05-02", NG, "YES"), true, NULL, NULL},
		{LINE("FR-75", "RE", "2018-05-02", NG, "YES"), false, "RETURN_TO", NULL},
		{LINE("FR-75", "NC", "2018-05-02", NG, "YES"), false, "RETURN_TO", NULL},
		{LINE("FR-75", "FR", "2018-05-02", NG, "YES"), false, "RETURN_TO", NULL},
		{LINE("FR-75", "NG", "2018-05-02", "\"NG\",\"IT\"", "YES"), true, NULL, "EU_CITIZENSHIP"},
		{LINE("FR-75", "NG", "2018-05-02", "\"IT\"", "YES"), false, "CITIZENSHIP", "EU_CITIZENSHIP"},
		{LINE("FR-75", "NG", "2018-05-02", "\"NG\",\"RE\"", "YES"), true, NULL, "EU_CITIZENSHIP"},
		{LINE("FR-75", "LB", "2018-05-02", "", "YES"), true, NULL, NULL},
		{LINE("FR-75", "NG", "2018-05-02", NG, "CONSIDERING"), true, NULL, NULL},
		{LINE("FR-75", "NG", "2018-05-02", NG, "NO"), false, "WISH", NULL},
		{LINE("FR-75", "NG", "2018-05-02", NG, "UNKNOWN"), false, "WISH", NULL},
		{LINE("20000", "NG", "2018-05-02", NG, "YES"), true, NULL, NULL},
		{LINE("97400", "NG", "2018-05-02", NG, "YES"), false, "IDENTIFIED_IN", NULL},
		{LINE("98000", "NG", "2018-05-02", NG, "YES"), false, "IDENTIFIED_IN", NULL},
		{LINE("FR-UNK", "NG", "2018-05-02", NG, "YES"), false, "IDENTIFIED_IN", NULL},
		{LINE("DE-BE", "NG", "2018-05-02", NG, "YES"), false, "IDENTIFIED_IN", NULL},
		{"{\"identified_in\":\"FR-75\",\"citizenships\":[],\"return_to\":\"NG\",\"status\":\"PRESUMED\","
		 "\"wish\":\"YES\"}",
		 true, NULL, NULL},
		{"{\"identified_in\":\"FR-75\",\"return_to\":\"NG\",\"status\":\"PRESUMED\",\"wish\":\"YES\"}", false,
		 "CITIZENSHIP", NULL},
		{"{\"identified_in\":\"FR-75\",\"citizenships\":[],\"status\":\"PRESUMED\",\"wish\":\"YES\"}", false,
		 "RETURN_TO", NULL},
		{"{\"identified_in\":\"FR-75\",\"citizenships\":[],\"return_to\":\"NG\",\"status\":\"INSUFF\",\"wish\":"
		 "\"YES\"}",
		 false, "STATUS", NULL},
		{"{}", false, "STATUS", NULL},
	};

	judged_eligible(*state, rows, sizeof rows / sizeof *rows);
}

/* They decide only where it is named. */
static void dates_of_a_programme(void **state)
{
	static const struct eligible_row rows[] = {
		{"{\"identified_in\":\"FR-75\",\"identified_on\":\"2017-10-01\",\"departure\":\"2018-02-01\","
		 "\"citizenships\":[],"
		 "\"return_to\":\"NG\",\"status\":\"PRESUMED\",\"wish\":\"YES\",\"programme\":{\"identified_from\":"
		 "\"2017-11-01\"}}",
		 false, "IDENTIFIED_ON", "OUTSIDE_PROGRAMME_DATES"},
		{"{\"identified_in\":\"FR-75\",\"identified_on\":\"2017-10-01\",\"departure\":\"2018-02-01\","
		 "\"citizenships\":[],"
		 "\"return_to\":\"NG\",\"status\":\"PRESUMED\",\"wish\":\"YES\",\"programme\":\"care-plus\"}",
		 true, NULL, NULL},
		{"{\"identified_in\":\"FR-75\",\"identified_on\":\"2018-10-01\",\"departure\":\"2019-05-01\","
		 "\"citizenships\":[],"
		 "\"return_to\":\"NG\",\"status\":\"PRESUMED\",\"wish\":\"YES\",\"programme\":\"care-plus\"}",
		 false, "DEPARTURE", "OUTSIDE_PROGRAMME_DATES"},
		{"{\"identified_in\":\"FR-75\",\"departure\":\"2019-04-01\",\"citizenships\":[],"
		 "\"return_to\":\"NG\",\"status\":\"PRESUMED\",\"wish\":\"YES\",\"programme\":\"care-plus\"}",
		 false, "IDENTIFIED_ON", NULL},
	};

	judged_eligible(*state, rows, sizeof rows / sizeof *rows);
}

static void eligibility_refuses(void **state)
{
	static const char *const rows[][2] = {
		{"{\"identified_in\":", NULL},
		{"[]", ""},
		{"{\"a\":1,\"a\":2}", NULL},
		{LINE("FR-75", "NG", "2018-02-30", NG, "YES"), "departure"},
		{LINE("FR-75", "NG", "02/05/2018", NG, "YES"), "departure"},
		{LINE("FR-75", "NG", "2017-05-02", NG, "YES"), "departure"}, /* before the identification */
		{LINE("FR-75", "XX", "2018-05-02", NG, "YES"), "return_to"},
		{LINE("FR-75", "ng", "2018-05-02", NG, "YES"), "return_to"},
		{LINE("Lyon", "NG", "2018-05-02", NG, "YES"), "identified_in"},
		{LINE("FR-75", "NG", "2018-05-02", "\"NGA\"", "YES"), "citizenships[0]"},
		{LINE("FR-75", "NG", "2018-05-02", "\"NG\",7", "YES"), "citizenships[1]"},
		{LINE("FR-75", "NG", "2018-05-02", NG, "MAYBE"), "wish"},
		{"{\"citizenships\":\"NG\"}", "citizenships"},
		{"{\"status\":3}", "status"},
		{"{\"programme\":\"other\"}", "programme"},
		{"{\"programme\":{\"colour\":1}}", "programme"},
		{"{\"programme\":{\"departure_to\":\"2018-02-30\"}}", "programme.departure_to"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		refused(*state, "eligibility", rows[i][0], rows[i][1]);
}

static void risk(void **state)
{
	struct json *out = run(*state, "risk",
			       "{\"factors\":[{\"code\":\"RK_T2\",\"present\":\"YES\",\"likelihood\":3,\"severity\":4,"
			       "\"residual_likelihood\":2,\"residual_severity\":3}]}");

	assert_true(json_says(out, "overall", "MEDIUM"));
	assert_true(json_says(out, "advice", "GO_CONDITIONS"));
	assert_int_equal(json_count(json_get(out, "vetoes")), 0);
	assert_true(json_says(out, "valid_until", "2018-11-09")); /* 60 days from today */
	out = run(*state, "risk",
		  "{\"on\":\"2018-01-01\",\"vetoes\":[\"V6\"],\"extra\":1,\"factors\":["
		  "{\"code\":\"RK_T2\",\"present\":\"YES\",\"likelihood\":1,\"severity\":1},"
		  "{\"code\":\"RK_T3\",\"present\":\"YES\",\"likelihood\":1,\"severity\":1}]}");
	assert_true(json_says(out, "valid_until", "2018-03-02"));
	assert_true(json_has_str(json_get(out, "vetoes"), STR("V1")) &&
		    json_has_str(json_get(out, "vetoes"), STR("V6")));
	assert_true(json_says(out, "advice", "NO_GO"));
	assert_true(json_has_str(json_get(out, "ignored"), STR("extra")));
	/* an unknown factor with a star, straight from the list */
	out = run(*state, "risk", "{\"factors\":[{\"code\":\"RK_G3\",\"present\":\"UNKNOWN\",\"severity\":4}]}");
	assert_true(json_says(out, "overall", "EXTREME"));
	out = run(*state, "risk", "{\"factors\":[{\"code\":\"RK_G4\",\"present\":\"UNKNOWN\",\"severity\":4}]}");
	assert_true(json_says(out, "overall", "LOW"));
}

static void risk_refuses(void **state)
{
	static const char *const rows[][2] = {
		{"{}", "factors"},
		{"{\"factors\":{}}", "factors"},
		{"{\"factors\":[1]}", "factors[0]"},
		{"{\"factors\":[{\"present\":\"YES\"}]}", "factors[0].code"},
		{"{\"factors\":[{\"code\":\"RK_Z\",\"present\":\"YES\"}]}", "factors[0].code"},
		{"{\"factors\":[{\"code\":\"RK_T1\",\"present\":\"MAYBE\"}]}", "factors[0].present"},
		{"{\"factors\":[{\"code\":\"RK_T1\",\"present\":\"YES\",\"likelihood\":5}]}", "factors[0].likelihood"},
		{"{\"factors\":[{\"code\":\"RK_T1\",\"present\":\"YES\",\"severity\":\"3\"}]}", "factors[0].severity"},
		{"{\"factors\":[{\"code\":\"RK_T1\",\"present\":\"NO\"},{\"code\":\"RK_T1\",\"present\":\"NO\"}]}",
		 "factors[1].code"},
		{"{\"factors\":[{\"code\":\"RK_T1\",\"present\":\"NO\",\"mitig_status\":\"SOON\"}]}",
		 "factors[0].mitig_status"},
		{"{\"factors\":[{\"code\":\"RK_T1\",\"present\":\"NO\",\"mitigation\":[\"LUCK\"]}]}",
		 "factors[0].mitigation"},
		{"{\"factors\":[],\"vetoes\":[\"V9\"]}", "vetoes[0]"},
		{"{\"factors\":[],\"on\":\"2018-02-29\"}", "on"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		refused(*state, "risk", rows[i][0], rows[i][1]);
}

static void rss(void **state)
{
	struct json *out = run(*state, "rss",
			       "{\"answers\":{\"EC1\":\"SAT\",\"ec2\":\"NEVER\",\"ec3\":\"YES\",\"ec4\":\"SOMETIMES\","
			       "\"ec5\":\"SPEND_LARGER\",\"ec6\":\"FAIR\",\"ec7\":\"YES\",\"ec8\":\"NO\",\"ec9\":"
			       "\"NO\",\"v_fear\":1}}");
	const struct json *ec = json_get(json_get(out, "dimensions"), "EC");

	assert_int_equal(ec->type, JSON_REAL);
	assert_int_equal((int)(ec->d * 1000 + 0.5), 694);
	assert_int_equal(json_get(out, "composite")->type, JSON_NULL);
	assert_int_equal(json_get(out, "band")->type, JSON_NULL);
	assert_int_equal(json_int(json_get(out, "asked"), 0), 30);
	assert_true(json_has_str(json_get(out, "ignored"), STR("v_fear")));
	refused(*state, "rss", "{\"answers\":{\"ec1\":\"YES\"}}", "answers.ec1");
	refused(*state, "rss", "{\"ec1\":\"YES\"}", "ec1");
	refused(*state, "rss", "{\"answers\":[]}", "answers");
}

static void screen(void **state)
{
	struct json *out = run(*state, "screen", "{\"strong\":2,\"medium\":0,\"weak\":1}");

	assert_true(json_true(json_get(out, "positive")));
	out = run(*state, "screen", "{\"strong\":0,\"medium\":1,\"weak\":9,\"x\":0}");
	assert_false(json_true(json_get(out, "positive")));
	out = run(*state, "screen",
		  "{\"set\":\"ilo-child-labour\",\"answers\":{\"D1_NATURE\":\"yes\",\"D1_WAGES\":\"yes\","
		  "\"D4_HOURS\":\"yes\",\"D4_HAZARD\":\"unknown\"}}");
	assert_true(json_true(json_get(json_get(json_get(out, "dimensions"), "D1"), "lower")));
	assert_false(json_true(json_get(json_get(out, "result"), "lower")));
	assert_true(json_true(json_get(json_get(out, "result"), "upper")));
	assert_true(json_has_str(json_get(out, "decisive"), STR("D4_HAZARD")));
	assert_false(json_has_str(json_get(out, "decisive"), STR("D2_VIOLENCE"))); /* act is proven already */
	refused(*state, "screen", "{\"strong\":2}", "medium");
	refused(*state, "screen", "{\"strong\":-1,\"medium\":0,\"weak\":0}", "strong");
	refused(*state, "screen", "{\"set\":\"ilo\",\"answers\":{}}", "set");
	refused(*state, "screen", "{\"set\":7}", "set");
	refused(*state, "screen", "{\"set\":\"../rss\",\"answers\":{}}", "set");
	refused(*state, "screen", "{\"set\":\"ilo-adult-sexual\",\"answers\":{}}", "set");
	refused(*state, "screen", "{\"set\":\"ilo-adult-labour\"}", "answers");
	refused(*state, "screen", "{\"set\":\"ilo-adult-labour\",\"answers\":{\"D9\":\"yes\"}}", "answers.D9");
	refused(*state, "screen", "{\"set\":\"ilo-adult-labour\",\"answers\":{\"D1_NATURE\":true}}",
		"answers.D1_NATURE");
}

static void schedule(void **state)
{
	struct json *out = run(*state, "schedule",
			       "{\"arrival\":\"2018-08-15\",\"minor\":true,\"programme_end\":\"2019-04-30\"}");
	struct json *first = json_first(json_get(out, "contacts")), *last = NULL;

	assert_int_equal(json_count(json_get(out, "contacts")), 10);
	JSON_EACH (c, json_get(out, "contacts"))
		last = c;
	assert_true(json_says(first, "point", "D1") && json_says(first, "due", "2018-08-16"));
	assert_true(json_says(last, "point", "M12") && json_says(last, "due", "2019-08-15"));
	assert_true(json_says(last, "from", "2019-07-31") && json_says(last, "to", "2019-08-30"));
	assert_true(json_says(last, "mode", "VISIT") && json_true(json_get(last, "beyond_programme")));
	assert_false(json_true(json_get(first, "beyond_programme")));
	out = run(*state, "schedule", "{\"arrival\":\"2018-08-15\"}");
	assert_int_equal(json_count(json_get(out, "contacts")), 7);
	refused(*state, "schedule", "{}", "arrival");
	refused(*state, "schedule", "{\"arrival\":\"2018-02-31\"}", "arrival");
	refused(*state, "schedule", "{\"arrival\":\"9999-12-31\"}", "arrival");
	refused(*state, "schedule", "{\"arrival\":\"2018-08-15\",\"minor\":\"no\"}", "minor");
	refused(*state, "schedule", "{\"arrival\":\"2018-08-15\",\"programme_end\":5}", "programme_end");
}

#define READY_FACTS                                                                                                    \
	"\"return_wish\":\"YES\",\"pressure\":[\"NONE\"],\"wish_on\":\"2018-08-01\",\"age_certainty\":\"DOCUMENT\","   \
	"\"birth\":\"1995-04-03\",\"country\":\"NG\",\"risk_level\":2,\"risk_vetoes\":[],\"risk_agreed\":true,"        \
	"\"risk_unconfirmed\":0,\"health_flag\":\"NO\",\"plan_iga\":0,\"departure\":\"2018-09-11\","                   \
	"\"voluntary_on\":\"2018-09-09\",\"receiver_ok\":\"YES\",\"partner_ok\":\"YES\",\"card_given\":\"YES\","       \
	"\"doc_status\":\"ISSUED\",\"doc_expiry\":\"2020-01-01\",\"found_in\":\"FR-69\",\"citizenship\":[\"NG\"],"     \
	"\"decision\":\"GO\",\"capacity_doubt\":\"NO\",\"abroad_advice\":\"GO\",\"risk_on\":\"2018-09-06\","           \
	"\"last_check\":1,\"boarded\":\"YES\""
#define READY_FORMS                                                                                                    \
	"\"F05\":{\"on\":\"2018-09-06\",\"by\":\"A\"},\"F05R\":{\"on\":\"2018-09-07\",\"by\":\"B\"},"                  \
	"\"F05C\":\"2018-09-01\",\"F08\":\"2018-09-01\",\"F10\":\"2018-09-01\",\"F09\":\"2018-09-01\",\"F09C\":"       \
	"\"2018-09-01\""
#define READY_CONSENTS                                                                                                 \
	"\"C1\":\"GIVEN\",\"C3\":\"GIVEN\",\"C4\":{\"status\":\"GIVEN\",\"on\":\"2018-08-20\"},\"C5\":\"GIVEN\""

static void gate(void **state)
{
	struct json *out = run(*state, "gate",
			       "{\"state\":\"READY\",\"today\":\"2018-09-10\",\"facts\":{" READY_FACTS
			       "},\"forms\":{" READY_FORMS "},\"consents\":{" READY_CONSENTS "}}");
	bool seen = false;

	JSON_EACH (c, json_get(out, "conditions"))
		if (!json_true(json_get(c, "met")))
			print_error("%.*s: %.*s\n", STR_ARG(json_text(c, "condition")),
				    STR_ARG(json_text(c, "missing")));
	assert_int_equal(json_int(json_get(out, "open"), -1), 0);
	assert_true(json_says(out, "transition", "depart") && json_says(out, "gate", "G7"));
	/* nobody is named as second reader: not believed */
	out = run(*state, "gate",
		  "{\"state\":\"READY\",\"today\":\"2018-09-10\",\"facts\":{" READY_FACTS
		  "},\"forms\":{\"F05\":\"2018-09-06\",\"F05R\":\"2018-09-07\"},\"consents\":{\"C4\":\"WITHDRAWN\"},"
		  "\"flags\":[\"SUSPENDED\"]}");
	assert_true(json_int(json_get(out, "open"), 0) >= 5);
	JSON_EACH (c, json_get(out, "conditions"))
		if (json_says(c, "about", "C4")) {
			seen = true;
			assert_true(json_says(c, "missing", "Consent C4 was withdrawn."));
			assert_true(json_says(c, "form", "F03") && json_true(json_get(c, "safeguard")));
		}
	assert_true(seen);
	out = run(*state, "gate", "{\"state\":\"ARCHIVED\"}");
	assert_int_equal(json_get(out, "transition")->type, JSON_NULL);
	out = run(*state, "gate",
		  "{\"state\":\"REINTEGRATION\",\"transition\":\"pay\",\"facts\":{\"alternatives\":[\"ACSE\"],"
		  "\"found_on\":null,\"citizenship\":\"IT\",\"agrees\":\"YES\"}}");
	assert_true(json_says(out, "transition", "pay"));
}

static void gate_refuses(void **state)
{
	static const char *const rows[][2] = {
		{"{}", "state"},
		{"{\"state\":\"HAPPY\"}", "state"},
		{"{\"state\":\"READY\",\"today\":\"2018-09-31\"}", "today"},
		{"{\"state\":\"READY\",\"transition\":\"fly\"}", "transition"},
		{"{\"state\":\"READY\",\"facts\":[]}", "facts"},
		{"{\"state\":\"READY\",\"facts\":{\"mood\":1}}", "facts.mood"},
		{"{\"state\":\"READY\",\"facts\":{\"birth\":\"1995-02-30\"}}", "facts.birth"},
		{"{\"state\":\"READY\",\"facts\":{\"departure\":7}}", "facts.departure"},
		{"{\"state\":\"READY\",\"facts\":{\"country\":\"Nigeria\"}}", "facts.country"},
		{"{\"state\":\"READY\",\"facts\":{\"citizenship\":[\"XX\"]}}", "facts.citizenship"},
		{"{\"state\":\"READY\",\"facts\":{\"agrees\":\"PERHAPS\"}}", "facts.agrees"},
		{"{\"state\":\"READY\",\"facts\":{\"pressure\":\"NONE\"}}", "facts.pressure"},
		{"{\"state\":\"READY\",\"facts\":{\"pressure\":[\"LOTS\"]}}", "facts.pressure"},
		{"{\"state\":\"READY\",\"facts\":{\"risk_level\":\"HIGH\"}}", "facts.risk_level"},
		{"{\"state\":\"READY\",\"forms\":{\"F99\":\"2018-01-01\"}}", "forms.F99"},
		{"{\"state\":\"READY\",\"forms\":{\"F01\":\"soon\"}}", "forms.F01"},
		{"{\"state\":\"READY\",\"forms\":{\"F01\":{}}}", "forms.F01.on"},
		{"{\"state\":\"READY\",\"consents\":{\"C13\":\"GIVEN\"}}", "consents.C13"},
		{"{\"state\":\"READY\",\"consents\":{\"C1\":\"MAYBE\"}}", "consents.C1"},
		{"{\"state\":\"READY\",\"flags\":[\"LOST\"]}", "flags[0]"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		refused(*state, "gate", rows[i][0], rows[i][1]);
}

static void unknown_rules(void **state)
{
	struct json *out;
	struct err *e = rule_run(*state, &rule_data, STR("luck"), STR("{}"), TODAY, &out);

	assert_int_equal(err_kinds[e->kind].exit, 4);
	for (const char *const *name = rule_names; *name; name++) {
		refused(*state, *name, "{", NULL);
		refused(*state, *name, "3", "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(eligibility),
					   TEST(dates_of_a_programme),
					   TEST(eligibility_refuses),
					   TEST(risk),
					   TEST(risk_refuses),
					   TEST(rss),
					   TEST(screen),
					   TEST(schedule),
					   TEST(gate),
					   TEST(gate_refuses),
					   TEST(unknown_rules)};

	return cmocka_run_group_tests_name("rule", tests, NULL, NULL);
}
