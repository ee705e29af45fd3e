/* shred.c — the journal of the keys that shred. */
#include "shred.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "log.h"

#define FORMAT 1u
#define HEAD 123u
#define WRAPPED (32u + CRYPT_WRAP_OVERHEAD)
#define RECORD_MAX 160u
#define FRAME_ROOM (64u * 1024u)
#define FRAME_MAX (16u << 20)
enum { RECORD_KEY = 1, RECORD_TOMB };

struct id tomb_hash(const struct key *keyring_store, case_id object)
{
	struct key k = crypt_derive(keyring_store, "tomb", (str){(char *)object.v.b, sizeof object.v.b});
	struct id id;

	memcpy(id.b, k.b, sizeof id.b);
	return id;
}

struct key shred_backup_key(const struct key *shred)
{
	return crypt_derive(shred, "backup", STR(""));
}

void code_tomb(struct codec *c, struct tomb *t)
{
	code_id(c, &t->hash);
	code_id(c, &t->asked.v);
	code_id(c, &t->confirmed.v);
	code_i64(c, &t->at);
	code_bytes(c, t->sig, sizeof t->sig);
}

str tomb_signed(struct arena *a, const struct tomb *t)
{
	struct tomb copy = *t;
	struct codec c = codec_writer(arena_alloc(a, RECORD_MAX), RECORD_MAX);

	memset(copy.sig, 0, sizeof copy.sig);
	code_bytes(&c, (void *)(uintptr_t) "rvg-tomb", 8);
	code_tomb(&c, &copy);
	return codec_written(&c);
}

static struct seal_at head_place(const struct shred *s)
{
	return (struct seal_at){.tenant = s->tenant, .table = SEAL_SHRED, .compartment = 1, .version = s->generation};
}

static struct seal_at frame_place(const struct shred *s, uint64_t seq)
{
	return (struct seal_at){.tenant = s->tenant, .table = SEAL_SHRED, .version = seq};
}

static void begin(struct shred *s, int dir, struct id tenant, const struct key *keyring_store)
{
	*s = (struct shred){.dir = dir, .fd = -1, .tenant = tenant};
	s->lock = crypt_derive(keyring_store, "shred", STR(""));
}

static struct err *write_head(struct arena *a, struct shred *s, str *out)
{
	struct codec c = codec_writer(arena_alloc(a, HEAD), HEAD);
	struct seal_at at = head_place(s);
	uint8_t version = FORMAT;
	str wrapped;

	TRY(crypt_wrap(a, &s->lock, &at, (str){(char *)s->key.b, sizeof s->key.b}, &wrapped));
	code_bytes(&c, (void *)(uintptr_t) "RVGD", 4);
	code_u8(&c, &version);
	code_u64(&c, &s->generation);
	code_bytes(&c, (void *)(uintptr_t)wrapped.p, WRAPPED);
	*out = codec_written(&c);
	return NULL;
}

struct err *shred_create(struct arena *a, int dir, struct id tenant, const struct key *keyring_store)
{
	struct shred s;
	struct err *e;
	str head;

	begin(&s, dir, tenant, keyring_store);
	s.key = crypt_key_new();
	s.generation = 1;
	e = write_head(a, &s, &head);
	if (!e)
		e = file_replace(a, dir, "keys", head);
	crypt_wipe(&s, sizeof s);
	return e;
}

static void free_key(void *p)
{
	crypt_wipe(p, sizeof(struct shred_key));
	free(p);
}

static void keep_key(struct shred *s, const struct shred_key *k)
{
	struct shred_key *mine = map_get(&s->keys, k->object);

	if (!mine) {
		mine = big_alloc(sizeof *mine);
		map_put(&s->keys, k->object, mine);
	}
	*mine = *k;
}

static void keep_tomb(struct shred *s, const struct tomb *t)
{
	struct tomb *mine = map_get(&s->tombs, t->hash);

	if (!mine) {
		mine = big_alloc(sizeof *mine);
		map_put(&s->tombs, t->hash, mine);
	}
	*mine = *t;
}

