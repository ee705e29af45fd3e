/* tmplc_expr.c — what stands inside {{ … }}: expressions, messages with their arguments, words that show a value. */
#include <string.h>

#include "tmplc.h"

/* Reads the C literal that *rest begins with, quotes included. */
str take_literal(struct tmpl *t, str *rest)
{
	size_t n = 1;
	str lit;

	while (n < rest->n && rest->p[n] != '"')
		n += rest->p[n] == '\\' ? 2 : 1;
	if (rest->n == 0 || rest->p[0] != '"' || n >= rest->n)
		fail(t, t->slot_line, "A text in \"quotes\" is expected here.");
	lit = str_sub(*rest, 0, n + 1);
	*rest = after(*rest, n + 1);
	return lit;
}

void add_message(struct tmpl *t, str one, str many)
{
	struct messages *all = t->messages;
	struct message *m = NULL;

	for (size_t i = 0; i < all->n && !m; i++)
		if (str_eq(all->all[i].one, one))
			m = &all->all[i];
	if (!m) {
		if (all->n == all->room) {
			struct message *bigger = NEWS(t->a, struct message, all->room * 2 + 64);

			if (all->n)
				memcpy(bigger, all->all, all->n * sizeof *bigger);
			all->all = bigger;
			all->room = all->room * 2 + 64;
		}
		m = &all->all[all->n++];
		m->one = one;
		buf_init(&m->where, t->a, MAX_OUT);
	}
	if (many.p)
		m->many = many;
	buf_fmt(&m->where, "#: %s:%d\n", t->file, t->slot_line);
}

/* N_("…") in any expression marks a message that is handed on. */
static void collect_marked(struct tmpl *t, str e)
{
	ptrdiff_t i;

	while ((i = str_find(e, STR("N_(\""))) >= 0) {
		e = str_sub(e, (size_t)i + 3, e.n);
		add_message(t, take_literal(t, &e), (str){0});
	}
}

static bool changes_value(str e, size_t i)
{
	char c = e.p[i], before = i ? e.p[i - 1] : ' ', earlier = i > 1 ? e.p[i - 2] : ' ';
	bool shift = (before == '<' || before == '>') && earlier == before;

	return (c == '=' && (shift || !strchr("!<>", before))) || ((c == '+' || c == '-') && before == c);
}

void check_expr_chars(struct tmpl *t, str e)
{
	char due[32], in = 0;
	size_t n = 0;

	for (size_t i = 0; i < e.n; i++) {
		char c = e.p[i], then = i + 1 < e.n ? e.p[i + 1] : ' ';

		if (in) {
			i += c == '\\';
			in = c == in ? 0 : in;
		} else if (c == '"' || c == '\'')
			in = c;
		else if ((c == '(' || c == '[') && n < sizeof due)
			due[n++] = c == '(' ? ')' : ']';
		else if ((c == ')' || c == ']') && (n == 0 || due[--n] != c))
			fail(t, t->slot_line, "The brackets in \"%.*s\" do not match.", STR_ARG(e));
		else if (c == ';' || c == '{' || c == '}')
			fail(t, t->slot_line,
			     "An expression cannot hold ';', '{' or '}': work the value out in the view.");
		else if (c == '/' && (then == '/' || then == '*'))
			fail(t, t->slot_line, "An expression cannot hold a C comment: write {# … #}.");
		else if (c == '=' && then == '=')
			i++;
		else if (changes_value(e, i))
			fail(t, t->slot_line,
			     "An expression cannot change a value ('=', '++', '--'): to compare, write '=='.");
	}
	collect_marked(t, e);
	if (n || in)
		fail(t, t->slot_line, "The brackets or quotes in \"%.*s\" do not match.", STR_ARG(e));
}

str check_expr(struct tmpl *t, const char *word, str e)
{
	str first = ident(e), rest = after(e, first.n);

	if (e.n == 0)
		fail(t, t->slot_line, "{{ %s }} needs an expression behind it.", word);
	if (first.n && rest.n && is_space(e.p[first.n]) && (is_ident(rest.p[0]) || rest.p[0] == '"'))
		fail(t, t->slot_line, "Unknown word \"%.*s\": the words of templates are listed in html.h.",
		     STR_ARG(first));
	if (*word && e.n > 1 && strchr("+-*/%<>=&|?", e.p[0]) && is_space(e.p[1]))
		fail(t, t->slot_line,
		     "\"%s\" is a word of templates, so \"%s %.*s\" is not a calculation: write (%s) %.*s.", word, word,
		     STR_ARG(e), word, STR_ARG(e));
	check_expr_chars(t, e);
	return e;
}

/* Index of the white space (sep ' ') or comma that stands outside brackets and quotes: the first from `from`
 * behind which `name=` follows (named), or the last; -1 when there is none. */
ptrdiff_t find_outside(str e, char sep, bool named)
{
	ptrdiff_t found = -1;
	int deep = 0;
	char in = 0;

	for (size_t i = 0; i < e.n; i++) {
		char c = e.p[i];
		str name = ident(str_sub(e, i + 1, e.n));

		if (in) {
			i += c == '\\';
			in = c == in ? 0 : in;
		} else if (c == '"' || c == '\'')
			in = c;
		else if (deep == 0 && c == sep) {
			str eq = str_sub(e, i + 1 + name.n, 2);

			if (!named)
				found = (ptrdiff_t)i;
			else if (name.n && eq.n == 2 && eq.p[0] == '=' && eq.p[1] != '=')
				return (ptrdiff_t)i;
		} else
			deep += (c == '(' || c == '[') - (c == ')' || c == ']');
	}
	return found;
}

