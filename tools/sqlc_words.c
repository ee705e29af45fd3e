/* sqlc_words.c — the words of a statement of SQL, as far as sqlc must know them: comments and quoted text are stepped over, words are told
 * apart, parentheses are counted.  What a statement means is asked of SQLite, not of this file. */
#include "sqlc.h"

bool ident_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Length of the comment (*comment) or quoted text that begins at i; 0 when none does. */
static size_t opaque_len(str s, size_t i, bool *comment)
{
	str rest = str_sub(s, i, s.n);
	ptrdiff_t end;
	size_t n;

	*comment = str_starts(rest, STR("--")) || str_starts(rest, STR("/*"));
	if (*comment) {
		end = str_find(rest, s.p[i] == '-' ? STR("\n") : STR("*/"));
		return end < 0 ? rest.n : (size_t)end + (s.p[i] == '-' ? 0 : 2);
	}
	if (s.p[i] != '\'' && s.p[i] != '"')
		return 0;
	for (n = 1; n < rest.n && rest.p[n] != rest.p[0]; n++)
		;
	return n < rest.n ? n + 1 : n;
}

str strip(str raw)
{
	struct buf b, lines;
	str text;

	buf_init(&b, mem, FILE_MAX);
	for (size_t i = 0, n; i < raw.n; i += n) {
		bool comment;

		n = opaque_len(raw, i, &comment);
		if (!comment)
			buf_put(&b, raw.p + i, n ? n : 1);
		n = n ? n : 1;
	}
	text = str_trim(buf_done(&b));
	if (str_ends(text, STR(";")))
		text = str_trim(str_sub(text, 0, text.n - 1));
	buf_init(&lines, mem, FILE_MAX);
	while (text.p) {
		str line = str_split(&text, '\n');

		while (line.n && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t'))
			line.n--;
		if (line.n)
			buf_fmt(&lines, "%s%.*s", lines.n ? "\n" : "", STR_ARG(line));
	}
	return buf_done(&lines);
}

str next_word(str *sql, int *depth)
{
	size_t i = 0, n;
	bool comment;
	str word;

	while (i < sql->n && !ident_char(sql->p[i])) {
		*depth += sql->p[i] == '(' ? 1 : sql->p[i] == ')' ? -1 : 0;
		n = opaque_len(*sql, i, &comment);
		i += n ? n : 1;
	}
	for (n = i; n < sql->n && ident_char(sql->p[n]); n++)
		;
	word = i < n ? str_sub(*sql, i, n - i) : (str){0};
	*sql = str_sub(*sql, n, sql->n);
	return word;
}

bool any_of(str word, const char *const *list)
{
	for (; *list; list++)
		if (str_eq_ci(word, str_of(*list)))
			return true;
	return false;
}

bool has_limit(str sql)
{
	int depth = 0;

	for (str w = next_word(&sql, &depth); w.p; w = next_word(&sql, &depth))
		if (depth == 0 && str_eq_ci(w, STR("LIMIT")))
			return true;
	return false;
}

bool may_lose_rows(str sql)
{
	static const char *const outer[] = {"LEFT", "RIGHT", "FULL", "UNION", "INTERSECT", "EXCEPT", NULL};
	bool in_list = false;
	int depth = 0;

	for (str w = next_word(&sql, &depth); w.p; w = next_word(&sql, &depth)) {
		bool select = str_eq_ci(w, STR("SELECT"));

		if (any_of(w, outer) || (select && in_list && depth > 0))
			return true;
		if (depth == 0)
			in_list = select || (in_list && !str_eq_ci(w, STR("FROM")));
	}
	return false;
}
