/* training_web.c — pages of trainings: list, session, enrolment, attendance sheet, certificate. */
#include "form_fill.h"
#include "object.h"
#include "training.h"
#include "training_html.h"
#include "training_view.h"

static struct err *open_trainings(struct ctx *c, enum purpose p, struct kase **k, struct trainings *t)
{
	TRY(object_open(&c->op, OBJECT_PROGRAMME, p, k));
	return trainings_read(&c->op, *k, t);
}

static struct err *wanted_session(struct ctx *c, const struct trainings *t, struct session **out)
{
	struct id id;

	*out = id_parse(ctx_capture(c, "session"), &id) ? session_by_id(t, (record_id){id}) : NULL;
	return *out ? NULL : FAIL(c->op.a, NOT_FOUND, NULL, "no such session");
}

static struct err *wanted_person(struct ctx *c, const struct session *s, struct participant **out)
{
	struct id id;

	*out = id_parse(ctx_capture(c, "person"), &id) ? participant_by_id(s, (record_id){id}) : NULL;
	return *out ? NULL : FAIL(c->op.a, NOT_FOUND, NULL, "no such participant");
}

static str session_url(struct ctx *c, const struct session *s)
{
	return arena_fmt(c->op.a, "/trainings/%.*s", STR_ARG(id_text(c->op.a, s->id.v)));
}

static str corps_words(struct ctx *c, const struct session *s)
{
	const struct field *f = form_field(form_find(c->op.house->forms, STR("TRN"), 0), STR("corps"));

	return f ? answer_text(c->op.a, c->op.l, f, json_get(s->answers, "corps")) : STR("");
}

static int64_t trained_in(struct ctx *c, const struct session *s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s->n_people; i++)
		n += participant_trained(s->people[i], c->op.house->programme);
	return n;
}

static struct err *sessions_get(struct ctx *c)
{
	struct page p = {.title = N_("Trainings"), .section = "trainings"};
	struct sessions_view v = {.planned = c->op.house->programme->target_trainings,
				  .may_write = op_may(&c->op, MAY_TRAINING_WRITE)};
	struct training_count count;
	struct trainings t;
	struct kase *k;

	TRY(open_trainings(c, PURPOSE_LIST, &k, &t));
	count = trainings_count(&t, c->op.house->programme, c->op.today);
	v.held = (int64_t)count.held;
	v.persons = (int64_t)count.persons;
	v.participations = (int64_t)count.participations;
	v.rows = NEWS(c->op.a, struct session_row, t.n_sessions + 1);
	v.n_rows = t.n_sessions;
	for (size_t i = 0; i < t.n_sessions; i++) {
		const struct session *s = &t.sessions[i];

		v.rows[i] = (struct session_row){
			.url = session_url(c, s),
			.name = s->name,
			.city = s->city,
			.corps = corps_words(c, s),
			.on = s->on,
			.registered = (int64_t)s->n_people,
			.capacity = s->capacity,
			.trained = trained_in(c, s),
			.held = s->on <= c->op.today,
		};
	}
	page_begin(c, &p);
	sessions_page(&c->h, &v);
	return page_end(c);
}

static str percent_or_dash(struct ctx *c, int v)
{
	return v < 0 ? STR("–") : fmt_percent(c->op.a, c->op.l, v, 100);
}

static struct participant_row row_of(struct ctx *c, const struct session_view *v, const struct participant *p)
{
	const struct code_list *corps = list_find(c->op.house->forms, STR("CORPS"));
	str url = arena_fmt(c->op.a, "%.*s/participants/%.*s", STR_ARG(v->url), STR_ARG(id_text(c->op.a, p->id.v)));

	return (struct participant_row){
		.name = p->name,
		.corps = corps ? code_label(corps, p->corps, c->op.l) : p->corps,
		.organisation = p->organisation,
		.role = p->role,
		.before = percent_or_dash(c, p->before),
		.after = percent_or_dash(c, p->after),
		.morning = p->morning ? N_("Present") : N_("Absent"),
		.afternoon = p->afternoon ? N_("Present") : N_("Absent"),
		.morning_class = p->morning ? "tag ok" : "tag warn",
		.afternoon_class = p->afternoon ? "tag ok" : "tag warn",
		.correct_url = v->may_write ? url : STR(""),
		.certificate_url = v->held && participant_trained(p, c->op.house->programme)
					   ? arena_fmt(c->op.a, "%.*s/certificate", STR_ARG(url))
					   : STR(""),
	};
}

