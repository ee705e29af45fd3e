/* programme.h — a programme as a file (programmes/NAME.json): every parameter of design §1's table.
 * Loading reports every error with its place, and refuses a file that weakens a non-waivable gate. */
#pragma once
#include "gate.h"
#include "json.h"
#include "money.h"

struct text3 {
	str fr, en, ar;
};
/* Positions of codes in the code lists, which live above this library: -1 when the list or the code is unknown. */
struct code_resolver {
	int (*index)(void *arg, str list, str code);
	void *arg;
};
struct office {
	str code; /* "PARIS" */
	struct text3 name;
	str country;    /* where it stands */
	bool abroad;    /* works on COR dossiers only */
	str serves[40]; /* countries of return an office abroad takes */
	size_t n_serves;
	str phone; /* reached by colleagues; shown on the emergency card where it endangers nobody; may be absent */
};
struct funder {
	str code;
	struct text3 name;
	int share_permille; /* of the total budget; all shares sum to 1000 */
};
struct budget_post {
	str code; /* A … I, data-standards §5.2 */
	struct text3 name;
	money planned;
};
struct point {    /* follow-up calendar, domain §6; anchored on the arrival */
	str code; /* D1, D7, M1 … M12 */
	int days, months;
	int before, after;          /* window in days */
	str mode_adult, mode_minor; /* CALL, VISIT, CONTACT; absent: not for them */
};
struct milestone { /* planned calendar of the programme */
	struct text3 name;
	day from, to;
};
#define POINTS_MAX 16
struct programme {
	str code;
	struct text3 name;
	struct text3 note; /* said beside figures that are invented or not official; may be absent */
	day start, end;
	int target_people, target_trainings;
	struct office *offices;
	size_t n_offices;
	struct funder *funders;
	size_t n_funders;
	struct budget_post *posts;
	size_t n_posts;
	struct point points[POINTS_MAX];
	size_t n_points;
	struct milestone *milestones;
	size_t n_milestones;
	money ceiling_adult, ceiling_child, cash_max, emergency_max;
	day identified_from, identified_to, departure_from, departure_to; /* eligibility by date; NO_DAY: open */
	bool metropolitan_only; /* the return to a third country is a safeguard: no file can drop it */
	int risk_valid_days, reflection_hours, reconfirm_hours, recheck_days, acknowledge_working_days,
		retention_months;
	int certificate_halfdays; /* attended at least, for a training certificate */
	struct gate_row *gates;   /* those of the file, then the safeguards C adds */
	size_t n_gates;
};
/* All errors at once: ERR_CONFIG with one field per error ("care-plus.json: gates.ready[3].days", what is wrong).
 * Refused: unknown keys, conditions and parameters; a safeguard made waivable or given a weaker parameter, in the gates
 * or by the figures above (less than 72 h to reflect, a confirmation older than 72 h …).  text must live as long as a. */
struct err *programme_load(struct arena *a, const char *path, str text, const struct code_resolver *codes,
			   struct programme **out) MUST_CHECK;
const struct office *programme_office(const struct programme *p, str code);
const struct office *programme_office_for(const struct programme *p, str country); /* abroad, serving it; or NULL */
str text3_in(const struct text3 *t, const char *lang);
