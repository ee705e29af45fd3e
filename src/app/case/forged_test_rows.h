/* forged_test_rows.h — the hand that writes the database and holds no key: for forged_test.c. */
#pragma once
#include "base.h"

enum act { SWAP, COPY, DROP, BACK, BEND, TWICE, ALL_BACK, ACTS };
enum { TABLES = 8, COLUMNS_MAX = 16 };
extern const char *const tables[TABLES]; /* those with many rows stand there more often */
extern unsigned seed;
uint32_t dice(uint32_t n);

void forge_begin(const char *path);
void forge_end(void);
void sql(const char *text);
void snapshot(const char *name); /* of all rows: "old", then "truth" */
void learn_columns(void);
void mutate(struct arena *a, int t, enum act act);
void restore_all(struct arena *a); /* as in "truth" */
