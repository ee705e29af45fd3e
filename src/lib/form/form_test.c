/* form_test.c — reading, checking, splitting; conditions; facts.  load_test.c has the loader, page_test.c the pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "form_test.h"

#define TODAY day_of(2018, 11, 20)
#define ALL (~0u)

static const str form_text = STR(
	"{\"form\":\"T1\",\"version\":1,\"dossier\":\"FR\"," TITLE ",\"write\":[\"CMF\"],\"retention\":\"case\"," WHY
	",\"sections\":[{" TITLE ",\"fields\":["
	"{\"name\":\"intro\",\"type\":\"note\"," LABEL "},"
	"{\"name\":\"name\",\"type\":\"text\"," OWN "," LABEL "," IDENTITY ",\"required\":true,\"max\":5},"
	"{\"name\":\"story\",\"type\":\"text\"," OWN "," LABEL ",\"compartment\":\"story\",\"sensitivity\":\"P3\","
	"\"appearance\":\"multiline\",\"unknown\":true},"
	"{\"name\":\"age\",\"type\":\"integer\"," LABEL "," IDENTITY ",\"min\":0,\"max_value\":120,\"unknown\":true},"
	"{\"name\":\"born\",\"type\":\"date\"," LABEL "," IDENTITY ",\"unknown\":true,\"head\":\"birth\","
	"\"constraint\":{\"field\":\"born\",\"op\":\"<=\",\"value\":\"today\"},\"constraint_message\":{\"fr\":\"pas "
	"après\","
	"\"en\":\"Not after today.\",\"ar\":\"ع\"}},"
	"{\"name\":\"cost\",\"type\":\"money\"," LABEL "," IDENTITY "},"
	"{\"name\":\"tel\",\"type\":\"phone\"," OWN "," LABEL "," IDENTITY "},"
	"{\"name\":\"mail\",\"type\":\"email\"," OWN "," LABEL "," IDENTITY "},"
	"{\"name\":\"safe\",\"type\":\"select_one\",\"choices\":\"YN\"," LABEL "," IDENTITY
	",\"unknown\":true,\"head\":\"safe_contact\"},"
	"{\"name\":\"how\",\"type\":\"text\"," OWN "," LABEL "," IDENTITY ",\"required\":true,"
	"\"relevant\":{\"field\":\"safe\",\"op\":\"=\",\"value\":\"YES\"}},"
	"{\"name\":\"kinds\",\"type\":\"select_multiple\",\"choices\":\"KIND\"," LABEL ",\"compartment\":\"story\","
	"\"sensitivity\":\"P3\",\"unknown\":true},"
	"{\"name\":\"land\",\"type\":\"country\"," LABEL "," IDENTITY "},"
	"{\"name\":\"lands\",\"type\":\"countries\"," LABEL "," IDENTITY ",\"max\":2},"
	"{\"name\":\"tongue\",\"type\":\"lang\"," LABEL "," IDENTITY "},"
	"{\"name\":\"tongues\",\"type\":\"langs\"," LABEL "," IDENTITY "},"
	"{\"name\":\"kin\",\"type\":\"repeat\"," LABEL "," IDENTITY ",\"max\":2,\"fields\":["
	"{\"name\":\"kin_name\",\"type\":\"text\"," OWN "," LABEL ",\"required\":true},"
	"{\"name\":\"kin_born\",\"type\":\"date\"," LABEL ",\"unknown\":true},"
	"{\"name\":\"kin_alive\",\"type\":\"select_one\",\"choices\":\"YN\"," LABEL "},"
	"{\"name\":\"kin_where\",\"type\":\"text\"," OWN "," LABEL
	",\"relevant\":{\"field\":\"kin_alive\",\"op\":\"=\",\"value\":\"YES\"}}]},"
	"{\"name\":\"risks\",\"type\":\"grid\",\"choices\":\"KIND\"," LABEL
	",\"compartment\":\"risk\",\"sensitivity\":\"P3\","
	"\"fields\":[{\"name\":\"present\",\"type\":\"select_one\",\"choices\":\"YN\"," LABEL ",\"required\":true},"
	"{\"name\":\"level\",\"type\":\"integer\"," LABEL ",\"min\":1,\"max_value\":5}]}"
	"]}]}");

static const struct form *t1(struct arena *a)
{
	return form_find(load_ok(a, form_text), STR("T1"), 0);
}

static struct json *answers_of(struct arena *a, const char *text)
{
	struct json *v = NULL;

	assert_null(json_parse(a, str_of(text), &v));
	return v;
}

static void assert_json(struct arena *a, const struct json *v, const char *want)
{
	assert_string_equal(json_dump(a, v, 100000).p, want);
}

static void reads_bodies(void **state)
{
	static const struct pair in[] = {
		{STR("csrf"), STR("x")},
		{STR("intro"), STR("x")},
		{STR("name"), STR(" Ada\t")},
		{STR("story"), STR("  ")},
		{STR("age"), STR("")},
		{STR("age.unknown"), STR("UNKNOWN")},
		{STR("kinds"), STR("A")},
		{STR("kinds"), STR("A")},
		{STR("kinds"), STR("zz")},
		{STR("kin.7.kin_name"), STR("late")},
		{STR("kin.0.kin_name"), STR("first")},
		{STR("kin.07.kin_name"), STR("forged")},
		{STR("kin.1234.kin_name"), STR("forged")},
		{STR("kin.-1.kin_name"), STR("forged")},
		{STR("kin.1.nothing"), STR("forged")},
		{STR("kin.2.kin_name"), STR(" ")},
		{STR("kin.7.kin_born.unknown"), STR("UNKNOWN")},
		{STR("kin.7.kin_born.x.unknown"), STR("UNKNOWN")},
		{STR("kin"), STR("forged")},
		{STR("name.1.kin_name"), STR("forged")},
		{STR("a.b"), STR("forged")},
		{STR("risks.B.present"), STR("YES")},
		{STR("risks.A.level"), STR("x")},
		{STR("risks.C.level"), STR("forged")},
		{STR("risks.A.level.unknown"), STR("1")},
	};

	assert_json(*state, form_read(*state, t1(*state), in, sizeof in / sizeof *in),
		    "{\"name\":\" Ada\\t\",\"age.unknown\":true,\"kinds\":[\"A\",\"zz\"],"
		    "\"kin\":[{\"kin_name\":\"first\"},{\"kin_name\":\"late\",\"kin_born.unknown\":true}],"
		    "\"risks\":[{\"code\":\"A\",\"level\":\"x\",\"level.unknown\":true},{\"code\":\"B\",\"present\":"
		    "\"YES\"}]}");
}

/* One row: answers before, answers after, or the field refused with the start of its message and its argument. */
static const struct {
	const char *in, *out, *field, *message, *arg;
} answer_rows[] = {
	{"{\"name\":\" Ada\\t\"}", "{\"name\":\"Ada\"}"},
	{"{}", NULL, "name", "Please answer: the form", ""},
	{"{\"name\":\"  \"}", NULL, "name", "Please answer: the form", ""},
	{"{\"name\":null}", NULL, "name", "Please answer: the form", ""},
	{"{\"name\":\"éééééé\"}", NULL, "name", "This text is too long", "5"},
	{"{\"name\":\"ééééé\"}", "{\"name\":\"ééééé\"}"},
	{"{\"name\":7}", NULL, "name", "This answer is not of the kind", ""},
	{"{\"name\":\"a\\nb\"}", NULL, "name", "This holds a control character", "U+000A"},
	{"{\"name\":\"a\\u0007\"}", NULL, "name", "This holds a control character", "U+0007"},
	{"{\"name\":\"a\\u0085b\"}", NULL, "name", "This holds a control character", "U+0085"},
	{"{\"name\":\"a\\u202eb\"}", NULL, "name", "This holds an invisible character", "U+202E"},
	{"{\"name\":\"a\\u2066b\"}", NULL, "name", "This holds an invisible character", "U+2066"},
	{"{\"name\":\"a\\ufffdb\"}", NULL, "name", "Some characters could not be read", "U+FFFD"},
	{"{\"name\":\"a\\tb\"}", "{\"name\":\"a\\tb\"}"},
	{"{\"name\":\"x\",\"story\":\"a\\r\\nb\\u202ec\\n\"}", "{\"name\":\"x\",\"story\":\"a\\nb\xE2\x80\xAE"
							       "c\"}"},
	{"{\"name\":\"x\",\"story\":\"a\\rb\"}", NULL, "story", "This holds a control character", "U+000D"},
	{"{\"name\":\"x\",\"story.unknown\":true}", "{\"name\":\"x\",\"story\":\"UNKNOWN\"}"},
	{"{\"name\":\"x\",\"story\":\"s\",\"story.unknown\":true}", NULL, "story", "There is an answer and", ""},
	{"{\"name\":\"x\",\"tel.unknown\":true}", NULL, "tel", "There is an answer and", ""},
	{"{\"name\":\"x\",\"age\":\"٤٢\"}", "{\"name\":\"x\",\"age\":42}"},
	{"{\"name\":\"x\",\"age\":42}", "{\"name\":\"x\",\"age\":42}"},
	{"{\"name\":\"x\",\"age\":\"UNKNOWN\"}", "{\"name\":\"x\",\"age\":\"UNKNOWN\"}"},
	{"{\"name\":\"x\",\"age\":\"4 2\"}", NULL, "age", "“{arg}” is not a whole number", "4 2"},
	{"{\"name\":\"x\",\"age\":\"99999999999999999999\"}", NULL, "age", "“{arg}” is not a whole number",
	 "99999999999999999999"},
	{"{\"name\":\"x\",\"age\":\"-1\"}", NULL, "age", "This number is too small", "0"},
	{"{\"name\":\"x\",\"age\":121}", NULL, "age", "This number is too great", "120"},
	{"{\"name\":\"x\",\"born\":\"2000-02-29\"}", "{\"name\":\"x\",\"born\":\"2000-02-29\"}"},
	{"{\"name\":\"x\",\"born\":\"1/2/2000\"}", "{\"name\":\"x\",\"born\":\"2000-02-01\"}"},
	{"{\"name\":\"x\",\"born\":\"01.12.2000\"}", "{\"name\":\"x\",\"born\":\"2000-12-01\"}"},
	{"{\"name\":\"x\",\"born\":\"١٥/٠٣/١٩٩٩\"}", "{\"name\":\"x\",\"born\":\"1999-03-15\"}"},
	{"{\"name\":\"x\",\"born\":\"۱۹۹۹-۰۳-۱۵\"}", "{\"name\":\"x\",\"born\":\"1999-03-15\"}"},
	{"{\"name\":\"x\",\"born\":\"31/02/2000\"}", NULL, "born", "“{arg}” is not a date that exists", "31/02/2000"},
	{"{\"name\":\"x\",\"born\":\"2001-02-29\"}", NULL, "born", "“{arg}” is not a date that exists", "2001-02-29"},
	{"{\"name\":\"x\",\"born\":\"1/2/99\"}", NULL, "born", "“{arg}” is not a date that exists", "1/2/99"},
	{"{\"name\":\"x\",\"born\":\"0012-01-01\"}", NULL, "born", "The year of “{arg}” is not", "0012-01-01"},
	{"{\"name\":\"x\",\"born\":\"2018-11-21\"}", NULL, "born", "Not after today.", "2018-11-21"},
	{"{\"name\":\"x\",\"born\":\"UNKNOWN\"}", "{\"name\":\"x\",\"born\":\"UNKNOWN\"}"},
	{"{\"name\":\"x\",\"cost\":\"1 234,5\"}", "{\"name\":\"x\",\"cost\":\"1234.50\"}"},
	{"{\"name\":\"x\",\"cost\":\"١٢٫٥\"}", "{\"name\":\"x\",\"cost\":\"12.50\"}"},
	{"{\"name\":\"x\",\"cost\":\"12.345\"}", NULL, "cost", "“{arg}” is not an amount", "12.345"},
	{"{\"name\":\"x\",\"cost\":\"-1\"}", NULL, "cost", "“{arg}” is not an amount", "-1"},
	{"{\"name\":\"x\",\"tel\":\"+33 (0)6 12.34-56\"}", "{\"name\":\"x\",\"tel\":\"+33 (0)6 12.34-56\"}"},
	{"{\"name\":\"x\",\"tel\":\"call me\"}", NULL, "tel", "“{arg}” is not a phone number", "call me"},
	{"{\"name\":\"x\",\"tel\":\"12\"}", NULL, "tel", "“{arg}” is not a phone number", "12"},
	{"{\"name\":\"x\",\"tel\":\"1\\u202e23\"}", NULL, "tel", "This holds an invisible character", "U+202E"},
	{"{\"name\":\"x\",\"mail\":\"a@b.org\"}", "{\"name\":\"x\",\"mail\":\"a@b.org\"}"},
	{"{\"name\":\"x\",\"mail\":\"a@b\"}", NULL, "mail", "“{arg}” is not an e-mail address", "a@b"},
	{"{\"name\":\"x\",\"mail\":\"@b.org\"}", NULL, "mail", "“{arg}” is not an e-mail address", "@b.org"},
	{"{\"name\":\"x\",\"mail\":\"a b@c.org\"}", NULL, "mail", "“{arg}” is not an e-mail address", "a b@c.org"},
	{"{\"name\":\"x\",\"mail\":\"a\\u0001@c.org\"}", NULL, "mail", "This holds a control character", "U+0001"},
	{"{\"name\":\"x\",\"safe\":\"UNKNOWN\"}", "{\"name\":\"x\",\"safe\":\"UNKNOWN\"}"},
	{"{\"name\":\"x\",\"safe\":\"MAYBE\"}", NULL, "safe", "“{arg}” is not one of the answers offered", "MAYBE"},
	{"{\"name\":\"x\",\"safe\":\"NO\",\"how\":\"typed\"}", "{\"name\":\"x\",\"safe\":\"NO\"}"},
	{"{\"name\":\"x\",\"safe\":\"YES\"}", NULL, "how", "Please answer: the form", ""},
	{"{\"name\":\"x\",\"safe\":\"YES\",\"how\":\"so\"}", "{\"name\":\"x\",\"safe\":\"YES\",\"how\":\"so\"}"},
	{"{\"name\":\"x\",\"kinds\":[\"A\",\"B\"]}", "{\"name\":\"x\",\"kinds\":[\"A\",\"B\"]}"},
	{"{\"name\":\"x\",\"kinds\":[]}", "{\"name\":\"x\"}"},
	{"{\"name\":\"x\",\"kinds\":[\"A\",\"Q\"]}", NULL, "kinds", "“{arg}” is not one of the answers offered", "Q"},
	{"{\"name\":\"x\",\"kinds\":[1]}", NULL, "kinds", "This answer is not of the kind", ""},
	{"{\"name\":\"x\",\"kinds\":\"A\"}", NULL, "kinds", "This answer is not of the kind", ""},
	{"{\"name\":\"x\",\"kinds\":[\"A\",\"UNKNOWN\"]}", NULL, "kinds", "“I don't know” was chosen beside",
	 "UNKNOWN"},
	{"{\"name\":\"x\",\"kinds\":[\"ND\",\"B\"]}", NULL, "kinds", "“Does not wish to say” was chosen", "B"},
	{"{\"name\":\"x\",\"land\":\"NG\"}", "{\"name\":\"x\",\"land\":\"NG\"}"},
	{"{\"name\":\"x\",\"land\":\"UNKNOWN\"}", NULL, "land", "“{arg}” is not one of the answers offered", "UNKNOWN"},
	{"{\"name\":\"x\",\"lands\":[\"NG\",\"FR\",\"BR\"]}", NULL, "lands", "There are too many answers", "2"},
	{"{\"name\":\"x\",\"tongue\":\"qqq\"}", NULL, "tongue", "“{arg}” is not one of the answers offered", "qqq"},
	{"{\"name\":\"x\",\"tongues\":[\"en\"]}", "{\"name\":\"x\",\"tongues\":[\"en\"]}"},
	{"{\"name\":\"x\",\"kin\":[{\"kin_name\":\" a \"},{}]}", "{\"name\":\"x\",\"kin\":[{\"kin_name\":\"a\"}]}"},
	{"{\"name\":\"x\",\"kin\":[{},{\"kin_name\":\"\"}]}", "{\"name\":\"x\"}"},
	{"{\"name\":\"x\",\"kin\":[{\"kin_born\":\"1999-01-01\"}]}", NULL, "kin.0.kin_name", "Please answer: the form",
	 ""},
	{"{\"name\":\"x\",\"kin\":[{\"kin_name\":\"a\",\"kin_born\":\"x\"}]}", NULL, "kin.0.kin_born",
	 "“{arg}” is not a date that exists", "x"},
	{"{\"name\":\"x\",\"kin\":[{\"kin_name\":\"a\",\"kin_born.unknown\":true}]}",
	 "{\"name\":\"x\",\"kin\":[{\"kin_name\":\"a\",\"kin_born\":\"UNKNOWN\"}]}"},
	{"{\"name\":\"x\",\"kin\":[{\"kin_name\":\"a\",\"kin_alive\":\"NO\",\"kin_where\":\"w\"}]}",
	 "{\"name\":\"x\",\"kin\":[{\"kin_name\":\"a\",\"kin_alive\":\"NO\"}]}"},
	{"{\"name\":\"x\",\"kin\":[{\"kin_name\":\"a\"},{\"kin_name\":\"b\"},{\"kin_name\":\"c\"}]}", NULL, "kin",
	 "There are too many rows", "2"},
	{"{\"name\":\"x\",\"kin\":{\"a\":1}}", NULL, "kin", "This answer is not of the kind", ""},
	{"{\"name\":\"x\",\"kin\":[1]}", NULL, "kin", "This answer is not of the kind", ""},
	{"{\"name\":\"x\",\"kin\":[{\"kin_name\":\"a\",\"code\":\"b\"}]}", NULL, "kin.0.code", "This form has no such",
	 ""},
	{"{\"name\":\"x\",\"risks\":[{\"code\":\"A\",\"present\":\"YES\",\"level\":\"3\"}]}",
	 "{\"name\":\"x\",\"risks\":[{\"code\":\"A\",\"present\":\"YES\",\"level\":3}]}"},
	{"{\"name\":\"x\",\"risks\":[{\"code\":\"A\",\"level\":3}]}", NULL, "risks.A.present",
	 "Please answer: the form", ""},
	{"{\"name\":\"x\",\"risks\":[{\"code\":\"A\"}]}", "{\"name\":\"x\"}"},
	{"{\"name\":\"x\",\"risks\":[{\"code\":\"Q\",\"level\":3}]}", NULL, "risks", "A row of this table is unknown",
	 ""},
	{"{\"name\":\"x\",\"risks\":[{\"code\":\"A\",\"present\":\"NO\"},{\"code\":\"A\",\"present\":\"NO\"}]}", NULL,
	 "risks", "A row of this table is unknown", ""},
	{"{\"name\":\"x\",\"other\":1}", NULL, "other", "This form has no such question", ""},
	{"{\"name\":\"x\",\"intro\":\"y\"}", NULL, "intro", "This form has no such question", ""},
};

