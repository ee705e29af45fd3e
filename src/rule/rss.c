/* rss.c — scoring the reintegration survey.  Integers only: a scale's values are hundredths, a score is thousandths. */
#include "rss.h"

#include "strict.h"

enum { ITEMS_MAX = 64, SCORE_MAX = 100 };

struct item {
	const struct json *row, *scale;
	str field;
	int dimension;
	int64_t weight; /* 0: not scored */
};
struct rss {
	struct item items[ITEMS_MAX];
	size_t n;
	int64_t min_percent;
	const char *dimensions[RSS_DIMENSIONS];
	struct {
		const char *code;
		int64_t from;
	} band[8];
	size_t n_bands;
};

static int dimension_find(const struct rss *r, str code)
{
	for (int d = 0; d < RSS_DIMENSIONS; d++)
		if (r->dimensions[d] && str_eqz(code, r->dimensions[d]))
			return d;
	return -1;
}

static void load_item(struct strict *s, const struct at *at, const struct json *row, const struct json *scales,
		      struct rss *r)
{
	static const char *const keys[] = {"code", "field", "dimension", "scale", "scored", "weight", NULL};
	struct item *item = &r->items[r->n];
	str scale;

	if (!strict_object(s, at, row))
		return;
	strict_keys(s, at, row, keys);
	(void)strict_text(s, at, row, "code", true);
	item->row = row;
	item->field = strict_text(s, at, row, "field", true);
	item->dimension = dimension_find(r, strict_text(s, at, row, "dimension", true));
	item->weight = strict_int(s, at, row, "weight", 0, 1000, STRICT_NEEDED);
	scale = strict_text(s, at, row, "scale", true);
	item->scale = json_get_s(scales, scale);
	if (item->dimension < 0)
		strict_bad(s, AT(at, "dimension"), "The code {arg} is unknown.", json_text(row, "dimension"));
	if (!item->scale)
		strict_bad(s, AT(at, "scale"), "The code {arg} is unknown.", scale);
	if (rss_item(r, item->field))
		strict_bad(s, AT(at, "field"), "{arg} stands twice.", item->field);
	if (strict_bool(s, at, row, "scored", false) != (item->weight > 0))
		strict_bad(s, AT(at, "weight"), "An item that is scored has a weight, another has none.", (str){0});
	r->n++;
}

static void load_scales(struct strict *s, const struct json *scales)
{
	JSON_EACH (scale, scales) {
		const struct at *at = AT(AT(NULL, "scales"), arena_z(s->a, scale->key));

		if (!strict_object(s, at, scale))
			continue;
		JSON_EACH (value, scale)
			(void)strict_int(s, at, scale, arena_z(s->a, value->key), 0, SCORE_MAX, STRICT_NEEDED);
	}
}

static void load_lists(struct strict *s, const struct json *o, struct rss *r)
{
	const struct json *bands = strict_list(s, NULL, o, "bands", true),
			  *dims = strict_list(s, NULL, o, "dimensions", true);
	size_t i = 0;

	if (json_count(dims) != RSS_DIMENSIONS)
		strict_bad(s, AT(NULL, "dimensions"), "There must be three.", (str){0});
	JSON_EACH (d, dims) {
		if (i < RSS_DIMENSIONS)
			r->dimensions[i] = arena_z(s->a,
						   strict_text(s, AT_N(AT(NULL, "dimensions"), i), d, "code", true));
		i++;
	}
	JSON_EACH (b, bands) {
		const struct at *at = AT_N(AT(NULL, "bands"), r->n_bands);
		int64_t last = r->n_bands ? r->band[r->n_bands - 1].from : -1;

		if (r->n_bands == sizeof r->band / sizeof *r->band)
			break;
		r->band[r->n_bands].code = arena_z(s->a, strict_text(s, at, b, "code", true));
		r->band[r->n_bands].from = strict_int(s, at, b, "from", 0, SCORE_MAX, STRICT_NEEDED);
		if (r->band[r->n_bands++].from <= last)
			strict_bad(s, AT(at, "from"), "Bands go up.", (str){0});
	}
}

