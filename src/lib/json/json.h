/* json.h — JSON as a tree in an arena.  Reading is strict (jansson: duplicate keys, NUL, bad UTF-8 and
 * depth over 32 are refused, the message names line and column); writing is our own, compact, keys in the
 * order they were set.  This library is the only user of jansson.h.
 * jansson exports functions of six of our names; ours carry another name in the object file (OWN_NAME), so that
 * libjansson.so is never bound to them. */
#pragma once
#include "base.h"

#define OWN_NAME(name) __asm__("rivage_" name)

enum json_type { JSON_NULL, JSON_BOOL, JSON_INT, JSON_REAL, JSON_STR, JSON_ARRAY, JSON_OBJECT };

struct json {
	enum json_type type;
	str key;           /* inside an object */
	struct json *next; /* next sibling */
	union {
		bool b;
		int64_t i;
		double d; /* never used for money */
		str s;
		struct {
			struct json *first, *last;
			size_t count;
		};
	};
};

/* ERR_INVALID with a message for a person ("line 3, column 7: …") in err.arg when text is not strict JSON. */
struct err *json_parse(struct arena *a, str text, struct json **out) MUST_CHECK;

/* Readers take NULL and the wrong type calmly: absent answer. */
struct json *json_get(const struct json *object, const char *key);
struct json *json_get_s(const struct json *object, str key);
str json_str(const struct json *v);                                           /* absent unless a string */
str json_text(const struct json *object, const char *key);                    /* json_str(json_get(…)) */
bool json_says(const struct json *object, const char *key, const char *text); /* … equals text */
day json_day(const struct json *object, const char *key); /* … read as a date; NO_DAY: it is none */
int64_t json_int(const struct json *v, int64_t absent);
bool json_true(const struct json *v) OWN_NAME("json_true");
size_t json_count(const struct json *v);            /* elements of an array, members of an object, else 0 */
bool json_has_str(const struct json *array, str s); /* an array of strings holds s */
#define JSON_EACH(item, container) for (struct json *item = json_first(container); item; item = item->next)
struct json *json_first(const struct json *v);

/* Builders.  json_set replaces a member of that key; containers own nothing (all arena). */
struct json *json_object(struct arena *a) OWN_NAME("json_object");
struct json *json_array(struct arena *a) OWN_NAME("json_array");
struct json *json_new_str(struct arena *a, str s); /* copies */
struct json *json_new_int(struct arena *a, int64_t i);
struct json *json_new_bool(struct arena *a, bool b);
struct json *json_null(struct arena *a) OWN_NAME("json_null");
void json_set(struct arena *a, struct json *object, str key, struct json *v); /* copies key */
void json_push(struct json *array, struct json *v);
void json_remove(struct json *object, str key);
struct json *json_copy(struct arena *a, const struct json *v) OWN_NAME("json_copy");
bool json_equal(const struct json *a, const struct json *b) OWN_NAME("json_equal");

void json_write(struct buf *b, const struct json *v);             /* compact */
str json_dump(struct arena *a, const struct json *v, size_t max); /* absent when longer than max */
void json_escape(struct buf *b, str s);                           /* with the quotes; U+2028/2029, <, >, & as \u00xx */
