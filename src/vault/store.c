/* store.c — the journal: frames written, read, compacted. */
#include "store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"

#define FORMAT 1u
#define FRAME_HEAD 32u
#define MACKED 16u
#define LAZY_MS 30000
#define BULK_RUNNING (64u << 20)
#define PART (64u * 1024u)

static void frame_head(const struct store *s, uint8_t out[FRAME_HEAD], const char magic[4], uint32_t len, uint64_t seq)
{
	struct codec c = codec_writer(out, FRAME_HEAD);
	struct key mac;

	code_bytes(&c, (void *)(uintptr_t)magic, 4);
	code_u32(&c, &len);
	code_u64(&c, &seq);
	mac = crypt_derive(&s->mac, "frame", (str){(char *)out, MACKED});
	memcpy(out + MACKED, mac.b, FRAME_HEAD - MACKED);
}

static struct seal_at place(const struct store *s, uint64_t seq)
{
	return (struct seal_at){.tenant = s->tenant, .table = SEAL_STORE, .version = seq};
}

static struct err *frame(struct arena *a, const struct store *s, uint64_t seq, str rows, struct buf *out)
{
	struct seal_at at = place(s, seq);
	uint8_t head[FRAME_HEAD];
	str sealed;

	TRY(crypt_seal(a, &s->key, &at, rows, &sealed));
	frame_head(s, head, "RVGF", (uint32_t)sealed.n, seq);
	buf_put(out, head, sizeof head);
	buf_str(out, sealed);
	return NULL;
}

static void keys(struct store *s, int dir, struct id tenant, const struct key *key)
{
	*s = (struct store){.dir = dir, .fd = -1, .tenant = tenant, .key = *key};
	s->mac = crypt_derive(key, "store-mac", (str){(char *)tenant.b, sizeof tenant.b});
}

struct err *store_create(struct arena *a, int dir, struct id tenant, const struct key *key)
{
	uint8_t head[FRAME_HEAD];
	struct store s;

	keys(&s, dir, tenant, key);
	frame_head(&s, head, "RVGS", FORMAT, 0);
	crypt_wipe(&s, sizeof s);
	return file_replace(a, dir, "store", (str){(char *)head, sizeof head});
}

enum step { FRAME_GOOD, FRAME_END, FRAME_TORN, FRAME_BAD };

/* A frame is written when the one before is on the disk: one found further on proves that what stands here was whole. */
static bool frame_behind(const struct store *s, str file, size_t at)
{
	uint8_t expected[FRAME_HEAD];
	ptrdiff_t next;

	while ((next = str_find(str_sub(file, at + 1, file.n), STR("RVGF"))) >= 0) {
		struct codec c;
		uint32_t len = 0;
		uint64_t seq = 0;

		at += 1 + (size_t)next;
		if (file.n - at < FRAME_HEAD)
			return false;
		c = codec_reader(str_sub(file, at + 4, FRAME_HEAD));
		code_u32(&c, &len);
		code_u64(&c, &seq);
		frame_head(s, expected, "RVGF", len, seq);
		if (seq > s->seq + 1 && crypt_equal(expected, file.p + at, FRAME_HEAD))
			return true;
	}
	return false;
}

/* One frame at *at.  What is no whole frame is torn, unless a later one stands behind it. */
static enum step read_frame(struct arena *a, struct store *s, str file, size_t *at)
{
	struct seal_at where = place(s, s->seq + 1);
	uint8_t expected[FRAME_HEAD];
	uint32_t len = 0;
	str rest = str_sub(file, *at, file.n), rows;

	if (rest.n == 0)
		return FRAME_END;
	for (size_t i = 0; i < 4 && rest.n >= FRAME_HEAD; i++)
		len |= (uint32_t)(uint8_t)rest.p[4 + i] << (8 * i);
	frame_head(s, expected, "RVGF", len, s->seq + 1);
	if (rest.n < FRAME_HEAD || !crypt_equal(expected, rest.p, FRAME_HEAD) || len > rest.n - FRAME_HEAD ||
	    crypt_open(a, &s->key, &where, str_sub(rest, FRAME_HEAD, len), &rows))
		return frame_behind(s, file, *at) ? FRAME_BAD : FRAME_TORN;
	if (!rows_apply(s, rows))
		return FRAME_BAD;
	*at += FRAME_HEAD + len;
	s->seq++;
	return FRAME_GOOD;
}

/* How the file begins: good when this keyring wrote it, whatever the format. */
static enum step read_front(struct store *s, str file, uint32_t *format)
{
	struct codec c = codec_reader(str_sub(file, 4, MACKED));
	uint8_t expected[FRAME_HEAD];

	if (file.n < FRAME_HEAD)
		return FRAME_BAD;
	code_u32(&c, format);
	code_u64(&c, &s->seq);
	frame_head(s, expected, "RVGS", *format, s->seq);
	return crypt_equal(expected, file.p, FRAME_HEAD) ? FRAME_GOOD : FRAME_BAD;
}

