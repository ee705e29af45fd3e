/* heads_test.c — the vault's memory of heads: which states of a case the database may hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>

#include "store.h"
#include "vault_fixture.h"

static void heads(void **state)
{
	static const uint8_t none[32], a[32] = {1}, b[32] = {2}, c[32] = {3};
	case_id id = {id_random()};
	struct world w;

	(void)state;
	world_new(&w);
	KIND(INTERNAL, vault_head_check(w.v, w.a, id, a));
	OK(vault_head_next(w.v, w.a, id, none, a));
	OK(vault_head_check(w.v, w.a, id, a));
	OK(vault_head_next(w.v, w.a, id, a, b)); /* not committed: the transaction was given up */
	OK(vault_head_check(w.v, w.a, id, a));
	OK(vault_head_next(w.v, w.a, id, a, c));
	world_stop(&w, SIGKILL);
	world_start(&w, NULL);
	world_unseal(&w);
	OK(vault_head_check(w.v, w.a, id, a)); /* either, until the new one is seen */
	OK(vault_head_check(w.v, w.a, id, c));
	OK(vault_head_check(w.v, w.a, id, b)); /* two wrote from the same state: one of them commits */
	OK(vault_head_check(w.v, w.a, id, a)); /* a reader that began before */
	test_clock->shift += 11000;
	OK(vault_head_check(w.v, w.a, id, c));
	KIND(INTERNAL, vault_head_check(w.v, w.a, id, a)); /* an older database was put back */
	KIND(INTERNAL, vault_head_check(w.v, w.a, id, b));
	KIND(INTERNAL, vault_head_next(w.v, w.a, id, a, b));
	test_clock->shift += 31000;
	OK(vault_head_check(w.v, w.a, id, c));
	world_stop(&w, SIGTERM);
	world_start(&w, NULL);
	world_unseal(&w);
	KIND(INTERNAL, vault_head_check(w.v, w.a, id, a));
	world_end(&w);
}

/* Many write from one state at once: whichever commits is known afterwards, and those who read before still are. */
static void heads_at_once(void **state)
{
	static const uint8_t none[32], a[32] = {1}, last[32] = {99};
	case_id id = {id_random()};
	uint8_t next[32] = {0};
	struct world w;

	(void)state;
	world_new(&w);
	OK(vault_head_next(w.v, w.a, id, none, a));
	OK(vault_head_check(w.v, w.a, id, a));
	for (uint8_t i = 0; i < HEADS_PENDING; i++) {
		next[0] = (uint8_t)(10 + i);
		OK(vault_head_next(w.v, w.a, id, a, next));
	}
	KIND(CONFLICT, vault_head_next(w.v, w.a, id, a, last)); /* too many at once: try again */
	for (uint8_t i = 0; i < HEADS_PENDING; i++) {
		next[0] = (uint8_t)(10 + i);
		OK(vault_head_check(w.v, w.a, id, next));
	}
	OK(vault_head_next(w.v, w.a, id, next, last)); /* the last of them had been committed */
	OK(vault_head_check(w.v, w.a, id, a));         /* read two commits ago */
	OK(vault_head_check(w.v, w.a, id, last));
	next[0] = 10;
	KIND(INTERNAL, vault_head_check(w.v, w.a, id, next)); /* never committed */
	test_clock->shift += 11000;
	KIND(INTERNAL, vault_head_check(w.v, w.a, id, a));
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads),
		cmocka_unit_test(heads_at_once),
	};

	return cmocka_run_group_tests_name("heads", tests, NULL, NULL);
}
