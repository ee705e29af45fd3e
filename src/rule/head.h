/* head.h — the head of a case: its workflow and coded facts, the only case data under the server lock alone
 * (design §4).  Pure data: no database, no keys.  Encoded ≤ 512 bytes before sealing.
 *
 * Heads are what lists, filters, work lists, gates and statistics read.  They hold no name, no free text, no
 * place, no flight, no hour.  A date of birth never enters: only the month from which the person is an adult
 * for every purpose here (adult_from, rounded up to the next month's first day, so never too early). */
#pragma once
#include "base.h"
#include "policy.h"

enum state { /* domain §3 */
	     STATE_REFERRED,
	     STATE_SCREENING,
	     STATE_COUNSELLING,
	     STATE_ASSESSMENT,
	     STATE_DECISION,
	     STATE_PLANNING,
	     STATE_READY,
	     STATE_TRAVELLING,
	     STATE_ARRIVED,
	     STATE_REINTEGRATION,
	     STATE_CLOSED,
	     STATE_ARCHIVED,
	     STATES
};
extern const char *const state_codes[STATES];  /* "REFERRED" */
extern const char *const state_labels[STATES]; /* msgid */

enum flag {
	FLAG_SUSPENDED = 1,
	FLAG_EMERGENCY = 2,
	FLAG_CONTACT_LOST = 4,
	FLAG_COR_OPEN = 8,
	FLAG_REOPENED = 16,
	FLAG_WITHDRAWN = 32,
	FLAG_DEMO = 64
};

enum fact {
#define FACT(name, kind, list) FACT_##name,
#include "facts.def"
#undef FACT
	FACTS
};
enum fact_kind { FK_DAY, FK_CODE, FK_MASK, FK_INT, FK_COUNTRY, FK_PRESENT };
struct fact_row {
	const char *name;
	enum fact_kind kind;
	const char *list;
};
extern const struct fact_row fact_rows[FACTS];
enum fact fact_find(str name); /* FACTS when unknown */
#define NO_FACT INT32_MIN
int32_t fact_country(str iso2); /* two letters as a number */
void fact_country_text(int32_t v, char out[3]);

/* Every form a case can hold, in the order of stored positions: only add at the end. */
enum form_no {
	FORM_F01,
	FORM_TRI,
	FORM_F02,
	FORM_F02R,
	FORM_F03,
	FORM_F04,
	FORM_F05,
	FORM_F05C,
	FORM_F05R,
	FORM_F06,
	FORM_F07,
	FORM_F08,
	FORM_DEC,
	FORM_F09,
	FORM_F09C,
	FORM_F10,
	FORM_VOL,
	FORM_F11,
	FORM_F12,
	FORM_F14,
	FORM_F15,
	FORM_F16,
	FORM_F17,
	FORM_RSS,
	FORM_PAY,
	FORM_PAYA,
	FORM_REC,
	FORM_NOTE,
	FORM_NOTEC,
	FORM_CONT,
	FORM_CONTC,
	FORM_SUSP,
	FORM_RESUME,
	FORM_EMER,
	FORM_LOST,
	FORM_WDR,
	FORM_REOP,
	FORM_WAIV,
	FORM_WAIA,
	FORM_EMERC,
	FORM_LOSTC,
	FORM_CLO,
	FORM_WDRC,
	FORM_ALR,
	FORMS
};
extern const char *const form_codes[FORMS];
enum form_no form_no_find(str code); /* FORMS when unknown */

struct form_mark { /* the newest record of a form in this case */
	bool present;
	uint8_t count; /* how many records, up to 255 */
	day on;
	uint32_t author; /* first four bytes of the user id: enough to tell two people apart, never to find one */
};

/* What alarms in an answer (domain §5: two people talk within 24 hours); bits of the fact `alert`. */
enum alert {
	ALERT_ASKED,     /* whoever wrote it asks for the coordinator */
	ALERT_SIGNS,     /* one strong sign of exploitation, or two weak ones (list RTF) */
	ALERT_EXPLOITER, /* contact with those who exploited her */
	ALERT_THREATS,
	ALERT_NOT_FREE, /* she cannot speak freely */
	ALERT_DANGER,   /* a new danger before the departure */
	ALERT_RISK_UP,
	ALERTS
};

#define CONSENT_KINDS 13 /* C0–C12, domain §7 F03 */
enum consent_state { CONSENT_NONE, CONSENT_GIVEN, CONSENT_REFUSED, CONSENT_WITHDRAWN, CONSENT_NOT_ASKED, CONSENT_NA };
struct consent_mark {
	enum consent_state state;
	day on;
	day until; /* the last day it holds; 0: no end */
};

/* FACT_risk_agreed: what the second reader of the risks says of the assessment. */
enum risk_read { READ_DISAGREES, READ_AGREES, READ_AGREES_NO_GO };

#define WAIVERS_MAX 6
struct waiver {            /* asked by one, granted by another; never for a non-waivable condition */
	uint8_t condition; /* enum condition */
	uint8_t transition;
	uint8_t about;                 /* gate_about(): which form, consent or fact */
	uint32_t asked_by, granted_by; /* granted_by 0: still asked */
	day on;
	day until; /* the last day it holds; 0: no end */
};

/* Of the rows of an object's records, whichever they are: how many, and the exclusive or of a keyed hash of each.  One
 * taken away, put back as it was or added by who writes the database no longer agrees (app/case/seal.h). */
struct tally {
	uint32_t n;
	uint8_t all[16];
};

struct head {
	case_id id;
	int64_t version; /* of the row; not inside the sealed bytes */
	char code[12];   /* random, shown to people: "K7F-2QM-9X" (design §10.20) */
	char office[9], cor_office[9];
	user_id assignee, cor_assignee;
	enum state state, from_state; /* from_state: before closing, for reopening */
	uint32_t flags;
	day state_since, created, touched;
	uint8_t dossiers; /* bit per enum dossier that holds keys */
	struct tally tally;
	int32_t fact[FACTS];
	struct form_mark form[FORMS];
	struct consent_mark consent[CONSENT_KINDS];
	struct waiver waiver[WAIVERS_MAX];
};

void head_init(struct head *h); /* all facts and days absent */
#define HEAD_MAX 512
str head_encode(struct arena *a, const struct head *h);
struct err *head_decode(struct arena *a, str bytes,
			struct head *out) MUST_CHECK; /* strict; ERR_INTERNAL, or ERR_CONFIG: of another format */

/* The first day of the month after the 18th birthday (that birthday itself when it is the first): never too early. */
day head_adult_from(day born);
/* Minor: under 18, or age unknown, disputed, or estimated with a lower bound below 18, or doubted by who read the
 * referral (design §6, §10.19). */
bool head_minor(const struct head *h, day on);
bool head_fact_is(const struct head *h, enum fact f, int32_t v);
/* Given, and not past its last day. */
bool head_consents(const struct head *h, int kind, day on);
uint32_t user_mark(user_id u);
int32_t account_mark(user_id u); /* the same, as a fact */
void case_code_new(char out[12]);
