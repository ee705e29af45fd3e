/* me_web.c — one's own account: where one is signed in, password, printed code; and ending a colleague's sessions. */
#include <string.h>

#include "account_html.h"
#include "account_parts.h"
#include "password.h"

str office_name(struct ctx *c, const char *code)
{
	const struct office *o = programme_office(c->op.house->programme, str_of(code));

	return o ? text3_in(&o->name, arena_z(c->op.a, locale_tag(c->op.l))) : arena_str(c->op.a, str_of(code));
}

static struct err *fill_sessions(struct ctx *c, struct account_view *v)
{
	struct session_line *lines;
	size_t n;

	TRY(vault_sessions(c->op.vault, c->op.a, c->op.token, &lines, &n));
	v->sessions = NEWS(c->op.a, struct session_view_row, n);
	for (size_t i = 0; i < n; i++)
		v->sessions[v->n_sessions++] = (struct session_view_row){
			.id = id_text(c->op.a, lines[i].id),
			.started = fmt_time(c->op.a, c->op.l, lines[i].started),
			.touched = fmt_time(c->op.a, c->op.l, lines[i].touched),
			.here = lines[i].here,
		};
	return NULL;
}

static struct err *account_get(struct ctx *c)
{
	struct page p = {.title = N_("Your account")};
	const struct actor_info *who = &c->op.actor;
	struct account_view v = {
		.name = str_of(who->name),
		.login = str_of(who->login),
		.office = office_name(c, who->office),
		.role = roles[who->role].name,
		.since = fmt_time(c->op.a, c->op.l, who->signed_in),
		.until = fmt_time(c->op.a, c->op.l, who->until),
		.reads = NEWS(c->op.a, struct field_line, COMPARTMENTS),
		.keeps_accounts = op_may(&c->op, MAY_STAFF),
		.sees_alerts = op_may(&c->op, MAY_ALERTS),
		.erases = op_may(&c->op, MAY_ERASE),
	};

	for (int k = 0; k < COMPARTMENTS; k++)
		if ((roles[who->role].reads[DOSSIER_FR] | roles[who->role].reads[DOSSIER_COR]) & COMP_BIT((unsigned)k))
			v.reads[v.n_reads++].text = str_of(tr(c->op.l, compartment_labels[k]));
	TRY(fill_sessions(c, &v));
	page_begin(c, &p);
	account_page(&c->h, &v);
	return page_end(c);
}

static struct err *session_end_post(struct ctx *c)
{
	str which = ctx_form(c, "session");
	struct id id = {0};

	if (!str_eqz(which, "others") && (!id_parse(which, &id) || id_is_zero(id)))
		return FAIL(c->op.a, NOT_FOUND, NULL, "not a session");
	TRY(vault_session_end(c->op.vault, c->op.a, c->op.token, id));
	return ctx_see_other(c, "/account?done=ended");
}

static struct err *show_password(struct ctx *c, const struct password_view *faults, int status)
{
	struct page p = {.title = N_("Your account"), .status = status, .keys = true};
	struct password_view v = *faults;

	v.box = key_box_of(c, "", "/account/keys/challenge");
	v.box.label = N_("Change the password with a security key");
	v.box.needs = "old fresh";
	page_begin(c, &p);
	password_page(&c->h, &v);
	return page_end(c);
}

static struct err *password_get(struct ctx *c)
{
	return show_password(c, &(struct password_view){0}, 200);
}

static struct err *change(struct ctx *c, str fresh)
{
	str login = arena_str(c->op.a, str_of(c->op.actor.login));
	struct key_answer answer;
	struct second second;
	struct new_secrets s;
	struct key old;
	struct err *e;

	ctx_second(c, "", &second, &answer);
	TRY(ctx_attempt(c, login, ctx_form(c, "old"), &old));
	e = new_secrets(c, fresh, (str){0}, &s);
	if (!e)
		e = vault_account_password(c->op.vault, c->op.a, c->op.token, &old, &second, &s);
	crypt_wipe(&s, sizeof s);
	crypt_wipe(&old, sizeof old);
	return e;
}

