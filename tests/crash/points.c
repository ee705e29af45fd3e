/* points.c — crash points: points [--points N] [--seed S] [--record TRACE | --trace TRACE] [--without SITE | --each]
 *                                 [--at LINE.TRY [--keep FOLDER]]
 *
 * Plays a house at work (scenario.c) on a disk that is listened to (disk.c), then cuts the power N times, spread over
 * every line of what was written (trace.c), and opens what is left (judge.c).  The house draws new keys each time, so a
 * point is found again only in its own trace: `--record` keeps it, a failure does too and says how to look again.
 * --without: as if the program left that sync out; --each: every one in turn, which must be noticed. */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "demo_accounts.h"
#include "disk.h"
#include "dwell.h"
#include "judge.h"
#include "log.h"
#include "scenario.h"
#include "server.h"
#include "trace.h"

#define LOG_ROOM ((size_t)512 << 20)
#define ID_HEX 32

struct state { /* of the database, if nothing were lost */
	size_t line;
	uint64_t digest;
};
struct mark {
	size_t line;
	const char *text;
	struct look seen; /* behind "done" */
};
struct run {
	struct arena *a, *one; /* one: of a point */
	struct trace t;
	str secret;
	const char *folder, *key; /* where disks are made; the key file of them all */
	uint64_t seed;
	size_t n_lines, n_points;
	struct state *states;
	size_t n_states;
	struct mark *marks;
	size_t n_marks;
	const char *program, *trace_path, *keep;
	size_t tried, failed, spare_most, dwelt,
		read; /* dwelt: in how many somebody worked, and read how many records */
	bool quiet;
};

static bool done(const struct mark *m)
{
	return strncmp(m->text, "done ", 5) == 0;
}

static struct id unhex(const char *text)
{
	struct id id = {0};

	for (size_t i = 0; i < sizeof id.b; i++) {
		unsigned byte = 0;

		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			abort();
		id.b[i] = (uint8_t)byte;
	}
	return id;
}

/* --- what was acknowledged, when ------------------------------------------------------------------------------ */

static bool flushes_database(const struct sim *s, const struct disk_op *op)
{
	return op->kind == DISK_SYNC && strncmp(sim_site(s), "rivage.db", 9) == 0;
}

static struct err *survey(struct run *r)
{
	struct sim *s = sim_new(&r->t, NULL);
	const struct disk_op *op;
	struct err *e = NULL;
	struct look seen;

	for (size_t line = 0; !e && (op = sim_step(s)); line++, r->n_lines++) {
		bool mark = op->kind == DISK_MARK;

		if (!mark && !flushes_database(s, op))
			continue;
		arena_reset(r->one);
		e = sim_crash(r->one, s, NULL, r->folder);
		if (!e)
			e = judge_look(r->one, r->folder, r->secret, &seen);
		if (e) {
			fprintf(stderr, "line %zu, nothing lost: %.*s\n", line, STR_ARG(e->detail));
			break;
		}
		if (mark)
			r->marks[r->n_marks++] = (struct mark){line, disk_bytes(op), seen};
		if (!r->n_states || r->states[r->n_states - 1].digest != seen.database)
			r->states[r->n_states++] = (struct state){line, seen.database};
	}
	sim_free(s);
	return e;
}

static void expect_account(struct expected *e, const char *text, bool acknowledged)
{
	struct id id = unhex(text);
	int state = atoi(text + ID_HEX + 1);
	size_t i = 0;

	while (i < e->n_accounts && !id_eq(e->accounts[i].id, id))
		i++;
	if (i == e->n_accounts)
		e->accounts[e->n_accounts++] = (struct account_seen){.id = id};
	if (acknowledged)
		e->accounts[i].state = e->accounts[i].next = state;
	else if (e->accounts[i].next == e->accounts[i].state)
		e->accounts[i].next = state;
}

static void expect_mark(struct expected *e, const struct mark *m, size_t line)
{
	if (strncmp(m->text, "user ", 5) == 0)
		expect_account(e, m->text + 5, m->line <= line);
	if (m->line > line)
		return;
	if (strncmp(m->text, "note ", 5) == 0)
		e->notes[e->n_notes++] = (struct note_seen){unhex(m->text + 5), unhex(m->text + 6 + ID_HEX)};
	if (strncmp(m->text, "erased ", 7) == 0)
		e->erased = unhex(m->text + 7);
	if (done(m)) {
		uint64_t under =
			e->least.under; /* checkpoints are written behind the answers: those of the mark before */

		e->least = m->seen;
		e->least.under = strcmp(m->text, "done closed") == 0 ? m->seen.under : under;
		e->made = true;
	}
}

