/* vault.h — what the web process and the command line may ask of the vault process (design §5).
 *
 * One channel (a SOCK_SEQPACKET socket, fixed-size messages) per thread; a call blocks until the answer.
 * The vault never offers "decrypt": only "open these compartments of this case, for this session, for this
 * purpose"; it has written and flushed the audit entry before it answers.  Errors come back as kinds:
 * SIGNED_OUT (no such session, or it ended), DENIED, NOT_FOUND, RATE, UNAVAILABLE (sealed, or no audit possible). */
#pragma once
#include "crypt.h"
#include "policy.h"

struct vault; /* one channel */
struct vault *vault_attach(struct arena *a, int fd);

struct token {
	uint8_t b[32];
};
extern const struct token NO_TOKEN; /* the public, or the program itself */

#define OFFICE_MAX 8
#define LOGIN_MAX 64
#define STAFF_NAME_MAX 64

struct vault_status {
	bool sealed, empty; /* empty: no keyring yet */
	bool demonstration; /* made by `rivage demo` */
	uint64_t generation, audit_size;
	msec now;                /* the machine’s clock */
	bool recovery;           /* a recovery key is installed */
	uint64_t escrow_missing; /* groups whose keys are not sealed to it: a coordinator must sign in once */
	msec backup_at;          /* of the newest backup that the audit log tells of; 0: of none */
};
struct err *vault_status(struct vault *v, struct arena *a, struct vault_status *out) MUST_CHECK;
struct err *vault_unseal(struct vault *v, struct arena *a, str passphrase) MUST_CHECK;

/* Keys web keeps while it runs (design §10.2). */
struct web_keys {
	struct id tenant;
	struct key head;  /* heads of cases */
	struct key csrf;  /* masks and opaque result ids */
	struct key token; /* duplicate tokens in memory */
};
struct err *vault_web_keys(struct vault *v, struct arena *a, struct web_keys *out) MUST_CHECK;

/* Sign-in, two steps.  start: counts the attempt durably, then gives the salt (a stable made-up one for a
 * name that does not exist).  ERR_RATE while the account waits.  finish: `pre` is Argon2id of the password. */
struct err *vault_signin_start(struct vault *v, struct arena *a, str login, uint8_t salt[16]) MUST_CHECK;
/* The second factor: a one-time code, or what a security key answered to a challenge (account.h). */
#define KEY_CHALLENGE 56
struct key_answer {
	uint8_t challenge[KEY_CHALLENGE];
	str id, client, auth, sig;
};
struct second {
	str code;
	const struct key_answer *key; /* NULL: the code */
};
struct err *vault_signin(struct vault *v, struct arena *a, str login, const struct key *pre, const struct second *s,
			 struct token *out) MUST_CHECK;
struct actor_info {
	user_id id;
	enum role role;
	char office[OFFICE_MAX + 1];
	char name[STAFF_NAME_MAX + 1];
	char login[LOGIN_MAX + 1];
	msec signed_in, idle_until, until;
	msec again_until; /* password and code were typed so lately that grants need them not again until then */
};
/* touch: this is a person's act, so the 15 idle minutes start again. */
struct err *vault_session(struct vault *v, struct arena *a, struct token t, bool touch,
			  struct actor_info *out) MUST_CHECK;
struct err *vault_signout(struct vault *v, struct arena *a, struct token t) MUST_CHECK;
/* The same; *last: nobody of the actor's office is signed in any more. */
struct err *vault_leave(struct vault *v, struct arena *a, struct token t, bool *last) MUST_CHECK;

/* Accounts.  The first one of an empty store needs no token (init); later ones need MAY_STAFF
 * and, for a role that reads cases, its keys (grants are the coordinator's: design §10.8).  Invitations: account.h.  totp: 20 bytes drawn by the vault, shown once by the caller. */
struct user_new {
	str login, name;
	enum role role;
	str office;
	uint8_t salt[16];
	struct key pre; /* Argon2id(password, salt) */
};
struct err *vault_user_new(struct vault *v, struct arena *a, struct token t, const struct user_new *u, user_id *out,
			   uint8_t totp[20]) MUST_CHECK;
