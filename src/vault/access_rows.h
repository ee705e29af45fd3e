/* access_rows.h — rows of the vault's store about reaching files.  Only appended to; what is over is left out when the
 * journal is compacted.  No handler writes these structures but through store_put. */
#pragma once
#include "access.h"
#include "codec.h"
#include "map.h"

#define SPENT_KEPT_MS (24 * 3600 * 1000) /* the longest window of a budget */

/* Younger than that; what lies in the future counts as of now. */
static inline bool within(msec now, msec at, msec window)
{
	return at > now || (uint64_t)now - (uint64_t)at < (uint64_t)window;
}

struct st_spent {
	user_id user;
	uint8_t what; /* enum spend */
	struct id object;
	msec at;
};
/* Signed by the vault's delegate key, like every grant. */
struct st_pass {
	case_id object; /* zero: PASS_BUDGET */
	user_id user, by;
	enum pass_kind kind;
	msec at, until; /* until 0: no end */
	uint8_t sig[64];
	bool verified; /* in memory only */
	struct st_pass *next;
};
struct st_person { /* what one account has used, and what it was given beside its files */
	user_id id;
	struct st_spent *spent;
	size_t n_spent, room;
	struct st_pass *passes;
};
#define ACKS_MAX 8
struct st_ack {
	uint64_t alert;
	user_id by;
	msec at;
};
struct st_alert {
	uint64_t no; /* 1, 2, 3 … */
	enum alarm_kind kind;
	user_id who;
	struct id object;
	msec at;
	int64_t count;
	bool of_file; /* the reason lies under the shred key of its object: an erasure takes it too */
	uint16_t n_reason;
	uint8_t reason[ACCESS_REASON_MAX + CRYPT_WRAP_OVERHEAD];
	size_t n_acks; /* in memory; each is a row of its own */
	struct st_ack acks[ACKS_MAX];
};
struct st_decoy {
	case_id object;
	user_id by;
	msec at;
};

struct st_access {
	struct map persons, decoys;
	struct st_alert **alerts;
	size_t n_alerts, room;
};
struct st_person *access_person(const struct st_access *s, user_id u); /* NULL */

struct store;
void code_spent(struct codec *c, void *row);
void code_st_pass(struct codec *c, void *row);
void code_unpass(struct codec *c, void *row);
void code_st_alert(struct codec *c, void *row);
void code_ack(struct codec *c, void *row);
void code_decoy(struct codec *c, void *row);
void apply_spent(struct store *s, const void *row);
void apply_pass(struct store *s, const void *row);
void apply_unpass(struct store *s, const void *row);
void apply_alert(struct store *s, const void *row);
void apply_ack(struct store *s, const void *row);
void apply_decoy(struct store *s, const void *row);
enum row_type;
void access_each(struct st_access *s, void (*fn)(void *arg, enum row_type t, void *row), void *arg);
void access_free(struct st_access *s);
