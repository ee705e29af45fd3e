/* waiver.c — who may ask for a waiver and who may answer it, and what the head keeps of it. */
#include "waiver.h"

#include <string.h>

#include "programme.h"

str waiver_text(struct arena *a, str words, const struct gate_row *row)
{
	return arena_fmt(a, "%.*s [%s/%s/%d]", STR_ARG(words), transition_rows[row->transition].code,
			 condition_rows[row->condition].name, gate_about(row));
}

/* Where the key begins: the last bracket, so that words may hold one. */
static size_t key_at(str text)
{
	size_t at = text.n;

	while (at > 0 && text.p[at - 1] != '[')
		at--;
	return at;
}

bool waiver_parse(str text, struct waiver_key *out)
{
	size_t at = key_at(text);
	struct waiver_key k;
	str key, step, name;
	int64_t about;

	if (at == 0 || !str_ends(text, STR("]")))
		return false;
	key = str_sub(text, at, text.n - at - 1);
	step = str_split(&key, '/');
	name = str_split(&key, '/');
	k.transition = transition_find(step);
	k.condition = condition_find(name);
	if (k.transition == TRANSITIONS || k.condition == CONDITIONS || !str_to_i64(key, &about) || about < 0 ||
	    about > UINT8_MAX)
		return false;
	k.about = (uint8_t)about;
	*out = k;
	return true;
}

str waiver_words(str text)
{
	struct waiver_key k;

	return waiver_parse(text, &k) ? str_trim(str_sub(text, 0, key_at(text) - 1)) : text;
}

const struct gate_row *waiver_row(const struct programme *p, const struct waiver_key *k)
{
	for (size_t i = 0; i < p->n_gates; i++) {
		const struct gate_row *g = &p->gates[i];

		if (g->transition == k->transition && g->condition == k->condition && gate_about(g) == k->about)
			return g;
	}
	return NULL;
}

bool waiver_possible(const struct gate_row *row)
{
	return row->waivable && !gate_never_waivable(row->condition, &row->param);
}

bool waiver_step(const struct head *h, enum transition t)
{
	return t != T_ARCHIVE &&
	       (t == transition_next(h->state) || (t == T_PAY && h->state >= STATE_READY && h->state < STATE_CLOSED));
}

static struct err *refuse(struct arena *a, const char *sentence)
{
	return FAIL(a, INVALID, sentence, "waiver refused");
}

void waivers_build(struct arena *a, const struct filled *ask, size_t n_ask, const struct filled *answer,
		   size_t n_answer, struct waiver_case *out)
{
	for (size_t i = 0; i < n_ask; i++) {
		str id = id_text(a, ask[i].r.id.v);
		struct waiver_case *w = &out[i];

		*w = (struct waiver_case){
			.id = ask[i].r.id,
			.answers = ask[i].answers,
			.condition = json_text(ask[i].answers, "condition"),
			.asked_by = ask[i].r.author,
			.asked_on = ask[i].r.on,
			.answered_on = NO_DAY,
			.until = NO_DAY,
		};
		for (size_t k = 0; k < n_answer; k++) {
			const struct json *said = answer[k].answers;

			if (!str_eq(json_text(said, "request"), id))
				continue;
			w->answer = answer[k].answers;
			w->answer_id = answer[k].r.id;
			w->answered_by = answer[k].r.author;
			w->answered_on = answer[k].r.on;
			w->state = json_says(said, "answer", "APPROVE") ? WAIVER_GRANTED : WAIVER_REFUSED;
			if (!day_parse(json_text(said, "until"), &w->until))
				w->until = NO_DAY;
		}
	}
}

struct err *waivers_read(struct op *op, const struct kase *k, struct waiver_case **out, size_t *n)
{
	struct filled *ask, *answer;
	size_t n_answer;

	TRY(record_all(op, k, "WAIV", &ask, n));
	TRY(record_all(op, k, "WAIA", &answer, &n_answer));
	*out = NEWS(op->a, struct waiver_case, *n + 1);
	waivers_build(op->a, ask, *n, answer, n_answer, *out);
	return NULL;
}

/* A place in the head for one more: an empty one, that of the same condition, or of a step the file is past. */
static struct waiver *place(struct head *h, const struct waiver_key *k)
{
	struct waiver *room = NULL;

