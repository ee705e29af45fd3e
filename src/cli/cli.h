/* cli.h — the verbs, and what they share: options, errors said to a person. */
#pragma once
#include "base.h"

int cli_serve(int argc, char **argv);
int cli_init(int argc, char **argv);
int cli_demo(int argc, char **argv);
int cli_rule(int argc, char **argv);
int cli_user(int argc, char **argv);
int cli_audit(int argc, char **argv);
int cli_witness(int argc, char **argv);
int cli_access(int argc, char **argv);
int cli_doctor(int argc, char **argv);
int cli_backup(int argc, char **argv);
int cli_restore(int argc, char **argv);
int cli_ceremony(int argc, char **argv);
int cli_seed(int argc, char **argv);  /* for benchmarks */
int cli_vault(int argc, char **argv); /* started by serve */
int cli_web(int argc, char **argv);

#define EXIT_PARTIAL 9 /* design §9 */

struct option_row {         /* an option takes a value, or is a flag */
	const char *name;   /* "--data" */
	const char **value; /* NULL for a flag */
	bool *flag;
};
/* Fills options; what is left goes to rest (at most `room`).  False: said why on standard error (exit 2). */
bool cli_options(int argc, char **argv, const struct option_row *rows, size_t n_rows, const char **rest, size_t room,
		 size_t *n_rest);
/* Says an error on standard error and gives its exit code. */
int cli_fail(const struct err *e);
struct err *cli_read_file(struct arena *a, const char *path, size_t max, str *out) MUST_CHECK;
struct err *cli_read_stdin(struct arena *a, size_t max, str *out) MUST_CHECK;
msec cli_now(void); /* the only clock of the command line */
