/* core.h — the vault's state and the questions put to it; shared by the handlers of this folder only.
 *
 * A handler reads its question, decides, then changes: once it has called store_put it may not fail.  What it
 * answers leaves the process only behind the turn's commit (server.c). */
#pragma once
#include "access.h"
#include "audit.h"
#include "keyring.h"
#include "server.h"
#include "store.h"
#include "wire.h"

#define IDLE_MS (15 * 60 * 1000)
#define SESSION_MS (10 * 3600 * 1000)
#define AGAIN_MS (5 * 60 * 1000)
#define CASE_BITS ((COMP_BIT(COMP_STAFF) - 1) * 0x10001u) /* compartments of a person's file, of either dossier */
#define ENDED_KEPT_MS (24 * 3600 * 1000)

struct group_keys {
	struct key sk, sym;
};
struct fresh_group { /* keys of offices made before there is anyone to give them to */
	group_id id;
	struct group_keys keys;
	struct fresh_group *next;
};
struct vaultd {
	const struct vault_config *conf;
	struct arena *life; /* as long as the process */
	int dir;
	bool sealed, empty, demonstration;
	bool failed; /* a write did not reach the disk: nothing is answered until it is read again */
	uint64_t generation;
	struct keyring *keys; /* locked memory when the system allows it */
	bool keys_locked;
	struct store store;
	struct shred shred;
	struct audit audit;
	struct sign_pair delegate;
	struct st_user nobody; /* stands in for logins that do not exist: same work, same time */
	struct fresh_group *fresh;
	struct map refusals;      /* of strangers, counted: trail.c */
	struct map reveals;       /* until when a session sees where a person is: reveal.c */
	struct seckey_site site;  /* whose security keys are taken; origin absent: none are */
	struct key challenges;    /* made at every start: none outlives it */
	struct map answered;      /* challenges that a key has answered: seckeys.c */
	uint32_t limits[BUDGETS]; /* 0: none */
	msec unseal_after, swept;
	uint32_t told_stuck; /* notes for the log that cannot be read, or not removed: told.c */
	msec forgot;         /* the newest moment at which answered challenges were let go */
};

struct user_secret {
	struct key sk, sym;
};
struct ask {
	struct arena *a;
	enum verb verb;
	uint8_t sub;
	msec now;
	struct codec in, out;
	struct token token;
	struct st_session *session; /* NULL: the public */
	struct st_user *user;
	bool have_secret;
	struct user_secret secret;
	struct audit_entry note; /* what the audit says of it; handlers fill object, compartments, count, purpose */
	bool noted;              /* the handler has written its own entries */
	const char *action;      /* in the audit when it is refused; NULL: the verb's own */
	bool told;               /* audited whatever the kind of the refusal */
};

struct err *core_unseal(struct vaultd *v, struct arena *a, str secret, msec now) MUST_CHECK;
void core_seal(struct vaultd *v);
/* After a write that failed: what memory holds is let go, and what the disk holds read again, if it can be written.  The
 * keys that were given with the passphrase stay.  Nothing may be answered before it succeeds. */
struct err *core_reopen(struct vaultd *v, struct arena *a, msec now) MUST_CHECK;
/* What the turn has changed, onto the disk: the keys that shred first, for a case whose key was lost would be lost; the
 * audit last, for it names the store's frame.  After a failure nothing may be answered any more. */
struct err *core_commit(struct vaultd *v, struct arena *a, msec now) MUST_CHECK;
/* A command's own vault, still sealed, while the service is stopped (CONFLICT while one runs); sealed again behind act. */
struct err *core_alone(struct arena *a, const char *dir,
		       struct err *(*act)(struct vaultd *v, struct arena *a, void *arg), void *arg) MUST_CHECK;
