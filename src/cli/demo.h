/* demo.h — making a demonstration, for `rivage demo` and its test. */
#pragma once
#include "crypt.h"

/* A new data directory with the invented people.  CONFLICT when there is one already. */
struct err *demo_make(struct arena *a, const char *dir, struct password_cost cost) MUST_CHECK;
