/* tell.h — what a command did beside the vault, told in the vault's audit log (told.h), and to whoever runs it. */
#pragma once
#include "told.h"

/* Never fails the command: what cannot be told is said on standard error. */
void tell_log(struct arena *a, const char *dir, const struct keyring *k, const struct told_note *n);
/* The same with the keyring of that directory; fails when the key file does not open it. */
struct err *tell_log_of(struct arena *a, const char *dir, const char *key_file, const struct told_note *n) MUST_CHECK;
