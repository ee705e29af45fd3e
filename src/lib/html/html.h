/* html.h — the HTML writer that compiled templates call.  Output is escaped unless it is of type html_frag,
 * which only this library and templates make.
 *
 * tools/tmplc turns x.html into C functions `void NAME(struct html *h, …typed parameters…)`.  Syntax:
 *   {{ include "case.h" }}                             at the top, becomes #include
 *   {{ define case_page(const struct case_view *v) }} … {{ end }}
 *   {{ expr }}        text (str, const char *, or any integer via _Generic), escaped for where it stands
 *   {{ t "msgid" }}  {{ t expr }}   translated; with arguments: {{ t "Step {n} of {m}" n=v->i m=v->total }};
 *                     an argument may begin with a word: {{ t "Due on {day}" day=date v->due }}
 *   {{ tn "{n} case" "{n} cases" expr }}               plural; {n} is filled, localised; arguments as for t
 *   {{ n expr }} number   {{ date expr }} {{ dateshort expr }} {{ datenum expr }}   day, with <time> in text
 *   {{ weekday expr }} day   {{ time expr }} msec   {{ percent num den }}   (of two values, the last is one word)
 *   {{ iso expr }} day as 2018-11-20, {{ amount expr }} money as 1234.50: for the values of inputs
 *   {{ money expr "EUR" }}   {{ ltr expr }} <bdi dir="ltr"> in text, plain in attributes
 *   {{ bdi expr }} <bdi>   {{ country expr }}  {{ language expr }}
 *   {{ url expr }}  only in href, src, action, formaction, alone: a whole address, see html_url;
 *                   behind other text (href="/cases/{{ url id }}?q={{ url q }}"): a part, percent-encoded
 *   {{ html expr }} an html_frag
 *   {{ if expr }} {{ elif expr }} {{ else }} {{ end }}
 *   {{ for TYPE *name in array_expr, count_expr }} … {{ end }}      name points at each element
 *   {{ call other_template(args) }}                    passes h on
 *   {{ csrf }}        hidden input with this reply's masked token
 *   {# comment #}
 * {{ if }} and {{ for }} may stand inside a tag around whole attributes: <option {{ if x }}selected{{ end }}>.
 * N_("msgid") in an expression marks a message that another template shows with {{ t expr }}.
 * A whole page is a template with a parameter `html_frag body`.  White space beside block elements is dropped.
 * An expression is C, one line, without ';' '{' '}' or assignment.  A slot in an unquoted attribute, <script>, <style>,
 * a comment, an on…= attribute, or an unclosed or misnested tag is a build error with file and line. */
#pragma once
#include "i18n.h"

typedef struct {
	str s;
} html_frag;

struct html {
	struct arena *a;
	struct buf out;
	const struct locale *l;
	str csrf; /* masked for this reply; absent on pages without forms */
};

/* max: bytes the page may grow to. */
void html_init(struct html *h, struct arena *a, const struct locale *l, size_t max);
/* The page so far; absent when it grew over max (a cut page could end inside a tag: send none of it). */
html_frag html_done(struct html *h);

/* Called by compiled templates.  plain: no markup can stand here (attribute, <title>, <option>, <svg>). */
void html_lit(struct html *h, const char *p, size_t n); /* markup from the template itself */
void html_text(struct html *h, str s);                  /* escapes & < > " ' */
void html_text_z(struct html *h, const char *z);
void html_text_i(struct html *h, int64_t i);
void html_text_u(struct html *h, uint64_t u);
/* A whole address.  Begins with http://, https://, mailto:, tel:, '?', '#' or a single '/'; anything else
 * becomes "#".  White space, controls and backslashes in it are percent-encoded. */
void html_url(struct html *h, str s);
void html_url_part(struct html *h, str s); /* percent-encodes all but letters, digits and - . _ ~ */
void html_put(struct html *h, html_frag f);
void html_date(struct html *h, day d, enum date_style style, bool plain); /* NO_DAY shows nothing */
void html_time(struct html *h, msec t, bool plain);
str html_iso(struct html *h, day d); /* 2018-11-20; "" for NO_DAY */
void html_money(struct html *h, money m, const char *currency, bool plain);
void html_ltr(struct html *h, str s, bool plain);
void html_bdi(struct html *h, str s, bool plain);
void html_csrf(struct html *h); /* nothing when the page has no token */
void html_t(struct html *h, const char *msgid, const struct tr_arg *args, size_t n);
void html_tn(struct html *h, const char *one, const char *many, int64_t count, const struct tr_arg *args, size_t n);
static inline str html_str_id(str s)
{
	return s;
}
#define HTML_STR(x) _Generic((x), str : html_str_id, char * : str_of, const char * : str_of)(x)
/* size_t and its like are not int64_t: a silent conversion would be a warning in every template. */
#define HTML_TEXT(h, x)                                                                                                \
	_Generic((x), str: html_text, char *: html_text_z, const char *: html_text_z, unsigned long: html_text_u,      \
	         unsigned long long: html_text_u, default: html_text_i)((h), (x))
/* The value of an argument of a message: numbers in the reader's language. */
str html_value(struct html *h, str s);
str html_value_z(struct html *h, const char *z);
str html_value_i(struct html *h, int64_t i);
str html_value_u(struct html *h, uint64_t u);
#define HTML_VALUE(h, x)                                                                                               \
	_Generic((x), str: html_value, char *: html_value_z, const char *: html_value_z, unsigned long: html_value_u,  \
	         unsigned long long: html_value_u, default: html_value_i)((h), (x))

/* Bars, and bullets (a value against its target), as SVG with <title> and <desc>, mirrored for languages
 * written from the right; a table always stands beside them.  Classes: chart, track, bar, target. */
struct svg_bar {
	str label;
	int64_t value, target; /* target < 0: none; a value < 0 is drawn as 0 */
};
/* text as a QR code; absent when it is too long for one. */
html_frag svg_qr(struct html *h, str title, str text);
html_frag svg_bars(struct html *h, str title, const struct svg_bar *bars, size_t n);
