/* words.h — the type words of the schema files, and what each engine makes of them.
 *
 * Schema files say @id, @int, @text, @bytes, @day, or a kind of id (@case_id …) where a type stands, and
 * @strict at the end of a table.  The same table serves db_migrate and tools/sqlc; the latter's dialect
 * keeps the word itself as the declared type, which SQLite then reports for each column of a query. */
#pragma once
#include "base.h"

enum db_dialect { DB_SQLITE, DB_POSTGRES, DB_WORDS /* tools/sqlc only */ };
#define DB_WORD_PREFIX "T_" /* @day is declared as T_day in the dialect DB_WORDS */

/* Comments and quoted strings are left alone.  ERR_CONFIG for a word that does not exist. */
struct err *db_words(struct arena *a, str sql, enum db_dialect d, str *out) MUST_CHECK;
