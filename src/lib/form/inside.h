/* inside.h — what the files of this library share; nobody else includes it. */
#pragma once
#include "form.h"

#define UNKNOWN STR("UNKNOWN")
#define UNKNOWN_TICK ".unknown" /* behind the name of an input: its "I don't know" */

/* What a type of field takes and is: the keys of its definition, the nature of its answer. */
enum field_trait {
	T_ANSWER = 1 << 0,  /* has an answer: required, constraint … */
	T_UNKNOWN = 1 << 1, /* may offer "I don't know" */
	T_MAX = 1 << 2,
	T_RANGE = 1 << 3,
	T_CHOICES = 1 << 4,
	T_LOOK = 1 << 5, /* appearance */
	T_HEAD = 1 << 6, /* coded: may set a fact of the head */
	T_FIELDS = 1 << 7,
	T_CODED = 1 << 8,  /* codes: selected, not_selected */
	T_LIST = 1 << 9,   /* the answer is an array of codes */
	T_ORDER = 1 << 10, /* can be compared with < and > */
	T_TYPED = 1 << 11, /* typed by hand: "I don't know" is a tick beside it */
};
struct type_row {
	const char *name;
	unsigned traits;
	size_t max; /* unless the field says */
};
#define FIELD_TYPES (FIELD_GRID + 1)
extern const struct type_row field_types[FIELD_TYPES];
static inline bool field_is(const struct field *f, unsigned traits)
{
	return (field_types[f->type].traits & traits) != 0;
}

/* One of the codes the field offers, "UNKNOWN" included where it is offered. */
bool field_takes_code(const struct field *f, str code);
/* "today", "today+30", "today-30", or an ISO date. */
bool cond_day(str value, day today, day *out);
bool cond_value_is_relative(str value);
void cond_write(struct buf *b, const struct cond *c); /* as JSON, for data-relevant */

#define EACH_FIELD(f, owner) for (struct field *f = (owner)->fields; f < (owner)->fields + (owner)->n_fields; f++)
#define EACH_SECTION(s, form) for (struct section *s = (form)->sections; s < (form)->sections + (form)->n_sections; s++)
