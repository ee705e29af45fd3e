/* policy.c — the table of roles.  To change who reads what, change a row here and its line in policy_test.c.
 *
 * What must not happen: a role of a country of return with a bit in the FR column; ADM or DPO with content;
 * a role that writes what it cannot read (PUBLIC apart, which writes referrals and reads nothing back). */
#include "policy.h"

const char *const compartment_names[COMPARTMENTS] = {
	[COMP_IDENTITY] = "identity", [COMP_LOCATION] = "location", [COMP_STORY] = "story",
	[COMP_RISK] = "risk",         [COMP_HEALTH] = "health",     [COMP_CHILD] = "child",
	[COMP_LEGAL] = "legal",       [COMP_TRAVEL] = "travel",     [COMP_PLAN] = "plan",
	[COMP_FINANCE] = "finance",   [COMP_STAFF] = "staff",       [COMP_TRAINING] = "training",
	[COMP_ACCOUNTS] = "accounts", [COMP_DESK] = "desk",
};

const char *const compartment_labels[COMPARTMENTS] = {
	[COMP_IDENTITY] = N_("Identity"),
	[COMP_LOCATION] = N_("Where the person is, safe contact"),
	[COMP_STORY] = N_("What happened"),
	[COMP_RISK] = N_("Risks and safety plan"),
	[COMP_HEALTH] = N_("Health"),
	[COMP_CHILD] = N_("Child"),
	[COMP_LEGAL] = N_("Legal situation"),
	[COMP_TRAVEL] = N_("Travel"),
	[COMP_PLAN] = N_("Needs, plan and follow-up"),
	[COMP_FINANCE] = N_("Payments"),
	[COMP_STAFF] = N_("Staff"),
	[COMP_TRAINING] = N_("Trainings"),
	[COMP_ACCOUNTS] = N_("Programme accounts"),
	[COMP_DESK] = N_("Registers of data protection"),
};

const char *const may_names[MAYS] = {
	[MAY_UNSET] = "",
	[MAY_PUBLIC] = "nothing",
	[MAY_SIGNED_IN] = "a session",
	[MAY_TRIAGE] = "triage",
	[MAY_CASE_LIST] = "lists",
	[MAY_CASE_READ] = "reading files",
	[MAY_CASE_WRITE] = "writing files",
	[MAY_CASE_CREATE] = "making files",
	[MAY_DECIDE] = "deciding",
	[MAY_ASSIGN] = "assigning",
	[MAY_PAY] = "payments",
	[MAY_PROGRAMME] = "the programme",
	[MAY_TRAINING_READ] = "reading trainings",
	[MAY_TRAINING_WRITE] = "writing trainings",
	[MAY_ACCOUNTS_READ] = "reading costs",
	[MAY_ACCOUNTS_WRITE] = "writing costs",
	[MAY_AUDIT] = "the audit",
	[MAY_ADMIN] = "accounts",
	[MAY_INSTALLATION] = "the installation",
	[MAY_ERASE] = "erasures",
	[MAY_STAFF] = "accounts of others",
	[MAY_GLASS] = "break-glass",
	[MAY_ALERTS] = "alerts",
	[MAY_RIGHTS] = "people's rights",
	[MAY_DESK] = "data protection",
	[MAY_COPY] = "copies of files",
};

#define B(c) COMP_BIT(COMP_##c)
#define CARE (B(IDENTITY) | B(LOCATION) | B(STORY) | B(RISK) | B(HEALTH) | B(CHILD) | B(LEGAL) | B(TRAVEL) | B(PLAN))
#define CASE (CARE | B(FINANCE))
#define OFFICE (B(STAFF) | B(TRAINING) | B(ACCOUNTS) | B(DESK))
#define M(m) (1u << MAY_##m)
#define SIGNED (M(PUBLIC) | M(SIGNED_IN))
#define READER (SIGNED | M(CASE_LIST) | M(CASE_READ))
#define WORKER (READER | M(CASE_WRITE))

_Static_assert(MAYS <= 32 && COMPARTMENTS <= 16, "bits of a row");

