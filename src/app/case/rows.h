/* rows.h — the rows of an object's records: all of them, as they were filed, and no other.  Who writes the database can
 * take one away, put an older one back or change what it says in clear; then the tally in the head disagrees, and
 * nothing of the file is shown (reference/security §3).  Private to app/case. */
#pragma once
#include "case_sql.h"
#include "kase.h"

struct rows_seen {
	struct records_of_row *row; /* by record, newest version first */
	size_t n;
	bool known; /* false: read them again */
};
/* INTERNAL when they disagree with the head, and with every newer one. */
struct err *rows_of(struct op *op, const struct kase *k, struct records_of_row **out, size_t *n) MUST_CHECK;
struct row_clear;
struct row_clear row_clear_of(case_id object, const struct records_of_row *row);
