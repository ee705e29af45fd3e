/* pending.h — bytes of a turn that wait for the disk: process-long, wiped when they move and when they go. */
#pragma once
#include "codec.h"

struct pending {
	uint8_t *p;
	size_t n, room;
};
struct codec pending_next(struct pending *w, size_t most);  /* a writer of at most `most` bytes behind what waits */
void pending_add(struct pending *w, const struct codec *c); /* … and what it wrote is part of it */
str pending_all(const struct pending *w);
void pending_clear(struct pending *w);
void pending_free(struct pending *w);
