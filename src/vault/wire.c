/* wire.c — packets on a SOCK_SEQPACKET socket, and the structures that travel in them. */
#include "wire.h"

#include "access.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

const struct token NO_TOKEN;

static void code_head(struct codec *c, struct wire_head *h, uint16_t *used)
{
	char magic[4] = {'R', 'V', 'M', '1'};
	uint16_t zero = 0;

	code_bytes(c, magic, sizeof magic);
	code_u8(c, &h->verb);
	code_u8(c, &h->sub);
	code_u8(c, &h->kind);
	code_bool(c, &h->more);
	code_u32(c, &h->seq);
	code_u16(c, used);
	code_u16(c, &zero);
	if (memcmp(magic, "RVM1", 4) != 0 || *used > PACKET_BODY || zero)
		c->bad = true;
}

static const uint8_t zeros[PACKET_BODY];

bool wire_parse(const uint8_t packet[PACKET], struct wire_head *h, str *body)
{
	struct codec c = codec_reader((str){(const char *)packet, PACKET_HEAD});
	uint16_t used = 0;

	code_head(&c, h, &used);
	if (!codec_end(&c))
		return false;
	if (memcmp(packet + PACKET_HEAD + used, zeros, PACKET_BODY - used) != 0)
		return false;
	*body = (str){(const char *)packet + PACKET_HEAD, used};
	return true;
}

bool wire_send(int fd, struct wire_head h, str body, int flags)
{
	do {
		uint8_t packet[PACKET] = {0};
		struct codec c = codec_writer(packet, PACKET_HEAD);
		uint16_t used = (uint16_t)(body.n < PACKET_BODY ? body.n : PACKET_BODY);
		ssize_t sent;

		h.more = body.n > used;
		code_head(&c, &h, &used);
		if (used)
			memcpy(packet + PACKET_HEAD, body.p, used);
		do
			sent = send(fd, packet, PACKET, MSG_NOSIGNAL | flags);
		while (sent < 0 && errno == EINTR);
		crypt_wipe(packet, PACKET_HEAD + used);
		if (sent != (ssize_t)PACKET)
			return false;
		body = str_sub(body, used, body.n);
	} while (h.more);
	return true;
}

enum wire_got wire_receive(int fd, struct wire_head *h, uint8_t *body, size_t *n, size_t max, int flags)
{
	uint8_t packet[PACKET + 1];
	enum wire_got got = WIRE_BAD;
	ssize_t size;
	str part;

	do
		size = recv(fd, packet, sizeof packet, flags);
	while (size < 0 && errno == EINTR);
	if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return WIRE_NOTHING;
	if (size <= 0)
		return WIRE_GONE;
	if (size == (ssize_t)PACKET && wire_parse(packet, h, &part) && part.n <= max - *n) {
		if (part.n)
			memcpy(body + *n, part.p, part.n);
		*n += part.n;
		got = WIRE_GOT;
	}
	crypt_wipe(packet, (size_t)size);
	return got;
}

void code_token(struct codec *c, struct token *t)
{
	code_bytes(c, t->b, sizeof t->b);
}

void code_key(struct codec *c, struct key *k)
{
	code_bytes(c, k->b, sizeof k->b);
}

void code_actor(struct codec *c, struct actor_info *i)
{
	code_id(c, &i->id.v);
	CODE_ENUM(c, i->role, ROLES);
	code_text(c, i->office, sizeof i->office);
	code_text(c, i->name, sizeof i->name);
	code_text(c, i->login, sizeof i->login);
	code_i64(c, &i->signed_in);
	code_i64(c, &i->idle_until);
	code_i64(c, &i->until);
	code_i64(c, &i->again_until);
}

void code_staff(struct codec *c, struct staff *s)
{
	code_id(c, &s->id.v);
	CODE_ENUM(c, s->role, ROLES);
	code_text(c, s->office, sizeof s->office);
	code_text(c, s->name, sizeof s->name);
	code_text(c, s->login, sizeof s->login);
	code_bool(c, &s->active);
	code_bool(c, &s->restored);
	CODE_ENUM(c, s->state, ACCOUNT_STATES);
	code_i32(c, &s->away_from);
	code_i32(c, &s->away_until);
	code_i64(c, &s->invite_until);
	code_i64(c, &s->invite_from);
}

void code_wrap(struct codec *c, struct wrap *w)
{
	CODE_ENUM(c, w->dossier, DOSSIERS);
	CODE_ENUM(c, w->compartment, COMPARTMENTS);
	code_text(c, w->office, sizeof w->office);
	code_u32(c, &w->gen);
	code_str(c, &w->sealed, WRAP_MAX);
}