	for (int i = 0; i < WAIVERS_MAX; i++) {
		struct waiver *w = &h->waiver[i];
		bool same = w->asked_by && w->transition == k->transition && w->condition == k->condition &&
			    w->about == k->about;

		if (same)
			return w;
		if (!w->asked_by || transition_rows[w->transition].from < h->state)
			room = room && !room->asked_by ? room : w;
	}
	return room;
}

/* The condition stands before the next step, is shut, and may be waived. */
struct err *waiver_may_ask(struct arena *a, const struct gate_in *in, const struct json *answers)
{
	struct head probe = *in->h;
	struct waiver_key key;
	struct gate_item *items;
	const struct waiver *w;
	size_t n, open, at = 0;

	if (!waiver_parse(json_text(answers, "condition"), &key) || !waiver_step(in->h, key.transition))
		return refuse(a, N_("This is no condition of the next step: choose it on the page of waivers."));
	gate_check(a, in, key.transition, &items, &n, &open);
	while (at < n && (items[at].row->condition != key.condition || gate_about(items[at].row) != key.about))
		at++;
	if (at == n)
		return refuse(a, N_("This is no condition of the next step: choose it on the page of waivers."));
	if (!waiver_possible(items[at].row))
		return refuse(a, N_("This condition protects the person: nobody can waive it."));
	if (gate_person_said_no(in->h, items[at].row))
		return refuse(a, N_("The person said no: nobody can waive it."));
	if (items[at].answer.met || items[at].answer.waived)
		return refuse(a, N_("This condition is met or waived already."));
	w = gate_waiver(in->h, items[at].row);
	if (w && !w->granted_by)
		return refuse(a, N_("A request for this condition waits for its answer."));
	if (!place(&probe, &key))
		return refuse(a, N_("Too many waivers stand open in this file."));
	return NULL;
}

struct err *waiver_may_answer(struct arena *a, user_id actor, const struct waiver_case *list, size_t n,
			      const struct json *answers)
{
	const struct waiver_case *w = NULL;

	for (size_t i = 0; i < n; i++)
		if (str_eq(id_text(a, list[i].id.v), json_text(answers, "request")))
			w = &list[i];
	if (!w || !str_eq(w->condition, json_text(answers, "condition")))
		return refuse(a, N_("There is no such request in this file."));
	if (w->state != WAIVER_ASKED)
		return refuse(a, N_("This request has been answered already."));
	if (id_eq(w->asked_by.v, actor.v) || user_mark(w->asked_by) == user_mark(actor))
		return refuse(a, N_("You asked for this waiver yourself: another person must answer."));
	return NULL;
}

struct err *waiver_rule(struct op *op, const struct kase *k, const struct form *f, int based_on,
			const struct json *answers)
{
	struct gate_in in = {&k->head, op->house->programme, op->today};
	struct waiver_case *list;
	size_t n;

	if (based_on > 0)
		return refuse(op->a, N_("A request for a waiver and its answer are never changed."));
	if (str_eqz(f->code, "WAIV"))
		return waiver_may_ask(op->a, &in, answers);
	if (!op_may(op, MAY_DECIDE))
		return FAIL(op->a, DENIED, NULL, "role may not answer waivers");
	TRY(waivers_read(op, k, &list, &n));
	return waiver_may_answer(op->a, op->actor.id, list, n, answers);
}

void waiver_asked(struct head *h, const struct json *answers, user_id by, day on)
{
	struct waiver_key k;
	struct waiver *w = waiver_parse(json_text(answers, "condition"), &k) ? place(h, &k) : NULL;

	if (w)
		*w = (struct waiver){.condition = (uint8_t)k.condition,
				     .transition = (uint8_t)k.transition,
				     .about = k.about,
				     .asked_by = user_mark(by),
				     .on = on};
}

/* A refusal leaves the place free; the two forms tell of it for ever. */
void waiver_answered(struct head *h, const struct json *answers, user_id by, day on)
{
	struct waiver_key k;
	struct waiver *w = waiver_parse(json_text(answers, "condition"), &k) ? place(h, &k) : NULL;

	if (!w || !w->asked_by || w->condition != k.condition || w->about != k.about || w->transition != k.transition)
		return;
	if (!json_says(answers, "answer", "APPROVE")) {
		memset(w, 0, sizeof *w);
		return;
	}
	w->granted_by = user_mark(by);
	w->on = on;
	if (!day_parse(json_text(answers, "until"), &w->until))
		w->until = 0;
}
