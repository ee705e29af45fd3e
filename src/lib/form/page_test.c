/* page_test.c — what forms look like: inputs, errors, masks, reading views, differences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "form_test.h"

#define FORM(fields)                                                                                                   \
	"{\"form\":\"T\",\"version\":1,\"dossier\":\"FR\"," TITLE ",\"write\":[\"CMF\"],\"retention\":\"case\"," WHY   \
	",\"sections\":[{" TITLE ",\"intro\":" WORDS ",\"fields\":[" fields "]}]}"
#define FIELD(name, type, more) "{\"name\":\"" name "\",\"type\":\"" type "\"," OWN "," LABEL "," IDENTITY more "}"
#define CELL(name, type, more) "{\"name\":\"" name "\",\"type\":\"" type "\"," OWN "," LABEL more "}"
#define TODAY day_of(2018, 11, 20)

static const struct form *form_of(struct arena *a, const char *text)
{
	return form_find(load_ok(a, str_of(text)), STR("T"), 0);
}

static struct json *answers_of(struct arena *a, const char *text)
{
	struct json *v = NULL;

	assert_null(json_parse(a, str_of(text), &v));
	return v;
}

static void start(struct html *h, struct arena *a)
{
	html_init(h, a, locale_get(STR("en")), 1 << 20);
}

static str inputs(struct arena *a, const char *form, const char *answers, const char *more)
{
	struct html h;

	start(&h, a);
	form_inputs(&h, form_of(a, form), answers_of(a, answers), NULL, ~0u, str_of(more));
	return html_done(&h).s;
}

static void has(str page, const char *part)
{
	if (str_find(page, str_of(part)) < 0)
		fail_msg("no %s in %.*s", part, STR_ARG(page));
}

static void lacks(str page, const char *part)
{
	if (str_find(page, str_of(part)) >= 0)
		fail_msg("%s in %.*s", part, STR_ARG(page));
}

static size_t times(str page, const char *part)
{
	size_t n = 0;
	ptrdiff_t at;

	for (; (at = str_find(page, str_of(part))) >= 0; n++)
		page = str_sub(page, (size_t)at + 1, page.n);
	return n;
}

/* A field, an answer, and what the page must hold. */
struct shown {
	const char *field, *answers, *part;
};

static void shows(struct arena *a, const struct shown *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		has(inputs(a, arena_fmt(a, FORM("%s"), rows[i].field).p, rows[i].answers, NULL), rows[i].part);
}

static void what_is_typed(void **state)
{
	static const struct shown rows[] = {
		{"{\"name\":\"x\",\"type\":\"note\"," LABEL "," IDENTITY "}", "{}", "<div class=\"note\"><p>T</p>"},
		{FIELD("x", "text", ",\"max\":9"), "{\"x\":\"<a & 'b'\"}",
		 "<input type=\"text\" id=\"f-x\" name=\"x\" value=\"&lt;a &amp; &#39;b&#39;\" autocomplete=\"off\" "
		 "maxlength=\"9\" "
		 "dir=\"auto\">"},
		{FIELD("x", "text", ",\"required\":true"), "{}", "<label for=\"f-x\">T (required)</label>"},
		{FIELD("x", "text", ",\"appearance\":\"multiline\""), "{\"x\":\"\\n</textarea>\"}",
		 "rows=\"4\" dir=\"auto\" autocomplete=\"off\" maxlength=\"4000\">\n\n&lt;/textarea&gt;</textarea>"},
		{FIELD("x", "text", ",\"hint\":" WORDS), "{}", "<span class=\"hint\" id=\"f-x-h\">T</span>"},
		{FIELD("x", "text", ",\"hint\":" WORDS), "{}", "aria-describedby=\"f-x-h\""},
		{FIELD("x", "text", ",\"why\":" WORDS), "{}",
		 "<details><summary>Why do we ask?</summary><p>T</p></details>"},
		{FIELD("x", "integer", ""), "{\"x\":7}", "value=\"7\""},
		{FIELD("x", "integer", ""), "{}", "inputmode=\"numeric\" dir=\"ltr\""},
		{FIELD("x", "integer", ",\"unknown\":true"), "{\"x\":\"UNKNOWN\"}", "name=\"x\" value=\"\""},
		{FIELD("x", "integer", ",\"unknown\":true"), "{\"x\":\"UNKNOWN\"}",
		 "<input type=\"checkbox\" name=\"x.unknown\" value=\"UNKNOWN\" checked> I don&#39;t know"},
		{FIELD("x", "text", ",\"unknown\":true"), "{\"x\":\"typed\",\"x.unknown\":true}", "value=\"typed\""},
		{FIELD("x", "text", ",\"unknown\":true"), "{\"x\":\"typed\",\"x.unknown\":true}",
		 "value=\"UNKNOWN\" checked>"},
		{FIELD("x", "date", ""), "{\"x\":\"2018-11-20\"}",
		 "<input type=\"date\" id=\"f-x\" name=\"x\" value=\"2018-11-20\""},
		{FIELD("x", "date", ""), "{\"x\":\"31/02/2018\"}",
		 "<input type=\"text\" id=\"f-x\" name=\"x\" value=\"31/02/2018\""},
		{FIELD("x", "money", ""), "{\"x\":\"12.50\"}", "inputmode=\"decimal\""},
		{FIELD("x", "phone", ""), "{}", "<input type=\"tel\""},
		{FIELD("x", "email", ""), "{}", "inputmode=\"email\""},
	};

	shows(*state, rows, sizeof rows / sizeof *rows);
}

