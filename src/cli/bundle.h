/* bundle.h — a backup as one file.
 *
 *   "RVGB" ver1 made8 | need1 total1 pk32 digest16 × 15 | box80                  367 bytes, in clear
 *   stream (lib/crypt/stream.h): chunks of 64 KiB under the key in the box, bound to the 367 bytes, FINAL at the end
 *
 * box: the fresh key of this file, sealed to the recovery key; the card beside it says which shares open it, and names a
 * wrong one.  Inside the stream:
 *
 *   parts      length1 name | size8 | bytes        each name once, of the list in bundle.c; length 0 ends them
 *   manifest   length4 | "RVGM" ver1 | tenant16 | made8 | SHA-256 of the 367 bytes | audit size8 root32
 *              | count1, then per part: name, size8, SHA-256
 *   signature  64 of the manifest by the vault's delegate key | delegate32 | certificate64 | root32
 *
 * So a backup opens with the shares alone, and says with the keyring's key file whether this very vault wrote it.  The
 * shred keys are in none: they have a ring of their own (backup.c). */
#pragma once
#include "shamir.h"
#include "stream.h"

#define BUNDLE_HEAD 367u
#define BUNDLE_PARTS 8

struct bundle_part {
	str name;
	uint64_t size;
	uint8_t sha256[32];
};
struct bundle_signer {
	uint8_t delegate[32], certificate[64], root[32];
};
struct bundle {
	int fd;
	struct stream s;
	uint8_t head[BUNDLE_HEAD];
	struct share_card card;
	struct id tenant;
	msec made;
	uint64_t audit_size;
	uint8_t audit_root[32];
	struct bundle_part parts[BUNDLE_PARTS];
	size_t n;
	struct bundle_signer signer; /* when read: its signature of the manifest and the certificate are good */
};

struct err *bundle_create(struct arena *a, struct bundle *b, int fd, const struct share_card *card, struct id tenant,
			  msec now) MUST_CHECK;
/* The first `size` bytes of from. */
struct err *bundle_put(struct arena *a, struct bundle *b, const char *name, int from, uint64_t size) MUST_CHECK;
struct err *bundle_finish(struct arena *a, struct bundle *b, const struct sign_pair *delegate,
			  const struct bundle_signer *signer) MUST_CHECK;

/* What it is called in the audit log: nobody can tell beforehand, and the file shows it to anyone. */
struct id bundle_number(const struct bundle *b);
/* The head, in clear: the card and the day. */
struct err *bundle_peek(struct arena *a, struct bundle *b, int fd) MUST_CHECK;
struct err *bundle_open(struct arena *a, struct bundle *b, const struct key *recovery) MUST_CHECK;
/* All parts into files of the same name in folder `dir` (a descriptor); then manifest and signature are checked. */
struct err *bundle_unpack(struct arena *a, struct bundle *b, int dir) MUST_CHECK;