/* Columns of reads and writes: {FR dossier, COR dossier}. */
const struct role_row roles[ROLES] = {
	[ROLE_NONE] = {.code = "", .name = ""},
	/* A referral without an account: written, never read back. */
	[ROLE_PUBLIC] = {.code = "PUBLIC", .name = N_("Referring professional"), .writes = {CASE, 0}, .may = M(PUBLIC)},
	[ROLE_CMF] = {.code = "CMF",
		      .name = N_("Case manager, France"),
		      .reads = {CASE | B(DESK), CASE},
		      .writes = {CASE | B(DESK), CASE},
		      .may = WORKER | M(TRIAGE) | M(CASE_CREATE) | M(GLASS) | M(RIGHTS) | M(COPY)},
	/* What was suffered stays in France. */
	[ROLE_CMR] = {.code = "CMR",
		      .name = N_("Case manager, country of return"),
		      .reads = {0, CASE & ~B(STORY)},
		      .writes = {0, CASE & ~B(STORY)},
		      .may = WORKER | M(GLASS)},
	[ROLE_CPF] = {.code = "CPF",
		      .name = N_("Child-protection focal point"),
		      .reads = {CARE | B(DESK), CARE},
		      .writes = {CARE | B(DESK), CARE},
		      .may = WORKER | M(GLASS) | M(RIGHTS)},
	[ROLE_COO] = {.code = "COO",
		      .name = N_("Programme coordinator"),
		      .reads = {CASE | OFFICE, CASE | OFFICE},
		      .writes = {CASE | OFFICE, CASE | OFFICE},
		      .may = WORKER | M(TRIAGE) | M(CASE_CREATE) | M(DECIDE) | M(ASSIGN) | M(PAY) | M(PROGRAMME) |
			     M(TRAINING_READ) | M(TRAINING_WRITE) | M(ACCOUNTS_READ) | M(ACCOUNTS_WRITE) | M(STAFF) |
			     M(ALERTS) | M(ERASE) | M(RIGHTS) | M(DESK) | M(COPY),
		      .every_case = true,
		      .every_office = true},
	/* The second reader judges the risk, not the person: a code stands for the name. */
	[ROLE_RSK] = {.code = "RSK",
		      .name = N_("Risk reviewer"),
		      .reads = {B(RISK), B(RISK)},
		      .writes = {B(RISK), B(RISK)},
		      .may = WORKER,
		      .every_case = true},
	[ROLE_MED] = {.code = "MED",
		      .name = N_("Medical focal point"),
		      .reads = {B(IDENTITY) | B(HEALTH), B(IDENTITY) | B(HEALTH)},
		      .writes = {B(HEALTH), B(HEALTH)},
		      .may = WORKER | M(GLASS)},
	[ROLE_TRV] = {.code = "TRV",
		      .name = N_("Travel and operations"),
		      .reads = {B(IDENTITY) | B(TRAVEL), B(IDENTITY) | B(TRAVEL)},
		      .writes = {B(TRAVEL), B(TRAVEL)},
		      .may = WORKER,
		      .every_case = true},
	/* Accounts of the programme are office objects, kept in the FR column like every object that is no case. */
	[ROLE_FIN] = {.code = "FIN",
		      .name = N_("Finance officer"),
		      .reads = {B(FINANCE) | B(ACCOUNTS), B(FINANCE)},
		      .writes = {B(FINANCE) | B(ACCOUNTS), B(FINANCE)},
		      .may = WORKER | M(PAY) | M(PROGRAMME) | M(ACCOUNTS_READ) | M(ACCOUNTS_WRITE),
		      .every_case = true},
	/* Counts and dates, from the heads only. */
	[ROLE_MNE] = {.code = "MNE",
		      .name = N_("Monitoring and evaluation officer"),
		      .may = SIGNED | M(CASE_LIST) | M(PROGRAMME),
		      .every_case = true,
		      .every_office = true},
	[ROLE_DPO] = {.code = "DPO",
		      .name = N_("Data-protection officer"),
		      .reads = {B(DESK), 0}, /* her registers; of a file, its reference */
		      .writes = {B(DESK), 0},
		      .may = SIGNED | M(AUDIT) | M(ALERTS) | M(ERASE) | M(INSTALLATION) | M(RIGHTS) | M(DESK),
		      .every_office = true},
	[ROLE_TRN] = {.code = "TRN",
		      .name = N_("Trainer"),
		      .reads = {B(TRAINING), 0},
		      .writes = {B(TRAINING), 0},
		      .may = SIGNED | M(TRAINING_READ) | M(TRAINING_WRITE)},
	[ROLE_ADM] = {.code = "ADM",
		      .name = N_("Administrator of accounts"),
		      .may = SIGNED | M(ADMIN) | M(STAFF) | M(INSTALLATION),
		      .every_office = true},
};

enum role role_find(str code)
{
	for (enum role r = ROLE_PUBLIC; r < ROLES; r++)
		if (str_eqz(code, roles[r].code))
			return r;
	return ROLE_NONE;
}

bool role_may(enum role r, enum may m)
{
	if (r >= ROLES || m == MAY_UNSET || m >= MAYS)
		return false;
	return (roles[r].may & (1u << m)) != 0;
}

/* Who assigns makes every account.  An administrator holds no content key and gives none; and a role without keys may
 * still see every list, judge alerts and erase: she would be two people at once. */
bool role_makes(enum role maker, enum role r)
{
	uint32_t weighty = M(ERASE) | M(ALERTS) | M(AUDIT) | M(CASE_LIST);

	if (role_may(maker, MAY_ASSIGN))
		return r > ROLE_PUBLIC && r < ROLES;
	return role_may(maker, MAY_ADMIN) && r > ROLE_PUBLIC && r < ROLES && !(roles[r].may & weighty) &&
	       !(roles[r].reads[DOSSIER_FR] | roles[r].reads[DOSSIER_COR]);
}

enum compartment compartment_find(str name)
{
	enum compartment c = 0;

	while (c < COMPARTMENTS && !str_eqz(name, compartment_names[c]))
		c++;
	return c;
}