/* Only ACTIVE signs in.  An invited person chooses her password (UNCONFIRMED); her first sign-in with a code from her
 * phone confirms her.  REVOKED is for ever. */
enum account_state {
	ACCOUNT_INVITED = 1,
	ACCOUNT_UNCONFIRMED,
	ACCOUNT_ACTIVE,
	ACCOUNT_LOCKED,
	ACCOUNT_REVOKED,
	ACCOUNT_STATES
};
struct staff { /* server lock only: names of staff, never of persons helped */
	user_id id;
	enum role role;
	char office[OFFICE_MAX + 1];
	char name[STAFF_NAME_MAX + 1];
	char login[LOGIN_MAX + 1];
	bool active;   /* can be given work: neither locked nor revoked */
	bool restored; /* locked by a restore; nobody has unlocked it since */
	enum account_state state;
	day away_from, away_until; /* travel mode, days of the machine's own clock; NO_DAY: none */
	msec invite_until;         /* INVITED: the link works until then */
	msec invite_from;          /* and not before: made from the shares of the recovery key; 0: at once */
};
struct err *vault_staff(struct vault *v, struct arena *a, struct staff **out, size_t *n) MUST_CHECK;
/* Offices must exist before accounts of theirs; makes the groups office × compartment. */
struct err *vault_office_new(struct vault *v, struct arena *a, struct token t, str office) MUST_CHECK;

/* A wrapped key of one (dossier, compartment) for one office, as kept in the database. */
#define WRAP_MAX 320
struct wrap {
	enum dossier dossier;
	enum compartment compartment;
	char office[OFFICE_MAX + 1];
	uint32_t gen;
	str sealed; /* ≤ WRAP_MAX */
};
struct case_key {
	enum dossier dossier;
	enum compartment compartment;
	struct key key;
};
/* Fresh keys of a new object: for dossier d, each compartment in mask[d], wrapped for each office in offices.
 * Without a token this is intake (design §10.5): keys come back once, for sealing only, actor "public". */
struct err *vault_object_new(struct vault *v, struct arena *a, struct token t, case_id object, enum dossier d,
			     uint32_t mask, const str *offices, size_t n_offices, struct wrap **wraps, size_t *n_wraps,
			     struct case_key **keys, size_t *n_keys) MUST_CHECK;
/* Wraps keys the actor can open for one more office (opening the COR dossier for its country: consent C3). */
struct err *vault_share(struct vault *v, struct arena *a, struct token t, case_id object, const struct wrap *have,
			size_t n, str office, struct wrap **out, size_t *n_out) MUST_CHECK;
/* Erasure, by two people with MAY_ERASE: one asks, another confirms; until then it can be withdrawn.  Confirmed, no key
 * of the case is ever given again, and none can be made from any copy.  Confirming twice is confirming once. */
struct err *vault_erase_ask(struct vault *v, struct arena *a, struct token t, case_id object) MUST_CHECK;
struct err *vault_erase_withdraw(struct vault *v, struct arena *a, struct token t, case_id object) MUST_CHECK;
struct err *vault_erase(struct vault *v, struct arena *a, struct token t, case_id object) MUST_CHECK;
/* A legal hold: while it stands the vault refuses to erase (INVALID).  Set by who writes in the case or erases, lifted
 * by who erases.  Setting or lifting twice is once. */
struct err *vault_hold(struct vault *v, struct arena *a, struct token t, case_id object) MUST_CHECK;
struct err *vault_release(struct vault *v, struct arena *a, struct token t, case_id object) MUST_CHECK;
/* Whether one stands, for who may set it. */
struct err *vault_held(struct vault *v, struct arena *a, struct token t, case_id object, bool *is) MUST_CHECK;
struct erasure { /* what the tombstone says */
	user_id asked, confirmed;
	msec at;
};
struct err *vault_erased(struct vault *v, struct arena *a, case_id object, bool *is, struct erasure *out) MUST_CHECK;

