/* account_parts.h — what the pages of accounts share. */
#pragma once
#include "account.h"
#include "account_view.h"
#include "second.h"

/* From the fields login, password and code, or what a key answered, of the posted form. */
struct err *sign_in(struct ctx *c, struct token *t) MUST_CHECK;
void sign_in_cookie(struct ctx *c, struct token *t); /* wipes it */

/* The new password of a form, checked: NULL, or why not (msgid).  about: whose it will be, as far as is known. */
const char *new_password_fault(struct ctx *c, str typed, const struct staff *about);
/* Salt and keys of a new password and a new printed code; absent code: the password alone. */
struct err *new_secrets(struct ctx *c, str password, str code, struct new_secrets *out) MUST_CHECK;

/* The page that shows the printed code and, with a secret, what the phone must scan; error: msgid or NULL. */
struct err *show_setup(struct ctx *c, str login, str secret, str code, const char *error, int status) MUST_CHECK;

extern const char *const account_states[ACCOUNT_STATES]; /* msgid */
str office_name(struct ctx *c, const char *code);
