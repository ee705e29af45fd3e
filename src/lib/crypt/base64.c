/* base64.c — RFC 4648 texts of bytes. */
#include "crypt.h"

#include <sodium.h>

static str encode(struct arena *a, str bytes, int variant)
{
	size_t room = sodium_base64_encoded_len(bytes.n, variant);
	char *p = arena_alloc(a, room);

	sodium_bin2base64(p, room, (const uint8_t *)bytes.p, bytes.n, variant);
	return (str){p, room - 1};
}

str crypt_base64(struct arena *a, str bytes)
{
	return encode(a, bytes, sodium_base64_VARIANT_ORIGINAL);
}

str crypt_base64_url(struct arena *a, str bytes)
{
	return encode(a, bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* libsodium 1.0.18 takes some bytes above 0x7f for digits: only what it would write itself is base64. */
static struct err *decode(struct arena *a, str text, int variant, str *out)
{
	size_t n = 0, room = text.n / 4 * 3 + 3;
	uint8_t *p = arena_alloc(a, room);

	if (text.n && sodium_base642bin(p, room, text.p, text.n, NULL, &n, NULL, variant) != 0)
		return FAIL(a, MALFORMED, NULL, "not base64");
	if (!str_eq(encode(a, (str){(char *)p, n}, variant), text))
		return FAIL(a, MALFORMED, NULL, "not base64");
	*out = (str){(char *)p, n};
	return NULL;
}

struct err *crypt_unbase64(struct arena *a, str text, str *out)
{
	return decode(a, text, sodium_base64_VARIANT_ORIGINAL, out);
}

struct err *crypt_unbase64_url(struct arena *a, str text, str *out)
{
	return decode(a, text, sodium_base64_VARIANT_URLSAFE_NO_PADDING, out);
}

str crypt_base32(struct arena *a, str bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	char *p = arena_alloc(a, (bytes.n * 8 + 4) / 5 + 1);
	unsigned acc = 0, bits = 0;
	size_t at = 0;

	for (size_t i = 0; i < bytes.n; i++) {
		acc = (acc << 8) | (uint8_t)bytes.p[i];
		for (bits += 8; bits >= 5; bits -= 5)
			p[at++] = digits[(acc >> (bits - 5)) & 31];
	}
	if (bits)
		p[at++] = digits[(acc << (5 - bits)) & 31];
	return (str){p, at};
}
