/* shamir.h — the secret of an X25519 pair in shares on paper: any `need` of `total` give it back, fewer tell nothing.
 *
 *   share  ver1 need4|total4 number1 set8 data32 check7     50 bytes: 16 groups of five letters and digits (base32)
 *   set    BLAKE2b-64 over need, total, the public key, and the digest of every share
 *   card   what of a set may be known to all: need, total, public key (it commits to the secret), digests
 *
 * The check finds a slip of the pen.  Joined shares are split again and must give the same set, so a share that
 * someone forged, check and all, never yields a wrong secret in silence.  With the card it is named. */
#pragma once
#include "crypt.h"

#define SHARES_MAX 15
#define SHARE_BYTES 50
#define SHARE_CHARS 80
#define SHARE_DIGEST 16

struct share {
	uint8_t need, total, number; /* number from 1 */
	uint8_t set[8];
	uint8_t data[32];
};
struct share_card {
	uint8_t need, total;
	uint8_t pk[32];
	uint8_t digest[SHARES_MAX][SHARE_DIGEST];
};

/* 2 ≤ need ≤ total ≤ SHARES_MAX. */
void shamir_split(const struct key *secret, unsigned need, unsigned total, struct share *out, struct share_card *card);
/* INVALID: not enough, of another set, or not one of the set's; *wrong is then the index in `shares` of the one to
 * look at, or n when it cannot be told.  card: NULL when it is not at hand. */
struct err *shamir_join(struct arena *a, const struct share *shares, size_t n, const struct share_card *card,
			struct key *out, size_t *wrong) MUST_CHECK;
bool card_matches(const struct share_card *card, const struct share *s); /* this very share, unchanged */
void card_set(const struct share_card *card, uint8_t set[8]);
bool card_good(const struct share_card *card); /* numbers in their limits */
/* One line: "rivage-recovery-1 " and base64 of need1 total1 pk32 digest16 × total. */
str card_text(struct arena *a, const struct share_card *card);
struct err *card_parse(struct arena *a, str text, struct share_card *out) MUST_CHECK;

str share_text(struct arena *a, const struct share *s); /* "ABCDE FGHIJ …" */
/* Spaces, dashes and line ends are left out, lines that begin with # too; case does not matter. */
struct err *share_parse(struct arena *a, str text, struct share *out) MUST_CHECK;
