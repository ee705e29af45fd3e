/* audit_file.c — the audit log read and judged from its bytes alone. */
#include "audit_file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "note.h"
#include "witness.h"

#define ONE_NOTE (1u << 20) /* memory to judge one checkpoint; those of years would not fit */
#define LINK_AT (AUDIT_ENTRY - 32)
#define FORMAT 1u

void code_audit_entry(struct codec *c, struct audit_entry *e)
{
	uint8_t version = FORMAT;

	code_u8(c, &version);
	code_u8(c, &e->role);
	code_bool(c, &e->done);
	code_u8(c, &e->purpose);
	code_u32(c, &e->compartments);
	code_u64(c, &e->seq);
	code_i64(c, &e->at);
	code_u64(c, &e->boot);
	code_u64(c, &e->store_seq);
	code_i64(c, &e->count);
	code_id(c, &e->actor);
	code_id(c, &e->object);
	code_bytes(c, e->session, sizeof e->session);
	code_bytes(c, e->action, sizeof e->action);
	code_bool(c, &e->first);
	code_u64(c, &e->object_prev);
	code_bytes(c, e->link, sizeof e->link);
	if (version != FORMAT || e->action[AUDIT_ACTION - 1] != 0)
		c->bad = true;
}

void audit_link(const uint8_t prev[32], str bytes, uint8_t out[32])
{
	uint8_t b[32 + LINK_AT];

	memcpy(b, prev, 32);
	memcpy(b + 32, bytes.p, LINK_AT);
	crypt_sha256((str){(char *)b, sizeof b}, out);
}

void audit_walk_start(struct audit_walk *w, str origin)
{
	*w = (struct audit_walk){0};
	crypt_sha256(origin, w->link);
}

/* Its link is right, so that it was written so: nothing is damaged, and nothing may be cut. */
static const char other_format[] =
	"an entry is not of the format that this version of the program reads: start the version "
	"that wrote it";

const char *audit_walk_entry(struct audit_walk *w, str bytes, struct audit_entry *out)
{
	struct codec c = codec_reader(bytes);
	uint8_t link[32];

	if (bytes.n != AUDIT_ENTRY)
		return "an entry is incomplete";
	code_audit_entry(&c, out);
	audit_link(w->link, bytes, link);
	if (memcmp(link, bytes.p + LINK_AT, 32) != 0)
		return "an entry was changed, removed, added or moved: the chain breaks here";
	if ((uint8_t)bytes.p[0] != FORMAT)
		return other_format;
	if (!codec_end(&c) || out->seq != w->tree.n)
		return "an entry does not carry its own number";
	memcpy(w->link, link, 32);
	merkle_add(&w->tree, bytes);
	return NULL;
}

/* Checkpoints that wait for the walk to reach their size: the log's own, in order, and the one kept elsewhere. */
struct judge {
	struct arena *a, *one;
	str origin, notes;
	uint8_t pk[32];
	struct note own, outside;
	bool own_left, outside_left;
	uint64_t last;
	struct audit_report *report;
};

static void fault(struct judge *j, const char *what, uint64_t at)
{
	if (j->report->good)
		j->report->fault_at = at;
	if (j->report->good)
		j->report->fault = what;
	j->report->good = false;
}

#define NOTE_MOST 600u /* bytes of one checkpoint */

/* A sector that was not written holds zeros or anything: bytes that no note has.  Three of them may be a dash in which a
 * bit was changed. */
static bool unwritten(str rest)
{
	size_t strange = 0;

	while (rest.n) {
		uint8_t b = (uint8_t)rest.p[0];
		bool dash = str_starts(rest, STR(NOTE_DASH));

		strange += !dash && b != '\n' && (b < ' ' || b >= 0x7f);
		rest = str_sub(rest, dash ? sizeof NOTE_DASH - 1 : 1, rest.n);
	}
	return strange > 3;
}

/* A last checkpoint that breaks off, or was not written in part.  Any other that is not of the right form was changed. */
static bool torn_note(struct judge *j, str rest)
{
	if (rest.n > NOTE_MOST)
		return !str_ends(rest, STR("\n")) && unwritten(rest);
	return unwritten(rest) || note_begins(j->one, rest, j->origin);
}

static void next_own(struct judge *j)
{
	struct audit_report *r = j->report;

	j->own_left = false;
	while (str_starts(j->notes, STR("\n")))
		j->notes = str_sub(j->notes, 1, j->notes.n);
	if (j->notes.n == 0)
		return;
	arena_reset(j->one);
	if (!note_take(j->one, &j->notes, &j->own)) {
		if (torn_note(j, j->notes))
			r->torn_notes = j->notes.n;
		else
			fault(j, "a checkpoint is not of the right form", r->checkpoints);
		return;
	}
	if (!note_good(j->one, &j->own, j->origin, j->pk) || (r->checkpoints && j->own.size < j->last)) {
		fault(j, "a checkpoint does not carry the log's signature, or is out of order", r->checkpoints);
		return;
	}
	j->own_left = true;
	j->last = j->own.size;
	r->checkpoints++;
}