static void what_is_chosen(void **state)
{
	static const struct shown rows[] = {
		{FIELD("x", "select_one", ",\"choices\":\"YN\""), "{\"x\":\"NO\"}",
		 "<label><input type=\"radio\" name=\"x\" value=\"YES\"> T YES</label><label><input type=\"radio\" "
		 "name=\"x\" value=\"NO\" checked> T NO</label>"},
		{FIELD("x", "select_one", ",\"choices\":\"YN\""), "{\"x\":\"NO\"}", "value=\"\"> Remove this answer"},
		{FIELD("x", "select_one", ",\"choices\":\"YN\",\"unknown\":true"), "{\"x\":\"UNKNOWN\"}",
		 "value=\"UNKNOWN\" checked> I don&#39;t know"},
		{FIELD("x", "select_one", ",\"choices\":\"LONG\""), "{\"x\":\"C\"}",
		 "<select id=\"f-x\" name=\"x\"><option value=\"\" label=\"Choose\"><option value=\"A\">T "
		 "A"},
		{FIELD("x", "select_one", ",\"choices\":\"LONG\""), "{\"x\":\"C\"}",
		 "<option value=\"C\" selected>T C"},
		{FIELD("x", "select_multiple", ",\"choices\":\"YN\""), "{\"x\":[\"NO\"]}",
		 "<input type=\"checkbox\" name=\"x\" value=\"NO\" checked> T NO"},
		{FIELD("x", "country", ",\"unknown\":true"), "{\"x\":\"NG\"}",
		 "<option value=\"\" label=\"Choose\"><option value=\"UNKNOWN\">I don&#39;t "
		 "know<optgroup "
		 "label=\"Frequent\"><option "
		 "value=\"NG\">Nigeria"},
		{FIELD("x", "country", ""), "{\"x\":\"NG\"}", "<option value=\"NG\" selected>Nigeria"},
		{FIELD("x", "lang", ""), "{}", "<optgroup label=\"All\">"},
		{FIELD("x", "countries", ""), "{\"x\":[\"NG\"]}",
		 "<label class=\"tick\"><input type=\"checkbox\" name=\"x\" value=\"NG\" checked> "
		 "Nigeria</label></div><select "
		 "id=\"f-x\" name=\"x\"><option value=\"\" label=\"Choose\">"},
		{FIELD("x", "countries", ",\"max\":2"), "{\"x\":[\"NG\",\"FR\"]}",
		 "<input type=\"checkbox\" id=\"f-x\" name=\"x\" value=\"NG\" checked> Nigeria</label><label "
		 "class=\"tick\"><input type=\"checkbox\" name=\"x\" value=\"FR\" checked> France</label></div>"},
		{FIELD("x", "countries", ""), "{}", "name=\"more\" value=\"x\" formnovalidate>Add another"},
	};

	shows(*state, rows, sizeof rows / sizeof *rows);
}

