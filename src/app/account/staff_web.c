/* staff_web.c — other people's accounts, for coordinators and administrators: invite, lock, travel, withdraw.
 * Who may do what to whom is decided in the vault; here only what is offered. */
#include <string.h>

#include "account_parts.h"
#include "heads.h"
#include "log.h"
#include "object.h"
#include "staff_html.h"

const char *const account_states[ACCOUNT_STATES] = {
	[ACCOUNT_INVITED] = N_("Invited"),
	[ACCOUNT_UNCONFIRMED] = N_("Not confirmed yet"),
	[ACCOUNT_ACTIVE] = N_("Active"),
	[ACCOUNT_LOCKED] = N_("Locked"),
	[ACCOUNT_REVOKED] = N_("Withdrawn account"),
};

static const char *const classes[ACCOUNT_STATES] = {
	[ACCOUNT_INVITED] = "tag info", [ACCOUNT_UNCONFIRMED] = "tag info", [ACCOUNT_ACTIVE] = "tag ok",
	[ACCOUNT_LOCKED] = "tag warn",  [ACCOUNT_REVOKED] = "tag err",
};

/* The vault goes by the machine's own days; pages by those of the rules. */
static day shown_day(const struct ctx *c, day machine)
{
	return machine == NO_DAY ? NO_DAY : machine + c->op.ahead;
}

static bool travelling(const struct ctx *c, const struct staff *s)
{
	day today = day_of_msec(c->q->now);

	return s->away_from != NO_DAY && s->away_from <= today && today <= s->away_until;
}

static struct account_row row_of(struct ctx *c, const struct staff *s)
{
	struct account_row r = {
		.url = arena_fmt(c->op.a, "/accounts/%.*s", STR_ARG(id_text(c->op.a, s->id.v))),
		.name = str_of(s->name),
		.login = str_of(s->login),
		.office = office_name(c, s->office),
		.role = roles[s->role].name,
		.state = account_states[s->state],
		.class = classes[s->state],
	};

	if (s->restored)
		r.state = N_("Locked since a restore");
	if (s->state == ACCOUNT_INVITED)
		r.until = fmt_time(c->op.a, c->op.l, s->invite_until);
	if (s->state == ACCOUNT_ACTIVE && travelling(c, s)) {
		r.state = N_("Travelling");
		r.class = "tag warn";
		r.until = fmt_day(c->op.a, c->op.l, shown_day(c, s->away_until), DATE_LONG);
	}
	return r;
}

/* Made from the shares of the recovery key, and not in use yet: there is time to lock it. */
static bool from_shares(const struct staff *s)
{
	return s->state == ACCOUNT_INVITED && s->invite_from != 0;
}

static struct err *accounts_get(struct ctx *c)
{
	struct page p = {.title = N_("Accounts"), .section = "accounts"};
	struct accounts_view v = {0};
	struct staff *list;
	size_t n;

	TRY(staff_by_name(c->op.house, c->op.vault, c->op.a, c->op.l, &list, &n));
	v.rows = NEWS(c->op.a, struct account_row, n);
	v.shares = NEWS(c->op.a, struct account_row, n);
	for (size_t i = 0; i < n; i++) {
		v.rows[v.n_rows++] = row_of(c, &list[i]);
		v.n_restored += list[i].restored;
		if (!from_shares(&list[i]))
			continue;
		v.shares[v.n_shares] = row_of(c, &list[i]);
		v.shares[v.n_shares++].until = fmt_time(c->op.a, c->op.l, list[i].invite_from);
	}
	page_begin(c, &p);
	accounts_page(&c->h, &v);
	return page_end(c);
}

static struct err *show_invite(struct ctx *c, struct invite_view *v, int status)
{
	struct page p = {.title = N_("Accounts"), .section = "accounts", .status = status};
	const struct programme *pr = c->op.house->programme;

	v->login.value = ctx_form(c, "login");
	v->name.value = ctx_form(c, "name");
	v->roles = NEWS(c->op.a, struct choice_view, ROLES);
	v->offices = NEWS(c->op.a, struct choice_view, pr->n_offices);
	for (enum role r = ROLE_PUBLIC + 1; r < ROLES; r++)
		if (role_makes(c->op.actor.role, r))
			v->roles[v->n_roles++] = (struct choice_view){str_of(roles[r].code),
								      str_of(tr(c->op.l, roles[r].name)),
								      str_eqz(ctx_form(c, "role"), roles[r].code)};
	for (size_t i = 0; i < pr->n_offices; i++)
		v->offices[v->n_offices++] = (struct choice_view){pr->offices[i].code,
								  office_name(c, arena_z(c->op.a, pr->offices[i].code)),
								  str_eq(ctx_form(c, "office"), pr->offices[i].code)};
	page_begin(c, &p);
	invite_page(&c->h, v);
	return page_end(c);
}

