/* words.c — replaces the type words of a schema file. */
#include "words.h"

static const struct {
	const char *word, *as[3]; /* by enum db_dialect */
} words[] = {
	{"id", {"BLOB", "BYTEA", DB_WORD_PREFIX "id"}},
	{"case_id", {"BLOB", "BYTEA", DB_WORD_PREFIX "case_id"}},
	{"record_id", {"BLOB", "BYTEA", DB_WORD_PREFIX "record_id"}},
	{"user_id", {"BLOB", "BYTEA", DB_WORD_PREFIX "user_id"}},
	{"group_id", {"BLOB", "BYTEA", DB_WORD_PREFIX "group_id"}},
	{"bytes", {"BLOB", "BYTEA", DB_WORD_PREFIX "bytes"}},
	{"text", {"TEXT", "TEXT", DB_WORD_PREFIX "text"}},
	{"int", {"INTEGER", "BIGINT", DB_WORD_PREFIX "int"}},
	{"day", {"INTEGER", "INTEGER", DB_WORD_PREFIX "day"}},
	{"strict", {"STRICT", "", ""}},
};

static size_t word_len(str s, size_t at)
{
	size_t n = 0;

	while (at + n < s.n && ((s.p[at + n] >= 'a' && s.p[at + n] <= 'z') || s.p[at + n] == '_'))
		n++;
	return n;
}

/* Length of the comment or quoted string that begins at `at`; 0 when none does. */
static size_t opaque_len(str s, size_t at)
{
	char c = s.p[at];
	size_t n = 1;

	if (c == '-' && at + 1 < s.n && s.p[at + 1] == '-') {
		while (at + n < s.n && s.p[at + n] != '\n')
			n++;
		return n;
	}
	if (c != '\'' && c != '"')
		return 0;
	while (at + n < s.n && s.p[at + n] != c)
		n++;
	return at + n < s.n ? n + 1 : n;
}

struct err *db_words(struct arena *a, str sql, enum db_dialect d, str *out)
{
	struct buf b;

	buf_init(&b, a, sql.n * 4 + 16);
	for (size_t i = 0, n; i < sql.n; i += n) {
		const char *as = NULL;
		str word;

		n = opaque_len(sql, i);
		if (n == 0 && sql.p[i] != '@')
			n = 1;
		if (n) {
			buf_put(&b, sql.p + i, n);
			continue;
		}
		word = str_sub(sql, i + 1, word_len(sql, i + 1));
		for (size_t w = 0; w < sizeof words / sizeof *words; w++)
			if (str_eqz(word, words[w].word))
				as = words[w].as[d];
		if (!as)
			return FAIL(a, CONFIG, NULL, "the schema has no word @%.*s", STR_ARG(word));
		buf_z(&b, as);
		n = 1 + word.n;
	}
	*out = buf_done(&b);
	return NULL;
}
