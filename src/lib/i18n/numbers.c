/* numbers.c — integers, money and percentages, by ICU's number formatters.
 *
 * A UNumberFormatter is immutable and made for use by many threads; opening one is slow, so those of the usual
 * currencies are opened at start.  Amounts reach ICU as decimal text: no floating point. */
#include "locale.h"

#include <string.h>
#include <unicode/ucurr.h>
#include <unicode/ustring.h>

/* Of France, the euro area, and the countries people most often return to.  Others are opened when asked for. */
static const char usual[][4] = {
	"EUR", "USD", "GBP", "CHF", "NGN", "XOF", "XAF", "GHS", "GNF", "SLE", "LRD", "GMD", "CDF", "AOA", "CVE", "MGA",
	"KMF", "MUR", "ETB", "ERN", "SOS", "SDG", "KES", "UGX", "DZD", "MAD", "TND", "EGP", "LYD", "LBP", "SYP", "TRY",
	"IRR", "IQD", "AFN", "PKR", "INR", "BDT", "LKR", "NPR", "CNY", "VND", "THB", "PHP", "MNT", "ALL", "RSD", "MKD",
	"BAM", "RON", "BGN", "HUF", "MDL", "UAH", "RUB", "GEL", "AMD", "BRL", "COP", "PEN", "DOP", "HTG", "VES", "PYG"};
_Static_assert(sizeof usual / sizeof *usual <= CURRENCIES_MAX, "room for the usual currencies");

#define TEXT_MAX 96

static UNumberFormatter *formatter(const struct locale *l, const char *skeleton, UErrorCode *e)
{
	UChar u[64];

	u_uastrcpy(u, skeleton);
	return unumf_openForSkeletonAndLocale(u, -1, l->icu, e);
}

/* Amounts always have two decimals here, whatever the currency.  One that has none in use (franc CFA, dong)
 * shows them only when they are not zero, so that nothing is ever rounded away. */
static UNumberFormatter *currency_open(const struct locale *l, const char *code, UErrorCode *e)
{
	char skeleton[40];
	UChar u[4];
	size_t n = sizeof "currency/XXX" - 1;
	UErrorCode ignored = U_ZERO_ERROR;

	u_uastrcpy(u, code);
	memcpy(skeleton, "currency/", 9);
	memcpy(skeleton + 9, code, 3);
	if (ucurr_getDefaultFractionDigits(u, &ignored) == 0)
		memcpy(skeleton + n, " .00/w", sizeof " .00/w");
	else
		memcpy(skeleton + n, " .00", sizeof " .00");
	return formatter(l, skeleton, e);
}

struct err *numbers_start(struct arena *a, struct locale *l)
{
	UErrorCode e = U_ZERO_ERROR;
	struct numbers *n = &l->numbers;

	n->integer = formatter(l, "precision-integer", &e);
	n->percent = formatter(l, "percent precision-integer", &e);
	n->n_currency = 0;
	for (size_t i = 0; U_SUCCESS(e) && i < sizeof usual / sizeof *usual; i++) {
		struct currency *c = &n->currency[n->n_currency++];

		memcpy(c->code, usual[i], sizeof c->code);
		c->format = currency_open(l, c->code, &e);
	}
	if (U_FAILURE(e))
		return FAIL(a, INTERNAL, NULL, "number formats of %s: %s", l->tag.p, u_errorName(e));
	return NULL;
}

/* decimal: plain text, as money_plain and printf make it.  On a fault of ICU that text itself, never nothing. */
static str format(struct arena *a, const UNumberFormatter *f, str decimal)
{
	UErrorCode e = U_ZERO_ERROR;
	UFormattedNumber *result = unumf_openResult(&e);
	UChar u[TEXT_MAX];
	int32_t n;

	unumf_formatDecimal(f, decimal.p, (int32_t)decimal.n, result, &e);
	n = unumf_resultToString(result, u, TEXT_MAX, &e);
	unumf_closeResult(result);
	if (U_FAILURE(e) || n >= TEXT_MAX)
		return decimal;
	return utf8_of(a, u, n);
}

str fmt_int(struct arena *a, const struct locale *l, int64_t n)
{
	return format(a, l->numbers.integer, arena_fmt(a, "%lld", (long long)n));
}

static bool currency_code_ok(const char *code)
{
	size_t i = 0;

	while (i < 3 && code[i] >= 'A' && code[i] <= 'Z')
		i++;
	return i == 3 && code[3] == '\0';
}

str fmt_money(struct arena *a, const struct locale *l, money m, const char *currency)
{
	const struct numbers *n = &l->numbers;
	UErrorCode e = U_ZERO_ERROR;
	UNumberFormatter *f;
	str text = money_plain(a, m);

	for (size_t i = 0; i < n->n_currency; i++)
		if (strcmp(n->currency[i].code, currency) == 0)
			return format(a, n->currency[i].format, text);
	if (!currency_code_ok(currency))
		return text;
	f = currency_open(l, currency, &e);
	if (U_SUCCESS(e))
		text = format(a, f, text);
	unumf_close(f);
	return text;
}

str fmt_percent(struct arena *a, const struct locale *l, int64_t num, int64_t den)
{
	int64_t percent;

	/* A share of nothing is not 0 %. */
	if (den <= 0 || !money_share(num, 100, den, &percent))
		return STR("–");
	return format(a, l->numbers.percent, arena_fmt(a, "%lld", (long long)percent));
}
