/* fill.c — answers for a form, from top to bottom, as a person would give them: what is given is kept; else what the
 * words file says for the field; else, where an answer is required, what its list or type allows.  A candidate that
 * breaks the field's constraint gives way to the next.  Nothing here is random: the seed and the name of the field
 * choose, so a demonstration is the same each time. */
#include "demo/fill.h"

#include <pthread.h>

#include "rivage_data.h"

#define UNKNOWN "UNKNOWN"

struct fill {
	struct arena *a;
	const struct form *f;
	struct json *answers;
	day today;
	uint32_t seed;
};
struct place { /* where answers are put: the whole, or one row */
	struct json *o, *row;
	uint32_t salt;
};

/* Lives as long as the process; nobody reads it, and a compiler that knows would drop it (a leak, for the sanitizers). */
__attribute__((used)) static struct arena *words_arena;
static struct json *words;
static pthread_once_t words_once = PTHREAD_ONCE_INIT;

static void words_load(void)
{
	const struct embed_file *file = embed_find(&rivage_data, STR("data/demo-words.json"));

	words_arena = arena_create(4 << 20);
	if (!file || json_parse(words_arena, file->data, &words))
		BUG("data/demo-words.json does not load");
}

/* FNV-1a of the names, then the finish of MurmurHash3: neighbouring seeds choose differently. */
static uint32_t choose(const struct fill *k, const struct place *p, str name)
{
	uint32_t h = 2166136261u ^ k->seed * 2654435761u ^ p->salt * 40503u;

	for (size_t i = 0; i < k->f->code.n; i++)
		h = (h ^ (unsigned char)k->f->code.p[i]) * 16777619u;
	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * 16777619u;
	h = (h ^ h >> 16) * 0x85EBCA6Bu;
	h = (h ^ h >> 13) * 0xC2B2AE35u;
	return h ^ h >> 16;
}

static void set_days(struct arena *a, struct json *v, day today)
{
	str rest = str_sub(json_str(v), 6, json_str(v).n);
	int64_t n = 0;

	JSON_EACH (item, v)
		set_days(a, item, today);
	if (!str_starts(json_str(v), STR("@today")))
		return;
	if (rest.n && rest.p[0] == '+')
		rest = str_sub(rest, 1, rest.n);
	if (!rest.n || (str_to_i64(rest, &n) && n > -100000 && n < 100000))
		v->s = day_iso(a, today + (day)n);
}

struct json *demo_days(struct arena *a, const struct json *v, day today)
{
	struct json *copy = json_copy(a, v);

	set_days(a, copy, today);
	return copy;
}

/* What the words file has for a field of this form, or for a field of that name in any. */
static const struct json *field_words(const struct fill *k, const struct field *f)
{
	const struct json *fields = json_get(words, "fields");
	const struct json *v = json_get_s(fields, arena_fmt(k->a, "%.*s.%.*s", STR_ARG(k->f->code), STR_ARG(f->name)));

	return v ? v : json_get_s(fields, f->name);
}

static const struct json *item_at(const struct json *list, size_t i)
{
	struct json *item = json_first(list);

	while (item && i--)
		item = item->next;
	return item;
}

static bool holds(const struct fill *k, const struct place *p, const struct field *f, const struct json *v)
{
	str s = json_str(v);

	return !f->constraint || str_eqz(s, UNKNOWN) || str_eqz(s, "ND") ||
	       cond_holds(f->constraint, k->answers, p->row, k->today);
}

/* The alternatives of a list, from the chosen one on; false when none fits. */
static bool put_one_of(struct fill *k, const struct place *p, const struct field *f, const struct json *list)
{
	size_t n = json_count(list), from = n ? choose(k, p, f->name) % n : 0;

	for (size_t i = 0; i < n; i++) {
		struct json *v = demo_days(k->a, item_at(list, (from + i) % n), k->today);

		json_set(k->a, p->o, f->name, v);
		if (holds(k, p, f, v))
			return true;
		json_remove(p->o, f->name);
	}
	return false;
}

/* Codes that say nothing, or that a person would seldom choose. */
static bool evasive(str code)
{
	static const char *const codes[] = {UNKNOWN, "UNK", "ND", "NA", "DK", "OTH", "OTHER", "FR-UNK"};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (str_eqz(code, codes[i]))
			return true;
	return false;
}

static const struct json *codes_of(struct fill *k, const struct code_list *list)
{
	const struct json *liked = json_get_s(json_get(words, "lists"), list->name);
	struct json *all = json_array(k->a);

	if (liked)
		return liked;
	for (size_t i = 0; i < list->n; i++)
		if (!evasive(list->codes[i].code))
			json_push(all, json_new_str(k->a, list->codes[i].code));
	return all;
}

static struct json *texts_within(struct fill *k, size_t max)
{
	struct json *list = json_array(k->a);

	JSON_EACH (t, json_get(words, "text"))
		if (str_utf8_len(json_str(t)) <= max)
			json_push(list, json_copy(k->a, t));
	if (json_count(list) == 0)
		json_push(list, json_new_str(k->a, str_sub(STR("Exemple"), 0, max)));
	return list;
}

static struct json *integers_within(struct fill *k, const struct field *f)
{
	static const int64_t usual[] = {1, 2, 0, 5, 10, 20, 30, 50};
	struct json *list = json_array(k->a);

	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		if (usual[i] >= f->min_int && usual[i] <= f->max_int)
			json_push(list, json_new_int(k->a, usual[i]));
	if (json_count(list) == 0)
		json_push(list, json_new_int(k->a, f->min_int));
	return list;
}

