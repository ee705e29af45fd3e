/* ring.c — the ring of copies of the key store.  Their age is in their name: a copy copied elsewhere keeps its day. */
#include "ring.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"

#define PREFIX "keys-"
#define STAMP 16u /* 20181120T090000Z */
#define COPIES_MAX 100000u
#define KEYS_MAX ((size_t)1 << 30)

static bool digits(const char *p, int n, int *out)
{
	*out = 0;
	for (int i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		*out = *out * 10 + p[i] - '0';
	}
	return true;
}

/* The moment in a copy's name. */
static bool stamp_of(const char *name, msec *out)
{
	const char *p = name + sizeof PREFIX - 1;
	int y, mo, d, h, mi, s;

	if (strncmp(name, PREFIX, sizeof PREFIX - 1) != 0 || strlen(p) < STAMP || p[8] != 'T' || p[15] != 'Z')
		return false;
	if (!digits(p, 4, &y) || !digits(p + 4, 2, &mo) || !digits(p + 6, 2, &d) || !digits(p + 9, 2, &h) ||
	    !digits(p + 11, 2, &mi) || !digits(p + 13, 2, &s) || day_of(y, mo, d) == NO_DAY)
		return false;
	*out = day_of(y, mo, d) * DAY_MS + ((h * 60 + mi) * 60 + s) * INT64_C(1000);
	return true;
}

static const char *name_of(struct arena *a, msec now)
{
	char text[32], *to = text;
	str iso = msec_iso(a, now);

	for (size_t i = 0; i < iso.n && to < text + sizeof text - 1; i++)
		if (iso.p[i] != '-' && iso.p[i] != ':')
			*to++ = iso.p[i];
	*to = 0;
	return arena_fmt(a, PREFIX "%s", text).p;
}

static int by_name(const void *x, const void *y)
{
	const char *const *a = x, *const *b = y;

	return strcmp(*a, *b);
}

static struct err *list(struct arena *a, const char *folder, const char ***out, size_t *n)
{
	DIR *d = opendir(folder);
	const char **names = NEWS(a, const char *, COPIES_MAX);
	struct dirent *x;
	msec at;

	*n = 0;
	if (!d)
		return FAIL(a, NOT_FOUND, NULL, "%s: %s", folder, strerror(errno));
	while ((x = readdir(d)) && *n < COPIES_MAX)
		if (stamp_of(x->d_name, &at))
			names[(*n)++] = arena_str(a, str_of(x->d_name)).p;
	closedir(d);
	qsort(names, *n, sizeof *names, by_name);
	*out = names;
	return NULL;
}

static struct err *prune(struct arena *a, const char *folder, int dir, msec now, size_t *pruned)
{
	const char **names;
	size_t n;

	*pruned = 0;
	TRY(list(a, folder, &names, &n));
	for (size_t i = 0; i < n; i++) {
		msec at = 0, next = 0;
		bool old, spare;

		stamp_of(names[i], &at);
		old = now - at > RING_DAYS * DAY_MS;
		spare = i + 1 < n && stamp_of(names[i + 1], &next) && day_of_msec(next) == day_of_msec(at) &&
			day_of_msec(now) - day_of_msec(at) > 1;
		if (!old && !spare)
			continue;
		if (unlinkat(dir, names[i], 0) != 0)
			return FAIL(a, UNAVAILABLE, NULL, "%s/%s cannot be removed: %s", folder, names[i],
				    strerror(errno));
		++*pruned;
	}
	return fsync(dir) == 0 ? NULL : FAIL(a, UNAVAILABLE, NULL, "%s: %s", folder, strerror(errno));
}

struct err *ring_put(struct arena *a, const char *folder, str bytes, msec now, size_t *pruned)
{
	struct err *e;
	int dir;

	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return FAIL(a, UNAVAILABLE, NULL, "%s: %s", folder, strerror(errno));
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return FAIL(a, UNAVAILABLE, NULL, "%s: %s", folder, strerror(errno));
	e = file_replace(a, dir, name_of(a, now), bytes);
	if (!e)
		e = prune(a, folder, dir, now, pruned);
	close(dir);
	return e;
}

struct err *ring_newest(struct arena *a, const char *path, str *bytes, str *name)
{
	const char **names;
	struct stat st;
	size_t n;

	if (stat(path, &st) != 0)
		return FAIL(a, NOT_FOUND, NULL, "%s: %s", path, strerror(errno));
	*name = str_of(path);
	if (S_ISDIR(st.st_mode)) {
		TRY(list(a, path, &names, &n));
		if (n == 0)
			return FAIL(a, NOT_FOUND, NULL, "there is no copy of the key store in %s", path);
		*name = arena_fmt(a, "%s/%s", path, names[n - 1]);
	}
	return file_read(a, AT_FDCWD, arena_z(a, *name), KEYS_MAX, bytes);
}
