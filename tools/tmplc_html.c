/* tmplc_html.c — follows the HTML of a template: which element, tag or attribute value is the reader in?
 *
 * It reads the template's own markup, refuses what is not well formed or what the pages' security policy
 * would block, and drops white space that a browser would not show. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmplc.h"

static const struct element {
	unsigned flags;
	const char *names; /* a space before and behind each */
} elements[] = {
	{VOID, " area base br col embed hr img input link meta source track wbr "},
	{BLOCK, " html head body title meta link base script style li table caption colgroup col thead tbody tfoot tr"
		" td th dt dd legend hr br summary option optgroup figcaption "},
	{BLOCK | ENDS_P, " address article aside blockquote details div dl fieldset figure footer form h1 h2 h3 h4 h5"
			 " h6 header main nav ol p pre section table ul "},
	{RAW, " script style "},
	{PLAIN, " title textarea option "}, /* what stands inside is text: no <time>, no <bdi> */
};

_Noreturn void fail(const struct tmpl *t, int line, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%d: ", t->file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_ident(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

char peek(const struct tmpl *t)
{
	return t->at < t->src.n ? t->src.p[t->at] : '\0';
}

bool looking(const struct tmpl *t, const char *z)
{
	return str_starts(str_sub(t->src, t->at, strlen(z)), str_of(z));
}

char next(struct tmpl *t)
{
	char c = t->src.p[t->at++];

	t->line += c == '\n';
	return c;
}

void skip_space(struct tmpl *t)
{
	while (t->at < t->src.n && is_space(peek(t)))
		next(t);
}

str ident(str s)
{
	size_t n = 0;

	while (n < s.n && is_ident(s.p[n]))
		n++;
	return str_sub(s, 0, n);
}

str after(str s, size_t n)
{
	return str_trim(str_sub(s, n, s.n));
}

bool listed(const char *list, str name)
{
	char key[40];

	return snprintf(key, sizeof key, " %.*s ", STR_ARG(name)) < (int)sizeof key && strcasestr(list, key);
}

static unsigned element_flags(str name)
{
	unsigned flags = 0;

	for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
		if (listed(elements[i].names, name))
			flags |= elements[i].flags;
	return flags;
}

const struct open *find_open(const struct tmpl *t, const char *name)
{
	for (size_t i = t->depth; i > 0; i--)
		if (str_eq_ci(t->open[i - 1].name, str_of(name)))
			return &t->open[i - 1];
	return NULL;
}

unsigned top_flags(const struct tmpl *t)
{
	return t->depth ? element_flags(t->open[t->depth - 1].name) : 0;
}

void put_ws(struct tmpl *t)
{
	if (t->ws)
		buf_c(&t->lit, t->ws);
	t->ws = 0;
}

static void put_c_string(struct buf *out, str s)
{
	buf_c(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '\n')
			buf_z(out, i + 1 < s.n ? "\\n\"\n\t\t\"" : "\\n");
		else if (c == '"' || c == '\\')
			buf_fmt(out, "\\%c", c);
		else if (c < ' ' || c == 0x7F)
			buf_fmt(out, "\\%03o", c);
		else
			buf_c(out, (char)c);
	}
	buf_c(out, '"');
}

void flush(struct tmpl *t)
{
	if (t->lit.n) {
		buf_z(&t->c, "\thtml_lit(h, ");
		put_c_string(&t->c, buf_done(&t->lit));
		buf_fmt(&t->c, ", %zu);\n", t->lit.n);
	}
	t->lit.n = 0;
}

/* A C line that answers for the template's line of the slot. */
void emit(struct tmpl *t, const char *fmt, ...)
{
	va_list ap;

	flush(t);
	buf_fmt(&t->c, "#line %d \"%s\"\n\t", t->slot_line, t->file);
	va_start(ap, fmt);
	buf_str(&t->c, arena_vfmt(t->a, fmt, ap));
	va_end(ap);
	buf_c(&t->c, '\n');
}

static void push_open(struct tmpl *t)
{
	if (t->depth == MAX_DEPTH)
		fail(t, t->tag_line, "More than %d elements stand inside each other.", MAX_DEPTH);
	t->open[t->depth++] = (struct open){.name = t->tag, .line = t->tag_line};
}

