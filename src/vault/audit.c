/* audit.c — appending to the audit log. */
#include "audit.h"
#include "audit_query.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "log.h"
#include "note.h"

#define SIGN_ENTRIES 256u
#define SIGN_MS 60000
#define NOTES_TAIL 4096u

struct err *audit_create(struct arena *a, int dir, str origin, const uint8_t seed[32])
{
	struct sign_pair sign;

	crypt_sign_from_seed(seed, &sign);
	TRY(file_replace(a, dir, "audit", STR("")));
	TRY(file_replace(a, dir, "audit.checkpoints", STR("")));
	return file_replace(a, dir, "audit.pub", note_key(a, origin, NOTE_ED25519, sign.pk));
}

static void remember(struct audit *u, const struct audit_entry *e)
{
	if (!id_is_zero(e->object))
		map_put(&u->last, e->object, (void *)(uintptr_t)(e->seq + 1));
}

#define SPAN 4096u /* entries */

static void span_add(struct audit *u, const struct audit_entry *e)
{
	size_t i = (size_t)(e->seq / SPAN), room = u->spans_room ? 2 * u->spans_room : 64;
	struct audit_span *s;

	if (i >= u->spans_room) {
		s = big_alloc(room * sizeof *s);
		if (u->spans)
			memcpy(s, u->spans, u->spans_room * sizeof *s);
		free(u->spans);
		u->spans = s;
		u->spans_room = room;
	}
	s = &u->spans[i];
	if (e->seq % SPAN == 0)
		*s = (struct audit_span){e->at, e->at};
	s->earliest = e->at < s->earliest ? e->at : s->earliest;
	s->latest = e->at > s->latest ? e->at : s->latest;
	if (e->done && e->at > u->backup_at && strcmp(e->action, AUDIT_BACKUP) == 0)
		u->backup_at = e->at;
}

/* What the writer keeps in memory of entries that audit_check has found good. */
static void recall(struct audit *u, str log, const struct audit_report *r)
{
	struct audit_entry e = {0};

	for (uint64_t i = 0; i < r->entries; i++) {
		struct codec c = codec_reader(str_sub(log, i * AUDIT_ENTRY, AUDIT_ENTRY));

		code_audit_entry(&c, &e);
		remember(u, &e);
		span_add(u, &e);
	}
	u->walk = r->end;
	u->store_seq = e.store_seq;
	u->last_at = e.at;
	u->signed_size = r->signed_size;
}

/* The last few checkpoints are enough at the start: the newest root covers every entry before it, and years of them
 * must not keep the vault shut.  `rivage audit verify` judges them all. */
static str newest(struct arena *a, str notes, str origin)
{
	str begin = arena_join(a, (str[]){STR("\n\n"), origin, STR("\n")}, 3, STR(""));
	str tail = str_sub(notes, notes.n > NOTES_TAIL ? notes.n - NOTES_TAIL : 0, notes.n);
	ptrdiff_t at = tail.n < notes.n ? str_find(tail, begin) : -1;

	return at < 0 ? notes : str_sub(tail, (size_t)at + 2, tail.n);
}

static struct err *take_log(struct arena *a, struct audit *u, str log, str notes, str key)
{
	struct audit_report r;
	str pub = note_key(a, u->origin, NOTE_ED25519, u->sign.pk);

	if (!str_eq(key, pub))
		return FAIL(a, CONFIG, NULL, "audit.pub is not the key of this vault");
	audit_check(a, log, newest(a, notes, u->origin), key, (str){0}, &r);
	if (r.other_format)
		return FAIL(a, CONFIG, NULL, "the audit log: %s (number %llu)", r.fault,
			    (unsigned long long)r.fault_at);
	if (!r.good)
		return FAIL(a, CONFIG, NULL, "the audit log is damaged or was tampered with: %s (number %llu)", r.fault,
			    (unsigned long long)r.fault_at);
	recall(u, log, &r);
	u->notes_end = notes.n - r.torn_notes;
	if (r.torn) {
		log_warn("audit: the last write did not end; %zu bytes, never acknowledged, are cut", r.torn);
		TRY(file_cut(a, u->fd, r.entries * AUDIT_ENTRY));
	}
	if (r.torn_notes) {
		log_warn("audit: the last checkpoint did not end; %zu bytes are cut", r.torn_notes);
		TRY(file_cut(a, u->notes_fd, u->notes_end));
	}
	return NULL;
}

struct err *audit_open(struct arena *a, struct audit *u, int dir, str origin, const uint8_t seed[32], msec now)
{
	str log = STR(""), notes = STR(""), key;
	struct err *e;

