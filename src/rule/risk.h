/* risk.h — the risk rule (domain §7 F05): level = likelihood × severity; overall = the highest residual, never an
 * average; more than two HIGH are EXTREME; UNKNOWN on a starred factor counts as likelihood 3. */
#pragma once
#include "json.h"

enum risk_level { RISK_NONE, RISK_LOW, RISK_MEDIUM, RISK_HIGH, RISK_EXTREME };
extern const char *const risk_codes[]; /* "LOW" … */
struct risk_result {
	enum risk_level overall;
	int unconfirmed; /* factors at HIGH whose protective measure is not CONFIRMED or DONE */
	int high;        /* how many residual HIGH */
};
/* factors: an array of {code, present, likelihood, severity, mitig_status, residual_likelihood, residual_severity}.
 * starred: codes (space separated is not used: an array) whose UNKNOWN counts. */
struct risk_result risk_judge(const struct json *factors, const str *starred, size_t n_starred);
enum risk_level risk_of_score(int64_t likelihood, int64_t severity);
