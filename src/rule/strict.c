/* strict.c — the strict readers. */
#include "strict.h"

void strict_bad(struct strict *s, const struct at *at, const char *message, str arg)
{
	struct buf place;

	buf_init(&place, s->a, 1000);
	if (s->file)
		buf_fmt(&place, at ? "%s: " : "%s", s->file);
	at_put(&place, at);
	if (!s->e)
		s->e = err_make(s->a, s->kind, WHERE, s->message, "declared JSON refused");
	err_field(s->a, &s->e, buf_done(&place), message, arg);
}

static const struct json *member(struct strict *s, const struct at *at, const struct json *o, const char *key,
				 bool needed)
{
	const struct json *v = json_get(o, key);

	if (!v && needed)
		strict_bad(s, AT(at, key), "This is missing.", (str){0});
	return v;
}

bool strict_object(struct strict *s, const struct at *at, const struct json *v)
{
	if (v && v->type == JSON_OBJECT)
		return true;
	strict_bad(s, at, "This must be an object.", (str){0});
	return false;
}

void strict_keys(struct strict *s, const struct at *at, const struct json *o, const char *const *keys)
{
	JSON_EACH (m, o) {
		const char *const *k = keys;

		while (*k && !str_eqz(m->key, *k))
			k++;
		if (!*k)
			strict_bad(s, at, "The key {arg} is unknown.", m->key);
	}
}

const struct json *strict_list(struct strict *s, const struct at *at, const struct json *o, const char *key,
			       bool needed)
{
	const struct json *v = member(s, at, o, key, needed);

	if (v && v->type != JSON_ARRAY) {
		strict_bad(s, AT(at, key), "This must be a list.", (str){0});
		return NULL;
	}
	return v;
}

const struct json *strict_map(struct strict *s, const struct at *at, const struct json *o, const char *key, bool needed)
{
	const struct json *v = member(s, at, o, key, needed);

	return v && strict_object(s, AT(at, key), v) ? v : NULL;
}

str strict_text(struct strict *s, const struct at *at, const struct json *o, const char *key, bool needed)
{
	const struct json *v = member(s, at, o, key, needed);

	if (!v)
		return (str){0};
	if (v->type != JSON_STR || str_trim(v->s).n == 0 || v->s.n > 2000) {
		strict_bad(s, AT(at, key), "This must be a text that is not empty.", (str){0});
		return (str){0};
	}
	return v->s;
}

bool strict_bool(struct strict *s, const struct at *at, const struct json *o, const char *key, bool absent)
{
	const struct json *v = json_get(o, key);

	if (!v)
		return absent;
	if (v->type != JSON_BOOL)
		strict_bad(s, AT(at, key), "This must be true or false.", (str){0});
	return json_true(v);
}

int64_t strict_int(struct strict *s, const struct at *at, const struct json *o, const char *key, int64_t lo, int64_t hi,
		   int64_t absent)
{
	const struct json *v = member(s, at, o, key, absent == STRICT_NEEDED);

	if (!v)
		return absent == STRICT_NEEDED ? lo : absent;
	if (v->type == JSON_INT && v->i >= lo && v->i <= hi)
		return v->i;
	strict_bad(s, AT(at, key), "This must be a whole number between {arg}.",
		   arena_fmt(s->a, "%lld and %lld", (long long)lo, (long long)hi));
	return lo;
}

day strict_day(struct strict *s, const struct at *at, const struct json *o, const char *key, bool needed)
{
	const struct json *v = member(s, at, o, key, needed);
	day d;

	if (!v || (v->type == JSON_NULL && !needed))
		return NO_DAY;
	if (v->type == JSON_STR && day_parse(v->s, &d))
		return d;
	strict_bad(s, AT(at, key), "This must be a date that exists, as 2018-03-15.", (str){0});
	return NO_DAY;
}

/* A number is read by its digits: no arithmetic is done on a double. */
static bool read_money(struct strict *s, const struct json *v, money *out)
{
	if (v->type == JSON_STR)
		return money_parse(v->s, out);
	if (v->type == JSON_INT)
		return v->i >= 0 && money_parse(arena_fmt(s->a, "%lld", (long long)v->i), out);
	return v->type == JSON_REAL && money_parse(arena_fmt(s->a, "%.15g", v->d), out);
}

money strict_money(struct strict *s, const struct at *at, const struct json *o, const char *key, money absent)
{
	const struct json *v = member(s, at, o, key, absent == MONEY_NEEDED);
	money m;

	if (!v)
		return absent == MONEY_NEEDED ? 0 : absent;
	if (read_money(s, v, &m))
		return m;
	strict_bad(s, AT(at, key), "This must be an amount, as 1234.50.", (str){0});
	return 0;
}

int strict_code(struct strict *s, const struct at *at, const struct json *o, const char *key, const char *const *codes,
		size_t n, bool needed)
{
	str code = strict_text(s, at, o, key, needed);

	if (!code.p)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (str_eqz(code, codes[i]))
			return (int)i;
	strict_bad(s, AT(at, key), "The code {arg} is unknown.", code);
	return -1;
}
