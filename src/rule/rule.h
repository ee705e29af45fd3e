/* rule.h — the rules as JSON in, JSON out, for `rivage rule NAME` (design §9).  Pure: files are those built in, the day
 * is an argument.
 *
 *   eligibility  who the programme is for          schedule  the follow-up calendar of an arrival
 *   risk         the level of a return's risks     gate      what a step of a case waits for
 *   screen       indicators of trafficking         cost      whether a cost line is eligible
 *   rss          the reintegration score
 *
 * Keys that a rule does not know are not read; "ignored" in the answer names them. */
#pragma once
#include "embed.h"
#include "json.h"

/* ERR_INVALID with one field per error ("factors[3].present"); ERR_NOT_FOUND for an unknown rule.
 * data: forms, data and programmes as built in.  today: where the input names no day. */
struct err *rule_run(struct arena *a, const struct embed_set *data, str name, str input, day today,
		     struct json **out) MUST_CHECK;
/* The names, NULL at the end. */
extern const char *const rule_names[];
