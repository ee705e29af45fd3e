/* reveal.c — where a person is, and how to reach her, stays shut until somebody asks for it (security.md M6).
 *
 * An opening for reading leaves that compartment out.  Asking for it is an opening of its own, with its own audit entry,
 * and shows it to this session for five minutes.  Who writes needs its key: writing is another purpose, said in the audit.
 * Kept in memory only: a restart hides everything again. */
#include "core.h"

#include <stdlib.h>

#define REVEAL_MS ((msec)5 * 60 * 1000)
#define KEPT 4096u

static struct id reveal_key(const struct ask *k)
{
	struct id id = k->session->id;

	for (size_t i = 0; i < sizeof id.b; i++)
		id.b[i] ^= k->note.object.b[i];
	return id;
}

bool location_open(const struct vaultd *v, const struct ask *k)
{
	const msec *until;

	if (k->note.purpose != PURPOSE_READ && k->note.purpose != PURPOSE_LIST && k->note.purpose != PURPOSE_GATE)
		return true;
	until = map_get(&v->reveals, reveal_key(k));
	return until && k->now < *until;
}

void location_reveal(struct vaultd *v, const struct ask *k)
{
	struct id key = reveal_key(k);
	msec *until;

	if (k->note.purpose != PURPOSE_REVEAL)
		return;
	until = map_get(&v->reveals, key);
	if (!until) {
		if (v->reveals.n >= KEPT)
			map_free(&v->reveals, free); /* somebody presses once more */
		until = big_alloc(sizeof *until);
		map_put(&v->reveals, key, until);
	}
	*until = k->now + REVEAL_MS;
}
