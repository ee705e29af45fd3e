/* rule.c — `rivage rule NAME`: JSON on standard input, JSON on standard output (design §9). */
#include "rule.h"

#include <stdio.h>

#include "cli.h"
#include "rivage_data.h"

enum { INPUT_MAX = 1 << 20, OUTPUT_MAX = 8 << 20 };

static int usage(void)
{
	fputs("usage: rivage rule NAME < INPUT.json\n  names:", stderr);
	for (const char *const *name = rule_names; *name; name++)
		fprintf(stderr, " %s", *name);
	fputc('\n', stderr);
	return err_kinds[ERR_USAGE].exit;
}

int cli_rule(int argc, char **argv)
{
	struct arena *a = arena_create(256 << 20);
	const char *name[1];
	struct json *out;
	str input, text;
	struct err *e;
	size_t n;
	int code = 0;

	if (!cli_options(argc, argv, NULL, 0, name, 1, &n) || n != 1) {
		arena_destroy(a);
		return usage();
	}
	e = cli_read_stdin(a, INPUT_MAX, &input);
	if (!e)
		e = rule_run(a, &rivage_data, str_of(name[0]), input, day_of_msec(cli_now()), &out);
	if (e) {
		code = cli_fail(e);
	} else {
		text = json_dump(a, out, OUTPUT_MAX);
		code = printf("%.*s\n", STR_ARG(text)) < 0 || fflush(stdout) != 0;
	}
	arena_destroy(a);
	return code;
}
