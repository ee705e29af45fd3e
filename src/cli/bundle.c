/* bundle.c — writing and reading the file of a backup. */
#include "bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "codec.h"
#include "files.h"

#define BOX 80u
#define PIECE 65536u
#define MANIFEST_MAX 4096u
#define NAME_MAX_ 32u
#define PART_MAX ((uint64_t)1 << 42)

static const char *const names[] = {"keyring", "store", "audit", "audit.checkpoints", "audit.pub", "rivage.db"};

static bool known(str name)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eqz(name, names[i]))
			return true;
	return false;
}

static void code_head(struct codec *c, struct bundle *b, uint8_t box[BOX])
{
	uint8_t magic[4] = {'R', 'V', 'G', 'B'}, version = 1;

	code_bytes(c, magic, sizeof magic);
	code_u8(c, &version);
	code_i64(c, &b->made);
	code_u8(c, &b->card.need);
	code_u8(c, &b->card.total);
	code_bytes(c, b->card.pk, sizeof b->card.pk);
	code_bytes(c, b->card.digest, sizeof b->card.digest);
	code_bytes(c, box, BOX);
	if (memcmp(magic, "RVGB", 4) != 0 || version != 1 || !card_good(&b->card))
		c->bad = true;
}

static void code_manifest(struct codec *c, struct bundle *b, uint8_t head[32])
{
	uint8_t magic[4] = {'R', 'V', 'G', 'M'}, version = 1, n = (uint8_t)b->n;

	code_bytes(c, magic, sizeof magic);
	code_u8(c, &version);
	code_id(c, &b->tenant);
	code_i64(c, &b->made);
	code_bytes(c, head, 32);
	code_u64(c, &b->audit_size);
	code_bytes(c, b->audit_root, sizeof b->audit_root);
	code_u8(c, &n);
	if (memcmp(magic, "RVGM", 4) != 0 || version != 1 || n > BUNDLE_PARTS)
		c->bad = true;
	b->n = c->bad ? 0 : n;
	for (size_t i = 0; i < b->n; i++) {
		code_str(c, &b->parts[i].name, NAME_MAX_);
		code_u64(c, &b->parts[i].size);
		code_bytes(c, b->parts[i].sha256, sizeof b->parts[i].sha256);
	}
}

struct err *bundle_create(struct arena *a, struct bundle *b, int fd, const struct share_card *card, struct id tenant,
			  msec now)
{
	struct key fresh = crypt_key_new();
	struct codec c;
	struct err *e;
	str box = crypt_box_seal(a, card->pk, (str){(char *)fresh.b, sizeof fresh.b});

	*b = (struct bundle){.fd = fd, .card = *card, .tenant = tenant, .made = now};
	c = codec_writer(b->head, sizeof b->head);
	code_head(&c, b, (uint8_t *)(uintptr_t)box.p);
	if (c.bad || c.at != BUNDLE_HEAD || box.n != BOX)
		BUG("head of a backup");
	e = file_write(a, fd, 0, (str){(char *)b->head, sizeof b->head});
	if (!e && lseek(fd, BUNDLE_HEAD, SEEK_SET) < 0)
		e = FAIL(a, UNAVAILABLE, NULL, "%s", strerror(errno));
	if (!e)
		e = stream_writer(a, &b->s, fd, &fresh, (str){(char *)b->head, sizeof b->head});
	crypt_wipe(&fresh, sizeof fresh);
	return e;
}

struct id bundle_number(const struct bundle *b)
{
	uint8_t digest[32];
	struct id out;

	crypt_sha256((str){(const char *)b->head, sizeof b->head}, digest);
	memcpy(out.b, digest, sizeof out.b);
	return out;
}

static struct err *put_coded(struct arena *a, struct bundle *b, uint8_t *bytes, size_t room, uint8_t n, uint64_t size,
			     str name)
{
	struct codec c = codec_writer(bytes, room);

	code_u8(&c, &n);
	code_bytes(&c, (void *)(uintptr_t)name.p, name.n);
	if (n)
		code_u64(&c, &size);
	return stream_put(a, &b->s, codec_written(&c));
}

