/* audit_query.c — the kinds of acts in the audit log, and a question about it on its way to the vault. */
#include "audit_query.h"

#include "codec.h"

const char *const audit_kinds[AUDIT_KINDS] = {
	[AUDIT_ALL] = "all",         [AUDIT_OPENED] = "opened",     [AUDIT_REVEALED] = "revealed",
	[AUDIT_TAKEN] = "taken",     [AUDIT_REACH] = "reach",       [AUDIT_LISTS] = "lists",
	[AUDIT_SIGN_IN] = "sign-in", [AUDIT_ACCOUNTS] = "accounts", [AUDIT_LIMITS] = "limits",
	[AUDIT_ERASED] = "erased",   [AUDIT_REFUSED] = "refused",
};

/* What an action begins with says its kind; the first row that fits. */
static const struct {
	const char *begins;
	enum audit_kind kind;
} acts[] = {
	{"case.open", AUDIT_OPENED},   {"case.list", AUDIT_LISTS},      {"case.search", AUDIT_LISTS},
	{"case.home", AUDIT_LISTS},    {"case.triage", AUDIT_LISTS},    {"case.departures", AUDIT_LISTS},
	{"case.erase", AUDIT_ERASED},  {"case.hold", AUDIT_ERASED},     {"case.release", AUDIT_ERASED},
	{"case.held", AUDIT_ERASED},   {"retention.", AUDIT_LISTS},     {"case.", AUDIT_REACH},
	{"search.", AUDIT_LISTS},      {"index.", AUDIT_LISTS},         {"programme.", AUDIT_LISTS},
	{"audit.export", AUDIT_TAKEN}, {"audit.", AUDIT_LISTS},         {"signin", AUDIT_SIGN_IN},
	{"signout", AUDIT_SIGN_IN},    {"session.", AUDIT_SIGN_IN},     {"user.", AUDIT_ACCOUNTS},
	{"office.", AUDIT_ACCOUNTS},   {"budget.", AUDIT_LIMITS},       {"alert.", AUDIT_LIMITS},
	{"erase.", AUDIT_ERASED},      {"vault.restore", AUDIT_ERASED}, {"backup.", AUDIT_TAKEN},
	{"recovery.", AUDIT_ACCOUNTS},
};

enum audit_kind audit_kind_find(str code)
{
	for (enum audit_kind k = AUDIT_ALL; k < AUDIT_KINDS; k++)
		if (str_eqz(code, audit_kinds[k]))
			return k;
	return AUDIT_KINDS;
}

static bool leaves(enum purpose p)
{
	return p == PURPOSE_PRINT || p == PURPOSE_EXPORT;
}

bool audit_kind_has(enum audit_kind k, const char *action, enum purpose p, bool done)
{
	if (k == AUDIT_ALL || k == AUDIT_REFUSED)
		return k == AUDIT_ALL || !done;
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (str_starts(str_of(action), str_of(acts[i].begins)))
			return acts[i].kind == k ||
			       (acts[i].kind == AUDIT_OPENED &&
				((k == AUDIT_REVEALED && p == PURPOSE_REVEAL) || (k == AUDIT_TAKEN && leaves(p))));
	return false;
}

/* From the low end: kind, beside, first hour, hour after the last; an hour is counted from 1970, 0: no bound. */
#define KIND_BITS 4
#define HOUR_BITS 24
#define HOUR_MS ((msec)3600 * 1000)
#define HOUR_LAST (((int64_t)1 << HOUR_BITS) - 1)
_Static_assert(AUDIT_KINDS <= 1 << KIND_BITS, "a kind fits");

static int64_t hour_of(msec at, bool up)
{
	int64_t hour = at / HOUR_MS + (up && at % HOUR_MS > 0);

	return at == 0 ? 0 : hour < 1 ? 1 : hour > HOUR_LAST ? HOUR_LAST : hour;
}

int64_t audit_taken(const struct audit_query *q)
{
	int64_t beside = !id_is_zero(q->object.v) && !id_is_zero(q->who.v);

	return (int64_t)q->kind | beside << KIND_BITS | hour_of(q->from, false) << (KIND_BITS + 1) |
	       hour_of(q->to, true) << (KIND_BITS + 1 + HOUR_BITS);
}

void audit_taken_read(int64_t number, struct audit_query *q, bool *beside)
{
	int64_t kind = number & ((1 << KIND_BITS) - 1);

	*q = (struct audit_query){.kind = kind < AUDIT_KINDS ? (enum audit_kind)kind : AUDIT_ALL,
				  .from = (number >> (KIND_BITS + 1) & HOUR_LAST) * HOUR_MS,
				  .to = (number >> (KIND_BITS + 1 + HOUR_BITS) & HOUR_LAST) * HOUR_MS};
	*beside = number >> KIND_BITS & 1;
}

void code_audit_query(struct codec *c, struct audit_query *q)
{
	code_id(c, &q->object.v);
	code_id(c, &q->who.v);
	CODE_ENUM(c, q->kind, AUDIT_KINDS);
	code_i64(c, &q->from);
	code_i64(c, &q->to);
	code_u64(c, &q->before);
}
