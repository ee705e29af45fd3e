/* account_rows.h — rows of accounts, sessions and counters; for the table of rows in store_rows.c. */
#pragma once
#include "store.h"

void code_user(struct codec *c, void *row);
void code_session(struct codec *c, void *row);
void code_session_drop(struct codec *c, void *row);
void code_seckey_row(struct codec *c, void *row);
void code_seckey_drop(struct codec *c, void *row);
void code_counter(struct codec *c, void *row);
void apply_user(struct store *s, const void *row);
void apply_session(struct store *s, const void *row);
void apply_session_drop(struct store *s, const void *row);
void apply_seckey(struct store *s, const void *row);
void apply_seckey_drop(struct store *s, const void *row);
void apply_counter(struct store *s, const void *row);
