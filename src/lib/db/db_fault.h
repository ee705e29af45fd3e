/* db_fault.h — makes the database fail on purpose, for tests.
 *
 * db_fault puts a driver in front of the pool's engine that counts the calls named in `at` and fails the n-th
 * of them (1 is the first), once or from then on, with ERR_UNAVAILABLE.  Call it while no thread uses the pool. */
#pragma once
#include "db.h"

enum db_fault_at {
	DB_FAULT_BEGIN = 1,
	DB_FAULT_START = 2,
	DB_FAULT_STEP = 4,
	DB_FAULT_COMMIT = 8, /* nothing of it is stored */
	DB_FAULT_ACK = 16,   /* it is stored, and the answer is lost */
	DB_FAULT_ANY = 31,
};
struct err *db_fault(struct db_pool *p, struct arena *a, unsigned at, uint64_t n, bool for_ever) MUST_CHECK;
uint64_t db_fault_calls(const struct db_pool *p); /* counted so far */
