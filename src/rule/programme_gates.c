/* programme_gates.c — the gates of a programme file: {"screen": [{"condition": "form_final", "form": "F01",
 * "waivable": true}, …], …}.
 *
 * What must not happen: a safeguard missing, made waivable, or given a weaker parameter.  Safeguards are added from
 * gate_safeguards at the end, whatever the file holds. */
#include <string.h>

#include "programme_load.h"

enum { ROWS_MAX = 400 };

static bool takes(const struct condition_row *row, const char *key, bool *needed)
{
	str rest = str_of(row->needs);

	while (rest.n) {
		str part = str_split(&rest, ',');
		bool optional = str_ends(part, STR("?"));

		if (str_eqz(str_sub(part, 0, part.n - optional), key)) {
			*needed = !optional;
			return true;
		}
	}
	return false;
}

/* Whether the row has this parameter to read; a parameter that is missing or does not belong here is reported. */
static bool param(struct strict *s, const struct at *at, const struct json *o, const struct condition_row *row,
		  const char *key)
{
	bool needed = false, takes_it = takes(row, key, &needed), there = json_get(o, key) != NULL;

	if (there && !takes_it)
		strict_bad(s, AT(at, key), "The condition {arg} does not take this.", str_of(row->name));
	if (!there && needed)
		strict_bad(s, AT(at, key), "This is missing.", (str){0});
	return there && takes_it;
}

static void load_form(struct strict *s, const struct at *at, const struct json *o, struct gate_param *p)
{
	str code = strict_text(s, at, o, "form", true);

	p->form = form_no_find(code);
	if (code.p && p->form == FORMS)
		strict_bad(s, AT(at, "form"), "The form {arg} is unknown.", code);
}

static void load_consent(struct strict *s, const struct at *at, const struct json *o, struct gate_param *p)
{
	str code = strict_text(s, at, o, "consent", true);
	int64_t n = -1;

	if (!str_starts(code, STR("C")) || !str_to_i64(str_sub(code, 1, code.n), &n) || n < 0 || n >= CONSENT_KINDS)
		strict_bad(s, AT(at, "consent"), "The consent {arg} is unknown.", code);
	else
		p->consent = (int)n;
}

/* Facts that a form sets but the head never keeps can be asked for by no condition. */
static bool kept(enum fact f)
{
	return f != FACT_birth && f != FACT_found_in && f != FACT_consent_kind && f != FACT_consent_status &&
	       f != FACT_consent_on;
}

static void load_fact(struct strict *s, const struct at *at, const struct json *o, struct gate_param *p)
{
	str name = strict_text(s, at, o, "fact", true);

	p->fact = fact_find(name);
	if (name.p && (p->fact == FACTS || !kept(p->fact)))
		strict_bad(s, AT(at, "fact"), "The fact {arg} is unknown, or is not kept.", name);
}

static void load_codes(struct strict *s, const struct at *at, const struct json *o, const struct code_resolver *codes,
		       struct gate_param *p)
{
	const struct json *list = strict_list(s, at, o, "codes", true);
	size_t i = 0;

	if (p->fact >= FACTS)
		return;
	if (fact_rows[p->fact].kind != FK_CODE)
		strict_bad(s, AT(at, "fact"), "This fact does not hold one code of a list.", (str){0});
	if (list && list->count == 0)
		strict_bad(s, AT(at, "codes"), "This must be a list that is not empty.", (str){0});
	JSON_EACH (v, list) {
		str code = json_str(v);
		int position = codes->index(codes->arg, str_of(fact_rows[p->fact].list), code);

		if (position < 0 || position >= 32)
			strict_bad(s, AT_N(AT(at, "codes"), i), "The code {arg} is unknown.", code);
		else
			p->codes |= 1u << position;
		i++;
	}
}

/* What a file may not say of a safeguard. */
static void check_safeguard(struct strict *s, const struct at *at, const struct gate_row *g)
{
	if (g->waivable && gate_never_waivable(g->condition, &g->param))
		strict_bad(s, AT(at, "waivable"), "This is a safeguard: no programme can make it waivable.", (str){0});
	if (g->condition == COND_reflection && g->param.days && g->param.days < 3)
		strict_bad(s, AT(at, "days"), "This is a safeguard: it cannot be less than 3 days.", (str){0});
}

static bool twice(const struct programme *p, const struct gate_row *g)
{
	for (size_t i = 0; i < p->n_gates; i++)
		if (p->gates[i].transition == g->transition && p->gates[i].condition == g->condition &&
		    gate_about(&p->gates[i]) == gate_about(g))
			return true;
	return false;
}

static void load_row(struct strict *s, const struct at *at, const struct json *o, const struct code_resolver *codes,
		     struct programme *p, enum transition t)
{
	static const char *const keys[] = {"condition", "form", "consent", "fact", "codes", "days", "waivable", NULL};
	struct gate_row *g = &p->gates[p->n_gates];
	const struct condition_row *row;
	str name;

	if (!strict_object(s, at, o))
		return;
	strict_keys(s, at, o, keys);
	name = strict_text(s, at, o, "condition", true);
	*g = (struct gate_row){.transition = t, .condition = condition_find(name)};
	if (g->condition == CONDITIONS) {
		if (name.p)
			strict_bad(s, AT(at, "condition"), "The condition {arg} is unknown.", name);
		return;
	}
	row = &condition_rows[g->condition];
	g->waivable = strict_bool(s, at, o, "waivable", false);
	if (param(s, at, o, row, "form"))
		load_form(s, at, o, &g->param);
	if (param(s, at, o, row, "consent"))
		load_consent(s, at, o, &g->param);
	if (param(s, at, o, row, "fact"))
		load_fact(s, at, o, &g->param);
	if (param(s, at, o, row, "codes"))
		load_codes(s, at, o, codes, &g->param);
	if (param(s, at, o, row, "days"))
		g->param.days = (int)strict_int(s, at, o, "days", 1, 3650, STRICT_NEEDED);
	check_safeguard(s, at, g);
	if (twice(p, g))
		strict_bad(s, at, "The condition {arg} stands twice.", name);
	p->n_gates++;
}

static void add_safeguards(struct programme *p)
{
	for (size_t i = 0; i < gate_safeguards_n; i++)
		if (!twice(p, &gate_safeguards[i]))
			p->gates[p->n_gates++] = gate_safeguards[i];
}

void load_gates(struct strict *s, const struct json *gates, const struct code_resolver *codes, struct programme *p)
{
	p->gates = NEWS(s->a, struct gate_row, ROWS_MAX + gate_safeguards_n);
	JSON_EACH (list, gates) {
		const struct at *at = AT(AT(NULL, "gates"), arena_z(s->a, list->key));
		enum transition t = transition_find(list->key);
		size_t i = 0;

		if (t == TRANSITIONS)
			strict_bad(s, at, "The transition {arg} is unknown.", list->key);
		else if (list->type != JSON_ARRAY)
			strict_bad(s, at, "This must be a list.", (str){0});
		else if (list->count + p->n_gates > ROWS_MAX)
			strict_bad(s, at, "There are too many.", (str){0});
		else
			JSON_EACH (row, list)
				load_row(s, AT_N(at, i++), row, codes, p, t);
	}
	add_safeguards(p);
}
