/* audit.c — `rivage audit verify|show|request DIR`: the audit log, checked alone, without the vault. */
#include <stdio.h>
#include <string.h>

#include "audit_file.h"
#include "audit_query.h"
#include "cli.h"
#include "policy.h"
#include "vault.h"
#include "witness.h"

/* The checkpoint kept elsewhere must carry the countersignature of that witness. */
static struct err *countersigned(struct arena *a, str point, const char *witness)
{
	str key, name, rest = point;
	struct note n;
	uint8_t pk[32];
	uint64_t at;

	TRY(cli_read_file(a, witness, 4096, &key));
	if (!note_key_parse(a, key, WITNESS_COSIGNATURE, &name, pk))
		return FAIL(a, INVALID, "This is not the key of a witness.", "key line");
	if (!note_take(a, &rest, &n) || !witness_signed(a, point, &n, name, pk, &at))
		return FAIL(a, INVALID, "The checkpoint is not countersigned by this witness.", "cosignature");
	printf("countersigned by %.*s at %s\n", STR_ARG(name), msec_iso(a, (msec)at * 1000).p);
	return NULL;
}

static int verify(struct arena *a, const char *dir, const char *against, const char *witness)
{
	struct audit_report r;
	str point = {0};
	struct err *e = NULL;

	if (against)
		e = cli_read_file(a, against, 4096, &point);
	if (!e && witness)
		e = countersigned(a, point, witness);
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

/* The last column: a number, but of a copy taken out the kind of entries in it, and their days. */
static str number_of(struct arena *a, const struct audit_entry *e)
{
	struct audit_query q;
	bool beside;

	if (strcmp(e->action, "audit.export") != 0)
		return arena_fmt(a, "%lld", (long long)e->count);
	audit_taken_read(e->count, &q, &beside);
	return arena_fmt(a, "%s %s..%s%s", audit_kinds[q.kind], q.from ? msec_iso(a, q.from).p : "",
			 q.to ? msec_iso(a, q.to).p : "", beside ? " beside" : "");
}

/* Columns as rivage(1) lists them. */
static void line(struct arena *a, const struct audit_entry *e)
{
	printf("%llu\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", (unsigned long long)e->seq, msec_iso(a, e->at).p,
	       e->role < ROLES ? roles[e->role].code : "?", e->action,
	       id_is_zero(e->object) ? "-" : id_text(a, e->object).p,
	       e->purpose < sizeof purposes / sizeof *purposes ? purposes[e->purpose] : "?",
	       e->done ? "done" : "refused", number_of(a, e).p);
}

struct shown { /* what `show` is asked for */
	const char *kind, *from, *to, *about;
	struct audit_query q;
};

static bool shown_parse(struct shown *s)
{
	day from = NO_DAY, to = NO_DAY;

	s->q.kind = s->kind ? audit_kind_find(str_of(s->kind)) : AUDIT_ALL;
	if (s->q.kind == AUDIT_KINDS || (s->from && !day_parse(str_of(s->from), &from)) ||
	    (s->to && !day_parse(str_of(s->to), &to)) || (s->about && !id_parse(str_of(s->about), &s->q.object.v)))
		return false;
	s->q.from = from == NO_DAY ? 0 : (msec)from * DAY_MS;
	s->q.to = to == NO_DAY ? 0 : ((msec)to + 1) * DAY_MS;
	return true;
}

static bool wanted(const struct audit_query *q, const struct audit_entry *e)
{
	return (!q->from || e->at >= q->from) && (!q->to || e->at < q->to) &&
	       (id_is_zero(q->object.v) || id_eq(q->object.v, e->object)) &&
	       audit_kind_has(q->kind, e->action, e->purpose, e->done);
}

static int show(struct arena *a, const char *dir, const struct audit_query *q)
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
			if (wanted(q, &list[i]))
				line(a, &list[i]);
		from += n;
	} while (n == 1000);
	return 0;
}

static int request(struct arena *a, const char *dir, const char *old)
{
	struct err *e;
	int64_t from = 0;
	str text;

	if (old && (!str_to_i64(str_of(old), &from) || from < 0)) {
		fputs("rivage: --old wants the number of entries that the witness has seen.\n", stderr);
		return err_kinds[ERR_USAGE].exit;
	}
	e = audit_request(a, dir, (uint64_t)from, &text);
	if (e)
		return cli_fail(e);
	return printf("%.*s", STR_ARG(text)) < 0 || fflush(stdout) != 0;
}

static int usage(void)
{
	fputs("usage: rivage audit verify DIR [--against FILE [--witness FILE]] | show DIR [--kind KIND] "
	      "[--from DAY] [--to DAY] [--about ID] | request DIR [--old N]\n",
	      stderr);
	return err_kinds[ERR_USAGE].exit;
}

int cli_audit(int argc, char **argv)
{
	struct arena *a = arena_create(1 << 30);
	const char *against = NULL, *witness = NULL, *old = NULL, *rest[2];
	struct shown s = {0};
	struct option_row rows[] = {{"--against", &against, NULL}, {"--witness", &witness, NULL}, {"--old", &old, NULL},
				    {"--kind", &s.kind, NULL},     {"--from", &s.from, NULL},     {"--to", &s.to, NULL},
				    {"--about", &s.about, NULL}};
	int code;
	size_t n;

	if (!cli_options(argc, argv, rows, sizeof rows / sizeof *rows, rest, 2, &n) || n != 2 || (witness && !against))
		code = usage();
	else if (strcmp(rest[0], "verify") == 0)
		code = verify(a, rest[1], against, witness);
	else if (strcmp(rest[0], "show") == 0 && shown_parse(&s))
		code = show(a, rest[1], &s.q);
	else if (strcmp(rest[0], "request") == 0)
		code = request(a, rest[1], old);
	else
		code = usage();
	arena_destroy(a);
	return code;
}
