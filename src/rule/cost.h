/* cost.h — the eligibility of one cost line under the Fund 2014–2020 as France applied it (décret n° 2015-44 in its
 * original version, Regulations 514/2014 and 516/2014; data-standards §5.1).  One table of rules, each with its article.
 * An aid to whoever checks the line: the responsible authority decides. */
#pragma once
#include "base.h"
#include "money.h"

enum answer3 { SAID_NOTHING, SAID_YES, SAID_NO };
enum cost_nature {
	NATURE_ORDINARY,
	NATURE_FINE,
	NATURE_LITIGATION,
	NATURE_DEBT_INTEREST,
	NATURE_PROVISION,
	NATURE_LAND,
	NATURES
};
extern const char *const cost_natures[NATURES]; /* "ORDINARY", "FINE" … */

struct grant {
	day from, to;           /* the project's period */
	day signed_on;          /* from 2018-07-11 the amended décret applies: NO_DAY the original */
	day paid_by;            /* NO_DAY: as the décret says */
	money staff, direct;    /* accepted so far, for indirect costs; -1: not known */
	money indirect_claimed; /* already, over the project */
	int rate_permille;      /* share of the Union asked for; 0: not said */
	bool specific_action;   /* Annex II or a strategic priority: up to 90 % */
};
struct cost_in {
	char post; /* 'A' … 'I' */
	enum cost_nature nature;
	day invoiced, paid; /* NO_DAY: not known, not paid */
	money amount;       /* in the currency paid */
	str currency;
	int64_t rate; /* to the euro, × RATE_SCALE; 0: not given */
	money exchange_loss, recoverable_vat;
	int share_percent; /* charged to the project */
	str territory;     /* ISO 3166-1 or a French ISO 3166-2 code; absent: not said */
	enum answer3 foreseen, proof, in_kind, other_eu_fund, competition, timesheet, target_proof, share_justified,
		second_hand, second_hand_declared, percent_fee, is_equipment;
	struct grant grant;
};

enum cost_effect { EFFECT_NONE, EFFECT_CHECK, EFFECT_REDUCED, EFFECT_REFUSED };
struct cost_rule {
	const char *code, *article, *text, *text_fr;
	/* May lower *eligible (euros, cents). */
	enum cost_effect (*check)(const struct cost_in *in, money *eligible);
};
extern const struct cost_rule cost_rules[];
extern const size_t cost_rules_n;

struct cost_finding {
	const struct cost_rule *rule;
	enum cost_effect effect;
};
struct cost_result {
	money eligible; /* euros, cents; never above the amount */
	struct cost_finding finding[40];
	size_t n;
};
struct cost_result cost_judge(const struct cost_in *in);
