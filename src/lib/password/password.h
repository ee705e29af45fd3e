/* password.h — what a password must be, and the code that is printed for the day it is lost.
 *
 * 14 to 128 characters of any kind, compared after NFKC; no rule of composition, no expiry.  Refused: what is made of
 * a few words of data/passwords, or of the account and its organisation, whatever digits and signs stand between
 * them, and what zxcvbn guesses within 50 bits.  Checked here and not in the vault, which sees only keys. */
#pragma once
#include "crypt.h"

#define PASSWORD_SHORTEST 14
#define PASSWORD_LONGEST 128
#define PASSWORD_BYTES 512 /* of what is typed */

/* As it is hashed: however the keyboard wrote it. */
str password_normal(struct arena *a, str typed);
/* NULL: good.  Otherwise a msgid: what is wrong, why, and what to do.  own: words of the account. */
const char *password_fault(struct arena *a, str typed, const str *own, size_t n_own);

/* 130 bits as 26 letters and digits of Crockford's base32, in groups of five. */
str recovery_new(struct arena *a);
/* As it was typed: small letters, spaces and hyphens, O for 0, I and L for 1.  False: cannot be a code. */
bool recovery_key(str typed, struct key *out);