/* One question.  Refusals are audited here; in any case k->out holds the answer's body, and no key is left behind. */
struct err *core_handle(struct vaultd *v, struct ask *k);
void core_sweep(struct vaultd *v, msec now); /* once a minute: sessions long ended */
/* Appends an entry about this question; done or refused. */
struct err *core_note(struct vaultd *v, struct ask *k, const char *action, bool done) MUST_CHECK;
/* The same of a refusal; those of strangers share one entry a minute. */
struct err *core_note_refusal(struct vaultd *v, struct ask *k, const char *action) MUST_CHECK;
/* Entries for the refusals counted since: of minutes that are over, or of all. */
void core_tally(struct vaultd *v, msec now, bool all);

/* session.c */
struct err *session_find(struct vaultd *v, struct ask *k) MUST_CHECK; /* from k->token */
struct err *session_new(struct vaultd *v, struct ask *k, struct st_user *u, struct token *out) MUST_CHECK;
size_t sessions_end(struct vaultd *v, user_id who, const struct st_session *but); /* how many */
bool take_secret(struct ask *k, str plain);
struct err *ask_secret(struct vaultd *v, struct ask *k) MUST_CHECK;

/* signin.c: one attempt to prove who one is, already counted. */
enum { SLOT_PASSWORD, SLOT_RECOVERY, SLOT_DURESS, SLOT_LAST /* the recovery code just used */ };
struct attempt {
	struct st_user *user; /* NULL: no such login */
	struct id login;
	struct st_counter counter;
	bool by_key; /* this one signed, and counts on */
	struct st_seckey key;
};
struct err *attempt_begin(struct vaultd *v, struct ask *k, str login, struct attempt *t) MUST_CHECK;
bool attempt_opens(struct vaultd *v, struct ask *k, const struct attempt *t, const struct key *pre, unsigned slot);
/* Password, and code or security key. */
struct err *attempt_judge(struct vaultd *v, struct ask *k, struct attempt *t, const struct key *pre,
			  const struct second *s) MUST_CHECK;
void attempt_good(struct vaultd *v, struct attempt *t);
struct id login_key(const struct vaultd *v, struct arena *a, str login);
struct key user_key(const struct vaultd *v, struct arena *a, user_id id, const struct key *pre);
struct seal_at slot_place(const struct vaultd *v, user_id id, unsigned slot);
struct key slot_key(const struct key *uk, unsigned slot);
struct seal_at totp_place(const struct vaultd *v, user_id id);

/* seckeys.c */
bool key_right(struct vaultd *v, struct ask *k, struct attempt *t, const struct key_answer *w);
void keys_drop(struct vaultd *v, user_id who); /* all of an account whose factors begin anew */
void keys_sweep(struct vaultd *v, msec now);
struct err *on_key_ask(struct vaultd *v, struct ask *k);
struct err *on_key_add(struct vaultd *v, struct ask *k);
struct err *on_key_remove(struct vaultd *v, struct ask *k);
struct err *on_keys_only(struct vaultd *v, struct ask *k);
struct err *on_keys(struct vaultd *v, struct ask *k);

/* standing.c */
bool account_works(const struct st_user *u, msec now); /* may be in a session */
bool account_open(const struct st_user *u);            /* neither locked nor revoked: can be given work */
bool account_away(const struct st_user *u, msec now);
/* The account that the question is about, read from it; never one's own. */
struct err *other_account(struct vaultd *v, struct ask *k, struct st_user **out) MUST_CHECK;
struct err *again_lately(struct ask *k) MUST_CHECK;

/* users.c: what a new account is made of. */
struct gift { /* the keys of a group that it reads, gathered before anything is written */
	const struct st_group *group;
	struct group_keys keys;
};
bool text_ok(str s, size_t max); /* a line that somebody typed */
struct err *user_check(struct vaultd *v, struct ask *k, const struct user_new *in, bool first) MUST_CHECK;
struct st_user user_of(const struct vaultd *v, struct ask *k, const struct user_new *in);
void user_keys(struct st_user *u, uint8_t secret[SECRET_LEN]); /* a fresh key pair */
struct staff user_line(const struct st_user *u);
struct err *slot_fill(struct vaultd *v, struct ask *k, struct st_user *u, unsigned slot, const struct key *pre,
		      const uint8_t secret[SECRET_LEN]) MUST_CHECK;
