/* programme_load.h — between the two files that load a programme; nobody else includes it. */
#pragma once
#include "programme.h"
#include "strict.h"

/* "gates": one list of conditions per transition.  Adds the safeguards, whatever the file says. */
void load_gates(struct strict *s, const struct json *gates, const struct code_resolver *codes, struct programme *p);
