/* local.h — the whole house in one command: an own vault process, the store, accounts signed in for real.
 * Used by init, demo and seeding: they act through the same rules as people do (design §10.12). */
#pragma once
#include "cli.h"
#include "op.h"

#define LOCAL_CHANNELS 33

struct local {
	struct arena *a;
	struct house *house;
	struct db *reader;
	struct vault *vault;
	int pid;                 /* of the vault */
	int fds[LOCAL_CHANNELS]; /* the first is vault's; a thread attaches to another, one each */
	size_t n_fds;
};
/* dir holds a vault made by vault_init; opened with key_file.  cost: PASSWORD_COST for accounts of people. */
struct err *local_open(struct arena *a, const char *dir, const char *key_file, struct password_cost cost,
		       struct local *out) MUST_CHECK;
/* The same with the store elsewhere.  database: its address, or NULL for the one in dir. */
struct err *local_open_with(struct arena *a, const char *dir, const char *key_file, const char *database,
			    struct password_cost cost, struct local *out) MUST_CHECK;
/* The same with several channels, for threads. */
struct err *local_open_wide(struct arena *a, const char *dir, const char *key_file, struct password_cost cost,
			    size_t channels, struct local *out) MUST_CHECK;
void local_close(struct local *l); /* ends the vault process and waits for it */

/* The offices of the programme, before any account. */
struct err *local_offices(struct local *l) MUST_CHECK;

struct account_new {
	const char *login, *name, *office;
	enum role role;
	str password;
};
/* totp: 20 bytes, for the person's application. */
struct err *local_account(struct local *l, struct token by, const struct account_new *n, user_id *id,
			  uint8_t totp[20]) MUST_CHECK;
/* A real sign-in: salt, Argon2id, and the code of the step before, so that the present one is left to the person. */
struct err *local_sign_in(struct local *l, const char *login, str password, const uint8_t totp[20],
			  struct token *out) MUST_CHECK;
/* The same with a code typed by the person. */
struct err *local_sign_in_code(struct local *l, const char *login, str password, str code,
			       struct token *out) MUST_CHECK;
/* Prints what a person needs for her application: the secret, and its address for a QR code. */
void local_print_secret(struct arena *a, const char *login, const uint8_t totp[20]);
/* A password file's content; INVALID when it is shorter than 14 characters. */
struct err *local_password(struct arena *a, const char *path, const char *login, const char *name,
			   str *out) MUST_CHECK; /* refused like on the pages: src/lib/password */
/* An act by that session (NO_TOKEN: the public) on a day of the rules' clock. */
struct err *local_op(struct local *l, struct arena *a, struct token t, day today, struct op *out) MUST_CHECK;
