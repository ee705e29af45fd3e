/* audit_web.c — the audit log in words, for the data-protection officer.  No case is opened to show it: a file is
 * named by its code, a person helped not at all. */
#include "audit_html.h"
#include "audit_view.h"
#include "heads.h"
#include "web.h"

static const struct {
	const char *action, *words;
} actions[] = {
	{"case.open", N_("Opened a file")},
	{"case.new", N_("Made a file")},
	{"case.intake", N_("A referral came in")},
	{"case.dossier", N_("Made the file of the country of return")},
	{"case.share", N_("Opened a file to an office abroad")},
	{"case.assign", N_("Assigned a file")},
	{"case.unassign", N_("Withdrew an assignment")},
	{"case.list", N_("Read the list of files")},
	{"case.name", N_("Gave access to a file by name")},
	{"case.glass", N_("Opened a file not given to her, with a reason")},
	{"case.decoy", N_("Marked a file as a decoy")},
	{"search.begin", N_("Began a search")},
	{"budget.reached", N_("Reached a limit")},
	{"budget.raise", N_("Raised somebody's limits for a day")},
	{"alert.read", N_("Read the alerts")},
	{"alert.ack", N_("Acknowledged an alert")},
	{"case.search", N_("Searched for a person")},
	{"case.home", N_("Read the tasks of the day")},
	{"case.triage", N_("Read the list of referrals")},
	{"case.departures", N_("Read the departures")},
	{"index.open", N_("Loaded the names of the office")},
	{"signin.start", N_("Began to sign in")},
	{"signin", N_("Signed in")},
	{"signin.done", N_("Signed in")},
	{"signout", N_("Signed out")},
	{"user.new", N_("Made an account")},
	{"user.invite", N_("Invited a person to an account")},
	{"user.renew", N_("Sent a new link for an account")},
	{"user.accept", N_("Took an invitation")},
	{"user.confirm", N_("Confirmed the account with a first code")},
	{"user.lock", N_("Locked an account")},
	{"user.unlock", N_("Unlocked an account")},
	{"user.revoke", N_("Withdrew an account, and renewed the keys")},
	{"user.travel", N_("Set the travel mode of an account")},
	{"user.travel.end", N_("Lifted the travel mode of an account")},
	{"user.end", N_("Ended a person’s sessions")},
	{"user.recover", N_("Came back with the recovery code")},
	{"user.password", N_("Changed the password")},
	{"user.code", N_("Made a new recovery code")},
	{"session.again", N_("Typed password and code once more")},
	{"session.end", N_("Ended own sessions")},
	{"office.new", N_("Made an office")},
	{"vault.unseal", N_("Opened the vault")},
	{"audit.read", N_("Read the audit log")},
	{"erase.ask", N_("Asked for an erasure")},
	{"erase.withdraw", N_("Withdrew the request for an erasure")},
	{"case.erase", N_("Erased a file")},
	{"case.hold", N_("Set a legal hold on a file")},
	{"case.release", N_("Lifted a legal hold")},
	{"retention.list", N_("Looked at which files are due")},
	{"vault.restore", N_("Restored from a backup")},
	{"recovery.key", N_("Put in a recovery key")},
	{"programme.read", N_("Read the programme page")},
};

static str action_words(struct ctx *c, const char *action)
{
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (str_eqz(str_of(action), actions[i].action))
			return str_of(tr(c->op.l, actions[i].words));
	return arena_str(c->op.a, str_of(action));
}

static str parts(struct ctx *c, uint32_t bits)
{
	str names[COMPARTMENTS];
	uint32_t both = (bits | bits >> 16) & 0xFFFF; /* low half: the file in France; high half: abroad */
	size_t n = 0;

	for (unsigned k = 0; k < COMPARTMENTS; k++)
		if (both & COMP_BIT(k))
			names[n++] = str_of(tr(c->op.l, compartment_labels[k]));
	return n ? arena_join(c->op.a, names, n, str_of(tr(c->op.l, ", "))) : STR("");
}

static void show(struct ctx *c, const struct audit_line *l, struct audit_row *r)
{
	struct head h;

	r->at = fmt_time(c->op.a, c->op.l, l->at);
	r->who = id_is_zero(l->actor.v) ? str_of(tr(c->op.l, N_("the public, or the program")))
					: staff_name(c->op.house, c->op.vault, c->op.a, l->actor);
	r->what = action_words(c, l->action);
	r->refused = !l->done;
	if (r->refused && l->count > 1) /* strangers' refusals of one minute share an entry */
		r->what = arena_fmt(c->op.a, "%.*s × %lld", STR_ARG(r->what), (long long)l->count);
	r->parts = parts(c, l->compartments);
	if (!id_is_zero(l->object.v) && heads_get(c->op.house->heads, l->object, &h))
		r->file = arena_str(c->op.a, str_of(h.code));
}

static struct err *audit_get(struct ctx *c)
{
	struct page p = {.title = N_("Audit"), .section = "audit"};
	struct audit_page_view v = {0};
	struct audit_line *lines;
	int64_t before = 0;
	size_t n;

	if (ctx_query(c, "before").n && (!str_to_i64(ctx_query(c, "before"), &before) || before < 0))
		return FAIL(c->op.a, NOT_FOUND, NULL, "not a place in the log");
	TRY(vault_audit_read(c->op.vault, c->op.a, c->op.token, (case_id){0}, (uint64_t)before, &lines, &n));
	v.rows = NEWS(c->op.a, struct audit_row, n + 1);
	v.n_rows = n;
	for (size_t i = 0; i < n; i++)
		show(c, &lines[i], &v.rows[i]);
	if (n && lines[n - 1].seq > 0)
		v.older = arena_fmt(c->op.a, "/audit?before=%llu", (unsigned long long)lines[n - 1].seq);
	page_begin(c, &p);
	audit_page(&c->h, &v);
	return page_end(c);
}

const struct route audit_routes[] = {
	{HTTP_GET, "/audit", audit_get, .may = MAY_AUDIT},
	ROUTES_END,
};
