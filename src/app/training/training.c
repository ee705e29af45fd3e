/* training.c — reading and counting trainings, and what filing one must respect. */
#include "training.h"

#include <stdlib.h>

#include "object.h"

static int64_t number(const struct json *answers, const char *field)
{
	return json_int(json_get(answers, field), -1);
}

static struct participant participant_of(struct arena *a, const struct filled *f)
{
	str name = str_trim(json_text(f->answers, "name"));

	return (struct participant){
		.id = f->r.id,
		.version = f->r.version,
		.answers = f->answers,
		.session = str_trim(json_text(f->answers, "session")),
		.name = name,
		.folded = name_fold(a, name),
		.corps = json_text(f->answers, "corps"),
		.organisation = json_text(f->answers, "organisation"),
		.role = json_text(f->answers, "role"),
		.email = str_trim(json_text(f->answers, "email")),
		.morning = json_says(f->answers, "attended_morning", "YES"),
		.afternoon = json_says(f->answers, "attended_afternoon", "YES"),
		.before = (int)number(f->answers, "pre_test"),
		.after = (int)number(f->answers, "post_test"),
	};
}

static struct session session_from(const struct filled *f)
{
	struct session s = {
		.id = f->r.id,
		.version = f->r.version,
		.answers = f->answers,
		.name = str_trim(json_text(f->answers, "session")),
		.city = json_text(f->answers, "city"),
		.place = json_text(f->answers, "place"),
		.hours = number(f->answers, "hours"),
		.capacity = number(f->answers, "capacity"),
	};

	if (!day_parse(json_text(f->answers, "date"), &s.on))
		s.on = NO_DAY;
	return s;
}

static int by_day(const void *x, const void *y)
{
	const struct session *a = x, *b = y;

	return a->on != b->on ? (a->on < b->on ? -1 : 1) : str_cmp(a->name, b->name);
}

static int by_name(const void *x, const void *y)
{
	const struct participant *const *a = x, *const *b = y;
	int order = str_cmp((*a)->folded, (*b)->folded);

	return order ? order : id_cmp((*a)->id.v, (*b)->id.v);
}

static void enrol(struct arena *a, struct trainings *t, struct session *s)
{
	s->people = NEWS(a, struct participant *, t->n_people + 1);
	for (size_t i = 0; i < t->n_people; i++)
		if (str_eq_ci(t->people[i].session, s->name))
			s->people[s->n_people++] = &t->people[i];
	qsort(s->people, s->n_people, sizeof(struct participant *), by_name);
}

void trainings_build(struct arena *a, const struct filled *days, size_t n_days, const struct filled *people,
		     size_t n_people, struct trainings *out)
{
	*out = (struct trainings){
		.sessions = NEWS(a, struct session, n_days + 1),
		.n_sessions = n_days,
		.people = NEWS(a, struct participant, n_people + 1),
		.n_people = n_people,
	};
	for (size_t i = 0; i < n_people; i++)
		out->people[i] = participant_of(a, &people[i]);
	for (size_t i = 0; i < n_days; i++) {
		out->sessions[i] = session_from(&days[i]);
		enrol(a, out, &out->sessions[i]);
	}
	qsort(out->sessions, n_days, sizeof *out->sessions, by_day);
}

struct err *trainings_read(struct op *op, const struct kase *k, struct trainings *out)
{
	struct filled *days, *people;
	size_t n_days, n_people;

	*out = (struct trainings){0};
	if (!(k->readable[DOSSIER_FR] & COMP_BIT(COMP_TRAINING)))
		return NULL;
	TRY(record_all(op, k, "TRN", &days, &n_days));
	TRY(record_all(op, k, "TRP", &people, &n_people));
	trainings_build(op->a, days, n_days, people, n_people, out);
	return NULL;
}

struct session *session_of(const struct trainings *t, str name)
{
	for (size_t i = 0; i < t->n_sessions; i++)
		if (str_eq_ci(t->sessions[i].name, str_trim(name)))
			return &t->sessions[i];
	return NULL;
}

struct session *session_by_id(const struct trainings *t, record_id id)
{
	for (size_t i = 0; i < t->n_sessions; i++)
		if (id_eq(t->sessions[i].id.v, id.v))
			return &t->sessions[i];
	return NULL;
}

