/* ring.h — dated copies of the vault's key store, none older than 35 days: "keys-20181120T090000Z". */
#pragma once
#include "shred.h"

#define RING_DAYS 35

/* Puts a copy into the folder (made at need), and prunes: what is older than 35 days, and of each day before yesterday
 * all but the newest.  *pruned: how many went. */
struct err *ring_put(struct arena *a, const char *folder, str bytes, msec now, size_t *pruned) MUST_CHECK;
/* The newest copy, or this very file when path is one.  NOT_FOUND when there is none. */
struct err *ring_newest(struct arena *a, const char *path, str *bytes, str *name) MUST_CHECK;
