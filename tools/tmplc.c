/* tmplc.c — compiles x.html templates into x_html.c and x_html.h (the language: src/lib/html/html.h).
 *
 * It follows the HTML while it reads, so that it knows for each slot where it stands and refuses, at build
 * time, every place where escaping could not make a value safe.  A page that compiles is well nested and
 * cannot be injected into.  Whatever is not understood is refused, never passed on.
 *
 *   tmplc [-o DIR] FILE.html…     writes DIR/FILE_html.c and .h
 *   tmplc --messages FILE.html…   prints every message as a PO template */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmplc.h"

/* ---- blocks ---- */

static void begin_block(struct tmpl *t, const char *word)
{
	if (t->nblocks == MAX_DEPTH)
		fail(t, t->slot_line, "More than %d blocks stand inside each other.", MAX_DEPTH);
	if (t->ws) {
		put_ws(t);
		t->skip = true;
	}
	t->blocks[t->nblocks++] = (struct block){.word = word,
						 .line = t->slot_line,
						 .state = t->state,
						 .depth = t->depth,
						 .tag_no = t->tag_no,
						 .value_no = t->value_no,
						 .skip = t->skip,
						 .spaced = t->spaced,
						 .skip_after = true};
}

/* The end of a branch: the page is where it was when the block began. */
static struct block *settle(struct tmpl *t, const char *word)
{
	static const char *const names[] = {"text", "a tag", "an attribute value"};
	struct block *b = &t->blocks[t->nblocks - 1];
	const struct open *o = &t->open[t->depth - (t->depth > 0)];
	bool same = t->state == b->state && (t->state == TEXT || t->tag_no == b->tag_no) &&
		    (t->state != VALUE || t->value_no == b->value_no);

	if (t->state == VALUE && !same)
		fail(t, t->value_line, "The value of %.*s=, opened here, is not closed before the {{ %s }} of line %d.",
		     STR_ARG(t->attr), word, t->slot_line);
	if (t->state == TAG && !same)
		fail(t, t->tag_line, "The tag <%.*s, begun here, is not finished before the {{ %s }} of line %d.",
		     STR_ARG(t->tag), word, t->slot_line);
	if (!same)
		fail(t, t->slot_line,
		     "The {{ %s }} of line %d began in %s and ends in %s: each branch must hold whole pieces.", b->word,
		     b->line, names[b->state], names[t->state]);
	if (t->depth > b->depth)
		fail(t, o->line, "<%.*s>, opened here, is not closed before the {{ %s }} of line %d.", STR_ARG(o->name),
		     word, t->slot_line);
	if (t->ws && strcmp(b->word, "define") != 0) {
		put_ws(t);
		t->skip = true;
	}
	t->ws = 0;
	b->skip_after &= t->skip;
	check_address(t);
	b->value_grew |= t->value_slot || t->value.n > b->value_n;
	return b;
}

static void word_include(struct tmpl *t, str rest)
{
	str name = take_literal(t, &rest);

	if (t->nblocks || rest.n)
		fail(t, t->slot_line, "Write {{ include \"file.h\" }} at the top of the file, outside {{ define }}.");
	buf_fmt(&t->h, "#include %.*s\n", STR_ARG(name));
}

static void word_define(struct tmpl *t, str rest)
{
	str name = ident(rest), params = after(rest, name.n);

	if (t->nblocks)
		fail(t, t->slot_line, "{{ define }} stands inside the {{ %s }} of line %d: is an {{ end }} missing?",
		     t->blocks[0].word, t->blocks[0].line);
	if (name.n == 0 || params.n < 2 || params.p[0] != '(' || params.p[params.n - 1] != ')')
		fail(t, t->slot_line, "Write {{ define name(parameters) }}.");
	params = str_trim(str_sub(params, 1, params.n - 2));
	check_expr_chars(t, params);
	if (str_eqz(params, "void"))
		params = STR("");
	begin_block(t, "define");
	t->skip = true;
	buf_fmt(&t->h, "void %.*s(struct html *h%s%.*s);\n", STR_ARG(name), params.n ? ", " : "", STR_ARG(params));
	emit(t, "void %.*s(struct html *h%s%.*s)\n{\n\t(void)h;", STR_ARG(name), params.n ? ", " : "", STR_ARG(params));
}

static void word_if(struct tmpl *t, str rest)
{
	check_expr(t, "if", rest);
	begin_block(t, "if");
	emit(t, "if (%.*s) {", STR_ARG(rest));
}

static struct block *next_branch(struct tmpl *t, const char *word)
{
	struct block *b = settle(t, word);

