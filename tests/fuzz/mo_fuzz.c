/* mo_fuzz.c — message catalogues and their plural rules.
 * clang -fsanitize=fuzzer,address,undefined -Isrc/lib/base -Isrc/lib/i18n tests/fuzz/mo_fuzz.c
 *       src/lib/i18n/{mo,plural}.c src/lib/base/{arena,buf,err,str}.c */
#include "mo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const struct mo *mo)
{
	static const uint64_t counts[] = {0, 1, 2, 3, 11, 100, UINT64_MAX};
	size_t sum = 0;

	for (uint32_t i = 0; i <= mo->mask; i++) {
		if (!mo->slots[i].id)
			continue;
		if (mo_find(mo, mo->slots[i].id) != mo->slots[i].text)
			__builtin_trap();
		for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
			sum += str_of(mo_find_plural(mo, mo->slots[i].id, counts[k])).n;
	}
	if (mo_find(mo, "") || sum == SIZE_MAX)
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create(64 << 20);
	str bytes = {(const char *)data, size};
	struct mo mo;
	struct plural rule;

	if (!mo_open(a, bytes, &mo))
		use(&mo);
	if (plural_parse(bytes, &rule) && plural_form(&rule, size) >= rule.forms)
		__builtin_trap();
	arena_destroy(a);
	return 0;
}