static void checks_answers(void **state)
{
	const struct form *f = t1(*state);

	for (size_t i = 0; i < sizeof answer_rows / sizeof *answer_rows; i++) {
		struct json *v = answers_of(*state, answer_rows[i].in), *typed = json_copy(*state, v);
		struct err *e = form_check(*state, f, v, ALL, TODAY, false);

		if (answer_rows[i].out) {
			assert_null(e);
			assert_json(*state, v, answer_rows[i].out);
			continue;
		}
		if (!e)
			fail_msg("accepted: %s", answer_rows[i].in);
		assert_int_equal(e->kind, ERR_INVALID);
		assert_string_equal(e->fields->field.p, answer_rows[i].field);
		assert_true(str_starts(str_of(e->fields->message), str_of(answer_rows[i].message)));
		assert_string_equal(e->fields->arg.p ? e->fields->arg.p : "", answer_rows[i].arg);
		assert_null(e->fields->next);
		assert_true(json_equal(v, typed)); /* shown again as it was typed */
	}
}

static void long_answers_are_cut_in_messages(void **state)
{
	struct json *v = json_object(*state);
	struct err *e;

	json_set(*state, v, STR("name"), json_new_str(*state, STR("x")));
	json_set(*state, v, STR("born"),
		 json_new_str(*state, STR("ééééééééééééééééééééééééééééééééééééééééééééééééé")));
	e = form_check(*state, t1(*state), v, ALL, TODAY, false);
	assert_non_null(e);
	assert_int_equal(str_utf8_len(e->fields->arg), 40);
	assert_true(str_utf8_ok(e->fields->arg));
}

