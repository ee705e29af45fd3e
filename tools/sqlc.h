/* sqlc.h — a named query, as read and checked by sqlc.c (its words by sqlc_words.c) and written as C by sqlc_write.c. */
#pragma once
#include "base.h"

#define FILE_MAX (1u << 20)
#define ARGS_MAX 32 /* DB_PARAMS_MAX of db.h */
#define COLS_MAX 64
#define NOTES_MAX 64

struct ctype {
	const char *word, *c; /* c ends so that a name can follow */
	char kind;            /* as in struct db_field */
};
struct var {
	str name;
	const struct ctype *type;
	bool null;
};
enum way { ONE, MANY, EACH, EXEC };

struct query {
	struct query *next;
	const char *file;
	int line, sql_line; /* of the name; of the first line behind it */
	str name, raw, sql; /* raw: with its comments; sql: without */
	enum way way;
	bool unbounded, writes;
	struct var args[ARGS_MAX], cols[COLS_MAX], notes[NOTES_MAX];
	int nargs, ncols, nnotes;
	struct buf doc;
};

extern struct arena *mem; /* of the whole run */

/* Says file:line and a sentence, and ends the build. */
_Noreturn void die(const char *file, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

bool ident_char(char c);
bool any_of(str word, const char *const *list);
/* The statement without comments, empty lines and its closing semicolon. */
str strip(str raw);
/* Cuts the next word off sql (without comments); *depth: open parentheses before it.  Absent at the end. */
str next_word(str *sql, int *depth);
bool has_limit(str sql);
/* Whether a column declared NOT NULL may come out NULL: an outer join, a compound, a subquery as a column. */
bool may_lose_rows(str sql);

/* Writes DIR/queries.c and a header for each query file. */
void write_all(const char *dir, char **files, int nfiles, const struct query *queries);
