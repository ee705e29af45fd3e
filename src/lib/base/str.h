/* str.h — a length-carrying string, passed by value.  NUL-terminated strings exist only at libc's edge.
 *
 * A str never owns its bytes: they live in an arena, in static storage, or in the caller's buffer.
 * {NULL, 0} is the absent string; an empty string present in the input has p != NULL and n == 0. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct str {
	const char *p;
	size_t n;
} str;

#define STR(lit) ((str){("" lit), sizeof(lit) - 1})   /* from a string literal only */
#define STR_ARG(s) ((int)(s).n), ((s).p ? (s).p : "") /* for printf's "%.*s" */

/* Marks a message of the catalogues that is translated elsewhere, by tr() or {{ t }}. */
#define N_(msgid) (msgid)

str str_of(const char *z); /* NULL gives the absent string */
bool str_eq(str a, str b);
bool str_eqz(str a, const char *z);
bool str_eq_ci(str a, str b); /* ASCII case folded */
int str_cmp(str a, str b);    /* bytes, as memcmp; a shorter prefix sorts first */
bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);
str str_trim(str s);                         /* ASCII white space at both ends */
str str_sub(str s, size_t from, size_t len); /* clamped to s */
/* Index of the first occurrence, or -1. */
ptrdiff_t str_find(str s, str needle);
ptrdiff_t str_index(str s, char c);
/* Cuts *rest at the first sep: returns what stands before it and moves *rest behind it.
 * At the end *rest becomes absent.  Loop: while (rest.p) { str part = str_split(&rest, ','); … } */
str str_split(str *rest, char sep);
/* Whole string is an optional '-' and decimal digits that fit; nothing else. */
bool str_to_i64(str s, int64_t *out);
/* Well-formed UTF-8 without surrogates and overlong forms (Unicode 15, table 3-7). */
bool str_utf8_ok(str s);
/* Number of code points; s must be well-formed. */
size_t str_utf8_len(str s);
/* Copies s into a fixed array, cut at room - 1 bytes; what is left of the array becomes NUL. */
void str_put(char *to, size_t room, str s);
