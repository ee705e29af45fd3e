/* disclosure.c — consents that allow something to be passed on, and the register of what was. */
#include <stdlib.h>

#include "desk.h"

/* The day on which an answer began to count. */
static day said_on(const struct filled *f)
{
	day on = json_day(f->answers, "consent_on"), back = json_day(f->answers, "withdrawn_on");

	return back > on ? back : on;
}

/* Whether a yes stood on any day, and on which last: NO_DAY when no end is known. */
static bool stood(const struct filled *all, size_t n, const struct json *a, day *last)
{
	day on = json_day(a, "consent_on");

	if (!json_says(a, "status", "GIVEN") || on == NO_DAY)
		return false;
	*last = json_day(a, "expires_on");
	for (size_t i = 0; i < n; i++) {
		bool no = json_says(all[i].answers, "status", "REFUSED") ||
			  json_says(all[i].answers, "status", "WITHDRAWN");
		day back = said_on(&all[i]);

		if (no && str_eq(json_text(all[i].answers, "kind"), json_text(a, "kind")) && back >= on &&
		    (*last == NO_DAY || back <= *last))
			*last = back - 1;
	}
	return *last == NO_DAY || *last >= on;
}

bool consent_stands(const struct filled *all, size_t n, size_t which, day today)
{
	const struct json *a = all[which].answers;
	day last;

	return stood(all, n, a, &last) && json_day(a, "consent_on") <= today && (last == NO_DAY || today <= last);
}

/* The version of a consent that says yes: its newest, or, where it was corrected into a withdrawal, the last before. */
static struct err *as_given(struct op *op, const struct kase *k, const struct filled *f, struct filled *out)
{
	uint32_t readable;

	*out = *f;
	for (int v = f->r.version - 1; v > 0 && json_says(f->answers, "status", "WITHDRAWN"); v--) {
		TRY(record_find(op, k, f->r.id, v, &out->r));
		TRY(record_read(op, k, &out->r, &out->answers, &readable));
		if (json_says(out->answers, "status", "GIVEN"))
			return NULL;
	}
	return NULL;
}

static struct consent_known known_of(const struct filled *yes)
{
	return (struct consent_known){.id = yes->r.id,
				      .version = yes->r.version,
				      .kind = json_text(yes->answers, "kind"),
				      .on = json_day(yes->answers, "consent_on"),
				      .recipients = json_get(yes->answers, "recipients"),
				      .scope = json_get(yes->answers, "data_scope")};
}

struct err *consents_known(struct op *op, const struct kase *k, struct consent_known **out, size_t *n)
{
	const struct code_list *kinds = list_find(op->house->forms, STR("CONSENT_KIND"));
	struct filled *all;
	size_t count;

	TRY(record_all(op, k, "F03", &all, &count));
	*out = NEWS(op->a, struct consent_known, count + 1);
	*n = 0;
	for (size_t i = 0; i < count; i++) {
		struct consent_known *c = &(*out)[*n];
		struct filled yes;
		bool over;
		int kind;

		TRY(as_given(op, k, &all[i], &yes));
		*c = known_of(&yes);
		kind = code_index(kinds, c->kind);
		if (kind < 0 || !json_count(c->recipients) || !stood(all, count, yes.answers, &c->until))
			continue;
		over = c->until != NO_DAY && c->until < op->today;
		c->stands = !over && c->on <= op->today && head_consents(&k->head, kind, op->today);
		*n += c->stands || over;
	}
	return NULL;
}

static int newest_first(const void *x, const void *y)
{
	const struct disclosure *a = x, *b = y;

	return a->on != b->on ? (a->on < b->on) - (a->on > b->on) : id_cmp(b->r.id.v, a->r.id.v);
}

static void gather(const struct filled *list, size_t count, str code, struct disclosure *out, size_t *n)
{
	for (size_t i = 0; i < count; i++) {
		struct disclosure d = {.r = list[i].r,
				       .answers = list[i].answers,
				       .code = json_text(list[i].answers, "case_code"),
				       .on = json_day(list[i].answers, "on"),
				       .copy = str_eqz(list[i].r.form_code, "COPY")};

		if (d.on == NO_DAY)
			d.on = d.r.on;
		if (!code.n || str_eq(code, d.code))
			out[(*n)++] = d;
	}
}

struct err *disclosures_read(struct op *op, const struct kase *desk, str code, struct disclosure **out, size_t *n)
{
	struct filled *passed, *copies;
	size_t n_passed, n_copies;

	TRY(record_all(op, desk, "DISC", &passed, &n_passed));
	TRY(record_all(op, desk, "COPY", &copies, &n_copies));
	*out = NEWS(op->a, struct disclosure, n_passed + n_copies + 1);
	*n = 0;
	gather(passed, n_passed, code, *out, n);
	gather(copies, n_copies, code, *out, n);
	qsort(*out, *n, sizeof **out, newest_first);
	return NULL;
}

struct err *disclosure_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
			    struct json *answers, str reason)
{
	day until = json_day(answers, "consent_until");
	struct err *e = NULL;

	if (based_on > 0)
		return FAIL(op->a, DENIED, NULL, "what was passed on is not rewritten");
	if (json_day(answers, "on") < json_day(answers, "consent_on"))
		err_field(op->a, &e, STR("on"),
			  "The person had not said yes on this day. If it was passed on all the same, record a breach.",
			  STR(""));
	else if (until != NO_DAY && json_day(answers, "on") > until)
		err_field(op->a, &e, STR("on"),
			  "No consent in force allows this on that day: until when the person had said yes stands "
			  "above. If it was passed on all the same, record a breach.",
			  STR(""));
	return e ? e : object_file(op, k, f, id, based_on, answers, reason);
}