static struct err *invite_get(struct ctx *c)
{
	struct invite_view v = {0};

	return show_invite(c, &v, 200);
}

static struct err *show_link(struct ctx *c, user_id who, str name, const struct invite *link, bool renewed)
{
	struct page p = {.title = N_("Accounts"), .section = "accounts", .once = true};
	str host = http_header(c->q, "host");
	struct link_view v = {
		.link = arena_fmt(c->op.a, "%s://%.*s/welcome?c=%.*s", c->q->tls ? "https" : "http", STR_ARG(host),
				  STR_ARG(crypt_base64_url(c->op.a, (str){(const char *)link->b, sizeof link->b}))),
		.name = name,
		.renewed = renewed,
		.until = fmt_time(c->op.a, c->op.l, c->q->now + (msec)INVITE_DAYS * DAY_MS),
		.back = arena_fmt(c->op.a, "/accounts/%.*s", STR_ARG(id_text(c->op.a, who.v))),
	};

	page_begin(c, &p);
	link_page(&c->h, &v);
	return page_end(c);
}

static bool login_ok(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '.' &&
		    s.p[i] != '-' && s.p[i] != '_')
			return false;
	return s.n > 0 && s.n <= LOGIN_MAX;
}

static bool read_invite(struct ctx *c, struct user_new *u, struct invite_view *v)
{
	u->login = str_trim(ctx_form(c, "login"));
	u->name = str_trim(ctx_form(c, "name"));
	u->office = ctx_form(c, "office");
	u->role = role_find(ctx_form(c, "role"));
	if (!u->name.n || u->name.n > STAFF_NAME_MAX)
		v->name.error = N_("Write the name of the person, in at most 64 letters.");
	if (!login_ok(u->login))
		v->login.error = N_("Use small letters, digits, dots and hyphens only, at most 64.");
	if (u->role <= ROLE_PUBLIC || !role_makes(c->op.actor.role, u->role))
		v->role.error = N_("Choose a role.");
	if (!programme_office(c->op.house->programme, u->office))
		v->office.error = N_("Choose an office.");
	return !v->name.error && !v->login.error && !v->role.error && !v->office.error;
}

/* Some roles reach what is no case by name; a new key pair must be given that access again. */
static void reach_objects(struct ctx *c)
{
	struct err *e = op_may(&c->op, MAY_ASSIGN) ? object_make(&c->op) : NULL;

	if (e)
		log_err(e);
}

static struct err *invite_post(struct ctx *c)
{
	struct invite_view v = {0};
	struct user_new u = {0};
	struct invite link;
	struct err *e;
	user_id who;

	if (!read_invite(c, &u, &v))
		return show_invite(c, &v, 422);
	e = vault_account_invite(c->op.vault, c->op.a, c->op.token, &u, &who, &link);
	if (e && e->kind == ERR_CONFLICT)
		v.login.error = N_("There is such an account already: choose another name for it.");
	if (e && e->kind == ERR_INVALID)
		v.name.error = N_("Write the name of the person, in at most 64 letters.");
	if (v.login.error || v.name.error)
		return show_invite(c, &v, 422);
	TRY(e);
	reach_objects(c);
	return show_link(c, who, u.name, &link, false);
}

static struct err *find_account(struct ctx *c, struct staff *out)
{
	struct staff *list;
	struct id id;
	size_t n;

	if (!id_parse(ctx_capture(c, "account"), &id))
		return FAIL(c->op.a, NOT_FOUND, NULL, "not an id");
	TRY(staff_list(c->op.house, c->op.vault, c->op.a, &list, &n));
	for (size_t i = 0; i < n; i++)
		if (id_eq(list[i].id.v, id)) {
			*out = list[i];
			return NULL;
		}
	return FAIL(c->op.a, NOT_FOUND, NULL, "no such account");
}

static struct other_view other_of(struct ctx *c, struct staff *s)
{
	bool open = s->state != ACCOUNT_LOCKED && s->state != ACCOUNT_REVOKED;

	return (struct other_view){
		.about = row_of(c, s),
		.from = shown_day(c, s->away_from),
		.until = shown_day(c, s->away_until),
		.self = id_eq(s->id.v, c->op.actor.id.v),
		.may_link = open && role_makes(c->op.actor.role, s->role),
		.may_lock = open,
		.may_unlock = s->state == ACCOUNT_LOCKED,
		.may_revoke = s->state != ACCOUNT_REVOKED && role_makes(c->op.actor.role, s->role),
		.away = s->away_from != NO_DAY,
	};
}

static struct err *show_other(struct ctx *c, const char *error, int status)
{
	struct page p = {.title = N_("Accounts"), .section = "accounts", .status = status};
	struct other_view v;
	struct staff s;

