/* second.c — codes and security keys on their way from a form to the vault.  Nothing is judged here but form. */
#include "second.h"

#include <string.h>

#include "json.h"

static str field(struct ctx *c, const char *prefix, const char *name)
{
	return ctx_form(c, arena_fmt(c->op.a, "%s%s", prefix, name).p);
}

str key_bytes(struct ctx *c, const char *prefix, const char *name, size_t max)
{
	str text = field(c, prefix, name), bytes;

	if (!text.n || text.n > 2 * max || crypt_unbase64_url(c->op.a, text, &bytes) || bytes.n > max)
		return (str){0};
	return bytes;
}

/* What does not fit is left empty, and so wrong: the vault counts it like any other attempt. */
void ctx_second(struct ctx *c, const char *prefix, struct second *s, struct key_answer *answer)
{
	str challenge = key_bytes(c, prefix, "key_challenge", KEY_CHALLENGE);

	*s = (struct second){.code = str_trim(field(c, prefix, "code"))};
	if (!field(c, prefix, "key_sig").n)
		return;
	*answer = (struct key_answer){.id = key_bytes(c, prefix, "key_id", SECKEY_ID_MAX),
				      .client = key_bytes(c, prefix, "key_client", SECKEY_CLIENT_MAX),
				      .auth = key_bytes(c, prefix, "key_auth", SECKEY_AUTH),
				      .sig = key_bytes(c, prefix, "key_sig", SECKEY_SIG_MAX)};
	if (challenge.n == sizeof answer->challenge)
		memcpy(answer->challenge, challenge.p, challenge.n);
	s->key = answer;
}

struct key_box key_box_of(struct ctx *c, const char *prefix, const char *asks)
{
	static const char *const parts[KEY_PARTS] = {"challenge", "id", "client", "auth", "sig"};
	struct key_box v = {.origin = c->op.house->site.origin,
			    .asks = asks,
			    .act = "get",
			    .needs = "",
			    .label = N_("Use a security key")};

	for (; v.n_parts < KEY_PARTS; v.n_parts++)
		v.parts[v.n_parts] = (struct key_part){arena_fmt(c->op.a, "%skey_%s", prefix, parts[v.n_parts]),
						       parts[v.n_parts]};
	return v;
}

struct err *key_challenge_reply(struct ctx *c, enum seckey_act act, str login)
{
	struct arena *a = c->op.a;
	struct json *j = json_object(a), *ids = json_array(a);
	const struct actor_info *who = &c->op.actor;
	struct key_challenge x;

	TRY(vault_key_challenge(c->op.vault, a, c->op.token, act, login, &x));
	for (size_t i = 0; i < x.n_ids; i++)
		json_push(ids, json_new_str(a, crypt_base64_url(a, x.ids[i])));
	json_set(a, j, STR("challenge"), json_new_str(a, crypt_base64_url(a, (str){(char *)x.b, sizeof x.b})));
	json_set(a, j, STR("rp"), json_new_str(a, c->op.house->site.rp));
	json_set(a, j, STR("ids"), ids);
	if (act == SECKEY_CREATE) { /* what the browser calls the account; a key of the kind asked for keeps neither */
		json_set(a, j, STR("user"),
			 json_new_str(a, crypt_base64_url(a, (str){(const char *)who->id.v.b, sizeof who->id.v.b})));
		json_set(a, j, STR("login"), json_new_str(a, str_of(who->login)));
	}
	c->r->status = 200;
	c->r->content_type = "application/json";
	c->r->body = json_dump(a, j, 32 << 10);
	return NULL;
}
