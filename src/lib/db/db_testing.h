/* db_testing.h — a fresh database for each test: PostgreSQL where RIVAGE_TEST_PG names one (tests/pg.sh),
 * SQLite otherwise.  The first failure ends the test. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "db.h"
#include "db_driver.h"
#include "db_fault.h"
#include "db_test_sql.h"

struct world {
	struct arena *a;
	str url;
	char dir[64]; /* of the SQLite file */
	struct db_pool *p;
	struct db *r;
};
int world_setup(void **state);       /* schema applied */
int world_setup_empty(void **state); /* no schema */
int world_teardown(void **state);
bool on_postgres(void);
struct embed_set test_schema(struct arena *a);

void ok(struct err *e);                          /* fails the test with the error's detail */
void refused(struct err *e, enum err_kind kind); /* fails the test unless e is of that kind */
case_id a_case(void);
/* One dossier in a transaction of its own. */
struct err *add_one(struct world *w, struct db *r, struct arena *a, case_id id) MUST_CHECK;
int64_t count_dossiers(struct world *w);
