/* check.c — a whole form: what is relevant, what is missing, what is wrong, in one pass from top to bottom.
 *
 * Works on a copy: only a form without errors changes what the caller holds, so that a refused one is shown
 * again exactly as it was typed, answers to fields that are not relevant included. */
#include "check.h"

struct check {
	struct arena *a;
	struct err *e;
	const struct form *form;
	struct json *answers;   /* the copy */
	const struct json *was; /* what is corrected, or NULL */
	uint32_t writable;
	day today;
	bool draft;
};
/* The object being checked: all answers, or one row. */
struct place {
	struct json *o, *row; /* row: o inside rows, else NULL */
	str prefix;           /* of its inputs: "", or "field.ROW." */
	bool asked;           /* whether required fields are */
};

static void bad(struct check *k, const struct place *p, str name, const char *message, str arg)
{
	err_field(k->a, &k->e, arena_fmt(k->a, "%.*s%.*s", STR_ARG(p->prefix), STR_ARG(name)), message, arg);
}

static str tick_name(struct check *k, const struct field *f)
{
	return arena_fmt(k->a, "%.*s" UNKNOWN_TICK, STR_ARG(f->name));
}

static void drop(struct check *k, struct json *o, const struct field *f)
{
	json_remove(o, f->name);
	if (field_is(f, T_TYPED))
		json_remove(o, tick_name(k, f));
}

static bool blank(const struct json *v)
{
	if (!v || v->type == JSON_NULL)
		return true;
	if (v->type == JSON_STR)
		return str_trim(v->s).n == 0;
	return (v->type == JSON_ARRAY || v->type == JSON_OBJECT) && v->count == 0;
}

/* The tick "I don't know" becomes the answer where nothing was typed beside it. */
static bool settle_tick(struct check *k, const struct place *p, const struct field *f)
{
	str tick = field_is(f, T_TYPED) ? tick_name(k, f) : (str){0};

	if (!tick.p || !json_true(json_get_s(p->o, tick)))
		return true;
	if (!f->unknown || !blank(json_get_s(p->o, f->name))) {
		bad(k, p, f->name,
		    N_("There is an answer and “I don't know” is ticked too. Please keep one of the two."), (str){0});
		return false;
	}
	json_remove(p->o, tick);
	json_set(k->a, p->o, f->name, json_new_str(k->a, UNKNOWN));
	return true;
}

static void check_rows(struct check *k, const struct place *p, const struct field *f, struct json *rows);
static void drop_blank_rows(struct json *rows);

/* UNKNOWN and "does not wish to say" cannot contradict anything. */
static bool constrained(const struct check *k, const struct field *f, const struct json *v)
{
	return f->constraint && !k->draft && !str_eq(json_str(v), UNKNOWN) && !str_eq(json_str(v), STR("ND"));
}

static bool relative(const struct cond *c)
{
	for (const struct cond *one = c->first; one; one = one->next)
		if (relative(one))
			return true;
	return cond_value_is_relative(c->value);
}

/* It was right on the day it was given, and nobody touches it now: an old form is not falsified to mend a word in it. */
static bool stands(const struct check *k, const struct place *p, const struct field *f, const struct json *v)
{
	const struct json *before = p->row ? NULL : json_get_s(k->was, f->name);

	return before && json_equal(before, v) && relative(f->constraint);
}

static void check_field(struct check *k, const struct place *p, const struct field *f)
{
	struct json *v;
	const char *message;
	str arg;

	if (f->relevant && !cond_holds(f->relevant, k->answers, p->row, k->today)) {
		if (!k->draft)
			drop(k, p->o, f);
		return;
	}
	if (!settle_tick(k, p, f))
		return;
	v = json_get_s(p->o, f->name);
	if (v && v->type == JSON_ARRAY && field_is(f, T_FIELDS))
		drop_blank_rows(v);
	if (blank(v)) {
		drop(k, p->o, f);
		if (f->required && p->asked && !k->draft && f->type != FIELD_GRID)
			bad(k, p, f->name, N_("Please answer: the form is not complete without this."), (str){0});
		v = NULL;
	}
	if (field_is(f, T_FIELDS)) {
		check_rows(k, p, f, v);
		return;
	}
	if (!v)
		return;
	message = check_value(k->a, f, v, &arg);
	if (!message && constrained(k, f, v) && !stands(k, p, f, v) &&
	    !cond_holds(f->constraint, k->answers, p->row, k->today))
		message = f->constraint_message.en.p;
	if (message)
		bad(k, p, f->name, message, arg);
}

static bool own_key(struct check *k, const struct field *outer, str key)
{
	if (outer) {
		EACH_FIELD (f, outer)
			if (str_eq(f->name, key) || (field_is(f, T_TYPED) && str_eq(tick_name(k, f), key)))
				return true;
		return outer->type == FIELD_GRID && str_eqz(key, "code");
	}
	EACH_SECTION (s, k->form) {
		EACH_FIELD (f, s)
			if (field_is(f, T_ANSWER) &&
			    (str_eq(f->name, key) || (field_is(f, T_TYPED) && str_eq(tick_name(k, f), key))))
				return true;
	}
	return false;
}

