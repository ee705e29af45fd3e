/* check_value.c — one answer: the text rules, numbers, dates, amounts, codes.
 *
 * People type numbers in their own digits and dates in their own order: both are understood and stored plain.
 * Everything else is kept exactly as typed, but for line ends and blanks around it; what cannot be kept is
 * refused with its reason, never mended in silence. */
#include "check.h"

#include <string.h>

#include "money.h"

#define SHOWN_MOST 40 /* characters of a refused answer repeated in its message */
#define YEAR_FIRST 1900
#define YEAR_LAST 2100

static void set_str(struct json *v, str s)
{
	v->type = JSON_STR;
	v->s = s;
}

static str shown(str s)
{
	size_t i = 0;

	for (size_t n = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] & 0xC0) != 0x80 && n++ == SHOWN_MOST)
			break;
	return (str){s.p, i};
}

/* The code point at s.p[*i], which must be well-formed; moves on. */
static uint32_t next_char(str s, size_t *i)
{
	unsigned char c = (unsigned char)s.p[(*i)++];
	uint32_t u = c < 0x80 ? c : c < 0xE0 ? c & 0x1Fu : c < 0xF0 ? c & 0x0Fu : c & 0x07u;

	while (*i < s.n && ((unsigned char)s.p[*i] & 0xC0) == 0x80)
		u = u << 6 | ((unsigned char)s.p[(*i)++] & 0x3Fu);
	return u;
}

static str unix_lines(struct arena *a, str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\r' || i + 1 == s.n || s.p[i + 1] != '\n')
			p[n++] = s.p[i];
	return (str){p, n};
}

static bool control(uint32_t u, bool multiline)
{
	if (u == '\t')
		return false;
	if (u == '\n' || u == 0x2028 || u == 0x2029)
		return !multiline;
	return u < 0x20 || (u >= 0x7F && u < 0xA0);
}

static bool turns_direction(uint32_t u)
{
	return (u >= 0x202A && u <= 0x202E) || (u >= 0x2066 && u <= 0x2069);
}

static const char *check_chars(struct arena *a, str s, bool multiline, str *arg)
{
	for (size_t i = 0; i < s.n;) {
		uint32_t u = next_char(s, &i);

		*arg = arena_fmt(a, "U+%04X", (unsigned)u);
		if (control(u, multiline))
			return N_(
				"This holds a control character ({arg}) that cannot be read or printed. Please type it "
				"again.");
		if (!multiline && turns_direction(u))
			return N_(
				"This holds an invisible character ({arg}) that changes the reading direction, so that "
				"a name can "
				"be read as another. Please type it again without it.");
		if (u == 0xFFFD)
			return N_("Some characters could not be read and were replaced by �. Please type them again.");
	}
	return NULL;
}

static const char *check_text(struct arena *a, const struct field *f, struct json *v, str *arg)
{
	const char *bad = check_chars(a, v->s, f->multiline, arg);

	if (bad)
		return bad;
	*arg = arena_fmt(a, "%zu", f->max);
	if (str_utf8_len(v->s) > f->max)
		return N_("This text is too long: at most {arg} characters can be kept. Please shorten it.");
	return NULL;
}

/* Digits of Arabic and Persian keyboards as ASCII, their decimal and group signs too; direction marks left out. */
static str plain_digits(struct arena *a, str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		uint32_t u = next_char(s, &i);

		if (u >= 0x660 && u <= 0x669)
			p[n++] = (char)('0' + (u - 0x660));
		else if (u >= 0x6F0 && u <= 0x6F9)
			p[n++] = (char)('0' + (u - 0x6F0));
		else if (u == 0x66B)
			p[n++] = '.';
		else if (u != 0x66C && u != 0x200E && u != 0x200F && u != 0x61C)
			for (; from < i; from++)
				p[n++] = s.p[from];
	}
	return (str){p, n};
}

static const char *check_integer(struct arena *a, const struct field *f, struct json *v, str *arg)
{
	int64_t i = 0;

	if (v->type == JSON_INT) {
		i = v->i;
	} else if (!str_to_i64(plain_digits(a, v->s), &i)) {
		*arg = shown(v->s);
		return N_("“{arg}” is not a whole number. Please write it in digits only, for example 12.");
	}
	if (i < f->min_int) {
		*arg = arena_fmt(a, "%ld", (long)f->min_int);
		return N_("This number is too small: {arg} or more is expected. Please check it.");
	}
	if (i > f->max_int) {
		*arg = arena_fmt(a, "%ld", (long)f->max_int);
		return N_("This number is too great: {arg} or less is expected. Please check it.");
	}
	v->type = JSON_INT;
	v->i = i;
	return NULL;
}

/* 20/11/2018, 20.11.2018, 20-11-2018, with one or two digits for day and month. */
static bool day_first(str s, day *out)
{
	char sep = str_index(s, '/') >= 0 ? '/' : str_index(s, '.') >= 0 ? '.' : '-';
	str rest = s, parts[3];
	int64_t n[3];

	for (size_t i = 0; i < 3; i++) {
		parts[i] = str_split(&rest, sep);
		if (parts[i].n == 0 || parts[i].n > 4 || parts[i].p[0] == '-' || !str_to_i64(parts[i], &n[i]))
			return false;
	}
	if (rest.p || parts[0].n > 2 || parts[1].n > 2 || parts[2].n != 4)
		return false;
	*out = day_of((int)n[2], (int)n[1], (int)n[0]);
	return *out != NO_DAY;
}

