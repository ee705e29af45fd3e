/* json_fuzz.c — any bytes: parse, write, parse again, compare. */
#include <stdlib.h>

#include "json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_create(64 << 20);
	struct json *v = NULL, *again = NULL;

	if (!json_parse(a, (str){(const char *)data, n}, &v)) {
		str text = json_dump(a, v, 32 << 20);

		if (!str_utf8_ok(text) || json_parse(a, text, &again) || !json_equal(v, again))
			abort();
	}
	arena_destroy(a);
	return 0;
}
