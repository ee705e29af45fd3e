/* screen.c — counting weighted indicators, with what is not known counted both ways. */
#include "screen.h"

#include <string.h>

#include "strict.h"

bool screen_positive(int64_t strong, int64_t medium, int64_t weak)
{
	return strong >= 2 || (strong >= 1 && medium + weak >= 1) || medium >= 3 || (medium >= 2 && weak >= 1);
}

static bool dimension_positive(const struct dimension *d, const enum tri answer[INDICATORS_MAX], bool unknown)
{
	int64_t count[WEIGHTS] = {0};

	for (size_t i = 0; i < d->n; i++)
		count[d->indicator[i].weight] += answer[i] == TRI_YES || (answer[i] == TRI_UNKNOWN && unknown);
	return screen_positive(count[WEIGHT_STRONG], count[WEIGHT_MEDIUM], count[WEIGHT_WEAK]);
}

static bool all_groups(const struct indicator_set *s, const bool positive[DIMENSIONS_MAX])
{
	for (size_t g = 0; g < s->n_groups; g++) {
		bool any = false;

		for (size_t d = 0; d < s->n; d++)
			any |= positive[d] && (s->group[g] & (1u << d));
		if (!any)
			return false;
	}
	return s->n_groups > 0;
}

struct screen_result screen_judge(const struct indicator_set *s, const enum tri answer[DIMENSIONS_MAX][INDICATORS_MAX])
{
	struct screen_result r = {0};

	for (size_t d = 0; d < s->n; d++) {
		r.lower[d] = dimension_positive(&s->dimension[d], answer[d], false);
		r.upper[d] = dimension_positive(&s->dimension[d], answer[d], true);
	}
	r.lower_all = all_groups(s, r.lower);
	r.upper_all = all_groups(s, r.upper);
	return r;
}

/* A dimension matters while it is open and stands in a group that is not won yet. */
static bool matters(const struct indicator_set *s, const struct screen_result *r, size_t d)
{
	if (r->lower[d] || !r->upper[d])
		return false;
	for (size_t g = 0; g < s->n_groups; g++) {
		bool won = false;

		for (size_t i = 0; i < s->n; i++)
			won |= r->lower[i] && (s->group[g] & (1u << i));
		if (!won && (s->group[g] & (1u << d)))
			return true;
	}
	return false;
}

size_t screen_decisive(const struct indicator_set *s, const enum tri answer[DIMENSIONS_MAX][INDICATORS_MAX],
		       const char *out[], size_t room)
{
	struct screen_result r = screen_judge(s, answer);
	size_t n = 0;

	if (r.lower_all == r.upper_all)
		return 0;
	for (int w = WEIGHT_STRONG; w >= WEIGHT_WEAK; w--)
		for (size_t d = 0; d < s->n; d++)
			for (size_t i = 0; i < s->dimension[d].n && n < room; i++)
				if (answer[d][i] == TRI_UNKNOWN && (int)s->dimension[d].indicator[i].weight == w &&
				    matters(s, &r, d))
					out[n++] = s->dimension[d].indicator[i].code;
	return n;
}

static bool code_known(const struct indicator_set *set, str code)
{
	for (size_t d = 0; d < set->n; d++)
		for (size_t i = 0; i < set->dimension[d].n; i++)
			if (str_eqz(code, set->dimension[d].indicator[i].code))
				return true;
	return false;
}

static void load_indicator(struct strict *s, const struct at *at, const struct json *o, struct indicator_set *set,
			   struct dimension *dim)
{
	static const char *const keys[] = {"code", "weight", "fr", "en", "ar", NULL};
	static const char *const weights[WEIGHTS] = {"weak", "medium", "strong"};
	str code;
	int weight;

	if (!strict_object(s, at, o))
		return;
	strict_keys(s, at, o, keys);
	code = strict_text(s, at, o, "code", true);
	weight = strict_code(s, at, o, "weight", weights, WEIGHTS, true);
	for (int i = 2; i < 5; i++)
		(void)strict_text(s, at, o, keys[i], true);
	if (code.p && code_known(set, code))
		strict_bad(s, AT(at, "code"), "{arg} stands twice.", code);
	dim->indicator[dim->n++] = (struct indicator){arena_z(s->a, code),
						      weight < 0 ? WEIGHT_WEAK : (enum weight)weight};
}

static void load_dimension(struct strict *s, const struct at *at, const struct json *o, struct indicator_set *set)
{
	static const char *const keys[] = {"code", "fr", "en", "ar", "indicators", NULL};
	struct dimension *dim = &set->dimension[set->n];
	const struct json *list;

	if (!strict_object(s, at, o))
		return;
	strict_keys(s, at, o, keys);
	dim->code = arena_z(s->a, strict_text(s, at, o, "code", true));
	list = strict_list(s, at, o, "indicators", true);
	set->n++;
	JSON_EACH (v, list) {
		const struct at *here = AT_N(AT(at, "indicators"), dim->n);

		if (dim->n == INDICATORS_MAX)
			strict_bad(s, here, "There are too many.", (str){0});
		else
			load_indicator(s, here, v, set, dim);
	}
}

/* "positive": [["D1", "D2"], ["D4"]]: one dimension of each group. */
static void load_groups(struct strict *s, const struct json *o, struct indicator_set *set)
{
	JSON_EACH (group, strict_list(s, NULL, o, "positive", true)) {
		const struct at *at = AT_N(AT(NULL, "positive"), set->n_groups);

		if (set->n_groups == DIMENSIONS_MAX || group->type != JSON_ARRAY) {
			strict_bad(s, at, "This must be a list.", (str){0});
			return;
		}
		JSON_EACH (v, group) {
			size_t d = 0;

			while (d < set->n && !str_eqz(json_str(v), set->dimension[d].code))
				d++;
			if (d == set->n)
				strict_bad(s, at, "The code {arg} is unknown.", json_str(v));
			else
				set->group[set->n_groups] |= 1u << d;
		}
		set->n_groups++;
	}
}

struct err *screen_load(struct arena *a, const char *path, str text, const struct indicator_set **out)
{
	static const char *const keys[] = {"set", "version", "enabled", "official",   "check",    "source",
					   "fr",  "en",      "ar",      "dimensions", "positive", NULL};
	struct strict s = {.a = a, .kind = ERR_CONFIG, .message = "The indicators have errors.", .file = path};
	struct indicator_set *set = NEW(a, struct indicator_set);
	struct json *o = NULL;

	TRY(json_parse(a, text, &o));
	if (!strict_object(&s, NULL, o))
		return s.e;
	strict_keys(&s, NULL, o, keys);
	set->code = arena_z(a, strict_text(&s, NULL, o, "set", true));
	set->enabled = strict_bool(&s, NULL, o, "enabled", false);
	(void)strict_text(&s, NULL, o, "source", true);
	JSON_EACH (v, strict_list(&s, NULL, o, "dimensions", true)) {
		if (set->n == DIMENSIONS_MAX) {
			strict_bad(&s, AT(NULL, "dimensions"), "There are too many.", (str){0});
			break;
		}
		load_dimension(&s, AT_N(AT(NULL, "dimensions"), set->n), v, set);
	}
	load_groups(&s, o, set);
	if (!s.e)
		*out = set;
	return s.e;
}
