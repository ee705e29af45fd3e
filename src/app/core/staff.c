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

static struct err *refresh(struct directory *d, struct vault *v, struct arena *a)
{
	struct staff *list, *kept;
	size_t n;

	TRY(vault_staff(v, a, &list, &n));
	if (n > STAFF_KEPT)
		n = STAFF_KEPT;
	kept = calloc(n + 1, sizeof *kept);
	if (!kept)
		BUG("out of memory for the directory");
	memcpy(kept, list, n * sizeof *kept);
	pthread_rwlock_wrlock(&d->lock);
	free(d->list);
	d->list = kept;
	d->n = n;
	pthread_rwlock_unlock(&d->lock);
	return NULL;
}

static bool look(struct directory *d, struct arena *a, user_id u, str *name)
{
	bool found = false;

	pthread_rwlock_rdlock(&d->lock);
	for (size_t i = 0; i < d->n && !found; i++) {
		if (!id_eq(d->list[i].id.v, u.v))
			continue;
		*name = arena_str(a, str_of(d->list[i].name));
		found = true;
	}
	pthread_rwlock_unlock(&d->lock);
	return found;
}

str staff_name(struct house *h, struct vault *v, struct arena *a, user_id u)
{
	struct directory *d = directory(h);
	str name = {0};

	if (id_is_zero(u.v) || look(d, a, u, &name))
		return name;
	if (refresh(d, v, a) == NULL)
		look(d, a, u, &name);
	return name;
}

struct err *staff_list(struct house *h, struct vault *v, struct arena *a, struct staff **out, size_t *n)
{
	struct directory *d = directory(h);

	TRY(refresh(d, v, a));
	pthread_rwlock_rdlock(&d->lock);
	*n = d->n;
	*out = NEWS(a, struct staff, d->n + 1);
	memcpy(*out, d->list, d->n * sizeof **out);
	pthread_rwlock_unlock(&d->lock);
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
