/* arena.c — chunks of malloc'ed memory, bumped, wiped at the end. */
#include "arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#define RED_ZONE 16u
#else
#define POISON(p, n) ((void)0)
#define UNPOISON(p, n) ((void)0)
#define RED_ZONE 0u
#endif

#define ALIGN 16u
#define CHUNK_MIN (16u * 1024u)

struct chunk {
	struct chunk *next;
	size_t size, used;
	_Alignas(ALIGN) char data[];
};

struct deferred {
	struct deferred *next;
	void (*fn)(void *);
	void *arg;
};

struct arena {
	struct chunk *chunks; /* newest first */
	struct deferred *deferred;
	size_t cap, held;
	bool guarded;
	jmp_buf guard;
};

static void out_of_memory(void)
{
	fputs("rivage: out of memory\n", stderr);
	abort();
}

struct arena *arena_create(size_t cap)
{
	struct arena *a = calloc(1, sizeof *a);

	if (!a)
		out_of_memory();
	a->cap = cap;
	return a;
}

static void over(struct arena *a)
{
	if (a->guarded)
		longjmp(a->guard, 1);
	fputs("rivage: arena over its limit with no guard set\n", stderr);
	abort();
}

static struct chunk *grow(struct arena *a, size_t need)
{
	size_t size = a->chunks ? a->chunks->size * 2 : CHUNK_MIN;
	struct chunk *c;

	if (size > 1024 * 1024)
		size = 1024 * 1024;
	if (size < need)
		size = need;
	if (need > a->cap || a->held > a->cap - need)
		over(a);
	c = malloc(sizeof *c + size);
	if (!c)
		out_of_memory();
	*c = (struct chunk){.next = a->chunks, .size = size};
	POISON(c->data, size);
	a->chunks = c;
	a->held += size;
	return c;
}

void *arena_raw(struct arena *a, size_t n)
{
	struct chunk *c = a->chunks;
	size_t need;
	char *p;

	if (__builtin_add_overflow(n, RED_ZONE + ALIGN - 1, &need))
		over(a);
	need &= ~(size_t)(ALIGN - 1);
	if (need == 0)
		need = ALIGN;
	if (!c || c->size - c->used < need)
		c = grow(a, need);
	p = c->data + c->used;
	c->used += need;
	UNPOISON(p, n);
	return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
	return memset(arena_raw(a, n), 0, n);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		over(a);
	return arena_alloc(a, n);
}

str arena_str(struct arena *a, str s)
{
	char *p;

	if (!s.p)
		return s;
	p = arena_alloc(a, s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	return (str){p, s.n};
}

const char *arena_z(struct arena *a, str s)
{
	return s.p ? arena_str(a, s).p : "";
}

str arena_vfmt(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char most[256], *p; /* nearly all: one pass is enough then */
	int n;

	va_copy(again, ap);
	if (!fmt) /* never; but the sanitized build believes it could be */
		abort();
	n = vsnprintf(most, sizeof most, fmt, again);
	va_end(again);
	if (n < 0)
		abort();
	p = arena_raw(a, (size_t)n + 1);
	if ((size_t)n < sizeof most)
		memcpy(p, most, (size_t)n + 1);
	else
		vsnprintf(p, (size_t)n + 1, fmt, ap);
	return (str){p, (size_t)n};
}

str arena_fmt(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	str s;

	va_start(ap, fmt);
	s = arena_vfmt(a, fmt, ap);
	va_end(ap);
	return s;
}

str arena_join(struct arena *a, const str *parts, size_t n, str sep)
{
	size_t total = 0, at = 0;
	char *p;

	for (size_t i = 0; i < n; i++)
		total += parts[i].n + (i ? sep.n : 0);
	p = arena_alloc(a, total + 1);
	for (size_t i = 0; i < n; i++) {
		if (i && sep.n)
			memcpy(p + at, sep.p, sep.n);
		at += i ? sep.n : 0;
		if (parts[i].n)
			memcpy(p + at, parts[i].p, parts[i].n);
		at += parts[i].n;
	}
	return (str){p, total};
}

void arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
	struct deferred *d = NEW(a, struct deferred);

	*d = (struct deferred){.next = a->deferred, .fn = fn, .arg = arg};
	a->deferred = d;
}

static void run_deferred(struct arena *a)
{
	while (a->deferred) {
		struct deferred *d = a->deferred;

		a->deferred = d->next;
		d->fn(d->arg);
	}
}

static void wipe(struct chunk *c)
{
	UNPOISON(c->data, c->size);
	explicit_bzero(c->data, c->used);
	c->used = 0;
}

void arena_reset(struct arena *a)
{
	struct chunk *keep = NULL, *c, *next;

	run_deferred(a);
	for (c = a->chunks; c; c = next) {
		next = c->next;
		wipe(c);
		if (!next && c->size == CHUNK_MIN) {
			POISON(c->data, c->size);
			keep = c;
			continue;
		}
		free(c);
	}
	a->chunks = keep;
	a->held = keep ? keep->size : 0;
}

void arena_destroy(struct arena *a)
{
	struct chunk *c, *next;

	if (!a)
		return;
	run_deferred(a);
	for (c = a->chunks; c; c = next) {
		next = c->next;
		wipe(c);
		free(c);
	}
	explicit_bzero(a, sizeof *a);
	free(a);
}

#define STACK_USED (128 * 1024) /* most that a request was seen to use, doubled */

__attribute__((noinline)) void stack_wipe(void)
{
	char below[STACK_USED];

	explicit_bzero(below, sizeof below);
}

size_t arena_used(const struct arena *a)
{
	size_t n = 0;

	for (const struct chunk *c = a->chunks; c; c = c->next)
		n += c->used;
	return n;
}

jmp_buf *arena_guard(struct arena *a)
{
	a->guarded = true;
	return &a->guard;
}

void arena_unguard(struct arena *a)
{
	a->guarded = false;
}
