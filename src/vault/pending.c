/* pending.c — rows of a turn, gathered before they are sealed into one frame. */
#include "pending.h"

#include <stdlib.h>
#include <string.h>

#include "map.h"

struct codec pending_next(struct pending *w, size_t most)
{
	if (w->room - w->n < most) {
		size_t room = w->room * 2 + 4 * most;
		struct pending bigger = {.p = big_alloc(room), .n = w->n, .room = room};

		if (w->n)
			memcpy(bigger.p, w->p, w->n);
		pending_free(w);
		*w = bigger;
	}
	return codec_writer(w->p + w->n, most);
}

void pending_add(struct pending *w, const struct codec *c)
{
	w->n += c->at;
}

str pending_all(const struct pending *w)
{
	return (str){(const char *)w->p, w->n};
}

void pending_clear(struct pending *w)
{
	if (w->n)
		explicit_bzero(w->p, w->n);
	w->n = 0;
}

void pending_free(struct pending *w)
{
	pending_clear(w);
	free(w->p);
	*w = (struct pending){0};
}