static void relevance(void **state)
{
	static const char form[] = FORM(
		FIELD("a", "select_one", ",\"choices\":\"YN\"") "," FIELD("d", "date", "") "," FIELD(
			"x", "text",
			",\"relevant\":{\"or\":[{\"field\":\"a\",\"op\":\"=\",\"value\":"
			"\"YES\"},{\"and\":[{\"field\":\"d\",\"op\":\">\","
			"\"value\":\"today-30\"},{\"field\":\"a\",\"op\":\"not_empty\"}]}"
			"]}") "," FIELD("y", "text",
					",\"relevant\":{\"field\":\"d\",\"op\":\"<=\","
					"\"value\":\"today\"}") "," FIELD("z", "text",
									  ",\"relevant\":"
									  "{\"field\":"
									  "\"d\",\"op\":"
									  "\">=\","
									  "\"value\":"
									  "\"2018-11-"
									  "20\"}") "," FIELD("w", "text",
											     ",\"relevant\":{\"field\":"
											     "\"d\",\"op\":\"<\","
											     "\"value\":\"today+1\"}"));
	str page = inputs(*state, form, "{}", NULL);

	has(page, "<span class=\"hint\" id=\"f-x-o\">Only if “T” is “T YES” or (“T” is more than “30 days ago” and “T” "
		  "has an "
		  "answer).</span>");
	has(page, "data-relevant=\"{&#34;or&#34;:[{&#34;field&#34;:&#34;a&#34;,&#34;op&#34;:&#34;=&#34;,&#34;value&#34;"
		  ":&#34;YES&#34;}"
		  ",{&#34;and&#34;:[");
	has(page, "“T” is at most “today”");
	has(page, "“T” is at least “20 November 2018”");
	has(page, "“T” is less than “in 1 day”");
}

static const char family[] = FORM(FIELD("kin", "repeat",
					",\"max\":3,\"fields\":[" CELL("who", "text", ",\"required\":true") "," CELL(
						"born", "date", ",\"unknown\":true") "]"));

static void repeats(void **state)
{
	str page = inputs(*state, family, "{\"kin\":[{\"who\":\"Ada\"}]}", NULL);

	has(page, "<fieldset class=\"row\" data-row=\"kin.0\"><legend>T 1</legend>");
	has(page, "name=\"kin.0.who\" value=\"Ada\"");
	has(page, "name=\"kin.1.who\" value=\"\"");
	has(page, "name=\"kin.1.born.unknown\"");
	lacks(page, "kin.2.who");
	has(page, "name=\"more\" value=\"kin\"");
	page = inputs(*state, family, "{\"kin\":[{\"who\":\"Ada\"}]}", "kin");
	has(page, "kin.2.who");
	lacks(page, "name=\"more\"");
	page = inputs(*state, family, "{\"kin\":[{\"who\":\"a\"},{\"who\":\"b\"},{\"who\":\"c\"},{\"who\":\"d\"}]}",
		      "kin");
	has(page, "name=\"kin.3.who\" value=\"d\""); /* too many, refused, but shown */
	lacks(page, "kin.4.who");
}

static const char risks[] = FORM(FIELD(
	"risks", "grid",
	",\"choices\":\"STAR\",\"fields\":[" CELL("present", "select_one", ",\"choices\":\"YN\",\"required\":true,\"unknown\":true") "," CELL(
		"level", "integer",
		",\"hint\":" WORDS
		",\"unknown\":true") "," CELL("facts", "text",
					      ",\"appearance\":\"multiline\"") "," CELL("kinds", "select_multiple",
											",\"choices\":\"KIND\","
											"\"relevant\":{\"field\":"
											"\"present\",\"op\":\"=\","
											"\"value\":\"YES\"}") "]"));

static void grids(void **state)
{
	str page = inputs(*state, risks, "{\"risks\":[{\"code\":\"A\",\"present\":\"YES\",\"facts\":\"so\"}]}", NULL);

	has(page, "<th scope=\"row\">T A ★</th>");
	has(page, "<select name=\"risks.A.present\" aria-label=\"T A ★: T\">");
	has(page, "<option value=\"YES\" selected>T YES");
	has(page, "name=\"risks.B.level\" value=\"\"");
	has(page, "name=\"risks.B.level.unknown\"");
	has(page, "<details open><summary>More on “T A ★”</summary>");
	has(page, "<details><summary>More on “T B”</summary>");
	has(page, "How to fill in this table");
	assert_int_equal(times(page, "Only if"), 1); /* once, not in each row */
	assert_int_equal(times(page, "<tr data-row="), 2);
}

