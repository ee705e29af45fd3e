/* match.c — likeness of names. */
#include "match.h"

#include <string.h>

static void sign(struct match_key *k, const char *t, size_t n)
{
	for (size_t i = 0; i + 2 < n + 2; i++) { /* padded: the first letter counts for more */
		unsigned c0 = i ? (unsigned char)t[i - 1] : '^', c1 = (unsigned char)t[i];
		unsigned c2 = i + 1 < n ? (unsigned char)t[i + 1] : '$';
		unsigned h = (c0 * 961 + c1 * 31 + c2) * 2654435761u >> 24;

		k->sig[h >> 6] |= UINT64_C(1) << (h & 63);
	}
}

/* Wrong letters a word of n letters may have and still be taken for another. */
static int allowed(int n)
{
	return n < 4 ? 0 : n < 7 ? 1 : 2;
}

void match_key(struct arena *a, str name, struct match_key *out)
{
	str rest = name_fold(a, name);

	memset(out, 0, sizeof *out);
	while (rest.p && out->n < MATCH_TOKENS) {
		str t = str_split(&rest, ' ');

		if (t.n == 0)
			continue;
		if (t.n >= MATCH_TOKEN)
			t.n = MATCH_TOKEN - 1;
		memcpy(out->token[out->n], t.p, t.n);
		out->len[out->n++] = (uint8_t)t.n;
		sign(out, t.p, t.n);
		out->allowed = (uint8_t)(out->allowed + allowed((int)t.n));
	}
}

/* Levenshtein distance; `enough` when it is at least that (words of too different lengths are not compared). */
static int edit(const char *a, int n, const char *b, int m, int enough)
{
	int row[MATCH_TOKEN + 1];

	if (n - m >= enough || m - n >= enough)
		return enough;
	for (int j = 0; j <= m; j++)
		row[j] = j;
	for (int i = 1; i <= n; i++) {
		int diagonal = row[0];

		row[0] = i;
		for (int j = 1; j <= m; j++) {
			int up = row[j], cost = diagonal + (a[i - 1] != b[j - 1]);

			if (up + 1 < cost)
				cost = up + 1;
			if (row[j - 1] + 1 < cost)
				cost = row[j - 1] + 1;
			diagonal = up;
			row[j] = cost;
		}
	}
	return row[m];
}

/* Trigrams of the query the name lacks: each wrong letter spoils at most three. */
static bool worth_it(const struct match_key *q, const struct match_key *k)
{
	int missing = 0;

	for (int i = 0; i < 4; i++)
		missing += __builtin_popcountll(q->sig[i] & ~k->sig[i]);
	return missing <= 3 * q->allowed;
}

int match_distance(const struct match_key *q, const struct match_key *k)
{
	int total = 0;

	if (q->n == 0 || !worth_it(q, k))
		return -1;
	for (int i = 0; i < q->n; i++) {
		int best = q->len[i];

		for (int j = 0; j < k->n && best; j++) {
			bool begins = q->len[i] >= 3 && q->len[i] < k->len[j] &&
				      memcmp(q->token[i], k->token[j], q->len[i]) == 0;
			int d = begins ? 1 : edit(q->token[i], q->len[i], k->token[j], k->len[j], best);

			best = d < best ? d : best;
		}
		if (best > allowed(q->len[i]))
			return -1;
		total += best;
	}
	return total;
}

void match_digits(str text, char *out, size_t room)
{
	char digits[64];
	size_t n = 0, from;

	for (size_t i = 0; i < text.n && n < sizeof digits; i++)
		if (text.p[i] >= '0' && text.p[i] <= '9')
			digits[n++] = text.p[i];
	from = n > 9 ? n - 9 : 0;
	out[0] = '\0';
	if (n < 6 || n - from >= room)
		return;
	memcpy(out, digits + from, n - from);
	out[n - from] = '\0';
}
