/* risk.c — judging the risks of a return.  Errs on the side of the person: see risk.h. */
#include "risk.h"

const char *const risk_codes[RISK_LEVELS] = {"NONE", "LOW", "MEDIUM", "HIGH", "EXTREME"};

enum { WORST = 4, UNKNOWN_LIKELIHOOD = 3, LIKELY = 3 };

static int64_t bounded(int64_t v)
{
	return v < 1 ? 1 : v > WORST ? WORST : v;
}

/* The number a row holds, within 1–4; `absent` when it holds none. */
static int64_t number(const struct json *row, const char *key, int64_t absent)
{
	const struct json *v = json_get(row, key);

	return v && v->type == JSON_INT ? bounded(v->i) : absent;
}

enum risk_level risk_of_score(int64_t likelihood, int64_t severity)
{
	int64_t score = bounded(likelihood) * bounded(severity);

	return score <= 3 ? RISK_LOW : score <= 6 ? RISK_MEDIUM : score <= 9 ? RISK_HIGH : RISK_EXTREME;
}

static bool is_starred(str code, const str *starred, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(code, starred[i]))
			return true;
	return false;
}

static bool has_measure(const struct json *row)
{
	str status = json_text(row, "mitig_status");

	return !str_eqz(status, "FAILED") && (status.n || json_count(json_get(row, "mitigation")));
}

static bool secured(const struct json *row)
{
	str status = json_text(row, "mitig_status");

	return str_eqz(status, "CONFIRMED") || str_eqz(status, "DONE");
}

struct level_pair {
	enum risk_level inherent, residual;
};

/* unknown: a starred factor of which nobody knows whether it is there. */
static struct level_pair judge_row(const struct json *row, bool unknown)
{
	int64_t l = number(row, "likelihood", unknown ? UNKNOWN_LIKELIHOOD : WORST), s = number(row, "severity", WORST);
	int64_t rl, rs;
	struct level_pair out;

	if (unknown && l < UNKNOWN_LIKELIHOOD)
		l = UNKNOWN_LIKELIHOOD;
	rl = number(row, "residual_likelihood", l);
	rs = number(row, "residual_severity", s);
	if (unknown && !has_measure(row) && rl < UNKNOWN_LIKELIHOOD)
		rl = UNKNOWN_LIKELIHOOD;
	out.inherent = risk_of_score(l, s);
	out.residual = risk_of_score(rl, rs);
	if (json_says(row, "mitig_status", "FAILED") && out.inherent > out.residual)
		out.residual = out.inherent;
	return out;
}

/* A factor that is not known and not starred counts only as far as someone rated what remains of it. */
static bool counts(const struct json *row, bool starred)
{
	str present = json_text(row, "present");

	if (str_eqz(present, "YES"))
		return true;
	if (!str_eqz(present, "UNKNOWN"))
		return false;
	return starred || (json_get(row, "residual_likelihood") && json_get(row, "residual_severity"));
}

/* Reasons that forbid a return, as far as the factors alone prove them (domain §8 VETO).  The others (V4, V6, V7, V8)
 * are for people to find.  Measures that lift one stand beside it; it must not have failed. */
static const struct {
	int veto;
	const char *factor, *other; /* both present */
	const char *lifted[3];
	int64_t at_least; /* residual likelihood of the factor */
} proven[] = {
	{1, "RK_T2", "RK_T3", {"RELOC"}, 1},   {2, "RK_F1", "RK_R1", {"RELOC", "SHELTER", "ALTCARE"}, 1},
	{3, "RK_G1", "RK_G1", {NULL}, LIKELY}, {3, "RK_G2", "RK_G2", {NULL}, LIKELY},
	{5, "RK_P7", "RK_R3", {"ALTCARE"}, 1},
};

static const struct json *present_row(const struct json *factors, const char *code)
{
	JSON_EACH (row, factors)
		if (json_says(row, "code", code) && json_says(row, "present", "YES"))
			return row;
	return NULL;
}

static bool lifted(const struct json *row, const char *const measures[3])
{
	for (int i = 0; i < 3 && measures[i]; i++)
		if (has_measure(row) && json_has_str(json_get(row, "mitigation"), str_of(measures[i])))
			return true;
	return false;
}

static uint32_t vetoes_of(const struct json *factors)
{
	uint32_t found = 0;

	for (size_t i = 0; i < sizeof proven / sizeof *proven; i++) {
		const struct json *a = present_row(factors, proven[i].factor),
				  *b = present_row(factors, proven[i].other);

		if (a && b && !lifted(a, proven[i].lifted) && !lifted(b, proven[i].lifted) &&
		    number(a, "residual_likelihood", number(a, "likelihood", WORST)) >= proven[i].at_least)
			found |= 1u << (proven[i].veto - 1);
	}
	return found;
}

struct risk_result risk_judge(const struct json *factors, const str *starred, size_t n_starred)
{
	struct risk_result r = {0};

	JSON_EACH (row, factors) {
		bool starry = is_starred(json_text(row, "code"), starred, n_starred);
		bool unknown = json_says(row, "present", "UNKNOWN");
		struct level_pair p;

		if (r.overall == RISK_NONE && json_text(row, "present").n)
			r.overall = RISK_LOW;
		if (!counts(row, starry))
			continue;
		p = judge_row(row, unknown && starry);
		if (unknown && !starry)
			p.inherent = p.residual;
		r.overall = p.residual > r.overall ? p.residual : r.overall;
		r.high += p.residual == RISK_HIGH;
		r.unconfirmed += (p.residual >= RISK_HIGH || p.inherent >= RISK_HIGH) && !secured(row);
	}
	if (r.high > 2)
		r.overall = RISK_EXTREME;
	r.vetoes = vetoes_of(factors);
	return r;
}

const char *risk_advice(const struct risk_result *r, uint32_t vetoes)
{
	if (vetoes || r->overall == RISK_EXTREME)
		return "NO_GO";
	if (r->overall == RISK_NONE || (r->overall == RISK_HIGH && r->unconfirmed))
		return "DELAY";
	return r->overall == RISK_LOW ? "GO" : "GO_CONDITIONS";
}
