/* sqlc.c — compiles named SQL queries into typed C functions, at build time.
 *
 *   sqlc --out DIR --schema 0001_x.sql … --queries a.sql b.sql …
 *
 * writes DIR/queries.c (the table db_queries and the functions) and a header DIR/a_sql.h for each a.sql.
 * The schema is applied to two databases in memory: as SQLite will see it, to know that it is sound, and with
 * the type words kept as declared types, so that SQLite itself tells the word of every column of a query.
 * What SQLite would find out at run time (an unknown column, a parameter too many) stops the build, with
 * file:line and a sentence.
 *
 * A query file:
 *   -- name: case_at(id case_id, from day, after int?) :many
 *   -- What it is for: this comment goes into the header.
 *   -- n: int                          the type of column n, needed where it is an expression
 *   SELECT id, state, COUNT(*) AS n FROM dossier WHERE …  LIMIT 50;
 * Types: int, day, text, bytes, id, case_id, record_id, user_id, group_id.  `?` after one: it may be NULL (an
 * int or id argument is then a pointer; a text, bytes or day argument needs none: absent str and NO_DAY are NULL).
 * Ways: :one, :many (wants LIMIT, or `:many unbounded`), :each (a callback per row), :exec. */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sqlc.h"
#include "words.h"

struct arena *mem;

static const struct ctype ctypes[] = {
	{"int", "int64_t ", 'i'},         {"day", "day ", 'd'},         {"text", "str ", 't'},
	{"bytes", "str ", 'b'},           {"id", "struct id ", 'I'},    {"case_id", "case_id ", 'I'},
	{"record_id", "record_id ", 'I'}, {"user_id", "user_id ", 'I'}, {"group_id", "group_id ", 'I'},
};

static const char *const way_names[] = {[ONE] = ":one", [MANY] = ":many", [EACH] = ":each", [EXEC] = ":exec"};

void die(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs(".\n", stderr);
	exit(1);
}

#define DIE(q, ...) die((q)->file, (q)->line, __VA_ARGS__)

static str read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *p = arena_alloc(mem, FILE_MAX + 1);
	size_t n;

	if (!f)
		die(path, 0, "cannot be read: %s", strerror(errno));
	n = fread(p, 1, FILE_MAX + 1, f);
	fclose(f);
	if (n > FILE_MAX || memchr(p, 0, n) || !str_utf8_ok((str){p, n}))
		die(path, 0, "is too large, or is not UTF-8 text");
	return (str){p, n};
}

/* --- reading a query file ----------------------------------------------------------------------------- */

static void check_name(const struct query *q, str name, const char *what)
{
	static const char *const reserved[] = {
		"auto",   "bool",   "break",  "case",     "char",     "const",  "continue", "default", "do",
		"double", "else",   "enum",   "extern",   "false",    "float",  "for",      "goto",    "if",
		"inline", "int",    "long",   "register", "restrict", "return", "short",    "signed",  "sizeof",
		"static", "struct", "switch", "true",     "typedef",  "union",  "unsigned", "void",    "volatile",
		"while",  "asm",    "typeof", "errno",    NULL};
	/* A parameter would hide a type behind it, or meet one of the functions made here. */
	static const char *const hiding[] = {"day", "str",  "case_id", "record_id", "user_id", "group_id",
					     "c",   "a",    "out",     "n",         "found",   "changed",
					     "row", "rows", "arg",     "args",      "call",    NULL};
	bool ok = name.n && name.n <= 60 && name.p[0] >= 'a' && name.p[0] <= 'z';

	for (size_t i = 0; i < name.n; i++)
		ok = ok && ident_char(name.p[i]) && !(name.p[i] >= 'A' && name.p[i] <= 'Z');
	if (!ok)
		DIE(q, "the %s \"%.*s\" must be a lower-case letter, then lower-case letters, digits and _", what,
		    STR_ARG(name));
	if (any_of(name, reserved) || (strcmp(what, "argument") == 0 && any_of(name, hiding)))
		DIE(q, "the %s cannot be called \"%.*s\": the name is taken", what, STR_ARG(name));
}

static bool parse_type(str s, struct var *v)
{
	v->null = str_ends(s, STR("?"));
	if (v->null)
		s.n--;
	for (size_t i = 0; i < sizeof ctypes / sizeof *ctypes; i++)
		if (str_eqz(s, ctypes[i].word))
			v->type = &ctypes[i];
	return v->type != NULL;
}