static void drafts(void **state)
{
	const struct form *f = t1(*state);
	struct json *v = answers_of(
		*state,
		"{\"safe\":\"NO\",\"how\":\"typed\",\"born\":\"1/1/2019\",\"kin\":[{\"kin_born\":\"1/1/2000\"}]}");

	assert_null(form_check(*state, f, v, ALL, TODAY, true));
	assert_json(
		*state, v,
		"{\"safe\":\"NO\",\"how\":\"typed\",\"born\":\"2019-01-01\",\"kin\":[{\"kin_born\":\"2000-01-01\"}]}");
	v = answers_of(*state, "{\"name\":\"too long\"}");
	assert_non_null(form_check(*state, f, v, ALL, TODAY, true));
}

static void compartments(void **state)
{
	const struct form *f = t1(*state);
	struct json *v = answers_of(*state, "{\"name\":\"forged\",\"story\":\"s\",\"kinds\":[\"A\"]}");
	struct json *parts[COMPARTMENTS], *again;

	assert_int_equal(f->compartments, COMP_BIT(COMP_IDENTITY) | COMP_BIT(COMP_STORY) | COMP_BIT(COMP_RISK));
	assert_null(form_check(*state, f, v, COMP_BIT(COMP_STORY), TODAY, false));
	assert_json(*state, v, "{\"story\":\"s\",\"kinds\":[\"A\"]}");
	v = answers_of(
		*state,
		"{\"kinds\":[\"A\"],\"name\":\"n\",\"story\":\"s\",\"risks\":[{\"code\":\"A\",\"present\":\"NO\"}]}");
	form_split(*state, f, v, parts);
	assert_json(*state, parts[COMP_IDENTITY], "{\"name\":\"n\"}");
	assert_json(*state, parts[COMP_STORY], "{\"story\":\"s\",\"kinds\":[\"A\"]}");
	assert_json(*state, parts[COMP_RISK], "{\"risks\":[{\"code\":\"A\",\"present\":\"NO\"}]}");
	assert_null(parts[COMP_HEALTH]);
	again = form_join(*state, f, parts);
	assert_true(json_equal(v, again));
	parts[COMP_STORY] = NULL;
	assert_json(*state, form_join(*state, f, parts),
		    "{\"name\":\"n\",\"risks\":[{\"code\":\"A\",\"present\":\"NO\"}]}");
}