static void finish_tag(struct tmpl *t, bool slash)
{
	unsigned flags = element_flags(t->tag);
	bool svg = str_eq_ci(t->tag, STR("svg")) || find_open(t, "svg");
	const struct open *p = find_open(t, "p");

	if (slash && !svg && !(flags & VOID))
		fail(t, t->tag_line, "<%.*s/> does not close anything in HTML: write <%.*s></%.*s>.", STR_ARG(t->tag),
		     STR_ARG(t->tag), STR_ARG(t->tag));
	if ((flags & ENDS_P) && p && !svg)
		fail(t, t->tag_line,
		     "<%.*s> cannot stand inside the <p> of line %d: a browser would end the paragraph here.",
		     STR_ARG(t->tag), p->line);
	buf_z(&t->lit, slash && svg ? "/>" : ">");
	t->state = TEXT;
	t->skip = flags & BLOCK;
	if ((flags & VOID) || slash)
		return;
	push_open(t);
	t->open[t->depth - 1].post = t->posts;
	/* A browser drops the first newline inside: one of ours keeps a value that begins with one. */
	if (listed(" pre textarea ", t->tag) && peek(t) != '\n')
		buf_c(&t->lit, '\n');
}

static void close_tag(struct tmpl *t)
{
	const struct block *b = &t->blocks[t->nblocks - 1];
	const struct open *o;
	unsigned flags;
	str name;

	t->at += 2;
	for (name = str_sub(t->src, t->at, 0); is_ident(peek(t)) || peek(t) == '-'; name.n++)
		next(t);
	skip_space(t);
	if (peek(t) != '>')
		fail(t, t->line,
		     "A tag name is written out: no slot, and nothing but '>' behind the name of an end tag.");
	next(t);
	flags = element_flags(name);
	if (flags & VOID)
		fail(t, t->line, "<%.*s> has no end tag: leave out </%.*s>.", STR_ARG(name), STR_ARG(name));
	if (t->depth == 0)
		fail(t, t->line, "</%.*s> closes nothing: no <%.*s> is open here.", STR_ARG(name), STR_ARG(name));
	o = &t->open[t->depth - 1];
	if (t->depth == b->depth)
		fail(t, t->line,
		     "</%.*s> would close the <%.*s> of line %d, which began outside the {{ %s }} of line %d.",
		     STR_ARG(name), STR_ARG(o->name), o->line, b->word, b->line);
	if (!str_eq_ci(o->name, name))
		fail(t, t->line, "</%.*s> stands where </%.*s> is due: <%.*s> was opened on line %d.", STR_ARG(name),
		     STR_ARG(o->name), STR_ARG(o->name), o->line);
	if (o->post && !o->csrf)
		fail(t, o->line, "This form posts without a token: put {{ csrf }} inside it.");
	if (flags & BLOCK)
		t->ws = 0;
	put_ws(t);
	/* A browser ends an <option> where the next begins, and a list of countries holds hundreds. */
	if (!str_eq_ci(name, STR("option")))
		buf_fmt(&t->lit, "</%.*s>", STR_ARG(name));
	t->depth--;
	t->skip = flags & BLOCK;
}

static void html_comment(struct tmpl *t)
{
	ptrdiff_t end = str_find(str_sub(t->src, t->at, t->src.n), STR("-->"));
	str body;

	if (end < 0)
		fail(t, t->line, "This comment is not closed with -->.");
	body = str_sub(t->src, t->at, (size_t)end);
	for (size_t stop = t->at + (size_t)end + 3; t->at < stop; next(t))
		if (looking(t, "{{"))
			fail(t, t->line,
			     "A slot cannot stand inside a comment: take it out, or comment it out with {# … #}.");
	if (str_find(body, STR("{#")) >= 0)
		fail(t, t->line, "{# … #} cannot stand inside <!-- … -->.");
}

static str word_ahead(const struct tmpl *t)
{
	return ident(str_trim(str_sub(t->src, t->at + 2, 60)));
}

static void open_tag(struct tmpl *t)
{
	next(t);
	t->tag_line = t->line;
	for (t->tag = str_sub(t->src, t->at, 0); is_ident(peek(t)) || peek(t) == '-'; t->tag.n++)
		next(t);
	if (t->tag.n == 0 && looking(t, "{{"))
		fail(t, t->line,
		     "A slot cannot be a tag name: write the tag, with {{ if }} around it where it varies.");
	if (t->tag.n == 0)
		fail(t, t->line, "'<' stands alone in text: write &lt;.");
	if (looking(t, "{{") && !listed(" if elif else end for ", word_ahead(t)))
		fail(t, t->line, "A slot cannot be a part of the tag name <%.*s…: write the whole name.",
		     STR_ARG(t->tag));
	if (!is_space(peek(t)) && peek(t) != '>' && peek(t) != '/' && !looking(t, "{{"))
		fail(t, t->line, "The tag name <%.*s is followed by an unexpected '%c'.", STR_ARG(t->tag), peek(t));
	if (element_flags(t->tag) & BLOCK)
		t->ws = 0;
	put_ws(t);
	buf_fmt(&t->lit, "<%.*s", STR_ARG(t->tag));
	t->tag_no++;
	t->state = TAG;
	t->spaced = t->posts = false;
}

