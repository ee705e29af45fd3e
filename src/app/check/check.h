/* check.h — what may be weak in an installation: a row each.  Found at the start of serve and by `rivage doctor`
 * (src/cli/probe.c), said in words there and on /admin/check.  Source: docs/reference, security §4 "hardening". */
#pragma once
#include "base.h"

enum check {
	CHECK_KEY_FILE,
	CHECK_DATA_FOLDER,
	CHECK_ROOT,
	CHECK_SWAP,
	CHECK_TRACING,
	CHECK_LOCKED,
	CHECK_FILES,
	CHECK_CALLS,
	CHECK_TLS,
	CHECK_ADDRESS,
	CHECK_DATABASE,
	CHECK_DISK,
	CHECK_CLOCK,
	CHECK_DEMONSTRATION,
	CHECK_BACKUP,
	CHECKS
};
/* A copy of PostgreSQL is made by its own tools, of which the log knows nothing: then it is not called weak. */
#define CHECK_BACKUP_MS ((msec)3 * 24 * 3600 * 1000)
#define CHECK_BIT(c) (UINT64_C(1) << (c))

struct check_row {
	const char *code;         /* "swap" */
	const char *good, *weak;  /* msgids: what is so, and what is so instead */
	const char *why, *remedy; /* msgids, of a weak one */
	bool refuses;             /* serve does not start */
};
extern const struct check_row check_rows[CHECKS];
