/* hold.c — what the desk sets on a file or lifts without any key of it: a legal hold, by who may erase, and the restriction
 * of its use; and the day a file is due.  The head says that and since when, not why. */
#include "heads.h"
#include "retention.h"
#include "store.h"

/* On the head as it is now. */
static struct err *set_fact(struct op *op, case_id id, enum fact fact, int32_t to)
{
	struct kase *k = NEW(op->a, struct kase);
	struct change change = {.k = k};

	for (int attempt = 0;;) {
		struct err *e;

		*k = (struct kase){.head.id = id};
		TRY(store_head(op, k));
		k->head.fact[fact] = to;
		e = store_change(op, &change);
		if (!store_again(e, &attempt))
			return e; /* else someone filed a form of the case meanwhile */
	}
}

struct err *kase_hold(struct op *op, case_id id, bool on)
{
	if (!op_may(op, MAY_ERASE))
		return FAIL(op->a, DENIED, NULL, "role sets no hold");
	if (on)
		TRY(vault_hold(op->vault, op->a, op->token, id));
	TRY(set_fact(op, id, FACT_legal_hold, on ? 1 : NO_FACT));
	return on ? NULL : vault_release(op->vault, op->a, op->token, id); /* last: a fault leaves it held */
}

day kase_due(const struct house *house, const struct head *h)
{
	uint32_t classes = 0;

	for (int f = 0; f < FORMS; f++)
		classes |= h->form[f].present ? house->kept_as[f] : 0;
	return retention_due(house->retention, h, classes);
}

struct err *kase_restrict(struct op *op, case_id id, day since)
{
	if (!op_may(op, MAY_DESK))
		return FAIL(op->a, DENIED, NULL, "role restricts no file");
	return set_fact(op, id, FACT_restricted_on, since == NO_DAY ? NO_FACT : since);
}
