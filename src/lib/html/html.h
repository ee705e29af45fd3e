/* html.h — the HTML writer that compiled templates call.  Output is escaped unless it is of type html_frag,
 * which only this library and templates make.
 *
 * tools/tmplc turns x.html into C functions `void NAME(struct html *h, …typed parameters…)`.  Syntax:
 *   {{ include "case.h" }}                             at the top, becomes #include
 *   {{ define case_page(const struct case_view *v) }} … {{ end }}
 *   {{ expr }}        text (str, const char *, or any integer via _Generic), escaped for where it stands
 *   {{ t "msgid" }}  {{ t expr }}   translated; with arguments: {{ t "Step {n} of {m}" n=v->i m=v->total }}
 *   {{ tn "{n} case" "{n} cases" expr }}               plural; {n} is filled, localised
 *   {{ n expr }} number   {{ date expr }} {{ dateshort expr }} {{ datenum expr }}   day, with <time> in text
 *   {{ money expr "EUR" }}   {{ ltr expr }} <bdi dir="ltr"> in text, plain in attributes
 *   {{ bdi expr }} <bdi>   {{ country expr }}  {{ language expr }}
 *   {{ url expr }}  only in href, src, action, formaction: refuses schemes other than http(s) and relative
 *   {{ html expr }} an html_frag
 *   {{ if expr }} {{ elif expr }} {{ else }} {{ end }}
 *   {{ for TYPE *name in array_expr, count_expr }} … {{ end }}      name points at each element
 *   {{ call other_template(args) }}                    passes h on
 *   {{ csrf }}        hidden input with this reply's masked token
 *   {# comment #}
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

void html_init(struct html *h, struct arena *a, const struct locale *l, size_t max);
html_frag html_done(struct html *h);

/* Called by compiled templates. */
void html_lit(struct html *h, const char *p, size_t n); /* markup from the template itself */
void html_text(struct html *h, str s);                  /* escapes & < > " ' */
void html_text_z(struct html *h, const char *z);
void html_text_i(struct html *h, int64_t i);
void html_url(struct html *h, str s);
void html_put(struct html *h, html_frag f);
void html_date(struct html *h, day d, enum date_style style, bool in_attr);
void html_money(struct html *h, money m, const char *currency, bool in_attr);
void html_ltr(struct html *h, str s, bool in_attr);
void html_bdi(struct html *h, str s, bool in_attr);
void html_csrf(struct html *h);
#define HTML_STR(x)                                                                       \
	_Generic((x), str: html_str_id, char *: str_of, const char *: str_of)(x)
static inline str html_str_id(str s) { return s; }
#define HTML_TEXT(h, x)                                                                   \
	_Generic((x), str: html_text, char *: html_text_z, const char *: html_text_z, default: html_text_i)((h), (x))

/* Bars, stacked bars and bullets as SVG with <title> and <desc>; a table always stands beside them. */
struct svg_bar {
	str label;
	int64_t value, target; /* target < 0: none */
};
html_frag svg_bars(struct html *h, str title, const struct svg_bar *bars, size_t n);
