/* object_rows.h — rows of files and registers; for the table of rows in store_rows.c. */
#pragma once
#include "store.h"

void code_grant(struct codec *c, struct st_grant *g);
void code_assign(struct codec *c, void *row);
void code_unassign(struct codec *c, void *row);
void code_object(struct codec *c, void *row);
void code_reach(struct codec *c, void *row);
void code_head(struct codec *c, void *row);
void code_tomb_row(struct codec *c, void *row);
void code_erase(struct codec *c, void *row);
void code_object_drop(struct codec *c, void *row);
void apply_unassign(struct store *s, const void *row);
void apply_assign(struct store *s, const void *row);
void apply_object(struct store *s, const void *row);
void apply_reach(struct store *s, const void *row);
void apply_head(struct store *s, const void *row);
void apply_tomb(struct store *s, const void *row);
void apply_erase(struct store *s, const void *row);
void apply_erase_dropped(struct store *s, const void *row);
void apply_hold(struct store *s, const void *row);
void apply_hold_drop(struct store *s, const void *row);
void apply_object_drop(struct store *s, const void *row);
void objects_each(struct store *s, void (*fn)(void *arg, enum row_type t, void *row), void *arg);
void object_free(void *object);
