/* probe.h — looks at the machine and the options of serve for what check.h lists. */
#pragma once
#include "check.h"
#include "serve.h"

/* Bits of enum check: what is weak. */
uint64_t probe(const struct serve_options *o);
/* doctor.c: says on standard error why serve does not start; false: it does. */
bool doctor_refuses(uint64_t weak);