static struct expected expect(struct run *r, size_t line)
{
	struct expected e = {.accounts = NEWS(r->one, struct account_seen, r->n_marks + 1),
			     .notes = NEWS(r->one, struct note_seen, r->n_marks + 1)};
	uint64_t *digests = NEWS(r->one, uint64_t, r->n_states + 2);
	size_t since = 0;

	for (size_t i = 0; i < r->n_marks; i++) {
		expect_mark(&e, &r->marks[i], line);
		if (r->marks[i].line <= line && done(&r->marks[i]))
			since = r->marks[i].line;
	}
	digests[e.n_databases++] = since ? e.least.database : 0;
	for (size_t i = 0; i < r->n_states; i++) {
		if (r->states[i].line > since)
			digests[e.n_databases++] = r->states[i].digest;
		if (r->states[i].line > line)
			break;
	}
	e.databases = digests;
	return e;
}

/* --- cutting the power ---------------------------------------------------------------------------------------- */

static void complain(struct run *r, const struct sim *s, const struct disk_op *op, size_t line, size_t try,
		     const struct err *e)
{
	r->failed++;
	if (r->quiet)
		return;
	printf("not ok - line %zu.%zu (%s %s): %.*s; again: %s --trace %s --seed %llu --points %zu --at %zu.%zu --keep "
	       "FOLDER\n",
	       line, try, *sim_site(s) ? sim_site(s) : "behind a change of", sim_name(s, op->ino), STR_ARG(e->detail),
	       r->program, r->trace_path, (unsigned long long)r->seed, r->n_points, line, try);
}

/* Of the coordinator, acknowledged before that line; NULL: not yet. */
static const char *secret_at(const struct run *r, size_t line)
{
	for (size_t i = 0; i < r->n_marks && r->marks[i].line <= line; i++)
		if (strncmp(r->marks[i].text, "secret coo ", 11) == 0)
			return r->marks[i].text + 11;
	return NULL;
}

#define DWELL_EACH 50

static struct err *cut(struct run *r, const struct sim *s, size_t line, size_t try, const char *folder)
{
	struct dice dice = {r->seed * 0x9E3779B97F4A7C15u + line * 0x100000001B3u + try};
	struct expected e = expect(r, line);
	size_t spare_keys;

	TRY(sim_crash(r->one, s, &dice, folder));
	TRY(judge(r->one, folder, r->secret, &e, &spare_keys));
	r->spare_most = spare_keys > r->spare_most ? spare_keys : r->spare_most;
	if (!secret_at(r, line) || (r->tried % DWELL_EACH && folder == r->folder))
		return NULL;
	r->dwelt++;
	return dwell(r->one, folder, r->key, secret_at(r, line), &r->read);
}

/* Spreads n_points over the lines; the same each time. */
static size_t tries_at(const struct run *r, size_t line)
{
	size_t shift = r->n_lines ? r->seed % r->n_lines : 0, at = (line + shift) % r->n_lines;

	return (at + 1) * r->n_points / r->n_lines - at * r->n_points / r->n_lines;
}

#define NEAR_LINES 60 /* behind a sync that is left out: that many lines, each tried that often */
#define NEAR_TRIES 8

/* at: "LINE.TRY", only that one.  Until something is wrong, when `quiet`. */
static void cuts(struct run *r, const char *without, const char *at)
{
	struct sim *s = sim_new(&r->t, without);
	const struct disk_op *op;
	size_t only_line = 0, only_try = 0, near = 0;

	if (at && sscanf(at, "%zu.%zu", &only_line, &only_try) != 2)
		abort();
	for (size_t line = 0; (op = sim_step(s)) && !(r->quiet && r->failed); line++) {
		size_t tries = at ? (line == only_line) * (only_try + 1) : tries_at(r, line);

		if (without && strcmp(without, sim_site(s)) == 0)
			near = NEAR_LINES;
		if (without && !at)
			tries = near ? NEAR_TRIES : 0;
		near -= near > 0;

		for (size_t try = at ? only_try : 0; try < tries; try++) {
			struct err *e;

			arena_reset(r->one);
			e = cut(r, s, line, try, at && r->keep ? r->keep : r->folder);
			r->tried++;
			if (e)
				complain(r, s, op, line, try, e);
		}
	}
	sim_free(s);
}

