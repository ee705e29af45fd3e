/* desk.h — the data-protection desk: people's requests and breaches, with their clocks.  Records of the object DESK, which
 * holds references of files and nothing of what stands in them. */
#pragma once
#include "object.h"

/* One month from the day it was received, three once extended (GDPR, Art. 12(3)). */
day request_due(day received, bool extended);
#define BREACH_HOURS 72 /* to the authority, from when we knew (Art. 33(1)) */
/* "09:30" as minutes of the day; false: it is none. */
bool hour_parse(str s, int *minutes);
/* That moment on the clocks of Paris, also on the two days a year that are not 24 hours long. */
msec desk_moment(day on, int minutes);

struct request {
	struct record r;
	const struct json *answers;
	str right, code, state; /* code absent: no file was found */
	day received, due, answered;
	bool open, extended;
};
struct breach {
	struct record r;
	const struct json *answers;
	msec aware, until; /* until: the authority must know */
	bool waits;        /* the authority has not been told, and it is not said why not */
	bool late;         /* … or was told late */
	bool told;         /* it is decided whether the people are told */
	bool open;
};
/* Open ones first, the most urgent at the top; only those that are the actor's to see. */
struct err *requests_read(struct op *op, const struct kase *desk, struct request **out, size_t *n) MUST_CHECK;
struct err *breaches_read(struct op *op, const struct kase *desk, struct breach **out, size_t *n) MUST_CHECK;
struct request request_of(const struct filled *f);
struct breach breach_of(const struct filled *f, msec now);

/* As object_file, with the rules that no form can declare. */
struct err *request_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
			 struct json *answers, str reason) MUST_CHECK;
struct err *breach_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
			struct json *answers, str reason) MUST_CHECK;
/* The file of a code, when the actor may know of it: whole desks all, others their own.  false: as if there were none. */
bool desk_finds(const struct op *op, str code, struct head *out);

/* restriction.c: since when the use of a file is restricted by this request: granted, wholly or in part, and not lifted;
 * else NO_DAY. */
day request_restricts(const struct filled *f);
/* Makes the head of the file say what the requests about it say together; by the desk, else nothing. */
struct err *restriction_settle(struct op *op, const struct kase *desk, str code) MUST_CHECK;

/* hold.c: a hold is set or lifted, with its reason, in one act. */
struct err *hold_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
		      struct json *answers, str reason) MUST_CHECK;
struct due_file { /* a closed file whose time is over on the day asked about */
	case_id id;
	str code;
	day due;
	bool held, asked; /* asked: its erasure waits for a second person */
};
/* By the day they are due.  Decoys are no files. */
struct err *files_due(struct op *op, day on, struct due_file **out, size_t *n) MUST_CHECK;
struct held_file {
	str code;
	str why; /* as the register says; absent: the file itself said it when it was closed */
	day since;
	day lifted; /* the register says that it was, and yet it stands; else NO_DAY */
};
struct err *files_held(struct op *op, const struct kase *desk, struct held_file **out, size_t *n) MUST_CHECK;

/* disclosure.c: what was passed on, to whom, on which consent. */
struct consent_known {
	record_id id;
	int version;   /* that says yes */
	str kind;      /* of list CONSENT_KIND */
	day on, until; /* the days on which it stood; until NO_DAY: no end is known */
	bool stands;   /* today */
	const struct json *recipients, *scope;
};
/* Given, and those that stood for a time, until their last day or until the person took them back; only kinds that name
 * who receives what. */
struct err *consents_known(struct op *op, const struct kase *k, struct consent_known **out, size_t *n) MUST_CHECK;
bool consent_stands(const struct filled *all, size_t n, size_t which, day today);
struct disclosure {
	struct record r;
	const struct json *answers;
	str code;
	day on;
	bool copy; /* given to the person herself: the register of copies */
};
/* Newest first; of one file when code is not empty, else of the whole house: the caller has asked. */
struct err *disclosures_read(struct op *op, const struct kase *desk, str code, struct disclosure **out,
			     size_t *n) MUST_CHECK;
struct err *disclosure_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
			    struct json *answers, str reason) MUST_CHECK;
