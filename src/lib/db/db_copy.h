/* db_copy.h — a copy of an SQLite database while others write in it: the state at one moment, of the caller's choice. */
#pragma once
#include "base.h"

struct db_copy;
/* Holds the only writer from here on: nothing is committed until db_copy_go.  NOT_FOUND: no such file. */
struct err *db_copy_hold(struct arena *a, const char *path, struct db_copy **out) MUST_CHECK;
void db_copy_go(struct db_copy *c);                                                       /* lets the writers go on */
struct err *db_copy_write(struct arena *a, struct db_copy *c, const char *to) MUST_CHECK; /* a new file */
void db_copy_end(struct db_copy *c);
/* Whether the file is whole: every page, index and foreign key.  INVALID in words when not. */
struct err *db_copy_check(struct arena *a, const char *path) MUST_CHECK;
