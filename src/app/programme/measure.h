/* measure.h — the programme's figures about people: each is a name, a definition in one sentence, and the query that
 * gives the number, the list behind it and its export alike (design §2.4). */
#pragma once
#include "heads.h"

struct measure {
	const char *code, *label, *definition; /* code: as in /cases?only=CODE; msgids */
	bool stage;                            /* a step of the journey, in this order */
	struct head_query query;
};
extern const struct measure measures[];
extern const size_t measures_n;
const struct measure *measure_find(str code);                      /* NULL */
void measure_apply(const struct measure *m, struct head_query *q); /* its filters, over those of q */
size_t measure_count(struct op *op, const struct measure *m);
/* All heads behind the number. */
size_t measure_list(struct op *op, const struct measure *m, struct head **out);
