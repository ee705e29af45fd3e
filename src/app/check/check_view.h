/* check_view.h — what may be weak here, for people. */
#pragma once
#include "check.h"
#include "view.h"

struct check_view {
	const struct check_row *rows;
	uint64_t weak; /* bits of enum check */
	int64_t n_weak;
	int64_t refused;    /* files left out of every list: their heads are not those the vault knows */
	str backup;         /* when the newest backup was made that the audit log tells of; empty: none */
	int64_t unsealed;   /* groups whose keys are not sealed to the recovery key */
	bool recovery;      /* there is one */
	bool elsewhere;     /* the database is copied by tools of its own: the log does not know when */
	int64_t n_restored; /* accounts that wait since a restore */
};
static inline bool check_is_weak(const struct check_view *v, const struct check_row *r)
{
	return (v->weak & CHECK_BIT(r - v->rows)) != 0;
}
