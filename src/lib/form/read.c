/* read.c — a submitted body into answers, exactly as typed: nothing is judged here (check.c does), so that a
 * refused form comes back with every word.  Inputs that are not of the form (the token, the buttons) and rows
 * that could not have been drawn are ignored; an input left empty or blank is no answer. */
#include "inside.h"

#define ROW_MOST 999

/* The name of an input, taken apart: NAME, NAME.unknown, NAME.ROW.CELL, NAME.ROW.CELL.unknown. */
struct input {
	str name, row, cell;
	bool unknown;
};

static bool take_apart(str name, struct input *out)
{
	str parts[4] = {{0}};
	str rest = name;
	size_t n = 0;

	*out = (struct input){0};
	while (rest.p && n < 4)
		parts[n++] = str_split(&rest, '.');
	if (rest.p)
		return false;
	if (n >= 2 && str_ends(name, STR(UNKNOWN_TICK))) {
		out->unknown = true;
		n--;
	}
	out->name = parts[0];
	out->row = n == 3 ? parts[1] : (str){0};
	out->cell = n == 3 ? parts[2] : (str){0};
	return n == 1 || n == 3;
}

static const struct field *find_in(const struct field *fields, size_t n, str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(fields[i].name, name))
			return &fields[i];
	return NULL;
}

static const struct field *find_top(const struct form *form, str name)
{
	EACH_SECTION (s, form) {
		const struct field *f = find_in(s->fields, s->n_fields, name);

		if (f)
			return f;
	}
	return NULL;
}

static void put(struct arena *a, struct json *to, const struct field *f, bool tick, str value)
{
	struct json *list = json_get_s(to, f->name);

	if (!field_is(f, T_ANSWER) || field_is(f, T_FIELDS))
		return;
	if (tick) {
		json_set(a, to, arena_fmt(a, "%.*s" UNKNOWN_TICK, STR_ARG(f->name)), json_new_bool(a, true));
		return;
	}
	if (!field_is(f, T_LIST)) {
		json_set(a, to, f->name, json_new_str(a, value));
		return;
	}
	if (!list) {
		list = json_array(a);
		json_set(a, to, f->name, list);
	}
	if (!json_has_str(list, value))
		json_push(list, json_new_str(a, value));
}

/* Where a row stands: the position of its code, or its number; -1 when it could not have been drawn. */
static int64_t row_place(const struct field *f, str row)
{
	int64_t n;

	if (f->type == FIELD_GRID)
		return code_index(f->choices, row);
	if (row.n > 3 || (row.n > 1 && row.p[0] == '0') || !str_to_i64(row, &n) || n < 0 || n > ROW_MOST)
		return -1;
	return n;
}

/* The row of that name, made at its place if need be.  Elements of an array have no key: it holds the name of
 * the row while the body is being read. */
static struct json *row_of(struct arena *a, struct json *rows, const struct field *f, str name)
{
	int64_t place = row_place(f, name);
	struct json **at = &rows->first, *row;

	while (*at && row_place(f, (*at)->key) < place)
		at = &(*at)->next;
	if (*at && str_eq((*at)->key, name))
		return *at;
	row = json_object(a);
	if (f->type == FIELD_GRID)
		json_set(a, row, STR("code"), json_new_str(a, name));
	row->key = arena_str(a, name);
	row->next = *at;
	*at = row;
	if (!row->next)
		rows->last = row;
	rows->count++;
	return row;
}

static void put_cell(struct arena *a, struct json *answers, const struct field *f, const struct input *in, str value)
{
	const struct field *cell = find_in(f->fields, f->n_fields, in->cell);
	struct json *rows = json_get_s(answers, f->name);

	if (!cell || row_place(f, in->row) < 0)
		return;
	if (!rows) {
		rows = json_array(a);
		json_set(a, answers, f->name, rows);
	}
	put(a, row_of(a, rows, f, in->row), cell, in->unknown, value);
}

struct json *form_read(struct arena *a, const struct form *form, const struct pair *in, size_t n)
{
	struct json *answers = json_object(a);
	const struct field *f;
	struct input name;

	for (size_t i = 0; i < n; i++) {
		if (str_trim(in[i].value).n == 0 || !take_apart(in[i].name, &name))
			continue;
		f = find_top(form, name.name);
		if (!f)
			continue;
		if (name.row.p && field_is(f, T_FIELDS))
			put_cell(a, answers, f, &name, in[i].value);
		else if (!name.row.p)
			put(a, answers, f, name.unknown, in[i].value);
	}
	EACH_SECTION (s, form) {
		EACH_FIELD (rows, s)
			if (field_is(rows, T_FIELDS))
				JSON_EACH (row, json_get_s(answers, rows->name))
					row->key = (str){0};
	}
	return answers;
}
