/* second.h — the second factor in a form: the code that was typed, or what a security key answered (assets/key.js). */
#pragma once
#include "account.h"
#include "second_view.h"
#include "web.h"

/* Fields PREFIXcode, or PREFIXkey_challenge, _id, _client, _auth and _sig; which it was: s->key. */
void ctx_second(struct ctx *c, const char *prefix, struct second *s, struct key_answer *answer);
/* The button beside the field for the code.  asks: where the script asks for a challenge. */
struct key_box key_box_of(struct ctx *c, const char *prefix, const char *asks);
/* A challenge for the script, as JSON; with the session, or without one for this login. */
struct err *key_challenge_reply(struct ctx *c, enum seckey_act act, str login) MUST_CHECK;
str key_bytes(struct ctx *c, const char *prefix, const char *name, size_t max); /* a field of base64url; absent */
