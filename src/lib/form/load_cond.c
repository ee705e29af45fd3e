/* load_cond.c — conditions: their syntax when they are read, their meaning once all fields are known.
 *
 * A condition names only fields above its own (a constraint also its own): one pass over a form from top to
 * bottom then settles what is relevant, and a reader without JavaScript meets the cause before the effect. */
#include "load.h"

#include "money.h"

static const struct op_row {
	const char *name;
	enum cond_op op;
	bool value;
} ops[] = {
	{"=", COND_EQ, true},
	{"!=", COND_NE, true},
	{"<", COND_LT, true},
	{"<=", COND_LE, true},
	{">", COND_GT, true},
	{">=", COND_GE, true},
	{"selected", COND_SELECTED, true},
	{"not_selected", COND_NOT_SELECTED, true},
	{"empty", COND_EMPTY, false},
	{"not_empty", COND_NOT_EMPTY, false},
};
#define OPS (sizeof ops / sizeof *ops)

static struct cond *load_group(struct loader *l, const struct at *at, const struct json *v, const char *key,
			       enum cond_op op)
{
	static const char *const keys[] = {"and", "or"};
	struct cond *c = NEW(l->a, struct cond), **tail = &c->first;
	const struct json *list = load_list(l, at, v, key, true);
	size_t i = 0;

	c->op = op;
	if (json_count(v) != 1) {
		load_keys(l, at, v, keys, 2);
		load_bad(l, at, "A condition has either \"and\", \"or\" or \"field\".", (str){0});
	}
	JSON_EACH (item, list) {
		*tail = load_cond(l, AT_N(AT(at, key), i), item);
		i++;
		if (*tail)
			tail = &(*tail)->next;
	}
	return c;
}

static str load_value(struct loader *l, const struct at *at, const struct json *v)
{
	const struct json *value = json_get(v, "value");

	if (value && value->type == JSON_INT)
		return arena_fmt(l->a, "%ld", (long)value->i);
	return load_text(l, at, v, "value", true);
}

struct cond *load_cond(struct loader *l, const struct at *at, const struct json *v)
{
	static const char *const keys[] = {"field", "op", "value"};
	struct cond *c = NEW(l->a, struct cond);
	size_t i = 0;
	str op;

	if (!load_object(l, at, v))
		return NULL;
	if (json_get(v, "and"))
		return load_group(l, at, v, "and", COND_AND);
	if (json_get(v, "or"))
		return load_group(l, at, v, "or", COND_OR);
	load_keys(l, at, v, keys, 3);
	c->field = load_text(l, at, v, "field", true);
	op = load_text(l, at, v, "op", true);
	while (i < OPS && !str_eqz(op, ops[i].name))
		i++;
	if (i == OPS) {
		if (op.p)
			load_bad(l, AT(at, "op"), "The operator {arg} is unknown.", op);
		return NULL;
	}
	c->op = ops[i].op;
	if (ops[i].value)
		c->value = load_value(l, at, v);
	else if (json_get(v, "value"))
		load_bad(l, AT(at, "value"), "This operator takes no value.", (str){0});
	return c;
}

/* The field `name` among those before `self` (and `self` where `itself`): of its own rows first. */
static const struct field *above(const struct form *form, const struct field *outer, const struct field *self, str name,
				 bool itself)
{
	const struct field *stop = outer ? outer : self;

	if (itself && str_eq(self->name, name))
		return self;
	if (outer)
		for (const struct field *f = outer->fields; f < self; f++)
			if (str_eq(f->name, name))
				return f;
	EACH_SECTION (s, form) {
		EACH_FIELD (f, s) {
			if (f == stop)
				return NULL;
			if (str_eq(f->name, name))
				return f;
		}
	}
	return NULL;
}

static bool op_fits(const struct field *f, enum cond_op op)
{
	switch (op) {
	case COND_EQ:
	case COND_NE:
		return field_is(f, T_ANSWER) && !field_is(f, T_LIST | T_FIELDS);
	case COND_LT:
	case COND_LE:
	case COND_GT:
	case COND_GE:
		return field_is(f, T_ORDER);
	case COND_SELECTED:
	case COND_NOT_SELECTED:
		return field_is(f, T_CODED);
	case COND_EMPTY:
	case COND_NOT_EMPTY:
		return field_is(f, T_ANSWER);
	case COND_AND:
	case COND_OR:
		break;
	}
	return false;
}

static bool value_fits(const struct field *f, const struct cond *c)
{
	bool ordered = c->op >= COND_LT && c->op <= COND_GE;
	int64_t i;
	money m;
	day d;

	if (!c->value.p)
		return true;
	if (f->unknown && !ordered && str_eq(c->value, UNKNOWN))
		return true;
	if (f->type == FIELD_INTEGER)
		return str_to_i64(c->value, &i);
	if (f->type == FIELD_MONEY)
		return money_parse(c->value, &m);
	if (f->type == FIELD_DATE)
		return cond_day(c->value, 0, &d);
	return !field_is(f, T_CODED) || field_takes_code(f, c->value);
}

struct scope {
	struct loader *l;
	const struct form *form;
	const struct field *outer, *self;
	bool itself;
};

static void check_cond(const struct scope *s, const struct at *at, const struct cond *c)
{
	const struct field *f;

	if (c->op == COND_AND || c->op == COND_OR) {
		size_t i = 0;

		for (const struct cond *k = c->first; k; k = k->next, i++)
			check_cond(s, AT_N(AT(at, c->op == COND_AND ? "and" : "or"), i), k);
		return;
	}
	if (!c->field.p)
		return;
	f = above(s->form, s->outer, s->self, c->field, s->itself);
	if (!f)
		load_bad(s->l, AT(at, "field"), "No field above this one is called {arg}.", c->field);
	else if (!op_fits(f, c->op))
		load_bad(s->l, AT(at, "op"), "This operator does not go with the type of {arg}.", c->field);
	else if (!value_fits(f, c))
		load_bad(s->l, AT(at, "value"), "The value {arg} does not go with the type of that field.", c->value);
}

static void check_field(struct loader *l, const struct at *at, const struct form *form, const struct field *outer,
			const struct field *f)
{
	struct scope s = {l, form, outer, f, false};
	size_t i = 0;

	if (f->relevant)
		check_cond(&s, AT(at, "relevant"), f->relevant);
	s.itself = true;
	if (f->constraint)
		check_cond(&s, AT(at, "constraint"), f->constraint);
	EACH_FIELD (inner, f) {
		check_field(l, AT_N(AT(at, "fields"), i), form, f, inner);
		i++;
	}
}

void load_check_conds(struct loader *l, const struct form *form)
{
	size_t i = 0;

	EACH_SECTION (s, form) {
		const struct at *at = AT_N(AT(NULL, "sections"), i);
		size_t j = 0;

		i++;
		EACH_FIELD (f, s) {
			check_field(l, AT_N(AT(at, "fields"), j), form, NULL, f);
			j++;
		}
	}
}