static void conditions(void **state)
{
	static const struct {
		const char *answers;
		enum cond_op op;
		const char *value;
		bool holds;
	} rows[] = {
		{"{\"x\":\"A\"}", COND_EQ, "A", true},
		{"{\"x\":\"A\"}", COND_EQ, "B", false},
		{"{}", COND_EQ, "A", false},
		{"{\"x\":\"A\"}", COND_NE, "B", true},
		{"{}", COND_NE, "A", true},
		{"{\"x\":5}", COND_EQ, "5", true},
		{"{\"x\":5}", COND_LT, "10", true},
		{"{\"x\":5}", COND_GE, "5", true},
		{"{\"x\":5}", COND_GT, "5", false},
		{"{\"x\":5}", COND_LE, "4", false},
		{"{\"x\":5}", COND_EQ, "five", false},
		{"{\"x\":\"99.50\"}", COND_LT, "100", true},
		{"{\"x\":\"2018-11-20\"}", COND_LE, "today", true},
		{"{\"x\":\"2018-11-21\"}", COND_GT, "today", true},
		{"{\"x\":\"2018-12-20\"}", COND_EQ, "today+30", true},
		{"{\"x\":\"2018-10-21\"}", COND_LT, "today-30", false},
		{"{\"x\":\"2018-10-20\"}", COND_LT, "today-30", true},
		{"{\"x\":\"UNKNOWN\"}", COND_GT, "2018-01-01", false},
		{"{}", COND_LT, "today", false},
		{"{\"x\":[\"A\",\"B\"]}", COND_SELECTED, "B", true},
		{"{\"x\":\"B\"}", COND_SELECTED, "B", true},
		{"{\"x\":[\"A\"]}", COND_SELECTED, "B", false},
		{"{}", COND_NOT_SELECTED, "B", true},
		{"{\"x\":[\"B\"]}", COND_NOT_SELECTED, "B", false},
		{"{\"x\":[\"B\"]}", COND_EQ, "B", false},
		{"{}", COND_EMPTY, NULL, true},
		{"{\"x\":\"\"}", COND_EMPTY, NULL, true},
		{"{\"x\":[]}", COND_EMPTY, NULL, true},
		{"{\"x\":0}", COND_EMPTY, NULL, false},
		{"{\"x\":\"a\"}", COND_NOT_EMPTY, NULL, true},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cond c = {.op = rows[i].op, .field = STR("x"), .value = str_of(rows[i].value)};
		const struct json *v = answers_of(*state, rows[i].answers);

		if (cond_holds(&c, v, NULL, TODAY) != rows[i].holds)
			fail_msg("row %zu: %s", i, rows[i].answers);
		assert_int_equal(cond_holds(&c, json_object(*state), v, TODAY), rows[i].holds); /* from the row */
	}
}