static void errors(void **state)
{
	static const char text[] = FORM(FIELD("name", "text", ",\"required\":true") "," FIELD(
		"kin", "repeat",
		",\"fields\":[" CELL(
			"who", "text",
			",\"max\":2") "]") "," FIELD("risks", "grid",
						     ",\"choices\":\"YN\",\"fields\":[" CELL(
							     "level", "integer",
							     "") "]") "," FIELD("born", "date",
										",\"constraint\":{\"field\":\"born\","
										"\"op\":\"<=\",\"value\":\"today\"},"
										"\"constraint_message\":{\"fr\":"
										"\"Pas après "
										"aujourd'hui.\",\"en\":\"Not after "
										"today.\",\"ar\":\"ع\"}"));
	const struct form *f = form_of(*state, text);
	struct json *v = answers_of(*state,
				    "{\"kin\":[{\"who\":\"<b>x\"}],\"risks\":[{\"code\":\"NO\",\"level\":\"many\"}],"
				    "\"born\":\"2019-01-01\"}");
	struct err *e = form_check(*state, f, v, ~0u, TODAY, false);
	struct html h;
	str page;

	start(&h, *state);
	form_inputs(&h, f, v, e, ~0u, (str){0});
	page = html_done(&h).s;
	has(page,
	    "<div class=\"note err\" role=\"alert\" tabindex=\"-1\" autofocus><h2>4 answers need your attention</h2>");
	has(page, "<a href=\"#f-name\">T</a> – Please answer");
	has(page, "<a href=\"#f-kin.0.who\">T: 1: T</a> – This text is too long: at most 2 characters");
	has(page, "<a href=\"#f-risks.NO.level\">T: T NO: T</a> – “many” is not a whole number");
	has(page, "<div class=\"field err\"><label for=\"f-name\">");
	has(page, "<span class=\"emsg\" id=\"f-name-e\"><span class=\"vh\">Error: </span>Please answer");
	has(page, "aria-describedby=\"f-name-e\" aria-invalid=\"true\"");
	has(page, "value=\"&lt;b&gt;x\"");
	has(page, "value=\"many\"");
	has(page, "Not after today.");
	h.l = locale_get(STR("fr"));
	form_inputs(&h, f, v, e, ~0u, (str){0});
	has(html_done(&h).s, "Pas après aujourd&#39;hui.");
}

static void many_errors_are_not_a_wall(void **state)
{
	struct err *e = NULL;
	struct html h;

	for (int i = 0; i < 30; i++)
		err_field(*state, &e, STR("elsewhere"), "Please answer.", (str){0});
	start(&h, *state);
	form_inputs(&h, form_of(*state, family), json_object(*state), e, ~0u, (str){0});
	has(html_done(&h).s, "<h2>30 answers need your attention</h2>");
	has(html_done(&h).s, "The others are marked below.");
	assert_int_equal(times(html_done(&h).s, "href=\"#f-elsewhere\""), 20);
}

static const char mixed[] = FORM(FIELD(
	"name", "text",
	"") ",{\"name\":\"ill\",\"type\":\"text\"," OWN "," LABEL ",\"compartment\":\"health\",\"sensitivity\":\"P4\"},"
	    "{\"name\":\"ill2\",\"type\":\"text\"," OWN "," LABEL
	    ",\"compartment\":\"health\",\"sensitivity\":\"P4\"}," FIELD("kinds", "select_multiple", ",\"choices\":\"KIND\",\"unknown\":true") "," FIELD(
		    "born", "date",
		    "") "," FIELD("lands", "countries",
				  "") "," FIELD("tongue", "lang",
						"") "," FIELD("n", "integer",
							      "") "," FIELD("later", "text",
									    ",\"relevant\":{\"field\":\"name\",\"op\":"
									    "\"empty\"}") "," FIELD("kin", "repeat",
												    ",\"fields\":"
												    "[" CELL("who", "text", "") "," CELL(
													    "alive",
													    "select_"
													    "one",
													    ",\"choices"
													    "\":\"YN\"") "]") "," FIELD("risks",
																	"grid",
																	",\"choices\":\"YN\",\"fields\":[" CELL(
																		"level",
																		"integer",
																		"") "]"));
static const char filled[] = "{\"name\":\"<Ada>\",\"ill\":\"SECRET\",\"kinds\":[\"A\",\"ND\"],\"born\":\"2000-02-01\","
			     "\"lands\":[\"NG\",\"FR\"],"
			     "\"tongue\":\"en\",\"n\":1234,\"kin\":[{\"who\":\"Bo\",\"alive\":\"YES\"}],"
			     "\"risks\":[{\"code\":\"NO\",\"level\":3}]}";