	*u = (struct audit){.fd = -1, .notes_fd = -1, .origin = origin, .signed_at = now};
	random_bytes(&u->boot, sizeof u->boot);
	crypt_sign_from_seed(seed, &u->sign);
	TRY(file_read(a, dir, "audit.pub", 4096, &key));
	TRY(file_open_kept(a, dir, "audit", &u->fd));
	TRY(file_open_kept(a, dir, "audit.checkpoints", &u->notes_fd));
	TRY(file_map(a, u->fd, &log));
	e = file_map(a, u->notes_fd, &notes);
	if (!e)
		e = take_log(a, u, log, notes, key);
	file_unmap(notes);
	file_unmap(log);
	return e;
}

void audit_close(struct audit *u)
{
	if (u->fd >= 0)
		close(u->fd);
	if (u->notes_fd >= 0)
		close(u->notes_fd);
	map_free(&u->last, NULL);
	free(u->spans);
	crypt_wipe(u, sizeof *u);
	u->fd = u->notes_fd = -1;
}

bool audit_add(struct audit *u, struct audit_entry e)
{
	if (u->n_pending == AUDIT_WRITE_MAX)
		return false;
	e.seq = u->walk.tree.n + u->n_pending;
	e.boot = u->boot;
	e.action[AUDIT_ACTION - 1] = 0;
	e.object_prev = id_is_zero(e.object) ? 0 : (uintptr_t)map_get(&u->last, e.object);
	remember(u, &e);
	u->pending[u->n_pending++] = e;
	return true;
}

struct err *audit_commit(struct arena *a, struct audit *u, uint64_t store_seq)
{
	uint64_t at = u->walk.tree.n * AUDIT_ENTRY;
	struct codec c;

	if (u->n_pending == 0)
		return NULL;
	c = codec_writer(arena_alloc(a, u->n_pending * AUDIT_ENTRY), u->n_pending * AUDIT_ENTRY);
	for (size_t i = 0; i < u->n_pending; i++) {
		struct audit_entry *e = &u->pending[i];
		uint8_t *start = c.p + c.at;

		e->store_seq = store_seq;
		e->first = i == 0;
		code_audit_entry(&c, e);
		audit_link(u->walk.link, (str){(char *)start, AUDIT_ENTRY}, u->walk.link);
		memcpy(start + AUDIT_ENTRY - 32, u->walk.link, 32);
		merkle_add(&u->walk.tree, (str){(char *)start, AUDIT_ENTRY});
		u->last_at = e->at;
		span_add(u, e);
	}
	u->n_pending = 0;
	return file_append(a, u->fd, at, codec_written(&c));
}

struct err *audit_checkpoint(struct arena *a, struct audit *u, msec now, bool now_or_never)
{
	uint64_t fresh = u->walk.tree.n - u->signed_size;
	uint8_t root[32];
	str note;

	if (fresh == 0 || (!now_or_never && fresh < SIGN_ENTRIES && now - u->signed_at < SIGN_MS))
		return NULL;
	merkle_root(&u->walk.tree, root);
	note = arena_join(a, (str[]){note_make(a, &u->sign, u->origin, u->walk.tree.n, root), STR("\n")}, 2, STR(""));
	TRY(file_append(a, u->notes_fd, u->notes_end, note));
	u->notes_end += note.n;
	u->signed_size = u->walk.tree.n;
	u->signed_at = now;
	return NULL;
}

static struct err *entry_at(struct arena *a, const struct audit *u, uint64_t seq, struct audit_entry *out)
{
	uint8_t b[AUDIT_ENTRY];
	struct codec c = codec_reader((str){(char *)b, sizeof b});

	if (pread(u->fd, b, sizeof b, (off_t)(seq * AUDIT_ENTRY)) != sizeof b)
		return FAIL(a, UNAVAILABLE, NULL, "audit entry cannot be read: %s", strerror(errno));
	code_audit_entry(&c, out);
	if (!codec_end(&c))
		return FAIL(a, INTERNAL, NULL, "audit entry changed on disk");
	return NULL;
}

struct err *audit_lines(struct arena *a, const struct audit *u, struct id object, uint64_t before,
			struct audit_entry *out, size_t max, size_t *n)
{
	bool all = id_is_zero(object);
	uint64_t next = all ? u->walk.tree.n : (uintptr_t)map_get(&u->last, object);
	struct audit_entry e;

	*n = 0;
	if (all && before && before < next)
		next = before;
	while (next && *n < max) {
		if (next > u->walk.tree.n) { /* of this very turn: not on disk, so not readable yet */
			next = u->pending[next - 1 - u->walk.tree.n].object_prev;
			continue;
		}
		TRY(entry_at(a, u, next - 1, &e));
		if (!before || e.seq < before)
			out[(*n)++] = e;
		next = all ? next - 1 : e.object_prev;
	}
	return NULL;
}

