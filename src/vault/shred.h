/* shred.h — the keys that shred: one for each case and office, entering every key of it, kept nowhere else.
 *
 * DIR/vault/keys:
 *   "RVGD" ver1 generation8 | key of this file, wrapped under the keyring           123 bytes
 *   frames: length4 | records, wrapped under the key of this file; the frame's number enters the wrap
 *   record: 1 object16 key32  or  2 tombstone
 *
 * This file is in no main backup.  Dated copies of it make a ring of at most 35 days (src/cli/backup.c).  A shred run
 * writes what is left under a fresh key and destroys the file before: when the last copy has left the ring, the erased
 * case opens from no backup of any age.  Loss of this file and of its ring is loss of every case. */
#pragma once
#include "codec.h"
#include "crypt.h"
#include "map.h"
#include "pending.h"

struct tomb {           /* what is left of an erased case: signed by the vault, names nobody */
	struct id hash; /* keyed hash of the case's id */
	user_id asked, confirmed;
	msec at;
	uint8_t sig[64];
};
struct shred_key {
	struct id object;
	struct key key;
};
struct shred {
	int dir, fd;
	struct id tenant;
	struct key lock, key; /* from the keyring; of this file */
	uint64_t generation, seq, size;
	size_t torn;
	struct map keys, tombs;
	struct pending pending;
	bool run; /* something was destroyed: the next commit writes the file anew */
};

struct err *shred_create(struct arena *a, int dir, struct id tenant, const struct key *keyring_store) MUST_CHECK;
struct err *shred_open(struct arena *a, struct shred *s, int dir, struct id tenant,
		       const struct key *keyring_store) MUST_CHECK;
/* The same from bytes, e.g. of a copy in the ring: read only. */
struct err *shred_read(struct arena *a, struct shred *s, struct id tenant, const struct key *keyring_store,
		       str file) MUST_CHECK;
struct err *shred_mend(struct arena *a, struct shred *s) MUST_CHECK; /* cuts a torn end */
void shred_close(struct shred *s);

const struct key *shred_of(const struct shred *s, case_id object); /* NULL: none, or destroyed */
void shred_put(struct shred *s, case_id object, const struct key *k);
void shred_destroy(struct shred *s, case_id object, const struct tomb *t);
void shred_tomb(struct shred *s, const struct tomb *t); /* a tombstone that the store knows and this file does not */
/* On disk when it returns; before the store's rows of the turn. */
struct err *shred_commit(struct arena *a, struct shred *s) MUST_CHECK;

struct id tomb_hash(const struct key *keyring_store, case_id object);
void code_tomb(struct codec *c, struct tomb *t);
str tomb_signed(struct arena *a, const struct tomb *t); /* the bytes the signature covers */
/* Under which the parts of a backup lie that must go with the case: heads and names (src/cli/backup.c). */
struct key shred_backup_key(const struct key *shred);
