/* fold.c — one spelling for the many spellings of a name, for searching only (never shown, never stored).
 *
 * NFKC and case folding (ICU), transliteration to Latin where the script is another one (ICU Any-Latin behind our
 * rules for Arabic and Cyrillic, which follow how names are written on French and English papers rather than
 * scholars' transliteration), marks stripped, then spellings merged: ou/oo/u/w, dj/j, kh/k, gh/g, ch/sh/tch, ph/f,
 * y/i, doubled letters.  What is left is a–z, 0–9 and single spaces.
 * Merging too much only finds a few names more; merging too little hides a person's own file. */
#include "locale.h"

#include <pthread.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

/* Longest name looked at; the rest is cut.  The units are what NFKC can make of it at worst (U+FDFA: 18 for 3). */
#define NAME_BYTES 512
#define NAME_UNITS 3072

/* Small letters only: it runs after case folding.  Arabic marks go first, so that a name written with vowels and
 * one without meet; ta marbuta is mostly a final "a" on papers. */
static const UChar rules[] =
	u"[[:Mn:]&[:Arabic:]] > ; [\u064B-\u0655\u0670\u0640] > ;"
	u"[\u0622\u0623\u0625\u0671] > a; \u0649 > i; \u0629 > a; \u0624 > u; \u0626 > i; \u0621 > ; \u0639 > a;"
	u"\u062C > j; \u0634 > sh; \u062E > kh; \u063A > gh; \u062B > th; \u0630 > dh; \u0642 > k;"
	u"х > kh; ц > ts; ч > ch; ш > sh; щ > shch; ж > zh; ю > yu; я > ya; є > ye; ї > yi; й > y; ё > yo; ь > ; ъ > ;"
	u"::Any-Latin;";

static const UTransliterator *model; /* cloned by each thread; never used itself */
static const UNormalizer2 *nfkc_fold, *nfd;
static pthread_key_t own_key;

/* Latin letters that no decomposition takes apart. */
static const struct letter {
	UChar from;
	char to[3];
} letters[] = {
	{u'æ', "ae"}, {u'ð', "d"},  {u'ø', "o"},  {u'þ', "th"}, {u'đ', "d"}, {u'ħ', "h"}, {u'ı', "i"},
	{u'ł', "l"},  {u'ŋ', "n"},  {u'œ', "oe"}, {u'ŧ', "t"},  {u'ƙ', "k"}, {u'ƴ', "y"}, {u'ǝ', "e"},
	{u'ɓ', "b"},  {u'ɔ', "o"},  {u'ɖ', "d"},  {u'ɗ', "d"},  {u'ə', "e"}, {u'ɛ', "e"}, {u'ɣ', "g"},
	{u'ɩ', "i"},  {u'ɲ', "ny"}, {u'ʊ', "u"},  {u'ʋ', "v"},
};

/* Longer spellings first.  Sibilants become x, which hardly occurs otherwise. */
static const struct merge {
	const char *from;
	char to;
} merges[] = {
	{"tch", 'x'}, {"sch", 'x'}, {"ch", 'x'}, {"sh", 'x'}, {"kh", 'k'}, {"gh", 'g'},
	{"ph", 'f'},  {"dj", 'j'},  {"ou", 'u'}, {"oo", 'u'}, {"w", 'u'},  {"y", 'i'},
};

static void own_close(void *t)
{
	utrans_close(t);
}

struct err *fold_start(struct arena *a)
{
	UErrorCode e = U_ZERO_ERROR;
	UParseError at;

	nfkc_fold = unorm2_getNFKCCasefoldInstance(&e);
	nfd = unorm2_getNFDInstance(&e);
	model = utrans_openU(u"rivage-names", -1, UTRANS_FORWARD, rules, -1, &at, &e);
	if (U_FAILURE(e))
		return FAIL(a, INTERNAL, NULL, "name folding: %s at %d", u_errorName(e), (int)at.offset);
	if (pthread_key_create(&own_key, own_close))
		return FAIL(a, INTERNAL, NULL, "name folding: no thread key left");
	return NULL;
}

/* Transliterators keep state while they work, so each thread has its own, made at its first foreign name. */
static UTransliterator *own(void)
{
	UTransliterator *t = pthread_getspecific(own_key);
	UErrorCode e = U_ZERO_ERROR;

	if (t)
		return t;
	t = utrans_clone(model, &e);
	if (U_FAILURE(e) || pthread_setspecific(own_key, t))
		BUG("name folding: no transliterator: %s", u_errorName(e));
	return t;
}

static const char *latin_letter(UChar32 c)
{
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		if (letters[i].from == c)
			return letters[i].to;
	return NULL;
}

