/* words.c — answers, conditions, errors and readers as sentences in the reader's language. */
#include "page.h"

#include "money.h"

static str fill(struct arena *a, const struct locale *l, const char *msgid, const struct tr_arg *args, size_t n)
{
	return tr_fill(a, tr(l, msgid), args, n);
}

static str code_words(struct arena *a, const struct locale *l, const struct field *f, str code)
{
	bool listed = f->choices && code_index(f->choices, code) >= 0;

	if (str_eq(code, UNKNOWN) && !listed)
		return str_of(tr(l, "I don't know"));
	if (f->type == FIELD_COUNTRY || f->type == FIELD_COUNTRIES)
		return country_name(a, l, code);
	if (f->type == FIELD_LANG || f->type == FIELD_LANGS)
		return language_name(a, l, code);
	return listed ? code_label(f->choices, code, l) : code;
}

static str text_words(struct arena *a, const struct locale *l, const struct field *f, str s)
{
	day d;

	if (field_is(f, T_CODED) || (f->unknown && str_eq(s, UNKNOWN)))
		return code_words(a, l, f, s);
	if (f->type == FIELD_DATE && day_parse(s, &d))
		return fmt_day(a, l, d, DATE_LONG);
	return s;
}

/* The cells of a row, or the rows of a field, one behind the other: for histories, where a table has no room. */
static void row_words(struct buf *b, const struct locale *l, const struct field *f, const struct json *row)
{
	const char *between = "";
	str code = json_text(row, "code");

	if (f->type == FIELD_GRID && code.p) {
		buf_str(b, code_label(f->choices, code, l));
		between = ": ";
	}
	EACH_FIELD (cell, f) {
		const struct json *v = json_get_s(row, cell->name);

		if (!v)
			continue;
		buf_z(b, between);
		buf_str(b, label_in(&cell->label, l));
		buf_z(b, tr(l, ": "));
		buf_str(b, answer_words(b->a, l, cell, v, b->max));
		between = tr(l, "; ");
	}
}

str answer_words(struct arena *a, const struct locale *l, const struct field *f, const struct json *v, size_t max)
{
	struct buf b;

	if (!v || v->type == JSON_NULL)
		return (str){0};
	if (v->type == JSON_STR)
		return text_words(a, l, f, v->s);
	if (v->type == JSON_INT)
		return fmt_int(a, l, v->i);
	buf_init(&b, a, max);
	JSON_EACH (item, v) {
		if (item != json_first(v))
			buf_z(&b, field_is(f, T_FIELDS) ? "\n" : tr(l, ", "));
		if (field_is(f, T_FIELDS))
			row_words(&b, l, f, item);
		else
			buf_str(&b, code_words(a, l, f, json_str(item)));
	}
	return b.n ? buf_done(&b) : (str){0};
}

str answer_text(struct arena *a, const struct locale *l, const struct field *f, const struct json *v)
{
	str s = answer_words(a, l, f, v, 1 << 20);

	return s.p ? s : STR("");
}

/* today, today+30, an ISO date, a code, a number. */
static str value_words(struct arena *a, const struct locale *l, const struct field *f, str value)
{
	struct tr_arg n = {"n", {0}};
	const char *said;
	day days = 0;
	int64_t away;

	if (f->type != FIELD_DATE || !cond_value_is_relative(value))
		return text_words(a, l, f, value);
	if (!cond_day(value, 0, &days) || days == 0)
		return str_of(tr(l, "today"));
	away = days < 0 ? -(int64_t)days : days;
	n.value = fmt_int(a, l, away);
	said = days < 0 ? tr_n(l, "{n} day ago", "{n} days ago", away) : tr_n(l, "in {n} day", "in {n} days", away);
	return tr_fill(a, said, &n, 1);
}

static const char *const cond_msgids[] = {
	[COND_EQ] = N_("“{question}” is “{answer}”"),
	[COND_NE] = N_("“{question}” is not “{answer}”"),
	[COND_LT] = N_("“{question}” is less than “{answer}”"),
	[COND_LE] = N_("“{question}” is at most “{answer}”"),
	[COND_GT] = N_("“{question}” is more than “{answer}”"),
	[COND_GE] = N_("“{question}” is at least “{answer}”"),
	[COND_SELECTED] = N_("“{question}” is “{answer}”"),
	[COND_NOT_SELECTED] = N_("“{question}” is not “{answer}”"),
	[COND_EMPTY] = N_("“{question}” has no answer"),
	[COND_NOT_EMPTY] = N_("“{question}” has an answer"),
};

str cond_words(struct arena *a, const struct locale *l, const struct form *form, const struct cond *c)
{
	const struct field *f = form_field(form, c->field);
	struct tr_arg args[2];
	struct buf b;

	if (c->op != COND_AND && c->op != COND_OR) {
		if (!f)
			return STR("");
		args[0] = (struct tr_arg){"question", label_in(&f->label, l)};
		args[1] = (struct tr_arg){"answer", value_words(a, l, f, c->value)};
		return fill(a, l, cond_msgids[c->op], args, 2);
	}
	buf_init(&b, a, 4000);
	for (const struct cond *k = c->first; k; k = k->next) {
		bool group = k->op == COND_AND || k->op == COND_OR;

		if (k != c->first)
			buf_z(&b, c->op == COND_AND ? tr(l, " and ") : tr(l, " or "));
		if (group)
			buf_c(&b, '(');
		buf_str(&b, cond_words(a, l, form, k));
		if (group)
			buf_c(&b, ')');
	}
	return buf_done(&b);
}

/* Names of the roles that read a compartment of the form's dossier. */
str readers_words(struct arena *a, const struct locale *l, const struct form *form, enum compartment c)
{
	struct buf b;

	buf_init(&b, a, 2000);
	for (int r = 0; r < ROLES; r++) {
		if (!(roles[r].reads[form->dossier] & COMP_BIT(c)))
			continue;
		if (b.n)
			buf_z(&b, tr(l, ", "));
		buf_z(&b, tr(l, roles[r].name));
	}
	return buf_done(&b);
}

/* A constraint brings its own words in every language; its English is the message of the error. */
str error_words(struct arena *a, const struct locale *l, const struct field *f, const struct err_field *e)
{
	struct tr_arg arg = {"arg", e->arg};

	if (f && f->constraint_message.en.p == e->message)
		return label_in(&f->constraint_message, l);
	return fill(a, l, e->message, &arg, 1);
}