static void parse_args(struct query *q, str list)
{
	while (list.p) {
		str part = str_trim(str_split(&list, ',')), name = str_split(&part, ' ');
		struct var *v = &q->args[q->nargs];

		if (q->nargs == ARGS_MAX)
			DIE(q, "a query may have at most %d arguments", ARGS_MAX);
		check_name(q, name, "argument");
		if (!part.p || !parse_type(str_trim(part), v))
			DIE(q, "the argument %.*s needs a type: int, day, text, bytes, id or a kind of id",
			    STR_ARG(name));
		v->name = name;
		for (int i = 0; i < q->nargs; i++)
			if (str_eq(q->args[i].name, name))
				DIE(q, "there are two arguments called %.*s", STR_ARG(name));
		q->nargs++;
	}
}

/* NAME(arg type, …) :way */
static void parse_name_line(struct query *q, str s)
{
	ptrdiff_t open = str_index(s, '('), close = str_index(s, ')');
	str list, way;
	bool known = false;

	if (open < 1 || close < open)
		DIE(q, "a name line reads \"-- name: NAME(arg type, …) :one\"");
	q->name = str_trim(str_sub(s, 0, (size_t)open));
	check_name(q, q->name, "query");
	list = str_trim(str_sub(s, (size_t)open + 1, (size_t)(close - open) - 1));
	if (list.n)
		parse_args(q, list);
	way = str_trim(str_sub(s, (size_t)close + 1, s.n));
	if (str_eqz(way, ":many unbounded")) {
		q->unbounded = true;
		way = STR(":many");
	}
	for (size_t i = 0; i < sizeof way_names / sizeof *way_names; i++)
		if (str_eqz(way, way_names[i])) {
			q->way = (enum way)i;
			known = true;
		}
	if (!known)
		DIE(q, "\"%.*s\" is none of :one, :many, :many unbounded, :each, :exec", STR_ARG(way));
}

/* "-- n: int" is a note, any other comment documents the query. */
static void parse_comment(struct query *q, str text)
{
	str rest = text, name = str_trim(str_split(&rest, ':'));
	struct var v = {.name = name};

	if (rest.p && parse_type(str_trim(rest), &v)) {
		if (q->nnotes == NOTES_MAX)
			DIE(q, "a query may have at most %d notes", NOTES_MAX);
		q->notes[q->nnotes++] = v;
		return;
	}
	if (str_find(text, STR("*/")) >= 0 || str_find(text, STR("/*")) >= 0)
		DIE(q, "its comment would end the comment in the header");
	buf_fmt(&q->doc, "%s%.*s", q->doc.n ? "\n * " : "", STR_ARG(text));
}

static struct query **parse_file(const char *path, struct query **at)
{
	str rest = read_file(path);
	struct query *q = NULL;

	for (int line = 1; rest.p; line++) {
		const char *start = rest.p;
		str text = str_split(&rest, '\n'), trimmed = str_trim(text);
		bool comment = str_starts(trimmed, STR("--"));
		str said = comment ? str_trim(str_sub(trimmed, 2, trimmed.n)) : (str){0};

		if (comment && str_starts(said, STR("name:"))) {
			q = NEW(mem, struct query);
			*q = (struct query){.file = path, .line = line, .sql_line = line + 1};
			buf_init(&q->doc, mem, 4000);
			parse_name_line(q, str_trim(str_sub(said, 5, said.n)));
			q->raw = (str){start + text.n, 0};
			*at = q;
			at = &q->next;
			continue;
		}
		if (!q && trimmed.n && !comment)
			die(path, line, "a statement needs a name line before it: -- name: NAME(arg type, …) :one");
		if (q && comment && said.n)
			parse_comment(q, said);
		if (q)
			q->raw.n = (size_t)(text.p + text.n - q->raw.p);
	}
	return at;
}

/* --- asking SQLite ------------------------------------------------------------------------------------ */

static sqlite3 *open_memory(void)
{
	sqlite3 *db = NULL;

	if (sqlite3_open(":memory:", &db) || sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL))
		die("sqlc", 0, "no database in memory");
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL); /* "x" is a column, never a string */
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	return db;
}

static int line_at(str s, int offset)
{
	int line = 0;

	for (int i = 0; i < offset && i < (int)s.n; i++)
		line += s.p[i] == '\n';
	return line;
}

