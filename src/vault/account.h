/* account.h — accounts as web and the commands ask the vault for them: invitations, states, lost passwords, sessions.
 *
 * What is typed never comes here: web sends keys made from it (Argon2id of a password; a plain keyed hash of a
 * recovery code, which has 130 bits).  So the rules for passwords are web's to check: src/app/account/password.h.
 * Invitations, states, travel and the rest of MAY_STAFF are refused for one's own account, and, but for locking and
 * ending sessions, to whoever has not typed password and code within AGAIN minutes (DENIED). */
#pragma once
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

/* A new account without a password, and the same anew for one that exists: its key pair, memberships and
 * assignments are given again, what it had before opens nothing, the link sent before ends.  Needs MAY_STAFF and,
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
struct err *vault_account_password(struct vault *v, struct arena *a, struct token t, const struct key *old, str code,
				   const struct new_secrets *s) MUST_CHECK;
struct err *vault_again(struct vault *v, struct arena *a, struct token t, const struct key *pre, str code) MUST_CHECK;
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
