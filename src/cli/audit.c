/* audit.c — `rivage audit verify|show DIR`: the audit log, checked alone, without the vault. */
#include <stdio.h>
#include <string.h>

#include "audit_file.h"
#include "cli.h"
#include "policy.h"
#include "vault.h"

static int verify(struct arena *a, const char *dir, const char *against)
{
	struct audit_report r;
	str point = {0};
	struct err *e = NULL;

	if (against)
		e = cli_read_file(a, against, 4096, &point);
	if (!e)
		e = audit_verify(a, dir, point, &r);
	if (e)
		return cli_fail(e);
	printf("entries %llu, signed up to %llu in %llu checkpoints\n", (unsigned long long)r.entries,
	       (unsigned long long)r.signed_size, (unsigned long long)r.checkpoints);
	if (r.torn || r.torn_notes)
		printf("the last write never ended (%zu bytes): it was not acknowledged and is cut at the next start\n",
		       r.torn + r.torn_notes);
	if (r.good)
		return puts("the log is whole") < 0;
	printf("NOT WHOLE at %llu: %s\n", (unsigned long long)r.fault_at, r.fault);
	return 1;
}

static const char *const purposes[] = {[0] = "-",
				       [PURPOSE_READ] = "read",
				       [PURPOSE_WRITE] = "write",
				       [PURPOSE_LIST] = "list",
				       [PURPOSE_GATE] = "gate",
				       [PURPOSE_PRINT] = "print",
				       [PURPOSE_EXPORT] = "export",
				       [PURPOSE_REVEAL] = "reveal"};

/* Columns as rivage(1) lists them. */
static void line(struct arena *a, const struct audit_entry *e)
{
	printf("%llu\t%s\t%s\t%s\t%s\t%s\t%s\t%lld\n", (unsigned long long)e->seq, msec_iso(a, e->at).p,
	       e->role < ROLES ? roles[e->role].code : "?", e->action,
	       id_is_zero(e->object) ? "-" : id_text(a, e->object).p,
	       e->purpose < sizeof purposes / sizeof *purposes ? purposes[e->purpose] : "?",
	       e->done ? "done" : "refused", (long long)e->count);
}

static int show(struct arena *a, const char *dir)
{
	struct audit_entry *list;
	uint64_t from = 0;
	size_t n;

	do {
		struct err *e;

		arena_reset(a); /* the log may be longer than memory */
		e = audit_show(a, dir, from, 1000, &list, &n);
		if (e)
			return cli_fail(e);
		for (size_t i = 0; i < n; i++)
			line(a, &list[i]);
		from += n;
	} while (n == 1000);
	return 0;
}

int cli_audit(int argc, char **argv)
{
	struct arena *a = arena_create(1 << 30);
	const char *against = NULL, *rest[2];
	struct option_row rows[] = {{"--against", &against, NULL}};
	int code = 2;
	size_t n;

	if (!cli_options(argc, argv, rows, 1, rest, 2, &n))
		return 2;
	if (n == 2 && strcmp(rest[0], "verify") == 0)
		code = verify(a, rest[1], against);
	else if (n == 2 && strcmp(rest[0], "show") == 0)
		code = show(a, rest[1]);
	else
		fputs("usage: rivage audit verify|show DIR [--against FILE]\n", stderr);
	arena_destroy(a);
	return code;
}
