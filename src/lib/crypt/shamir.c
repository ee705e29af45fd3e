/* shamir.c — Shamir's scheme over GF(256), byte by byte.  No table is looked up with a secret and no branch depends on
 * one: how long it takes tells nothing. */
#include "shamir.h"

#include <sodium.h>
#include <string.h>

#define VERSION 1u
#define CHECKED (SHARE_BYTES - 7)

static uint8_t gf_mul(uint8_t x, uint8_t y)
{
	unsigned a = x, r = 0;

	for (unsigned bit = 0; bit < 8; bit++) {
		r ^= a & (0u - (((unsigned)y >> bit) & 1u));
		a = (a << 1) ^ (0x11bu & (0u - (a >> 7)));
	}
	return (uint8_t)r;
}

static uint8_t gf_inverse(uint8_t x) /* x^254 */
{
	uint8_t r = x;

	for (int i = 0; i < 6; i++)
		r = gf_mul(gf_mul(r, r), x);
	return gf_mul(r, r);
}

/* The polynomial through `n` shares, at x. */
static void value_at(const struct share *shares, size_t n, uint8_t x, uint8_t out[32])
{
	memset(out, 0, 32);
	for (size_t i = 0; i < n; i++) {
		uint8_t weight = 1;

		for (size_t j = 0; j < n; j++)
			if (j != i)
				weight = gf_mul(weight, gf_mul(x ^ shares[j].number,
							       gf_inverse(shares[i].number ^ shares[j].number)));
		for (size_t b = 0; b < 32; b++)
			out[b] ^= gf_mul(weight, shares[i].data[b]);
	}
}

static void digest_of(const struct share *s, uint8_t out[SHARE_DIGEST])
{
	crypto_generichash_state h;
	uint8_t head[3] = {s->need, s->total, s->number};

	crypto_generichash_init(&h, NULL, 0, SHARE_DIGEST);
	crypto_generichash_update(&h, (const uint8_t *)"rvg-shr1", 8);
	crypto_generichash_update(&h, head, sizeof head);
	crypto_generichash_update(&h, s->data, sizeof s->data);
	crypto_generichash_final(&h, out, SHARE_DIGEST);
	crypt_wipe(&h, sizeof h);
}

void card_set(const struct share_card *card, uint8_t set[8])
{
	uint8_t wide[16], head[2] = {card->need, card->total};
	crypto_generichash_state h;

	crypto_generichash_init(&h, NULL, 0, sizeof wide);
	crypto_generichash_update(&h, (const uint8_t *)"rvg-set1", 8);
	crypto_generichash_update(&h, head, sizeof head);
	crypto_generichash_update(&h, card->pk, sizeof card->pk);
	crypto_generichash_update(&h, card->digest[0], (size_t)card->total * SHARE_DIGEST);
	crypto_generichash_final(&h, wide, sizeof wide);
	memcpy(set, wide, 8);
}

/* The card of the set whose first `need` shares these are. */
static void card_of(const struct share *shares, const struct key *secret, struct share_card *card)
{
	struct box_pair pair;
	struct share s = {.need = shares[0].need, .total = shares[0].total};

	*card = (struct share_card){.need = s.need, .total = s.total};
	crypt_box_from_secret(secret, &pair);
	memcpy(card->pk, pair.pk, sizeof pair.pk);
	crypt_wipe(&pair, sizeof pair);
	for (s.number = 1; s.number <= s.total; s.number++) {
		value_at(shares, s.need, s.number, s.data);
		digest_of(&s, card->digest[s.number - 1]);
	}
	crypt_wipe(&s, sizeof s);
}

void shamir_split(const struct key *secret, unsigned need, unsigned total, struct share *out, struct share_card *card)
{
	struct share points[SHARES_MAX];

	if (need < 2 || need > total || total > SHARES_MAX)
		BUG("shares: %u of %u", need, total);
	/* The secret at 0 and random values at 1 … need-1 fix the polynomial as well as random coefficients do. */
	for (unsigned i = 0; i < need; i++) {
		points[i] = (struct share){.need = (uint8_t)need, .total = (uint8_t)total, .number = (uint8_t)i};
		random_bytes(points[i].data, sizeof points[i].data);
	}
	memcpy(points[0].data, secret->b, sizeof secret->b);
	card_of(points, secret, card);
	for (unsigned i = 0; i < total; i++) {
		out[i] = (struct share){.need = (uint8_t)need, .total = (uint8_t)total, .number = (uint8_t)(i + 1)};
		value_at(points, need, out[i].number, out[i].data);
		card_set(card, out[i].set);
	}
	crypt_wipe(points, sizeof points);
}

