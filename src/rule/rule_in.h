/* rule_in.h — between the files of the JSON rules; nobody else includes it. */
#pragma once
#include "codes.h"
#include "programme.h"
#include "rule.h"
#include "strict.h"

struct rule_in {
	struct arena *a;
	const struct embed_set *data;
	struct code_files *codes;
	const struct json *in; /* an object */
	struct json *out;
	day today;
	struct strict s;
};
typedef struct err *rule_fn(struct rule_in *r);
rule_fn rule_eligibility, rule_risk, rule_rss, rule_screen, rule_gate, rule_schedule, rule_cost;

struct err *rule_programme(struct rule_in *r, struct programme **out) MUST_CHECK; /* the one built in */
struct err *rule_file(struct rule_in *r, str path, str *out) MUST_CHECK;
/* Names in the answer the members of the input that are not among the keys (NULL at the end). */
void rule_ignore(struct rule_in *r, const char *const *keys);
void rule_set(struct rule_in *r, struct json *o, const char *key, struct json *v);
void rule_set_z(struct rule_in *r, struct json *o, const char *key, const char *z); /* NULL: null */
void rule_set_day(struct rule_in *r, struct json *o, const char *key, day d);
/* Position of a member's code in a code list; -1 when absent; an unknown code is reported. */
int rule_code(struct rule_in *r, const struct at *at, const struct json *o, const char *key, const char *list);