	if (strcmp(b->word, "if") != 0 || b->last)
		fail(t, t->slot_line,
		     "{{ %s }} belongs between {{ if }} and its {{ end }}, not %s the {{ %s }} of line %d.", word,
		     b->last ? "behind {{ else }} in" : "inside", b->word, b->line);
	t->skip = b->skip;
	t->spaced = b->spaced;
	t->value.n = b->value_n;
	t->value_slot = b->value_slot;
	return b;
}

static void word_elif(struct tmpl *t, str rest)
{
	check_expr(t, "elif", rest);
	next_branch(t, "elif");
	emit(t, "} else if (%.*s) {", STR_ARG(rest));
}

static void word_else(struct tmpl *t, str rest)
{
	if (rest.n)
		fail(t, t->slot_line, "{{ else }} takes nothing behind it: write {{ elif condition }}.");
	next_branch(t, "else")->last = true;
	emit(t, "} else {");
}

/* TYPE *name in array, count */
static void word_for(struct tmpl *t, str rest)
{
	static const char usage[] = "Write {{ for TYPE *name in array, count }}.";
	ptrdiff_t in = str_find(rest, STR(" in ")), comma;
	str decl, name, list, count;

	if (in < 0)
		fail(t, t->slot_line, usage);
	decl = str_trim(str_sub(rest, 0, (size_t)in));
	list = after(rest, (size_t)in + 4);
	for (name = str_sub(decl, decl.n, 0); name.p > decl.p && is_ident(name.p[-1]); name.n++)
		name.p--;
	comma = find_outside(list, ',', false);
	if (name.n == 0 || name.p == decl.p || name.p[-1] != '*' || comma < 0)
		fail(t, t->slot_line, usage);
	count = after(list, (size_t)comma + 1);
	list = str_trim(str_sub(list, 0, (size_t)comma));
	check_expr_chars(t, decl);
	check_expr(t, "for", list);
	check_expr(t, "for", count);
	begin_block(t, "for");
	t->skip = false;      /* the second round begins behind the end of the first … */
	t->value_slot = true; /* … so an address here is a part of one */
	emit(t, "{ %.*s = (%.*s); for (int64_t %.*s_left = (int64_t)(%.*s); %.*s_left > 0; %.*s_left--, %.*s++) {",
	     STR_ARG(decl), STR_ARG(list), STR_ARG(name), STR_ARG(count), STR_ARG(name), STR_ARG(name), STR_ARG(name));
}

static void word_end(struct tmpl *t, str rest)
{
	struct block *b;

	if (rest.n)
		fail(t, t->slot_line, "{{ end }} takes nothing behind it.");
	if (t->nblocks == 0)
		fail(t, t->slot_line, "This {{ end }} ends nothing.");
	b = settle(t, "end");
	t->skip = b->skip_after && (b->skip || b->last);
	t->spaced = false;
	t->value_slot |= b->value_grew; /* in one branch or another */
	t->nblocks--;
	emit(t, strcmp(b->word, "for") == 0 ? "}}" : "}");
}

static const struct {
	const char *word;
	void (*fn)(struct tmpl *t, str rest);
	bool outside; /* outside {{ define }} too */
} words[] = {
	{"include", word_include, true}, {"define", word_define, true}, {"end", word_end, true},
	{"if", word_if, false},          {"elif", word_elif, false},    {"else", word_else, false},
	{"for", word_for, false},
};

/* ---- slots ---- */

/* Reads {{ … }} and returns what stands between. */
static str slot_body(struct tmpl *t)
{
	str body = str_sub(t->src, t->at + 2, 0);
	char in = 0;

	for (t->at += 2;; t->at++, body.n++) {
		char c = peek(t);

		if (c == '\n' || c == '\0')
			fail(t, t->line, "The {{ opened here is not closed with }} on the same line.");
		if (!in && looking(t, "}}"))
			break;
		if (in && c == '\\' && t->at + 1 < t->src.n) {
			t->at++;
			body.n++;
		} else if (in ? c == in : c == '"' || c == '\'')
			in = in ? 0 : c;
	}
	t->at += 2;
	return str_trim(body);
}

static void slot(struct tmpl *t)
{
	str body, word, rest;
	bool is_word;

	t->slot_line = t->line;
	body = slot_body(t);
	if (body.n == 0)
		fail(t, t->slot_line, "This slot is empty.");
	word = ident(body);
	rest = after(body, word.n);
	is_word = word.n == body.n || is_space(body.p[word.n]);
	for (size_t i = 0; is_word && i < sizeof words / sizeof *words; i++)
		if (str_eq(word, str_of(words[i].word)) && (t->nblocks || words[i].outside)) {
			if (top_flags(t) & RAW)
				break;
			words[i].fn(t, rest);
			return;
		}
	if (t->nblocks == 0)
		fail(t, t->slot_line, "Only {{ include }} and {{ define }} stand outside {{ define … }} … {{ end }}.");
	if (t->state == TEXT && (top_flags(t) & RAW))
		fail(t, t->slot_line, "A slot cannot stand inside <%.*s>: hand the value over in a data-… attribute.",
		     STR_ARG(t->open[t->depth - 1].name));
	if (!is_word || !show_word(t, word, rest))
		show_expr(t, body);
}