static struct json *days_around(struct fill *k)
{
	static const day offsets[] = {0, -7, 7, -30, 30, -400, 400};
	struct json *list = json_array(k->a);

	for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++)
		json_push(list, json_new_str(k->a, day_iso(k->a, k->today + offsets[i])));
	return list;
}

/* Each of a list as a list of one: for questions that take several answers. */
static struct json *each_alone(struct fill *k, const struct json *codes)
{
	struct json *list = json_array(k->a);

	JSON_EACH (c, codes) {
		struct json *one = json_array(k->a);

		json_push(one, json_copy(k->a, c));
		json_push(list, one);
	}
	return list;
}

static const struct json *usual_answers(struct fill *k, const struct field *f)
{
	switch (f->type) {
	case FIELD_TEXT:
		return texts_within(k, f->max);
	case FIELD_INTEGER:
		return integers_within(k, f);
	case FIELD_DATE:
		return days_around(k);
	case FIELD_MONEY:
		return json_get(words, "money");
	case FIELD_PHONE:
		return json_get(words, "phone");
	case FIELD_EMAIL:
		return json_get(words, "email");
	case FIELD_ONE:
		return codes_of(k, f->choices);
	case FIELD_MANY:
		return each_alone(k, codes_of(k, f->choices));
	case FIELD_COUNTRY:
		return json_get(words, "country");
	case FIELD_COUNTRIES:
		return each_alone(k, json_get(words, "country"));
	case FIELD_LANG:
		return json_get(words, "lang");
	case FIELD_LANGS:
		return each_alone(k, json_get(words, "lang"));
	case FIELD_NOTE:
	case FIELD_REPEAT:
	case FIELD_GRID:
		break;
	}
	return NULL;
}

static void fill_fields(struct fill *k, const struct place *p, const struct field *fields, size_t n,
			const struct json *given);

static struct json *fill_row(struct fill *k, const struct field *f, const struct json *given, size_t at, str code)
{
	struct json *row = json_object(k->a);
	struct place p = {row, row, (uint32_t)at + 1};

	if (code.p)
		json_set(k->a, row, STR("code"), json_new_str(k->a, code));
	fill_fields(k, &p, f->fields, f->n_fields, given);
	return row;
}

static const struct json *row_of(const struct json *rows, str code)
{
	JSON_EACH (row, rows)
		if (str_eq(json_text(row, "code"), code))
			return row;
	return NULL;
}

/* Rows given; else one set of the rows in the words file; else, where rows are required, what makes one valid. */
static void fill_rows(struct fill *k, const struct place *p, const struct field *f, const struct json *given)
{
	const struct json *sets = field_words(k, f);
	const struct json *rows = given ? given : item_at(sets, sets ? choose(k, p, f->name) % json_count(sets) : 0);
	struct json *out = json_array(k->a);
	size_t at = 0;

	if (!rows && !f->required)
		return;
	for (size_t i = 0; f->type == FIELD_GRID && i < f->choices->n; i++) {
		str code = f->choices->codes[i].code;
		const struct json *row = row_of(rows, code);

		if (row || f->required)
			json_push(out, fill_row(k, f, row, i, code));
	}
	if (f->type == FIELD_REPEAT)
		JSON_EACH (row, rows)
			json_push(out, fill_row(k, f, row, at++, (str){0}));
	if (json_count(out) == 0 && f->type == FIELD_REPEAT)
		json_push(out, fill_row(k, f, NULL, 0, (str){0}));
	json_set(k->a, p->o, f->name, out);
}

static void fill_field(struct fill *k, const struct place *p, const struct field *f, const struct json *given)
{
	const struct json *said;

	if (f->type == FIELD_NOTE || (f->relevant && !cond_holds(f->relevant, k->answers, p->row, k->today)))
		return;
	if (given && given->type == JSON_NULL) { /* left empty on purpose, where that is allowed */
		if (!f->required)
			return;
		given = NULL;
	}
	if (f->type == FIELD_REPEAT || f->type == FIELD_GRID) {
		fill_rows(k, p, f, given);
		return;
	}
	if (given) {
		json_set(k->a, p->o, f->name, demo_days(k->a, given, k->today));
		return;
	}
	said = field_words(k, f);
	if ((said && put_one_of(k, p, f, said)) || !f->required)
		return;
	put_one_of(k, p, f, usual_answers(k, f));
}

static void fill_fields(struct fill *k, const struct place *p, const struct field *fields, size_t n,
			const struct json *given)
{
	for (size_t i = 0; i < n; i++)
		fill_field(k, p, &fields[i], json_get_s(given, fields[i].name));
}

struct json *demo_fill(struct arena *a, const struct form *f, const struct json *given, day today, uint32_t seed)
{
	struct fill k = {a, f, json_object(a), today, seed};
	struct place top = {k.answers, NULL, 0};

	pthread_once(&words_once, words_load);
	for (size_t s = 0; s < f->n_sections; s++)
		fill_fields(&k, &top, f->sections[s].fields, f->sections[s].n_fields, given);
	/* What the form does not have stays, so that form_check says so. */
	JSON_EACH (m, given)
		if (!form_field(f, m->key))
			json_set(a, k.answers, m->key, json_copy(a, m));
	return k.answers;
}
