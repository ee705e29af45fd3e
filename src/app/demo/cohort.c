/* cohort.c — the steps of the script, one after the other in the order of days, each in an act of its own. */
#include "demo/cohort.h"

#include "demo/fill.h"
#include "gate.h"
#include "kase.h"

#define TAGS_MAX 40

struct tag { /* a record that a later step names */
	str name;
	record_id id;
};
struct person {
	case_id id;
	bool made;
	struct tag tags[TAGS_MAX];
	size_t n_tags;
};
struct play {
	const struct stage *stage;
	struct person *people;
	struct arena *a; /* of the step under way */
};

struct err *stage_fault(struct arena *a, const struct err *e, str what)
{
	const char *said = e->message ? e->message : err_kinds[e->kind].message;
	str text = str_of(said), mark = STR("{arg}");
	ptrdiff_t at = str_find(text, mark);
	struct err *out;

	if (at >= 0)
		text = arena_fmt(a, "%.*s%.*s%s", (int)at, said, STR_ARG(e->arg), said + (size_t)at + mark.n);
	out = FAIL(a, CONFIG, "The demonstration stops at {arg}", "%.*s", STR_ARG(e->detail));
	out->arg = arena_fmt(a, "%.*s: %.*s", STR_ARG(what), STR_ARG(text));
	for (const struct err_field *f = e->fields; f; f = f->next)
		out->arg = arena_fmt(a, "%.*s\n  %.*s: %s %.*s", STR_ARG(out->arg), STR_ARG(f->field), f->message,
				     STR_ARG(f->arg));
	return out;
}

struct err *stage_op(const struct stage *s, struct arena *a, str login, day on, struct op *out)
{
	if (str_eqz(login, "public"))
		return s->op(s->arg, a, NO_TOKEN, on, out);
	for (size_t i = 0; i < s->n_players; i++)
		if (str_eq(s->players[i].login, login))
			return s->op(s->arg, a, s->players[i].token, on, out);
	return FAIL(a, CONFIG, "The script of the demonstration is wrong: {arg}", "no account %.*s", STR_ARG(login));
}

struct err *stage_fill(struct op *op, const struct form *f, const struct json *given, uint32_t seed, uint32_t writable,
		       struct json **answers)
{
	*answers = demo_fill(op->a, f, given, op->today, seed);
	return form_check(op->a, f, *answers, writable, op->today, false);
}

static str step_name(struct arena *a, const struct step *s)
{
	str form = json_text(s->what, "form"), act = json_text(s->what, "act");

	return arena_fmt(a, "person %zu, step %zu, %.*s, by %.*s, %.*s %.*s", s->person + 1, s->at + 1,
			 STR_ARG(day_iso(a, s->on)), STR_ARG(step_by(s)), STR_ARG(form.n ? form : act),
			 STR_ARG(json_text(s->what, "to")));
}

/* The same in every run: people do not share answers, nor does one say the same twice. */
static uint32_t seed_of(const struct step *s)
{
	return (uint32_t)(s->person * 1000 + s->at);
}

static const struct form *form_of(const struct play *p, struct op *op, const struct step *s)
{
	(void)p;
	return form_find(op->house->forms, json_text(s->what, "form"), 0);
}

/* "#pay1" in an answer: the id of the record filed with "as": "pay1". */
static void set_tags(struct arena *a, const struct person *who, struct json *v)
{
	str s = json_str(v);

	JSON_EACH (item, v)
		set_tags(a, who, item);
	for (size_t i = 0; s.n > 1 && s.p[0] == '#' && i < who->n_tags; i++)
		if (str_eq(who->tags[i].name, str_sub(s, 1, s.n)))
			v->s = id_text(a, who->tags[i].id.v);
}

static void keep_tag(struct person *who, const struct step *s, record_id id)
{
	str name = json_text(s->what, "as");

	if (name.n && who->n_tags < TAGS_MAX)
		who->tags[who->n_tags++] = (struct tag){name, id};
}

/* A form kept once is continued: what was said stands, but for its days and what no longer holds. */
static struct err *start_from_last(struct op *op, const struct kase *k, const struct form *f, struct json *given,
				   record_id *id, int *based_on)
{
	struct record last;
	struct json *was;
	uint32_t readable;
	bool found;

	TRY(record_last(op, k, arena_z(op->a, f->code), &last, &found));
	if (!found)
		return NULL;
	*id = last.id;
	*based_on = last.version;
	TRY(record_read(op, k, &last, &was, &readable));
	JSON_EACH (m, was) {
		const struct field *field = form_field(f, m->key);
		bool again = !field || str_eqz(m->key, "done_on") || json_get_s(given, m->key) ||
			     (field->constraint && !cond_holds(field->constraint, was, NULL, op->today));

		if (!again)
			json_set(op->a, given, m->key, json_copy(op->a, m));
	}
	return NULL;
}