static void comment(struct tmpl *t)
{
	int line = t->line;

	while (!looking(t, "#}")) {
		if (t->at >= t->src.n)
			fail(t, line, "The comment opened here is not closed with #}.");
		next(t);
	}
	t->at += 2;
}

static void step(struct tmpl *t)
{
	if (looking(t, "{{"))
		slot(t);
	else if (looking(t, "{#"))
		comment(t);
	else if (t->nblocks == 0) {
		if (!is_space(next(t)))
			fail(t, t->line, "Text outside {{ define … }} … {{ end }} would never be shown.");
	} else if (t->state == TEXT)
		text_step(t);
	else if (t->state == TAG)
		tag_step(t);
	else
		value_step(t);
}

/* ---- files ---- */

static str read_file(struct arena *a, const char *path)
{
	char *p = arena_alloc(a, MAX_FILE + 1);
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f) {
		fprintf(stderr, "%s: cannot be read: %m\n", path);
		exit(EXIT_FAILURE);
	}
	n = fread(p, 1, MAX_FILE + 1, f);
	fclose(f);
	if (n > MAX_FILE || memchr(p, '\0', n) || !str_utf8_ok((str){p, n})) {
		fprintf(stderr, "%s:1: This is not UTF-8 text of at most %d bytes.\n", path, MAX_FILE);
		exit(EXIT_FAILURE);
	}
	return (str){p, n};
}

static void write_file(const char *path, str s)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(s.p, 1, s.n, f) != s.n || fclose(f) != 0) {
		fprintf(stderr, "%s: cannot be written: %m\n", path);
		exit(EXIT_FAILURE);
	}
}

static str base_name(const char *file)
{
	const char *slash = strrchr(file, '/');
	str base = str_of(slash ? slash + 1 : file);

	return str_ends(base, STR(".html")) ? str_sub(base, 0, base.n - 5) : base;
}

static void compile(struct arena *a, const char *file, const char *dir, struct messages *messages)
{
	struct tmpl *t = NEW(a, struct tmpl);
	str base = base_name(file);

	*t = (struct tmpl){.a = a, .file = file, .src = read_file(a, file), .line = 1, .messages = messages};
	buf_init(&t->c, a, MAX_OUT);
	buf_init(&t->h, a, MAX_OUT);
	buf_init(&t->lit, a, MAX_OUT);
	buf_init(&t->value, a, MAX_FILE);
	buf_fmt(&t->c, "/* Made by tmplc from %.*s.html: change that. */\n#include \"%.*s_html.h\"\n\n", STR_ARG(base),
		STR_ARG(base));
	buf_fmt(&t->h, "/* Made by tmplc from %.*s.html: change that. */\n#pragma once\n#include \"html.h\"\n",
		STR_ARG(base));
	while (t->at < t->src.n)
		step(t);
	if (t->nblocks)
		fail(t, t->blocks[t->nblocks - 1].line, "This {{ %s }} has no {{ end }}.",
		     t->blocks[t->nblocks - 1].word);
	if (!dir)
		return;
	write_file(arena_fmt(a, "%s/%.*s_html.c", dir, STR_ARG(base)).p, buf_done(&t->c));
	write_file(arena_fmt(a, "%s/%.*s_html.h", dir, STR_ARG(base)).p, buf_done(&t->h));
}

static void print_messages(const struct messages *all)
{
	puts("msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
	     "\"Content-Transfer-Encoding: 8bit\\n\"");
	for (size_t i = 0; i < all->n; i++) {
		const struct message *m = &all->all[i];

		printf("\n%smsgid %.*s\n", m->where.p, STR_ARG(m->one));
		if (m->many.p)
			printf("msgid_plural %.*s\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n", STR_ARG(m->many));
		else
			puts("msgstr \"\"");
	}
}

int main(int argc, char **argv)
{
	struct messages messages = {0};
	struct arena *a;
	bool print = argc > 1 && strcmp(argv[1], "--messages") == 0;
	bool to = argc > 2 && strcmp(argv[1], "-o") == 0;
	int first = print ? 2 : to ? 3 : 1;

	if (first >= argc || argv[first][0] == '-') {
		fputs("usage: tmplc [-o DIR] FILE.html...\n       tmplc --messages FILE.html...\n", stderr);
		return 2;
	}
	a = arena_create((size_t)1 << 30);
	for (int i = first; i < argc; i++)
		compile(a, argv[i], print ? NULL : to ? argv[2] : ".", &messages);
	if (print)
		print_messages(&messages);
	arena_destroy(a);
	return 0;
}
