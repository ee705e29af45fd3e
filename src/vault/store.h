/* store.h — the vault's own store: accounts, offices, groups, grants, sessions, failure counters.
 * The keys that shred are not here: shred.h.
 *
 * In memory, as maps; on disk, DIR/vault/store, a journal.  A turn's rows make one frame:
 *   "RVGF" length4 seq8 mac16 | envelope
 * The file begins with one "RVGS" header of the same shape; where frames have their length, it has the file's format.
 * seq runs on for ever, through compaction, and enters mac and envelope: frames cannot be changed, moved, repeated
 * or left out.  A frame that a power cut left unfinished is cut at start; any other damage refuses the start. */
#pragma once
#include "codec.h"
#include "crypt.h"
#include "map.h"
#include "pending.h"
#include "policy.h"
#include "seckey.h"
#include "shamir.h"
#include "shred.h"
#include "vault.h"

#define GROUP_INDEX 15 /* the names index of an office has keys like a compartment's; stored, so it never moves */
#define GROUP_KINDS 16
_Static_assert(COMPARTMENTS <= GROUP_INDEX, "a compartment takes the number of the names index");
#define SLOTS 4       /* password, recovery, duress, last recovery: all look alike (design §5) */
#define SECRET_LEN 64 /* of a user: box secret key, symmetric key */
#define SECRET_WRAP (SECRET_LEN + CRYPT_WRAP_OVERHEAD)
#define TOTP_WRAP (20 + CRYPT_WRAP_OVERHEAD)
#define MEMBER_BOX (64 + 48)                   /* group secret key and symmetric key, sealed to the user's public key */
#define MEMBER_WRAP (64 + CRYPT_WRAP_OVERHEAD) /* the same under the user's symmetric key */

enum row_type {
	ROW_USER = 1,
	ROW_OFFICE,
	ROW_GROUP,
	ROW_MEMBER,
	ROW_ASSIGN,
	ROW_UNASSIGN,
	ROW_SESSION,
	ROW_SESSION_DROP,
	ROW_COUNTER,
	ROW_OBJECT,
	ROW_HEAD,
	ROW_REACH, /* one more office an object belongs to */
	ROW_MEMBER_DROP = 20,
	ROW_SPENT = 30, /* of a budget: access_rows.h */
	ROW_PASS,
	ROW_UNPASS,
	ROW_ALERT,
	ROW_ACK,
	ROW_DECOY,
	ROW_RECOVERY = 40,
	ROW_TOMB,        /* an erased case: its object, wraps and assignments are gone */
	ROW_ERASE_ASKED, /* one of two has asked for an erasure */
	ROW_ERASE_DROPPED,
	ROW_OBJECT_DROP,
	ROW_ESCROW,    /* the keys of a group, sealed to the recovery key: escrow.c */
	ROW_HOLD = 50, /* a case that must be kept: hold.c */
	ROW_HOLD_DROP,
	ROW_SECKEY = 60, /* a security key of an account */
	ROW_SECKEY_DROP,
	ROWS /* numbers in between are free: a row of such a type does not load */
};
#include "access_rows.h"

