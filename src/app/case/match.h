/* match.h — how alike two names are: folded tokens in any order, a trigram filter, then edit distance (design §4). */
#pragma once
#include "i18n.h"

#define NAME_MAX_BYTES 96
#define MATCH_TOKENS 5
#define MATCH_TOKEN 24
struct match_key {
	uint64_t sig[4]; /* trigrams of all tokens */
	char token[MATCH_TOKENS][MATCH_TOKEN];
	uint8_t len[MATCH_TOKENS], n;
	uint8_t allowed; /* wrong letters in all tokens together */
};
void match_key(struct arena *a, str name, struct match_key *out);
/* 0 the same letters; more for each letter that differs; -1 when not alike (over a third of the letters). */
int match_distance(const struct match_key *query, const struct match_key *name);
/* The last nine digits of a phone number, or "" when there are fewer than six. */
void match_digits(str text, char *out, size_t room);