static bool take_records(struct shred *s, str bytes)
{
	struct codec c = codec_reader(bytes);

	while (!c.bad && c.at < c.n) {
		struct shred_key k = {0};
		struct tomb t = {0};
		uint8_t type = 0;

		code_u8(&c, &type);
		if (type == RECORD_KEY) {
			code_id(&c, &k.object);
			code_bytes(&c, k.key.b, sizeof k.key.b);
			if (!c.bad)
				keep_key(s, &k);
			crypt_wipe(&k, sizeof k);
		} else if (type == RECORD_TOMB) {
			code_tomb(&c, &t);
			if (!c.bad)
				keep_tomb(s, &t);
		} else {
			return false;
		}
	}
	return !c.bad;
}

static struct err *damaged(struct arena *a, size_t at)
{
	return FAIL(
		a, CONFIG, NULL,
		"the file of shred keys is damaged or was tampered with, at byte %zu: put back the newest copy of its "
		"ring",
		at);
}

static struct err *read_head(struct arena *a, struct shred *s, str file)
{
	struct codec c = codec_reader(str_sub(file, 0, HEAD));
	uint8_t magic[4], version = 0, wrapped[WRAPPED];
	struct seal_at at;
	str key;

	code_bytes(&c, magic, sizeof magic);
	code_u8(&c, &version);
	if (!c.bad && memcmp(magic, "RVGD", 4) == 0 && version != FORMAT) /* what follows may be of any shape */
		return format_other(a, "the file of shred keys", version, FORMAT);
	code_u64(&c, &s->generation);
	code_bytes(&c, wrapped, sizeof wrapped);
	if (!codec_end(&c) || memcmp(magic, "RVGD", 4) != 0)
		return damaged(a, 0);
	at = head_place(s);
	if (crypt_unwrap(a, &s->lock, &at, (str){(char *)wrapped, sizeof wrapped}, &key) || key.n != sizeof s->key.b)
		return damaged(a, 0);
	memcpy(s->key.b, key.p, sizeof s->key.b);
	crypt_wipe((void *)(uintptr_t)key.p, key.n);
	return NULL;
}

#define LOOK_FAR ((size_t)1 << 20)

#define FRAMES_LOST 64u /* that one hole in the file may swallow */

static bool later_frame(struct arena *one, const struct shred *s, str sealed)
{
	str records;

	for (uint64_t seq = s->seq + 2; seq <= s->seq + FRAMES_LOST; seq++) {
		struct seal_at at = frame_place(s, seq);
		bool good = !crypt_unwrap(one, &s->key, &at, sealed, &records);

		arena_reset(one);
		if (good)
			return true;
	}
	return false;
}

/* A frame is written when the one before is on the disk: one that follows, under a later number, proves that what stands
 * here was whole.  What a wider hole swallowed, the rows of the store tell (open_files). */
static bool frame_behind(const struct shred *s, str file, size_t at)
{
	struct arena *one = arena_create(FRAME_MAX);
	size_t end = file.n - at > LOOK_FAR ? at + LOOK_FAR : file.n;
	bool found = false;

	for (size_t p = at + 5; p + 4 < end && !found; p++) {
		struct codec c = codec_reader(str_sub(file, p, 4));
		uint32_t len = 0;

		code_u32(&c, &len);
		if (len < CRYPT_WRAP_OVERHEAD || len > file.n - p - 4 || len > FRAME_MAX / 4)
			continue;
		found = later_frame(one, s, str_sub(file, p + 4, len));
	}
	arena_destroy(one);
	return found;
}

/* False at the end, or at a last frame that a power cut left unfinished. */
static struct err *read_frame(struct arena *a, struct shred *s, str file, size_t *at, bool *more)
{
	struct seal_at where = frame_place(s, s->seq + 1);
	str rest = str_sub(file, *at, file.n), records;
	struct codec c = codec_reader(rest);
	uint32_t len = 0;