static void groups(void **state)
{
	struct cond a = {.op = COND_EQ, .field = STR("a"), .value = STR("1")};
	struct cond b = {.op = COND_EQ, .field = STR("b"), .value = STR("1")};
	struct cond both = {.op = COND_AND, .first = &a}, any = {.op = COND_OR, .first = &a};
	const struct json *one = answers_of(*state, "{\"a\":\"1\"}"),
			  *two = answers_of(*state, "{\"a\":\"1\",\"b\":\"1\"}");

	a.next = &b;
	assert_false(cond_holds(&both, one, NULL, TODAY));
	assert_true(cond_holds(&both, two, NULL, TODAY));
	assert_true(cond_holds(&any, one, NULL, TODAY));
	assert_false(cond_holds(&any, json_object(*state), NULL, TODAY));
}

static void note_head(void *arg, const struct field *f, const struct json *v)
{
	struct buf *b = arg;

	buf_fmt(b, "%.*s=%.*s;", STR_ARG(f->head), STR_ARG(json_str(v)));
}

static void heads_and_lookups(void **state)
{
	const struct form *f = t1(*state);
	struct buf b;

	buf_init(&b, *state, 1000);
	form_heads(f, answers_of(*state, "{\"safe\":\"NO\",\"name\":\"x\"}"), note_head, &b);
	assert_string_equal(buf_done(&b).p, "birth=;safe_contact=NO;");
	assert_true(str_eq(form_field(f, STR("kin_alive"))->name, STR("kin_alive")));
	assert_null(form_field(f, STR("nothing")));
	assert_true(
		str_eq(code_label(form_field(f, STR("kinds"))->choices, STR("A"), locale_get(STR("ar"))), STR("ع")));
	assert_true(
		str_eq(code_label(form_field(f, STR("kinds"))->choices, STR("Q"), locale_get(STR("ar"))), STR("Q")));
	assert_true(str_eq(label_in(&f->title, locale_get(STR("en"))), STR("T")));
	assert_true(str_eq(label_in(&f->title, locale_get(STR("fr"))), STR("t")));
}

