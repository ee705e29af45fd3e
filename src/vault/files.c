/* files.c — system calls of the vault's files, in one place. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

static struct err *failed(struct arena *a, const char *what, const char *name)
{
	int code = errno;

	if (code == ENOENT)
		return FAIL(a, NOT_FOUND, NULL, "%s %s: %s", what, name, strerror(code));
	return FAIL(a, UNAVAILABLE, NULL, "%s %s: %s", what, name, strerror(code));
}

struct err *format_other(struct arena *a, const char *what, unsigned is, unsigned known)
{
	return FAIL(
		a, CONFIG, NULL,
		"%s is of format %u, of %s version of the program: this one reads format %u and changes nothing in it. "
		"Start the version that wrote it",
		what, is, is < known ? "an older" : "a newer", known);
}

static bool flush_failed;

bool files_flush_failed(void)
{
	return flush_failed;
}

static bool flushed(int failed)
{
	flush_failed |= failed != 0;
	return failed == 0;
}

struct err *vault_dir(struct arena *a, const char *dir, bool make, bool alone, int *out)
{
	const char *path = arena_fmt(a, "%s/vault", dir).p;
	int fd;

	if (make && mkdir(dir, 0700) != 0 && errno != EEXIST)
		return failed(a, "mkdir", dir);
	if (make && mkdir(path, 0700) != 0 && errno != EEXIST)
		return failed(a, "mkdir", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return failed(a, "open", path);
	if (alone && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return FAIL(a, CONFLICT, NULL, "%s is in use by another vault", path);
	}
	*out = fd;
	return NULL;
}

struct err *folder_sync(struct arena *a, const char *path)
{
	str folder = str_of(path);
	int fd, failure;

	while (folder.n && folder.p[folder.n - 1] == '/')
		folder.n--;
	while (folder.n && folder.p[folder.n - 1] != '/')
		folder.n--;
	fd = open(folder.n ? arena_z(a, folder) : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == EACCES) { /* one may write there and not read: then all of the disk */
		sync();
		return NULL;
	}
	failure = fd < 0 || fsync(fd) != 0;
	if (failure)
		failure = errno;
	if (fd >= 0)
		close(fd);
	errno = failure;
	return failure ? failed(a, "fsync of the folder of", path) : NULL;
}

struct err *file_open(struct arena *a, int dir, const char *name, int flags, int *out)
{
	int fd = openat(dir, name, flags | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return failed(a, "open", name);
	*out = fd;
	return NULL;
}

struct err *file_settle(struct arena *a, int fd, const char *name)
{
	if (!flushed(fsync(fd)))
		return failed(a, "fsync", name);
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	return NULL;
}

struct err *file_open_kept(struct arena *a, int dir, const char *name, int *out)
{
	TRY(file_open(a, dir, name, O_RDWR, out));
	return file_settle(a, *out, name);
}

#define ROOM (1u << 18)

struct err *file_room(struct arena *a, int dir)
{
	struct err *e;
	int fd;

	TRY(file_open(a, dir, "room.new", O_RDWR | O_CREAT | O_TRUNC, &fd));
	e = file_append(a, fd, 0, (str){arena_alloc(a, ROOM), ROOM});
	close(fd);
	if (unlinkat(dir, "room.new", 0) != 0 && !e)
		e = failed(a, "unlink", "room.new");
	return e;
}

static struct err *read_all(struct arena *a, int fd, const char *name, size_t max, str *out)
{
	struct stat st;
	size_t got = 0;
	char *p;

	if (fstat(fd, &st) != 0)
		return failed(a, "stat", name);
	if (st.st_size < 0 || (uint64_t)st.st_size > max)
		return FAIL(a, TOO_BIG, NULL, "%s has more than %zu bytes", name, max);
	p = arena_alloc(a, (size_t)st.st_size + 1);
	while (got < (size_t)st.st_size) {
		ssize_t n = read(fd, p + got, (size_t)st.st_size - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed(a, "read", name);
		if (n == 0)
			break;
		got += (size_t)n;
	}
	*out = (str){p, got};
	return NULL;
}

struct err *file_read(struct arena *a, int dir, const char *name, size_t max, str *out)
{
	struct err *e;
	int fd;

	TRY(file_open(a, dir, name, O_RDONLY, &fd));
	e = read_all(a, fd, name, max, out);
	close(fd);
	return e;
}

struct err *file_map(struct arena *a, int fd, str *out)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) != 0)
		return failed(a, "stat", "file");
	*out = STR("");
	if (st.st_size <= 0)
		return NULL;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return failed(a, "mmap", "file");
	*out = (str){p, (size_t)st.st_size};
	return NULL;
}

void file_unmap(str s)
{
	if (s.n)
		munmap((void *)(uintptr_t)s.p, s.n);
}

struct err *file_write(struct arena *a, int fd, uint64_t at, str bytes)
{
	while (bytes.n) {
		ssize_t n = pwrite(fd, bytes.p, bytes.n, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return failed(a, "write", "file");
		bytes = str_sub(bytes, (size_t)n, bytes.n);
		at += (uint64_t)n;
	}
	return NULL;
}

struct err *file_append(struct arena *a, int fd, uint64_t at, str bytes)
{
	TRY(file_write(a, fd, at, bytes));
	if (!flushed(fdatasync(fd)))
		return failed(a, "fdatasync", "file");
	return NULL;
}

struct err *file_cut(struct arena *a, int fd, uint64_t at)
{
	if (ftruncate(fd, (off_t)at) != 0 || !flushed(fsync(fd)))
		return failed(a, "truncate", "file");
	return NULL;
}

struct err *file_mend(struct arena *a, int fd, const char *what, uint64_t whole, size_t *torn)
{
	if (*torn == 0)
		return NULL;
	log_warn("%s: the last write did not end; %zu bytes, never acknowledged, are cut", what, *torn);
	*torn = 0;
	return file_cut(a, fd, whole);
}

struct err *file_put_in_place(struct arena *a, int dir, int fd, const char *name)
{
	if (!flushed(fsync(fd)) || renameat(dir, arena_fmt(a, "%s.new", name).p, dir, name) != 0 ||
	    !flushed(fsync(dir)))
		return failed(a, "put in place", name);
	return NULL;
}

struct err *file_replace(struct arena *a, int dir, const char *name, str bytes)
{
	struct err *e;
	int fd;

	TRY(file_open(a, dir, arena_fmt(a, "%s.new", name).p, O_WRONLY | O_CREAT | O_TRUNC, &fd));
	e = file_write(a, fd, 0, bytes);
	if (!e)
		e = file_put_in_place(a, dir, fd, name);
	close(fd);
	return e;
}