static struct err *password_post(struct ctx *c)
{
	static const char wrong_code[] = N_(
		"Password or code is not right. A code works only once: wait for the next one.");
	static const char wrong_key[] = N_("Password or security key is not right. Try again.");
	bool by_key = ctx_form(c, "key_sig").n > 0;
	str fresh = ctx_form(c, "fresh");
	struct staff about = {0};
	struct attempt_fault failed;
	const char *fault;
	struct err *e;

	memcpy(about.login, c->op.actor.login, sizeof about.login);
	memcpy(about.name, c->op.actor.name, sizeof about.name);
	memcpy(about.office, c->op.actor.office, sizeof about.office);
	fault = new_password_fault(c, fresh, &about);
	if (fault)
		return show_password(c, &(struct password_view){.fresh.error = fault}, 422);
	e = change(c, fresh);
	if (e && e->kind == ERR_DENIED)
		return show_password(c, &(struct password_view){.old.error = by_key ? wrong_key : wrong_code}, 422);
	if (e && attempt_fault(c, e, NULL, &failed))
		return show_password(c, &(struct password_view){.busy = failed.why}, failed.status);
	return e ? e : ctx_see_other(c, "/account?done=password");
}

static struct err *recovery_post(struct ctx *c)
{
	str code = recovery_new(c->op.a);
	struct key key;

	if (!recovery_key(code, &key))
		return FAIL(c->op.a, INTERNAL, NULL, "a code of ours is none");
	TRY(vault_account_code(c->op.vault, c->op.a, c->op.token, &key));
	crypt_wipe(&key, sizeof key);
	return show_setup(c, STR(""), STR(""), code, NULL, 200);
}

static struct err *colleagues_get(struct ctx *c)
{
	struct page p = {.title = N_("Colleagues")};
	struct colleagues_view v = {0};
	struct staff *list;
	size_t n;

	TRY(staff_by_name(c->op.house, c->op.vault, c->op.a, c->op.l, &list, &n));
	v.rows = NEWS(c->op.a, struct colleague_row, n);
	for (size_t i = 0; i < n; i++)
		if (list[i].state != ACCOUNT_REVOKED && strcmp(list[i].office, c->op.actor.office) == 0 &&
		    !id_eq(list[i].id.v, c->op.actor.id.v))
			v.rows[v.n_rows++] = (struct colleague_row){id_text(c->op.a, list[i].id.v),
								    str_of(list[i].name), roles[list[i].role].name};
	page_begin(c, &p);
	colleagues_page(&c->h, &v);
	return page_end(c);
}

static struct err *colleague_end_post(struct ctx *c)
{
	struct id id;

	if (!id_parse(ctx_form(c, "account"), &id))
		return FAIL(c->op.a, NOT_FOUND, NULL, "not an account");
	TRY(vault_account_end(c->op.vault, c->op.a, c->op.token, (user_id){id}));
	return ctx_see_other(c, "/colleagues?done=stopped");
}

const struct route me_routes[] = {
	{HTTP_GET, "/account", account_get, .may = MAY_SIGNED_IN},
	{HTTP_POST, "/account/sessions/end", session_end_post, .may = MAY_SIGNED_IN},
	{HTTP_GET, "/account/password", password_get, .may = MAY_SIGNED_IN},
	{HTTP_POST, "/account/password", password_post, .may = MAY_SIGNED_IN},
	{HTTP_POST, "/account/recovery", recovery_post, .may = MAY_SIGNED_IN, .again = true},
	{HTTP_GET, "/colleagues", colleagues_get, .may = MAY_SIGNED_IN},
	{HTTP_POST, "/colleagues/end", colleague_end_post, .may = MAY_SIGNED_IN},
	ROUTES_END,
};
