/* at.h — a place in a JSON file, "gates.ready[3].days": a chain on the stack of those who walk down it, written out only
 * when there is an error to report. */
#pragma once
#include "buf.h"

struct at {
	const struct at *up;
	const char *key; /* NULL: index */
	size_t index;
};
#define AT(up, key) (&(const struct at){(up), (key), 0})
#define AT_N(up, n) (&(const struct at){(up), NULL, (n)})

void at_put(struct buf *b, const struct at *at); /* NULL: nothing */
