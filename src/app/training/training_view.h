/* training_view.h — what the pages of trainings show. */
#pragma once
#include "view.h"

struct session_row {
	str url, name, city, corps;
	day on;
	int64_t registered, capacity, trained;
	bool held;
};
struct sessions_view {
	struct session_row *rows;
	size_t n_rows;
	int64_t held, planned, persons, participations;
	bool may_write;
};
struct participant_row {
	str name, corps, organisation, role, before, after, correct_url, certificate_url;
	const char *morning, *afternoon, *morning_class, *afternoon_class; /* msgid, class */
};
struct corps_row {
	str corps;
	int64_t registered, morning, afternoon, trained;
};
struct session_view {
	str url, name, city, place, hours, times, corps, trainers, objectives, programme, kit, sheet_where;
	day on;
	int64_t registered, capacity, trained, tested;
	struct participant_row *people;
	size_t n_people;
	struct corps_row *bodies;
	size_t n_bodies;
	html_frag gain; /* tests before and after; absent without tests */
	int64_t mean_before, mean_after;
	size_t blank[6]; /* empty lines of the printed sheet */
	bool may_write, held;
};