static void fill_people(struct ctx *c, const struct session *s, struct session_view *v)
{
	v->people = NEWS(c->op.a, struct participant_row, s->n_people + 1);
	v->n_people = s->n_people;
	for (size_t i = 0; i < s->n_people; i++)
		v->people[i] = row_of(c, v, s->people[i]);
	for (size_t i = 0; i < sizeof v->blank / sizeof *v->blank; i++)
		v->blank[i] = s->n_people + i + 1;
}

static void fill_bodies(struct ctx *c, const struct session *s, struct session_view *v)
{
	const struct code_list *corps = list_find(c->op.house->forms, STR("CORPS"));
	struct corps_count *counts;

	if (!corps)
		return;
	v->n_bodies = session_by_corps(c->op.a, s, c->op.house->programme, corps, &counts);
	v->bodies = NEWS(c->op.a, struct corps_row, v->n_bodies + 1);
	for (size_t i = 0; i < v->n_bodies; i++)
		v->bodies[i] = (struct corps_row){code_label(corps, counts[i].corps, c->op.l),
						  (int64_t)counts[i].registered, (int64_t)counts[i].morning,
						  (int64_t)counts[i].afternoon, (int64_t)counts[i].trained};
}

/* Means of those who took both tests, so that the two bars speak of the same people. */
static void fill_gain(struct ctx *c, const struct session *s, struct session_view *v)
{
	struct svg_bar bars[2] = {{str_of(tr(c->op.l, "Test before")), 0, 100},
				  {str_of(tr(c->op.l, "Test after")), 0, 100}};

	for (size_t i = 0; i < s->n_people; i++) {
		if (s->people[i]->before < 0 || s->people[i]->after < 0)
			continue;
		v->tested++;
		v->mean_before += s->people[i]->before;
		v->mean_after += s->people[i]->after;
	}
	if (!v->tested)
		return;
	v->mean_before = bars[0].value = v->mean_before / v->tested;
	v->mean_after = bars[1].value = v->mean_after / v->tested;
	v->gain = svg_bars(&c->h, str_of(tr(c->op.l, "Tests before and after, in percent")), bars, 2);
}

static void fill_session(struct ctx *c, const struct session *s, struct session_view *v)
{
	str from = json_text(s->answers, "start_time"), to = json_text(s->answers, "end_time");

	*v = (struct session_view){
		.url = session_url(c, s),
		.name = s->name,
		.city = s->city,
		.place = s->place,
		.hours = fmt_int(c->op.a, c->op.l, s->hours),
		.times = from.n && to.n ? arena_fmt(c->op.a, "%.*s–%.*s", STR_ARG(from), STR_ARG(to)) : STR(""),
		.corps = corps_words(c, s),
		.trainers = json_text(s->answers, "trainers"),
		.objectives = json_text(s->answers, "objectives"),
		.programme = json_text(s->answers, "programme"),
		.kit = json_text(s->answers, "kit"),
		.sheet_where = json_text(s->answers, "sheet_where"),
		.on = s->on,
		.registered = (int64_t)s->n_people,
		.capacity = s->capacity,
		.trained = trained_in(c, s),
		.held = s->on <= c->op.today,
		.may_write = op_may(&c->op, MAY_TRAINING_WRITE),
	};
	fill_people(c, s, v);
	fill_bodies(c, s, v);
	fill_gain(c, s, v);
}

static struct err *show_session(struct ctx *c, void (*body)(struct html *, const struct session_view *))
{
	struct page p = {.title = N_("Training day"), .section = "trainings"};
	struct session_view v;
	struct trainings t;
	struct session *s;
	struct kase *k;

	TRY(open_trainings(c, PURPOSE_READ, &k, &t));
	TRY(wanted_session(c, &t, &s));
	fill_session(c, s, &v);
	page_begin(c, &p);
	body(&c->h, &v);
	return page_end(c);
}

static struct err *session_get(struct ctx *c)
{
	return show_session(c, session_page);
}

static struct err *sheet_get(struct ctx *c)
{
	return show_session(c, sheet_page);
}

/* A new training day, or the one named in the address. */
static struct err *session_form(struct ctx *c, struct fill *f)
{
	struct trainings t;
	struct session *s = NULL;
	struct kase *k;

