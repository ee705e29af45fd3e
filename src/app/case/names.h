/* names.h — names of people, in memory only, while their office has a session (design §4 Search).
 * Loaded at the office's first request after sign-in; dropped when its last session is signed out, or 16 minutes after the
 * last request of sessions that end otherwise. */
#pragma once
#include "kase.h"

struct names;
struct names *names_create(void);
void names_destroy(struct names *n);
/* A case's index rows from its referral, sealed to the offices that hold the case: asked of the vault before the
 * transaction, written inside it, and told to the memory of loaded offices once it is committed. */
struct name_rows;
struct err *names_seal(struct op *op, const struct kase *k, const struct json *answers,
		       struct name_rows **out) MUST_CHECK;
/* Into the head of the same change: which rows of the index are the newest. */
void names_mark(struct head *h, const struct name_rows *r);
struct err *names_write(struct op *op, struct db *tx, const struct kase *k,
			const struct name_rows *rows /* or NULL */) MUST_CHECK;
void names_tell(struct op *op, const struct kase *k, const struct name_rows *rows /* or NULL */);
void names_forget(struct names *n, case_id id); /* erased: what memory still holds is wiped */
void names_drop(struct names *n, const char *office);
/* Drops offices idle for longer than a session can live; now: of the clock of the rules.  At most once a minute. */
void names_sweep(struct names *n, msec now);
/* Makes sure the actor's office is loaded, and drops those idle for longer than a session can live; cheap. */
struct err *names_ready(struct op *op) MUST_CHECK;
/* The name used, for a case assigned to the actor (or any of the office when `any`); absent when not known. */
str names_of(struct op *op, case_id id);
struct name_hit {
	case_id id;
	str name;
	int distance; /* 0: the same letters */
};
/* Best matches by name, phone or document number among the actor's visible cases, at most `max`. */
void names_search(struct op *op, str query, size_t max, struct name_hit **out, size_t *n);
/* Possible duplicates of a person among the office's cases. */
void names_alike(struct op *op, str name, case_id except, struct name_hit **out, size_t *n);
