/* case_view.h — what the pages of a case show. */
#pragma once
#include "view.h"

struct step_view {
	const char *label, *class, *status; /* msgids but class */
	bool now;
};
struct gate_view {
	const char *class, *word;
	str title, missing, evidence, url;
	bool met;
};
struct event_view {
	day on;
	str title, who, text, url;
	const char *class;
};
struct form_link {
	str title, url, status;
	const char *class;
};
struct task_view {
	str what, why, url, code, name;
	day due, from, to;
	bool late, due_known;
	const char *rank_class;
};
struct action_view {
	const char *label;
	str url;
	const char *class;
};
struct person_option {
	str id, name;
	bool chosen;
};
#define ACTIONS_MAX 14
struct case_view {
	str heading, base, blocker, gate_heading, gate_code;
	str restricted; /* why nothing is added */
	str kept;       /* until when, and what it waits for; for those who erase */
	str elsewhere;  /* how many conditions are missing of those that this reader does not see */
	const char *move_label, *hold;
	str move_code;
	int64_t open;
	bool may_move, may_close, may_assign, may_write, may_reveal, may_see_openings, cor_openable, closed, archived;
	struct step_view steps[7];
	struct gate_view *gates;
	size_t n_gates;
	int64_t n_met; /* of them */
	struct event_view *events;
	size_t n_events;
	str newer, older; /* pages of the timeline; absent at its ends */
	struct form_link *forms, *drafts;
	size_t n_forms, n_drafts;
	struct task_view *tasks;
	size_t n_tasks;
	struct action_view actions[ACTIONS_MAX];
	size_t n_actions;
	str note_form, note_record, contact_form, contact_record;
	html_frag contact_inputs, note_inputs;
	str masked; /* who can read what this reader cannot */
	struct contact_line *calendar;
	size_t n_calendar;
};
struct contact_line {
	str point;
	str label; /* the point in words */
	day due, from, to;
	const char *class, *word;
	bool beyond;
};
struct contact_view { /* safe contact, after the warning */
	str base, safe_contact, channel_note;
	struct field_line *warnings;
	size_t n_warnings;
	bool known, hidden;
};
struct form_page_view {
	str restricted; /* why only few forms are taken now; absent: all are */
	str title, intro, action, record, based_on, back, case_base, reason;
	html_frag inputs;
	bool correcting, has_draft, from_stash, conflict;
	bool from_draft;  /* what the page hides is in a draft */
	bool hides;       /* where the person is, and this reader may ask for it */
	html_frag theirs; /* the other version, on a conflict */
	str theirs_by;
	day theirs_on;
};
struct record_view {
	str restricted; /* why it is not corrected now */
	str title, who, base, reason, correct_url, print_url;
	day on;
	int64_t version;
	html_frag answers, changes;
	struct form_link *versions;
	size_t n_versions;
	bool may_correct;
};
struct assign_side {
	struct person_option *list;
	size_t n;
	str now;   /* who has the file at present */
	day until; /* the last day of a replacement */
	bool until_known;
};
struct assign_view {
	str base;
	struct assign_side here, abroad;
	bool cor_open;
	struct given_row { /* who else has access by name, or broke the glass */
		str id, name, until;
		bool glass;
	} * given;
	size_t n_given;
	struct person_option *others;
	size_t n_others;
};
struct waive_view {
	str base, condition, title, transition, record;
	html_frag inputs;
};
