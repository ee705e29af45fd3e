/* audit.h — the audit log as the vault writes it.  Entries of a turn are gathered in memory and put on disk
 * together, behind the store's rows of that turn; nothing of the turn is answered before. */
#pragma once
#include "audit_file.h"
#include "map.h"

struct audit_span { /* times of some entries that follow one another; clocks are set back, so their order tells nothing */
	msec earliest, latest;
};
struct audit {
	int fd, notes_fd;
	str origin;
	struct audit_walk walk;
	struct sign_pair sign;
	struct map last; /* object → 1 + seq of its last entry */
	struct audit_span *spans;
	size_t spans_room;
	uint64_t boot, notes_end, signed_size;
	uint64_t store_seq; /* in the last entry found at start */
	msec signed_at, last_at;
	msec backup_at; /* of the newest backup that it tells of; 0: of none */
	struct audit_entry pending[AUDIT_WRITE_MAX];
	size_t n_pending;
};

/* Makes the empty files of a new installation. */
struct err *audit_create(struct arena *a, int dir, str origin, const uint8_t seed[32]) MUST_CHECK;
/* Walks the whole log.  A torn end is cut and told in the log; anything else wrong is ERR_CONFIG. */
struct err *audit_open(struct arena *a, struct audit *u, int dir, str origin, const uint8_t seed[32],
		       msec now) MUST_CHECK;
void audit_close(struct audit *u);

/* seq, boot, links are filled here.  False: too many in one turn. */
bool audit_add(struct audit *u, struct audit_entry e);
struct err *audit_commit(struct arena *a, struct audit *u, uint64_t store_seq) MUST_CHECK;
/* Signs a checkpoint when 256 entries or 60 s have passed; `now_or_never`: whenever there is something unsigned. */
struct err *audit_checkpoint(struct arena *a, struct audit *u, msec now, bool now_or_never) MUST_CHECK;
/* The entries that a question asks for, newest first; *next: where to go on, 0 when there is nothing older; *reached: the
 * time of the last one looked at.  Looks at AUDIT_SCANNED entries, no more: others wait for the vault meanwhile. What
 * is known to be of other days costs nothing. */
struct audit_query;
struct err *audit_find(struct arena *a, const struct audit *u, const struct audit_query *q, struct audit_entry *out,
		       size_t max, size_t *n, uint64_t *next, msec *reached) MUST_CHECK;
/* Newest first, seq < before (0: all), of one object unless it is zero. */
struct err *audit_lines(struct arena *a, const struct audit *u, struct id object, uint64_t before,
			struct audit_entry *out, size_t max, size_t *n) MUST_CHECK;
