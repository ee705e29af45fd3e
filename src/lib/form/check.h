/* check.h — between check.c, which walks a form, and check_value.c, which knows the types. */
#pragma once
#include "inside.h"

/* Checks one answer and makes it plain in place.  NULL, or a msgid; *arg: what stands for {arg} in it. */
const char *check_value(struct arena *a, const struct field *f, struct json *v, str *arg);
