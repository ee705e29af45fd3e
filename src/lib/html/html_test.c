/* html_test.c — the escaper, addresses, dates, messages, charts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "html.h"

static struct html h;

static int setup(void **state)
{
	*state = arena_create(1 << 20);
	html_init(&h, *state, locale_get(STR("fr")), 1 << 16);
	return 0;
}

static int teardown(void **state)
{
	arena_destroy(*state);
	return 0;
}

/* What was written since the last call. */
static const char *written(void)
{
	const char *z = arena_z(h.a, html_done(&h).s);

	html_init(&h, h.a, h.l, 1 << 16);
	return z;
}

static void text(void **state)
{
	static const struct {
		str in;
		const char *out;
	} rows[] = {
		{STR("<script>&\"'</script>"), "&lt;script&gt;&amp;&#34;&#39;&lt;/script&gt;"},
		{STR("plain"), "plain"},
		{STR("a&b"), "a&amp;b"},
		{STR("é العربية 🙂"), "é العربية 🙂"},
		{STR(""), ""},
		{{NULL, 0}, ""},
		{STR("&amp;"), "&amp;amp;"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		html_text(&h, rows[i].in);
		assert_string_equal(written(), rows[i].out);
	}
	html_text_z(&h, NULL);
	html_text_z(&h, "<");
	assert_string_equal(written(), "&lt;");
}

static void any_type(void **state)
{
	const char *z = "<";
	char room[4] = ">";
	size_t most = SIZE_MAX;

	(void)state;
	HTML_TEXT(&h, z);
	HTML_TEXT(&h, room);
	HTML_TEXT(&h, STR("&"));
	HTML_TEXT(&h, INT64_MIN);
	HTML_TEXT(&h, most);
	HTML_TEXT(&h, true);
	HTML_TEXT(&h, (uint8_t)200);
	assert_string_equal(written(), "&lt;&gt;&amp;-9223372036854775808184467440737095516151200");
	assert_string_equal(HTML_VALUE(&h, 1234).p, "1_234");
	assert_string_equal(HTML_VALUE(&h, most).p, "9223372036854775_807");
	assert_string_equal(HTML_VALUE(&h, z).p, "<");
	assert_string_equal(HTML_VALUE(&h, STR("s")).p, "s");
}

static void urls(void **state)
{
	static const char *const rows[][2] = {
		{"/cases/1?a=b&c=d#e", "/cases/1?a=b&amp;c=d#e"},
		{"/", "/"},
		{"?page=2", "?page=2"},
		{"#top", "#top"},
		{"HTTPS://example.org/é", "HTTPS://example.org/é"},
		{"http://example.org", "http://example.org"},
		{"mailto:a@example.org", "mailto:a@example.org"},
		{"tel:+33123456789", "tel:+33123456789"},
		{"", "#"},
		{"//example.org", "#"},
		{"javascript:alert(1)", "#"},
		{"JaVaScRiPt:alert(1)", "#"},
		{" javascript:alert(1)", "#"},
		{"java\tscript:alert(1)", "#"},
		{"\x01javascript:alert(1)", "#"},
		{"data:text/html,x", "#"},
		{"vbscript:x", "#"},
		{"http:example.org", "#"},
		{"https://", "#"},
		{"cases/1", "#"},
		{"/\\example.org", "/%5Cexample.org"},
		{"/\t/example.org", "/%09/example.org"},
		{"/\n/example.org", "/%0A/example.org"},
		{"/\"><b>'", "/%22%3E%3Cb%3E&#39;"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		html_url(&h, str_of(rows[i][0]));
		assert_string_equal(written(), rows[i][1]);
	}
	html_url(&h, STR("/a\0b"));
	assert_string_equal(written(), "/a%00b");
	html_url_part(&h, STR("aZ09-._~/?#&=\"'<>:\\ é\n%"));
	assert_string_equal(written(), "aZ09-._~%2F%3F%23%26%3D%22%27%3C%3E%3A%5C%20%C3%A9%0A%25");
}

static void days_and_money(void **state)
{
	(void)state;
	html_date(&h, day_of(2018, 11, 20), DATE_LONG, false);
	assert_string_equal(written(), "<time datetime=\"2018-11-20\">20 novembre 2018</time>");
	html_date(&h, day_of(2018, 11, 20), DATE_NUM, true);
	assert_string_equal(written(), "20/11/2018");
	html_date(&h, NO_DAY, DATE_LONG, false);
	assert_string_equal(written(), "");
	assert_string_equal(html_iso(&h, day_of(2018, 11, 20)).p, "2018-11-20");
	assert_string_equal(html_iso(&h, NO_DAY).p, "");
	html_time(&h, INT64_C(1542704400000), false);
	assert_string_equal(written(), "<time datetime=\"2018-11-20T09:00:00Z\">20 novembre 2018 à 10:00</time>");
	html_money(&h, 280000, "EUR", false);
	assert_string_equal(written(), "<bdi dir=\"ltr\">2800.00 EUR</bdi>");
	html_money(&h, 280000, "EUR", true);
	assert_string_equal(written(), "2800.00 EUR");
	html_ltr(&h, STR("+33 <1>"), false);
	html_bdi(&h, STR("<n>"), false);
	html_bdi(&h, STR("<n>"), true);
	assert_string_equal(written(), "<bdi dir=\"ltr\">+33 &lt;1&gt;</bdi><bdi>&lt;n&gt;</bdi>&lt;n&gt;");
}

static void messages(void **state)
{
	const struct tr_arg who = {"who", STR("<A & B>")};

	(void)state;
	html_t(&h, "Hello {who} > you", &who, 1);
	assert_string_equal(written(), "Hello &lt;A &amp; B&gt; &gt; you");
	html_tn(&h, "{n} case", "{n} cases", 1, NULL, 0);
	html_tn(&h, "{n} case of {who}", "{n} cases of {who}", 1234, &who, 1);
	assert_string_equal(written(), "1 case1_234 cases of &lt;A &amp; B&gt;");
	h.l = locale_get(STR("ar"));
	html_t(&h, "Hello {who}", &who, 1);
	html_tn(&h, "{n} case of {who}", "{n} cases of {who}", 2, &who, 1);
	assert_string_equal(written(), "Hello \xE2\x81\xA8&lt;A &amp; B&gt;\xE2\x81\xA9"
				       "2 cases of \xE2\x81\xA8&lt;A &amp; B&gt;\xE2\x81\xA9");
	h.l = locale_get(STR("fr"));
}

static void token(void **state)
{
	(void)state;
	html_csrf(&h);
	assert_string_equal(written(), "");
	h.csrf = STR("a\"b");
	html_csrf(&h);
	assert_string_equal(written(), "<input type=\"hidden\" name=\"csrf\" value=\"a&#34;b\">");
}

static void too_big(void **state)
{
	html_init(&h, *state, locale_get(STR("fr")), 8);
	html_lit(&h, "12345678", 8);
	assert_int_equal(html_done(&h).s.n, 8);
	html_text(&h, STR("9"));
	assert_null(html_done(&h).s.p);
	html_init(&h, *state, locale_get(STR("fr")), 1 << 16);
}

static void charts(void **state)
{
	static const struct svg_bar bars[] = {
		{STR("Lagos <1>"), 5, 15}, {STR("Abidjan"), 3, -1}, {STR("Hanoï"), -2, 0}, {STR("Most"), 10, -1}};

	(void)state;
	html_put(&h, svg_bars(&h, STR("Persons & places"), bars, 2));
	assert_string_equal(written(),
			    "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 600 88\" direction=\"ltr\"><title>Persons "
			    "&amp; places</title>"
			    "<desc>Lagos &lt;1&gt;: 5 / 15; Abidjan: 3</desc>"
			    "<text x=\"0\" y=\"16\">Lagos &lt;1&gt;</text><text x=\"600\" y=\"16\" "
			    "text-anchor=\"end\">5 / 15</text>"
			    "<rect class=\"track\" x=\"0\" y=\"22\" width=\"600\" height=\"14\"/>"
			    "<rect class=\"bar\" x=\"0\" y=\"22\" width=\"200\" height=\"14\"/>"
			    "<rect class=\"target\" x=\"596\" y=\"19\" width=\"4\" height=\"20\"/>"
			    "<text x=\"0\" y=\"60\">Abidjan</text><text x=\"600\" y=\"60\" text-anchor=\"end\">3</text>"
			    "<rect class=\"track\" x=\"0\" y=\"66\" width=\"600\" height=\"14\"/>"
			    "<rect class=\"bar\" x=\"0\" y=\"66\" width=\"120\" height=\"14\"/></svg>");
	h.l = locale_get(STR("ar"));
	html_put(&h, svg_bars(&h, STR("t"), bars + 2, 2));
	assert_string_equal(
		written(),
		"<svg class=\"chart\" role=\"img\" viewBox=\"0 0 600 88\" direction=\"rtl\"><title>t</title>"
		"<desc>Hanoï: -2 / 0; Most: 10</desc>"
		"<text x=\"600\" y=\"16\">Hanoï</text><text x=\"0\" y=\"16\" text-anchor=\"end\">-2 / 0</text>"
		"<rect class=\"track\" x=\"0\" y=\"22\" width=\"600\" height=\"14\"/>"
		"<rect class=\"bar\" x=\"600\" y=\"22\" width=\"0\" height=\"14\"/>"
		"<rect class=\"target\" x=\"596\" y=\"19\" width=\"4\" height=\"20\"/>"
		"<text x=\"600\" y=\"60\">Most</text><text x=\"0\" y=\"60\" text-anchor=\"end\">10</text>"
		"<rect class=\"track\" x=\"0\" y=\"66\" width=\"600\" height=\"14\"/>"
		"<rect class=\"bar\" x=\"0\" y=\"66\" width=\"600\" height=\"14\"/></svg>");
	html_put(&h, svg_bars(&h, STR("none"), NULL, 0));
	assert_string_equal(written(), "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 600 0\" direction=\"rtl\">"
				       "<title>none</title><desc></desc></svg>");
	h.l = locale_get(STR("fr"));
}

/* What is in the square is for a reader of squares to say; here, that it is one, and that too much is none. */
static void squares(void **state)
{
	char long_text[4000];
	str svg;

	(void)state;
	svg = svg_qr(&h, STR("A <square>"), STR("otpauth://totp/Rivage:x?secret=ABCDEFGH&issuer=Rivage")).s;
	assert_true(str_starts(svg, STR("<svg role=\"img\" width=\"240\" height=\"240\" viewBox=\"0 0 ")));
	assert_true(svg.n > 2000 && memmem(svg.p, svg.n, "A &lt;square&gt;", 16));
	assert_non_null(memmem(svg.p, svg.n, "M4 4h1v1h-1z", 12)); /* the corner, behind the quiet zone */
	assert_null(memmem(svg.p, svg.n, "M3 ", 3));
	memset(long_text, 'x', sizeof long_text);
	assert_null(svg_qr(&h, STR("t"), (str){long_text, sizeof long_text}).s.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(squares), cmocka_unit_test(text),           cmocka_unit_test(any_type),
		cmocka_unit_test(urls),    cmocka_unit_test(days_and_money), cmocka_unit_test(messages),
		cmocka_unit_test(token),   cmocka_unit_test(too_big),        cmocka_unit_test(charts),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