bool card_good(const struct share_card *card)
{
	return card->need >= 2 && card->need <= card->total && card->total <= SHARES_MAX;
}

#define CARD_WORD "rivage-recovery-1 "
#define CARD_HEAD 34u

str card_text(struct arena *a, const struct share_card *card)
{
	uint8_t bytes[CARD_HEAD + sizeof card->digest] = {card->need, card->total};
	size_t digests = (size_t)card->total * SHARE_DIGEST;

	memcpy(bytes + 2, card->pk, sizeof card->pk);
	memcpy(bytes + CARD_HEAD, card->digest[0], digests);
	return arena_join(a, (str[]){STR(CARD_WORD), crypt_base64(a, (str){(char *)bytes, CARD_HEAD + digests})}, 2,
			  STR(""));
}

struct err *card_parse(struct arena *a, str text, struct share_card *out)
{
	str bytes = STR(""), line = str_trim(text);
	struct err *e = NULL;

	*out = (struct share_card){0};
	if (str_starts(line, STR(CARD_WORD)))
		e = crypt_unbase64(a, str_sub(line, sizeof CARD_WORD - 1, line.n), &bytes);
	if (!e && bytes.n >= CARD_HEAD) {
		out->need = (uint8_t)bytes.p[0];
		out->total = (uint8_t)bytes.p[1];
	}
	if (e || !card_good(out) || bytes.n != CARD_HEAD + (size_t)out->total * SHARE_DIGEST)
		return FAIL(a, INVALID, "This is not the card of a recovery key.", "recovery card");
	memcpy(out->pk, bytes.p + 2, sizeof out->pk);
	memcpy(out->digest[0], bytes.p + CARD_HEAD, bytes.n - CARD_HEAD);
	return NULL;
}

bool card_matches(const struct share_card *card, const struct share *s)
{
	uint8_t digest[SHARE_DIGEST];

	if (s->need != card->need || s->total != card->total || s->number == 0 || s->number > card->total)
		return false;
	digest_of(s, digest);
	return crypt_equal(digest, card->digest[s->number - 1], sizeof digest);
}

static struct err *judge(struct arena *a, const struct share *s, size_t n, const struct share_card *card, size_t *wrong)
{
	uint8_t set[8];

	if (card)
		card_set(card, set);
	for (*wrong = 0; *wrong < n; ++*wrong) {
		const struct share *one = &s[*wrong];

		if (memcmp(one->set, card ? set : s[0].set, sizeof set) != 0 || one->need != s[0].need ||
		    one->total != s[0].total)
			return FAIL(a, INVALID, "This share belongs to another set.", "share of another set");
		if (one->number == 0 || one->number > one->total || (card && !card_matches(card, one)))
			return FAIL(a, INVALID, "This share was changed: it is not one of the set.", "share changed");
		for (size_t i = 0; i < *wrong; i++)
			if (s[i].number == one->number)
				return FAIL(a, INVALID, "This share was given twice.", "the same number twice");
	}
	if (n == 0 || s[0].need < 2 || n < s[0].need)
		return FAIL(a, INVALID, "These are not enough shares.", "%zu shares", n);
	return NULL;
}

/* Joins `need` of them and splits again: the same set comes out, or one of them is not of it. */
static bool join_these(const struct share *s, struct key *out)
{
	struct share_card card;
	uint8_t set[8];

	value_at(s, s[0].need, 0, out->b);
	card_of(s, out, &card);
	card_set(&card, set);
	return crypt_equal(set, s[0].set, sizeof set);
}

struct err *shamir_join(struct arena *a, const struct share *s, size_t n, const struct share_card *card,
			struct key *out, size_t *wrong)
{
	struct share pick[SHARES_MAX];
	bool found = false;

