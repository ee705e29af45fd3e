/* account.h — accounts as web and the commands ask the vault for them: invitations, states, lost passwords, sessions.
 *
 * What is typed never comes here: web sends keys made from it (Argon2id of a password; a plain keyed hash of a
 * recovery code, which has 130 bits).  So the rules for passwords are web's to check: src/app/account/password.h.
 * Invitations, states, travel and the rest of MAY_STAFF are refused for one's own account, and, but for locking and
 * ending sessions, to whoever has not typed password and code within AGAIN minutes (DENIED). */
#pragma once
#include "seckey.h"
#include "vault.h"

#define INVITE_DAYS 7
struct invite { /* what stands in the link; kept nowhere */
	uint8_t b[20];
};
struct new_secrets {
	uint8_t salt[16];
	struct key password; /* Argon2id(password, salt) */
	struct key recovery; /* of the new printed code */
};

/* A new account without a password, and the same anew for one that exists: its key pair, memberships,
 * assignments and access by name are given again, what it had before opens nothing, the link sent before ends.  Needs MAY_STAFF and,
 * for a role that reads cases, its keys. */
struct err *vault_account_invite(struct vault *v, struct arena *a, struct token t, const struct user_new *u,
				 user_id *out, struct invite *link) MUST_CHECK;
struct err *vault_account_renew(struct vault *v, struct arena *a, struct token t, user_id who,
				struct invite *link) MUST_CHECK;
/* Whom an invitation is for, and taking it: once.  NOT_FOUND: unknown, used, expired or withdrawn. */
struct err *vault_account_welcome(struct vault *v, struct arena *a, const struct invite *link,
				  struct staff *out) MUST_CHECK;
struct err *vault_account_accept(struct vault *v, struct arena *a, const struct invite *link,
				 const struct new_secrets *s, uint8_t totp[20]) MUST_CHECK;

enum account_act { STANDING_LOCK, STANDING_UNLOCK, STANDING_REVOKE, STANDINGS };
struct err *vault_account_standing(struct vault *v, struct arena *a, struct token t, user_id who,
				   enum account_act s) MUST_CHECK;
/* Travel mode, days of the machine's own clock, both included; NO_DAY twice: lifted. */
struct err *vault_account_travel(struct vault *v, struct arena *a, struct token t, user_id who, day from,
				 day until) MUST_CHECK;
/* Ends all sessions of a person; also for colleagues of her office. */
struct err *vault_account_end(struct vault *v, struct arena *a, struct token t, user_id who) MUST_CHECK;

/* A lost password: behind vault_signin_start, like a sign-in.  The next sign-in confirms the new secrets. */
struct err *vault_account_recover(struct vault *v, struct arena *a, str login, const struct key *recovery,
				  const struct new_secrets *s, uint8_t totp[20]) MUST_CHECK;
/* Both behind vault_signin_start with one's own login.  Ends one's other sessions.  s->recovery is not used. */
struct err *vault_account_password(struct vault *v, struct arena *a, struct token t, const struct key *old,
				   const struct second *second, const struct new_secrets *s) MUST_CHECK;
struct err *vault_again(struct vault *v, struct arena *a, struct token t, const struct key *pre,
			const struct second *s) MUST_CHECK;
struct err *vault_account_code(struct vault *v, struct arena *a, struct token t, const struct key *recovery) MUST_CHECK;

struct session_line {
	struct id id;
	msec started, touched;
	bool here; /* the one that asks */
};
struct err *vault_sessions(struct vault *v, struct arena *a, struct token t, struct session_line **out,
			   size_t *n) MUST_CHECK;
/* One's own; which zero: all but this one. */
struct err *vault_session_end(struct vault *v, struct arena *a, struct token t, struct id which) MUST_CHECK;

/* Security keys, at most KEYS_EACH for each account, all of the site that the vault was started for (INVALID: none).
 * A challenge is good for KEY_CHALLENGE_MS, once, for this session or, without one, for this login; ids: the keys that may
 * answer it (SECKEY_GET: made-up ones for a login that has none), or that are registered already (SECKEY_CREATE). */
#define KEYS_EACH 8
#define KEYS_ONLY_MIN 2 /* for an account that takes no codes any more: one can be lost */
#define KEY_CHALLENGE_MS (5 * 60 * 1000)
struct key_challenge {
	uint8_t b[KEY_CHALLENGE];
	str ids[KEYS_EACH];
	size_t n_ids;
};
struct err *vault_key_challenge(struct vault *v, struct arena *a, struct token t, enum seckey_act act, str login,
				struct key_challenge *out) MUST_CHECK;
/* web has read the attestation (seckey_registered); the vault checks that the browser's words answer the challenge. */
struct err *vault_key_add(struct vault *v, struct arena *a, struct token t, str name,
			  const uint8_t challenge[KEY_CHALLENGE], str client, const struct seckey *k) MUST_CHECK;
struct err *vault_key_remove(struct vault *v, struct arena *a, struct token t, struct id which) MUST_CHECK;
struct err *vault_keys_only(struct vault *v, struct arena *a, struct token t, bool only) MUST_CHECK;
struct key_line {
	struct id id;
	char name[SECKEY_NAME_MAX + 1];
	msec made, used; /* used 0: never */
};
struct key_list {
	bool only; /* codes are not taken any more */
	size_t n;
	struct key_line line[KEYS_EACH];
};
struct err *vault_keys(struct vault *v, struct arena *a, struct token t, struct key_list *out) MUST_CHECK;
