/* filing.c — rules of filing that need more than the form itself: its author, and what other forms said. */
#include "filing.h"

#include "i18n.h"

#include "rows.h"

static struct err *refused(struct arena *a, const char *question, const char *sentence)
{
	struct err *e = NULL;

	err_field(a, &e, str_of(question), sentence, (str){0});
	return e;
}

struct err *second_reader_rule(struct op *op, const struct kase *k, const struct form *f, int based_on,
			       const struct json *answers)
{
	bool risks = form_no_find(f->code) == FORM_F05R;
	struct records_of_row *rows;
	size_t n;

	(void)based_on, (void)answers;
	TRY(rows_of(op, k, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eqz(rows[i].form, risks ? "F05" : "F02") && id_eq(rows[i].author.v, op->actor.id.v))
			return refused(
				op->a, risks ? "agrees" : "agree",
				N_("You wrote a part of what is read here: another person must be the second reader."));
	return NULL;
}

bool kase_takes(const struct head *h, const struct form *form)
{
	/* Art. 18(2): what protects the person or another, and her own word. */
	static const enum form_no allowed[] = {FORM_EMER, FORM_EMERC, FORM_ALR, FORM_LOST, FORM_LOSTC,
					       FORM_F11,  FORM_F03,   FORM_WDR, FORM_WDRC};

	if (h->fact[FACT_restricted_on] == NO_FACT)
		return true;
	for (size_t i = 0; form && i < sizeof allowed / sizeof *allowed; i++)
		if (form_no_find(form->code) == allowed[i])
			return true;
	return form && form_no_find(form->code) == FORM_CLO && (h->flags & FLAG_WITHDRAWN);
}

struct err *kase_use_allowed(struct op *op, const struct head *h, const struct form *form)
{
	struct err *e;

	if (kase_takes(h, form))
		return NULL;
	e = FAIL(op->a, INVALID,
		 "The person asked that the use of this file be restricted, and it is since {arg} (GDPR, Art. 18): it "
		 "is kept and read. Only what protects somebody (an emergency, an alert, a lost contact, an arrival) "
		 "and the person's own word (consent, withdrawal and the closing after it) are recorded. The "
		 "data-protection desk can lift the restriction.",
		 "use of the file is restricted");
	e->arg = fmt_day(op->a, op->l, h->fact[FACT_restricted_on], DATE_LONG);
	return e;
}

struct err *journey_rule(struct op *op, const struct kase *k, const struct form *f, int based_on,
			 const struct json *answers)
{
	bool arrives = form_no_find(f->code) == FORM_F11;
	int32_t other = k->head.fact[arrives ? FACT_departed_on : FACT_arrival];
	const char *question = arrives ? "arrival" : "departed_on";
	day said;

	(void)based_on;
	if (other == NO_FACT || !day_parse(json_text(answers, question), &said))
		return NULL;
	if (arrives && said < other)
		return refused(op->a, question, N_("The arrival cannot be before the departure that is recorded."));
	if (!arrives && said > other)
		return refused(op->a, question, N_("The departure cannot be after the arrival that is recorded."));
	return NULL;
}
