/* codes.h — positions of codes in the code lists that are built in (data/codes/LIST.json), for those who work without
 * the form library: the command line and tests.  Lists are parsed when first asked for. */
#pragma once
#include "embed.h"
#include "json.h"

struct code_files;
struct code_files *code_files_open(struct arena *a, const struct embed_set *data);
int code_files_index(void *code_files, str list, str code);         /* as in struct code_resolver; -1 when unknown */
const struct json *code_files_list(struct code_files *f, str list); /* its array "codes"; NULL when unknown */
