/* gate.h — what must be true before a case moves on (domain §3, design §6).
 *
 * A condition is a named C function over the head of a case.  A programme file lists which conditions stand before
 * which transition, with parameters; the safeguards of domain §3 and design §10.19 are added here whatever the file
 * says and cannot be waived by anyone.  Each answers: met or not, since when and by whom, what is missing in
 * one sentence, and the form that closes it. */
#pragma once
#include "head.h"

enum transition {
	T_SCREEN,      /* G1  REFERRED → SCREENING */
	T_COUNSEL,     /* G2  SCREENING → COUNSELLING */
	T_ASSESS,      /* G3  COUNSELLING → ASSESSMENT */
	T_DECIDE,      /* file complete for the meeting: ASSESSMENT → DECISION */
	T_PLAN,        /* G4  DECISION → PLANNING */
	T_READY,       /* G5, G6  PLANNING → READY */
	T_DEPART,      /* G7  READY → TRAVELLING */
	T_ARRIVE,      /* G8  TRAVELLING → ARRIVED */
	T_REINTEGRATE, /* G9  ARRIVED → REINTEGRATION */
	T_CLOSE,       /* G11 REINTEGRATION → CLOSED */
	T_ARCHIVE,     /* G12 CLOSED → ARCHIVED */
	T_PAY,         /* G10, before each payment */
	T_CLOSE_EARLY, /* side exit, from any state before the reintegration */
	TRANSITIONS
};
struct transition_row {
	const char *code, *gate; /* "screen", "G1" */
	const char *label;       /* msgid of the button */
	enum state from, to;
	uint32_t roles; /* who may do it */
};
extern const struct transition_row transition_rows[TRANSITIONS];
enum transition transition_find(str code);        /* TRANSITIONS when unknown */
enum transition transition_next(enum state from); /* the way forward; TRANSITIONS when there is none */
/* Whether the case stands where the transition begins. */
bool transition_from(const struct head *h, enum transition t);
/* Who may do it with this case: a case manager closes alone only what the person herself ended before leaving. */
uint32_t transition_roles(const struct head *h, enum transition t);

struct programme;
struct gate_in {
	const struct head *h;
	const struct programme *p;
	day today;
};
struct gate_param { /* what a programme file may set */
	int days;
	enum form_no form;
	int consent;
	enum fact fact;
	uint32_t codes; /* positions accepted */
};
struct gate_answer {
	bool met, waived;
	const char *missing; /* msgid; NULL when met */
	str arg;             /* for {arg} in missing */
	day on;              /* evidence: when */
	uint32_t by;         /* evidence: whose mark */
	const char *form;    /* code of the form that closes it, or NULL */
};
typedef void condition_fn(struct arena *a, const struct gate_in *in, const struct gate_param *p,
			  struct gate_answer *out);
struct condition_row {
	const char *name;  /* in programme files */
	const char *title; /* msgid */
	condition_fn *fn;
	const char *
		needs; /* keys of its parameters in a programme file, "form,days?": a "?" marks one that may be left out */
};
enum condition {
	COND_form_final,
	COND_consent,
	COND_fact_is,
	COND_fact_present,
	COND_adult,
	COND_not_suspended,
	COND_danger_answered,
	COND_safe_channel,
	COND_accepted,
	COND_agreed_to_referral,
	COND_second_reader,
	COND_found_in_territory,
	COND_third_country,
	COND_not_eu_citizen,
	COND_alternatives_explained,
	COND_reflection,
	COND_no_pressure,
	COND_reviewer_is_not_author,
	COND_contribution_from_return,
	COND_risk_fresh,
	COND_risk_at_most_high,
	COND_no_veto,
	COND_mitigation_confirmed,
	COND_decision_go,
	COND_capacity,
	COND_health_clear,
	COND_no_iga,
	COND_opportunity,
	COND_plan_signed,
	COND_within_ceiling,
	COND_document_valid,
	COND_departure_set,
	COND_within_programme,
	COND_reconfirmed,
	COND_risk_rechecked,
	COND_receiver,
	COND_arrival_contact,
	COND_after_arrival,
	COND_retention_over,
	COND_wish_stands,
	COND_eligible_dates,
	COND_not_withdrawn,
	COND_abroad_agrees,
	COND_consent_recorded,
	COND_first_days,
	COND_boarded,
	COND_closing_told,
	COND_payable,
	CONDITIONS /* positions are stored in waivers: only add at the end */
};
extern const struct condition_row condition_rows[CONDITIONS];
enum condition condition_find(str name); /* CONDITIONS when unknown */

struct gate_row {
	enum transition transition;
	enum condition condition;
	struct gate_param param;
	bool waivable;
};
/* The safeguards no file and no role can take away. */
extern const struct gate_row gate_safeguards[];
extern const size_t gate_safeguards_n;
bool gate_is_safeguard(enum transition t, enum condition c, const struct gate_param *p);
/* Whether the condition, with that form or consent, is a safeguard anywhere: then it cannot be waived anywhere. */
bool gate_never_waivable(enum condition c, const struct gate_param *p);
/* What the person refused or took back is hers to say: no colleague waives it. */
bool gate_person_said_no(const struct head *h, const struct gate_row *g);
/* What a waiver of this row must name beside condition and transition: the form, consent or fact it is about, so that
 * waiving one form never waives another. */
uint8_t gate_about(const struct gate_row *g);
/* msgid of what is true once the condition is met; {arg}: the form, consent or fact it is about. */
const char *gate_row_title(const struct gate_row *g);
/* The waiver asked or granted for this row, or NULL. */
const struct waiver *gate_waiver(const struct head *h, const struct gate_row *g);

struct gate_item {
	const struct gate_row *row;
	struct gate_answer answer;
};
/* Every condition before t, in the programme's order.  *open: how many are neither met nor waived. */
void gate_check(struct arena *a, const struct gate_in *in, enum transition t, struct gate_item **items, size_t *n,
		size_t *open);
/* Open, but nothing is missing today: it can only be answered on the day she leaves. */
bool gate_waits_for_the_day(const struct gate_in *in, const struct gate_item *item);
/* Of those neither met nor waived, the one to say first: what stops everything before what is only missing.  NULL when
 * none is. */
const struct gate_item *gate_first_open(const struct gate_item *items, size_t n);