struct err *bundle_put(struct arena *a, struct bundle *b, const char *name, int from, uint64_t size)
{
	uint8_t head[64], *piece = arena_raw(a, PIECE);
	struct bundle_part *p = &b->parts[b->n++];
	crypto_hash_sha256_state h;
	uint64_t at = 0;

	if (b->n > BUNDLE_PARTS)
		BUG("too many parts");
	*p = (struct bundle_part){.name = str_of(name), .size = size};
	TRY(put_coded(a, b, head, sizeof head, (uint8_t)p->name.n, size, p->name));
	crypto_hash_sha256_init(&h);
	while (at < size) {
		size_t want = size - at < PIECE ? (size_t)(size - at) : PIECE;
		ssize_t got = pread(from, piece, want, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return FAIL(a, UNAVAILABLE, NULL, "%s became shorter while it was read", name);
		crypto_hash_sha256_update(&h, piece, (size_t)got);
		TRY(stream_put(a, &b->s, (str){(char *)piece, (size_t)got}));
		at += (uint64_t)got;
	}
	crypto_hash_sha256_final(&h, p->sha256);
	return NULL;
}

struct err *bundle_finish(struct arena *a, struct bundle *b, const struct sign_pair *delegate,
			  const struct bundle_signer *signer)
{
	uint8_t *room = arena_alloc(a, MANIFEST_MAX), small[8], head[32], sig[64];
	struct codec c = codec_writer(room, MANIFEST_MAX), len = codec_writer(small + 1, 4);
	uint32_t n;

	crypt_sha256((str){(char *)b->head, sizeof b->head}, head);
	code_manifest(&c, b, head);
	if (c.bad)
		BUG("manifest does not fit");
	n = (uint32_t)c.at;
	small[0] = 0;
	code_u32(&len, &n);
	crypt_sign(delegate, codec_written(&c), sig);
	TRY(stream_put(a, &b->s, (str){(char *)small, 5}));
	TRY(stream_put(a, &b->s, codec_written(&c)));
	TRY(stream_put(a, &b->s, (str){(char *)sig, sizeof sig}));
	TRY(stream_put(a, &b->s, (str){(const char *)signer, sizeof *signer}));
	TRY(stream_end(a, &b->s));
	stream_wipe(&b->s);
	return fsync(b->fd) == 0 ? NULL
				 : FAIL(a, UNAVAILABLE, NULL, "the backup cannot be written: %s", strerror(errno));
}

struct err *bundle_peek(struct arena *a, struct bundle *b, int fd)
{
	uint8_t box[BOX];
	struct codec c;

	*b = (struct bundle){.fd = fd};
	if (pread(fd, b->head, sizeof b->head, 0) != (ssize_t)sizeof b->head)
		return FAIL(a, INVALID, "This is not a backup of Rivage, or it is cut short.", "head of a backup");
	c = codec_reader((str){(char *)b->head, sizeof b->head});
	code_head(&c, b, box);
	if (!codec_end(&c))
		return FAIL(a, INVALID, "This is not a backup of Rivage, or it is cut short.", "head of a backup");
	return NULL;
}

struct err *bundle_open(struct arena *a, struct bundle *b, const struct key *recovery)
{
	struct box_pair pair;
	struct key k;
	struct err *e;
	str plain;

	crypt_box_from_secret(recovery, &pair);
	e = crypt_box_open(a, &pair, (str){(char *)b->head + BUNDLE_HEAD - BOX, BOX}, &plain);
	crypt_wipe(&pair, sizeof pair);
	if (e || plain.n != sizeof k.b)
		return FAIL(a, INVALID, "This backup does not open with these shares, or its head was changed.",
			    "the box of a backup does not open");
	memcpy(k.b, plain.p, sizeof k.b);
	if (lseek(b->fd, BUNDLE_HEAD, SEEK_SET) < 0)
		return FAIL(a, UNAVAILABLE, NULL, "%s", strerror(errno));
	e = stream_reader(a, &b->s, b->fd, &k, (str){(char *)b->head, sizeof b->head});
	crypt_wipe(&k, sizeof k);
	return e;
}

static struct err *unpack_bytes(struct arena *a, struct bundle *b, int to, struct bundle_part *p)
{
	uint8_t *piece = arena_raw(a, PIECE);
	crypto_hash_sha256_state h;
	uint64_t at = 0;

