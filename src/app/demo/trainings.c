/* trainings.c — what of the demonstration is no case: days of training with invented participants, some cost lines, a few
 * entries of the registers of data protection.  Filed by those whose work it is, through the verbs of their pages. */
#include "demo/cohort.h"
#include "object.h"
#include "training.h"

struct side {
	const struct stage *stage;
	struct arena *a; /* of the act under way */
	uint32_t filed;
};
typedef struct err *file_fn(struct op *, struct kase *, const struct form *, record_id, int, struct json *, str);

static struct err *file_as(struct side *s, str login, day on, enum object where, const char *form,
			   const struct json *given, file_fn *file)
{
	struct json *answers;
	const struct form *f;
	struct kase *k;
	struct op op;

	TRY(stage_op(s->stage, s->a, login, on, &op));
	f = form_find(op.house->forms, str_of(form), 0);
	TRY(object_open(&op, where, PURPOSE_WRITE, &k));
	TRY(stage_fill(&op, f, given, ++s->filed, k->readable[f->dossier], &answers));
	return file(&op, k, f, (record_id){id_random()}, 0, answers, STR(""));
}

static struct err *file_line(struct side *s, enum object where, const struct json *line, const char *form,
			     file_fn *file)
{
	str login = json_text(line, "by");
	struct err *e;
	day on;

	if (!day_parse(json_text(line, "on"), &on))
		return FAIL(s->stage->a, CONFIG, "The script of the demonstration is wrong: {arg}", "day of a %s",
			    form);
	if (on >= s->stage->script.today)
		return NULL;
	e = file_as(s, login, on, where, form, json_get(line, "answers"), file);
	if (e)
		e = stage_fault(s->stage->a, e,
				arena_fmt(s->stage->a, "%s of %.*s", form, STR_ARG(day_iso(s->stage->a, on))));
	arena_reset(s->a);
	return e;
}

static str name_at(const struct json *list, size_t i)
{
	size_t n = json_count(list);
	const struct json *item = json_first(list);

	for (i = n ? i % n : 0; item && i; i--)
		item = item->next;
	return json_str(item);
}

/* The i-th of all participants: the family name moves on each time the given names have gone round. */
static struct json *participant(struct arena *a, const struct json *script, const struct json *session, size_t i)
{
	const struct json *names = json_get(script, "trainees"), *given = json_get(names, "given");
	size_t round = json_count(given) ? i / json_count(given) : 0;
	str family = name_at(json_get(names, "family"), i + round);
	struct json *o = json_object(a);

	json_set(a, o, STR("session"), json_new_str(a, json_text(json_get(session, "answers"), "session")));
	json_set(a, o, STR("name"),
		 json_new_str(a, arena_fmt(a, "%.*s %.*s", STR_ARG(name_at(given, i)), STR_ARG(family))));
	json_set(a, o, STR("corps"), json_new_str(a, name_at(json_get(session, "corps"), i)));
	return o;
}

static struct err *people_of(struct side *s, const struct json *session, size_t *all)
{
	int64_t n = json_int(json_get(session, "people"), 0);

	for (int64_t i = 0; i < n; i++) {
		struct json *line = json_object(s->stage->a),
			    *who = participant(s->stage->a, s->stage->script.json, session, (*all)++);

		json_set(s->stage->a, line, STR("by"), json_copy(s->stage->a, json_get(session, "by")));
		json_set(s->stage->a, line, STR("on"),
			 json_copy(s->stage->a, json_get(json_get(session, "answers"), "date")));
		json_set(s->stage->a, line, STR("answers"), who);
		TRY(file_line(s, OBJECT_PROGRAMME, line, "TRP", participant_file));
	}
	return NULL;
}

static struct err *make_object(struct side *s)
{
	struct op op;
	day first;

	if (!day_parse(json_text(s->stage->script.json, "opened"), &first))
		return FAIL(s->a, CONFIG, "The script of the demonstration is wrong: {arg}", "opened");
	TRY(stage_op(s->stage, s->a, STR("coo"), first, &op));
	return object_make(&op);
}

static struct err *play(struct side *s)
{
	const struct json *script = s->stage->script.json;
	struct err *e = make_object(s);
	size_t all = 0;

	if (e)
		return stage_fault(s->stage->a, e, STR("the programme's object"));
	JSON_EACH (session, json_get(script, "trainings")) {
		TRY(file_line(s, OBJECT_PROGRAMME, session, "TRN", session_file));
		TRY(people_of(s, session, &all));
	}
	JSON_EACH (line, json_get(script, "costs"))
		TRY(file_line(s, OBJECT_PROGRAMME, line, "COST", object_file));
	JSON_EACH (entry, json_get(script, "desk"))
		TRY(file_line(s, OBJECT_DESK, entry, arena_z(s->stage->a, json_text(entry, "form")), object_file));
	return NULL;
}

struct err *programme_play(const struct stage *stage)
{
	struct side s = {.stage = stage, .a = arena_create(64 << 20)};
	struct err *e = play(&s);

	arena_destroy(s.a);
	return e;
}
