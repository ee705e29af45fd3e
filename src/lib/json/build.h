/* build.h — how read.c hands what jansson parsed to json.c.  Inside this library only: jansson.h and json.h
 * use the same names for other things, so no file can include both. */
#pragma once
#include "base.h"

struct json;

struct json *build_object(struct arena *a);
struct json *build_array(struct arena *a);
struct json *build_str(struct arena *a, str s);
struct json *build_int(struct arena *a, int64_t i);
struct json *build_real(struct arena *a, double d);
struct json *build_bool(struct arena *a, bool b);
struct json *build_null(struct arena *a);
/* Appends; inside an object the caller knows that no member has this key yet. */
void build_put(struct arena *a, struct json *container, str key, struct json *v);