static const char *check_date(struct arena *a, const struct field *f, struct json *v, str *arg)
{
	str s = plain_digits(a, v->s);
	int year;
	day d;

	(void)f;
	*arg = shown(v->s);
	if (!day_parse(s, &d) && !day_first(s, &d))
		return N_("“{arg}” is not a date that exists. Please write it like 20/11/2018 or 2018-11-20.");
	year = day_civil(d).year;
	if (year < YEAR_FIRST || year > YEAR_LAST)
		return N_("The year of “{arg}” is not between 1900 and 2100. Please check it.");
	set_str(v, day_iso(a, d));
	return NULL;
}

static const char *check_money(struct arena *a, const struct field *f, struct json *v, str *arg)
{
	money m;

	(void)f;
	*arg = shown(v->s);
	if (!money_parse(plain_digits(a, v->s), &m))
		return N_("“{arg}” is not an amount. Please write digits with at most two decimals, for example "
			  "1234.50.");
	set_str(v, money_plain(a, m));
	return NULL;
}

static const char *check_phone(struct arena *a, const struct field *f, struct json *v, str *arg)
{
	str s = plain_digits(a, v->s);
	const char *bad = check_text(a, f, v, arg);
	size_t digits = 0, others = 0;

	if (bad)
		return bad;
	for (size_t i = 0; i < s.n; i++) {
		digits += s.p[i] >= '0' && s.p[i] <= '9';
		others += (s.p[i] < '0' || s.p[i] > '9') && !strchr(" +-./()", s.p[i]);
	}
	*arg = shown(v->s);
	if (digits < 3 || digits > 20 || others)
		return N_(
			"“{arg}” is not a phone number. Please write its 3 to 20 digits, with +, spaces or brackets if "
			"you like.");
	return NULL;
}

static const char *check_email(struct arena *a, const struct field *f, struct json *v, str *arg)
{
	const char *bad = check_text(a, f, v, arg);
	ptrdiff_t at = str_index(v->s, '@');
	str host = str_sub(v->s, (size_t)(at + 1), v->s.n);
	bool ok = at > 0 && str_index(host, '@') < 0 && str_index(host, '.') > 0 && !str_ends(host, STR("."));

	if (bad)
		return bad;
	for (size_t i = 0; i < v->s.n; i++)
		ok = ok && (unsigned char)v->s.p[i] > ' ' && !strchr(",;<>\"()", v->s.p[i]);
	*arg = shown(v->s);
	return ok ? NULL : N_("“{arg}” is not an e-mail address. Please write it like name@example.org.");
}

static const char *check_code(struct arena *a, const struct field *f, struct json *v, str *arg)
{
	(void)a;
	*arg = shown(v->s);
	return field_takes_code(f, v->s) ? NULL
					 : N_("“{arg}” is not one of the answers offered. Please choose one of them.");
}

static const char *check_codes(struct arena *a, const struct field *f, struct json *v, str *arg)
{
	JSON_EACH (item, v) {
		if (item->type != JSON_STR)
			return N_("This answer is not of the kind expected here. Please give it again.");
		if (check_code(a, f, item, arg))
			return N_("“{arg}” is not one of the answers offered. Please choose one of them.");
	}
	if (v->count > 1 && json_has_str(v, UNKNOWN))
		return N_(
			"“I don't know” was chosen beside another answer, and they contradict each other. Please keep "
			"one.");
	if (v->count > 1 && json_has_str(v, STR("ND")))
		return N_("“Does not wish to say” was chosen beside another answer, and they contradict each other. "
			  "Please keep one.");
	*arg = arena_fmt(a, "%zu", f->max);
	if (f->max && v->count > f->max)
		return N_("There are too many answers: at most {arg} can be kept. Please remove some.");
	return NULL;
}

static const char *(*const checks[FIELD_TYPES])(struct arena *, const struct field *, struct json *, str *) = {
	[FIELD_TEXT] = check_text,       [FIELD_INTEGER] = check_integer, [FIELD_DATE] = check_date,
	[FIELD_MONEY] = check_money,     [FIELD_PHONE] = check_phone,     [FIELD_EMAIL] = check_email,
	[FIELD_ONE] = check_code,        [FIELD_MANY] = check_codes,      [FIELD_COUNTRY] = check_code,
	[FIELD_COUNTRIES] = check_codes, [FIELD_LANG] = check_code,       [FIELD_LANGS] = check_codes,
};

const char *check_value(struct arena *a, const struct field *f, struct json *v, str *arg)
{
	bool list = field_is(f, T_LIST), number = f->type == FIELD_INTEGER && v->type == JSON_INT;

	*arg = (str){0};
	if (!checks[f->type] || (v->type != (list ? JSON_ARRAY : JSON_STR) && !number))
		return N_("This answer is not of the kind expected here. Please give it again.");
	if (v->type == JSON_STR) {
		v->s = unix_lines(a, str_trim(v->s));
		if (f->unknown && field_is(f, T_TYPED) && str_eq(v->s, UNKNOWN))
			return NULL;
	}
	return checks[f->type](a, f, v, arg);
}
