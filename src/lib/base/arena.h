/* arena.h — one lifetime, one arena.
 *
 * A request (or a command, or a test) gets an arena; everything it makes lives there and dies together,
 * wiped.  Nothing in app/ calls malloc or free.  Memory comes back zeroed, and callers never check for NULL:
 * asking past the cap longjmps to the arena's owner (arena_guard), who ends the request, or aborts where no
 * guard is set.
 * Under AddressSanitizer each allocation is followed by a poisoned red zone.
 * An arena belongs to one thread at a time. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>

#include "str.h"

struct arena;

/* cap: bytes this arena may hold at most. */
struct arena *arena_create(size_t cap);
void arena_destroy(struct arena *a); /* NULL is fine; runs deferred calls, wipes, frees */
void arena_reset(struct arena *a);   /* runs deferred calls, wipes, keeps one chunk for reuse */
size_t arena_used(const struct arena *a);

/* Beside the arena of a request, at its end: overwrites what the functions called so far have left on this thread's stack,
 * below the caller. */
void stack_wipe(void);

void *arena_alloc(struct arena *a, size_t n); /* zeroed, aligned for any type */
void *arena_raw(struct arena *a, size_t n);   /* not zeroed: for bytes that are written before they are read */
void *arena_array(struct arena *a, size_t count, size_t size);
#define NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define NEWS(a, type, count) ((type *)arena_array((a), (count), sizeof(type)))

str arena_str(struct arena *a, str s);       /* copy, NUL behind it */
const char *arena_z(struct arena *a, str s); /* copy as a C string; s must hold no NUL */
str arena_fmt(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
str arena_vfmt(struct arena *a, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
str arena_join(struct arena *a, const str *parts, size_t n, str sep);

/* Calls fn(arg) at reset or destroy, last registered first: for descriptors, statements, transactions. */
void arena_defer(struct arena *a, void (*fn)(void *), void *arg);

/* Where an allocation past the cap lands.  Owner: if (setjmp(*arena_guard(a))) { … too big … }
 * Call arena_unguard before the frame that called setjmp returns. */
jmp_buf *arena_guard(struct arena *a);
void arena_unguard(struct arena *a);