/* --- leaving out each sync in turn ---------------------------------------------------------------------------- */

/* Those that nothing, or hardly anything, tells from their absence, and why. */
static const struct {
	const char *site, *why;
} unneeded[] = {
	{"audit.new:fsync", "the log is empty when it is made"},
	{"audit.checkpoints.new:fsync", "empty as well"},
	{"vault:fsync:audit", "the keyring is put in place last, and the folder flushed behind it"},
	{"vault:fsync:audit.checkpoints", "the same"},
	{"vault:fsync:audit.pub", "the same; told only when the name of the keyring reaches the disk before this one"},
	{"vault:fsync", "at a start: what an earlier process left; it was never acknowledged, or flushed then"},
	{"rivage.db:fsync", "the same"},
	{"rivage.db-wal:fsync", "the same"},
	{"store:fsync", "the same; and of a torn end that is cut: the flush of what is written next covers it"},
	{"keys:fsync", "the same"},
	{"audit:fsync", "the same"},
	{"audit.checkpoints:fsync", "the same"},
	{"data:fsync:rivage.db", "SQLite flushes the folder when it makes its first journal, before anything is kept"},
	{"rivage.db-journal:fdatasync", "SQLite's own, on an empty database that becomes one with a log"},
	{"data:fdatasync:rivage.db-journal", "the same"},
	{"(unlinked):fdatasync", "zeros over the old file of shred keys: nothing is lost without them"},
};

static bool is_unneeded(const char *site)
{
	for (size_t i = 0; i < sizeof unneeded / sizeof *unneeded; i++)
		if (strcmp(unneeded[i].site, site) == 0)
			return true;
	return false;
}

static size_t sites(struct run *r, const char **out, size_t most)
{
	struct sim *s = sim_new(&r->t, NULL);
	size_t n = 0;

	while (sim_step(s)) {
		size_t i = 0;

		while (i < n && strcmp(out[i], sim_site(s)) != 0)
			i++;
		if (*sim_site(s) && i == n && n < most)
			out[n++] = arena_z(r->a, arena_str(r->a, str_of(sim_site(s))));
	}
	sim_free(s);
	return n;
}

static size_t each(struct run *r)
{
	const char *list[64];
	size_t n = sites(r, list, 64), wrong = 0;

	r->quiet = true;
	for (size_t i = 0; i < n; i++) {
		bool noticed;

		r->failed = r->tried = 0;
		cuts(r, list[i], NULL);
		noticed = r->failed > 0;
		wrong += !noticed && !is_unneeded(list[i]);
		printf("%s - without %s: %s at point %zu\n", noticed || is_unneeded(list[i]) ? "ok" : "not ok", list[i],
		       noticed ? "noticed" : "not noticed", r->tried);
		fflush(stdout);
	}
	printf("%zu passed, %zu failed\n", n - wrong, wrong);
	return wrong;
}

/* --- traces --------------------------------------------------------------------------------------------------- */

struct header { /* of a kept trace: then the secret, then the lines */
	char magic[8];
	uint64_t root, n_secret, n;
};

static struct err *record(struct run *r, const char *folder)
{
	const char *data = arena_fmt(r->a, "%s/data", folder).p;
	struct stat st;
	struct err *e;

	if (!disk_start(LOG_ROOM) || mkdir(data, 0700) != 0 || stat(data, &st) != 0)
		return FAIL(r->a, UNAVAILABLE, NULL, "no room for a trace");
	disk_watch(data);
	disk->recording = 1;
	e = scenario_play(r->a, folder);
	disk->recording = 0;
	TRY(e);
	r->t = (struct trace){disk->log, disk->used, st.st_ino};
	return vault_key_file(r->a, arena_fmt(r->a, "%s/key", folder).p, &r->secret);
}

