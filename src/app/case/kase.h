/* kase.h — a case: finding it for an actor, opening it, making one, and the records filled in it.
 * Everything here checks the actor; there is no way round.  Records are never changed: a correction is a new
 * version with its reason.  A change is one transaction: records, head, change counter (design §10.3). */
#pragma once
#include "head.h"
#include "op.h"

struct kase {
	struct head head;
	uint8_t digest[32]; /* of the sealed head this was read from; zeros for a new case */
	struct wrap *wraps;
	size_t n_wraps;
	struct case_key *keys; /* only those opened for this actor */
	size_t n_keys;
	uint32_t readable[DOSSIERS]; /* compartments opened */
	bool bare; /* no case but an object without a head (programme/object.h): of it only id, version, tally */
	struct rows_seen *rows; /* rows of its records, as last read (rows.h); NULL: read anew each time */
};

/* What the actor's role and assignment make visible: NOT_FOUND otherwise, in the same words as an absent one. */
struct err *kase_find(struct op *op, case_id id, struct kase **out) MUST_CHECK;
bool kase_visible(const struct op *op, const struct head *h);
/* The same, for ten thousand at once: what of a head decides who sees it, small enough to be kept beside a list. */
typedef uint64_t office_mark; /* the eight characters of an office's code; 0: none */
struct standing {
	office_mark office, cor_office; /* cor_office: once the file of the country of return is open */
	bool untaken;                   /* a referral that nobody has yet */
	bool own;                       /* the actor's by name: kase_own, asked apart */
};
struct viewer { /* what of an actor decides it */
	bool every, office, triage, staff;
	office_mark own;
};
struct viewer kase_viewer(const struct op *op);
struct standing kase_standing(const struct head *h); /* own: not filled */
bool kase_own(const struct op *op, const struct head *h);
bool kase_visible_at(const struct viewer *v, const struct standing *s);
/* Reads the head as it is stored now, refused when it is not the newest the vault knows, and opens the compartments
 * the actor may read: one audit entry, before any key. */
struct err *kase_open(struct op *op, struct kase *k, enum purpose p) MUST_CHECK;
/* What the actor may see of a dossier: what is open, and where the person is, which opens when it is asked for. */
uint32_t kase_reaches(const struct op *op, const struct kase *k, enum dossier d);
/* Reads what the French side judges by: the risks.  The others learn how many conditions are missing there, not which. */
bool kase_insider(const struct kase *k);
/* A new case from a referral (F01): by staff, or by the public (design §10.5).  id drawn when the form was rendered:
 * the same one with the same answers is the same case; with others, CONFLICT.  receipt: keyed hash of what the public is
 * given, kept in the same transaction; or NULL. */
struct err *kase_create(struct op *op, record_id rid, struct json *answers, const struct id *receipt, case_id *out,
			str *code) MUST_CHECK;
enum state kase_state(const struct op *op, const struct head *h); /* CLOSED becomes ARCHIVED by the clock */

struct record { /* a filled form, without its content */
	record_id id;
	const struct form *form;
	str form_code; /* also of acts that are no form: "MOVE", "ASSIGN" */
	int version;
	enum dossier dossier;
	user_id author;
	day on;
	int64_t turn; /* order among the changes of the case */
	uint32_t compartments;
};
/* Newest version of each record, newest first. */
struct err *record_list(struct op *op, const struct kase *k, struct record **out, size_t *n) MUST_CHECK;
/* What was read of its records is forgotten: somebody may have filed since. */
void rows_forget(const struct kase *k);
struct err *record_find(struct op *op, const struct kase *k, record_id id, int version /* 0 newest */,
			struct record *out) MUST_CHECK;
/* Newest record of a form; *found false when there is none. */
struct err *record_last(struct op *op, const struct kase *k, const char *form, struct record *out,
			bool *found) MUST_CHECK;
/* Answers of the compartments the actor has opened.  *readable: which of them. */
struct err *record_read(struct op *op, const struct kase *k, const struct record *r, struct json **answers,
			uint32_t *readable) MUST_CHECK;
/* What version based_on says, as far as the actor reads it; NULL where there is none to correct (based_on 0). */
struct err *record_before(struct op *op, const struct kase *k, record_id id, int based_on,
			  struct json **was) MUST_CHECK;
