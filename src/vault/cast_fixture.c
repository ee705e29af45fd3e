/* cast_fixture.c — behind cast_fixture.h. */
#include "cast_fixture.h"

struct person coo = {.login = "coo", .role = ROLE_COO, .office = "PARIS"},
	      coo2 = {.login = "coo2", .role = ROLE_COO, .office = "PARIS"},
	      cmf = {.login = "cmf", .role = ROLE_CMF, .office = "PARIS"},
	      other = {.login = "other", .role = ROLE_CMF, .office = "PARIS"},
	      cpf = {.login = "cpf", .role = ROLE_CPF, .office = "PARIS"},
	      cmr = {.login = "cmr", .role = ROLE_CMR, .office = "LAGOS"},
	      near = {.login = "near", .role = ROLE_CMR, .office = "LAGOS"},
	      med = {.login = "med", .role = ROLE_MED, .office = "PARIS"},
	      fin = {.login = "fin", .role = ROLE_FIN, .office = "PARIS"},
	      dpo = {.login = "dpo", .role = ROLE_DPO, .office = "PARIS"},
	      adm = {.login = "adm", .role = ROLE_ADM, .office = "PARIS"},
	      trv = {.login = "trv", .role = ROLE_TRV, .office = "PARIS"},
	      rsk = {.login = "rsk", .role = ROLE_RSK, .office = "PARIS"};

struct user_new invited(const char *login, enum role r, const char *office)
{
	return (struct user_new){.login = str_of(login), .name = str_of(login), .role = r, .office = str_of(office)};
}

void with_coordinator(struct world *w)
{
	struct person *const one[] = {&coo};

	world_new_unlimited(w);
	people_in(w, one, 1);
}