static void masks(void **state)
{
	struct html h;
	str page;

	start(&h, *state);
	form_inputs(&h, form_of(*state, mixed), answers_of(*state, filled), NULL, ~COMP_BIT(COMP_HEALTH), (str){0});
	form_show(&h, form_of(*state, mixed), answers_of(*state, filled), ~COMP_BIT(COMP_HEALTH));
	form_diff(&h, form_of(*state, mixed), json_object(*state), answers_of(*state, "{\"ill\":\"SECRET\"}"),
		  ~COMP_BIT(COMP_HEALTH));
	page = html_done(&h).s;
	lacks(page, "SECRET");
	lacks(page, "name=\"ill");
	assert_int_equal(times(page, "This part is kept apart: Health. It can be read by: "), 2); /* once a page */
	has(page, "Medical focal point");
	has(page, "Nothing that you can read has changed.");
}

static void reading(void **state)
{
	struct html h;
	str page;

	start(&h, *state);
	form_show(&h, form_of(*state, mixed), answers_of(*state, filled), ~0u);
	page = html_done(&h).s;
	has(page, "<h2>T</h2>");
	has(page, "<dd><bdi class=\"typed\">&lt;Ada&gt;</bdi></dd>");
	has(page, "<dd>T A, T ND</dd>");
	has(page, "1 February 2000");
	has(page, "<dd>Nigeria, France</dd>");
	has(page, "<dd>English</dd>");
	has(page, "1,234");
	has(page, "<td data-l=\"T\"><bdi class=\"typed\">Bo</bdi></td><td data-l=\"T\">T "
		  "YES</td>");
	has(page, "<td data-l=\"T\">T NO</td>");
	assert_int_equal(times(page, "No answer"), 1); /* ill2; `later` was not asked */
}

static void differences(void **state)
{
	const struct form *f = form_of(*state, mixed);
	struct html h;
	str page;

	start(&h, *state);
	form_diff(&h, f, answers_of(*state, filled),
		  answers_of(*state, "{\"name\":\"<Ada>\",\"born\":\"2000-02-02\",\"kin\":[{\"who\":\"Bo\"},{\"who\":"
				     "\"Cy\",\"alive\":\"NO\"}],"
				     "\"risks\":[{\"code\":\"NO\",\"level\":4}]}"),
		  COMP_BIT(COMP_IDENTITY));
	page = html_done(&h).s;
	lacks(page, "Ada");
	has(page, "<bdi class=\"typed\">1 February 2000</bdi></td><td data-l=\"After\"><bdi "
		  "class=\"typed\">2 February 2000");
	has(page, "T: Bo\nT: Cy; T: T NO");
	has(page, "T NO: T: 4");
	has(page, "<bdi class=\"typed\"></bdi>"); /* countries removed */
}

static void words_of_answers(void **state)
{
	const struct form *f = form_of(*state, mixed);
	const struct locale *en = locale_get(STR("en"));
	struct json *v = answers_of(*state, "{\"kinds\":[\"UNKNOWN\"],\"born\":\"soon\",\"gone\":null}");

	assert_string_equal(answer_text(*state, en, form_field(f, STR("kinds")), json_get(v, "kinds")).p,
			    "I don't know");
	assert_string_equal(answer_text(*state, en, form_field(f, STR("born")), json_get(v, "born")).p, "soon");
	assert_string_equal(answer_text(*state, en, form_field(f, STR("born")), json_get(v, "gone")).p, "");
	assert_string_equal(answer_text(*state, en, form_field(f, STR("born")), NULL).p, "");
}

static void kept_blanks(void **state)
{
	struct forms *all = load_ok(*state, str_of(mixed));
	const struct form *f = form_find(all, STR("T"), 0);

	for (size_t i = 0; i < locale_count(); i++) {
		const struct locale *l = locale_at(i);
		str written = form_blank(*state, f, l).s, kept;

		form_keep_blank(*state, all, f->code);
		kept = form_blank(*state, f, l).s;
		assert_true(written.n && str_eq(kept, written));
		assert_ptr_equal(form_blank(*state, f, l).s.p, kept.p);
		f->blank[i].s = STR("");
		assert_int_equal(form_blank(*state, f, l).s.n, 0); /* the language's own, not another's */
		all->forms->blank = NULL;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_typed),
		TEST(what_is_chosen),
		TEST(relevance),
		TEST(repeats),
		TEST(grids),
		TEST(errors),
		TEST(many_errors_are_not_a_wall),
		TEST(masks),
		TEST(reading),
		TEST(differences),
		TEST(words_of_answers),
		TEST(kept_blanks),
	};

	return cmocka_run_group_tests(tests, start_i18n, end_i18n);
}
