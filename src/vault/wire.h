/* wire.h — messages between the vault and its clients: packets of 4096 bytes, both ways.
 *
 *   "RVM1" verb1 sub1 kind1 more1 seq4 used2 zero2 | 4080 bytes, the unused ones zero
 *
 * A question is at most ASK_PARTS packets, an answer REPLY_PARTS; all but the last have `more`.  kind is 0 in a
 * question and in a good answer, 1 + enum err_kind in a refusal.  No descriptors travel: the supervisor can carry
 * packets between hosts (design §10.7). */
#pragma once
#include "account.h"
#include "codec.h"

#define PACKET 4096u
#define PACKET_HEAD 16u
#define PACKET_BODY (PACKET - PACKET_HEAD)
#define ASK_PARTS 4u
#define REPLY_PARTS 8u
#define ASK_MAX (ASK_PARTS * PACKET_BODY)
#define REPLY_MAX (REPLY_PARTS * PACKET_BODY)

enum verb {
	VERB_NONE,
	VERB_STATUS,
	VERB_UNSEAL,
	VERB_WEB_KEYS,
	VERB_SIGNIN_START,
	VERB_SIGNIN,
	VERB_SESSION,
	VERB_SIGNOUT,
	VERB_ACCOUNT,
	VERB_STAFF,
	VERB_OFFICE_NEW,
	VERB_OBJECT,
	VERB_SHARE,
	VERB_OPEN,
	VERB_INDEX,
	VERB_ACCESS,
	VERB_HEAD,
	VERB_AUDIT,
	VERB_AUDIT_READ,
	VERB_STASH,
	VERBS
};
enum {
	OBJECT_NEW,
	OBJECT_ERASE_ASK,
	OBJECT_ERASE_DROP,
	OBJECT_ERASE,
	OBJECT_ERASED,
	OBJECT_HOLD,
	OBJECT_RELEASE,
	OBJECT_HELD
};
enum { SESSION_LOOK, SESSION_TOUCH, SESSION_LIST, SESSION_END, SESSION_AGAIN };
enum {
	ACCOUNT_NEW,
	ACCOUNT_INVITE,
	ACCOUNT_RENEW,
	ACCOUNT_WELCOME,
	ACCOUNT_ACCEPT,
	ACCOUNT_STANDING,
	ACCOUNT_TRAVEL,
	ACCOUNT_END,
	ACCOUNT_RECOVER,
	ACCOUNT_PASSWORD,
	ACCOUNT_CODE,
	ACCOUNT_KEY_ASK,
	ACCOUNT_KEY_ADD,
	ACCOUNT_KEY_REMOVE,
	ACCOUNT_KEYS_ONLY,
	ACCOUNT_KEYS,
	ACCOUNT_SUBS
};
enum { INDEX_PUBLIC, INDEX_OPEN };
enum access {
	ACCESS_GIVE,
	ACCESS_TAKE,
	ACCESS_NAME,
	ACCESS_WHO,
	ACCESS_MINE,
	ACCESS_GLASS,
	ACCESS_BUDGETS,
	ACCESS_SEARCH,
	ACCESS_RAISE,
	ACCESS_ALERTS,
	ACCESS_ACK,
	ACCESS_DECOY,
	ACCESS_DECOYS,
	ACCESS_SEEN,
	ACCESSES
};
enum { HEAD_NEXT, HEAD_CHECK, HEAD_LIST, HEAD_MISSING, HEAD_WRONG_ROWS };
enum { AUDIT_FIND, AUDIT_EXPORT };
enum { STASH_WHO, STASH_OPEN };

struct wire_head {
	uint8_t verb, sub, kind;
	bool more;
	uint32_t seq;
};
/* Sends body in as many packets as it takes; false when the other end is gone. */
bool wire_send(int fd, struct wire_head h, str body, int flags);
/* Reads one packet: its bytes are appended to body[*n], at most max in all. */
enum wire_got { WIRE_GOT, WIRE_NOTHING, WIRE_GONE, WIRE_BAD };
enum wire_got wire_receive(int fd, struct wire_head *h, uint8_t *body, size_t *n, size_t max, int flags);
bool wire_parse(const uint8_t packet[PACKET], struct wire_head *h, str *body);

#define OPEN_WRAPS_MAX 64
#define OFFICES_MAX 8
#define STAFF_PAGE 140
#define SESSIONS_LISTED 100
#define AUDIT_PAGE 100
#define AUDIT_REASONS 12000                   /* bytes of reasons in one answer */
#define STASH_BOX 80                          /* a key, sealed to a user */
#define CANNOT_WRITE "the vault cannot write" /* how that refusal begins: vault.c has a sentence for it */
#define ACTION_MAX 30
#define CODE_MAX 16 /* of a one-time code; right ones have six digits */

void code_token(struct codec *c, struct token *t);
void code_key(struct codec *c, struct key *k);
void code_actor(struct codec *c, struct actor_info *i);
void code_staff(struct codec *c, struct staff *s);
void code_wrap(struct codec *c, struct wrap *w);
void code_case_key(struct codec *c, struct case_key *k);
void code_audit_line(struct codec *c, struct audit_line *l);
void code_status(struct codec *c, struct vault_status *s);
void code_web_keys(struct codec *c, struct web_keys *k);
void code_user_new(struct codec *c, struct user_new *u);
void code_invite(struct codec *c, struct invite *i);
void code_secrets(struct codec *c, struct new_secrets *s);
void code_seckey(struct codec *c, struct seckey *k);
void code_key_answer(struct codec *c, struct key_answer *w);
/* answer: where it is put when it is read. */
void code_second(struct codec *c, struct second *s, struct key_answer *answer);
void code_key_line(struct codec *c, struct key_line *l);
void code_session_line(struct codec *c, struct session_line *l);
/* Arrays: a count, then the things.  Reading makes the array in the arena. */
void code_wraps(struct codec *c, struct arena *a, struct wrap **w, size_t *n, size_t max);
void code_case_keys(struct codec *c, struct arena *a, struct case_key **k, size_t *n);
