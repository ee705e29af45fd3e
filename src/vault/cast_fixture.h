/* cast_fixture.h — the people whom most tests of this folder are played with.  Nobody has an account before people_in. */
#pragma once
#include "vault_fixture.h"

extern struct person coo, coo2, cmf, other, cpf, cmr, near, med, fin, dpo, adm, trv, rsk;

struct user_new invited(const char *login, enum role r, const char *office);
void with_coordinator(struct world *w); /* a world without budgets, and coo alone in it */
