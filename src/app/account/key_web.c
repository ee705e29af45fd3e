/* key_web.c — one's own security keys: registered, listed, removed; and challenges for the script that asks one.
 *
 * What a key says at its registration is read here, in the process that reads strangers' bytes anyway (docs/adr/0017);
 * the vault takes from it numbers of known length, and judges every signature itself. */
#include <string.h>

#include "account_parts.h"
#include "key_html.h"
#include "key_view.h"
#include "second.h"

static const char *const untidy = N_("The name of a key is one line of 1 to 40 letters.");

static struct key_box new_box(struct ctx *c)
{
	struct key_box v = key_box_of(c, "", "/account/keys/challenge");

	v.act = "create";
	v.needs = "name";
	v.main = true;
	v.label = N_("Register the key");
	v.n_parts = 0;
	v.parts[v.n_parts++] = (struct key_part){STR("new_challenge"), "challenge"};
	v.parts[v.n_parts++] = (struct key_part){STR("new_client"), "client"};
	v.parts[v.n_parts++] = (struct key_part){STR("new_object"), "object"};
	return v;
}

static struct err *show_keys(struct ctx *c, const char *error, int status)
{
	struct page p = {.title = N_("Security keys"), .status = status, .keys = true};
	struct keys_view v = {.error = error, .name = ctx_form(c, "name"), .box = new_box(c)};
	struct key_list list;

	TRY(vault_keys(c->op.vault, c->op.a, c->op.token, &list));
	v.rows = NEWS(c->op.a, struct key_row, list.n + 1);
	for (; v.n_rows < list.n; v.n_rows++) {
		const struct key_line *l = &list.line[v.n_rows];

		v.rows[v.n_rows] = (struct key_row){
			.id = id_text(c->op.a, l->id),
			.name = arena_str(c->op.a, str_of(l->name)),
			.made = fmt_day(c->op.a, c->op.l, op_day_at(l->made), DATE_LONG),
			.used = l->used ? fmt_time(c->op.a, c->op.l, l->used) : (str){0},
		};
	}
	v.only = list.only;
	v.may_only = list.n >= KEYS_ONLY_MIN;
	v.full = list.n == KEYS_EACH;
	v.here = v.box.origin.n > 0;
	page_begin(c, &p);
	keys_page(&c->h, &v);
	return page_end(c);
}

static struct err *keys_get(struct ctx *c)
{
	return show_keys(c, NULL, 200);
}

static bool name_ok(str name)
{
	size_t letters = 0;

	for (size_t i = 0; i < name.n; i++) {
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7f)
			return false;
		letters += ((unsigned char)name.p[i] & 0xc0) != 0x80;
	}
	return letters > 0 && letters <= 40 && name.n <= SECKEY_NAME_MAX;
}

static const char *fault_words(enum seckey_fault f)
{
	if (f == SECKEY_NOBODY)
		return N_("This key did not ask who you are. Give it a PIN or your fingerprint first, then register it "
			  "again.");
	return N_("What the key answered cannot be used. Try again, or use another key.");
}

static struct err *keys_post(struct ctx *c)
{
	str name = str_trim(ctx_form(c, "name")), client = key_bytes(c, "new_", "client", SECKEY_CLIENT_MAX);
	str object = key_bytes(c, "new_", "object", SECKEY_ATTESTATION_MAX);
	str challenge = key_bytes(c, "new_", "challenge", KEY_CHALLENGE);
	enum seckey_fault fault;
	struct seckey k;
	struct err *e;

	if (!name_ok(name))
		return show_keys(c, untidy, 422);
	if (!ctx_form(c, "new_object").n)
		return show_keys(c, N_("No key has answered. Registering one needs JavaScript and the button below."),
				 422);
	fault = challenge.n == KEY_CHALLENGE ? seckey_registered(object, c->op.house->site.rp, &k) : SECKEY_MALFORMED;
	if (fault)
		return show_keys(c, fault_words(fault), 422);
	e = vault_key_add(c->op.vault, c->op.a, c->op.token, name, (const uint8_t *)challenge.p, client, &k);
	if (e && e->kind == ERR_DENIED)
		return show_keys(c, N_("The key answered too late, or for another page. Try again."), 422);
	if (e && e->kind == ERR_CONFLICT)
		return show_keys(c, N_("This key is registered already, or eight are. Nothing was changed."), 409);
	return e ? e : ctx_see_other(c, "/account/keys?done=key");
}

static struct err *remove_post(struct ctx *c)
{
	struct err *e;
	struct id id;

	if (!id_parse(ctx_form(c, "key"), &id))
		return FAIL(c->op.a, NOT_FOUND, NULL, "not a key");
	e = vault_key_remove(c->op.vault, c->op.a, c->op.token, id);
	if (e && e->kind == ERR_CONFLICT)
		return show_keys(c,
				 N_("This is your last key, and your account takes no codes: without it you would not "
				    "come in again. Take codes again first, or register another key."),
				 409);
	return e ? e : ctx_see_other(c, "/account/keys?done=key-removed");
}

static struct err *only_post(struct ctx *c)
{
	bool only = str_eqz(ctx_form(c, "only"), "YES");
	struct err *e = vault_keys_only(c->op.vault, c->op.a, c->op.token, only);

	if (e && e->kind == ERR_CONFLICT)
		return show_keys(c, N_("Register two keys before your account takes no codes: one can be lost."), 409);
	return e ? e : ctx_see_other(c, "/account/keys?done=%s", only ? "keys-only" : "codes-again");
}

/* For the script: of the session. */
static struct err *challenge_post(struct ctx *c)
{
	bool create = str_eqz(ctx_form(c, "act"), "create");

	return key_challenge_reply(c, create ? SECKEY_CREATE : SECKEY_GET, STR(""));
}

/* … and of a sign-in: answered alike whichever login it is. */
static struct err *sign_in_key_post(struct ctx *c)
{
	str login = str_trim(ctx_form(c, "login"));

	if (!ctx_limit(c, LIMIT_KEY))
		return FAIL(c->op.a, RATE, NULL, "challenges from one address");
	c->op.token = NO_TOKEN; /* a session of before has no say in it */
	return key_challenge_reply(c, SECKEY_GET, str_sub(login, 0, login.n < LOGIN_MAX ? login.n : LOGIN_MAX));
}

const struct route key_routes[] = {
	{HTTP_GET, "/account/keys", keys_get, .may = MAY_SIGNED_IN},
	{HTTP_POST, "/account/keys", keys_post, .may = MAY_SIGNED_IN, .again = true},
	{HTTP_POST, "/account/keys/remove", remove_post, .may = MAY_SIGNED_IN, .again = true},
	{HTTP_POST, "/account/keys/only", only_post, .may = MAY_SIGNED_IN, .again = true},
	{HTTP_POST, "/account/keys/challenge", challenge_post, .may = MAY_SIGNED_IN},
	{HTTP_POST, "/sign-in/key", sign_in_key_post, .may = MAY_PUBLIC, .own_origin = true},
	ROUTES_END,
};
