/* op.h — one act by one person: the arena it lives in, who acts, on what clock, with which connections.
 * Rules and data verbs take a struct op, so pages, commands and the demonstration share them (design §3). */
#pragma once
#include "access.h"
#include "house.h"

struct op {
	struct arena *a;
	struct house *house;
	struct db *db; /* the thread's reader; inside a transaction, the transaction */
	struct vault *vault;
	struct token token;        /* NO_TOKEN: the public */
	struct actor_info actor;   /* role ROLE_PUBLIC without a session */
	const struct pass *passes; /* files given to the actor beside those of heads, by id: access.h */
	size_t n_passes;
	const struct locale *l;
	msec now;      /* clock of the rules */
	day today;     /* Europe/Paris day of now */
	int32_t ahead; /* days from the real day to today: 0 without a moved clock */
};
#define ACTOR_IS(op, r) ((op)->actor.role == ROLE_##r)
bool op_may(const struct op *op, enum may m);
bool op_reads(const struct op *op, enum compartment c); /* of any dossier, by role */
/* Asks the vault for them; only of roles that work by name. */
struct err *op_passes(struct op *op) MUST_CHECK;
bool op_given(const struct op *op, struct id object); /* one of them */
msec op_midnight(day d);                              /* when that day begins in Paris, on a clock of the world */
day op_day_at(msec t);                                /* the day that it is then in Paris */
void op_clock(struct op *op, msec real_now);          /* sets now and today from the house's clock */
