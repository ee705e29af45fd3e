/* load.h — between the files of the loader.  Errors are collected, never returned: one run reports them all. */
#pragma once
#include "at.h"
#include "inside.h"

struct loader {
	struct arena *a;
	struct err *e;
	const char *file;
	const char *const *heads;
	struct forms *out;
};

void load_bad(struct loader *l, const struct at *at, const char *message, str arg);
/* A member of the type wanted; absent or of another type reports it (absent only when `needed`). */
str load_text(struct loader *l, const struct at *at, const struct json *o, const char *key, bool needed);
bool load_bool(struct loader *l, const struct at *at, const struct json *o, const char *key);
int64_t load_int(struct loader *l, const struct at *at, const struct json *o, const char *key, int64_t absent);
struct label load_label(struct loader *l, const struct at *at, const struct json *o, const char *key, bool needed);
const struct json *load_list(struct loader *l, const struct at *at, const struct json *o, const char *key, bool needed);
bool load_object(struct loader *l, const struct at *at, const struct json *v);
/* Reports the members that are not among the n keys. */
void load_keys(struct loader *l, const struct at *at, const struct json *o, const char *const *keys, size_t n);

void load_form(struct loader *l, const struct json *file, struct form *f);
struct cond *load_cond(struct loader *l, const struct at *at, const struct json *v);
/* Once every field is known: names, places, types and values of all conditions. */
void load_check_conds(struct loader *l, const struct form *f);
