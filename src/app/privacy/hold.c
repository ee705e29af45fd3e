/* hold.c — which files are due, which are held, and setting or lifting a hold. */
#include <stdlib.h>

#include "desk.h"
#include "erase.h"
#include "heads.h"
#include "retention.h"

static uint32_t classes_of(const struct house *house, const struct head *h)
{
	uint32_t classes = 0;

	for (int f = 0; f < FORMS; f++)
		classes |= h->form[f].present ? house->kept_as[f] : 0;
	return classes;
}

static int by_day(const void *x, const void *y)
{
	const struct due_file *a = x, *b = y;

	return a->due != b->due ? (a->due > b->due) - (a->due < b->due) : id_cmp(a->id.v, b->id.v);
}

static struct err *all_heads(struct op *op, struct head **list, size_t *n)
{
	struct head_query q = {
		.people = true, .whole = true, .country = NO_FACT, .limit = heads_count(op->house->heads)};
	size_t total;

	if (!op_may(op, MAY_DESK))
		return FAIL(op->a, DENIED, NULL, "not of the desk");
	heads_query(op, &q, list, n, &total);
	return NULL;
}

static bool waits(const struct erasure_row *rows, size_t n, case_id id)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].state == ERASURE_ASKED && id_eq(rows[i].object.v, id.v))
			return true;
	return false;
}

struct err *files_due(struct op *op, day on, struct due_file **out, size_t *n)
{
	struct erasure_row *rows;
	struct head *list;
	size_t count, n_rows;

	TRY(all_heads(op, &list, &count));
	TRY(erasures_read(op, &rows, &n_rows));
	*out = NEWS(op->a, struct due_file, count + 1);
	*n = 0;
	for (size_t i = 0; i < count; i++) {
		const struct head *h = &list[i];
		day due = retention_due(op->house->retention, h, classes_of(op->house, h));

		if (due == NO_DAY || due > on)
			continue;
		(*out)[(*n)++] = (struct due_file){.id = h->id,
						   .code = arena_str(op->a, str_of(h->code)),
						   .due = due,
						   .held = h->fact[FACT_legal_hold] == 1,
						   .asked = waits(rows, n_rows, h->id)};
	}
	qsort(*out, *n, sizeof **out, by_day);
	return NULL;
}

struct err *files_held(struct op *op, const struct kase *desk, struct held_file **out, size_t *n)
{
	struct filled *said;
	struct head *list;
	size_t count, n_said;

	TRY(all_heads(op, &list, &count));
	TRY(record_all(op, desk, "HOLD", &said, &n_said));
	*out = NEWS(op->a, struct held_file, count + 1);
	*n = 0;
	for (size_t i = 0; i < count; i++) {
		struct held_file *f = &(*out)[*n];

		if (list[i].fact[FACT_legal_hold] != 1)
			continue;
		*f = (struct held_file){.code = arena_str(op->a, str_of(list[i].code)), .since = NO_DAY};
		for (size_t k = 0; k < n_said && f->since == NO_DAY; k++) { /* newest first */
			if (!str_eq(json_text(said[k].answers, "case_code"), f->code))
				continue;
			f->since = said[k].r.on;
			f->why = json_text(said[k].answers, "why");
		}
		++*n;
	}
	return NULL;
}

struct err *hold_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
		      struct json *answers, str reason)
{
	bool set = str_eqz(json_text(answers, "act"), "SET");
	struct err *e = NULL;
	struct record there;
	struct head h;

	if (!op_may(op, MAY_DESK) || based_on > 0)
		return FAIL(op->a, DENIED, NULL,
			    "not of the desk, or a correction: a hold is set or lifted, not rewritten");
	if (!record_find(op, k, id, 0, &there))
		return object_file(op, k, f, id, based_on, answers, reason); /* the same submit, twice */
	if (!desk_finds(op, json_text(answers, "case_code"), &h))
		err_field(op->a, &e, STR("case_code"), "There is no file with this code.", STR(""));
	else if (set && h.fact[FACT_legal_hold] == 1)
		err_field(op->a, &e, STR("act"), "A hold is on this file already.", STR(""));
	else if (!set && h.fact[FACT_legal_hold] != 1)
		err_field(op->a, &e, STR("act"), "No hold is on this file.", STR(""));
	if (e)
		return e;
	json_set(op->a, answers, STR("case_code"), json_new_str(op->a, arena_str(op->a, str_of(h.code))));
	if (set)
		TRY(kase_hold(op, h.id, true)); /* first what protects, then what is written of it */
	TRY(object_file(op, k, f, id, based_on, answers, reason));
	return set ? NULL : kase_hold(op, h.id, false);
}
