/* load.c — form definitions and code lists from JSON: the files, the code lists, and the strict readers the
 * other files of the loader use.  Everything wrong is reported, with its file and place, in one run; a form is
 * never half accepted. */
#include "load.h"

#include <stdlib.h>

void load_bad(struct loader *l, const struct at *at, const char *message, str arg)
{
	struct buf place;

	buf_init(&place, l->a, 1000);
	buf_z(&place, l->file);
	if (at)
		buf_z(&place, ": ");
	at_put(&place, at);
	if (!l->e)
		l->e = FAIL(l->a, CONFIG, "The forms have errors.", "forms refused");
	err_field(l->a, &l->e, buf_done(&place), message, arg);
}

static const struct json *member(struct loader *l, const struct at *at, const struct json *o, const char *key,
				 bool needed)
{
	const struct json *v = json_get(o, key);

	if (!v && needed)
		load_bad(l, at, "The key {arg} is missing.", str_of(key));
	return v;
}

str load_text(struct loader *l, const struct at *at, const struct json *o, const char *key, bool needed)
{
	const struct json *v = member(l, at, o, key, needed);

	if (!v)
		return (str){0};
	if (v->type != JSON_STR || str_trim(v->s).n == 0) {
		load_bad(l, AT(at, key), "This must be a text that is not empty.", (str){0});
		return (str){0};
	}
	return v->s;
}

bool load_bool(struct loader *l, const struct at *at, const struct json *o, const char *key)
{
	const struct json *v = json_get(o, key);

	if (v && v->type != JSON_BOOL)
		load_bad(l, AT(at, key), "This must be true or false.", (str){0});
	return json_true(v);
}

int64_t load_int(struct loader *l, const struct at *at, const struct json *o, const char *key, int64_t absent)
{
	const struct json *v = json_get(o, key);

	if (v && v->type != JSON_INT)
		load_bad(l, AT(at, key), "This must be a whole number.", (str){0});
	return json_int(v, absent);
}

struct label load_label(struct loader *l, const struct at *at, const struct json *o, const char *key, bool needed)
{
	static const char *const languages[] = {"fr", "en", "ar"};
	const struct json *v = member(l, at, o, key, needed);
	const struct at *here = AT(at, key);

	if (!v || !load_object(l, here, v))
		return (struct label){0};
	load_keys(l, here, v, languages, 3);
	return (struct label){load_text(l, here, v, "fr", true), load_text(l, here, v, "en", true),
			      load_text(l, here, v, "ar", true)};
}

const struct json *load_list(struct loader *l, const struct at *at, const struct json *o, const char *key, bool needed)
{
	const struct json *v = member(l, at, o, key, needed);

	if (v && (v->type != JSON_ARRAY || v->count == 0)) {
		load_bad(l, AT(at, key), "This must be a list that is not empty.", (str){0});
		return NULL;
	}
	return v;
}

bool load_object(struct loader *l, const struct at *at, const struct json *v)
{
	if (v->type == JSON_OBJECT)
		return true;
	load_bad(l, at, "This must be an object.", (str){0});
	return false;
}

void load_keys(struct loader *l, const struct at *at, const struct json *o, const char *const *keys, size_t n)
{
	JSON_EACH (m, o) {
		bool known = false;

		for (size_t i = 0; i < n && !known; i++)
			known = str_eqz(m->key, keys[i]);
		if (!known)
			load_bad(l, at, "The key {arg} is unknown.", m->key);
	}
}

/* Codes stand in names of inputs, between points. */
static bool code_ok(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'))
			return false;
	}
	return s.n > 0 && s.n <= 40;
}

static void load_code(struct loader *l, const struct at *at, const struct json *v, struct code_list *list)
{
	static const char *const keys[] = {"code", "fr", "en", "ar", "starred"};
	struct code *c = &list->codes[list->n];

	if (!load_object(l, at, v))
		return;
	load_keys(l, at, v, keys, sizeof keys / sizeof *keys);
	c->code = load_text(l, at, v, "code", true);
	c->label = (struct label){load_text(l, at, v, "fr", true), load_text(l, at, v, "en", true),
				  load_text(l, at, v, "ar", true)};
	c->starred = load_bool(l, at, v, "starred");
	if (c->code.p && !code_ok(c->code))
		load_bad(l, AT(at, "code"), "A code has 1 to 40 characters of A–Z, 0–9, _ and -.", (str){0});
	if (c->code.p && code_index(list, c->code) >= 0)
		load_bad(l, AT(at, "code"), "The code {arg} stands twice in this list.", c->code);
	list->n++;
}

static void load_codes(struct loader *l, const struct json *file)
{
	static const char *const keys[] = {"list", "version", "source", "official", "codes"};
	struct code_list *list = &l->out->lists[l->out->n_lists];
	const struct json *codes;
	size_t i = 0;

	if (!load_object(l, NULL, file))
		return;
	load_keys(l, NULL, file, keys, sizeof keys / sizeof *keys);
	list->name = load_text(l, NULL, file, "list", true);
	list->source = load_text(l, NULL, file, "source", true);
	list->official = load_bool(l, NULL, file, "official");
	if (load_int(l, NULL, file, "version", 0) < 1)
		load_bad(l, AT(NULL, "version"), "The version must be 1 or more.", (str){0});
	if (list->name.p && list_find(l->out, list->name))
		load_bad(l, AT(NULL, "list"), "Another file already has the list {arg}.", list->name);
	codes = load_list(l, NULL, file, "codes", true);
	list->codes = NEWS(l->a, struct code, json_count(codes) + 1);
	JSON_EACH (v, codes)
		load_code(l, AT_N(AT(NULL, "codes"), i++), v, list);
	l->out->n_lists++;
}

/* NULL when the file is not JSON, which is reported. */
static const struct json *parse(struct loader *l, const struct form_source *s)
{
	struct json *v = NULL;
	struct err *e = json_parse(l->a, s->text, &v);

	l->file = s->path;
	if (e)
		load_bad(l, NULL, "This is not valid JSON: {arg}", e->arg);
	return v;
}

static int by_code(const void *a, const void *b)
{
	const struct form *x = a, *y = b;
	int c = str_cmp(x->code, y->code);

	return c ? c : (x->version > y->version) - (x->version < y->version);
}

struct err *forms_load(struct arena *a, const struct form_source *codes, size_t n_codes,
		       const struct form_source *files, size_t n_files, const char *const *heads, struct forms **out)
{
	struct loader l = {.a = a, .heads = heads, .out = NEW(a, struct forms)};
	const struct json *v;

	l.out->lists = NEWS(a, struct code_list, n_codes + 1);
	l.out->forms = NEWS(a, struct form, n_files + 1);
	for (size_t i = 0; i < n_codes; i++)
		if ((v = parse(&l, &codes[i])))
			load_codes(&l, v);
	for (size_t i = 0; i < n_files; i++) {
		if (!(v = parse(&l, &files[i])))
			continue;
		load_form(&l, v, &l.out->forms[l.out->n]);
		l.out->n++;
	}
	if (l.e)
		return l.e;
	qsort(l.out->forms, l.out->n, sizeof *l.out->forms, by_code);
	*out = l.out;
	return NULL;
}
