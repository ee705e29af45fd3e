/* later.c — for tests of the pages: a clock that runs ahead.  Loaded before the program (LD_PRELOAD); the number of
 * seconds stands in the file $RIVAGE_TEST_LATER, mapped at the start, so that a test can change it while it runs. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *ahead;

__attribute__((constructor)) static void start(void)
{
	const char *path = getenv("RIVAGE_TEST_LATER");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *p = fd >= 0 ? mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;

	if (fd >= 0)
		close(fd);
	if (p != MAP_FAILED)
		ahead = p;
}

int clock_gettime(clockid_t which, struct timespec *t)
{
	int failed = (int)syscall(SYS_clock_gettime, which, t);

	if (!failed && ahead && which == CLOCK_REALTIME)
		t->tv_sec += *ahead;
	return failed;
}
