/* witness_fuzz.c — requests to a witness: no crash, and none that a log did not sign is ever good. */
#include <stdlib.h>
#include <string.h>

#include "witness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create(4u << 20);
	struct witness_log log = {.origin = STR("rivage/x"), .pk = {1}, .size = 3};
	struct witness_ask ask;
	uint64_t at;

	if (witness_ask_parse(a, (str){(const char *)data, size}, &ask)) {
		if (!witness_judge(a, &ask, &log))
			abort();
		if (witness_signed(a, (str){(const char *)data, size}, &ask.note, STR("w"), log.pk, &at))
			abort();
	}
	arena_destroy(a);
	return 0;
}
