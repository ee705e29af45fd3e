/* payment_view.h — what the page of a file's payments shows. */
#pragma once
#include "view.h"

struct plan_line_row {
	str line, service, description, funder, ask_url;
	money planned, waiting, approved, proved, left;
	bool orphan;
};
struct payment_row {
	str line, instalment, modality, asked_by, decided_by, record_url, decide_url, prove_url, proved;
	money amount;
	day asked_on, decided_on, proof_due;
	const char *word, *class; /* msgid, class */
	bool decided, paid, late;
};
struct payments_view {
	str base, restricted; /* restricted: why nothing is asked, decided or proved now */
	struct plan_line_row *lines;
	size_t n_lines;
	struct payment_row *list;
	size_t n;
	money planned, approved, proved;
	bool readable, cor_open, plan;
};
