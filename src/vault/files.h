/* files.h — the vault's directory: DIR/vault (0700), its files (0600), and what a power cut leaves behind. */
#pragma once
#include "base.h"

/* Opens DIR/vault, making it when asked.  `alone`: also takes the lock that keeps a second vault out. */
struct err *vault_dir(struct arena *a, const char *dir, bool make, bool alone, int *out) MUST_CHECK;
/* Puts the name of a new file or folder on the disk: fsync of the folder it stands in. */
struct err *folder_sync(struct arena *a, const char *path) MUST_CHECK;
struct err *file_open(struct arena *a, int dir, const char *name, int flags, int *out) MUST_CHECK;
/* The whole file, at most max bytes.  ERR_NOT_FOUND when there is none. */
struct err *file_read(struct arena *a, int dir, const char *name, size_t max, str *out) MUST_CHECK;
/* The whole file, mapped: for files that may be long.  file_unmap when done. */
struct err *file_map(struct arena *a, int fd, str *out) MUST_CHECK;
void file_unmap(str s);
/* Puts a file in place, or leaves the old one: new file, fsync, rename, fsync of the directory. */
struct err *file_replace(struct arena *a, int dir, const char *name, str bytes) MUST_CHECK;
/* Of a whole file of another version of the program: nothing was read of it, and nothing may be written into it. */
struct err *format_other(struct arena *a, const char *what, unsigned is, unsigned known) MUST_CHECK;
/* Opens a file that is kept and written to.  Flushed, and read from the disk: after a flush that failed in an earlier life
 * of the process, the memory of the system shows what the disk does not hold. */
struct err *file_open_kept(struct arena *a, int dir, const char *name, int *out) MUST_CHECK;
struct err *file_settle(struct arena *a, int fd, const char *name) MUST_CHECK;
/* Whether a flush has failed in this process: what the disk holds is not known then, and nothing here finds it out. */
bool files_flush_failed(void);
/* Whether there is room to write, tried on a file that goes again. */
struct err *file_room(struct arena *a, int dir) MUST_CHECK;
/* Writes at an offset, then fdatasync.  After a failure the caller must stop and read the file again; an fsync is never
 * tried twice. */
struct err *file_append(struct arena *a, int fd, uint64_t at, str bytes) MUST_CHECK;
struct err *file_write(struct arena *a, int fd, uint64_t at, str bytes) MUST_CHECK;
struct err *file_cut(struct arena *a, int fd, uint64_t at) MUST_CHECK;
/* Cuts *torn bytes behind `whole`, a write that did not end and was never acknowledged. */
struct err *file_mend(struct arena *a, int fd, const char *what, uint64_t whole, size_t *torn) MUST_CHECK;
/* A file written to its end as NAME.new takes the place of NAME: fsync, rename, fsync of the directory. */
struct err *file_put_in_place(struct arena *a, int dir, int fd, const char *name) MUST_CHECK;
