/* json.c — the tree: reading, building, copying, comparing.
 *
 * Members keep the order in which they were set.  Looking one up walks the list: our objects are forms of some
 * forty fields, where that is quicker than hashing. */
#include "json.h"

#include "build.h"

struct json *json_first(const struct json *v)
{
	return v && (v->type == JSON_ARRAY || v->type == JSON_OBJECT) ? v->first : NULL;
}

struct json *json_get_s(const struct json *object, str key)
{
	if (!object || object->type != JSON_OBJECT)
		return NULL;
	JSON_EACH (m, object)
		if (str_eq(m->key, key))
			return m;
	return NULL;
}

struct json *json_get(const struct json *object, const char *key)
{
	return json_get_s(object, str_of(key));
}

str json_str(const struct json *v)
{
	return v && v->type == JSON_STR ? v->s : (str){0};
}

str json_text(const struct json *object, const char *key)
{
	return json_str(json_get(object, key));
}

bool json_says(const struct json *object, const char *key, const char *text)
{
	return str_eqz(json_text(object, key), text);
}

day json_day(const struct json *object, const char *key)
{
	day d;

	return day_parse(json_text(object, key), &d) ? d : NO_DAY;
}

int64_t json_int(const struct json *v, int64_t absent)
{
	return v && v->type == JSON_INT ? v->i : absent;
}

bool json_true(const struct json *v)
{
	return v && v->type == JSON_BOOL && v->b;
}

size_t json_count(const struct json *v)
{
	return v && (v->type == JSON_ARRAY || v->type == JSON_OBJECT) ? v->count : 0;
}

bool json_has_str(const struct json *array, str s)
{
	if (!array || array->type != JSON_ARRAY)
		return false;
	JSON_EACH (item, array)
		if (item->type == JSON_STR && str_eq(item->s, s))
			return true;
	return false;
}

static struct json *make(struct arena *a, enum json_type type)
{
	struct json *v = NEW(a, struct json);

	v->type = type;
	return v;
}

struct json *json_object(struct arena *a)
{
	return make(a, JSON_OBJECT);
}

struct json *json_array(struct arena *a)
{
	return make(a, JSON_ARRAY);
}

struct json *json_null(struct arena *a)
{
	return make(a, JSON_NULL);
}

struct json *json_new_str(struct arena *a, str s)
{
	struct json *v = make(a, JSON_STR);

	v->s = s.p ? arena_str(a, s) : STR("");
	return v;
}

struct json *json_new_int(struct arena *a, int64_t i)
{
	struct json *v = make(a, JSON_INT);

	v->i = i;
	return v;
}

struct json *json_new_bool(struct arena *a, bool b)
{
	struct json *v = make(a, JSON_BOOL);

	v->b = b;
	return v;
}

static void append(struct json *container, struct json *v)
{
	v->next = NULL;
	if (container->last)
		container->last->next = v;
	else
		container->first = v;
	container->last = v;
	container->count++;
}

/* The member after which `m` stands; NULL when it is the first. */
static struct json *before(const struct json *object, const struct json *m)
{
	struct json *prev = NULL;

	JSON_EACH (at, object) {
		if (at == m)
			break;
		prev = at;
	}
	return prev;
}

void json_set(struct arena *a, struct json *object, str key, struct json *v)
{
	struct json *old = json_get_s(object, key), *prev;

	if (object->type != JSON_OBJECT)
		BUG("json_set on something else than an object");
	if (!old) {
		v->key = arena_str(a, key);
		append(object, v);
		return;
	}
	if (old == v)
		return;
	prev = before(object, old);
	v->key = old->key;
	v->next = old->next;
	if (prev)
		prev->next = v;
	else
		object->first = v;
	if (object->last == old)
		object->last = v;
}

void json_push(struct json *array, struct json *v)
{
	if (array->type != JSON_ARRAY)
		BUG("json_push on something else than an array");
	append(array, v);
}

void json_remove(struct json *object, str key)
{
	struct json *old = json_get_s(object, key), *prev;

	if (!old)
		return;
	prev = before(object, old);
	if (prev)
		prev->next = old->next;
	else
		object->first = old->next;
	if (object->last == old)
		object->last = prev;
	object->count--;
}

struct json *json_copy(struct arena *a, const struct json *v)
{
	struct json *to;

	if (!v)
		return NULL;
	if (v->type == JSON_STR)
		return json_new_str(a, v->s);
	to = make(a, v->type);
	if (v->type == JSON_BOOL)
		to->b = v->b;
	if (v->type == JSON_INT)
		to->i = v->i;
	if (v->type == JSON_REAL)
		to->d = v->d;
	JSON_EACH (item, v)
		build_put(a, to, item->key, json_copy(a, item));
	return to;
}

static bool equal_members(const struct json *a, const struct json *b)
{
	const struct json *other = b->first;

	if (a->count != b->count)
		return false;
	JSON_EACH (item, a) {
		if (!json_equal(item, a->type == JSON_OBJECT ? json_get_s(b, item->key) : other))
			return false;
		other = other->next;
	}
	return true;
}

/* The order of an object's members does not count; NULL equals only NULL. */
bool json_equal(const struct json *a, const struct json *b)
{
	if (!a || !b)
		return a == b;
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case JSON_NULL:
		return true;
	case JSON_BOOL:
		return a->b == b->b;
	case JSON_INT:
		return a->i == b->i;
	case JSON_REAL:
		return a->d >= b->d && a->d <= b->d;
	case JSON_STR:
		return str_eq(a->s, b->s);
	case JSON_ARRAY:
	case JSON_OBJECT:
		return equal_members(a, b);
	}
	return false;
}

struct json *build_object(struct arena *a)
{
	return json_object(a);
}

struct json *build_array(struct arena *a)
{
	return json_array(a);
}

struct json *build_str(struct arena *a, str s)
{
	return json_new_str(a, s);
}

struct json *build_int(struct arena *a, int64_t i)
{
	return json_new_int(a, i);
}

struct json *build_real(struct arena *a, double d)
{
	struct json *v = make(a, JSON_REAL);

	v->d = d;
	return v;
}

struct json *build_bool(struct arena *a, bool b)
{
	return json_new_bool(a, b);
}

struct json *build_null(struct arena *a)
{
	return json_null(a);
}

void build_put(struct arena *a, struct json *container, str key, struct json *v)
{
	v->key = arena_str(a, key);
	append(container, v);
}