enum purpose {
	PURPOSE_READ = 1,
	PURPOSE_WRITE,
	PURPOSE_LIST,
	PURPOSE_GATE,
	PURPOSE_PRINT,
	PURPOSE_EXPORT,
	PURPOSE_REVEAL
};
/* Opens what the actor's role and assignment allow among `wraps` (PURPOSE_READ: without the location, unless this session
 * asked for it by PURPOSE_REVEAL, which opens nothing else, within five minutes); compartments not allowed are simply not in
 * *keys.  NOT_FOUND when nothing is.  At most 64 wraps; one compartment wrapped twice is opened once.
 * head: the digest of the sealed head that was read, refused as by vault_head_check; NULL or zeros: it has none. */
struct err *vault_open(struct vault *v, struct arena *a, struct token t, case_id object, enum purpose p,
		       const uint8_t head[32], const struct wrap *wraps, size_t n, struct case_key **keys,
		       size_t *n_keys) MUST_CHECK;

/* Names index of an office: a key for sealing (also without a token), and the key to read it back (session only). */
struct err *vault_index_seal(struct vault *v, struct arena *a, str office, str plain, str *sealed) MUST_CHECK;
struct err *vault_index_key(struct vault *v, struct arena *a, struct token t, str office,
			    struct box_pair *out) MUST_CHECK;

/* Assignment by name, until a day of the machine's own clock (NO_DAY: no end).  Needs MAY_ASSIGN.  Who makes a case
 * is assigned to it.  unassign with user zero: withdraws everyone's. */
struct err *vault_assign(struct vault *v, struct arena *a, struct token t, case_id object, user_id who,
			 day until) MUST_CHECK;
struct err *vault_unassign(struct vault *v, struct arena *a, struct token t, case_id object, user_id who) MUST_CHECK;

/* Anti-rollback of heads (design §10.3): called with the digest now in the database and the next one, before the
 * commit.  check: the digest read must be one the vault knows, else ERR_INTERNAL and an alert in the audit. */
struct err *vault_head_next(struct vault *v, struct arena *a, case_id object, const uint8_t prev[32],
			    const uint8_t next[32]) MUST_CHECK;
/* Heads as the database has them, HEADS_LISTED at most at once: each good, wrong (with an alert), or of an erased case whose
 * rows are still there.  From the first of a
 * load (`first`) on the vault keeps which it saw; then, how many it knows that were none of them, each with an alert. */
struct head_seen {
	case_id object;
	uint8_t digest[32];
};
enum head_found { HEAD_GOOD, HEAD_WRONG, HEAD_OF_ERASED, HEADS_FOUND };
#define HEADS_LISTED 256
struct err *vault_heads_check(struct vault *v, struct arena *a, bool first, const struct head_seen *list, size_t n,
			      enum head_found *found) MUST_CHECK;
struct err *vault_heads_missing(struct vault *v, struct arena *a, uint64_t *n) MUST_CHECK;
/* The rows of its records are not those its head tells of: an alert. */
struct err *vault_rows_wrong(struct vault *v, struct arena *a, case_id object) MUST_CHECK;
struct err *vault_head_check(struct vault *v, struct arena *a, case_id object, const uint8_t digest[32]) MUST_CHECK;

/* The audit log.  detail: a code or a count, never a word about a person. */
struct err *vault_audit(struct vault *v, struct arena *a, struct token t, const char *action, case_id object, bool done,
			int64_t count) MUST_CHECK;
struct audit_line {
	uint64_t seq;
	msec at;
	user_id actor;  /* zero: the public or the program */
	case_id object; /* zero: none */
	char action[32];
	uint32_t compartments;
	enum purpose purpose;
	bool done;
	int64_t count;
	str reason; /* typed for this act, where the actor may read it */
};
/* Newest first, at most 100 from `before` (0: the end).  audit_query.h asks by more. */
struct err *vault_audit_read(struct vault *v, struct arena *a, struct token t, case_id object, uint64_t before,
			     struct audit_line **out, size_t *n) MUST_CHECK;

/* Text typed into a session that has ended: sealed to that person's own key, offered after sign-in (design §10.13). */
struct err *vault_stash(struct vault *v, struct arena *a, struct token ended, str plain, user_id *who,
			str *sealed) MUST_CHECK;
struct err *vault_unstash(struct vault *v, struct arena *a, struct token t, str sealed, str *plain) MUST_CHECK;
