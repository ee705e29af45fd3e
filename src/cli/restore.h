/* restore.h — a backup is put back into an empty directory, or only tried. */
#pragma once
#include "base.h"

struct restore_options {
	const char *file, *dir;
	const char *const *shares;
	size_t n_shares;
	const char *key_file; /* of the vault that was saved */
	const char *ring;     /* a ring, or one copy of the key store */
	const char *tell;     /* verify: the data directory whose audit log is told */
	bool accept_loss;     /* go on without the keys of some files */
};
/* Reports on standard output what was found.  With a key file and a ring, heads are opened as well. */
struct err *restore_verify(struct arena *a, const struct restore_options *o) MUST_CHECK;