static void apply_schema(sqlite3 *db, const char *path, str text, enum db_dialect d)
{
	str whole = text;
	struct err *e = db_words(mem, whole, d, &text);
	const char *rest;

	for (size_t n = 0; e; n++) /* find its line */
		if (n == whole.n || (whole.p[n] == '\n' && db_words(mem, str_sub(whole, 0, n), d, &text)))
			die(path, 1 + line_at(whole, (int)n), "%.*s", STR_ARG(e->detail));
	sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
	for (rest = text.p; *(rest += strspn(rest, " \t\r\n"));) {
		sqlite3_stmt *st = NULL;
		int at = (int)(rest - text.p);
		int rc = sqlite3_prepare_v2(db, rest, -1, &st, &rest);

		if (rc)
			at += sqlite3_error_offset(db) > 0 ? sqlite3_error_offset(db) : 0;
		if (rc || (st && sqlite3_step(st) != SQLITE_DONE))
			die(path, 1 + line_at(text, at), "%s", sqlite3_errmsg(db));
		sqlite3_finalize(st);
		if (sqlite3_get_autocommit(db))
			die(path, 1 + line_at(text, at), "a schema file runs in one transaction and must not end it");
	}
	sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
}

static const char *word_of(const char *decl)
{
	size_t n = strlen(DB_WORD_PREFIX);

	return decl && strncmp(decl, DB_WORD_PREFIX, n) == 0 ? decl + n : NULL;
}