static struct err *load(struct arena *a, struct store *s, str file)
{
	uint32_t format = 0;
	enum step step = read_front(s, file, &format);
	size_t at = FRAME_HEAD;
	struct arena *one;

	if (step == FRAME_GOOD && format != FORMAT)
		return format_other(a, "the vault's store", format, FORMAT);
	one = arena_create(256u << 20);
	while (step == FRAME_GOOD) {
		step = read_frame(one, s, file, &at);
		arena_reset(one);
	}
	arena_destroy(one);
	s->size = at;
	if (step == FRAME_BAD)
		return FAIL(a, CONFIG, NULL,
			    "the vault's store is damaged or was tampered with, at byte %zu: put back a copy of it",
			    at);
	s->torn = file.n - at;
	s->live = at; /* what of it lives is known at the first compaction */
	return NULL;
}

struct err *store_mend(struct arena *a, struct store *s)
{
	return file_mend(a, s->fd, "store", s->size, &s->torn);
}

struct err *store_open(struct arena *a, struct store *s, int dir, struct id tenant, const struct key *key)
{
	struct err *e;
	str file;

	keys(s, dir, tenant, key);
	TRY(file_open_kept(a, dir, "store", &s->fd));
	TRY(file_map(a, s->fd, &file));
	e = load(a, s, file);
	file_unmap(file);
	return e;
}

void store_close(struct store *s)
{
	if (s->fd >= 0)
		close(s->fd);
	rows_free(s);
	pending_free(&s->pending);
	crypt_wipe(s, sizeof *s);
	s->fd = -1;
}

void store_put(struct store *s, enum row_type t, void *row, msec lazy)
{
	struct codec c = pending_next(&s->pending, ROW_MAX);

	row_write(&c, t, row);
	if (c.bad)
		BUG("row of type %d does not fit", (int)t);
	pending_add(&s->pending, &c);
	row_apply(s, t, row);
	if (lazy == 0)
		s->urgent = true;
	else if (s->lazy_at == 0)
		s->lazy_at = lazy;
}

struct err *store_commit(struct arena *a, struct store *s, msec now)
{
	struct buf b;

	if (!s->urgent && (s->lazy_at == 0 || now - s->lazy_at < LAZY_MS))
		return NULL;
	buf_init(&b, a, s->pending.n * 2 + 4096);
	TRY(frame(a, s, s->seq + 1, pending_all(&s->pending), &b));
	pending_clear(&s->pending);
	s->urgent = false;
	s->lazy_at = 0;
	TRY(file_append(a, s->fd, s->size, buf_done(&b)));
	s->size += b.n;
	s->seq++;
	return NULL;
}

bool store_bulky(const struct store *s)
{
	return s->size > BULK_RUNNING && s->size > 4 * s->live;
}

struct compaction {
	struct store *s;
	struct arena *a;
	struct err *e;
	int fd;
	uint64_t at, seq;
	struct codec c;
};

static void flush(struct compaction *k)
{
	struct buf b;

	if (k->e || k->c.at == 0)
		return;
	buf_init(&b, k->a, 4 * PART);
	k->e = frame(k->a, k->s, k->seq + 1, codec_written(&k->c), &b);
	if (!k->e)
		k->e = file_write(k->a, k->fd, k->at, buf_done(&b));
	k->at += b.n;
	k->seq++;
	explicit_bzero(k->c.p, k->c.at);
	k->c.at = 0;
	if (!k->e)
		arena_reset(k->a);
}

static void keep_row(void *arg, enum row_type t, void *row)
{
	struct compaction *k = arg;

	if (k->c.n - k->c.at < ROW_MAX)
		flush(k);
	if (!k->e)
		row_write(&k->c, t, row);
}

/* Writes what memory holds; what was pending is in it.  Frames go on behind the last sequence number. */
struct err *store_compact(struct arena *a, struct store *s)
{
	struct compaction k = {.s = s, .a = arena_create(16u << 20), .seq = s->seq, .at = FRAME_HEAD};
	uint8_t head[FRAME_HEAD], *part = big_alloc(PART);
	struct err *e;

	k.c = codec_writer(part, PART);
	frame_head(s, head, "RVGS", FORMAT, s->seq);
	e = file_open(a, s->dir, "store.new", O_RDWR | O_CREAT | O_TRUNC, &k.fd);
	if (!e) {
		k.e = file_write(k.a, k.fd, 0, (str){(char *)head, sizeof head});
		rows_each(s, keep_row, &k);
		flush(&k);
		e = k.e ? FAIL(a, UNAVAILABLE, NULL, "%.*s", STR_ARG(k.e->detail))
			: file_put_in_place(a, s->dir, k.fd, "store");
		close(e ? k.fd : s->fd);
	}
	explicit_bzero(part, PART);
	free(part);
	arena_destroy(k.a);
	if (e) {
		unlinkat(s->dir, "store.new", 0);
		return e;
	}
	s->fd = k.fd;
	s->size = s->live = k.at;
	s->seq = k.seq;
	pending_clear(&s->pending);
	s->urgent = false;
	s->lazy_at = 0;
	return NULL;
}
