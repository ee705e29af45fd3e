/* keyring.c — making, sealing and opening the keyring. */
#include "keyring.h"

#include <fcntl.h>
#include <string.h>

#include "codec.h"
#include "files.h"

#define FILE_MAX 8192u
#define FORMAT 1u
#define KIB_MAX (1u << 20)
#define T_MAX 16u

struct header {
	char magic[4];
	uint8_t version;
	bool demonstration;
	struct password_cost cost;
	uint8_t salt[16];
	uint64_t generation;
};

static void code_header(struct codec *c, struct header *h)
{
	code_bytes(c, h->magic, sizeof h->magic);
	code_u8(c, &h->version);
	code_bool(c, &h->demonstration);
	code_u32(c, &h->cost.t);
	code_u32(c, &h->cost.kib);
	code_bytes(c, h->salt, sizeof h->salt);
	code_u64(c, &h->generation);
	if (memcmp(h->magic, "RVGK", 4) != 0 || h->cost.t > T_MAX || h->cost.kib > KIB_MAX)
		c->bad = true;
}

static void code_keys(struct codec *c, struct keyring *k)
{
	struct key *keys[] = {&k->pepper, &k->wrap, &k->store, &k->head, &k->csrf,
			      &k->token,  &k->totp, &k->login, &k->salt, &k->session};

	code_id(c, &k->tenant);
	code_u64(c, &k->generation);
	code_bool(c, &k->demonstration);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		code_bytes(c, keys[i]->b, sizeof keys[i]->b);
	code_bytes(c, k->root_seed, sizeof k->root_seed);
	code_bytes(c, k->delegate_seed, sizeof k->delegate_seed);
	code_bytes(c, k->audit_seed, sizeof k->audit_seed);
	code_bytes(c, k->delegate_cert, sizeof k->delegate_cert);
}

void keyring_new(struct keyring *out, bool demonstration)
{
	struct sign_pair root, delegate;

	random_bytes(out, sizeof *out);
	out->tenant = id_random();
	out->generation = 1;
	out->demonstration = demonstration;
	crypt_sign_from_seed(out->root_seed, &root);
	crypt_sign_from_seed(out->delegate_seed, &delegate);
	crypt_sign(&root, (str){(char *)delegate.pk, sizeof delegate.pk}, out->delegate_cert);
	crypt_wipe(&root, sizeof root);
	crypt_wipe(&delegate, sizeof delegate);
}

static struct seal_at place(str header_bytes, const struct header *h)
{
	struct seal_at at = {.table = SEAL_KEYRING, .version = h->generation};
	uint8_t digest[32];

	crypt_sha256(header_bytes, digest);
	memcpy(at.row.b, h->salt, 16);
	memcpy(at.object.b, digest, 16);
	return at;
}

struct err *keyring_save(struct arena *a, int dir, const struct keyring *k, str secret, struct password_cost cost)
{
	struct header h = {.magic = "RVGK",
			   .version = FORMAT,
			   .demonstration = k->demonstration,
			   .cost = cost,
			   .generation = k->generation};
	struct codec c = codec_writer(arena_alloc(a, FILE_MAX), FILE_MAX);
	struct codec body = codec_writer(arena_alloc(a, 1024), 1024);
	struct keyring copy = *k;
	struct seal_at at;
	struct key lock;
	struct err *e;
	uint8_t digest[32];
	str sealed;

	random_bytes(h.salt, sizeof h.salt);
	code_header(&c, &h);
	code_keys(&body, &copy);
	e = c.bad || body.bad ? FAIL(a, INTERNAL, NULL, "keyring does not fit its format")
			      : crypt_password(a, secret, h.salt, cost, &lock);
	at = place(codec_written(&c), &h);
	if (!e)
		e = crypt_seal(a, &lock, &at, codec_written(&body), &sealed);
	crypt_wipe(&lock, sizeof lock);
	crypt_wipe(&copy, sizeof copy);
	crypt_wipe(body.p, body.n);
	TRY(e);
	code_str(&c, &sealed, FILE_MAX);
	crypt_sha256(codec_written(&c), digest);
	code_bytes(&c, digest, sizeof digest);
	return file_replace(a, dir, "keyring", codec_written(&c));
}

static struct err *parse(struct arena *a, int dir, struct header *h, struct seal_at *at, str *sealed)
{
	struct codec c;
	uint8_t digest[32];
	str whole, head;

	TRY(file_read(a, dir, "keyring", FILE_MAX, &whole));
	if (whole.n < sizeof digest)
		return FAIL(a, CONFIG, NULL, "the keyring file is damaged: it is too short");
	crypt_sha256(str_sub(whole, 0, whole.n - sizeof digest), digest);
	if (memcmp(digest, whole.p + whole.n - sizeof digest, sizeof digest) != 0)
		return FAIL(a, CONFIG, NULL, "the keyring file is damaged: put back a copy of it");
	c = codec_reader(str_sub(whole, 0, whole.n - sizeof digest));
	if (str_starts(whole, STR("RVGK")) && (uint8_t)whole.p[4] != FORMAT) /* what follows may be of any shape */
		return format_other(a, "the keyring file", (uint8_t)whole.p[4], FORMAT);
	code_header(&c, h);
	head = str_sub(whole, 0, c.at);
	code_str(&c, sealed, FILE_MAX);
	if (!codec_end(&c))
		return FAIL(a, CONFIG, NULL, "the keyring file is not of a form this version reads");
	*at = place(head, h);
	return NULL;
}

struct err *keyring_peek(struct arena *a, int dir, bool *demonstration, uint64_t *generation)
{
	struct header h;
	struct seal_at at;
	str sealed;

	TRY(parse(a, dir, &h, &at, &sealed));
	*demonstration = h.demonstration;
	*generation = h.generation;
	return NULL;
}

struct err *keyring_load(struct arena *a, int dir, str secret, struct keyring *out)
{
	struct header h;
	struct seal_at at;
	struct codec c;
	struct key lock;
	struct err *wrong;
	str sealed, plain;

	TRY(parse(a, dir, &h, &at, &sealed));
	TRY(crypt_password(a, secret, h.salt, h.cost, &lock));
	wrong = crypt_open(a, &lock, &at, sealed, &plain);
	crypt_wipe(&lock, sizeof lock);
	if (wrong)
		return FAIL(a, DENIED, "This passphrase does not open the vault.", "wrong passphrase or key file");
	c = codec_reader(plain);
	code_keys(&c, out);
	crypt_wipe((void *)(uintptr_t)plain.p, plain.n);
	if (!codec_end(&c) || out->generation != h.generation || out->demonstration != h.demonstration)
		return FAIL(a, CONFIG, NULL, "the keyring file is not of a form this version reads");
	return NULL;
}

struct err *keyring_secret(struct arena *a, const char *path, str *out)
{
	str s;

	TRY(file_read(a, AT_FDCWD, path, 4096, &s));
	while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	if (s.n < 16)
		return FAIL(a, CONFIG, NULL, "a key file holds at least 16 bytes");
	*out = s;
	return NULL;
}

str keyring_origin(struct arena *a, struct id tenant)
{
	return arena_fmt(a, "rivage/%.*s", STR_ARG(id_text(a, tenant)));
}
