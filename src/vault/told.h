/* told.h — what a command did beside the running vault, for its audit log: a note, sealed under the keyring, in one of a
 * few places of DIR/vault.  The vault takes notes at its next tick, or when it is next opened: written to the log first,
 * removed afterwards, and never told twice.  A note that does not open is told as such: nothing goes in silence. */
#pragma once
#include "keyring.h"

#define TOLD_PLACES 16

enum told { TOLD_MADE, TOLD_FAILED, TOLD_VERIFIED, TOLD_UNSOUND, TOLDS };
struct told_note {
	enum told what;
	struct id backup; /* its number; of one that has none, a number of its own */
	msec at;
	int64_t entries; /* of the audit log that are in it */
};
/* On the disk when it returns; *place: where.  UNAVAILABLE: there is no room, or it cannot be written. */
struct err *told_leave(struct arena *a, const char *dir, const struct keyring *k, const struct told_note *n,
		       int *place) MUST_CHECK;
/* Whether the vault has taken it, within so many ms. */
bool told_taken(struct arena *a, const char *dir, int place, msec within);

struct vaultd;
/* Entries of the notes that are there, into this turn; they go once the turn is on the disk. */
struct told_gathered {
	uint32_t places; /* bits */
};
struct told_gathered told_gather(struct vaultd *v, struct arena *a, msec now);
void told_drop(struct vaultd *v, struct told_gathered g);
void told_clean(const struct vaultd *v); /* at a start: what a command that was killed left half written */
