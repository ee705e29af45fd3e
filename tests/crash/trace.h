/* trace.h — the log of disk.c played again, and the disks that a power cut at any of its lines may leave behind.
 *
 * Strict, as POSIX is: a write counts once its file was flushed, a name once its folder was.  What was not: each write
 * as a whole, or each of its sectors of 512 bytes, is there or not, in any order; a sector that is not there may hold
 * zeros or garbage; a file may be as long as its lost end would have made it. */
#pragma once
#include "base.h"
#include "disk.h"

struct trace {
	const char *log;
	size_t n;
	uint64_t root; /* inode of the data directory */
};
struct sim;

struct sim *sim_new(const struct trace *t, const char *without /* a sync that is not done, or NULL */);
void sim_free(struct sim *s);
/* The next line; NULL at the end.  Its effect counts from then on. */
const struct disk_op *sim_step(struct sim *s);
/* Where a line that flushes does it: "store:fdatasync", "vault:fsync:keys"; "" for other lines. */
const char *sim_site(const struct sim *s);
/* The name of the file a line is about, "" when it has none. */
const char *sim_name(const struct sim *s, uint64_t ino);

struct dice {
	uint64_t state;
};
uint64_t dice_roll(struct dice *d);
/* Writes into folder what the disk holds after a power cut here; dice NULL: as if everything had been flushed. */
struct err *sim_crash(struct arena *a, const struct sim *s, struct dice *dice, const char *folder) MUST_CHECK;