static void compare(struct judge *j, const struct merkle *t)
{
	uint8_t root[32];

	if ((!j->own_left || j->own.size != t->n) && (!j->outside_left || j->outside.size != t->n))
		return;
	merkle_root(t, root);
	if (j->outside_left && j->outside.size == t->n) {
		j->outside_left = false;
		if (memcmp(root, j->outside.root, 32) != 0)
			fault(j, "the log is not the one of the checkpoint kept elsewhere", t->n);
	}
	while (j->own_left && j->own.size == t->n) {
		if (memcmp(root, j->own.root, 32) != 0)
			fault(j, "a signed checkpoint does not fit the entries", t->n);
		j->report->signed_size = t->n;
		next_own(j);
	}
}

#define LOOK_FAR ((size_t)2 * AUDIT_WRITE_MAX * AUDIT_ENTRY)

/* Whether the first entry of a later write stands somewhere behind: then what is wrong here was whole once. */
static bool write_behind(str log, size_t at)
{
	size_t end = log.n - at > LOOK_FAR ? at + LOOK_FAR : log.n;
	uint8_t link[32], before[32];

	for (size_t p = at + 32; p + AUDIT_ENTRY <= end; p++) {
		struct audit_entry e;
		str bytes = str_sub(log, p, AUDIT_ENTRY);
		struct codec c = codec_reader(bytes);

		code_audit_entry(&c, &e);
		if (!codec_end(&c) || !e.first)
			continue;
		audit_link((const uint8_t *)log.p + p - 32, bytes, link);
		if (memcmp(link, e.link, 32) == 0)
			return true;
		if (p < AUDIT_ENTRY + 32) /* the damage may be the link before it: that is known from its entry */
			continue;
		audit_link((const uint8_t *)log.p + p - AUDIT_ENTRY - 32, str_sub(log, p - AUDIT_ENTRY, AUDIT_ENTRY),
			   before);
		audit_link(before, bytes, link);
		if (memcmp(link, e.link, 32) == 0)
			return true;
	}
	return false;
}

static void walk(struct judge *j, str log)
{
	struct audit_report *r = j->report;
	struct audit_entry e;
	struct audit_walk w;
	uint8_t root[32];
	size_t at = 0;

	audit_walk_start(&w, j->origin);
	compare(j, &w.tree);
	while (r->good && log.n - at >= AUDIT_ENTRY) {
		const char *wrong = audit_walk_entry(&w, str_sub(log, at, AUDIT_ENTRY), &e);

		r->other_format = wrong == other_format;
		if (wrong && !r->other_format && !write_behind(log, at))
			break;
		if (wrong) {
			fault(j, wrong, w.tree.n);
			break;
		}
		r->last = e.at;
		at += AUDIT_ENTRY;
		compare(j, &w.tree);
	}
	r->entries = w.tree.n;
	if (r->good)
		r->torn = log.n - at;
	if (j->own_left || j->outside_left)
		fault(j, "entries that were signed are missing at the end", w.tree.n);
	r->end = w;
	merkle_root(&w.tree, root);
	r->head = arena_fmt(j->a, "%llu %.*s", (unsigned long long)w.tree.n,
			    STR_ARG(crypt_base64(j->a, (str){(char *)root, 32})));
}

static void judge(struct judge *j, str log, str key_line, str against)
{
	if (!note_key_parse(j->a, key_line, NOTE_ED25519, &j->origin, j->pk)) {
		fault(j, "the public key of the log cannot be read", 0);
		return;
	}
	if (against.p) {
		j->outside_left = note_take(j->a, &against, &j->outside) &&
				  note_good(j->a, &j->outside, j->origin, j->pk);
		if (!j->outside_left)
			fault(j, "the checkpoint kept elsewhere does not carry this log's signature", 0);
	}
	next_own(j);
	walk(j, log);
}

void audit_check(struct arena *a, str log, str notes, str key_line, str against, struct audit_report *out)
{
	struct judge j = {.a = a, .one = arena_create(ONE_NOTE), .notes = notes, .report = out};

	*out = (struct audit_report){.good = true};
	judge(&j, log, key_line, against);
	arena_destroy(j.one);
}

