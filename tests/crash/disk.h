/* disk.h — what the tests see of the disk under Rivage (disk.c): a log of everything written, and the orders to fail.
 *
 * One piece of shared memory: the program under test, its children and the test map the same.  Either the test is
 * linked with disk.c and calls disk_start before it forks, or the program is started with LD_PRELOAD and the file
 * named by RIVAGE_DISK, of DISK_ROOM bytes, in which the test has set what it wants. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_DIRS 16

enum disk_kind {
	DISK_WRITE = 1, /* ino, at, bytes */
	DISK_CUT,       /* ino, at: the new length */
	DISK_SYNC,      /* ino: of a file or a folder */
	DISK_CREATE,    /* dir, ino, name */
	DISK_MKDIR,     /* the same, of a folder */
	DISK_RENAME,    /* dir, ino, "from" 0 "to" */
	DISK_UNLINK,    /* dir, ino, name */
	DISK_MARK,      /* what the test says here: an acknowledgement */
	DISK_KINDS
};
struct disk_op {
	uint32_t size; /* with its bytes, a multiple of eight */
	uint16_t kind, pid;
	uint64_t ino, dir, at;
	uint32_t n, data_only; /* of a sync: fdatasync */
};
/* Its bytes stand behind it. */
static inline const char *disk_bytes(const struct disk_op *op)
{
	return (const char *)(op + 1);
}

/* The n-th call of these kinds is refused, and with `on` those behind it, until the test says otherwise. */
struct disk_orders {
	uint32_t kinds; /* bit 1 << enum disk_kind; 0: none */
	int32_t code;   /* errno */
	uint64_t nth;   /* counted from 1; 0: none */
	uint32_t on;    /* and every one behind it */
	uint32_t half;  /* a refused write of some length writes half of it first */
	uint64_t only;  /* inode; 0: whichever */
};
struct disk {
	uint32_t lock, recording;
	uint64_t used, room; /* of the log */
	uint64_t dirs[DISK_DIRS], n_dirs;
	struct disk_orders orders;
	uint64_t calls, refused; /* of those kinds, since the orders were given */
	char log[];
};

/* The memory of this process and of those it forks; NULL when there is none. */
struct disk *disk_start(size_t room);
extern struct disk *disk;
void disk_watch(const char *folder);               /* what is in it, and in folders made in it, is watched */
void disk_mark(const char *text);                  /* into the log */
void disk_order(const struct disk_orders *orders); /* counts from here */
