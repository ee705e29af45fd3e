/* tmplc.h — the parts of the template compiler, for each other.
 *
 * tmplc.c reads files, blocks ({{ define }}, {{ if }}, {{ for }}) and writes the result; tmplc_html.c follows the
 * HTML; tmplc_words.c knows the words that show something; tmplc_expr.c the expressions and messages behind them. */
#pragma once
#include "base.h"

enum { MAX_FILE = 1 << 20, MAX_OUT = 16 << 20, MAX_DEPTH = 128, MAX_ARGS = 16 };

/* Elements: no end tag; white space beside it is not shown; ends a paragraph; blocked content; only text inside. */
enum { VOID = 1, BLOCK = 2, ENDS_P = 4, RAW = 8, PLAIN = 16 };
#define URL_ATTRS " href src action formaction poster cite data xlink:href ping background manifest "

enum state { TEXT, TAG, VALUE };

struct open {
	str name;
	int line;
	bool post, csrf; /* a form that posts; its token was seen */
};
struct block { /* {{ define }}, {{ if }}, {{ for }}: what stood when it began */
	const char *word;
	int line;
	enum state state;
	size_t depth;
	unsigned tag_no, value_no;
	size_t value_n; /* what stood in the attribute value */
	bool value_slot, value_grew;
	bool skip, spaced, skip_after, last; /* last: {{ else }} was seen */
};
struct message {
	str one, many; /* C literals with their quotes; many may be absent */
	struct buf where;
};
struct messages {
	struct message *all;
	size_t n, room;
};

struct tmpl {
	struct arena *a;
	const char *file;
	str src;
	size_t at;
	int line, slot_line;
	struct buf c, h, lit; /* lit: markup not yet written to c */
	enum state state;
	str tag, attr;
	struct buf value; /* what the template itself wrote in the present value */
	bool value_slot;  /* a slot was there */
	char quote;
	int tag_line, value_line;
	unsigned tag_no, value_no;
	bool posts;  /* the tag being read is <form method="post"> */
	bool spaced; /* white space was read, so an attribute may follow */
	char ws;     /* white space read in text but not yet written; 0: none */
	bool skip;   /* white space here would add nothing */
	struct open open[MAX_DEPTH];
	size_t depth;
	struct block blocks[MAX_DEPTH];
	size_t nblocks;
	struct messages *messages;
};

_Noreturn void fail(const struct tmpl *t, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* tmplc_html.c: reading */
bool is_space(char c);
bool is_ident(char c);
void skip_space(struct tmpl *t);
char peek(const struct tmpl *t);
bool looking(const struct tmpl *t, const char *z);
char next(struct tmpl *t);
str ident(str s);
str after(str s, size_t n);
bool listed(const char *list, str name); /* list: " a b c " */
/* tmplc_html.c: the HTML around a slot */
const struct open *find_open(const struct tmpl *t, const char *name);
unsigned top_flags(const struct tmpl *t);
void text_step(struct tmpl *t);
void tag_step(struct tmpl *t);
void value_step(struct tmpl *t);
void check_address(struct tmpl *t); /* of what the template wrote in this value */
/* tmplc_html.c: writing */
void put_ws(struct tmpl *t);
void flush(struct tmpl *t);
void emit(struct tmpl *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* tmplc_expr.c */
str check_expr(struct tmpl *t, const char *word, str e);
void check_expr_chars(struct tmpl *t, str e);
ptrdiff_t find_outside(str e, char sep, bool named);
str take_literal(struct tmpl *t, str *rest);
void add_message(struct tmpl *t, str one, str many);
struct args {
	str name[MAX_ARGS];
	size_t n;
	struct buf c; /* the initialisers */
};
void check_places(struct tmpl *t, str msg, const struct args *args, bool n_given);
void check_arg_used(struct tmpl *t, str name, str one, str many);
void read_args(struct tmpl *t, str rest, struct args *args);
struct show;
const struct show *find_show(str word);
str show_code(struct tmpl *t, const struct show *s, str e); /* the C that shows e */

/* tmplc_words.c: shows what the slot asks for; false when the word is none of these */
bool show_word(struct tmpl *t, str word, str rest);
void show_expr(struct tmpl *t, str e);