/* Every {place} of the message has its argument. */
void check_places(struct tmpl *t, str msg, const struct args *args, bool n_given)
{
	for (ptrdiff_t i; (i = str_index(msg, '{')) >= 0;) {
		str name = ident(msg = str_sub(msg, (size_t)i + 1, msg.n));
		bool found = n_given && str_eq(name, STR("n"));

		for (size_t k = 0; k < args->n; k++)
			found |= str_eq(name, args->name[k]);
		if (!found)
			fail(t, t->slot_line, "Nothing fills {%.*s} in the message: add %.*s=… behind it.",
			     STR_ARG(name), STR_ARG(name));
	}
}

void check_arg_used(struct tmpl *t, str name, str one, str many)
{
	str place = arena_fmt(t->a, "{%.*s}", STR_ARG(name));

	if (str_find(one, place) < 0 && str_find(many, place) < 0)
		fail(t, t->slot_line, "The message has no place %.*s for the argument %.*s=….", STR_ARG(place),
		     STR_ARG(name));
}

/* Words that show one value.  $1 the expression, $2 its second part, $p whether only plain text may stand there. */
static const struct show {
	const char *word, *value; /* a str, for arguments of messages */
	const char *show;         /* NULL: the value, escaped */
	bool two;
} shows[] = {
	{"n", "fmt_int(h->a, h->l, (int64_t)($1))", NULL, false},
	{"percent", "fmt_percent(h->a, h->l, (int64_t)($1), (int64_t)($2))", NULL, true},
	{"date", "fmt_day(h->a, h->l, $1, DATE_LONG)", "html_date(h, $1, DATE_LONG, $p)", false},
	{"dateshort", "fmt_day(h->a, h->l, $1, DATE_SHORT)", "html_date(h, $1, DATE_SHORT, $p)", false},
	{"datenum", "fmt_day(h->a, h->l, $1, DATE_NUM)", "html_date(h, $1, DATE_NUM, $p)", false},
	{"weekday", "fmt_day(h->a, h->l, $1, DATE_WEEKDAY)", "html_date(h, $1, DATE_WEEKDAY, $p)", false},
	{"time", "fmt_time(h->a, h->l, $1)", "html_time(h, $1, $p)", false},
	{"money", "fmt_money(h->a, h->l, $1, $2)", "html_money(h, $1, $2, $p)", true},
	{"ltr", "HTML_STR($1)", "html_ltr(h, HTML_STR($1), $p)", false},
	{"bdi", "HTML_STR($1)", "html_bdi(h, HTML_STR($1), $p)", false},
	{"country", "country_name(h->a, h->l, HTML_STR($1))", NULL, false},
	{"language", "language_name(h->a, h->l, HTML_STR($1))", NULL, false},
	{"iso", "html_iso(h, $1)", NULL, false},
	{"amount", "money_plain(h->a, $1)", NULL, false},
};

const struct show *find_show(str word)
{
	for (size_t i = 0; i < sizeof shows / sizeof *shows; i++)
		if (str_eq(word, str_of(shows[i].word)))
			return &shows[i];
	return NULL;
}

static bool only_plain(const struct tmpl *t)
{
	return t->state != TEXT || (top_flags(t) & PLAIN) || find_open(t, "svg");
}

static str fill(struct tmpl *t, const struct show *s, const char *form, str e)
{
	struct buf out;
	str second = {0};
	ptrdiff_t cut;

	buf_init(&out, t->a, MAX_OUT);
	if (s->two) {
		if ((cut = find_outside(e, ' ', false)) < 0)
			fail(t, t->slot_line, "{{ %s }} needs two values behind it.", s->word);
		second = check_expr(t, s->word, after(e, (size_t)cut));
		e = str_trim(str_sub(e, 0, (size_t)cut));
	}
	check_expr(t, s->word, e);
	for (; *form; form++) {
		if (*form != '$')
			buf_c(&out, *form);
		else if (*++form == 'p')
			buf_z(&out, only_plain(t) ? "true" : "false");
		else
			buf_str(&out, *form == '1' ? e : second);
	}
	return buf_done(&out);
}

str show_code(struct tmpl *t, const struct show *s, str e)
{
	return s->show ? fill(t, s, s->show, e) : arena_fmt(t->a, "html_text(h, %s)", fill(t, s, s->value, e).p);
}

/* name=expr name=word expr … */
void read_args(struct tmpl *t, str rest, struct args *args)
{
	*args = (struct args){0};
	buf_init(&args->c, t->a, MAX_OUT);
	while (rest.n) {
		str name = ident(rest), value, word;
		ptrdiff_t cut;

		if (name.n == 0 || name.n + 1 >= rest.n || rest.p[name.n] != '=' || args->n == MAX_ARGS)
			fail(t, t->slot_line, "Behind a message stand arguments such as name=value, not \"%.*s\".",
			     STR_ARG(rest));
		value = str_sub(rest, name.n + 1, rest.n);
		cut = find_outside(value, ' ', true);
		rest = cut < 0 ? (str){0} : after(value, (size_t)cut);
		value = str_trim(cut < 0 ? value : str_sub(value, 0, (size_t)cut));
		word = ident(value);
		if (find_show(word) && word.n < value.n && value.p[word.n] == ' ')
			value = fill(t, find_show(word), find_show(word)->value, after(value, word.n));
		else
			value = arena_fmt(t->a, "HTML_VALUE(h, %.*s)", STR_ARG(check_expr(t, "t", value)));
		args->name[args->n++] = name;
		buf_fmt(&args->c, "%s{\"%.*s\", %.*s}", args->n > 1 ? ", " : "", STR_ARG(name), STR_ARG(value));
	}
}
