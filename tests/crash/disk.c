/* disk.c — stands between Rivage and the disk: the calls of the C library that write, for the watched folders.
 *
 * Why here: everything Rivage and SQLite write goes through these dozen calls, so nothing of the program has to know
 * of it, and nothing is forgotten that a table inside the program would not have (the vault's files, the database, its
 * log).  Linked into a test, or loaded before the program itself (LD_PRELOAD): then it is `rivage serve` as shipped.
 *
 * With `recording`, each call and its line in the log are one step, so that the log is the order in which it happened. */
#undef _FILE_OFFSET_BITS /* both names of each call are defined here */
#undef _FORTIFY_SOURCE
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FDS 4096
struct disk *disk;
static uint64_t inode_of[FDS]; /* of the watched files and folders that this process has open */

static struct disk *map(int fd, size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

struct disk *disk_start(size_t room)
{
	disk = map(-1, sizeof *disk + room);
	if (disk)
		disk->room = room;
	return disk;
}

__attribute__((constructor)) static void preloaded(void)
{
	const char *path = getenv("RIVAGE_DISK");
	int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0) : -1;
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && (size_t)st.st_size >= sizeof *disk)
		disk = map(fd, (size_t)st.st_size);
	syscall(SYS_close, fd);
}

static void take(void)
{
	uint32_t none = 0;

	while (disk->recording &&
	       !__atomic_compare_exchange_n(&disk->lock, &none, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
		none = 0;
		sched_yield();
	}
}

static void leave(void)
{
	if (disk->recording)
		__atomic_store_n(&disk->lock, 0, __ATOMIC_RELEASE);
}

/* With the lock held. */
static void note(struct disk_op op, const void *bytes)
{
	struct disk_op *to;

	op.size = (uint32_t)((sizeof op + op.n + 7) & ~(size_t)7);
	if (!disk->recording)
		return;
	if (disk->used + op.size > disk->room) { /* what is not in the log would never be judged */
		static const char why[] = "disk.c: the log is full: give it more room\n";

		(void)!syscall(SYS_write, 2, why, sizeof why - 1);
		_exit(99);
	}
	to = (struct disk_op *)(void *)(disk->log + disk->used);
	op.pid = (uint16_t)getpid();
	*to = op;
	if (op.n)
		memcpy(to + 1, bytes, op.n);
	disk->used += op.size;
}

static void note_name(enum disk_kind kind, uint64_t dir, uint64_t ino, const char *name)
{
	note((struct disk_op){.kind = (uint16_t)kind, .dir = dir, .ino = ino, .n = (uint32_t)strlen(name) + 1}, name);
}

void disk_mark(const char *text)
{
	take();
	note((struct disk_op){.kind = DISK_MARK, .n = (uint32_t)strlen(text) + 1}, text);
	leave();
}

void disk_order(const struct disk_orders *orders)
{
	disk->orders = orders ? *orders : (struct disk_orders){0};
	disk->calls = disk->refused = 0;
}

static bool is_dir(uint64_t ino)
{
	for (size_t i = 0; disk && i < disk->n_dirs; i++)
		if (disk->dirs[i] == ino)
			return true;
	return false;
}

static void add_dir(uint64_t ino)
{
	if (!is_dir(ino) && disk->n_dirs < DISK_DIRS)
		disk->dirs[disk->n_dirs++] = ino;
}

void disk_watch(const char *folder)
{
	struct stat st;

	if (stat(folder, &st) == 0)
		add_dir(st.st_ino);
}

/* The watched folder in which that path lies, 0: none. */
static uint64_t folder_of(int at, const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[512] = ".";
	struct stat st;

	if (!disk || !disk->n_dirs)
		return 0;
	if (slash && (size_t)(slash - path) >= sizeof folder)
		return 0;
	if (slash)
		memcpy(folder, path, (size_t)(slash - path) + 1);
	if (slash)
		folder[slash - path + (slash == path)] = 0;
	if (!slash && at >= 0 && at < FDS && inode_of[at])
		return is_dir(inode_of[at]) ? inode_of[at] : 0;
	if (fstatat(at, folder, &st, 0) != 0 || !is_dir(st.st_ino))
		return 0;
	return st.st_ino;
}

static const char *base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static uint64_t ino_at(int at, const char *path)
{
	struct stat st;

	return fstatat(at, path, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_ino : 0;
}

/* Whether this call is one of those to be refused; sets errno. */
static bool refused(enum disk_kind kind, uint64_t ino)
{
	const struct disk_orders *o = &disk->orders;
	uint64_t call;

	if (!(o->kinds & 1u << kind) || (o->only && o->only != ino))
		return false;
	call = __atomic_add_fetch(&disk->calls, 1, __ATOMIC_RELAXED);
	if (!o->nth || (call != o->nth && !(o->on && call > o->nth)))
		return false;
	__atomic_add_fetch(&disk->refused, 1, __ATOMIC_RELAXED);
	errno = o->code;
	return true;
}

static uint64_t watched(int fd)
{
	return disk && fd >= 0 && fd < FDS ? inode_of[fd] : 0;
}

static int do_open(int at, const char *path, int flags, mode_t mode)
{
	uint64_t dir = folder_of(at, path), before;
	struct stat st;
	int fd;

	if (!disk || !disk->n_dirs)
		return (int)syscall(SYS_openat, at, path, flags, mode);
	take();
	before = dir ? ino_at(at, path) : 0;
	if (dir && !before && (flags & O_CREAT) && refused(DISK_CREATE, 0)) {
		leave();
		return -1;
	}
	fd = (int)syscall(SYS_openat, at, path, flags, mode);
	if (fd >= 0 && fd < FDS && fstat(fd, &st) == 0) {
		inode_of[fd] = dir || is_dir(st.st_ino) ? st.st_ino : 0;
		if (dir && !before && S_ISREG(st.st_mode))
			note_name(DISK_CREATE, dir, st.st_ino, base(path));
		else if (dir && (flags & O_TRUNC))
			note((struct disk_op){.kind = DISK_CUT, .ino = st.st_ino}, NULL);
	}
	leave();
	return fd;
}

#define OPENS(name, at, ...)                                                                                           \
	int name(__VA_ARGS__ const char *path, int flags, ...)                                                         \
	{                                                                                                              \
		va_list list;                                                                                          \
		mode_t mode;                                                                                           \
                                                                                                                       \
		va_start(list, flags);                                                                                 \
		mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;                                       \
		va_end(list);                                                                                          \
		return do_open(at, path, flags, mode);                                                                 \
	}
#define NOTHING
OPENS(open, AT_FDCWD, NOTHING)
OPENS(open64, AT_FDCWD, NOTHING)
OPENS(openat, at, int at, )
OPENS(openat64, at, int at, )

int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int at, const char *path, int flags);
int __openat64_2(int at, const char *path, int flags);

int __open_2(const char *path, int flags)
{
	return do_open(AT_FDCWD, path, flags, 0);
}

int __open64_2(const char *path, int flags)
{
	return do_open(AT_FDCWD, path, flags, 0);
}

int __openat_2(int at, const char *path, int flags)
{
	return do_open(at, path, flags, 0);
}

int __openat64_2(int at, const char *path, int flags)
{
	return do_open(at, path, flags, 0);
}

int close(int fd)
{
	if (fd >= 0 && fd < FDS)
		inode_of[fd] = 0;
	return (int)syscall(SYS_close, fd);
}

int mkdir(const char *path, mode_t mode)
{
	uint64_t dir = folder_of(AT_FDCWD, path), ino;
	int failed;

	if (!dir)
		return (int)syscall(SYS_mkdir, path, mode);
	take();
	failed = (int)syscall(SYS_mkdir, path, mode);
	if (!failed) {
		ino = ino_at(AT_FDCWD, path);
		add_dir(ino);
		note_name(DISK_MKDIR, dir, ino, base(path));
	}
	leave();
	return failed;
}

static ssize_t do_write(int fd, const void *p, size_t n, off_t at)
{
	uint64_t ino = watched(fd);
	ssize_t done;

	if (!ino)
		return syscall(SYS_pwrite64, fd, p, n, at);
	take();
	if (refused(DISK_WRITE, ino)) {
		if (!disk->orders.half || n < 2) {
			leave();
			return -1;
		}
		n /= 2;
	}
	done = syscall(SYS_pwrite64, fd, p, n, at);
	if (done > 0)
		note((struct disk_op){.kind = DISK_WRITE, .ino = ino, .at = (uint64_t)at, .n = (uint32_t)done}, p);
	leave();
	return done;
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	return do_write(fd, p, n, at);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return do_write(fd, p, n, at);
}

ssize_t write(int fd, const void *p, size_t n)
{
	ssize_t done;
	off_t at;

	if (!watched(fd))
		return syscall(SYS_write, fd, p, n);
	at = lseek(fd, 0, SEEK_CUR);
	done = do_write(fd, p, n, at);
	if (done > 0)
		lseek(fd, at + done, SEEK_SET);
	return done;
}

static int do_cut(int fd, off_t n)
{
	uint64_t ino = watched(fd);
	int failed;

	if (!ino)
		return (int)syscall(SYS_ftruncate, fd, n);
	take();
	failed = refused(DISK_CUT, ino) ? -1 : (int)syscall(SYS_ftruncate, fd, n);
	if (!failed)
		note((struct disk_op){.kind = DISK_CUT, .ino = ino, .at = (uint64_t)n}, NULL);
	leave();
	return failed;
}

int ftruncate(int fd, off_t n)
{
	return do_cut(fd, n);
}

int ftruncate64(int fd, off64_t n)
{
	return do_cut(fd, n);
}

static int do_sync(int fd, int data_only)
{
	long call = data_only ? SYS_fdatasync : SYS_fsync;
	uint64_t ino = watched(fd);
	int failed;

	if (!ino)
		return (int)syscall(call, fd);
	take();
	failed = refused(DISK_SYNC, ino) ? -1 : (int)syscall(call, fd);
	if (!failed)
		note((struct disk_op){.kind = DISK_SYNC, .ino = ino, .data_only = (uint32_t)data_only}, NULL);
	leave();
	return failed;
}

int fsync(int fd)
{
	return do_sync(fd, 0);
}

int fdatasync(int fd)
{
	return do_sync(fd, 1);
}

int renameat(int from_at, const char *from, int to_at, const char *to)
{
	uint64_t dir = folder_of(from_at, from), ino = dir ? ino_at(from_at, from) : 0;
	size_t n_from = strlen(base(from)) + 1, n_to = strlen(base(to)) + 1;
	char names[512];
	int failed;

	if (!dir || dir != folder_of(to_at, to) || n_from + n_to > sizeof names)
		return (int)syscall(SYS_renameat2, from_at, from, to_at, to, 0);
	take();
	failed = refused(DISK_RENAME, ino) ? -1 : (int)syscall(SYS_renameat2, from_at, from, to_at, to, 0);
	memcpy(names, base(from), n_from);
	memcpy(names + n_from, base(to), n_to);
	if (!failed)
		note((struct disk_op){.kind = DISK_RENAME, .dir = dir, .ino = ino, .n = (uint32_t)(n_from + n_to)},
		     names);
	leave();
	return failed;
}

int rename(const char *from, const char *to)
{
	return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int unlinkat(int at, const char *path, int flags)
{
	uint64_t dir = folder_of(at, path), ino = dir ? ino_at(at, path) : 0;
	int failed;

	if (!dir)
		return (int)syscall(SYS_unlinkat, at, path, flags);
	take();
	failed = (int)syscall(SYS_unlinkat, at, path, flags);
	if (!failed)
		note_name(DISK_UNLINK, dir, ino, base(path));
	leave();
	return failed;
}

int unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}
