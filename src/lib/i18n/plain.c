/* plain.c — text as it is compared, not as it is shown: for passwords and for lists of words. */
#include "i18n.h"

#include <unicode/unorm2.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>

#define TEXT_MAX 2048 /* bytes looked at; the rest is cut */
#define GROWTH 18     /* what NFKC makes of one unit at worst */

static UChar *units(struct arena *a, str s, int32_t *n)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar *u = arena_alloc(a, (TEXT_MAX + 1) * sizeof *u);

	*n = 0;
	u_strFromUTF8WithSub(u, TEXT_MAX, n, s.p, (int32_t)(s.n < TEXT_MAX ? s.n : TEXT_MAX), 0xFFFD, NULL, &e);
	if (U_FAILURE(e))
		BUG("text: %s", u_errorName(e));
	return u;
}

static UChar *normal(struct arena *a, const UNormalizer2 *how, const UChar *in, int32_t *n)
{
	int32_t room = *n * GROWTH + 1;
	UChar *out = arena_alloc(a, (size_t)room * sizeof *out);
	UErrorCode e = U_ZERO_ERROR;

	*n = unorm2_normalize(how, in, *n, out, room, &e);
	if (U_FAILURE(e))
		BUG("text: %s", u_errorName(e));
	return out;
}

static str bytes(struct arena *a, const UChar *u, int32_t n)
{
	int32_t room = n * 3 + 1, len = 0;
	char *out = arena_alloc(a, (size_t)room);
	UErrorCode e = U_ZERO_ERROR;

	u_strToUTF8(out, room, &len, u, n, &e);
	if (U_FAILURE(e))
		BUG("text: %s", u_errorName(e));
	return (str){out, (size_t)len};
}

str text_nfkc(struct arena *a, str s)
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&e);
	int32_t n;
	UChar *u = units(a, s, &n);

	u = normal(a, nfkc, u, &n);
	return bytes(a, u, n);
}

str text_plain(struct arena *a, str s)
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&e), *nfd = unorm2_getNFDInstance(&e);
	int32_t n, kept = 0;
	UChar *u = units(a, s, &n);

	u = normal(a, fold, u, &n);
	u = normal(a, nfd, u, &n);
	for (int32_t i = 0; i < n; i++) {
		int8_t type = u_charType(u[i]);

		if (type != U_NON_SPACING_MARK && type != U_ENCLOSING_MARK)
			u[kept++] = u[i];
	}
	return bytes(a, u, kept);
}
