/* files_fixture.h — the files of a stopped vault: read, changed, and opened here, in the process of the test. */
#pragma once
#include "vault_fixture.h"

const char *file_path(struct world *w, const char *name);
str file_get(struct world *w, const char *name);
void file_put(struct world *w, const char *name, str s); /* of one that is there */
struct err *unseal_here(struct world *w);                /* … and seals it again */
