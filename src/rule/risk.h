/* risk.h — the risk rule (domain §7 F05): level = likelihood × severity; overall = the highest residual, never an
 * average; more than two HIGH are EXTREME; UNKNOWN on a starred factor counts as likelihood 3.
 *
 * Where a number is missing the worst is taken.  On a factor that is not known, a lower residual likelihood counts
 * only when a protective measure is named: not knowing is no protection.  A measure that failed protects nobody: the
 * inherent level stands. */
#pragma once
#include "json.h"

enum risk_level { RISK_NONE, RISK_LOW, RISK_MEDIUM, RISK_HIGH, RISK_EXTREME, RISK_LEVELS };
extern const char *const risk_codes[RISK_LEVELS]; /* "NONE" (nothing assessed), "LOW" … */
struct risk_result {
	enum risk_level overall;
	int unconfirmed; /* factors HIGH or worse, with or without their measure, whose measure is not CONFIRMED or DONE */
	int high;        /* how many residual HIGH */
	uint32_t vetoes; /* bits in the order of list VETO: those that the factors alone prove (risk.c, table) */
};
/* factors: an array of {code, present, likelihood, severity, mitigation, mitig_status, residual_likelihood,
 * residual_severity}.  starred: codes whose UNKNOWN counts. */
struct risk_result risk_judge(const struct json *factors, const str *starred, size_t n_starred);
enum risk_level risk_of_score(int64_t likelihood, int64_t severity);
/* Code of list RISK_ADVICE.  vetoes: found by people or by risk_judge. */
const char *risk_advice(const struct risk_result *r, uint32_t vetoes);
