/* audit_query.h — asking the audit log: by person, file, kind of act and time; and taking a copy of it out.
 *
 * One table says which acts are of which kind, for the page, for `rivage audit show` and for the vault that looks.
 * What must not happen here: a reason that somebody typed, told to who may not read the alert it stands in. */
#pragma once
#include "vault.h"

enum audit_kind {
	AUDIT_ALL,
	AUDIT_OPENED,   /* files opened, whatever for */
	AUDIT_REVEALED, /* where a person is */
	AUDIT_TAKEN,    /* what left the house: papers, copies */
	AUDIT_REACH,    /* who was given a file, or took it */
	AUDIT_LISTS,    /* lists and searches */
	AUDIT_SIGN_IN,
	AUDIT_ACCOUNTS,
	AUDIT_LIMITS, /* limits and alerts */
	AUDIT_ERASED,
	AUDIT_REFUSED, /* of every kind */
	AUDIT_KINDS
};
extern const char *const audit_kinds[AUDIT_KINDS]; /* codes, for addresses and commands */
enum audit_kind audit_kind_find(str code);         /* AUDIT_KINDS: none */
bool audit_kind_has(enum audit_kind k, const char *action, enum purpose p, bool done);

struct audit_query {
	case_id object; /* zero: whatever it is about */
	user_id who;    /* zero: anybody */
	enum audit_kind kind;
	msec from, to;   /* from <= at < to; 0: no bound */
	uint64_t before; /* 0: the end of the log */
};
#define AUDIT_SCANNED 60000u  /* entries looked at for one answer */
#define AUDIT_THREADED 20000u /* … of those about one file, which are read one by one */
struct audit_found {
	struct audit_line *lines; /* newest first, at most AUDIT_PAGE of wire.h */
	size_t n;
	uint64_t next; /* the `before` to go on with; 0: there is nothing older */
	msec reached;  /* how far back it looked, when next */
};
/* Needs MAY_AUDIT; or an object that is a file given to the actor by name, or any file to who assigns them. */
struct err *vault_audit_find(struct vault *v, struct arena *a, struct token t, const struct audit_query *q,
			     struct audit_found *out) MUST_CHECK;
/* Before a copy of those entries is taken out: the reason is kept and told like an alert, and it counts as one paper.
 * Needs MAY_AUDIT. */
struct err *vault_audit_export(struct vault *v, struct arena *a, struct token t, const struct audit_query *q,
			       str reason) MUST_CHECK;

/* The number that the entry of such a copy carries, and its alert: which kind, which hours (a bound inside an hour takes all of
 * it), and `beside`: a file and a person were named, each has its own entry of the same moment. */
int64_t audit_taken(const struct audit_query *q);
void audit_taken_read(int64_t number, struct audit_query *q, bool *beside); /* kind, from, to */

struct codec;
void code_audit_query(struct codec *c, struct audit_query *q); /* audit_query.c */
