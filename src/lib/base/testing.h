/* testing.h — for the tests of every folder: what cmocka wants first, an arena for a test or for all of a program, and the same
 * done by several threads at once. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>

#include "arena.h"

static inline int test_arena(void **state)
{
	*state = arena_create((size_t)64 << 20);
	return 0;
}

static inline int test_arena_end(void **state)
{
	arena_destroy(*state);
	return 0;
}
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, test_arena, test_arena_end)

/* `run` gives NULL when it found nothing wrong. */
static inline void in_four_threads(void *(*run)(void *))
{
	pthread_t t[4];
	void *failed;

	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, run, NULL), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(t[i], &failed), 0);
		assert_null(failed);
	}
}
