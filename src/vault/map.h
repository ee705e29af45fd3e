/* map.h — a hash table from 128-bit ids to things of the vault's store.  Keys are the
 * vault's own (random, keyed hashes, office codes), so nobody outside can make them collide.  Process-long memory (malloc): the store lives as long as the process. */
#pragma once
#include "base.h"

struct map {
	struct map_slot *slots;
	size_t n, room; /* room: a power of two, at most 3/4 full */
};
struct map_slot {
	struct id key;
	void *value; /* NULL: free */
};

void *map_get(const struct map *m, struct id key); /* NULL */
void map_put(struct map *m, struct id key, void *value);
void *map_under(struct map *m, struct id key, size_t size); /* what is there, made (zeroed) when there is nothing */
void *map_drop(struct map *m, struct id key);               /* what it held, or NULL */
void map_free(struct map *m, void (*each)(void *));         /* each may be NULL */
/* for (size_t i = 0; (v = map_next(&m, &i));) … ; nothing may be put or dropped meanwhile. */
void *map_next(const struct map *m, size_t *i);

void *big_alloc(size_t n); /* zeroed; aborts when there is no memory */
