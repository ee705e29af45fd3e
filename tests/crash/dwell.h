/* dwell.h — lives in a house that a power cut left behind: a coordinator signs in, reads everything, files something. */
#pragma once
#include "base.h"

/* data: the folder; key: its key file; secret: of the coordinator's codes, in hex.  NULL: all of it opened. */
struct err *dwell(struct arena *a, const char *data, const char *key, const char *secret, size_t *records) MUST_CHECK;
