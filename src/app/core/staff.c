/* staff.c — names of staff for display, from the vault, kept in memory.  Asked again when an unknown id appears. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "house.h"

#define STAFF_KEPT 4096

struct directory {
	pthread_rwlock_t lock;
	struct staff *list;
	size_t n;
};

static struct directory *directory(struct house *h)
{
	struct directory *d = __atomic_load_n(&h->staff, __ATOMIC_ACQUIRE), *none = NULL;

	if (d)
		return d;
	d = calloc(1, sizeof *d);
	if (!d)
		BUG("out of memory for the directory");
	pthread_rwlock_init(&d->lock, NULL);
	if (__atomic_compare_exchange_n(&h->staff, &none, d, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return d;
	pthread_rwlock_destroy(&d->lock);
	free(d);
	return none;
}

static struct err *refresh(struct directory *d, struct vault *v, struct arena *a, struct staff **list, size_t *all)
{
	struct staff *kept;
	size_t n;

	TRY(vault_staff(v, a, list, all));
	n = *all < STAFF_KEPT ? *all : STAFF_KEPT;
	kept = calloc(n + 1, sizeof *kept);
	if (!kept)
		BUG("out of memory for the directory");
	memcpy(kept, *list, n * sizeof *kept);
	pthread_rwlock_wrlock(&d->lock);
	free(d->list);
	d->list = kept;
	d->n = n;
	pthread_rwlock_unlock(&d->lock);
	return NULL;
}

/* Nothing asks for memory under the lock: that may end the request. */
static bool look(struct directory *d, user_id u, char name[STAFF_NAME_MAX + 1])
{
	bool found = false;

	pthread_rwlock_rdlock(&d->lock);
	for (size_t i = 0; i < d->n && !found; i++) {
		found = id_eq(d->list[i].id.v, u.v);
		if (found)
			memcpy(name, d->list[i].name, STAFF_NAME_MAX + 1);
	}
	pthread_rwlock_unlock(&d->lock);
	return found;
}

str staff_name(struct house *h, struct vault *v, struct arena *a, user_id u)
{
	struct directory *d = directory(h);
	char name[STAFF_NAME_MAX + 1];
	struct staff *list;
	size_t n;

	if (id_is_zero(u.v))
		return (str){0};
	if (!look(d, u, name) && (refresh(d, v, a, &list, &n) || !look(d, u, name)))
		return (str){0};
	return arena_str(a, str_of(name));
}

struct err *staff_list(struct house *h, struct vault *v, struct arena *a, struct staff **out, size_t *n)
{
	return refresh(directory(h), v, a, out, n);
}

static int by_name(const void *x, const void *y, void *l)
{
	const struct staff *a = x, *b = y;

	return collate(l, str_of(a->name), str_of(b->name));
}

struct err *staff_by_name(struct house *h, struct vault *v, struct arena *a, const struct locale *l, struct staff **out,
			  size_t *n)
{
	TRY(staff_list(h, v, a, out, n));
	if (*n)
		qsort_r(*out, *n, sizeof **out, by_name, (void *)(uintptr_t)l);
	return NULL;
}

void staff_close(struct house *h)
{
	if (!h->staff)
		return;
	pthread_rwlock_destroy(&h->staff->lock);
	free(h->staff->list);
	free(h->staff);
}
