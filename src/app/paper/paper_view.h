/* paper_view.h — the page that offers the papers of a case. */
#pragma once
#include "view.h"

struct language_option {
	str tag, name;
	bool chosen;
};
struct paper_line {
	const char *title, *what; /* msgids */
	str url;                  /* absent: not yet */
	const char *missing;      /* msgid: why not yet */
	str form_url, form_title; /* the form that is waited for; may be absent */
};
struct paper_page_view {
	str base;
	struct language_option *ours, *others;
	size_t n_ours, n_others;
	struct paper_line papers[3];
	size_t n_papers;
};
