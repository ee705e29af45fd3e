/* policy.h — who may read and do what: roles, compartments, permissions.  One table, used by the vault
 * (which enforces it) and by web (which also uses it to draw pages).  Source: docs/reference/domain.md §2.
 * Deny by default: what is not in the table is not allowed. */
#pragma once
#include "base.h"

enum compartment {
	COMP_IDENTITY,
	COMP_LOCATION,
	COMP_STORY,
	COMP_RISK,
	COMP_HEALTH,
	COMP_CHILD,
	COMP_LEGAL,
	COMP_TRAVEL,
	COMP_PLAN,
	COMP_FINANCE,
	COMP_STAFF,
	COMP_TRAINING,
	COMP_ACCOUNTS, /* of offices and programmes, design §10.9 */
	COMP_DESK,     /* registers of data protection: references of files, nothing of what is in them */
	COMPARTMENTS
};
#define COMP_BIT(c) (1u << (c))

enum dossier { DOSSIER_FR, DOSSIER_COR, DOSSIERS }; /* design §5: the country of return never sees FR */

enum role {
	ROLE_NONE,
	ROLE_PUBLIC,
	ROLE_CMF,
	ROLE_CMR,
	ROLE_CPF,
	ROLE_COO,
	ROLE_RSK,
	ROLE_MED,
	ROLE_TRV,
	ROLE_FIN,
	ROLE_MNE,
	ROLE_DPO,
	ROLE_TRN,
	ROLE_ADM,
	ROLES
};

enum may { /* what a route asks for; a row without one stops the program from starting */
	   MAY_UNSET,
	   MAY_PUBLIC,
	   MAY_SIGNED_IN,
	   MAY_TRIAGE,
	   MAY_CASE_LIST,
	   MAY_CASE_READ,
	   MAY_CASE_WRITE,
	   MAY_CASE_CREATE,
	   MAY_DECIDE,
	   MAY_ASSIGN,
	   MAY_PAY,
	   MAY_PROGRAMME,
	   MAY_TRAINING_READ,
	   MAY_TRAINING_WRITE,
	   MAY_ACCOUNTS_READ,
	   MAY_ACCOUNTS_WRITE,
	   MAY_AUDIT,
	   MAY_ADMIN,
	   MAY_INSTALLATION,
	   MAY_ERASE,  /* asks for the erasure of a file, or confirms another's asking */
	   MAY_STAFF,  /* accounts of others: invite, lock, withdraw, travel */
	   MAY_GLASS,  /* files of her office that she was not given, with a reason */
	   MAY_ALERTS, /* all alerts */
	   MAY_RIGHTS, /* records people's requests, breaches, and what was passed on */
	   MAY_DESK,   /* the registers of data protection, whole */
	   MAY_COPY,   /* the copy of a file that the person is given */
	   MAYS
};

struct role_row {
	const char *code;         /* "CMF" */
	const char *name;         /* msgid */
	uint32_t reads[DOSSIERS]; /* compartments read in each dossier */
	uint32_t writes[DOSSIERS];
	uint32_t may;    /* bits of enum may */
	bool every_case; /* every case of its scope, not only those assigned by name */
	bool every_office;
};
extern const struct role_row roles[ROLES];

enum role role_find(str code); /* ROLE_NONE */
bool role_may(enum role r, enum may m);
bool role_makes(enum role maker, enum role r); /* whether the one makes accounts of the other, or links for them */
extern const char *const may_names[MAYS];      /* "case-read" … */
enum compartment compartment_find(str name);   /* COMPARTMENTS when unknown */
extern const char *const compartment_names[COMPARTMENTS];  /* "identity" … */
extern const char *const compartment_labels[COMPARTMENTS]; /* msgid */
