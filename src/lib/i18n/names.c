/* names.c — names of countries and languages, from ICU with a small table of our own for what it lacks. */
#include "locale.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uldnames.h>
#include <unicode/uloc.h>

#define NAME_MAX_UNITS 120

/* In ICU's list of regions but not countries of ISO 3166-1: Diego Garcia, Ceuta and Melilla, Canaries. */
static const char not_countries[][3] = {"AC", "CP", "CQ", "DG", "EA", "IC", "TA"};

static bool is_country(const char *code)
{
	for (size_t i = 0; i < sizeof not_countries / sizeof *not_countries; i++)
		if (strcmp(code, not_countries[i]) == 0)
			return false;
	return true;
}

static int by_code(const void *x, const void *y)
{
	return str_cmp(((const struct named *)x)->code, ((const struct named *)y)->code);
}

static int by_name(const void *x, const void *y, void *l)
{
	return collate(l, ((const struct named *)x)->name, ((const struct named *)y)->name);
}

static const struct named *find(const struct names *in, str code)
{
	struct named key = {.code = code};

	return bsearch(&key, in->by_code, in->n_code, sizeof key, by_code);
}

typedef int32_t display_fn(const ULocaleDisplayNames *names, const char *code, UChar *out, int32_t room, UErrorCode *e);

/* Absent where ICU has no name in this language. */
static str display(struct arena *a, const ULocaleDisplayNames *names, display_fn *get, const char *code)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar u[NAME_MAX_UNITS];
	int32_t n = get(names, code, u, NAME_MAX_UNITS, &e);

	return U_SUCCESS(e) && n > 0 && n < NAME_MAX_UNITS ? utf8_of(a, u, n) : (str){0};
}

static void countries_fill(struct arena *a, struct locale *l, const ULocaleDisplayNames *names)
{
	const char *const *codes = uloc_getISOCountries();
	struct names *out = &l->countries;
	size_t n = 0;

	while (codes[n])
		n++;
	out->by_code = NEWS(a, struct named, n);
	for (size_t i = 0; i < n; i++) {
		str name = display(a, names, uldn_regionDisplayName, codes[i]);

		if (is_country(codes[i]))
			out->by_code[out->n_code++] = (struct named){str_of(codes[i]),
								     name.p ? name : str_of(codes[i])};
	}
	qsort(out->by_code, out->n_code, sizeof *out->by_code, by_code);
	out->n_name = out->n_code;
	out->by_name = NEWS(a, struct named, out->n_name);
	memcpy(out->by_name, out->by_code, out->n_name * sizeof *out->by_name);
}

static const char *own_name(const struct locale *l, const struct language_row *row)
{
	if (str_eqz(l->tag, "fr"))
		return row->fr;
	return str_eqz(l->tag, "ar") ? row->ar : row->en;
}

/* by_code: our list and all others that ICU knows, so that any recorded code can be shown.  by_name: our list. */
static void languages_fill(struct arena *a, struct locale *l, const ULocaleDisplayNames *names)
{
	const char *const *codes = uloc_getISOLanguages();
	struct names *out = &l->languages;
	size_t n = 0;
	str name;

	while (codes[n])
		n++;
	out->by_code = NEWS(a, struct named, n + language_rows_n);
	out->by_name = NEWS(a, struct named, language_rows_n);
	for (size_t i = 0; i < language_rows_n; i++) {
		name = str_of(own_name(l, &language_rows[i]));
		if (!name.p)
			name = display(a, names, uldn_languageDisplayName, language_rows[i].code);
		out->by_name[out->n_name++] = (struct named){str_of(language_rows[i].code),
							     name.p ? name : str_of(language_rows[i].code)};
	}
	memcpy(out->by_code, out->by_name, out->n_name * sizeof *out->by_code);
	out->n_code = out->n_name;
	qsort(out->by_code, out->n_code, sizeof *out->by_code, by_code);
	for (size_t i = 0, ours = out->n_code; i < n; i++) {
		struct named key = {.code = str_of(codes[i])};

		if (bsearch(&key, out->by_code, ours, sizeof key, by_code))
			continue;
		name = display(a, names, uldn_languageDisplayName, codes[i]);
		out->by_code[out->n_code++] = (struct named){key.code, name.p ? name : key.code};
	}
	qsort(out->by_code, out->n_code, sizeof *out->by_code, by_code);
}

struct err *names_start(struct arena *a, struct locale *l)
{
	/* Names stand alone, in lists and beside a label: with a capital where the language has them. */
	UDisplayContext how[] = {UDISPCTX_CAPITALIZATION_FOR_UI_LIST_OR_MENU, UDISPCTX_NO_SUBSTITUTE};
	UErrorCode e = U_ZERO_ERROR;
	ULocaleDisplayNames *names = uldn_openForContext(l->icu, how, 2, &e);

	if (U_FAILURE(e))
		return FAIL(a, INTERNAL, NULL, "names of countries in %s: %s", l->tag.p, u_errorName(e));
	l->countries = l->languages = (struct names){0};
	countries_fill(a, l, names);
	languages_fill(a, l, names);
	uldn_close(names);
	qsort_r(l->countries.by_name, l->countries.n_name, sizeof(struct named), by_name, l);
	qsort_r(l->languages.by_name, l->languages.n_name, sizeof(struct named), by_name, l);
	return NULL;
}

static str name_of(struct arena *a, const struct names *in, str code)
{
	const struct named *found = find(in, code);

	return found ? found->name : arena_str(a, code);
}

str country_name(struct arena *a, const struct locale *l, str iso2)
{
	return name_of(a, &l->countries, iso2);
}

str language_name(struct arena *a, const struct locale *l, str tag)
{
	str primary = tag;

	/* "pt-BR" is shown as Portuguese unless it has a row of its own. */
	if (!find(&l->languages, tag))
		primary = str_split(&primary, '-');
	return find(&l->languages, primary) ? name_of(a, &l->languages, primary) : arena_str(a, tag);
}

bool country_known(str iso2)
{
	return find(&locale_at(0)->countries, iso2) != NULL;
}

bool language_known(str tag)
{
	return find(&locale_at(0)->languages, tag) != NULL;
}

const struct named *countries(const struct locale *l, size_t *n)
{
	*n = l->countries.n_name;
	return l->countries.by_name;
}

const struct named *languages(const struct locale *l, size_t *n)
{
	*n = l->languages.n_name;
	return l->languages.by_name;
}