	*more = false;
	if (rest.n < 4)
		return NULL;
	code_u32(&c, &len);
	if (len > rest.n - 4 || len > FRAME_MAX || crypt_unwrap(a, &s->key, &where, str_sub(rest, 4, len), &records))
		return frame_behind(s, file, *at) ? damaged(a, *at) : NULL;
	if (!take_records(s, records))
		return damaged(a, *at);
	*at += 4 + len;
	s->seq++;
	*more = true;
	return NULL;
}

static struct err *load(struct arena *a, struct shred *s, str file)
{
	struct arena *one = arena_create(4 * (size_t)FRAME_MAX);
	struct err *e = read_head(a, s, file);
	size_t at = HEAD;
	bool more = !e;

	while (more) {
		struct err *bad = read_frame(one, s, file, &at, &more);

		if (bad) {
			e = damaged(a, at);
			break;
		}
		arena_reset(one);
	}
	arena_destroy(one);
	s->size = at;
	s->torn = e ? 0 : file.n - at;
	return e;
}

/* Over the bytes of the file before, which has no name any more.  A disk that keeps old sectors keeps them under a key
 * that stood in those very bytes: SECURITY.md says what that is worth. */
static void scrub(int fd, uint64_t size)
{
	static const uint8_t zeros[4096];

	bool bad = false;

	for (uint64_t at = 0; at < size && !bad; at += sizeof zeros)
		bad = pwrite(fd, zeros, sizeof zeros, (off_t)at) != (ssize_t)sizeof zeros;
	if (fdatasync(fd) != 0 || bad)
		log_warn("keys: the old file could not be written over");
	close(fd);
}