/* A file of DIR/vault, mapped: the log and its checkpoints grow for years. */
static struct err *map_named(struct arena *a, int dir, const char *name, str *out)
{
	struct err *e;
	int fd;

	TRY(file_open(a, dir, name, O_RDONLY, &fd));
	e = file_map(a, fd, out);
	close(fd);
	return e;
}

struct err *audit_verify(struct arena *a, const char *dir, str against, struct audit_report *out)
{
	str log = STR(""), notes = STR(""), key;
	struct err *e;
	int dirfd;

	TRY(vault_dir(a, dir, false, false, &dirfd));
	e = file_read(a, dirfd, "audit.pub", 4096, &key);
	if (!e)
		e = map_named(a, dirfd, "audit.checkpoints", &notes);
	if (!e)
		e = map_named(a, dirfd, "audit", &log);
	close(dirfd);
	if (!e)
		audit_check(a, log, notes, key, against, out);
	file_unmap(notes);
	file_unmap(log);
	return e;
}

static bool newest_note(struct arena *a, str notes, struct note *out, str *text)
{
	bool found = false;

	while (notes.n) {
		str from = notes;

		if (str_starts(notes, STR("\n"))) {
			notes = str_sub(notes, 1, notes.n);
			continue;
		}
		if (!note_take(a, &notes, out))
			break;
		found = true;
		*text = (str){from.p, (size_t)(notes.p - from.p)};
	}
	return found;
}

static struct err *request(struct arena *a, str log, str notes, uint64_t old, str *out)
{
	struct note newest;
	struct proof proof;
	uint8_t(*leaves)[32];
	str checkpoint;

	if (!newest_note(a, notes, &newest, &checkpoint) || newest.size < old || newest.size > log.n / AUDIT_ENTRY)
		return FAIL(a, CONFLICT, "The log holds no signed head of that size or more.", "old %llu",
			    (unsigned long long)old);
	leaves = arena_alloc(a, (size_t)newest.size * 32 + 32);
	for (uint64_t i = 0; i < newest.size; i++)
		merkle_leaf(str_sub(log, (size_t)i * AUDIT_ENTRY, AUDIT_ENTRY), leaves[i]);
	proof_make((const uint8_t(*)[32])leaves, old, newest.size, &proof);
	*out = witness_ask_make(a, old, &proof, checkpoint);
	return NULL;
}

struct err *audit_request(struct arena *a, const char *dir, uint64_t old, str *out)
{
	str log = STR(""), notes = STR("");
	struct err *e;
	int dirfd;

	TRY(vault_dir(a, dir, false, false, &dirfd));
	e = map_named(a, dirfd, "audit.checkpoints", &notes);
	if (!e)
		e = map_named(a, dirfd, "audit", &log);
	close(dirfd);
	if (!e)
		e = request(a, log, notes, old, out);
	file_unmap(notes);
	file_unmap(log);
	return e;
}

struct err *audit_show(struct arena *a, const char *dir, uint64_t from, size_t n, struct audit_entry **out,
		       size_t *n_out)
{
	struct err *e;
	size_t there;
	int dirfd;
	str log;

	TRY(vault_dir(a, dir, false, false, &dirfd));
	e = map_named(a, dirfd, "audit", &log);
	close(dirfd);
	if (e)
		return e;
	there = log.n / AUDIT_ENTRY;
	if (from > there)
		from = there;
	if (n > there - from)
		n = there - from;
	*out = NEWS(a, struct audit_entry, n);
	for (size_t i = 0; i < n; i++) {
		struct codec c = codec_reader(str_sub(log, (from + i) * AUDIT_ENTRY, AUDIT_ENTRY));

		code_audit_entry(&c, &(*out)[i]);
	}
	*n_out = n;
	file_unmap(log);
	return NULL;
}

#define BACKUP_FAR ((size_t)1 << 20)

struct err *audit_backup(struct arena *a, const char *dir, msec *out)
{
	struct err *e;
	size_t there;
	int dirfd;
	str log;

	*out = 0;
	TRY(vault_dir(a, dir, false, false, &dirfd));
	e = map_named(a, dirfd, "audit", &log);
	close(dirfd);
	if (e)
		return e;
	there = log.n / AUDIT_ENTRY;
	for (size_t i = there; i > 0 && there - i < BACKUP_FAR && *out == 0; i--) {
		struct codec c = codec_reader(str_sub(log, (i - 1) * AUDIT_ENTRY, AUDIT_ENTRY));
		struct audit_entry n = {0};

		code_audit_entry(&c, &n);
		if (!c.bad && n.done && strcmp(n.action, AUDIT_BACKUP) == 0)
			*out = n.at;
	}
	file_unmap(log);
	return NULL;
}
