/* restriction.c — a restriction of processing (GDPR, Art. 18) as the register of requests tells of it, brought to the head of
 * the file, where filing asks.  Always the whole register is asked, so that what broke off is mended by the next filing. */
#include "desk.h"

#define ATTEMPTS 9

day request_restricts(const struct filled *f)
{
	struct request r = request_of(f);
	bool granted = str_eqz(r.state, "DONE") || str_eqz(r.state, "PARTLY");

	if (!str_eqz(r.right, "RESTRICTION") || !granted || json_text(f->answers, "lifted_on").n)
		return NO_DAY;
	return r.answered;
}

/* What the register says of a file now. */
static struct err *restricted_since(struct op *op, const struct kase *desk, const char *code, day *since)
{
	struct filled *said;
	size_t n;

	*since = NO_DAY;
	rows_forget(desk);
	TRY(record_all(op, desk, "REQ", &said, &n));
	for (size_t i = 0; i < n; i++) {
		day on = json_says(said[i].answers, "case_code", code) ? request_restricts(&said[i]) : NO_DAY;

		if (on != NO_DAY && (*since == NO_DAY || on < *since))
			*since = on;
	}
	return NULL;
}

/* Asked again after each change: a colleague may have filed of the same file between the reading and the change. */
struct err *restriction_settle(struct op *op, const struct kase *desk, str code)
{
	struct head h;
	day since;

	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		if (!op_may(op, MAY_DESK) || !code.n || !desk_finds(op, code, &h))
			return NULL;
		TRY(restricted_since(op, desk, h.code, &since));
		if ((h.fact[FACT_restricted_on] == NO_FACT ? NO_DAY : h.fact[FACT_restricted_on]) == since)
			return NULL;
		TRY(kase_restrict(op, h.id, since));
	}
	return NULL;
}
