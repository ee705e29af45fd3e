/* reseal.h — the parts of the database that the shred key does not reach by itself, heads and names, are put under it
 * in a backup: what opens with the server lock or an office's key in the house opens in a backup with the case's shred
 * key besides, and is gone with it. */
#pragma once
#include "crypt.h"
#include "db.h"

struct reseal {
	struct arena *a;
	struct id tenant;
	/* The key of a case in backups; false: it has none. */
	bool (*key)(void *arg, case_id object, struct key *out);
	bool (*gone)(void *arg, case_id object); /* erased: its rows are dropped, whatever key there is */
	void *arg;
	size_t cases, names, erased, lost; /* done; dropped because erased; without a key */
	bool keep_lost;                    /* do not drop those without a key: only count */
};
/* A copy of the database, nobody else's.  Texts waiting for a sign-in are dropped (they live seven days). */
struct err *reseal_in(struct db_pool *p, struct reseal *r) MUST_CHECK;  /* before it goes into a backup */
struct err *reseal_out(struct db_pool *p, struct reseal *r) MUST_CHECK; /* when it comes out of one */
/* Every row of a case. */
struct err *erase_rows(struct db *tx, struct arena *a, case_id object) MUST_CHECK;