static const char *const posted_names[] = {"name",
					   "story",
					   "story.unknown",
					   "age",
					   "born",
					   "cost",
					   "tel",
					   "mail",
					   "safe",
					   "how",
					   "kinds",
					   "land",
					   "lands",
					   "tongue",
					   "tongues",
					   "kin.0.kin_name",
					   "kin.1.kin_born",
					   "kin.1.kin_where",
					   "risks.A.present",
					   "risks.B.level",
					   "x",
					   "kin.5",
					   "more",
					   "kin.0.kin_alive"};
static const str posted_values[] = {STR("Ada"),
				    STR(""),
				    STR("YES"),
				    STR("NO"),
				    STR("2018-01-01"),
				    STR("31/12/1999"),
				    STR("\xE2\x80\xAEx"),
				    STR("12"),
				    STR("A"),
				    STR("NG"),
				    STR("en"),
				    STR("a@b.org"),
				    STR("+33 6 12 34 56"),
				    STR("\x01"),
				    STR("a\r\nb"),
				    STR("UNKNOWN"),
				    STR("\xEF\xBF\xBD"),
				    STR("<script>")};

static void random_post(struct pair *in, size_t n, uint64_t *seed)
{
	for (size_t i = 0; i < n; i++) {
		*seed = *seed * 6364136223846793005u + 1442695040888963407u;
		in[i].name = str_of(posted_names[(*seed >> 33) % (sizeof posted_names / sizeof *posted_names)]);
		in[i].value = posted_values[(*seed >> 45) % (sizeof posted_values / sizeof *posted_values)];
	}
}

