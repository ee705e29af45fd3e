/* plan.c — the reintegration plan as someone signs it: goals in her words, steps, what is ready on arrival, budget
 * with its total.  Its titles are the labels of form F10. */
#include <string.h>

#include "paper.h"

struct column {
	const char *title;     /* a word of the papers; NULL: the label of the first field */
	const char *fields[3]; /* one below the other */
	unsigned weight;
	bool amount;
};

static const struct column objectives[] = {{NULL, {"domain"}, 3, false},
					   {NULL, {"statement"}, 5, false},
					   {NULL, {"indicator"}, 4, false},
					   {NULL, {"target_date"}, 3, false}};
static const struct column activities[] = {{NULL, {"act_service"}, 4, false},
					   {NULL, {"act_provider"}, 4, false},
					   {NULL, {"act_responsible"}, 3, false},
					   {NULL, {"act_start", "act_end"}, 3, false}};
static const struct column first_30[] = {{"need", {"code"}, 3, false},
					 {NULL, {"first_service"}, 3, false},
					 {NULL, {"first_provider"}, 4, false},
					 {NULL, {"first_confirmed"}, 3, false}};
static const struct column budget[] = {
	{"no", {"line"}, 2, false},         {NULL, {"service", "description", "modality"}, 9, false},
	{NULL, {"qty", "unit"}, 3, false},  {"unit_price", {"unit_cost"}, 5, true},
	{NULL, {"planned_date"}, 4, false}, {"in_euros", {"amount_eur"}, 4, true}};
#define COLUMNS(t) (t), sizeof(t) / sizeof *(t)
#define BUDGET_COLUMNS (sizeof budget / sizeof *budget)

struct planning {
	const struct paper *p;
	const struct form *f;
	struct doc *d;
	const struct json *answers;
};

static str euros(const struct planning *w, money m)
{
	return fmt_money(w->p->a, w->p->fr, m, "EUR");
}

static str amount(const struct planning *w, const struct json *row, const char *name)
{
	str currency = strcmp(name, "amount_eur") == 0 ? STR("EUR") : json_text(row, "currency");
	money m;

	if (!money_parse(json_text(row, name), &m))
		return json_text(row, name);
	return fmt_money(w->p->a, w->p->fr, m, arena_z(w->p->a, currency));
}

static str one_cell(const struct planning *w, const struct field *table, const struct json *row, const char *name)
{
	const struct field *f = form_field(w->f, str_of(name));
	const struct json *v = json_get(row, name);
	struct field rows = {.choices = table->choices};
	day on;

	if (strcmp(name, "code") == 0)
		return both_line(w->p, paper_code(w->p, &rows, json_str(v)), "\n");
	if (!f || !v)
		return STR("");
	if (f->type == FIELD_ONE)
		return both_line(w->p, paper_code(w->p, f, json_str(v)), "\n");
	if (f->type == FIELD_MONEY)
		return amount(w, row, name);
	if (f->type == FIELD_DATE && day_parse(json_str(v), &on))
		return fmt_day(w->p->a, w->p->fr, on, DATE_NUM);
	return answer_text(w->p->a, w->p->fr, f, v);
}

static str cell(const struct planning *w, const struct field *table, const struct json *row, const struct column *c)
{
	struct buf b;

	buf_init(&b, w->p->a, 8192);
	for (size_t i = 0; i < sizeof c->fields / sizeof *c->fields && c->fields[i]; i++) {
		str s = one_cell(w, table, row, c->fields[i]);

		if (b.n && s.n)
			buf_c(&b, '\n');
		buf_str(&b, s);
	}
	return buf_done(&b);
}

static str column_title(const struct planning *w, const struct column *c)
{
	const struct field *f = form_field(w->f, str_of(c->fields[0]));

	if (c->title)
		return both_line(w->p, paper_word(w->p, c->title), "\n");
	return f ? both_line(w->p, paper_label(w->p, &f->label), "\n") : STR("");
}