static void check_schema(sqlite3 *db, const char *path)
{
	static const char sql[] = "SELECT m.name, p.name, p.type FROM sqlite_schema m, pragma_table_info(m.name) p"
				  " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL))
		die(path, 1, "%s", sqlite3_errmsg(db));
	while (sqlite3_step(st) == SQLITE_ROW)
		if (!word_of((const char *)sqlite3_column_text(st, 2)))
			die(path, 1, "the column %s of table %s must have a type word: @id, @int, @text, @bytes, @day",
			    sqlite3_column_text(st, 1), sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
}

static void check_params(const struct query *q, sqlite3_stmt *st)
{
	bool seen[ARGS_MAX] = {0};

	for (int i = 1; i <= sqlite3_bind_parameter_count(st); i++) {
		const char *name = sqlite3_bind_parameter_name(st, i);
		int64_t k = 0;

		if (!name || name[0] != '$' || name[1] == '0' || !str_to_i64(str_of(name + 1), &k) || k < 1)
			DIE(q, "%s: parameters are written $1, $2, … (found \"%s\")", q->name.p, name ? name : "?");
		if (k > q->nargs)
			DIE(q, "%s: $%d is used, but the name line has %d argument(s)", q->name.p, (int)k, q->nargs);
		seen[k - 1] = true;
	}
	for (int i = 0; i < q->nargs; i++)
		if (!seen[i])
			DIE(q, "%s: the argument %.*s ($%d) is not used", q->name.p, STR_ARG(q->args[i].name), i + 1);
}

static bool declared_null(sqlite3 *db, sqlite3_stmt *st, int i)
{
	const char *table = sqlite3_column_table_name(st, i), *origin = sqlite3_column_origin_name(st, i);
	int not_null = 0, key = 0;

	if (!table || !origin ||
	    sqlite3_table_column_metadata(db, NULL, table, origin, NULL, NULL, &not_null, &key, NULL))
		return true;
	return !not_null && !key;
}

static void type_column(struct query *q, sqlite3 *db, sqlite3_stmt *st, int i)
{
	struct var *col = &q->cols[i];
	const char *word = word_of(sqlite3_column_decltype(st, i));

	col->name = arena_str(mem, str_of(sqlite3_column_name(st, i)));
	if (str_index(col->name, '(') >= 0 || str_index(col->name, ' ') >= 0 || str_index(col->name, '$') >= 0)
		DIE(q, "%s: the expression \"%s\" needs a name: AS x", q->name.p, col->name.p);
	check_name(q, col->name, "column");
	for (int k = 0; k < i; k++)
		if (str_eq(q->cols[k].name, col->name))
			DIE(q, "%s: there are two columns called %s", q->name.p, col->name.p);
	for (int k = 0; k < q->nnotes; k++) {
		if (!str_eq(q->notes[k].name, col->name))
			continue;
		col->type = q->notes[k].type;
		col->null = q->notes[k].null;
		q->notes[k].name = (str){0}; /* used */
		return;
	}
	if (!word || !parse_type(str_of(word), col))
		DIE(q, "%s: the column %s is an expression: say its type in a comment \"-- %s: int\"", q->name.p,
		    col->name.p, col->name.p);
	col->null = declared_null(db, st, i) || may_lose_rows(q->sql);
}

static void check_columns(struct query *q, sqlite3 *db, sqlite3_stmt *st)
{
	q->ncols = sqlite3_column_count(st);
	if (q->ncols > COLS_MAX)
		DIE(q, "%s: a query may have at most %d columns", q->name.p, COLS_MAX);
	if (q->way == EXEC && q->ncols)
		DIE(q, "%s: it returns columns, so it is :one, :many or :each", q->name.p);
	if (q->way != EXEC && !q->ncols)
		DIE(q, "%s: it returns no column, so it is :exec", q->name.p);
	if (q->way == MANY && !q->unbounded && !has_limit(q->sql))
		DIE(q, "%s: :many needs a LIMIT, or must say \":many unbounded\"", q->name.p);
	for (int i = 0; i < q->ncols; i++)
		type_column(q, db, st, i);
	for (int k = 0; k < q->nnotes; k++)
		if (q->notes[k].name.p)
			DIE(q, "%s: a note names the column %.*s, which it does not return", q->name.p,
			    STR_ARG(q->notes[k].name));
}

static void compile(struct query *q, sqlite3 *db)
{
	static const char *const verbs[] = {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", NULL};
	sqlite3_stmt *st = NULL;
	const char *tail = NULL;
	str words;
	int depth = 0, at;

	q->name = arena_str(mem, q->name);
	words = q->sql = strip(q->raw);
	if (!q->sql.n)
		DIE(q, "%s: there is no statement behind the name line", q->name.p);
	if (!any_of(next_word(&words, &depth), verbs))
		DIE(q, "%s: a query is SELECT, INSERT, UPDATE, DELETE or WITH; tables are made in schema/", q->name.p);
	q->raw = arena_str(mem, q->raw);
	if (sqlite3_prepare_v2(db, q->raw.p, -1, &st, &tail)) {
		at = sqlite3_error_offset(db); /* raw begins with the end of the name line */
		die(q->file, at < 0 ? q->line : q->line + line_at(q->raw, at), "%s: %s", q->name.p, sqlite3_errmsg(db));
	}
	if (strip(str_of(tail)).n)
		DIE(q, "%s: only one statement may stand behind a name line", q->name.p);
	check_params(q, st);
	check_columns(q, db, st);
	q->writes = !sqlite3_stmt_readonly(st);
	sqlite3_finalize(st);
}

/* --- command line ------------------------------------------------------------------------------------- */

struct list {
	char **v;
	int n;
};

_Noreturn static void usage(void)
{
	fputs("usage: sqlc --out DIR --schema FILE… --queries FILE…\n", stderr);
	exit(2);
}

static struct list take(char **argv, int argc, int *i, const char *option)
{
	struct list l = {argv + *i + 1, 0};

	if (*i >= argc || strcmp(argv[*i], option) != 0)
		usage();
	for (++*i; *i < argc && strncmp(argv[*i], "--", 2) != 0; ++*i)
		l.n++;
	return l;
}

static void check_duplicates(const struct query *queries)
{
	for (const struct query *q = queries; q; q = q->next)
		for (const struct query *r = queries; r != q; r = r->next)
			if (str_eq(q->name, r->name))
				DIE(q, "%s: there is a query of this name at %s:%d", q->name.p, r->file, r->line);
}

int main(int argc, char **argv)
{
	int i = 1;
	struct list out = take(argv, argc, &i, "--out"), schema = take(argv, argc, &i, "--schema");
	struct list files = take(argv, argc, &i, "--queries");
	struct query *queries = NULL, **at = &queries;
	sqlite3 *real, *typed;

	if (out.n != 1 || schema.n < 1 || i != argc)
		usage();
	mem = arena_create(1u << 30);
	real = open_memory();
	typed = open_memory();
	for (int k = 0; k < schema.n; k++) {
		str text = read_file(schema.v[k]);

		apply_schema(real, schema.v[k], text, DB_SQLITE);
		apply_schema(typed, schema.v[k], text, DB_WORDS);
		check_schema(typed, schema.v[k]);
	}
	for (int k = 0; k < files.n; k++)
		at = parse_file(files.v[k], at);
	for (struct query *q = queries; q; q = q->next)
		compile(q, typed);
	check_duplicates(queries);
	write_all(out.v[0], files.v, files.n, queries);
	sqlite3_close(real);
	sqlite3_close(typed);
	arena_destroy(mem);
	return 0;
}