/* Whatever is posted: no crash, and every text is either kept in the answers or its form is refused and kept. */
static void random_posts(void **state)
{
	uint64_t seed = 42;

	for (int round = 0; round < 3000; round++) {
		struct arena *a = arena_create(4 << 20);
		const struct form *f = t1(*state);
		struct pair in[12];
		struct json *v, *typed;

		random_post(in, 12, &seed);
		v = form_read(a, f, in, 12);
		typed = json_copy(a, v);
		if (form_check(a, f, v, ALL, TODAY, round % 2))
			assert_true(json_equal(v, typed));
		else if (json_get(typed, "name"))
			assert_true(str_eq(json_text(v, "name"), str_trim(json_text(typed, "name"))));
		arena_destroy(a);
		if (round % 50 == 49)
			arena_reset(*state);
	}
}

/* A correction keeps what was right on its day; what it changes is judged by today, and so is all that is not a day. */
static void an_old_day_is_not_refused_again(void **state)
{
	static const char text[] = "{\"form\":\"T9\",\"version\":1,\"dossier\":\"FR\"," TITLE ",\"write\":[\"CMF\"],"
				   "\"once\":true,\"public\":false,\"retention\":\"case\"," WHY ",\"sections\":[{" TITLE
				   ",\"fields\":[{\"name\":\"next\",\"type\":\"date\"," LABEL "," IDENTITY
				   ",\"constraint\":{\"and\":[{\"field\":\"next\",\"op\":\">=\",\"value\":\"today\"},"
				   "{\"field\":\"next\",\"op\":\"!=\",\"value\":\"2018-01-01\"}]},"
				   "\"constraint_message\":" WORDS "}]}]}";
	const struct form *f = form_find(load_ok(*state, str_of(text)), STR("T9"), 0);
	struct json *was = answers_of(*state, "{\"next\":\"2018-03-01\"}");
	struct json *same = answers_of(*state, "{\"next\":\"2018-03-01\"}"),
		    *other = answers_of(*state, "{\"next\":\"2018-03-02\"}");

	assert_non_null(form_check(*state, f, same, UINT32_MAX, day_of(2018, 11, 20), false));
	assert_null(form_check_again(*state, f, same, was, UINT32_MAX, day_of(2018, 11, 20)));
	assert_non_null(form_check_again(*state, f, other, was, UINT32_MAX, day_of(2018, 11, 20)));
	assert_non_null(form_check_again(*state, f, same, NULL, UINT32_MAX, day_of(2018, 11, 20)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_bodies),
		TEST(checks_answers),
		TEST(long_answers_are_cut_in_messages),
		TEST(drafts),
		TEST(compartments),
		TEST(conditions),
		TEST(groups),
		TEST(heads_and_lookups),
		TEST(random_posts),
		TEST(an_old_day_is_not_refused_again),
	};

	return cmocka_run_group_tests(tests, start_i18n, end_i18n);
}