	crypto_hash_sha256_init(&h);
	while (at < p->size) {
		size_t n = p->size - at < PIECE ? (size_t)(p->size - at) : PIECE;

		TRY(stream_take(a, &b->s, piece, n));
		crypto_hash_sha256_update(&h, piece, n);
		TRY(file_write(a, to, at, (str){(char *)piece, n}));
		at += n;
	}
	crypto_hash_sha256_final(&h, p->sha256);
	return fsync(to) == 0 ? NULL : FAIL(a, UNAVAILABLE, NULL, "%s", strerror(errno));
}

static struct err *unpack_one(struct arena *a, struct bundle *b, int dir, uint8_t n_name)
{
	struct bundle_part *p = &b->parts[b->n];
	char name[NAME_MAX_ + 1] = {0};
	struct codec c;
	struct err *e;
	uint8_t size[8];
	int to;

	if (n_name > NAME_MAX_ || b->n == BUNDLE_PARTS)
		return FAIL(a, INVALID, NULL, "a part of the backup has no name that is known");
	TRY(stream_take(a, &b->s, name, n_name));
	TRY(stream_take(a, &b->s, size, sizeof size));
	c = codec_reader((str){(char *)size, sizeof size});
	*p = (struct bundle_part){.name = arena_str(a, (str){name, n_name})};
	code_u64(&c, &p->size);
	if (!known(p->name) || p->size > PART_MAX)
		return FAIL(a, INVALID, NULL, "a part of the backup has no name that is known");
	for (size_t i = 0; i < b->n; i++)
		if (str_eq(b->parts[i].name, p->name))
			return FAIL(a, INVALID, NULL, "a part of the backup is there twice");
	b->n++;
	TRY(file_open(a, dir, arena_z(a, p->name), O_WRONLY | O_CREAT | O_EXCL, &to));
	e = unpack_bytes(a, b, to, p);
	close(to);
	return e;
}

/* The manifest says what was unpacked, of this head, and is signed. */
static struct err *judge(struct arena *a, struct bundle *b)
{
	struct bundle said = {0};
	uint8_t small[4], *bytes = arena_alloc(a, MANIFEST_MAX), sig[64], head[32], here[32];
	struct codec c = codec_reader((str){(char *)small, sizeof small});
	uint32_t n = 0;
	bool same;

	TRY(stream_take(a, &b->s, small, sizeof small));
	code_u32(&c, &n);
	if (n > MANIFEST_MAX)
		return FAIL(a, INVALID, NULL, "the manifest of the backup is too long");
	TRY(stream_take(a, &b->s, bytes, n));
	TRY(stream_take(a, &b->s, sig, sizeof sig));
	TRY(stream_take(a, &b->s, &b->signer, sizeof b->signer));
	TRY(stream_finished(a, &b->s));
	c = codec_reader((str){(char *)bytes, n});
	code_manifest(&c, &said, head);
	crypt_sha256((str){(char *)b->head, sizeof b->head}, here);
	same = codec_end(&c) && said.n == b->n && said.made == b->made && memcmp(head, here, sizeof here) == 0;
	for (size_t i = 0; i < b->n && same; i++)
		same = str_eq(said.parts[i].name, b->parts[i].name) && said.parts[i].size == b->parts[i].size &&
		       memcmp(said.parts[i].sha256, b->parts[i].sha256, 32) == 0;
	if (!same || b->n != sizeof names / sizeof *names)
		return FAIL(a, INVALID, NULL, "the parts of the backup are not those its manifest lists");
	if (!crypt_verify(b->signer.delegate, (str){(char *)bytes, n}, sig) ||
	    !crypt_verify(b->signer.root, (str){(char *)b->signer.delegate, 32}, b->signer.certificate))
		return FAIL(a, INVALID, NULL, "the signature of the backup is not good");
	b->tenant = said.tenant;
	b->audit_size = said.audit_size;
	memcpy(b->audit_root, said.audit_root, sizeof b->audit_root);
	return NULL;
}

struct err *bundle_unpack(struct arena *a, struct bundle *b, int dir)
{
	uint8_t n;

	for (;;) {
		TRY(stream_take(a, &b->s, &n, 1));
		if (n == 0)
			return judge(a, b);
		TRY(unpack_one(a, b, dir, n));
	}
}
