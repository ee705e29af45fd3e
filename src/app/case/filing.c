/* filing.c — rules of filing that need more than the form itself: its author, and what other forms said. */
#include "filing.h"

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
			return refused(op->a, risks ? "agrees" : "agree",
				       N_("You wrote a part of what is read here: another person must be the second "
					  "reader."));
	return NULL;
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