/* Rows of one repeat or grid; `more` rows are left at the end for the caller to fill. */
static size_t put_table(const struct planning *w, const char *name, const struct column *c, size_t n, const str *more,
			size_t n_more)
{
	const struct field *table = form_field(w->f, str_of(name));
	const struct json *rows = json_get(w->answers, name);
	struct doc_column *columns = NEWS(w->p->a, struct doc_column, n);
	size_t at = 0, count = json_count(rows);
	str *cells = NEWS(w->p->a, str, (count + n_more) * n + 1);

	if (!table || count == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		columns[i] = (struct doc_column){column_title(w, &c[i]), c[i].weight, c[i].amount};
	JSON_EACH (row, rows)
		for (size_t i = 0; i < n; i++)
			cells[at++] = cell(w, table, row, &c[i]);
	for (size_t i = 0; i < n_more * n; i++)
		cells[at++] = more[i];
	paper_h2(w->d, paper_label(w->p, &table->label));
	doc_table(w->d, columns, n, cells, count + n_more);
	return count;
}

static struct err *put_budget(const struct planning *w)
{
	str more[3 * BUDGET_COLUMNS] = {{0}};
	money sum = 0, reserve = 0, m;

	JSON_EACH (row, json_get(w->answers, "budget"))
		if (!money_parse(json_text(row, "amount_eur"), &m) || __builtin_add_overflow(sum, m, &sum))
			return FAIL(w->p->a, INVALID,
				    "The budget cannot be added up. Please correct its amounts first.",
				    "sum of a budget");
	if (!money_parse(json_text(w->answers, "reserve_eur"), &reserve))
		reserve = 0;
	if (__builtin_add_overflow(sum, reserve, &m))
		return FAIL(w->p->a, INVALID, "The budget cannot be added up. Please correct its amounts first.",
			    "sum of a budget");
	for (size_t i = 0; i < sizeof more / sizeof *more; i++)
		more[i] = STR("");
	more[1] = both_line(w->p, paper_word(w->p, "total"), "\n");
	more[BUDGET_COLUMNS - 1] = euros(w, sum);
	more[BUDGET_COLUMNS + 1] = both_line(w->p, paper_word(w->p, "reserve"), "\n");
	more[2 * BUDGET_COLUMNS - 1] = euros(w, reserve);
	more[2 * BUDGET_COLUMNS + 1] = both_line(w->p, paper_word(w->p, "total_all"), "\n");
	more[3 * BUDGET_COLUMNS - 1] = euros(w, m);
	put_table(w, "budget", COLUMNS(budget), more, reserve ? 3 : 1);
	return NULL;
}

static void put_words(const struct planning *w, const char *name)
{
	const struct field *f = form_field(w->f, str_of(name));
	str s = json_text(w->answers, name);

	if (!f || !s.n)
		return;
	paper_h2(w->d, paper_label(w->p, &f->label));
	doc_text(w->d, s);
}

struct err *paper_plan(const struct paper *p, const struct json *answers, day on, int version, str *pdf)
{
	struct planning w = {
		.p = p, .f = form_find(p->forms, STR("F10"), 0), .d = paper_begin(p, true), .answers = answers};
	const struct doc_key keys[] = {
		{both_line(p, paper_word(p, "reference"), "\n"), p->reference},
		{both_line(p, paper_word(p, "plan_on"), "\n"), fmt_day(p->a, p->fr, on, DATE_LONG)},
		{both_line(p, paper_word(p, "version"), "\n"), fmt_int(p->a, p->fr, version)},
	};

	if (!w.f)
		return FAIL(p->a, CONFIG, NULL, "form F10 is not loaded");
	doc_h1(w.d, both_line(p, paper_word(p, "plan"), " · "));
	doc_keys(w.d, keys, sizeof keys / sizeof *keys);
	put_table(&w, "objectives", COLUMNS(objectives), NULL, 0);
	put_table(&w, "activities", COLUMNS(activities), NULL, 0);
	put_table(&w, "first_30", COLUMNS(first_30), NULL, 0);
	TRY(put_budget(&w));
	put_words(&w, "what_if_fails");
	put_words(&w, "exit_strategy");
	paper_note(w.d, paper_word(p, "plan_free"));
	paper_sign(p, w.d);
	return doc_pdf(w.d, p->a, pdf);
}
