/* entries.c — which entries may go, which are still needed, and their end.  An entry may go by its newest version: whoever
 * corrects one needs it. */
#include "entries.h"

#include "desk.h"
#include "heads.h"
#include "object.h"
#include "training.h"

struct look { /* at one object, on one day */
	const struct kase *k;
	day on;
	struct record *list;
	size_t n;
	struct trainings trainings;
};

static const struct retention_rule *rule_of(const struct op *op, const struct form *f)
{
	int at = f ? retention_find(op->house->retention, f->retention) : -1;

	return at < 0 || op->house->retention->rules[at].from_closing ? NULL : &op->house->retention->rules[at];
}

static bool is_over(const struct op *op, const struct record *r, day on)
{
	const struct retention_rule *rule = rule_of(op, r->form);

	return rule && retention_entry_due(rule, r->on) <= on;
}

static bool request_needed(struct op *op, const struct look *w, const struct filled *f)
{
	(void)op, (void)w;
	return request_of(f).open || request_restricts(f) != NO_DAY;
}

static bool breach_needed(struct op *op, const struct look *w, const struct filled *f)
{
	(void)w;
	return breach_of(f, op->now).open;
}

static bool hold_needed(struct op *op, const struct look *w, const struct filled *f)
{
	struct head h;

	(void)w;
	return desk_finds(op, json_text(f->answers, "case_code"), &h) && h.fact[FACT_legal_hold] == 1;
}

/* As long as there is a file the person may ask to whom something of it went (GDPR, Art. 15(1)(c)). */
static bool passed_on_needed(struct op *op, const struct look *w, const struct filled *f)
{
	struct head h;

	(void)w;
	return desk_finds(op, json_text(f->answers, "case_code"), &h);
}

static const struct record *listed(const struct look *w, record_id id)
{
	for (size_t i = 0; i < w->n; i++)
		if (id_eq(w->list[i].id.v, id.v))
			return &w->list[i];
	return NULL;
}

/* A day of training goes with the last of those who took part: they are found by its name. */
static bool training_needed(struct op *op, const struct look *w, const struct filled *f)
{
	const struct session *s = session_by_id(&w->trainings, f->r.id);

	for (size_t i = 0; s && i < s->n_people; i++) {
		const struct record *one = listed(w, s->people[i]->id);

		if (!one || !is_over(op, one, w->on))
			return true;
	}
	return false;
}

/* Forms that something may still need; the others go when their time is over. */
static const struct {
	const char *form;
	bool (*needed)(struct op *, const struct look *, const struct filled *);
} needs[] = {
	{"REQ", request_needed},    {"BRE", breach_needed},     {"HOLD", hold_needed},
	{"DISC", passed_on_needed}, {"COPY", passed_on_needed}, {"TRN", training_needed},
};

static struct err *is_needed(struct op *op, const struct look *w, const struct record *r, bool *needed)
{
	struct filled f = {.r = *r};
	uint32_t readable;

	*needed = false;
	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
		if (!str_eqz(r->form_code, needs[i].form))
			continue;
		TRY(record_read(op, w->k, r, &f.answers, &readable));
		*needed = needs[i].needed(op, w, &f);
	}
	return NULL;
}

static struct err *look_at(struct op *op, const struct kase *k, day on, struct look *out)
{
	*out = (struct look){.k = k, .on = on};
	TRY(record_list(op, k, &out->list, &out->n));
	return trainings_read(op, k, &out->trainings);
}

static bool reads(const struct kase *k, const struct record *r)
{
	return !(r->compartments & ~k->readable[r->dossier]);
}

/* For records_erase: what goes today.  The day is the operation's. */
static struct err *over_today(struct op *op, const struct kase *k, void *arg, struct record **out, size_t *n)
{
	struct look w;

	(void)arg;
	TRY(look_at(op, k, op->today, &w));
	*out = NEWS(op->a, struct record, w.n + 1);
	*n = 0;
	for (size_t i = 0; i < w.n; i++) {
		bool needed;

		if (!is_over(op, &w.list[i], w.on) || !reads(k, &w.list[i]))
			continue;
		TRY(is_needed(op, &w, &w.list[i], &needed));
		if (!needed)
			(*out)[(*n)++] = w.list[i];
	}
	return NULL;
}

static struct err *count_one(struct op *op, const struct look *w, const struct record *r, struct entries *e)
{
	day due = retention_entry_due(e->rule, r->on);
	bool needed;

	if (due > w->on) {
		e->next = e->next == NO_DAY || due < e->next ? due : e->next;
		return NULL;
	}
	TRY(is_needed(op, w, r, &needed));
	e->over += !needed;
	e->kept += needed;
	return NULL;
}

static struct err *count_in(struct op *op, const struct kase *k, day on, struct entries *list, size_t n)
{
	struct look w;

	TRY(look_at(op, k, on, &w));
	for (size_t i = 0; i < w.n; i++)
		for (size_t r = 0; r < n; r++)
			if (list[r].rule == rule_of(op, w.list[i].form) && reads(k, &w.list[i]))
				TRY(count_one(op, &w, &w.list[i], &list[r]));
	return NULL;
}

/* Whether the actor's role reads all forms that a rule keeps. */
static bool reads_all(const struct op *op, const struct retention_rule *rule)
{
	const struct forms *all = op->house->forms;

	for (size_t i = 0; i < all->n; i++)
		if (rule_of(op, &all->forms[i]) == rule &&
		    (all->forms[i].compartments & ~roles[op->actor.role].reads[all->forms[i].dossier]))
			return false;
	return true;
}

static size_t rules_of_entries(const struct op *op, struct entries *out)
{
	const struct retention *r = op->house->retention;
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		if (!r->rules[i].from_closing)
			out[n++] = (struct entries){
				.rule = &r->rules[i], .next = NO_DAY, .read = reads_all(op, &r->rules[i])};
	return n;
}

struct err *entries_over(struct op *op, day on, struct entries **out, size_t *n)
{
	if (!op_may(op, MAY_DESK))
		return FAIL(op->a, DENIED, NULL, "not of the desk");
	*out = NEWS(op->a, struct entries, RETENTION_MAX);
	*n = rules_of_entries(op, *out);
	for (enum object o = 0; o < OBJECTS; o++) {
		struct kase *k;

		if (!object_read_by(op, o))
			continue;
		TRY(object_open(op, o, PURPOSE_LIST, &k));
		TRY(count_in(op, k, on, *out, *n));
	}
	return NULL;
}

/* Told before it is done, as every opening is. */
static struct err *erase_in(struct op *op, enum object o, size_t *n)
{
	struct erasing e = {.over = over_today};
	struct record *list;
	struct kase *k;
	size_t told;

	TRY(object_open(op, o, PURPOSE_WRITE, &k));
	TRY(over_today(op, k, NULL, &list, &told));
	if (!told)
		return NULL;
	TRY(vault_audit(op->vault, op->a, op->token, "erase.entries", k->head.id, true, (int64_t)told));
	TRY(records_erase(op, k, &e));
	*n += e.n;
	return NULL;
}

struct err *entries_erase(struct op *op, size_t *n)
{
	*n = 0;
	if (!op_may(op, MAY_DESK))
		return FAIL(op->a, DENIED, NULL, "not of the desk");
	for (enum object o = 0; o < OBJECTS; o++)
		if (object_read_by(op, o))
			TRY(erase_in(op, o, n));
	return NULL;
}
