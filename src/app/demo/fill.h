/* fill.h — a complete, valid set of answers for any form: for the demonstration, seeding and tests.
 * The words come from data/demo-words.json; everything is invented and the same for the same seed. */
#pragma once
#include "form.h"

/* given: answers to keep, or NULL; dates in it may be "@today", "@today-3", "@today+30"; rows of a grid by code;
 * null leaves empty what may be empty.
 * What is required and relevant and not given is filled by field, list and type, so that form_check accepts it. */
struct json *demo_fill(struct arena *a, const struct form *f, const struct json *given, day today, uint32_t seed);
/* The same with every "@today…" in it made a day. */
struct json *demo_days(struct arena *a, const struct json *v, day today);
