/* share_fuzz.c — shares and cards as people type and scan them.
 * Holds: what is taken is written again as the same share; no set of shares makes joining read past them. */
#include <stdlib.h>
#include <string.h>

#include "shamir.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create(8u << 20);
	str rest = {(const char *)data, size};
	struct share s[4], again;
	struct share_card card, same;
	struct key out;
	size_t n = 0, wrong;

	crypt_start();
	if (!card_parse(a, rest, &card) &&
	    (card_parse(a, card_text(a, &card), &same) || memcmp(&card, &same, sizeof card) != 0))
		abort();
	while (rest.p && n < 4) {
		str one = str_split(&rest, ';');

		if (share_parse(a, one, &s[n]))
			continue;
		if (share_parse(a, share_text(a, &s[n]), &again) || memcmp(&s[n], &again, sizeof again) != 0)
			abort();
		n++;
	}
	if (n && !shamir_join(a, s, n, NULL, &out, &wrong) && (n < s[0].need || wrong != n))
		abort();
	arena_destroy(a);
	return 0;
}