/* Never from a page: only from JSON that someone wrote. */
static void check_members(struct check *k, const struct place *p, const struct field *outer)
{
	JSON_EACH (m, p->o)
		if (!own_key(k, outer, m->key))
			bad(k, p, m->key, N_("This form has no such question. Please leave it out."), (str){0});
}

static bool row_blank(const struct json *row)
{
	JSON_EACH (m, row)
		if (!str_eqz(m->key, "code") && !blank(m))
			return false;
	return row->type == JSON_OBJECT;
}

static void check_row(struct check *k, const struct field *f, struct json *row, str name, bool asked)
{
	struct place p = {row, row, arena_fmt(k->a, "%.*s.%.*s.", STR_ARG(f->name), STR_ARG(name)), asked};

	check_members(k, &p, f);
	EACH_FIELD (cell, f)
		check_field(k, &p, cell);
}

/* Rows in which nothing is left are no rows. */
static void drop_blank_rows(struct json *rows)
{
	struct json **at = &rows->first, *last = NULL;

	while (*at) {
		if (row_blank(*at)) {
			*at = (*at)->next;
			rows->count--;
			continue;
		}
		last = *at;
		at = &last->next;
	}
	rows->last = last;
}

static struct json *grid_row(const struct json *rows, str code)
{
	JSON_EACH (row, rows)
		if (str_eq(json_text(row, "code"), code))
			return row;
	return NULL;
}

static void check_grid(struct check *k, const struct place *p, const struct field *f, struct json *rows)
{
	const struct code_list *codes = f->choices;

	JSON_EACH (row, rows) {
		str code = json_text(row, "code");

		if (code_index(codes, code) < 0 || grid_row(rows, code) != row)
			bad(k, p, f->name, N_("A row of this table is unknown or stands twice. Please give it again."),
			    (str){0});
	}
	for (size_t i = 0; i < codes->n; i++) {
		struct json *row = grid_row(rows, codes->codes[i].code);
		bool asked = f->required || (row && !row_blank(row));

		if (row || asked)
			check_row(k, f, row ? row : json_object(k->a), codes->codes[i].code, asked);
	}
}

static void check_repeat(struct check *k, const struct place *p, const struct field *f, struct json *rows)
{
	size_t i = 0;

	JSON_EACH (row, rows) {
		if (row->type == JSON_OBJECT)
			check_row(k, f, row, arena_fmt(k->a, "%zu", i), !row_blank(row));
		else
			bad(k, p, f->name, N_("This answer is not of the kind expected here. Please give it again."),
			    (str){0});
		i++;
	}
	if (i > f->max)
		bad(k, p, f->name, N_("There are too many rows: at most {arg} can be kept. Please remove some."),
		    arena_fmt(k->a, "%zu", f->max));
}

static void check_rows(struct check *k, const struct place *p, const struct field *f, struct json *rows)
{
	if (rows && rows->type != JSON_ARRAY) {
		bad(k, p, f->name, N_("This answer is not of the kind expected here. Please give it again."), (str){0});
		return;
	}
	if (f->type == FIELD_GRID)
		check_grid(k, p, f, rows);
	else
		check_repeat(k, p, f, rows);
	if (!rows)
		return;
	drop_blank_rows(rows); /* those that had only answers that are not relevant */
	if (rows->count == 0)
		drop(k, p->o, f);
}

static struct err *check_form(struct check k, struct json *answers)
{
	const struct form *form = k.form;
	struct place top = {k.answers, NULL, STR(""), true};

	if (answers->type != JSON_OBJECT)
		BUG("answers are no object");
	check_members(&k, &top, NULL);
	EACH_SECTION (s, form) {
		EACH_FIELD (f, s) {
			if (!field_is(f, T_ANSWER))
				continue;
			if (k.writable & COMP_BIT(f->compartment))
				check_field(&k, &top, f);
			else
				drop(&k, k.answers, f);
		}
	}
	if (k.e)
		return k.e;
	answers->first = k.answers->first;
	answers->last = k.answers->last;
	answers->count = k.answers->count;
	return NULL;
}

struct err *form_check(struct arena *a, const struct form *form, struct json *answers, uint32_t writable, day today,
		       bool draft)
{
	return check_form((struct check){a, NULL, form, json_copy(a, answers), NULL, writable, today, draft}, answers);
}

struct err *form_check_again(struct arena *a, const struct form *form, struct json *answers, const struct json *was,
			     uint32_t writable, day today)
{
	return check_form((struct check){a, NULL, form, json_copy(a, answers), was, writable, today, false}, answers);
}