struct participant *participant_by_id(const struct session *s, record_id id)
{
	for (size_t i = 0; i < s->n_people; i++)
		if (id_eq(s->people[i]->id.v, id.v))
			return s->people[i];
	return NULL;
}

int participant_halfdays(const struct participant *p)
{
	return p->morning + p->afternoon;
}

bool participant_trained(const struct participant *p, const struct programme *programme)
{
	int least = programme->certificate_halfdays > 0 ? programme->certificate_halfdays : 1;

	return participant_halfdays(p) >= least;
}

bool participant_same(const struct participant *a, const struct participant *b)
{
	if (a->email.n && b->email.n)
		return str_eq_ci(a->email, b->email);
	return str_eq(a->corps, b->corps) && str_eq(a->folded, b->folded);
}

/* Trained already in the people before position k of session i.  People are few: each meets all before him. */
static bool counted_before(const struct trainings *t, const struct programme *p, size_t i, size_t k)
{
	const struct participant *one = t->sessions[i].people[k];

	for (size_t j = 0; j <= i; j++) {
		const struct session *s = &t->sessions[j];
		size_t n = j == i ? k : s->n_people;

		for (size_t m = 0; m < n; m++)
			if (participant_trained(s->people[m], p) && participant_same(s->people[m], one))
				return true;
	}
	return false;
}

struct training_count trainings_count(const struct trainings *t, const struct programme *p, day today)
{
	struct training_count c = {0};

	for (size_t i = 0; i < t->n_sessions; i++) {
		const struct session *s = &t->sessions[i];

		if (s->on == NO_DAY || s->on > today)
			continue;
		c.held++;
		for (size_t k = 0; k < s->n_people; k++) {
			if (!participant_trained(s->people[k], p))
				continue;
			c.participations++;
			c.persons += !counted_before(t, p, i, k);
		}
	}
	return c;
}

size_t session_by_corps(struct arena *a, const struct session *s, const struct programme *p,
			const struct code_list *corps, struct corps_count **out)
{
	struct corps_count *rows = NEWS(a, struct corps_count, corps->n + 1);
	size_t n = 0;

	for (size_t c = 0; c < corps->n; c++) {
		struct corps_count row = {.corps = corps->codes[c].code};

		for (size_t i = 0; i < s->n_people; i++) {
			const struct participant *one = s->people[i];

			if (!str_eq(one->corps, row.corps))
				continue;
			row.registered++;
			row.morning += one->morning;
			row.afternoon += one->afternoon;
			row.trained += participant_trained(one, p);
		}
		if (row.registered)
			rows[n++] = row;
	}
	*out = rows;
	return n;
}

struct err *session_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
			 struct json *answers, str reason)
{
	str name = str_trim(json_text(answers, "session"));
	const struct session *taken, *was;
	struct trainings t;

	TRY(trainings_read(op, k, &t));
	taken = session_of(&t, name);
	was = session_by_id(&t, id);
	if (taken && !id_eq(taken->id.v, id.v))
		return FAIL(op->a, INVALID, "Another session has this short name: choose one of its own.",
			    "session name taken");
	if (was && was->n_people && !str_eq_ci(was->name, name))
		return FAIL(op->a, INVALID, "People are enrolled under this short name: it cannot change any more.",
			    "session renamed with people");
	return object_file(op, k, f, id, based_on, answers, reason);
}

struct err *participant_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
			     struct json *answers, str reason)
{
	struct filled in = {.r = {.id = id}, .answers = answers};
	struct participant one = participant_of(op->a, &in);
	const struct session *s;
	struct trainings t;

	TRY(trainings_read(op, k, &t));
	s = session_of(&t, one.session);
	if (!s)
		return FAIL(op->a, INVALID, "There is no session of this name.", "session unknown");
	for (size_t i = 0; i < s->n_people; i++)
		if (!id_eq(s->people[i]->id.v, id.v) && participant_same(s->people[i], &one))
			return FAIL(op->a, INVALID, "This person is already enrolled in this session.",
				    "participant twice");
	return object_file(op, k, f, id, based_on, answers, reason);
}
