/* main.c — the verbs of the command line.  Each verb is one file in cli/; this is their table.
 * Exit codes (docs/man, design §9): 0 ok, 1 failure, 2 usage, 3 configuration, 4 not found, 5 conflict, 6 validation,
 * 7 permission, 8 unavailable, 9 partial. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "crypt.h"

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *usage, *what; /* what NULL: not for people */
} verbs[] = {
	{"serve", cli_serve,
	 "--data DIR [--listen ADDR:PORT] [--key-file F] [--database URL] [--tls-cert F --tls-key F] [--clock T]",
	 "serves the pages"},
	{"init", cli_init, "DIR --key-file F --login NAME --name NAME --password-file F [--database URL]",
	 "makes a new data directory"},
	{"demo", cli_demo, "DIR | code ACCOUNT DIR [--next]",
	 "makes a demonstration with invented people; or prints a sign-in code"},
	{"user", cli_user,
	 "add DIR --key-file F --as COORDINATOR --password-file F --code N --login NAME --name NAME --role R\n         "
	 "--office O --new-password-file F [--database URL]",
	 "makes an account, with the service stopped"},
	{"rule", cli_rule, "NAME", "judges one rule: JSON on standard input, JSON on standard output"},
	{"audit", cli_audit, "verify|show|request DIR [--against FILE [--witness FILE]] [--old N]",
	 "checks or prints the audit log, alone; or asks a witness to countersign it"},
	{"witness", cli_witness, "new STATE NAME | trust STATE AUDIT.PUB | sign STATE REQUEST|-",
	 "countersigns the audit log of another machine, and refuses one that was written anew"},
	{"access", cli_access, "", "prints who may do and read what, as Markdown"},
	{"doctor", cli_doctor, "(as serve) [--json]", "says what is weak in this installation"},
	{"backup", cli_backup,
	 "DIR OUT --key-file F [--with-ring RINGDIR] | ring DIR RINGDIR --key-file F | verify FILE SHARE… [--key-file "
	 "F "
	 "--with-ring RING]",
	 "saves a data directory, sealed and signed, while it is served; or tries a backup"},
	{"restore", cli_restore, "FILE DIR SHARE… --key-file F --with-ring RING [--accept-loss]",
	 "puts a backup back into an empty directory"},
	{"ceremony", cli_ceremony,
	 "new [DIR --key-file F] --out FOLDER [--need 3 --shares 5] | check [--card F] SHARE… | install DIR CARD "
	 "--key-file F",
	 "the organisation's recovery key, in shares on paper"},
	{"_seed", cli_seed, "", NULL},
	{"_vault", cli_vault, "", NULL},
	{"_web", cli_web, "", NULL},
};

static void usage_of(FILE *to, const struct verb *v)
{
	if (v->what)
		fprintf(to, "  %-8s %s\n           %s\n", v->name, v->usage, v->what);
}

static int usage(FILE *to, int code)
{
	fputs("usage: rivage VERB …\n\n", to);
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		usage_of(to, &verbs[i]);
	fputs("\nrivage(1) tells the rest.\n", to);
	return code;
}

int main(int argc, char **argv)
{
	crypt_start();
	if (argc < 2)
		return usage(stderr, 2);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return usage(stdout, 0);
	if (strcmp(argv[1], "--version") == 0)
		return puts("rivage " RIVAGE_VERSION) < 0;
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		if (strcmp(argv[1], verbs[i].name) != 0)
			continue;
		if (argc > 2 && strcmp(argv[2], "--help") == 0) {
			usage_of(stdout, &verbs[i]);
			return 0;
		}
		return verbs[i].run(argc - 1, argv + 1);
	}
	fprintf(stderr, "rivage: there is no verb “%s”.\n", argv[1]);
	return usage(stderr, 2);
}
