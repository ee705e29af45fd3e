/* guard_testing.h — what a process that was closed in can still reach. */
#pragma once
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static inline bool opens(const char *dir, const char *name, int flags)
{
	char path[128];
	int fd;

	snprintf(path, sizeof path, "%s%s", dir, name);
	fd = open(path, flags | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}
