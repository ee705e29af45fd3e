/* mo.h — reader of compiled message catalogues (.mo), and of their plural rule.
 *
 * The bytes are checked once, in mo_open: every table and string in bounds and NUL-terminated, ids sorted and
 * unique, text UTF-8, as many plural forms as the header promises.  After that look-ups need no checks.
 * A catalogue points into the bytes it was opened from; they must outlive it. */
#pragma once
#include "base.h"

#define MO_MESSAGES_MAX 65536
#define PLURAL_NODES_MAX 160
#define PLURAL_DEPTH_MAX 32
#define PLURAL_FORMS_MAX 8

/* A plural rule: the C expression of "Plural-Forms:", as a tree whose children stand before their parents. */
struct plural_node {
	uint8_t op;
	uint8_t kid[3];
	uint32_t value;
};
struct plural {
	uint32_t forms;
	uint32_t n;
	struct plural_node node[PLURAL_NODES_MAX];
};

/* "nplurals=2; plural=n != 1;"  False when it is anything else. */
bool plural_parse(str rule, struct plural *out);
/* The form for n, always below p->forms; division by zero and results out of range give form 0. */
uint32_t plural_form(const struct plural *p, uint64_t n);

struct mo_entry {
	const char *id, *text;
	uint32_t hash;
	bool plural;
};
struct mo {
	struct plural plural;
	struct mo_entry *slots; /* open addressing; id NULL is free */
	uint32_t mask, count;
};

struct err *mo_open(struct arena *a, str bytes, struct mo *out) MUST_CHECK;
const char *mo_find(const struct mo *mo, const char *id); /* NULL; for a plural message its first form */
const char *mo_find_plural(const struct mo *mo, const char *one, uint64_t n); /* NULL */