	TRY(open_trainings(c, PURPOSE_WRITE, &k, &t));
	TRY(fill_start(c, "TRN", k, f));
	f->page = (struct page){.title = N_("Training day"), .section = "trainings"};
	f->action = STR("/trainings/new");
	f->back = STR("/trainings");
	f->to_record = !ctx_capture(c, "session").n;
	if (f->to_record)
		return NULL;
	TRY(wanted_session(c, &t, &s));
	f->back = session_url(c, s);
	f->action = arena_fmt(c->op.a, "%.*s/correct", STR_ARG(f->back));
	return fill_correct(c, f, &(struct record){.id = s->id, .form = f->form, .version = s->version});
}

static const struct fill_row session_form_fill = {session_form, session_file, "saved"};

/* A new participant of the session, or the one named in the address. */
static struct err *person_form(struct ctx *c, struct fill *f)
{
	struct json *given = json_object(c->op.a);
	struct participant *p;
	struct trainings t;
	struct session *s;
	struct kase *k;

	TRY(open_trainings(c, PURPOSE_WRITE, &k, &t));
	TRY(wanted_session(c, &t, &s));
	TRY(fill_start(c, "TRP", k, f));
	json_set(c->op.a, given, STR("session"), json_new_str(c->op.a, s->name));
	f->given = given;
	f->heading = arena_fmt(c->op.a, "%.*s – %.*s", STR_ARG(f->heading), STR_ARG(s->name));
	f->page = (struct page){.title = N_("Training participant"), .section = "trainings"};
	f->back = session_url(c, s);
	f->action = arena_fmt(c->op.a, "%.*s/participants/new", STR_ARG(f->back));
	if (!ctx_capture(c, "person").n)
		return NULL;
	TRY(wanted_person(c, s, &p));
	f->action = arena_fmt(c->op.a, "%.*s/participants/%.*s", STR_ARG(f->back), STR_ARG(id_text(c->op.a, p->id.v)));
	return fill_correct(c, f, &(struct record){.id = p->id, .form = f->form, .version = p->version});
}

static const struct fill_row person_form_fill = {person_form, participant_file, "saved"};

/* In French or English, whatever the reader's own language: the paper goes to the person trained. */
static struct err *certificate_get(struct ctx *c)
{
	str lang = str_eqz(ctx_query(c, "lang"), "en") ? STR("en") : STR("fr");
	struct participant *p;
	struct trainings t;
	struct session *s;
	struct kase *k;

	TRY(open_trainings(c, PURPOSE_PRINT, &k, &t));
	TRY(wanted_session(c, &t, &s));
	TRY(wanted_person(c, s, &p));
	TRY(certificate_pdf(&c->op, s, p, locale_get(lang), &c->r->body));
	c->r->status = 200;
	c->r->content_type = "application/pdf";
	http_reply_header(c->r, "Content-Disposition",
			  arena_fmt(c->op.a, "inline; filename=\"certificate-%.*s.pdf\"",
				    STR_ARG(certificate_number(c->op.a, p))));
	return NULL;
}

const struct route training_routes[] = {
	{HTTP_GET, "/trainings", sessions_get, .may = MAY_TRAINING_READ},
	{HTTP_GET, "/trainings/new", fill_get, .may = MAY_TRAINING_WRITE, .fill = &session_form_fill},
	{HTTP_POST, "/trainings/new", fill_post, .may = MAY_TRAINING_WRITE, .fill = &session_form_fill},
	{HTTP_GET, "/trainings/:session", session_get, .may = MAY_TRAINING_READ},
	{HTTP_GET, "/trainings/:session/sheet", sheet_get, .may = MAY_TRAINING_READ},
	{HTTP_GET, "/trainings/:session/correct", fill_get, .may = MAY_TRAINING_WRITE, .fill = &session_form_fill},
	{HTTP_POST, "/trainings/:session/correct", fill_post, .may = MAY_TRAINING_WRITE, .fill = &session_form_fill},
	{HTTP_GET, "/trainings/:session/participants/new", fill_get, .may = MAY_TRAINING_WRITE,
	 .fill = &person_form_fill},
	{HTTP_POST, "/trainings/:session/participants/new", fill_post, .may = MAY_TRAINING_WRITE,
	 .fill = &person_form_fill},
	{HTTP_GET, "/trainings/:session/participants/:person", fill_get, .may = MAY_TRAINING_WRITE,
	 .fill = &person_form_fill},
	{HTTP_POST, "/trainings/:session/participants/:person", fill_post, .may = MAY_TRAINING_WRITE,
	 .fill = &person_form_fill},
	{HTTP_GET, "/trainings/:session/participants/:person/certificate", certificate_get, .may = MAY_TRAINING_READ},
	ROUTES_END,
};
