/* read.c — strict JSON into our tree, through jansson.  The only file that includes jansson.h.
 *
 * Duplicate keys, NUL, bad UTF-8, trailing text, depth over 32 and texts over 16 MiB are refused.  jansson's own
 * tree holds decrypted answers for a moment: it is wiped as it is freed, and freed even when the arena runs out
 * and the request is abandoned. */
#include <jansson.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

#define MAX_DEPTH 32
#define MAX_TEXT (16u << 20)

struct err *json_parse(struct arena *a, str text, struct json **out) MUST_CHECK; /* as json.h has it */

static void wiping_free(void *p)
{
	if (p)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

static void use_wiping_free(void)
{
	json_set_alloc_funcs(malloc, wiping_free);
}

static struct err *refuse(struct arena *a, int line, int column, const char *why)
{
	struct err *e = FAIL(a, INVALID, "This is not valid JSON: {arg}", "JSON refused at %d:%d", line, column);

	e->arg = arena_fmt(a, "line %d, column %d: %s", line, column, why);
	return e;
}

/* jansson recurses to 2,048 levels; nothing of ours is that deep, and our own recursion counts on 32. */
static struct err *check_depth(struct arena *a, str text)
{
	int depth = 0, line = 1, column = 0;
	bool in_string = false;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		column++;
		if (c == '\n') {
			line++;
			column = 0;
		}
		if (c == '"')
			in_string = !in_string;
		else if (in_string && c == '\\')
			i++;
		else if (!in_string && (c == '[' || c == '{') && ++depth > MAX_DEPTH)
			return refuse(a, line, column, "nested deeper than 32 levels");
		else if (!in_string && (c == ']' || c == '}'))
			depth--;
	}
	return NULL;
}

static struct json *convert(struct arena *a, json_t *v);

static struct json *convert_object(struct arena *a, json_t *v)
{
	struct json *to = build_object(a);
	const char *key;
	json_t *item;

	json_object_foreach(v, key, item) build_put(a, to, str_of(key), convert(a, item));
	return to;
}

static struct json *convert_array(struct arena *a, json_t *v)
{
	struct json *to = build_array(a);
	json_t *item;
	size_t i;

	json_array_foreach(v, i, item) build_put(a, to, (str){0}, convert(a, item));
	return to;
}

static struct json *convert(struct arena *a, json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return convert_object(a, v);
	case JSON_ARRAY:
		return convert_array(a, v);
	case JSON_STRING:
		return build_str(a, (str){json_string_value(v), json_string_length(v)});
	case JSON_INTEGER:
		return build_int(a, json_integer_value(v));
	case JSON_REAL:
		return build_real(a, json_real_value(v));
	case JSON_TRUE:
	case JSON_FALSE:
		return build_bool(a, json_is_true(v));
	case JSON_NULL:
		break;
	}
	return build_null(a);
}

struct holder {
	json_t *root;
};

static void drop(void *arg)
{
	struct holder *h = arg;

	json_decref(h->root);
	h->root = NULL;
}

struct err *json_parse(struct arena *a, str text, struct json **out)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct holder *h = NEW(a, struct holder);
	json_error_t why;

	pthread_once(&once, use_wiping_free);
	if (text.n > MAX_TEXT)
		return FAIL(a, TOO_BIG, NULL, "JSON of %zu bytes", text.n);
	TRY(check_depth(a, text));
	arena_defer(a, drop, h);
	h->root = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (!h->root)
		return refuse(a, why.line, why.column, why.text);
	*out = convert(a, h->root);
	drop(h);
	return NULL;
}
