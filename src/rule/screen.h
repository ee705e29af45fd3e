/* screen.h — the published scoring rule of indicators of trafficking (data-standards §3.3): an indicator result, never a
 * legal finding.  Indicators and weights are data (data/indicators/NAME.json), to be checked against the source. */
#pragma once
#include "json.h"

enum { DIMENSIONS_MAX = 8, INDICATORS_MAX = 32 };
enum weight { WEIGHT_WEAK, WEIGHT_MEDIUM, WEIGHT_STRONG, WEIGHTS };
struct indicator {
	const char *code; /* unique in the set */
	enum weight weight;
};
struct dimension {
	const char *code; /* "D1" */
	struct indicator indicator[INDICATORS_MAX];
	size_t n;
};
struct indicator_set {
	const char *code;
	bool enabled;
	struct dimension dimension[DIMENSIONS_MAX];
	size_t n;
	/* The result is positive when every one of these groups has a dimension that is positive (bits of dimensions). */
	unsigned group[DIMENSIONS_MAX];
	size_t n_groups;
};
struct err *screen_load(struct arena *a, const char *path, str text, const struct indicator_set **out) MUST_CHECK;

/* A dimension is positive with two strong; one strong and another; three medium; two medium and one weak. */
bool screen_positive(int64_t strong, int64_t medium, int64_t weak);

enum tri { TRI_NO, TRI_YES, TRI_UNKNOWN };
struct screen_result { /* lower: what is unknown counts as no; upper: as yes */
	bool lower[DIMENSIONS_MAX], upper[DIMENSIONS_MAX];
	bool lower_all, upper_all;
};
/* answer[d][i]: of indicator i of dimension d. */
struct screen_result screen_judge(const struct indicator_set *s, const enum tri answer[DIMENSIONS_MAX][INDICATORS_MAX]);
/* Where the result is open: the unknown answers that could decide it, those that weigh most first. */
size_t screen_decisive(const struct indicator_set *s, const enum tri answer[DIMENSIONS_MAX][INDICATORS_MAX],
		       const char *out[], size_t room);