struct err *rss_load(struct arena *a, const char *path, str text, const struct rss **out)
{
	struct strict s = {.a = a, .kind = ERR_CONFIG, .message = "The scoring data have errors.", .file = path};
	struct rss *r = NEW(a, struct rss);
	const struct json *items, *scales;
	struct json *o;
	size_t i = 0;

	TRY(json_parse(a, text, &o));
	if (!strict_object(&s, NULL, o))
		return s.e;
	r->min_percent = strict_int(&s, NULL, o, "min_answered_percent", 1, 100, STRICT_NEEDED);
	load_lists(&s, o, r);
	scales = strict_map(&s, NULL, o, "scales", true);
	load_scales(&s, scales);
	items = strict_list(&s, NULL, o, "items", true);
	if (json_count(items) > ITEMS_MAX)
		strict_bad(&s, AT(NULL, "items"), "There are too many.", (str){0});
	JSON_EACH (row, items)
		if (i < ITEMS_MAX)
			load_item(&s, AT_N(AT(NULL, "items"), i++), row, scales, r);
	if (!s.e)
		*out = r;
	return s.e;
}

struct sum {
	int64_t points, weight;
	int asked, answered;
};

static void add(struct sum *sum, const struct item *item, const struct json *value)
{
	sum->asked++;
	if (!value)
		return;
	sum->answered++;
	sum->points += item->weight * json_int(value, 0);
	sum->weight += item->weight;
}

static struct rss_score score(const struct rss *r, const struct sum *sum)
{
	struct rss_score s = {NO_SCORE, sum->asked, sum->answered};

	if (sum->weight && sum->answered * 100 >= sum->asked * r->min_percent)
		s.permille = (int32_t)((sum->points * 20 + sum->weight) / (2 * sum->weight)); /* rounded half up */
	return s;
}

/* The band is judged on the sums, not on the rounded score. */
static const char *band_of(const struct rss *r, const struct sum *sum)
{
	const char *band = NULL;

	for (size_t i = 0; i < r->n_bands; i++)
		if (sum->points >= r->band[i].from * sum->weight)
			band = r->band[i].code;
	return band;
}

struct rss_result rss_judge(const struct rss *r, const struct json *answers)
{
	struct sum dimension[RSS_DIMENSIONS] = {0}, all = {0};
	struct rss_result out = {0};

	for (size_t i = 0; i < r->n; i++) {
		const struct item *item = &r->items[i];
		str answer = json_str(json_get_s(answers, item->field));

		if (item->weight == 0 || str_eqz(answer, "NA"))
			continue;
		add(&dimension[item->dimension], item, json_get_s(item->scale, answer));
		add(&all, item, json_get_s(item->scale, answer));
	}
	for (int d = 0; d < RSS_DIMENSIONS; d++)
		out.dimension[d] = score(r, &dimension[d]);
	out.composite = score(r, &all);
	out.band = out.composite.permille == NO_SCORE ? NULL : band_of(r, &all);
	return out;
}

int32_t rss_composite(const struct rss *r, const struct json *answers)
{
	return rss_judge(r, answers).composite.permille;
}

const char *rss_dimension_code(const struct rss *r, int dimension)
{
	return r->dimensions[dimension];
}

static const struct item *item_find(const struct rss *r, str field)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_eq(r->items[i].field, field))
			return &r->items[i];
	return NULL;
}

const struct json *rss_item(const struct rss *r, str field)
{
	const struct item *item = item_find(r, field);

	return item ? item->row : NULL;
}

bool rss_answer_known(const struct rss *r, str field, str answer)
{
	const struct item *item = item_find(r, field);

	return item && (item->weight == 0 || json_get_s(item->scale, answer) || str_eqz(answer, "ND") ||
			str_eqz(answer, "DK") || str_eqz(answer, "NA"));
}