	TRY(judge(a, s, n, card, wrong));
	*wrong = n;
	for (unsigned mask = 0; n <= SHARES_MAX && mask < 1u << n && !found; mask++) {
		size_t k = 0;

		if (__builtin_popcount(mask) != s[0].need)
			continue;
		for (size_t i = 0; i < n; i++)
			if (mask & (1u << i))
				pick[k++] = s[i];
		found = join_these(pick, out);
	}
	if (found) { /* one more than are needed shows which does not lie on the same line */
		for (size_t i = 0; i < n && *wrong == n; i++) {
			uint8_t value[32];

			value_at(pick, pick[0].need, s[i].number, value);
			if (!crypt_equal(value, s[i].data, sizeof value))
				*wrong = i;
			crypt_wipe(value, sizeof value);
		}
	}
	crypt_wipe(pick, sizeof pick);
	if (found && *wrong == n)
		return NULL;
	crypt_wipe(out, sizeof *out);
	if (found)
		return FAIL(a, INVALID, "This share was changed: it is not one of the set.", "a share beside its line");
	return FAIL(a, INVALID, "These shares do not give the key: one of them was changed.",
		    "shares do not give the key of their set");
}

static void check_of(const uint8_t bytes[SHARE_BYTES], uint8_t out[7])
{
	uint8_t wide[16];

	crypto_generichash(wide, sizeof wide, bytes, CHECKED, (const uint8_t *)"rvg-share-check!", 16);
	memcpy(out, wide, 7);
}

str share_text(struct arena *a, const struct share *s)
{
	uint8_t bytes[SHARE_BYTES] = {VERSION, (uint8_t)(s->need << 4 | s->total), s->number};
	struct buf b;
	str flat;

	memcpy(bytes + 3, s->set, sizeof s->set);
	memcpy(bytes + 11, s->data, sizeof s->data);
	check_of(bytes, bytes + CHECKED);
	flat = crypt_base32(a, (str){(char *)bytes, sizeof bytes});
	crypt_wipe(bytes, sizeof bytes);
	buf_init(&b, a, 2 * SHARE_CHARS);
	for (size_t i = 0; i < flat.n; i += 5) {
		if (i)
			buf_c(&b, i % 20 ? ' ' : '\n');
		buf_put(&b, flat.p + i, 5);
	}
	return buf_done(&b);
}

/* What a hand writes for a letter: 0 for O, 1 for I, 8 for B. */
static int digit_of(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	c = c == '0' ? 'O' : c == '1' ? 'I' : c == '8' ? 'B' : c;
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

static bool read_text(str text, uint8_t out[SHARE_BYTES])
{
	unsigned acc = 0, bits = 0;
	size_t n = 0, at = 0;

	while (text.p) {
		str line = str_trim(str_split(&text, '\n'));

		if (line.n && line.p[0] == '#')
			continue;
		for (size_t i = 0; i < line.n; i++) {
			int d = digit_of(line.p[i]);

			if (line.p[i] == ' ' || line.p[i] == '-' || line.p[i] == '\t' || line.p[i] == '\r')
				continue;
			if (d < 0 || ++n > SHARE_CHARS)
				return false;
			acc = ((acc << 5) | (unsigned)d) & 0xfff;
			bits += 5;
			if (bits < 8)
				continue;
			bits -= 8;
			out[at++] = (uint8_t)(acc >> bits);
		}
	}
	return n == SHARE_CHARS;
}

struct err *share_parse(struct arena *a, str text, struct share *out)
{
	uint8_t bytes[SHARE_BYTES] = {0}, check[7];
	bool good = text.p && read_text(text, bytes);

	if (!good)
		return FAIL(a, INVALID, "This is no share: it is 80 letters and digits, in groups of five.",
			    "share of another length, or with other signs");
	check_of(bytes, check);
	good = crypt_equal(check, bytes + CHECKED, sizeof check) && bytes[0] == VERSION;
	*out = (struct share){.need = bytes[1] >> 4, .total = bytes[1] & 15, .number = bytes[2]};
	memcpy(out->set, bytes + 3, sizeof out->set);
	memcpy(out->data, bytes + 11, sizeof out->data);
	crypt_wipe(bytes, sizeof bytes);
	if (good && out->need >= 2 && out->need <= out->total && out->number >= 1 && out->number <= out->total)
		return NULL;
	crypt_wipe(out, sizeof *out);
	return FAIL(a, INVALID, "A sign of this share was changed: its check does not match.", "share check");
}
