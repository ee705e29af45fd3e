/* account_view.h — what the pages of an account show. */
#pragma once
#include "second_view.h"

struct field_view { /* an input that may be wrong */
	str value;
	const char *error; /* msgid or NULL */
};
struct sign_in_view {
	str error, login, back, stash;
	bool sealed;
	struct key_box box;
};
struct session_view_row {
	str id, started, touched;
	bool here;
};
struct account_view {
	str name, login, office, since, until;
	const char *role;
	struct field_line *reads;
	size_t n_reads;
	struct session_view_row *sessions;
	size_t n_sessions;
	bool keeps_accounts, sees_alerts, erases;
};
struct password_view {
	struct field_view old, fresh;
	const char *busy; /* msgid */
	struct key_box box;
};
struct colleague_row {
	str id, name;
	const char *role;
};
struct colleagues_view {
	struct colleague_row *rows;
	size_t n_rows;
};

struct welcome_view {
	str invite, name, login; /* invite absent: the link is still to be given */
	const char *error;       /* of the link */
	struct field_view password;
};
struct recover_view {
	str login;
	const char *error;
	struct field_view code, password;
};
struct setup_view {
	str login, secret, grouped, code; /* secret absent: only the printed code is new */
	html_frag qr;
	const char *error;
};

struct account_row {
	str url, name, login, office;
	const char *role, *state, *class;
	str until;
};
struct accounts_view {
	struct account_row *rows;
	size_t n_rows;
	struct account_row
		*shares; /* made from the shares of the recovery key; until: when their links begin to work */
	size_t n_shares;
	int64_t n_restored;
};
struct choice_view {
	str code, label;
	bool chosen;
};
struct invite_view {
	struct field_view login, name, role, office;
	struct choice_view *roles, *offices;
	size_t n_roles, n_offices;
};
struct link_view {
	str link, name, until, back;
	bool renewed; /* the account is not new */
};
struct other_view {
	struct account_row about;
	day from, until; /* travel mode */
	str from_typed, until_typed;
	const char *error;
	bool self, may_link, may_lock, may_unlock, may_revoke, away;
	int64_t files; /* assigned by name, as the heads say */
	bool knows_files;
};
