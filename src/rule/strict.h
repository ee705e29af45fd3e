/* strict.h — reading declared JSON strictly: programme files, rule inputs, scoring data.
 *
 * Errors are collected with their place ("gates.ready[3].days"), so that one run reports them all.  A reader that
 * reported an error returns the absent value: callers go on and look at strict.e at the end.  Inside this library only. */
#pragma once
#include "at.h"
#include "json.h"
#include "money.h"

struct strict {
	struct arena *a;
	enum err_kind kind;
	const char *message; /* of the whole, when anything is wrong */
	const char *file;    /* stands before every place; NULL: none */
	struct err *e;
};

void strict_bad(struct strict *s, const struct at *at, const char *message, str arg);
bool strict_object(struct strict *s, const struct at *at, const struct json *v); /* false: reported */
/* Reports every member that is not among the keys; the list ends with NULL. */
void strict_keys(struct strict *s, const struct at *at, const struct json *o, const char *const *keys);

/* Members of o.  `needed`: an absent one is an error. */
const struct json *strict_list(struct strict *s, const struct at *at, const struct json *o, const char *key,
			       bool needed);
const struct json *strict_map(struct strict *s, const struct at *at, const struct json *o, const char *key,
			      bool needed);
str strict_text(struct strict *s, const struct at *at, const struct json *o, const char *key, bool needed);
bool strict_bool(struct strict *s, const struct at *at, const struct json *o, const char *key, bool absent);
#define STRICT_NEEDED INT64_MIN
int64_t strict_int(struct strict *s, const struct at *at, const struct json *o, const char *key, int64_t lo, int64_t hi,
		   int64_t absent); /* STRICT_NEEDED: must be there */
day strict_day(struct strict *s, const struct at *at, const struct json *o, const char *key,
	       bool needed); /* null: NO_DAY */
/* An amount: "1234.50", or a number with at most two decimals. */
money strict_money(struct strict *s, const struct at *at, const struct json *o, const char *key, money absent);
#define MONEY_NEEDED INT64_MIN
/* One of the n codes: its position; -1 when absent or wrong. */
int strict_code(struct strict *s, const struct at *at, const struct json *o, const char *key, const char *const *codes,
		size_t n, bool needed);
