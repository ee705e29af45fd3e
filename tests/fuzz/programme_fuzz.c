/* programme_fuzz.c — any bytes as a programme file: refused with reasons, or taken with every safeguard in it. */
#include <stdlib.h>

#include "programme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Every list has a dozen codes: the positions do not matter here. */
static int position(void *arg, str list, str code)
{
	(void)arg;
	(void)list;
	return code.n ? (int)(code.n % 12) : -1;
}

static bool guarded(const struct programme *p, const struct gate_row *safeguard)
{
	for (size_t i = 0; i < p->n_gates; i++) {
		const struct gate_row *g = &p->gates[i];

		if (g->transition == safeguard->transition && g->condition == safeguard->condition &&
		    gate_about(g) == gate_about(safeguard))
			return !g->waivable;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct code_resolver codes = {position, NULL};
	struct arena *a = arena_create(256 << 20);
	struct programme *p = NULL;
	struct err *e = programme_load(a, "p.json", (str){(const char *)data, n}, &codes, &p);

	if ((e == NULL) != (p != NULL))
		abort();
	for (size_t i = 0; p && i < gate_safeguards_n; i++)
		if (!guarded(p, &gate_safeguards[i]))
			abort();
	if (p && (p->reflection_hours < 72 || p->reconfirm_hours > 72))
		abort();
	arena_destroy(a);
	return 0;
}