static struct err *play_referral(struct play *p, struct op *op, const struct step *s, const struct form *f)
{
	struct person *who = &p->people[s->person];
	record_id rid = {id_random()};
	struct json *answers;
	str code;

	TRY(stage_fill(op, f, step_answers(op->a, s, f, true), seed_of(s), UINT32_MAX, &answers));
	TRY(kase_create(op, rid, answers, NULL, &who->id, &code));
	who->made = true;
	return NULL;
}

static struct err *open_case(struct play *p, struct op *op, const struct step *s, struct kase **k)
{
	if (!p->people[s->person].made)
		return FAIL(op->a, CONFIG, "The script of the demonstration is wrong: {arg}", "no referral yet");
	TRY(kase_find(op, p->people[s->person].id, k));
	return kase_open(op, *k, PURPOSE_WRITE);
}

static struct err *play_form(struct play *p, struct op *op, const struct step *s)
{
	const struct form *f = form_of(p, op, s);
	struct person *who = &p->people[s->person];
	struct json *given, *answers;
	record_id id = {id_random()};
	int based_on = 0;
	struct kase *k;

	if (!f)
		return FAIL(op->a, CONFIG, "The script of the demonstration is wrong: {arg}", "no such form");
	if (str_eqz(f->code, "F01") && !who->made)
		return play_referral(p, op, s, f);
	TRY(open_case(p, op, s, &k));
	given = json_object(op->a);
	if (f->once) {
		struct json *set = step_answers(op->a, s, f, false);

		given = set;
		TRY(start_from_last(op, k, f, given, &id, &based_on));
	}
	if (based_on == 0)
		given = step_answers(op->a, s, f, true);
	set_tags(op->a, who, given);
	TRY(stage_fill(op, f, given, seed_of(s), k->readable[f->dossier], &answers));
	TRY(record_file(op, k, f, id, based_on, answers,
			based_on ? json_text(s->what, "why").n ? json_text(s->what, "why") : STR("Mise à jour prévue")
				 : STR("")));
	keep_tag(who, s, id);
	return NULL;
}

static struct err *play_assign(struct play *p, struct op *op, const struct step *s, struct kase *k)
{
	str login = step_login(s, "who");

	for (size_t i = 0; i < p->stage->n_players; i++)
		if (str_eq(p->stage->players[i].login, login))
			return kase_assign(op, k, p->stage->players[i].id, json_true(json_get(s->what, "abroad")),
					   NO_DAY);
	return FAIL(op->a, CONFIG, "The script of the demonstration is wrong: {arg}", "no account %.*s",
		    STR_ARG(login));
}

static struct err *play_act(struct play *p, struct op *op, const struct step *s)
{
	str act = json_text(s->what, "act");
	enum transition t = transition_find(json_text(s->what, "to"));
	struct kase *k;

	TRY(open_case(p, op, s, &k));
	if (str_eqz(act, "assign"))
		return play_assign(p, op, s, k);
	if (str_eqz(act, "open-cor"))
		return kase_open_cor(op, k);
	if (str_eqz(act, "move") && t != TRANSITIONS)
		return kase_move(op, k, t);
	return FAIL(op->a, CONFIG, "The script of the demonstration is wrong: {arg}", "no such act");
}

static struct err *play_step(struct play *p, const struct step *s)
{
	struct op op;
	struct err *e;

	e = stage_op(p->stage, p->a, step_by(s), s->on, &op);
	if (!e)
		e = json_text(s->what, "form").n ? play_form(p, &op, s) : play_act(p, &op, s);
	/* Said with the stage's arena: the step's is about to be wiped. */
	return e ? stage_fault(p->stage->a, e, step_name(p->stage->a, s)) : NULL;
}

struct err *cohort_play(const struct stage *s)
{
	struct play p = {
		.stage = s,
		.people = NEWS(s->a, struct person, json_count(json_get(s->script.json, "people")) + 1),
		.a = arena_create(64 << 20),
	};
	struct err *e = NULL;

	for (size_t i = 0; i < s->script.n_steps && !e; i++) {
		e = play_step(&p, &s->script.steps[i]);
		arena_reset(p.a);
		s->progress(s->arg, i + 1, s->script.n_steps);
	}
	arena_destroy(p.a);
	return e;
}
