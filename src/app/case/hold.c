/* hold.c — a legal hold on a file, set or lifted by who may erase.  No key of the case is needed: the head says that it
 * is held, not why. */
#include "heads.h"
#include "store.h"

#define ATTEMPTS 9

struct err *kase_hold(struct op *op, case_id id, bool on)
{
	struct kase *k = NEW(op->a, struct kase);
	struct change change = {.k = k};

	if (!op_may(op, MAY_ERASE))
		return FAIL(op->a, DENIED, NULL, "role sets no hold");
	if (on)
		TRY(vault_hold(op->vault, op->a, op->token, id));
	for (int attempt = 0;; attempt++) {
		struct err *e;

		*k = (struct kase){.head.id = id};
		TRY(store_head(op, k));
		k->head.fact[FACT_legal_hold] = on ? 1 : NO_FACT;
		e = store_change(op, &change);
		if (e && e->kind == ERR_CONFLICT && attempt < ATTEMPTS)
			continue; /* someone filed a form of the case meanwhile */
		TRY(e);
		return on ? NULL : vault_release(op->vault, op->a, op->token, id); /* last: a fault leaves it held */
	}
}
