/* rule.c — which rule, and what the JSON rules share. */
#include "rule_in.h"

const char *const rule_names[] = {"eligibility", "risk", "rss", "screen", "gate", "schedule", "cost", NULL};
static rule_fn *const rule_fns[] = {rule_eligibility, rule_risk,     rule_rss, rule_screen,
				    rule_gate,        rule_schedule, rule_cost};

struct err *rule_run(struct arena *a, const struct embed_set *data, str name, str input, day today, struct json **out)
{
	struct rule_in r = {.a = a,
			    .data = data,
			    .today = today,
			    .s = {.a = a, .kind = ERR_INVALID, .message = "The input has errors."}};
	struct json *in = NULL;
	size_t at = 0;

	while (rule_names[at] && !str_eqz(name, rule_names[at]))
		at++;
	if (!rule_names[at])
		return FAIL(a, NOT_FOUND, "There is no such rule.", "unknown rule");
	TRY(json_parse(a, input, &in));
	if (!strict_object(&r.s, NULL, in))
		return r.s.e;
	r.in = in;
	r.codes = code_files_open(a, data);
	r.out = json_object(a);
	TRY(rule_fns[at](&r));
	if (!r.s.e)
		*out = r.out;
	return r.s.e;
}

struct err *rule_file(struct rule_in *r, str path, str *out)
{
	const struct embed_file *f = embed_find(r->data, path);

	if (!f)
		return FAIL(r->a, INTERNAL, NULL, "%.*s is not built in", STR_ARG(path));
	*out = f->data;
	return NULL;
}

struct err *rule_programme(struct rule_in *r, struct programme **out)
{
	struct code_resolver codes = {code_files_index, r->codes};
	str text;

	TRY(rule_file(r, STR("programmes/care-plus.json"), &text));
	return programme_load(r->a, "programmes/care-plus.json", text, &codes, out);
}

void rule_set(struct rule_in *r, struct json *o, const char *key, struct json *v)
{
	json_set(r->a, o, str_of(key), v);
}

void rule_set_z(struct rule_in *r, struct json *o, const char *key, const char *z)
{
	rule_set(r, o, key, z ? json_new_str(r->a, str_of(z)) : json_null(r->a));
}

void rule_set_day(struct rule_in *r, struct json *o, const char *key, day d)
{
	rule_set(r, o, key, d == NO_DAY ? json_null(r->a) : json_new_str(r->a, day_iso(r->a, d)));
}

void rule_ignore(struct rule_in *r, const char *const *keys)
{
	struct json *list = json_array(r->a);

	JSON_EACH (m, r->in) {
		const char *const *k = keys;

		while (*k && !str_eqz(m->key, *k))
			k++;
		if (!*k)
			json_push(list, json_new_str(r->a, m->key));
	}
	if (json_count(list))
		rule_set(r, r->out, "ignored", list);
}

int rule_code(struct rule_in *r, const struct at *at, const struct json *o, const char *key, const char *list)
{
	const struct json *v = json_get(o, key);
	int position;

	if (!v || v->type == JSON_NULL)
		return -1;
	position = code_files_index(r->codes, str_of(list), json_str(v));
	if (position < 0)
		strict_bad(&r->s, AT(at, key), "The code {arg} is unknown.", json_str(v));
	return position;
}