/* True when stripping marks and the table above will do: no letter of another script. */
static bool is_latin(const UChar *u, int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		if (U16_IS_SURROGATE(u[i]) || (u[i] >= 0x80 && u_isalnum(u[i]) && !latin_letter(u[i])))
			return false;
	return true;
}

/* in, decomposed, in Latin letters as far as ICU can; returns the number of units in out. */
static int32_t to_latin(UChar *out, UChar *work, const UChar *in, int32_t n)
{
	UErrorCode e = U_ZERO_ERROR;
	int32_t len, limit, plain;

	len = unorm2_normalize(nfkc_fold, in, n, work, NAME_UNITS, &e);
	plain = unorm2_normalize(nfd, work, len, out, NAME_UNITS, &e);
	if (U_FAILURE(e))
		return 0;
	if (is_latin(out, plain))
		return plain;
	limit = len;
	utrans_transUChars(own(), work, &len, NAME_UNITS, 0, &limit, &e);
	/* Too long in Latin: found by its own script only. */
	if (U_FAILURE(e))
		return plain;
	n = unorm2_normalize(nfd, work, len, out, NAME_UNITS, &e);
	return U_FAILURE(e) ? 0 : n;
}

static bool dropped(UChar32 c)
{
	/* N'Diaye is Ndiaye; marks and modifiers carry no letter. */
	return c == '\'' || c == 0x2019 || c == 0x2018 ||
	       (U_GET_GC_MASK(c) & (U_GC_MN_MASK | U_GC_ME_MASK | U_GC_LM_MASK | U_GC_SK_MASK | U_GC_CF_MASK));
}

static void space(struct buf *b)
{
	if (b->n && b->p[b->n - 1] != ' ')
		buf_c(b, ' ');
}

static void code_point(struct buf *b, UChar32 c)
{
	const char *latin = latin_letter(c);
	uint8_t utf8[4];
	size_t n = 0;

	if (dropped(c))
		return;
	if (latin) {
		buf_z(b, latin);
	} else if (u_charDigitValue(c) >= 0) {
		buf_c(b, (char)('0' + u_charDigitValue(c)));
	} else if (u_isalnum(c)) {
		/* A letter of a script that ICU cannot write in Latin stays itself. */
		U8_APPEND_UNSAFE(utf8, n, (uint32_t)c);
		buf_put(b, utf8, n);
	} else {
		space(b);
	}
}

static str plain_unicode(struct arena *a, str name)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar in[NAME_BYTES], work[NAME_UNITS], latin[NAME_UNITS];
	int32_t n = 0, i = 0;
	struct buf b;

	buf_init(&b, a, (size_t)NAME_UNITS * 3);
	u_strFromUTF8WithSub(in, NAME_BYTES, &n, name.p, (int32_t)name.n, 0xFFFD, NULL, &e);
	if (U_FAILURE(e))
		return STR("");
	n = to_latin(latin, work, in, n);
	while (i < n) {
		UChar u = latin[i++];

		if (U16_IS_LEAD(u) && i < n && U16_IS_TRAIL(latin[i]))
			code_point(&b, (UChar32)U16_GET_SUPPLEMENTARY(u, latin[i++]));
		else
			code_point(&b, u);
	}
	explicit_bzero(
		in, sizeof in); /* a person's name must not lie on a worker's stack until somebody else's covers it */
	explicit_bzero(work, sizeof work);
	explicit_bzero(latin, sizeof latin);
	return buf_done(&b);
}

/* Most names: no ICU at all. */
static str plain_ascii(struct arena *a, str name)
{
	struct buf b;

	buf_init(&b, a, name.n);
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 32);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			buf_c(&b, c);
		else if (c != '\'' && c != '`' && c != '^')
			space(&b);
	}
	return buf_done(&b);
}

static bool is_ascii(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] & 0x80)
			return false;
	return true;
}

/* The merged letter for the spelling at the head of s, and how long that spelling is. */
static char merge(str s, size_t *len)
{
	for (size_t i = 0; i < sizeof merges / sizeof *merges; i++) {
		const char *from = merges[i].from;

		if (from[0] != s.p[0])
			continue;
		if (str_starts(s, str_of(from))) {
			*len = strlen(from);
			return merges[i].to;
		}
	}
	*len = 1;
	return s.p[0];
}

str name_fold(struct arena *a, str name)
{
	struct buf b;
	size_t len;

	if (!name.n)
		return STR("");
	name = str_sub(name, 0, NAME_BYTES);
	name = str_trim(is_ascii(name) ? plain_ascii(a, name) : plain_unicode(a, name));
	buf_init(&b, a, name.n);
	for (size_t i = 0; i < name.n; i += len) {
		char c = merge(str_sub(name, i, name.n), &len);

		if (c < 'a' || c > 'z' || !b.n || b.p[b.n - 1] != c)
			buf_c(&b, c);
	}
	return buf_done(&b);
}
