/* password_fuzz.c — what people type as a password or a printed code.  Holds: a password that is taken is 14 to 128
 * characters, stays taken when it is normalised once more; a code is the same however it is spaced. */
#include <string.h>

#include "password.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *a;
	str typed = {(const char *)data, size}, own[] = {{"amina.diallo", 12}, {"LAGOS", 5}}, normal, spaced;
	struct key k, same;

	if (!a)
		a = arena_create(64u << 20);
	normal = password_normal(a, typed);
	if (!password_fault(a, typed, own, 2)) {
		if (normal.n < PASSWORD_SHORTEST || size > PASSWORD_BYTES)
			BUG("a password outside its limits is taken");
		if (!str_eq(normal, password_normal(a, normal)))
			BUG("a password is not one spelling");
	}
	if (recovery_key(typed, &k)) {
		spaced = arena_join(a, (str[]){STR(" "), typed, STR("-")}, 3, STR(""));
		if (!recovery_key(spaced, &same) || memcmp(&k, &same, sizeof k) != 0)
			BUG("spaces change a code");
	}
	arena_reset(a);
	return 0;
}
