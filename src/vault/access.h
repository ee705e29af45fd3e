/* access.h — what web may ask about reaching files: budgets, access by name, break-glass, alerts, decoys, and who
 * opened what yesterday.  Everything here is decided and kept by the vault; web only shows it.
 *
 * What must not happen here: an answer that tells whether a file exists to someone who may not reach it. */
#pragma once
#include "vault.h"

/* Budgets: how much one person may do in a stretch of time (security.md M7).  The table is in budget.c. */
enum spend { SPEND_OPEN, SPEND_SEARCH, SPEND_PRINT, SPEND_GLASS, SPENDS };
enum budget { BUDGET_OPEN_HOUR, BUDGET_OPEN_DAY, BUDGET_SEARCH, BUDGET_PRINT, BUDGET_GLASS, BUDGETS };
struct budget_state {
	enum spend what;
	msec window;
	uint32_t most, used; /* most 0: no limit */
	msec free_at;        /* when the next one is possible; 0: now */
};
/* The actor's own. */
struct err *vault_budgets(struct vault *v, struct arena *a, struct token t,
			  struct budget_state out[BUDGETS]) MUST_CHECK;
/* Before names are searched: one of the actor's searches.  RATE when there is none left. */
struct err *vault_search(struct vault *v, struct arena *a, struct token t) MUST_CHECK;
/* Twice the figures for 24 hours.  Needs MAY_ASSIGN, and never for oneself. */
struct err *vault_raise(struct vault *v, struct arena *a, struct token t, user_id who, str reason) MUST_CHECK;

/* Reasons are kept in the vault's sealed store. */
#define ACCESS_REASON_MIN 20 /* letters */
#define ACCESS_REASON_LETTERS 450
#define ACCESS_REASON_MAX 1800 /* bytes of that many letters of any script */
bool access_reason_ok(str reason);

/* Access by name beside the case manager's, until a day of the machine's clock (NO_DAY: no end).  Needs MAY_ASSIGN.
 * vault_unassign takes it back. */
struct err *vault_name(struct vault *v, struct arena *a, struct token t, case_id object, user_id who,
		       day until) MUST_CHECK;
enum pass_kind { PASS_NONE, PASS_NAMED, PASS_GLASS, PASS_BUDGET, PASS_KINDS };
struct pass {
	case_id object;
	user_id user;
	enum pass_kind kind;
	msec at, until; /* until 0: no end */
};
#define PASSES_MAX 500
/* Those of one case (needs MAY_ASSIGN), or the actor's own. */
struct err *vault_passes_of(struct vault *v, struct arena *a, struct token t, case_id object, struct pass **out,
			    size_t *n) MUST_CHECK;
struct err *vault_passes_mine(struct vault *v, struct arena *a, struct token t, struct pass **out,
			      size_t *n) MUST_CHECK;
/* Break-glass: 24 hours of what the actor's role reads of a file of her office that she was not given.  Needs
 * MAY_GLASS.  NOT_FOUND, in the same time, whether there is no such file or it is another office's. */
struct err *vault_glass(struct vault *v, struct arena *a, struct token t, case_id object, str reason) MUST_CHECK;

enum alarm_kind {
	ALARM_NONE,
	ALARM_BUDGET,
	ALARM_GLASS,
	ALARM_DECOY,
	ALARM_ROLLBACK,
	ALARM_SIGN_IN,
	ALARM_RAISED,
	ALARM_SECKEY,
	ALARM_RECOVERED,
	ALARM_SECKEY_NEW,
	ALARM_EXPORT,      /* entries of the audit log taken out */
	ALARM_COORDINATOR, /* one was made from the shares of the recovery key; count: keys given */
	ALARMS
};
struct alarm {
	uint64_t no;
	enum alarm_kind kind;
	user_id who;    /* zero: nobody signed in */
	case_id object; /* zero: none; of ALARM_RAISED: by whom */
	msec at;
	int64_t count; /* ALARM_BUDGET: enum spend; ALARM_SIGN_IN: failures */
	str reason;
	bool waiting; /* for the actor to acknowledge it */
	user_id acked_by;
	msec acked_at; /* 0: by nobody yet */
};
#define ALERT_PAGE 16 /* with the longest reasons they fit one answer */
/* Newest first, from before `before` (0: the end).  The data-protection officer and the coordinators read all, others
 * what was done to files given to them.  waiting: only those. */
struct err *vault_alerts(struct vault *v, struct arena *a, struct token t, bool waiting, uint64_t before,
			 struct alarm **out, size_t *n) MUST_CHECK;
struct err *vault_alert_ack(struct vault *v, struct arena *a, struct token t, uint64_t no) MUST_CHECK;

/* Decoys: files that stand for nobody.  Which ones is known to the vault and, while it runs, to web's memory. */
struct err *vault_decoy(struct vault *v, struct arena *a, struct token t, case_id object) MUST_CHECK;
#define DECOYS_MAX 200
struct err *vault_decoys(struct vault *v, struct arena *a, case_id **out, size_t *n) MUST_CHECK;

/* Openings by others of the files given to the actor, between two moments; one line for each person and file. */
struct seen {
	case_id object;
	user_id who;
	msec first, last;
	uint32_t purposes; /* bits of enum purpose */
};
#define SEEN_MAX 100
struct err *vault_seen(struct vault *v, struct arena *a, struct token t, msec from, msec to, struct seen **out,
		       size_t *n) MUST_CHECK;

struct codec; /* access_wire.c */
void code_budget(struct codec *c, struct budget_state *b);
void code_pass(struct codec *c, struct pass *p);
void code_alert(struct codec *c, struct alarm *l);
void code_seen(struct codec *c, struct seen *s);