/* A new file that never took the old one's place, of a life before or of a write that failed: it holds every key. */
static void drop_unfinished(int dir)
{
	int fd = openat(dir, "keys.new", O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		scrub(fd, (uint64_t)st.st_size);
	else
		close(fd);
	if (unlinkat(dir, "keys.new", 0) != 0)
		log_warn("keys: keys.new could not be removed");
}

struct err *shred_open(struct arena *a, struct shred *s, int dir, struct id tenant, const struct key *keyring_store)
{
	struct err *e;
	str file;

	begin(s, dir, tenant, keyring_store);
	drop_unfinished(dir);
	TRY(file_open_kept(a, dir, "keys", &s->fd));
	TRY(file_map(a, s->fd, &file));
	e = load(a, s, file);
	file_unmap(file);
	return e;
}

struct err *shred_read(struct arena *a, struct shred *s, struct id tenant, const struct key *keyring_store, str file)
{
	begin(s, -1, tenant, keyring_store);
	return load(a, s, file);
}

struct err *shred_mend(struct arena *a, struct shred *s)
{
	return file_mend(a, s->fd, "keys", s->size, &s->torn);
}

void shred_close(struct shred *s)
{
	if (s->fd >= 0)
		close(s->fd);
	map_free(&s->keys, free_key);
	map_free(&s->tombs, free);
	pending_free(&s->pending);
	crypt_wipe(s, sizeof *s);
	s->fd = -1;
}

const struct key *shred_of(const struct shred *s, case_id object)
{
	const struct shred_key *k = map_get(&s->keys, object.v);

	return k ? &k->key : NULL;
}

static void add_record(struct shred *s, uint8_t type, void *what)
{
	struct shred_key *k = what;
	struct codec c = pending_next(&s->pending, RECORD_MAX);

	code_u8(&c, &type);
	if (type == RECORD_TOMB) {
		code_tomb(&c, what);
	} else {
		code_id(&c, &k->object);
		code_bytes(&c, k->key.b, sizeof k->key.b);
	}
	pending_add(&s->pending, &c);
}

void shred_put(struct shred *s, case_id object, const struct key *k)
{
	struct shred_key row = {object.v, *k};

	keep_key(s, &row);
	add_record(s, RECORD_KEY, &row);
	crypt_wipe(&row, sizeof row);
}

void shred_destroy(struct shred *s, case_id object, const struct tomb *t)
{
	struct shred_key *k = map_drop(&s->keys, object.v);

	if (k)
		free_key(k);
	keep_tomb(s, t);
	s->run = true;
}

void shred_tomb(struct shred *s, const struct tomb *t)
{
	keep_tomb(s, t);
	s->run = true;
}

static struct err *seal_frame(struct arena *a, const struct shred *s, uint64_t seq, str records, struct buf *out)
{
	struct seal_at at = frame_place(s, seq);
	uint8_t len[4];
	struct codec c = codec_writer(len, sizeof len);
	uint32_t n;
	str sealed;

	TRY(crypt_wrap(a, &s->key, &at, records, &sealed));
	n = (uint32_t)sealed.n;
	code_u32(&c, &n);
	buf_put(out, len, sizeof len);
	buf_str(out, sealed);
	return NULL;
}

/* What memory holds, into the pending bytes, and from there as frames into fd. */
static struct err *write_part(struct arena *one, struct shred *fresh, int fd)
{
	struct buf b;

	if (fresh->pending.n == 0)
		return NULL;
	buf_init(&b, one, 4 * FRAME_ROOM);
	TRY(seal_frame(one, fresh, fresh->seq + 1, pending_all(&fresh->pending), &b));
	TRY(file_write(one, fd, fresh->size, buf_done(&b)));
	fresh->size += b.n;
	fresh->seq++;
	pending_clear(&fresh->pending);
	arena_reset(one);
	return NULL;
}

static struct err *write_all(struct arena *one, const struct shred *s, struct shred *fresh, int fd)
{
	struct shred_key *k;
	struct tomb *t;
	str head;

	TRY(write_head(one, fresh, &head));
	TRY(file_write(one, fd, 0, head));
	fresh->size = HEAD;
	for (size_t i = 0; (t = map_next(&s->tombs, &i));) {
		add_record(fresh, RECORD_TOMB, t);
		if (fresh->pending.n > FRAME_ROOM)
			TRY(write_part(one, fresh, fd));
	}
	for (size_t i = 0; (k = map_next(&s->keys, &i));) {
		add_record(fresh, RECORD_KEY, k);
		if (fresh->pending.n > FRAME_ROOM)
			TRY(write_part(one, fresh, fd));
	}
	return write_part(one, fresh, fd);
}

static struct err *rewrite(struct arena *a, struct shred *s)
{
	struct shred fresh = {.tenant = s->tenant, .lock = s->lock, .generation = s->generation + 1};
	struct arena *one = arena_create(16u << 20);
	struct err *e;
	int fd = -1;

	fresh.key = crypt_key_new();
	e = file_open(a, s->dir, "keys.new", O_RDWR | O_CREAT | O_TRUNC, &fd);
	if (!e) {
		struct err *bad = write_all(one, s, &fresh, fd);

		if (bad)
			e = FAIL(a, UNAVAILABLE, NULL, "%.*s", STR_ARG(bad->detail));
		else
			e = file_put_in_place(a, s->dir, fd, "keys");
	}
	arena_destroy(one);
	pending_free(&fresh.pending);
	if (e) {
		if (fd >= 0)
			close(fd);
		drop_unfinished(s->dir);
		crypt_wipe(&fresh, sizeof fresh);
		return e;
	}
	scrub(s->fd, s->size);
	s->fd = fd;
	s->key = fresh.key;
	s->generation = fresh.generation;
	s->seq = fresh.seq;
	s->size = fresh.size;
	s->run = false;
	crypt_wipe(&fresh, sizeof fresh);
	return NULL;
}

struct err *shred_commit(struct arena *a, struct shred *s)
{
	struct buf b;

	if (s->run) { /* what was pending is in memory, and so in the new file */
		TRY(rewrite(a, s));
	} else if (s->pending.n) {
		buf_init(&b, a, s->pending.n * 2 + 4096);
		TRY(seal_frame(a, s, s->seq + 1, pending_all(&s->pending), &b));
		TRY(file_append(a, s->fd, s->size, buf_done(&b)));
		s->size += b.n;
		s->seq++;
	}
	pending_clear(&s->pending);
	return NULL;
}
