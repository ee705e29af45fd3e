/* view.h — what the frame of a page is filled from.  Views hold values ready to show; templates decide how. */
#pragma once
#include "html.h"

struct http_pair;
#define NAV_MAX 12
struct nav_entry {
	const char *label; /* msgid */
	str url, lang, own_name;
	bool current;
};
struct tag_view {
	const char *class, *text; /* text: msgid */
};
struct identity_view {
	str code, name, country, assignee;
	str reveal, back; /* where to ask where the person is; absent: shown, or not for this reader */
	bool revealed;
	const char *state, *risk, *risk_class;
	struct tag_view tags[6];
	size_t n_tags;
};
struct page_view {
	str lang, me, icon, css, js, key_js;
	const char *dir;
	const char *title, *notice;
	bool signed_in, public_, demo;
	str today, today_iso; /* as said, and for the script */
	int64_t idle_seconds;
	struct nav_entry nav[NAV_MAX], languages[4];
	size_t n_nav, n_languages;
	const struct identity_view *identity;
};
struct field_line {
	str text;
};
struct error_view {
	const char *heading;
	str message, back; /* back: to the file it is about, when it is open */
	struct field_line *fields;
	size_t n_fields;
	const struct http_pair *kept; /* what was posted, to be sent again */
	size_t n_kept;
	str action;
};
