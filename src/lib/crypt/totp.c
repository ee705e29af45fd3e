/* totp.c — one-time codes over liboath.  The caller keeps the last step used: a code passes once. */
#include "crypt.h"

#include <liboath/oath.h>

#define SECRET 20u
#define DIGITS 6u
#define STEP_MS 30000

static void code_of(const uint8_t secret[SECRET], int64_t step, char out[DIGITS + 1])
{
	if (oath_hotp_generate((const char *)secret, SECRET, (uint64_t)step, DIGITS, false,
			       OATH_HOTP_DYNAMIC_TRUNCATION, out) != OATH_OK)
		BUG("one-time code cannot be computed");
}

str crypt_totp_at(struct arena *a, const uint8_t secret[SECRET], msec now)
{
	char code[DIGITS + 1];

	code_of(secret, now / STEP_MS, code);
	return arena_str(a, (str){code, DIGITS});
}

/* All three steps are always computed and compared: the time does not tell which one matched. */
int64_t crypt_totp_match(const uint8_t secret[SECRET], str code, msec now)
{
	char given[DIGITS] = {0}, expected[DIGITS + 1];
	int64_t found = -1;

	if (now < STEP_MS)
		return -1;
	for (size_t i = 0; i < DIGITS && i < code.n; i++)
		given[i] = code.p[i];
	for (int64_t step = now / STEP_MS - 1; step <= now / STEP_MS + 1; step++) {
		code_of(secret, step, expected);
		if (crypt_equal(given, expected, DIGITS))
			found = step;
	}
	crypt_wipe(expected, sizeof expected);
	return code.n == DIGITS ? found : -1;
}
