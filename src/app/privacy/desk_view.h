/* desk_view.h — what the pages of the data-protection desk show. */
#pragma once
#include "register.h"
#include "view.h"

struct desk_row {
	str what, code, line, line2, url, tag;
	const char *class;
};
struct desk_list {
	struct desk_row *rows; /* open ones first */
	size_t n, n_open, n_late;
};
struct desk_view {
	struct desk_list requests, breaches;
	bool whole;    /* the desk, not somebody who records something for it */
	bool absent;   /* no coordinator has signed in since the desk came with an update */
	int64_t n_due; /* files whose time is over */
};

struct register_view {
	str programme;
	struct processing *rows;
	size_t n;
};

struct retention_row {
	str label, why, forms;
	int64_t months;
};
struct due_row {
	str code;
	day due;
	bool held, asked, may_ask;
};
struct held_row {
	str code, why;
	day since;
	bool lifted; /* on since: so says the register, and yet it stands */
};
struct entries_row {
	str label;
	size_t over, kept;
	day next;
	bool has_next, read;
};
struct retention_view {
	struct entries_row *entries;
	size_t n_entries, n_over; /* n_over: entries that may go */
	bool may_erase;           /* today, and not only on the day looked at */
	struct retention_row *rules;
	struct due_row *due;
	struct held_row *held;
	size_t n_rules, n_due, n_held, n_free; /* n_free: due, not held, not asked for */
	str typed;
	day on;
	const char *error; /* msgid */
};

struct disclosure_row {
	str code, to, what, how, why, by, consent, consent_url;
	day on, consent_on;
};
struct allowed_row { /* whom the person lets us give what */
	str to, what, consent, url;
	day on, until;
	bool ends;
};
struct disclosures_view {
	str back, newer, older;
	int64_t total, from; /* from: which of them the first row is */
	struct disclosure_row *rows;
	struct allowed_row *allowed, *ended; /* ended: stood for a time */
	size_t n, n_allowed, n_ended;
	bool of_case;
};
struct disclosure_about {
	str to, consent;
	day on, until;
	bool ends;
};

struct copy_text { /* free words, to be read before they are let through */
	str key, question, words, form;
	day on;
	bool chosen;
};
struct copy_view {
	str base;
	html_frag inputs;
	struct copy_text *texts;
	size_t n_texts;
	str record, notice; /* notice: why the page is here again */
	bool hides;         /* words about where the person is */
};