	TRY(find_account(c, &s));
	v = other_of(c, &s);
	v.error = error;
	v.from_typed = ctx_form(c, "from");
	v.until_typed = ctx_form(c, "until");
	page_begin(c, &p);
	other_page(&c->h, &v);
	return page_end(c);
}

static struct err *other_get(struct ctx *c)
{
	return show_other(c, NULL, 200);
}

static void count_files(struct ctx *c, const struct staff *s, struct other_view *v)
{
	struct head_query q = {.country = NO_FACT, .assignee = s->id, .people = true};
	struct head *list;
	size_t n, total = 0;

	if (!op_may(&c->op, MAY_CASE_LIST))
		return;
	heads_query(&c->op, &q, &list, &n, &total);
	v->files = (int64_t)total;
	v->knows_files = total > 0;
}

static struct err *revoke_get(struct ctx *c)
{
	struct page p = {.title = N_("Accounts"), .section = "accounts"};
	struct other_view v;
	struct staff s;

	TRY(find_account(c, &s));
	v = other_of(c, &s);
	if (v.self || !v.may_revoke)
		return ctx_see_other(c, "%.*s", STR_ARG(v.about.url));
	count_files(c, &s, &v);
	page_begin(c, &p);
	revoke_page(&c->h, &v);
	return page_end(c);
}

static struct err *act(struct ctx *c, enum account_act what, const char *done)
{
	struct staff s;

	TRY(find_account(c, &s));
	TRY(vault_account_standing(c->op.vault, c->op.a, c->op.token, s.id, what));
	return ctx_see_other(c, "/accounts/%.*s?done=%s", STR_ARG(id_text(c->op.a, s.id.v)), done);
}

static struct err *lock_post(struct ctx *c)
{
	return act(c, STANDING_LOCK, "locked");
}

static struct err *unlock_post(struct ctx *c)
{
	return act(c, STANDING_UNLOCK, "unlocked");
}

static struct err *revoke_post(struct ctx *c)
{
	return act(c, STANDING_REVOKE, "revoked");
}

static struct err *end_post(struct ctx *c)
{
	struct staff s;

	TRY(find_account(c, &s));
	TRY(vault_account_end(c->op.vault, c->op.a, c->op.token, s.id));
	return ctx_see_other(c, "/accounts/%.*s?done=stopped", STR_ARG(id_text(c->op.a, s.id.v)));
}

static struct err *renew_post(struct ctx *c)
{
	struct invite link;
	struct staff s;

	TRY(find_account(c, &s));
	TRY(vault_account_renew(c->op.vault, c->op.a, c->op.token, s.id, &link));
	reach_objects(c);
	return show_link(c, s.id, arena_str(c->op.a, str_of(s.name)), &link, true);
}

static struct err *travel_post(struct ctx *c)
{
	bool lift = ctx_form(c, "lift").n > 0;
	day from = NO_DAY, until = NO_DAY;
	struct staff s;
	struct err *e;

	TRY(find_account(c, &s));
	if (!lift && (!day_parse(ctx_form(c, "from"), &from) || !day_parse(ctx_form(c, "until"), &until)))
		return show_other(c, N_("Give the first and the last day, for example 2018-11-20."), 422);
	if (!lift) {
		from -= c->op.ahead;
		until -= c->op.ahead;
	}
	e = vault_account_travel(c->op.vault, c->op.a, c->op.token, s.id, from, until);
	if (e && e->kind == ERR_INVALID)
		return show_other(c, N_("The journey must end on its first day or later, and not in the past."), 422);
	return e ? e
		 : ctx_see_other(c, "/accounts/%.*s?done=%s", STR_ARG(id_text(c->op.a, s.id.v)),
				 lift ? "back" : "away");
}

const struct route staff_routes[] = {
	{HTTP_GET, "/accounts", accounts_get, .may = MAY_STAFF},
	{HTTP_GET, "/accounts/invite", invite_get, .may = MAY_STAFF},
	{HTTP_POST, "/accounts/invite", invite_post, .may = MAY_STAFF, .again = true},
	{HTTP_GET, "/accounts/:account", other_get, .may = MAY_STAFF},
	{HTTP_GET, "/accounts/:account/revoke", revoke_get, .may = MAY_STAFF},
	{HTTP_POST, "/accounts/:account/revoke", revoke_post, .may = MAY_STAFF, .again = true},
	{HTTP_POST, "/accounts/:account/lock", lock_post, .may = MAY_STAFF},
	{HTTP_POST, "/accounts/:account/unlock", unlock_post, .may = MAY_STAFF, .again = true},
	{HTTP_POST, "/accounts/:account/end", end_post, .may = MAY_STAFF},
	{HTTP_POST, "/accounts/:account/renew", renew_post, .may = MAY_STAFF, .again = true},
	{HTTP_POST, "/accounts/:account/travel", travel_post, .may = MAY_STAFF, .again = true},
	ROUTES_END,
};
