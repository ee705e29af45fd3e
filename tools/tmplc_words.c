/* tmplc_words.c — the words that show something, and where each may stand. */
#include "tmplc.h"

/* Where a slot that shows something may stand. */
static void show_place(struct tmpl *t)
{
	if (t->state == TAG)
		fail(t, t->slot_line, "A slot cannot stand where an attribute is due: write name=\"{{ … }}\".");
	if (t->state == VALUE && listed(URL_ATTRS, t->attr))
		fail(t, t->slot_line, "An address in %.*s= is written with {{ url … }}.", STR_ARG(t->attr));
	if (t->state == VALUE && listed(" srcset imagesrcset srcdoc http-equiv ", t->attr))
		fail(t, t->slot_line, "No slot can be made safe inside %.*s=.", STR_ARG(t->attr));
	if (t->state == VALUE)
		t->value_slot = true;
	put_ws(t);
	t->skip = false;
}

static void text_place(struct tmpl *t, const char *word)
{
	if (t->state != TEXT || (top_flags(t) & PLAIN))
		fail(t, t->slot_line,
		     "{{ %s }} makes markup: it stands in text only, not inside a tag, <title>, <option> or "
		     "<textarea>.",
		     word);
	put_ws(t);
	t->skip = false;
	for (size_t i = 0; i < t->depth; i++)
		t->open[i].csrf = true;
}

static void word_t(struct tmpl *t, str rest)
{
	struct args args;
	str msg, lit = {0};
	ptrdiff_t cut;

	show_place(t);
	if (rest.n && rest.p[0] == '"') {
		msg = lit = take_literal(t, &rest);
		add_message(t, lit, (str){0});
	} else {
		cut = find_outside(rest, ' ', true);
		msg = check_expr(t, "t", cut < 0 ? rest : str_trim(str_sub(rest, 0, (size_t)cut)));
		rest = cut < 0 ? (str){0} : after(rest, (size_t)cut);
	}
	read_args(t, rest, &args);
	check_places(t, lit, &args, false);
	for (size_t i = 0; lit.p && i < args.n; i++)
		check_arg_used(t, args.name[i], lit, lit);
	if (args.n)
		emit(t, "html_t(h, %.*s, (const struct tr_arg[]){%s}, %zu);", STR_ARG(msg), args.c.p, args.n);
	else
		emit(t, "html_text_z(h, tr(h->l, %.*s));", STR_ARG(msg));
}

static void word_tn(struct tmpl *t, str rest)
{
	struct args args;
	str one, many, count;
	ptrdiff_t cut;

	show_place(t);
	one = take_literal(t, &rest);
	many = take_literal(t, &rest);
	cut = find_outside(rest, ' ', true);
	count = check_expr(t, "tn", cut < 0 ? rest : str_trim(str_sub(rest, 0, (size_t)cut)));
	read_args(t, cut < 0 ? (str){0} : after(rest, (size_t)cut), &args);
	add_message(t, one, many);
	check_places(t, one, &args, true);
	check_places(t, many, &args, true);
	for (size_t i = 0; i < args.n; i++)
		check_arg_used(t, args.name[i], one, many);
	emit(t, "html_tn(h, %.*s, %.*s, (int64_t)(%.*s), %s%s%s, %zu);", STR_ARG(one), STR_ARG(many), STR_ARG(count),
	     args.n ? "(const struct tr_arg[]){" : "NULL", args.n ? args.c.p : "", args.n ? "}" : "", args.n);
}

static void word_url(struct tmpl *t, str rest)
{
	static const char *const starts[] = {"/", "?", "#", "http://", "https://", "mailto:", "tel:"};
	str before = buf_done(&t->value);
	bool safe = t->value_slot;

	if (t->state != VALUE || !listed(URL_ATTRS, t->attr))
		fail(t, t->slot_line, "{{ url }} stands only in href=, src=, action= and formaction=.");
	check_expr(t, "url", rest);
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		safe |= str_starts(before, str_of(starts[i]));
	if (before.n && !safe)
		fail(t, t->slot_line,
		     "An address must begin with /, ?, #, http(s)://, mailto: or tel:, not with \"%.*s\".",
		     STR_ARG(before));
	emit(t, "html_url%s(h, HTML_STR(%.*s));", before.n || t->value_slot ? "_part" : "", STR_ARG(rest));
	t->value_slot = true;
}

static void word_html(struct tmpl *t, str rest)
{
	text_place(t, "html");
	emit(t, "html_put(h, %.*s);", STR_ARG(check_expr(t, "html", rest)));
}

static void word_csrf(struct tmpl *t, str rest)
{
	text_place(t, "csrf");
	if (rest.n)
		fail(t, t->slot_line, "{{ csrf }} takes nothing behind it.");
	emit(t, "html_csrf(h);");
}

static void word_call(struct tmpl *t, str rest)
{
	str name = ident(rest), args = after(rest, name.n);

	text_place(t, "call");
	if (name.n == 0 || args.n < 2 || args.p[0] != '(' || args.p[args.n - 1] != ')')
		fail(t, t->slot_line, "Write {{ call template(arguments) }}.");
	args = str_trim(str_sub(args, 1, args.n - 2));
	check_expr_chars(t, args);
	emit(t, "%.*s(h%s%.*s);", STR_ARG(name), args.n ? ", " : "", STR_ARG(args));
}

static const struct {
	const char *word;
	void (*fn)(struct tmpl *t, str rest);
} words[] = {
	{"t", word_t},       {"tn", word_tn},     {"url", word_url},
	{"html", word_html}, {"csrf", word_csrf}, {"call", word_call},
};

bool show_word(struct tmpl *t, str word, str rest)
{
	const struct show *s = find_show(word);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eq(word, str_of(words[i].word))) {
			words[i].fn(t, rest);
			return true;
		}
	if (!s)
		return false;
	show_place(t);
	emit(t, "%s;", show_code(t, s, rest).p);
	return true;
}

void show_expr(struct tmpl *t, str e)
{
	check_expr(t, "", e);
	show_place(t);
	emit(t, "HTML_TEXT(h, %.*s);", STR_ARG(e));
}
