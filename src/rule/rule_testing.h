/* rule_testing.h — what the tests of this library share: the built-in files, the shipped programme, and a case in which
 * nothing is missing. */
#pragma once
#include <string.h>

#include "codes.h"
#include "gate.h"
#include "programme.h"
#include "rule_data.h"
#include "testing.h"

static inline day on(int y, int m, int d)
{
	return day_of(y, m, d);
}

/* The position of a code in its list; the test fails when there is none. */
static inline int32_t code(struct arena *a, const char *list, const char *name)
{
	int at = code_files_index(code_files_open(a, &rule_data), str_of(list), str_of(name));

	if (at < 0)
		fail_msg("list %s has no code %s", list, name);
	return at;
}

static inline struct err *load_text(struct arena *a, str text, struct programme **out)
{
	struct code_resolver codes = {code_files_index, code_files_open(a, &rule_data)};

	return programme_load(a, "p.json", text, &codes, out);
}

static inline str programme_text(void)
{
	return embed_find(&rule_data, STR("programmes/care-plus.json"))->data;
}

static inline struct programme *shipped(struct arena *a)
{
	struct programme *p = NULL;
	struct err *e = load_text(a, programme_text(), &p);

	for (const struct err_field *f = e ? e->fields : NULL; f; f = f->next)
		print_error("%.*s: %s (%.*s)\n", STR_ARG(f->field), f->message, STR_ARG(f->arg));
	assert_null(e);
	return p;
}

static inline void set_code(struct arena *a, struct head *h, enum fact f, const char *name)
{
	h->fact[f] = code(a, fact_rows[f].list, name);
}

#define TODAY day_of(2018, 9, 10)

static inline void fill_codes(struct arena *a, struct head *h)
{
	static const struct {
		enum fact f;
		const char *code;
	} rows[] = {
		{FACT_age_certainty, "DOCUMENT"},
		{FACT_sex, "F"},
		{FACT_trafficking_status, "PRESUMED"},
		{FACT_return_wish, "YES"},
		{FACT_referral_source, "NGO_THB"},
		{FACT_agrees, "YES"},
		{FACT_immediate_danger, "NO"},
		{FACT_danger_action, "NOT_NEEDED"},
		{FACT_urgent_medical, "NO"},
		{FACT_in_exploitation, "NO"},
		{FACT_safe_contact, "CALL"},
		{FACT_legal_advice, "DONE"},
		{FACT_seen_alone, "YES"},
		{FACT_interpreter, "INDEPENDENT"},
		{FACT_decision_today, "GO_ON"},
		{FACT_capacity_doubt, "NO"},
		{FACT_judicial_status, "NONE"},
		{FACT_protection_known, "YES"},
		{FACT_duplicate_checked, "YES"},
		{FACT_second_reader_ok, "YES"},
		{FACT_health_flag, "NO"},
		{FACT_doc_status, "ISSUED"},
		{FACT_transit_ok, "YES"},
		{FACT_clearance, "OK"},
		{FACT_receiver_ok, "YES"},
		{FACT_card_given, "YES"},
		{FACT_partner_ok, "YES"},
		{FACT_contact_made, "YES"},
		{FACT_triage, "GREEN"},
		{FACT_triage_action, "ACCEPT"},
		{FACT_decision, "GO"},
		{FACT_abroad_advice, "GO"},
		{FACT_reconciled, "YES"},
		{FACT_open_risks, "NO"},
		{FACT_documents_returned, "YES"},
		{FACT_screening_by, "NGO"},
		{FACT_rss_done, "YES"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		set_code(a, h, rows[i].f, rows[i].code);
}

static inline void fill_forms(struct head *h, day d)
{
	static const enum form_no forms[] = {FORM_F01, FORM_TRI,  FORM_F02,  FORM_F02R, FORM_F03, FORM_F04,
					     FORM_F05, FORM_F05C, FORM_F05R, FORM_F06,  FORM_F07, FORM_F08,
					     FORM_DEC, FORM_F09,  FORM_F09C, FORM_F10,  FORM_VOL, FORM_F11,
					     FORM_F12, FORM_F14,  FORM_F15,  FORM_F16,  FORM_F17, FORM_RSS};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		h->form[forms[i]] = (struct form_mark){true, 1, d, 101};
	h->form[FORM_F02R].author = h->form[FORM_F05R].author = 202;
	h->form[FORM_F05C].author = h->form[FORM_F09C].author = 303;
	h->form[FORM_F14].count = 6;
}

static inline void fill_computed(struct arena *a, struct head *h, day today)
{
	h->fact[FACT_adult_from] = day_of(2013, 4, 1);
	h->fact[FACT_country] = fact_country(STR("NG"));
	h->fact[FACT_citizenship] = fact_country(STR("NG"));
	h->fact[FACT_eu_citizen] = 0;
	h->fact[FACT_metropolitan] = 1;
	h->fact[FACT_found_on] = today - 200;
	h->fact[FACT_exploitation] = 1 << code(a, "EXPL", "SEX");
	h->fact[FACT_wish_on] = today - 100;
	h->fact[FACT_alternatives] = 0x1FF;
	h->fact[FACT_pressure] = 1 << code(a, "PRESSURE", "NONE");
	h->fact[FACT_doc_expiry] = today + 400;
	h->fact[FACT_departure] = today + 1;
	h->fact[FACT_voluntary_on] = today - 1;
	h->fact[FACT_plan_signed] = today - 10;
	h->fact[FACT_risk_level] = 2;
	h->fact[FACT_risk_vetoes] = 0;
	h->fact[FACT_risk_unconfirmed] = 0;
	h->fact[FACT_risk_until] = today + 50;
	h->fact[FACT_risk_agreed] = 1;
	h->fact[FACT_risk_on] = today - 3;
	h->fact[FACT_last_check] = 1;
	h->fact[FACT_first_days] = 1;
	h->fact[FACT_opportunity] = 2;
	h->fact[FACT_plan_iga] = 0;
	h->fact[FACT_plan_cents] = 150000;
	h->fact[FACT_rss_last] = 512;
}

/* A case in state `s` in which every gate of the shipped programme is open on that day. */
static inline struct head complete(struct arena *a, enum state s, day today)
{
	struct head h;

	head_init(&h);
	memcpy(h.code, "K7F-2QM-9X", 11);
	memcpy(h.office, "PARIS", 5);
	memcpy(h.cor_office, "LAGOS", 5);
	memset(&h.assignee, 7, sizeof h.assignee);
	memset(&h.cor_assignee, 8, sizeof h.cor_assignee);
	memset(&h.id, 9, sizeof h.id);
	h.state = s;
	h.flags = FLAG_COR_OPEN;
	h.created = today - 150;
	h.state_since = h.touched = today - 2;
	h.dossiers = 3;
	fill_codes(a, &h);
	fill_computed(a, &h, today);
	fill_forms(&h, today - 3);
	for (int c = 0; c < CONSENT_KINDS; c++)
		h.consent[c] = (struct consent_mark){c == 11 ? CONSENT_REFUSED : CONSENT_GIVEN, today - 90};
	if (s >= STATE_READY)
		set_code(a, &h, FACT_boarded, "YES");
	if (s < STATE_TRAVELLING)
		return h;
	h.fact[FACT_departure] = h.fact[FACT_departed_on] = today - 30;
	h.fact[FACT_voluntary_on] = today - 31;
	if (s >= STATE_ARRIVED)
		h.fact[FACT_arrival] = today - 29;
	if (s == STATE_CLOSED)
		h.fact[FACT_closed_on] = day_add_months(today, -25);
	return h;
}
