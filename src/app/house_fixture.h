/* house_fixture.h — a house with a real vault and a real store, for tests of this folder. */
#pragma once
#include "kase.h"
#include "vault_fixture.h"

extern struct world w;
extern struct house *house;
extern struct db *reader;

/* The first makes the accounts of the others; all are signed in. */
void house_new(struct person *const *all, size_t n);
void house_end(void);
struct op house_op(const struct person *p, day today);
struct kase *open_case(struct op *op, case_id id); /* to write in it */
struct json *json_of(str text);
