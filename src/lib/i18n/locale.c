/* locale.c — the three locales, choosing one, and translating messages. */
#include "locale.h"

#include <string.h>
#include <unicode/ustring.h>

#include "embed.h"

/* Made by msgfmt from locale/ at build time; the English messages are the ids themselves. */
extern const struct embed_set i18n_catalogues;

/* English as in Europe: day before month.  The first is the default. */
static struct locale locales[] = {
	{.tag = {"fr", 2},
	 .own_name = {"Français", sizeof "Français" - 1},
	 .icu = "fr-u-ca-gregory-nu-latn",
	 .first = "1er",
	 .translated = true},
	{.tag = {"en", 2}, .own_name = {"English", sizeof "English" - 1}, .icu = "en-GB-u-ca-gregory-nu-latn"},
	{.tag = {"ar", 2},
	 .own_name = {"العربية", sizeof "العربية" - 1},
	 .icu = "ar-u-ca-gregory-nu-latn",
	 .rtl = true,
	 .translated = true},
};
#define LOCALES (sizeof locales / sizeof *locales)

#define ACCEPT_RANGES_MAX 32

static struct err *catalogue_start(struct arena *a, struct locale *l)
{
	const struct embed_file *f;
	str path = arena_fmt(a, "locale/%s.mo", l->tag.p);

	if (!l->translated)
		return NULL;
	f = embed_find(&i18n_catalogues, path);
	if (!f)
		return FAIL(a, INTERNAL, NULL, "%s is not built in", path.p);
	return mo_open(a, f->data, &l->mo);
}

static struct err *collator_start(struct arena *a, struct locale *l)
{
	UErrorCode e = U_ZERO_ERROR;

	l->collator = ucol_open(l->icu, &e);
	if (U_FAILURE(e))
		return FAIL(a, INTERNAL, NULL, "collation of %s: %s", l->tag.p, u_errorName(e));
	return NULL;
}

struct err *i18n_start(struct arena *a)
{
	static bool started;

	if (started)
		return NULL;
	TRY(zone_start(a));
	TRY(fold_start(a));
	for (size_t i = 0; i < LOCALES; i++) {
		TRY(catalogue_start(a, &locales[i]));
		TRY(collator_start(a, &locales[i]));
		TRY(dates_start(a, &locales[i]));
		TRY(numbers_start(a, &locales[i]));
		TRY(names_start(a, &locales[i]));
	}
	started = true;
	return NULL;
}

const struct locale *locale_get(str tag)
{
	for (size_t i = 0; i < LOCALES; i++)
		if (str_eq(locales[i].tag, tag))
			return &locales[i];
	return &locales[0];
}

str locale_tag(const struct locale *l)
{
	return l->tag;
}

bool locale_rtl(const struct locale *l)
{
	return l->rtl;
}

size_t locale_count(void)
{
	return LOCALES;
}

const struct locale *locale_at(size_t i)
{
	if (i >= LOCALES)
		BUG("locale %zu", i);
	return &locales[i];
}

str locale_own_name(const struct locale *l)
{
	return l->own_name;
}

/* A weight of RFC 9110 §12.4.2 in thousandths: "0", "0.8", "1.000"; false when it is none. */
static bool weight(str s, unsigned *out)
{
	unsigned v, unit = 100;

	if (s.n == 0 || s.n > 5 || (s.p[0] != '0' && s.p[0] != '1') || (s.n > 1 && s.p[1] != '.'))
		return false;
	v = s.p[0] == '1' ? 1000 : 0;
	for (size_t i = 2; i < s.n; i++, unit /= 10) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v += (unsigned)(s.p[i] - '0') * unit;
	}
	*out = v;
	return v <= 1000;
}

/* The locale that a language range asks for ("ar-MA" is Arabic, "*" the default); NULL where we have none. */
static const struct locale *range_locale(str range)
{
	str primary = str_split(&range, '-');

	if (str_eq(primary, STR("*")))
		return &locales[0];
	for (size_t i = 0; i < LOCALES; i++)
		if (str_eq_ci(locales[i].tag, primary))
			return &locales[i];
	return NULL;
}