/* Every record of a form in its newest version with its answers, newest first: for the few forms a page adds up. */
struct filled {
	struct record r;
	struct json *answers;
};
struct err *record_all(struct op *op, const struct kase *k, const char *form, struct filled **out,
		       size_t *n) MUST_CHECK;
/* Files a form that form_check accepted.  based_on: 0 for a new record, else the version read: CONFLICT when someone
 * filed another meanwhile.  The same id and version filed twice is the same record (double submit).
 * reason: for versions above 1.  Applies the facts of the form to the head of a case (facts.c). */
struct err *record_file(struct op *op, struct kase *k, const struct form *f, record_id id, int based_on,
			struct json *answers, str reason) MUST_CHECK;
/* Records of an object whose time is over, taken out for good: every version, and everybody's drafts of them.  `over` names
 * them, and is asked anew on each attempt: somebody may have filed since.  Never of a case, which goes as a whole. */
struct erasing {
	struct err *(*over)(struct op *, const struct kase *, void *arg, struct record **out, size_t *n);
	void *arg;
	size_t n; /* that went */
};
struct err *records_erase(struct op *op, struct kase *k, struct erasing *e) MUST_CHECK;
/* The reason of a correction: there, and of a length that can be kept. */
#define REASON_MAX 500
void reason_check(struct arena *a, int based_on, str reason, struct err **errors);
/* An act that is no form (a move, an assignment): kept in the timeline like one. */
struct err *act_file(struct op *op, struct kase *k, const char *kind, enum compartment c, struct json *what,
		     void (*change)(struct head *, void *), void *arg) MUST_CHECK;

/* Drafts: one per record id and author, last writer wins, only its author sees it.  based_on: the version it corrects,
 * as it was then: a version filed meanwhile is a conflict when the draft is filed. */
struct err *draft_save(struct op *op, const struct kase *k, const struct form *f, record_id id, int based_on,
		       const struct json *answers) MUST_CHECK;
struct err *draft_read(struct op *op, const struct kase *k, const struct form *f, record_id id, struct json **answers,
		       int *based_on, bool *found) MUST_CHECK;
struct draft {
	record_id id;
	str form;
	day on;
	int based_on;
};
struct err *draft_list(struct op *op, const struct kase *k, struct draft **out, size_t *n) MUST_CHECK;

/* Moving on.  CONFLICT-free: head and gates are read again inside the transaction.  INVALID with the first missing
 * condition in message when a gate is shut. */
struct err *kase_move(struct op *op, struct kase *k, enum transition t) MUST_CHECK;
struct err *kase_assign(struct op *op, struct kase *k, user_id who, bool abroad, day until) MUST_CHECK;
/* Access by name beside the case managers: for who works by name in an office that holds the file.  take: back. */
struct err *kase_give(struct op *op, struct kase *k, user_id who, day until) MUST_CHECK;
struct err *kase_take_back(struct op *op, struct kase *k, user_id who) MUST_CHECK;
bool kase_may_have(const struct kase *k, const struct staff *s);
/* A legal hold, by who erases: in the vault, which then refuses an erasure, and in the head, which lists read. */
struct err *kase_hold(struct op *op, case_id id, bool on) MUST_CHECK;
/* The day from which all that a closed file holds may go; NO_DAY: its time has not begun. */
day kase_due(const struct house *house, const struct head *h);
/* The use of the file is restricted from that day on (GDPR, Art. 18); NO_DAY: lifted.  By the desk, as its register says. */
struct err *kase_restrict(struct op *op, case_id id, day since) MUST_CHECK;
/* While it is: whether this form is taken, for it protects somebody or says what the person herself wants; form NULL: an
 * act that is no form.  The second is INVALID with the sentence where the first says no. */
bool kase_takes(const struct head *h, const struct form *form);
struct err *kase_use_allowed(struct op *op, const struct head *h, const struct form *form) MUST_CHECK;
/* Opens the file of the country of return, once consent C3 is given (design §5).  Idempotent. */
struct err *kase_open_cor(struct op *op, struct kase *k) MUST_CHECK;
