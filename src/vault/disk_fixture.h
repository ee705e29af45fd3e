/* disk_fixture.h — the running vault of a test on a disk that can be told to fail. */
#pragma once
#include <signal.h>

#include "disk.h"
#include "vault_fixture.h"

/* Its files, from their opening on: it is started again. */
static inline void watch_its_disk(struct world *w)
{
	world_stop(w, SIGTERM);
	disk->n_dirs = 0;
	disk_watch(arena_fmt(w->a, "%s/vault", w->dir).p);
	world_start(w, NULL);
	world_unseal(w);
}
