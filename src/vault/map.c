/* map.c — open addressing with linear probing; removal closes the gap, so there are no tombstones. */
#include "map.h"

#include <stdlib.h>
#include <string.h>

void *big_alloc(size_t n)
{
	void *p = calloc(1, n);

	if (!p)
		BUG("out of memory");
	return p;
}

static size_t home(const struct map *m, struct id key)
{
	uint64_t h[2];

	memcpy(h, key.b, sizeof h);
	return (size_t)((h[0] ^ h[1] * 0xff51afd7ed558ccdu) * 0x9e3779b97f4a7c15u >> 20) & (m->room - 1);
}

static struct map_slot *find(const struct map *m, struct id key)
{
	size_t i = home(m, key);

	while (m->slots[i].value && !id_eq(m->slots[i].key, key))
		i = (i + 1) & (m->room - 1);
	return &m->slots[i];
}

void *map_get(const struct map *m, struct id key)
{
	return m->n ? find(m, key)->value : NULL;
}

static void grow(struct map *m)
{
	struct map old = *m;

	m->room = old.room ? old.room * 2 : 64;
	m->slots = big_alloc(m->room * sizeof *m->slots);
	for (size_t i = 0; i < old.room; i++)
		if (old.slots[i].value)
			*find(m, old.slots[i].key) = old.slots[i];
	free(old.slots);
}

void map_put(struct map *m, struct id key, void *value)
{
	struct map_slot *s;

	if (m->n * 4 >= m->room * 3)
		grow(m);
	s = find(m, key);
	if (!s->value)
		m->n++;
	*s = (struct map_slot){.key = key, .value = value};
}

void *map_drop(struct map *m, struct id key)
{
	struct map_slot *s;
	size_t hole, i;
	void *was;

	if (!m->n)
		return NULL;
	s = find(m, key);
	was = s->value;
	if (!was)
		return NULL;
	hole = (size_t)(s - m->slots);
	for (i = (hole + 1) & (m->room - 1); m->slots[i].value; i = (i + 1) & (m->room - 1)) {
		size_t want = home(m, m->slots[i].key);

		if (((i - want) & (m->room - 1)) >= ((i - hole) & (m->room - 1))) {
			m->slots[hole] = m->slots[i];
			hole = i;
		}
	}
	m->slots[hole] = (struct map_slot){0};
	m->n--;
	return was;
}

void map_free(struct map *m, void (*each)(void *))
{
	for (size_t i = 0; each && i < m->room; i++)
		if (m->slots[i].value)
			each(m->slots[i].value);
	free(m->slots);
	*m = (struct map){0};
}

void *map_next(const struct map *m, size_t *i)
{
	while (*i < m->room) {
		void *v = m->slots[(*i)++].value;

		if (v)
			return v;
	}
	return NULL;
}

void *map_under(struct map *m, struct id key, size_t size)
{
	void *p = map_get(m, key);

	if (p)
		return p;
	p = big_alloc(size);
	map_put(m, key, p);
	return p;
}