struct err *totp_fill(struct vaultd *v, struct ask *k, struct st_user *u, const uint8_t totp[20]) MUST_CHECK;
struct err *gifts_gather(struct vaultd *v, struct ask *k, const struct st_user *u, struct gift **out,
			 size_t *n) MUST_CHECK;
void gifts_give(struct vaultd *v, struct ask *k, const struct st_user *u, const struct gift *gifts, size_t n);

/* groups.c */
bool reads_group(const struct st_user *u, const struct st_group *g);
struct err *ask_group(struct vaultd *v, struct ask *k, const struct st_group *g, struct group_keys *out) MUST_CHECK;
void give_group(struct vaultd *v, struct ask *k, const struct st_user *to, const struct st_group *g,
		const struct group_keys *keys);
/* A compartment may be younger than this house: its keys, in every office.  When a coordinator signs in. */
void groups_complete(struct vaultd *v, struct ask *k);
void rewrap_groups(struct vaultd *v, struct ask *k); /* at sign-in: boxed memberships become symmetric ones */

/* escrow.c: sealed to the recovery key, when there is one. */
void escrow_put(struct vaultd *v, struct ask *k, const struct st_group *g, const struct group_keys *keys);
struct err *escrow_complete(struct vaultd *v, struct ask *k) MUST_CHECK; /* when a coordinator signs in */
size_t escrow_missing(const struct store *s);
/* accounts.c: a fresh key pair that only the link opens. */
struct err *account_link(struct vaultd *v, struct ask *k, struct st_user *u, struct invite *link) MUST_CHECK;

/* grants.c */
void grant_sign(const struct vaultd *v, struct arena *a, struct st_grant *g, user_id who, const uint8_t who_pk[32],
		struct id what, const uint8_t what_pk[32]);
bool grant_good(const struct vaultd *v, struct arena *a, const struct st_grant *g, user_id who,
		const uint8_t who_pk[32], struct id what, const uint8_t what_pk[32]);
bool of_office(const struct st_object *o, const char *office);
bool may_reach(struct vaultd *v, struct ask *k, struct st_object *o);
/* The object a question names, into the audit's note in any case.  NOT_FOUND: absent, or not to be told from absent. */
struct err *reached(struct vaultd *v, struct ask *k, case_id object, struct st_object **out) MUST_CHECK;
bool assigned_to(struct vaultd *v, struct ask *k, struct st_object *o); /* by name, as case manager or replacement */
void assign_to(struct vaultd *v, struct ask *k, case_id object, user_id who, day until);

/* One handler for each thing that VERB_ACCESS does: the table is in access.c. */
struct err *on_assign(struct vaultd *v, struct ask *k);
struct err *on_name(struct vaultd *v, struct ask *k);
struct err *on_passes_of(struct vaultd *v, struct ask *k);
struct err *on_passes_mine(struct vaultd *v, struct ask *k);
struct err *on_glass(struct vaultd *v, struct ask *k);
struct err *on_budgets(struct vaultd *v, struct ask *k);
struct err *on_search(struct vaultd *v, struct ask *k);
struct err *on_raise(struct vaultd *v, struct ask *k);
struct err *on_alerts(struct vaultd *v, struct ask *k);
struct err *on_alert_ack(struct vaultd *v, struct ask *k);
struct err *on_decoy(struct vaultd *v, struct ask *k);
struct err *on_decoys(struct vaultd *v, struct ask *k);
struct err *on_seen(struct vaultd *v, struct ask *k);

/* budget.c.  check: RATE with an alert when the actor has used up what she may do of it; spend: counts one. */
struct err *budgets_start(struct vaultd *v) MUST_CHECK;
struct err *opening_check(struct vaultd *v, struct ask *k) MUST_CHECK; /* of what k->note says is opened */
void opening_spend(struct vaultd *v, struct ask *k);
struct err *budget_check(struct vaultd *v, struct ask *k, enum spend what, struct id object) MUST_CHECK;
void budget_spend(struct vaultd *v, struct ask *k, enum spend what, struct id object);