static bool asked_for(const struct audit_query *q, const struct audit_entry *e)
{
	return (!q->before || e->seq < q->before) && (id_is_zero(q->who.v) || id_eq(q->who.v, e->actor)) &&
	       (!q->from || e->at >= q->from) && (!q->to || e->at < q->to) &&
	       audit_kind_has(q->kind, e->action, e->purpose, e->done);
}

/* Entries read together: a question about the whole log looks at one behind another. */
#define WINDOW 256u
struct window {
	uint64_t from;
	size_t n;
	uint8_t b[WINDOW * AUDIT_ENTRY];
};

static struct err *read_window(struct arena *a, const struct audit *u, struct window *w, uint64_t seq,
			       struct audit_entry *out)
{
	struct codec c;

	if (seq < w->from || seq - w->from >= w->n) {
		uint64_t left;

		w->from = seq - seq % WINDOW;
		left = u->walk.tree.n - w->from;
		w->n = left < WINDOW ? (size_t)left : WINDOW;
		if (pread(u->fd, w->b, w->n * AUDIT_ENTRY, (off_t)(w->from * AUDIT_ENTRY)) !=
		    (ssize_t)(w->n * AUDIT_ENTRY))
			return FAIL(a, UNAVAILABLE, NULL, "audit entries cannot be read: %s", strerror(errno));
	}
	c = codec_reader((str){(char *)w->b + (seq - w->from) * AUDIT_ENTRY, AUDIT_ENTRY});
	code_audit_entry(&c, out);
	if (!codec_end(&c))
		return FAIL(a, INTERNAL, NULL, "audit entry changed on disk");
	return NULL;
}

/* 1 + seq of the next entry to look at: what holds nothing of the days asked for is passed over. */
static uint64_t pass_over(const struct audit *u, const struct audit_query *q, uint64_t at)
{
	while (at) {
		const struct audit_span *s = &u->spans[(at - 1) / SPAN];

		if ((!q->from || s->latest >= q->from) && (!q->to || s->earliest < q->to))
			break;
		at = (at - 1) / SPAN * SPAN;
	}
	return at;
}

/* Whether anything at or before that can be of the days asked for. */
static bool within(const struct audit *u, const struct audit_query *q, uint64_t at)
{
	return at > u->walk.tree.n || pass_over(u, q, at);
}

/* Where the thread of a file goes on, when the question does: else it would be followed from its end each time. */
static struct err *find_thread(struct arena *a, const struct audit *u, const struct audit_query *q, uint64_t *at)
{
	struct audit_entry e;

	*at = (uintptr_t)map_get(&u->last, q->object.v);
	if (!q->before || q->before > u->walk.tree.n || q->before > *at)
		return NULL;
	TRY(entry_at(a, u, q->before - 1, &e));
	if (id_eq(e.object, q->object.v))
		*at = q->before;
	return NULL;
}

static struct err *find_in_thread(struct arena *a, const struct audit *u, const struct audit_query *q,
				  struct audit_entry *out, size_t max, size_t *n, uint64_t *next, msec *reached)
{
	struct audit_entry e;
	uint64_t at;

	TRY(find_thread(a, u, q, &at));
	for (uint32_t looked = 0; within(u, q, at) && looked < AUDIT_THREADED && *n < max; looked++) {
		if (at > u->walk.tree.n) { /* of this very turn: not on disk, so not readable yet */
			at = u->pending[at - 1 - u->walk.tree.n].object_prev;
			continue;
		}
		TRY(entry_at(a, u, at - 1, &e));
		if (asked_for(q, &e))
			out[(*n)++] = e;
		*reached = e.at;
		at = e.object_prev;
	}
	*next = within(u, q, at) ? at : 0;
	return NULL;
}

struct err *audit_find(struct arena *a, const struct audit *u, const struct audit_query *q, struct audit_entry *out,
		       size_t max, size_t *n, uint64_t *next, msec *reached)
{
	uint64_t at = q->before && q->before < u->walk.tree.n ? q->before : u->walk.tree.n;
	struct audit_entry e;
	struct window *w;

	*n = 0;
	*reached = 0;
	if (!id_is_zero(q->object.v))
		return find_in_thread(a, u, q, out, max, n, next, reached);
	w = NEW(a, struct window);
	for (uint32_t looked = 0; looked < AUDIT_SCANNED && *n < max; looked++, at--) {
		at = pass_over(u, q, at);
		if (!at)
			break;
		TRY(read_window(a, u, w, at - 1, &e));
		if (asked_for(q, &e))
			out[(*n)++] = e;
		*reached = e.at;
	}
	*next = pass_over(u, q, at);
	return NULL;
}