static bool keep_trace(const struct run *r, const char *path)
{
	struct header h = {"rvgtrac1", r->t.root, r->secret.n, r->t.n};
	FILE *f = fopen(path, "w");
	bool good = f && fwrite(&h, sizeof h, 1, f) == 1 && fwrite(r->secret.p, r->secret.n, 1, f) == 1 &&
		    fwrite(r->t.log, r->t.n, 1, f) == 1;

	return f && fclose(f) == 0 && good;
}

static struct err *load_trace(struct run *r, const char *path)
{
	struct header h;
	str file;

	TRY(cli_read_file(r->a, path, LOG_ROOM, &file));
	if (file.n < sizeof h)
		return FAIL(r->a, INVALID, NULL, "not a trace");
	memcpy(&h, file.p, sizeof h);
	if (memcmp(h.magic, "rvgtrac1", 8) != 0 || file.n != sizeof h + h.n_secret + h.n)
		return FAIL(r->a, INVALID, NULL, "not a trace");
	r->secret = str_sub(file, sizeof h, h.n_secret);
	r->t.root = h.root;
	r->t.n = h.n;
	r->t.log = memcpy(arena_alloc(r->a, h.n + 16), file.p + sizeof h + h.n_secret, h.n);
	return NULL;
}

static int removed(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

/* What was written, new or as it was kept, and what it must say at each point. */
static struct err *begin(struct run *r, char *folder, const char *trace, const char *keep_at)
{
	const char *tmp = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";

	r->folder = arena_fmt(r->a, "%s/disk", folder).p;
	r->key = arena_fmt(r->a, "%s/key", folder).p;
	r->trace_path = trace     ? trace
			: keep_at ? keep_at
				  : arena_fmt(r->a, "%s/rivage-trace-%llu", tmp, (unsigned long long)r->seed).p;
	TRY(trace ? load_trace(r, trace) : record(r, folder));
	if (keep_at && !keep_trace(r, keep_at))
		return FAIL(r->a, UNAVAILABLE, NULL, "%s", keep_at);
	if (trace)
		TRY(write_private(r->a, r->key, r->secret));
	r->states = NEWS(r->a, struct state, 1 + r->t.n / sizeof(struct disk_op));
	r->marks = NEWS(r->a, struct mark, 1 + r->t.n / sizeof(struct disk_op));
	return survey(r);
}

int main(int argc, char **argv)
{
	const char *points = "1500", *seed = NULL, *trace = NULL, *keep_at = NULL, *without = NULL, *at = NULL,
		   *rest[1];
	struct run r = {.a = arena_create((size_t)1 << 30), .one = arena_create(64 << 20)};
	char folder[] = "/dev/shm/rivage-points-XXXXXX";
	bool all = false;
	struct option_row rows[] = {{"--points", &points, NULL},   {"--seed", &seed, NULL},
				    {"--trace", &trace, NULL},     {"--record", &keep_at, NULL},
				    {"--without", &without, NULL}, {"--at", &at, NULL},
				    {"--keep", &r.keep, NULL},     {"--each", NULL, &all}};
	struct err *e;
	size_t n;

	if (!cli_options(argc, argv, rows, sizeof rows / sizeof *rows, rest, 0, &n) || !mkdtemp(folder))
		return 2;
	log_open("points", LOG_ERROR_ + 1);
	crypt_start();
	r.seed = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
	r.n_points = strtoull(points, NULL, 10);
	r.program = argv[0];
	e = begin(&r, folder, trace, keep_at);
	if (e) {
		fprintf(stderr, "%s: %.*s\n", e->where, STR_ARG(e->detail));
		return 1;
	}
	printf("# seed %llu; %zu lines, %zu states of the database, %zu marks\n", (unsigned long long)r.seed, r.n_lines,
	       r.n_states, r.n_marks);
	if (all)
		r.failed = each(&r);
	else
		cuts(&r, without, at);
	if (r.failed && !trace && !keep_at && !keep_trace(&r, r.trace_path))
		fprintf(stderr, "%s cannot be written\n", r.trace_path);
	if (!all)
		printf("# at most %zu keys of files that were never acknowledged; in %zu somebody worked, and read %zu "
		       "records\n%zu passed, %zu failed\n",
		       r.spare_most, r.dwelt, r.read, r.tried - r.failed, r.failed);
	nftw(folder, removed, 16, FTW_DEPTH | FTW_PHYS);
	arena_destroy(r.one);
	arena_destroy(r.a);
	return r.failed ? 1 : 0;
}
