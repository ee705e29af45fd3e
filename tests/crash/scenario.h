/* scenario.h — a house at work, from its making on, over every way in which it writes; disk.c listens. */
#pragma once
#include "base.h"

/* In folder (new, empty): data/, the data directory, and key.  What was acknowledged stands in the log as marks:
 *   "done WHAT"          nothing is under way; the database and the vault's files hold all that was acknowledged
 *   "user ID STATE"      an account, and its state
 *   "note CASE RECORD"   a form filed while others file too
 *   "erased CASE"        an erasure that was confirmed
 *   "secret LOGIN HEX"   of one-time codes, for who looks in the recovered house */
struct err *scenario_play(struct arena *a, const char *folder) MUST_CHECK;
#define SCENARIO_PASSWORD STR("seven yellow boats at dawn")
