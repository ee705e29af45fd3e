/* task.h — what must be done, derived from a head, the calendar and the day (domain §13, design §6).
 * Nothing is stored: a task disappears when its cause does. */
#pragma once
#include "gate.h"
#include "programme.h"

enum task_kind {
	TASK_NONE,
	TASK_TRIAGE,
	TASK_ASSIGN,
	TASK_FORM,
	TASK_SECOND_READ,
	TASK_CONTRIBUTION,
	TASK_DECISION,
	TASK_MOVE,
	TASK_DEPARTURE,
	TASK_RECONFIRM,
	TASK_ARRIVAL,
	TASK_FOLLOWUP,
	TASK_MISSED,
	TASK_SUSPENSION_REVIEW,
	TASK_EMERGENCY,
	TASK_RISK_EXPIRES,
	TASK_DOCUMENT_EXPIRES,
	TASK_PAYMENT,
	TASK_WAIVER,
	TASK_CLOSE,
	TASK_HELD,
	TASK_ALERT,
	TASK_REMINDER,
	TASK_KINDS
};
enum task_rank { RANK_DEPARTURE, RANK_SAFETY, RANK_LEGAL, RANK_REST }; /* in this order on the home page */
struct task {
	enum task_kind kind;
	enum task_rank rank;
	day due, from, to; /* window; NO_DAY when none */
	const char *what;  /* msgid: verb first */
	const char *why;   /* msgid, or NULL */
	str arg;           /* {arg} in both */
	const char *form;  /* code of the form that closes it, or NULL */
	uint32_t roles;    /* who is expected to close it (others may have the right too) */
};
#define TASKS_MAX 12
/* All tasks of a case, most pressing first: late ones, then of today, of the coming week, later; within each by rank,
 * then by day. */
size_t tasks_of(struct arena *a, const struct head *h, const struct programme *p, day today,
		struct task out[TASKS_MAX]);

/* Late once its window is over; without a window, once its day is past. */
bool task_late(const struct task *t, day today);

struct contact_due { /* one line of the follow-up calendar */
	const struct point *point;
	day due, from, to;
	str mode; /* CALL, VISIT, CONTACT */
	bool reached, overdue, beyond_programme;
};
/* The calendar anchored on `arrival`; head may be NULL (nothing reached yet). */
size_t schedule(const struct programme *p, day arrival, bool minor, const struct head *h, day today,
		struct contact_due out[POINTS_MAX]);
