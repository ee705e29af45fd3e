/* training.h — trainings of the programme: days held, who took part, who counts as trained (data-standards §4).
 * Rules only.  A participant is linked to a session by its short name, as on paper; so that name is unique, and fixed
 * once people are enrolled.  Nothing here knows a person helped. */
#pragma once
#include "kase.h"

struct participant {
	record_id id;
	int version;
	struct json *answers;
	str session, name, corps, organisation, role, email;
	str folded; /* the name as compared */
	bool morning, afternoon;
	int before, after; /* tests in percent; -1: not taken */
};
struct session {
	record_id id;
	int version;
	struct json *answers;
	str name, city, place;
	day on;
	int64_t hours, capacity;
	struct participant **people; /* by name */
	size_t n_people;
};
struct trainings {
	struct session *sessions; /* oldest first */
	size_t n_sessions;
	struct participant *people;
	size_t n_people;
};
/* k: the programme's object, opened.  Empty when the actor does not read trainings. */
struct err *trainings_read(struct op *op, const struct kase *k, struct trainings *out) MUST_CHECK;
/* From filed answers: trainings_read without the store. */
void trainings_build(struct arena *a, const struct filled *days, size_t n_days, const struct filled *people,
		     size_t n_people, struct trainings *out);
struct session *session_of(const struct trainings *t, str name);
struct session *session_by_id(const struct trainings *t, record_id id);
struct participant *participant_by_id(const struct session *s, record_id id);

int participant_halfdays(const struct participant *p);
/* Attended at least what a certificate asks for; nobody is trained by a day that is yet to come. */
bool participant_trained(const struct participant *p, const struct programme *programme);
/* The same work e-mail, or where one lacks it the same name in the same body. */
bool participant_same(const struct participant *a, const struct participant *b);

struct training_count {
	size_t held;           /* sessions whose day has come */
	size_t participations; /* people counted once a session */
	size_t persons;        /* people counted once */
};
struct training_count trainings_count(const struct trainings *t, const struct programme *p, day today);
struct corps_count {
	str corps;
	size_t registered, morning, afternoon, trained;
};
/* One row per body present in the session, in the order of the list. */
size_t session_by_corps(struct arena *a, const struct session *s, const struct programme *p,
			const struct code_list *corps, struct corps_count **out);

/* INVALID with a sentence when the short name is taken, or would leave enrolled people behind. */
struct err *session_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
			 struct json *answers, str reason) MUST_CHECK;
/* INVALID when the session is unknown, or the person is already enrolled in it. */
struct err *participant_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
			     struct json *answers, str reason) MUST_CHECK;

/* The certificate as PDF in that language; INVALID when the person attended too little. */
struct err *certificate_pdf(struct op *op, const struct session *s, const struct participant *p, const struct locale *l,
			    str *out) MUST_CHECK;
str certificate_number(struct arena *a, const struct participant *p);
