/* log.c — the log.  One write(2) per line, so lines of several processes do not mix. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const char *process_name = "rivage";
static enum log_level least_shown = LOG_INFO_;

void log_open(const char *process, enum log_level least)
{
	process_name = process;
	least_shown = least;
	tzset(); /* the C library opens a file for it, once: before any fence, or the first line would be the last */
}

void log_line(enum log_level level, const char *fmt, ...)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};
	char line[1024];
	struct timespec now;
	struct tm tm;
	va_list ap;
	size_t n;
	int more;

	if (level < least_shown)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	n = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%SZ ", &tm);
	n += (size_t)snprintf(line + n, sizeof line - n, "%s %s ", process_name, names[level]);
	va_start(ap, fmt);
	more = vsnprintf(line + n, sizeof line - n - 1, fmt, ap);
	va_end(ap);
	if (more > 0)
		n += (size_t)more < sizeof line - n - 1 ? (size_t)more : sizeof line - n - 2;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)line[i] < 0x20)
			line[i] = ' ';
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, n) < 0)
		return; /* nowhere left to say it */
}

void log_err(const struct err *e)
{
	log_error("%s at %s: %.*s", err_kinds[e->kind].name, e->where, STR_ARG(e->detail));
}