void code_case_key(struct codec *c, struct case_key *k)
{
	CODE_ENUM(c, k->dossier, DOSSIERS);
	CODE_ENUM(c, k->compartment, COMPARTMENTS);
	code_key(c, &k->key);
}

void code_audit_line(struct codec *c, struct audit_line *l)
{
	code_u64(c, &l->seq);
	code_i64(c, &l->at);
	code_id(c, &l->actor.v);
	code_id(c, &l->object.v);
	code_text(c, l->action, sizeof l->action);
	code_u32(c, &l->compartments);
	CODE_ENUM(c, l->purpose, PURPOSE_REVEAL + 1);
	code_bool(c, &l->done);
	code_i64(c, &l->count);
	code_str(c, &l->reason, ACCESS_REASON_MAX);
}

void code_status(struct codec *c, struct vault_status *s)
{
	code_bool(c, &s->sealed);
	code_bool(c, &s->empty);
	code_bool(c, &s->demonstration);
	code_u64(c, &s->generation);
	code_u64(c, &s->audit_size);
	code_i64(c, &s->now);
	code_i64(c, &s->backup_at);
	code_bool(c, &s->recovery);
	code_u64(c, &s->escrow_missing);
}

void code_web_keys(struct codec *c, struct web_keys *k)
{
	code_id(c, &k->tenant);
	code_key(c, &k->head);
	code_key(c, &k->csrf);
	code_key(c, &k->token);
}

void code_user_new(struct codec *c, struct user_new *u)
{
	code_str(c, &u->login, LOGIN_MAX);
	code_str(c, &u->name, STAFF_NAME_MAX);
	CODE_ENUM(c, u->role, ROLES);
	code_str(c, &u->office, OFFICE_MAX);
	code_bytes(c, u->salt, sizeof u->salt);
	code_key(c, &u->pre);
}

void code_invite(struct codec *c, struct invite *i)
{
	code_bytes(c, i->b, sizeof i->b);
}

void code_secrets(struct codec *c, struct new_secrets *s)
{
	code_bytes(c, s->salt, sizeof s->salt);
	code_key(c, &s->password);
	code_key(c, &s->recovery);
}

void code_seckey(struct codec *c, struct seckey *k)
{
	CODE_ENUM(c, k->alg, SECKEY_ALGS);
	code_u16(c, &k->n_id);
	if (k->alg == 0 || k->n_id == 0 || k->n_id > sizeof k->id)
		c->bad = true;
	code_bytes(c, k->id, c->bad ? 0 : k->n_id);
	code_bytes(c, k->pk, sizeof k->pk);
	code_u32(c, &k->counter);
}

void code_key_answer(struct codec *c, struct key_answer *w)
{
	code_bytes(c, w->challenge, sizeof w->challenge);
	code_str(c, &w->id, SECKEY_ID_MAX);
	code_str(c, &w->client, SECKEY_CLIENT_MAX);
	code_str(c, &w->auth, 64 /* a longer one is wrong, and said to be */);
	code_str(c, &w->sig, SECKEY_SIG_MAX);
}

void code_second(struct codec *c, struct second *s, struct key_answer *answer)
{
	bool by_key = c->writing && s->key;

	code_bool(c, &by_key);
	if (!by_key && c->writing && s->code.n > CODE_MAX)
		s->code.n = CODE_MAX; /* wrong anyway */
	if (by_key && c->writing)
		*answer = *s->key;
	if (by_key)
		code_key_answer(c, answer);
	else
		code_str(c, &s->code, CODE_MAX);
	if (!c->writing)
		s->key = by_key ? answer : NULL;
}

void code_key_line(struct codec *c, struct key_line *l)
{
	code_id(c, &l->id);
	code_text(c, l->name, sizeof l->name);
	code_i64(c, &l->made);
	code_i64(c, &l->used);
}

void code_session_line(struct codec *c, struct session_line *l)
{
	code_id(c, &l->id);
	code_i64(c, &l->started);
	code_i64(c, &l->touched);
	code_bool(c, &l->here);
}

void code_wraps(struct codec *c, struct arena *a, struct wrap **w, size_t *n, size_t max)
{
	code_count(c, n, max);
	if (!c->writing)
		*w = NEWS(a, struct wrap, *n);
	for (size_t i = 0; i < *n && !c->bad; i++)
		code_wrap(c, &(*w)[i]);
}

void code_case_keys(struct codec *c, struct arena *a, struct case_key **k, size_t *n)
{
	code_count(c, n, OPEN_WRAPS_MAX);
	if (!c->writing)
		*k = NEWS(a, struct case_key, *n);
	for (size_t i = 0; i < *n && !c->bad; i++)
		code_case_key(c, &(*k)[i]);
}