static void markup(struct tmpl *t)
{
	if (looking(t, "<!--"))
		html_comment(t);
	else if (looking(t, "</"))
		close_tag(t);
	else if (top_flags(t) & (PLAIN | RAW))
		fail(t, t->line, "Inside <%.*s> there is only text: write &lt; for '<'.",
		     STR_ARG(t->open[t->depth - 1].name));
	else if (looking(t, "<!")) {
		while (peek(t) && peek(t) != '>')
			buf_c(&t->lit, next(t));
		t->skip = true;
		buf_c(&t->lit, peek(t) ? next(t) : '>');
	} else
		open_tag(t);
}

void text_step(struct tmpl *t)
{
	char c = peek(t);

	if (c == '<')
		markup(t);
	else if (is_space(c) && !find_open(t, "pre") && !find_open(t, "textarea")) {
		next(t);
		if (!t->skip)
			t->ws = c == '\n' || t->ws == '\n' ? '\n' : ' ';
	} else {
		if (top_flags(t) & RAW)
			fail(t, t->line,
			     "The security policy of the pages blocks what stands inside <%.*s>: move it to a file in "
			     "assets/.",
			     STR_ARG(t->open[t->depth - 1].name));
		put_ws(t);
		t->skip = false;
		buf_c(&t->lit, next(t));
	}
}

/* The white space behind a name may hold an '='; returns whether it did. */
static bool attr_value_follows(struct tmpl *t)
{
	size_t at = t->at;
	int line = t->line;

	skip_space(t);
	if (peek(t) == '=') {
		next(t);
		skip_space(t);
		return true;
	}
	t->at = at;
	t->line = line;
	return false;
}

static void check_attr_name(struct tmpl *t)
{
	if (t->attr.n == 0)
		fail(t, t->line, "'%c' is not expected inside the tag <%.*s>.", peek(t), STR_ARG(t->tag));
	if (!t->spaced)
		fail(t, t->line, "A space is missing before %.*s: a slot cannot be a part of a tag or attribute name.",
		     STR_ARG(t->attr));
	if (t->attr.n > 2 && str_eq_ci(str_sub(t->attr, 0, 2), STR("on")))
		fail(t, t->line,
		     "The security policy of the pages blocks %.*s=: listen for the event in a script in assets/.",
		     STR_ARG(t->attr));
	if (str_eq_ci(t->attr, STR("style")))
		fail(t, t->line,
		     "The security policy of the pages blocks style=: use a class and write the rule in assets/.");
}

static void attribute(struct tmpl *t)
{
	for (t->attr = str_sub(t->src, t->at, 0); peek(t) && !is_space(peek(t)) && !strchr("=>/\"'{}<", peek(t));
	     t->attr.n++)
		next(t);
	check_attr_name(t);
	if (looking(t, "{{") && !listed(" end elif else ", word_ahead(t)))
		fail(t, t->line, "A slot cannot be a part of the attribute name %.*s…: write the whole name.",
		     STR_ARG(t->attr));
	buf_fmt(&t->lit, " %.*s", STR_ARG(t->attr));
	t->spaced = false;
	if (!attr_value_follows(t))
		return;
	if (looking(t, "{{"))
		fail(t, t->line, "A slot cannot stand in an unquoted attribute value: write %.*s=\"{{ … }}\".",
		     STR_ARG(t->attr));
	if (peek(t) != '"' && peek(t) != '\'')
		fail(t, t->line, "Put the value of %.*s in quotes.", STR_ARG(t->attr));
	t->quote = next(t);
	buf_fmt(&t->lit, "=%c", t->quote);
	t->state = VALUE;
	t->value_line = t->line;
	t->value_no++;
	t->value.n = 0;
	t->value_slot = false;
}

void tag_step(struct tmpl *t)
{
	if (is_space(peek(t))) {
		skip_space(t);
		t->spaced = true;
	} else if (peek(t) == '>') {
		next(t);
		finish_tag(t, false);
	} else if (looking(t, "/>")) {
		t->at += 2;
		finish_tag(t, true);
	} else
		attribute(t);
}

void check_address(struct tmpl *t)
{
	if (str_find(buf_done(&t->value), STR("javascript:")) >= 0)
		fail(t, t->value_line, "A javascript: address is blocked by the security policy of the pages.");
}

void value_step(struct tmpl *t)
{
	char c = next(t);

	buf_c(&t->lit, c);
	if (c != t->quote) {
		buf_c(&t->value, c);
		return;
	}
	check_address(t);
	if (str_eq_ci(t->tag, STR("form")) && str_eq_ci(t->attr, STR("method")) &&
	    str_eq_ci(buf_done(&t->value), STR("post")))
		t->posts = true;
	t->state = TAG;
	t->spaced = false;
}