struct st_user {
	user_id id;
	struct id login_key; /* keyed hash of the folded login */
	enum role role;
	char office[OFFICE_MAX + 1], name[STAFF_NAME_MAX + 1], login[LOGIN_MAX + 1];
	enum account_state state, was; /* was: before it was locked */
	day away_from, away_until;     /* travel mode; NO_DAY: none */
	uint8_t box_pk[32], salt[16], slots[SLOTS][SECRET_WRAP], totp[TOTP_WRAP];
	struct id invite_id; /* keyed hash of the invitation's code, which is kept nowhere */
	msec invite_until;
	msec invite_from;            /* the link does not work before: an account made from shares; 0: at once */
	uint8_t invite[SECRET_WRAP]; /* the user's secret, under a key made from that code */
	msec made;
	user_id made_by, linked_by; /* who made it, who its newest link: both could have had it; zero: nobody */
	bool restored;              /* locked by a restore, until somebody has looked at it */
	bool keys_only;             /* no one-time codes: a security key, each time */
};
struct st_seckey {
	struct id id; /* keyed hash of the key's own id: one key is one account's */
	user_id user;
	char name[SECKEY_NAME_MAX + 1];
	struct seckey key;
	msec made, used;
};
struct st_office {
	char code[OFFICE_MAX + 1];
};
struct st_group {
	group_id id;
	char office[OFFICE_MAX + 1];
	uint8_t kind; /* enum compartment, or GROUP_INDEX */
	uint32_t gen;
	uint8_t pk[32];
};
/* Who gave what to whom until when: signed by the vault's delegate key (design §5). */
struct st_grant {
	user_id by;
	msec at;
	day until; /* NO_DAY: no end */
	uint8_t sig[64];
};
struct st_member {
	user_id user;
	group_id group;
	bool boxed; /* sealed to the public key; otherwise under the symmetric key */
	uint8_t sealed[MEMBER_WRAP];
	struct st_grant grant;
	bool verified; /* in memory only: the signature was checked */
};
struct st_assign {
	case_id object;
	user_id user;
	struct st_grant grant;
	bool verified;
	struct st_assign *next;
};
struct st_session {
	struct id id; /* keyed hash of the token */
	user_id user;
	msec started, touched, again; /* again: when password and code were last typed */
	bool ended;
	uint8_t secret[SECRET_WRAP]; /* the user's, under a key made from the token */
	msec touch_kept;             /* in memory only: the touch that the journal holds */
};
struct st_counter {
	struct id id; /* of a user, or of a bucket of unknown logins */
	uint32_t failures;
	msec last;
	int64_t step;    /* last one-time code used */
	uint8_t tickets; /* in memory only: starts that may still finish */
};
#define HEADS_PENDING 8
#define ALSO_MAX 8
struct st_object {
	case_id id;
	bool made, triage; /* triage: came by intake and was never assigned */
	bool person;       /* a case; otherwise a register of the programme, which nobody erases */
	bool lost;         /* its key was missing at a start: known, and no sign of new damage */
	char office[OFFICE_MAX + 1];
	char also[ALSO_MAX][OFFICE_MAX + 1]; /* other offices that hold wraps of it: the country of return */
	uint8_t n_also;
	bool has_head;
	bool listed;                             /* in memory only: seen at the last load of all heads */
	uint8_t prev[32];                        /* the last state known to be committed */
	uint8_t next[HEADS_PENDING][32], n_next; /* states written from it: one of them may be committed by now */
	msec next_at[HEADS_PENDING], seen_at;    /* in memory only: when each came; when one was first read */
	uint8_t older[HEADS_PENDING][32];        /* in memory only: states before prev, for readers that began early */
	msec older_at[HEADS_PENDING];
	struct st_assign *assigns;
};

struct st_recovery { /* public half of the organisation's recovery key; card.total 0: none yet */
	struct share_card card;
	msec made;
};

#define ESCROW_BOX MEMBER_BOX
struct st_escrow {
	group_id group; /* one generation of it */
	uint8_t set[8]; /* of the shares that open it */
	uint8_t sealed[ESCROW_BOX];
};

struct st_erase { /* an erasure asked, not yet confirmed; or a hold */
	case_id object;
	user_id by;
	msec at;
};

struct store {
	int dir, fd;
	struct id tenant;
	struct key key, mac;
	uint64_t seq, size, live; /* last frame; bytes of the file; bytes it had when last compacted */
	size_t torn;              /* bytes found behind the last whole frame */
	struct map users, logins, offices, members, sessions, counters, objects, tombs, erasures, holds, seckeys;
	struct map escrows;        /* those of the present set of shares */
	struct map groups, newest; /* every generation; the one that new keys are given to */
	struct st_recovery recovery;
	struct st_access access;
	struct pending pending;
	bool urgent;  /* something pending must be on disk before the turn is answered */
	msec lazy_at; /* when the oldest other row came; 0: none */
};

struct err *store_create(struct arena *a, int dir, struct id tenant, const struct key *key) MUST_CHECK;
struct err *store_open(struct arena *a, struct store *s, int dir, struct id tenant, const struct key *key) MUST_CHECK;
/* Cuts the torn end, once it is certain that nothing acknowledged is in it. */
struct err *store_mend(struct arena *a, struct store *s) MUST_CHECK;
void store_close(struct store *s);
/* Applies the row to memory and appends it to the turn.  Sessions only touched, and heads seen, may wait: lazy. */
void store_put(struct store *s, enum row_type t, void *row, msec lazy);
struct err *store_commit(struct arena *a, struct store *s, msec now) MUST_CHECK;
struct err *store_compact(struct arena *a, struct store *s) MUST_CHECK;
bool store_bulky(const struct store *s); /* worth compacting now */

struct st_user *store_login(const struct store *s, struct id login_key);
struct st_group *store_group(const struct store *s, const char *office, unsigned kind);
struct st_group *store_group_gen(const struct store *s, const char *office, unsigned kind, uint32_t gen);
struct st_office *store_office(const struct store *s, const char *code);
struct st_member *store_member(const struct store *s, user_id u, group_id g);

/* store_rows.c: rows to bytes and back, and into memory. */
bool rows_apply(struct store *s, str rows); /* false: not of the right form */
void row_write(struct codec *c, enum row_type t, void *row);
void row_apply(struct store *s, enum row_type t, const void *row);
void rows_each(struct store *s, void (*fn)(void *arg, enum row_type t, void *row), void *arg);
void rows_free(struct store *s);
#define ROW_MAX 2048