const struct locale *locale_accept(str accept_language)
{
	const struct locale *best = &locales[0], *l;
	unsigned best_q = 0, q;
	str one, range;

	for (int i = 0; accept_language.p && i < ACCEPT_RANGES_MAX; i++) {
		one = str_split(&accept_language, ',');
		range = str_trim(str_split(&one, ';'));
		one = str_trim(one);
		q = 1000;
		if (one.p && (one.n < 2 || (one.p[0] | 32) != 'q' || one.p[1] != '='))
			continue;
		if (one.p && !weight(str_sub(one, 2, one.n), &q))
			continue;
		l = range_locale(range);
		if (l && q > best_q) {
			best = l;
			best_q = q;
		}
	}
	return best;
}

/* "context\004message": the context tells translators which of two meanings; readers never see it. */
static const char *without_context(const char *msgid)
{
	const char *p = strchr(msgid, '\004');

	return p ? p + 1 : msgid;
}

const char *tr(const struct locale *l, const char *msgid)
{
	const char *text = l->translated ? mo_find(&l->mo, msgid) : NULL;

	return text ? text : without_context(msgid);
}

const char *tr_n(const struct locale *l, const char *one, const char *many, int64_t n)
{
	uint64_t size = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	const char *text = l->translated ? mo_find_plural(&l->mo, one, size) : NULL;

	if (text)
		return text;
	return without_context(size == 1 ? one : many);
}

static const struct tr_arg *arg_named(const struct tr_arg *args, size_t n, str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eqz(name, args[i].name))
			return &args[i];
	return NULL;
}

str tr_fill(struct arena *a, const char *translated, const struct tr_arg *args, size_t n)
{
	str rest = str_of(translated);
	const struct tr_arg *arg;
	struct buf b;
	ptrdiff_t open, close;

	buf_init(&b, a, SIZE_MAX / 2);
	while ((open = str_index(rest, '{')) >= 0) {
		buf_str(&b, str_sub(rest, 0, (size_t)open));
		rest = str_sub(rest, (size_t)open, rest.n);
		close = str_index(rest, '}');
		arg = close > 0 ? arg_named(args, n, str_sub(rest, 1, (size_t)close - 1)) : NULL;
		/* A brace that opens no known name is text. */
		buf_str(&b, arg ? arg->value : str_sub(rest, 0, 1));
		rest = str_sub(rest, arg ? (size_t)close + 1 : 1, rest.n);
	}
	buf_str(&b, rest);
	return buf_done(&b);
}

str tr_apart(struct arena *a, const struct locale *l, str s)
{
	return locale_rtl(l) ? arena_fmt(a, "\xE2\x81\xA8%.*s\xE2\x81\xA9", STR_ARG(s)) : s;
}

str tr_say(struct arena *a, const struct locale *l, const char *translated, const struct tr_arg *args, size_t n)
{
	struct tr_arg *apart = NEWS(a, struct tr_arg, n + 1);

	for (size_t i = 0; i < n; i++)
		apart[i] = (struct tr_arg){args[i].name, tr_apart(a, l, args[i].value)};
	return tr_fill(a, translated, apart, n);
}

int collate(const struct locale *l, str a, str b)
{
	UErrorCode e = U_ZERO_ERROR;
	UCollationResult order = ucol_strcollUTF8(l->collator, a.p ? a.p : "", (int32_t)a.n, b.p ? b.p : "",
						  (int32_t)b.n, &e);

	/* Equal in the language is not equal in bytes; the order must not depend on the sorting algorithm. */
	if (U_FAILURE(e) || order == UCOL_EQUAL)
		return str_cmp(a, b);
	return order == UCOL_LESS ? -1 : 1;
}

str utf8_of(struct arena *a, const UChar *u, int32_t n)
{
	size_t room = (size_t)n * 3 + 1;
	char *p = arena_alloc(a, room);
	int32_t len = 0;
	UErrorCode e = U_ZERO_ERROR;

	u_strToUTF8WithSub(p, (int32_t)room, &len, u, n, 0xFFFD, NULL, &e);
	if (U_FAILURE(e))
		BUG("UTF-16 of %d units: %s", (int)n, u_errorName(e));
	return (str){p, (size_t)len};
}