/* glass.c: passes beside the assignments of grants.c. */
bool has_pass(struct vaultd *v, struct ask *k, struct id object, enum pass_kind kind /* PASS_NONE: any of a case */);
void pass_give(struct vaultd *v, struct ask *k, const struct st_user *to, enum pass_kind kind, case_id object,
	       msec until);
void passes_renew(struct vaultd *v, struct ask *k, const struct st_user *to); /* she has a new key pair */
bool by_name_ok(const struct st_user *u, const struct st_object *o); /* may this file be given to this account */

/* reveal.c: whether this opening may hold where the person is; and that it was asked for. */
bool location_open(const struct vaultd *v, const struct ask *k);
void location_reveal(struct vaultd *v, const struct ask *k);

/* alerts.c.  Raised once an hour for the same kind, person and object.  reason absent: none. */
str alert_reason(struct vaultd *v, struct ask *k,
		 const struct audit_entry *e); /* typed for that act, if k may read it */
void alert_raise(struct vaultd *v, msec now, enum alarm_kind kind, user_id who, struct id object, int64_t count,
		 str reason);
void alert_decoy(struct vaultd *v, struct ask *k, const struct st_object *o);    /* an opening, if it is one */
void alert_failures(struct vaultd *v, msec now, user_id who, uint32_t failures); /* of sign-ins of an account */

/* heads.c: the newest state of this head, as far as is known here. */
struct err *head_good(struct vaultd *v, struct ask *k, struct st_object *o, const uint8_t digest[32]) MUST_CHECK;

/* erase.c */
/* Tombstones of the store and of the shred keys are made to agree, and what they name is gone from both: at start, and
 * so behind every restore. */
void erase_replay(struct vaultd *v);
size_t shred_missing(const struct vaultd *v); /* objects whose key is gone without a tombstone */
/* The same, of those not marked as lost; marks them when `accept`. */
size_t shred_lost(struct vaultd *v, bool accept);
bool erased(const struct vaultd *v, case_id object);
struct err *on_erase(struct vaultd *v, struct ask *k) MUST_CHECK; /* subs of VERB_OBJECT */
/* hold.c: a case that must be kept is not erased, whoever asks. */
bool held(const struct vaultd *v, case_id object);
struct err *on_hold(struct vaultd *v, struct ask *k) MUST_CHECK;

/* Handlers, one per verb: the table is in core.c. */
struct err *on_signin_start(struct vaultd *v, struct ask *k);
struct err *on_signin(struct vaultd *v, struct ask *k);
struct err *on_session(struct vaultd *v, struct ask *k);
struct err *on_signout(struct vaultd *v, struct ask *k);
struct err *on_stash(struct vaultd *v, struct ask *k);
struct err *on_account(struct vaultd *v, struct ask *k);
struct err *account_new(struct vaultd *v, struct ask *k);
struct err *account_standing(struct vaultd *v, struct ask *k);
struct err *account_travel(struct vaultd *v, struct ask *k);
struct err *account_end(struct vaultd *v, struct ask *k);
struct err *on_staff(struct vaultd *v, struct ask *k);
struct err *on_office_new(struct vaultd *v, struct ask *k);
struct err *on_index(struct vaultd *v, struct ask *k);
struct err *on_object(struct vaultd *v, struct ask *k);
struct err *on_share(struct vaultd *v, struct ask *k);
struct err *on_open(struct vaultd *v, struct ask *k);
struct err *on_access(struct vaultd *v, struct ask *k);
struct err *on_head(struct vaultd *v, struct ask *k);
struct err *on_audit(struct vaultd *v, struct ask *k);
struct err *on_audit_read(struct vaultd *v, struct ask *k);
