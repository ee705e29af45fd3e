/* hold.c — which files are due, which are held, and setting or lifting a hold. */
#include <stdlib.h>

#include "desk.h"
#include "erase.h"
#include "heads.h"

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
		day due = kase_due(op->house, h);

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

/* The newest entry of the register about a file; NULL: it has none. */
static const struct filled *newest_of(const struct filled *said, size_t n, str code)
{
	for (size_t i = 0; i < n; i++) /* newest first */
		if (str_eq(json_text(said[i].answers, "case_code"), code))
			return &said[i];
	return NULL;
}

static bool sets(const struct filled *said)
{
	return said && json_says(said->answers, "act", "SET");
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
		const struct filled *last;

		if (list[i].fact[FACT_legal_hold] != 1)
			continue;
		*f = (struct held_file){
			.code = arena_str(op->a, str_of(list[i].code)), .since = NO_DAY, .lifted = NO_DAY};
		last = newest_of(said, n_said, f->code);
		if (sets(last)) {
			f->since = last->r.on;
			f->why = json_text(last->answers, "why");
		} else if (last) {
			f->lifted = last->r.on;
		}
		++*n;
	}
	return NULL;
}

/* What stands: in the head, in the vault, which refuses the erasure, and in the register.  An act that broke off half-way
 * leaves them apart, and is then still to be done. */
struct standing_hold {
	bool head, vault;
	const struct filled *said; /* the newest entry about the file */
};

static struct err *hold_of(struct op *op, const struct kase *desk, const struct head *h, struct standing_hold *out)
{
	struct filled *said;
	size_t n;

	TRY(record_all(op, desk, "HOLD", &said, &n));
	out->said = newest_of(said, n, str_of(h->code));
	out->head = h->fact[FACT_legal_hold] == 1;
	return vault_held(op->vault, op->a, op->token, h->id, &out->vault);
}

static struct err *refuse(struct op *op, const struct standing_hold *now, bool set)
{
	struct err *e = NULL;

	if (set && now->head && now->vault && sets(now->said))
		err_field(op->a, &e, STR("act"), "A hold is on this file already.", STR(""));
	else if (!set && !now->head && !now->vault)
		err_field(op->a, &e, STR("act"), "No hold is on this file.", STR(""));
	return e;
}

struct err *hold_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
		      struct json *answers, str reason)
{
	bool set = json_says(answers, "act", "SET"), again;
	struct standing_hold now;
	struct err *e = NULL;
	struct record there;
	struct head h;

	if (!op_may(op, MAY_DESK) || based_on > 0)
		return FAIL(op->a, DENIED, NULL,
			    "not of the desk, or a correction: a hold is set or lifted, not rewritten");
	again = !record_find(op, k, id, 0, &there); /* the same submit, twice */
	if (!desk_finds(op, json_text(answers, "case_code"), &h)) {
		if (again)
			return object_file(op, k, f, id, based_on, answers, reason); /* its file is erased since */
		err_field(op->a, &e, STR("case_code"), "There is no file with this code.", STR(""));
		return e;
	}
	TRY(hold_of(op, k, &h, &now));
	if (!again)
		TRY(refuse(op, &now, set));
	json_set(op->a, answers, STR("case_code"), json_new_str(op->a, arena_str(op->a, str_of(h.code))));
	if (set && !again)
		TRY(kase_hold(op, h.id, true)); /* first what protects, then what is written of it */
	TRY(object_file(op, k, f, id, based_on, answers, reason));
	/* Sent again, a lift completes what is missing, unless something newer was written of the file. */
	if (set || (again && (!id_eq(now.said->r.id.v, id.v) || (!now.head && !now.vault))))
		return NULL;
	return kase_hold(op, h.id, false);
}
