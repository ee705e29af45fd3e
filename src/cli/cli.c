/* cli.c — what the verbs share. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

msec cli_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (msec)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool take_option(int argc, char **argv, int *i, const struct option_row *rows, size_t n_rows)
{
	for (size_t k = 0; k < n_rows; k++) {
		if (strcmp(argv[*i], rows[k].name) != 0)
			continue;
		if (rows[k].flag) {
			*rows[k].flag = true;
			return true;
		}
		if (*i + 1 >= argc) {
			fprintf(stderr, "rivage: %s wants a value.\n", argv[*i]);
			return false;
		}
		*rows[k].value = argv[++*i];
		return true;
	}
	fprintf(stderr, "rivage: there is no option %s here.\n", argv[*i]);
	return false;
}

bool cli_options(int argc, char **argv, const struct option_row *rows, size_t n_rows, const char **rest, size_t room,
		 size_t *n_rest)
{
	*n_rest = 0;
	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--", 2) == 0) {
			if (!take_option(argc, argv, &i, rows, n_rows))
				return false;
			continue;
		}
		if (*n_rest == room) {
			fprintf(stderr, "rivage: “%s” is one word too many.\n", argv[i]);
			return false;
		}
		rest[(*n_rest)++] = argv[i];
	}
	return true;
}

static void say(const char *message, str arg)
{
	str place = STR("{arg}");
	ptrdiff_t at = str_find(str_of(message), place);

	if (at >= 0)
		fprintf(stderr, "%.*s%.*s%s\n", (int)at, message, STR_ARG(arg), message + at + place.n);
	else
		fprintf(stderr, "%s\n", message);
}

int cli_fail(const struct err *e)
{
	fputs("rivage: ", stderr);
	say(e->message ? e->message : err_kinds[e->kind].message, e->arg);
	for (const struct err_field *f = e->fields; f; f = f->next) {
		fprintf(stderr, "  %.*s: ", STR_ARG(f->field));
		say(f->message, f->arg);
	}
	if (e->detail.n)
		fprintf(stderr, "  (%.*s)\n", STR_ARG(e->detail));
	return err_kinds[e->kind].exit;
}

static struct err *read_fd(struct arena *a, int fd, const char *what, size_t max, str *out)
{
	struct buf b;
	char chunk[8192];
	ssize_t n;

	buf_init(&b, a, max);
	while ((n = read(fd, chunk, sizeof chunk)) > 0)
		buf_put(&b, chunk, (size_t)n);
	explicit_bzero(chunk, sizeof chunk);
	if (n < 0)
		return FAIL(a, UNAVAILABLE, NULL, "%s cannot be read: %s", what, strerror(errno));
	if (b.over)
		return FAIL(a, TOO_BIG, NULL, "%s is larger than %zu bytes", what, max);
	*out = buf_done(&b);
	return NULL;
}

struct err *cli_read_file(struct arena *a, const char *path, size_t max, str *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct err *e;

	if (fd < 0)
		return FAIL(a, NOT_FOUND, "The file {arg} cannot be read.", "%s: %s", path, strerror(errno));
	e = read_fd(a, fd, path, max, out);
	close(fd);
	return e;
}

struct err *cli_read_stdin(struct arena *a, size_t max, str *out)
{
	return read_fd(a, STDIN_FILENO, "standard input", max, out);
}
