/* cond.c — declared comparisons: whether they hold for some answers, and as JSON for the page's script.
 *
 * Answers are compared as what they are: integers and amounts by value, ISO dates and codes by their bytes.
 * An absent answer satisfies only !=, not_selected and empty. */
#include "inside.h"

#include "money.h"

#define RELATIVE_MOST 36600 /* days: a century */

bool cond_value_is_relative(str value)
{
	return str_starts(value, STR("today"));
}

bool cond_day(str value, day today, day *out)
{
	str rest = str_sub(value, 5, value.n);
	int64_t n = 0;

	if (!cond_value_is_relative(value))
		return day_parse(value, out);
	if (rest.n && rest.p[0] == '+')
		rest = str_sub(rest, 1, rest.n);
	else if (rest.n && rest.p[0] != '-')
		return false;
	if (value.n > 5 && (!str_to_i64(rest, &n) || n > RELATIVE_MOST || n < -RELATIVE_MOST))
		return false;
	*out = today + (day)n;
	return true;
}

static const struct json *answer(const struct cond *c, const struct json *answers, const struct json *row)
{
	const struct json *v = json_get_s(row, c->field);

	return v ? v : json_get_s(answers, c->field);
}

static bool empty(const struct json *v)
{
	if (!v || v->type == JSON_NULL)
		return true;
	if (v->type == JSON_STR)
		return v->s.n == 0;
	return (v->type == JSON_ARRAY || v->type == JSON_OBJECT) && v->count == 0;
}

static bool selected(const struct json *v, str code)
{
	return json_has_str(v, code) || (v && v->type == JSON_STR && str_eq(v->s, code));
}

/* -1, 0, 1; or 2 when the two cannot be compared. */
static int compare(const struct json *v, str value, day today)
{
	int64_t x, y;
	money m, n;
	day d, e;

	if (v->type == JSON_INT) {
		x = v->i;
		return str_to_i64(value, &y) ? (x > y) - (x < y) : 2;
	}
	if (v->type != JSON_STR)
		return 2;
	if (day_parse(v->s, &d) && cond_day(value, today, &e))
		return (d > e) - (d < e);
	if (money_parse(v->s, &m) && money_parse(value, &n))
		return (m > n) - (m < n);
	return str_eq(v->s, value) ? 0 : 2;
}

static bool group_holds(const struct cond *c, const struct json *answers, const struct json *row, day today)
{
	for (const struct cond *k = c->first; k; k = k->next)
		if (cond_holds(k, answers, row, today) != (c->op == COND_AND))
			return c->op != COND_AND;
	return c->op == COND_AND;
}

bool cond_holds(const struct cond *c, const struct json *answers, const struct json *row, day today)
{
	const struct json *v = answer(c, answers, row);
	int order = empty(v) ? 2 : compare(v, c->value, today);

	switch (c->op) {
	case COND_EQ:
		return order == 0;
	case COND_NE:
		return order != 0;
	case COND_LT:
		return order == -1;
	case COND_LE:
		return order == -1 || order == 0;
	case COND_GT:
		return order == 1;
	case COND_GE:
		return order == 1 || order == 0;
	case COND_SELECTED:
		return selected(v, c->value);
	case COND_NOT_SELECTED:
		return !selected(v, c->value);
	case COND_EMPTY:
		return empty(v);
	case COND_NOT_EMPTY:
		return !empty(v);
	case COND_AND:
	case COND_OR:
		return group_holds(c, answers, row, today);
	}
	return false;
}

static const char *const op_names[] = {
	[COND_EQ] = "=",
	[COND_NE] = "!=",
	[COND_LT] = "<",
	[COND_LE] = "<=",
	[COND_GT] = ">",
	[COND_GE] = ">=",
	[COND_SELECTED] = "selected",
	[COND_NOT_SELECTED] = "not_selected",
	[COND_EMPTY] = "empty",
	[COND_NOT_EMPTY] = "not_empty",
	[COND_AND] = "and",
	[COND_OR] = "or",
};

void cond_write(struct buf *b, const struct cond *c)
{
	if (c->op == COND_AND || c->op == COND_OR) {
		buf_fmt(b, "{\"%s\":[", op_names[c->op]);
		for (const struct cond *k = c->first; k; k = k->next) {
			if (k != c->first)
				buf_c(b, ',');
			cond_write(b, k);
		}
		buf_z(b, "]}");
		return;
	}
	buf_z(b, "{\"field\":");
	json_escape(b, c->field);
	buf_fmt(b, ",\"op\":\"%s\"", op_names[c->op]);
	if (c->value.p) {
		buf_z(b, ",\"value\":");
		json_escape(b, c->value);
	}
	buf_c(b, '}');
}
